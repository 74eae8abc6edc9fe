#include "access_circle.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

// The statement holds only the parts that are asked for, so that it costs the same with any values and PostgreSQL soon
// keeps one plan: planning took six times as long as running.
constexpr std::string_view select_headed =
    "headed (id) as (select m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = "
    ":me and m.is_leader)";
constexpr std::string_view employees_of_headed =
    "select e.id from headed join department d on d.tenant_id = :tenant and headed.id = any(d.path) join employee e on "
    "e.tenant_id = d.tenant_id and e.main_department_id = d.id";

// Subordinates: the first level only, unless the company says otherwise (setting subordinate_range).
constexpr std::string_view select_below =
    "below (id, depth) as ("
    "  select e.id, 1 from employee e where e.tenant_id = :tenant and e.superior_id = :me "
    "  union select e.id, b.depth + 1 from below b join employee e on e.tenant_id = :tenant and e.superior_id = b.id "
    "  where b.depth < 64 "
    "    and (select t.settings ->> 'subordinate_range' from tenant t where t.id = :tenant) = 'all')";

constexpr std::string_view select_seat =
    "seat (id) as (select m.department_id from employee_department m where m.tenant_id = :tenant and m.employee_id = "
    ":me union select e.main_department_id from employee e where e.tenant_id = :tenant and e.id = :me)";

enum class RuleKinds { asked, any };

std::string select_rule(Power power, RuleKinds kinds = RuleKinds::asked) {
    return std::string{"rule as (select s.* from share_rule s where s.tenant_id = :tenant and s.enabled "} +
           (kinds == RuleKinds::asked ? "and :kind = any(s.objects) " : "") +
           (power == Power::write ? "and s.power = 'write' " : "") +
           "and (s.valid_from is null or s.valid_from <= :now) and (s.valid_to is null or s.valid_to > :now) and ("
           "  s.target_employee_id = :me or s.target_department_id in (select id from seat) "
           "  or s.target_role_id in (select m.role_id from role_member m where m.tenant_id = :tenant and "
           "  m.employee_id = :me) "
           "  or s.target_group_id in (select m.group_id from user_group_member m where m.tenant_id = :tenant and "
           "  m.employee_id = :me) "
           "  or (s.include_sub_departments and s.target_department_id in (select unnest(d.path) from seat join "
           "  department d on d.tenant_id = :tenant and d.id = seat.id))))";
}

constexpr std::string_view employees_by_rule =
    "select s.source_employee_id from rule s where s.source_employee_id is not null and s.conditions = '[]' union "
    "select e.id from rule s join department d on d.tenant_id = :tenant and (d.id = s.source_department_id or "
    "(s.include_sub_departments and s.source_department_id = any(d.path))) join employee e on e.tenant_id = "
    "d.tenant_id and e.main_department_id = d.id where s.conditions = '[]'";

constexpr std::string_view owners_of_rule =
    "case when s.source_employee_id is not null then array[s.source_employee_id] "
    "else "
    "array(select e.id from department d join employee e on e.tenant_id = d.tenant_id and e.main_department_id = d.id "
    "where d.tenant_id = :tenant and (d.id = s.source_department_id or (s.include_sub_departments and "
    "s.source_department_id = any(d.path)))) end";

struct Asked {
    bool is_everybody = false;
    bool subordinates = false;
    bool headed = false;
    std::vector<DepartmentId> departments;
    std::vector<DepartmentId> trees;
    std::vector<std::string> labels;
};

Asked asked_of(Actor const& actor, std::vector<Grant> const& grants) {
    auto asked = Asked{};
    for (auto const& grant : grants) {
        if (auto const label = label_of(grant.reach); std::count(asked.labels.begin(), asked.labels.end(), label) == 0)
            asked.labels.emplace_back(label);
        switch (grant.reach) {
            case Reach::self:
                break;
            case Reach::self_sub:
                asked.subordinates = true;
                break;
            case Reach::dept:
                asked.departments.push_back(actor.department);
                break;
            case Reach::dept_tree:
                asked.trees.push_back(actor.department);
                break;
            case Reach::headed:
                asked.headed = true;
                break;
            case Reach::custom:
                asked.trees.insert(asked.trees.end(), grant.departments.begin(), grant.departments.end());
                break;
            case Reach::all:
                asked.is_everybody = true;
                break;
        }
    }
    return asked;
}

database::Params about(Actor const& actor) { return {bind("tenant", actor.tenant), bind("me", actor.employee)}; }

// Departments: by the owner's main department at this moment, so that a new manager sees the rows of somebody who
// moved.
std::vector<EmployeeId> people_in(database::Session& sql, Actor const& actor, OwnerGroups const& groups) {
    auto people = groups.persons;
    if (!groups.departments.empty() || !groups.trees.empty()) {
        auto const found = sql.values<EmployeeId>(
            "select e.id from department d join employee e on e.tenant_id = d.tenant_id and e.main_department_id = "
            "d.id where d.tenant_id = :tenant and (d.id = any(:departments::bigint[]) or d.path && :trees::bigint[])",
            {bind("tenant", actor.tenant), bind("departments", groups.departments), bind("trees", groups.trees)});
        people.insert(people.end(), found.begin(), found.end());
    }
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    return people;
}

std::vector<TargetedRule> rules_for(database::Session& sql, Actor const& actor, Instant now) {
    auto rules = std::vector<TargetedRule>{};
    for (auto& [id, kinds, lets_write, conditions, owners, person, department, with_below] :
         sql.rows<std::int64_t, std::vector<std::string>, bool, std::string, std::vector<EmployeeId>,
                  std::optional<EmployeeId>, std::optional<DepartmentId>, bool>(
             "with recursive " + std::string{select_seat} + ", " + select_rule(Power::read, RuleKinds::any) +
                 " select s.id, s.objects, s.power = 'write', s.conditions::text, case when s.conditions <> '[]' "
                 "then " +
                 std::string{owners_of_rule} +
                 " else '{}' end, s.source_employee_id, s.source_department_id, s.include_sub_departments from rule s "
                 "order by s.id",
             {bind("tenant", actor.tenant), bind("me", actor.employee), bind("now", now)})) {
        auto groups = OwnerGroups{};
        if (person) groups.persons.push_back(*person);
        if (!person && department) (with_below ? groups.trees : groups.departments).push_back(*department);
        rules.push_back({{id, conditions_from_json(conditions), std::move(owners)},
                         std::move(groups),
                         std::move(kinds),
                         lets_write});
    }
    return rules;
}

void add(OwnerGroups& groups, OwnerGroups const& more) {
    groups.persons.insert(groups.persons.end(), more.persons.begin(), more.persons.end());
    groups.departments.insert(groups.departments.end(), more.departments.begin(), more.departments.end());
    groups.trees.insert(groups.trees.end(), more.trees.begin(), more.trees.end());
}

std::vector<DepartmentId> departments_headed_by(database::Session& sql, Actor const& actor) {
    return sql.values<DepartmentId>("with " + std::string{select_headed} + " select id from headed", about(actor));
}

void add_rules(Circle& circle, std::vector<TargetedRule> const& rules, std::string_view kind, Power power) {
    for (auto const& targeted : rules) {
        if (power == Power::write && !targeted.lets_write) continue;
        if (std::count(targeted.kinds.begin(), targeted.kinds.end(), kind) == 0) continue;
        if (targeted.rule.conditions.empty())
            add(circle.by_rule, targeted.groups);
        else
            circle.rules.push_back(targeted.rule);
    }
}

template <class Value, class Load>
Value const& once(std::optional<Value>& kept, Load const& load) {
    if (!kept) kept = load();
    return *kept;
}

std::vector<EmployeeId> employees(database::Session& sql, std::vector<std::string> const& parts,
                                  std::string_view select, database::Params const& params) {
    auto const found = sql.row<std::vector<EmployeeId>>(
        "with recursive " + text::join(parts, ", ") + " select array(" + std::string{select} + ")", params);
    return std::get<0>(found.value());
}

}  // namespace

std::vector<EmployeeId> subordinates_of(database::Session& sql, Actor const& actor) {
    return employees(sql, {std::string{select_below}}, "select id from below", about(actor));
}

std::vector<EmployeeId> employees_headed_by(database::Session& sql, Actor const& actor) {
    return employees(sql, {std::string{select_headed}}, employees_of_headed, about(actor));
}

std::vector<EmployeeId> owners_by_rule(database::Session& sql, Actor const& actor, std::string_view kind, Instant now) {
    auto params = about(actor);
    params.add(bind("kind", kind));
    params.add(bind("now", now));
    return employees(sql, {std::string{select_seat}, select_rule(Power::read)}, employees_by_rule, params);
}

ShareSources share_sources(database::Session& sql, Actor const& actor, Instant now) {
    auto params = about(actor);
    params.add(bind("now", now));
    auto found = sql.row<std::vector<EmployeeId>, std::vector<DepartmentId>>(
        "with recursive " + std::string{select_seat} + ", " + select_rule(Power::read, RuleKinds::any) +
            " select array(select distinct source_employee_id from rule where source_employee_id is not null), "
            "array(select distinct d.id from rule s join department d on d.tenant_id = :tenant and (d.id = "
            "s.source_department_id or (s.include_sub_departments and s.source_department_id = any(d.path))))",
        params);
    auto& [persons, departments] = found.value();
    return {std::move(persons), std::move(departments)};
}

std::vector<ConditionalRule> conditional_rules(database::Session& sql, Actor const& actor, std::string_view kind,
                                               Power power, Instant now) {
    auto params = about(actor);
    params.add(bind("kind", kind));
    params.add(bind("now", now));
    auto rules = std::vector<ConditionalRule>{};
    for (auto& [id, conditions, owners] : sql.rows<std::int64_t, std::string, std::vector<EmployeeId>>(
             "with recursive " + std::string{select_seat} + ", " + select_rule(power) +
                 " select s.id, s.conditions::text, " + std::string{owners_of_rule} +
                 " from rule s where s.conditions <> '[]' order by s.id",
             params))
        rules.push_back({id, conditions_from_json(conditions), std::move(owners)});
    return rules;
}

std::string sql_of(ConditionalRule const& rule, std::string_view kind, std::string const& owner, std::string const& row,
                   database::Params& params) {
    auto const prefix = "scope_rule_" + std::to_string(rule.id);
    params.add(database::named(prefix, rule.owners));
    auto parts = std::vector<std::string>{owner + " = any(:" + prefix + "::bigint[])"};
    auto at = 0;
    for (auto const& condition : rule.conditions) {
        auto const name = prefix + "_" + std::to_string(at++);
        params.add(database::named(name, condition.values));
        auto const& fields = rule_fields(kind);
        if (std::none_of(fields.begin(), fields.end(),
                         [&](auto const& known) { return known.name == condition.field; }))
            return "false";
        parts.push_back(std::string{condition.test == RuleTest::is ? "" : "not "} + "coalesce(" + row + "." +
                        condition.field + ", '') = any(:" + name + "::text[])");
    }
    return "(" + text::join(parts, " and ") + ")";
}

std::string is_among(OwnerGroups const& groups, std::string const& name, std::string const& owner,
                     database::Params& params) {
    auto ways = std::vector<std::string>{};
    if (!groups.persons.empty()) {
        params.add(database::named(name + "_persons", groups.persons));
        ways.push_back(owner + " = any(:" + name + "_persons::bigint[])");
    }
    if (groups.departments.empty() && groups.trees.empty()) return text::join(ways, " or ");
    params.add(database::named(name + "_departments", groups.departments));
    params.add(database::named(name + "_trees", groups.trees));
    ways.push_back(
        "(select true from employee scope_oe join department scope_od on scope_od.tenant_id = :scope_tenant and "
        "scope_od.id = "
        "scope_oe.main_department_id where scope_oe.tenant_id = :scope_tenant and scope_oe.id = " +
        owner + " and (scope_od.id = any(:" + name + "_departments::bigint[]) or scope_od.path && :" + name +
        "_trees::bigint[]))");
    return "(" + text::join(ways, " or ") + ")";
}

std::string permission_for(std::string_view kind, Power power) {
    return std::string{kind} + (power == Power::read ? ".view" : ".edit");
}

OwnerGroups Circle::groups() const {
    auto all = by_reach;
    add(all, by_heading);
    add(all, by_rule);
    return all;
}

Circle load_circle(database::Session& sql, Actor const& actor, std::string_view kind, Power power, Instant now,
                   Circles& known) {
    auto circle = Circle{};
    auto const found = actor.permissions.find(permission_for(kind, power));
    if (found == actor.permissions.end()) return circle;
    auto const asked = asked_of(actor, found->second);
    circle.reaches = text::join(asked.labels, "、");
    circle.is_everybody = asked.is_everybody;
    if (asked.is_everybody) return circle;
    auto const heads = [&]() -> auto const& {
        return once(known.headed, [&] { return departments_headed_by(sql, actor); });
    };
    circle.by_reach.departments = asked.departments;
    circle.by_reach.trees = asked.trees;
    if (asked.subordinates)
        circle.by_reach.persons = once(known.subordinates, [&] { return subordinates_of(sql, actor); });
    if (asked.headed) add(circle.by_reach, {{}, {}, heads()});
    if (power == Power::read) circle.by_heading.trees = heads();
    add_rules(circle, once(known.rules, [&] { return rules_for(sql, actor, now); }), kind, power);
    return circle;
}

Owners load_owners(database::Session& sql, Actor const& actor, Circle const& circle, Circles& known) {
    auto const people = [&](OwnerGroups const& groups) -> auto const& {
        auto const found = known.people.find(groups);
        return found != known.people.end() ? found->second
                                           : known.people.emplace(groups, people_in(sql, actor, groups)).first->second;
    };
    return {people(circle.by_reach), people(circle.by_heading), people(circle.by_rule)};
}

bool is_within(database::Session& sql, Actor const& actor, OwnerGroups const& groups, EmployeeId owner,
               Circles& known) {
    auto const has = [](auto const& list, auto one) { return std::find(list.begin(), list.end(), one) != list.end(); };
    if (has(groups.persons, owner)) return true;
    if (groups.departments.empty() && groups.trees.empty()) return false;
    auto found = known.above.find(owner.value());
    if (found == known.above.end()) {
        auto const path = sql.value<std::vector<DepartmentId>>(
            "select d.path || d.id from employee e join department d on d.tenant_id = e.tenant_id and d.id = "
            "e.main_department_id where e.tenant_id = :tenant and e.id = :owner",
            {bind("tenant", actor.tenant), bind("owner", owner)});
        found = known.above.emplace(owner.value(), path.value_or(std::vector<DepartmentId>{})).first;
    }
    auto const& above = found->second;
    return std::ranges::any_of(groups.trees, [&](auto id) { return has(above, id); }) ||
           (!above.empty() && has(groups.departments, above.back()));
}

}  // namespace wescrm::operation
