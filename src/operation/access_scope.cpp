#include "access_circle.hpp"
#include "access_kinds.hpp"
#include "access_parts.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::string_view customer_row = "scope_c";

// Ids that are read once per statement, so that each side of an `or` can use an index of the table.
std::string among(std::string const& id, std::string const& select) { return id + " = any(array(" + select + "))"; }

std::string team_of(std::string_view object, Power power, std::string_view more = "") {
    return "select scope_m.object_id from team_member scope_m where scope_m.tenant_id = :scope_tenant and "
           "scope_m.object "
           "= '" +
           std::string{object} +
           "' and scope_m.employee_id = :scope_me and (scope_m.expires_at is null or scope_m.expires_at > "
           ":scope_now::timestamptz)" +
           (power == Power::write ? " and scope_m.power = 'write'" : "") + std::string{more};
}

// What every formula may ask of the reader.
database::Params about(Actor const& actor, Instant now) {
    return {bind("scope_tenant", actor.tenant), bind("scope_me", actor.employee), bind("scope_now", now)};
}

struct SeenWith {
    std::string sql;
    database::Params params;
    std::string title;  ///< of that kind
};

// What is about a record of another kind is seen with it.
template <class Number>
std::vector<SeenWith> seen_with_targets(AccessScope const& scope, RecordKind const& kind, std::string const& row,
                                        Number const& number_of) {
    auto terms = std::vector<SeenWith>{};
    for (auto const* names : {&kind.targets, &kind.documents})
        for (auto const& name : *names) {
            auto const target = record_kind(name);
            auto seen = scope.rows(name, Power::read, "scope_x");
            terms.push_back(
                {"(" + row + ".target_type = '" + name + "' and " +
                     hangs_on(row + ".target_id", target.table, "scope_x", number_of(name, Power::read), seen.sql) +
                     ")",
                 std::move(seen.params), target.title});
        }
    return terms;
}

std::string verb(Power power) { return power == Power::read ? "查看" : "修改"; }

}  // namespace

database::Param owners_param(std::string name, std::vector<EmployeeId> const& owners, bool shapes_plan) {
    auto param = database::named(std::move(name), owners);
    param.shapes_plan = shapes_plan;
    return param;
}

std::string hangs_on(std::string const& parent, std::string const& table, std::string const& row, Many number,
                     std::string const& sql) {
    auto const from = " from " + table + " " + row + " where " + row + ".tenant_id = :scope_tenant and ";
    if (number == Many::few) return parent + " = any(array(select " + row + ".id" + from + sql + "))";
    if (number == Many::in_a_page) return "(select true" + from + row + ".id = " + parent + " and " + sql + ")";
    return "exists (select 1" + from + row + ".id = " + parent + " and " + sql + ")";
}

std::string shares_of(std::string_view object, Power power) {
    return "select scope_s.object_id from (select scope_e.main_department_id as id from employee scope_e where "
           "scope_e.tenant_id = :scope_tenant and scope_e.id = :scope_me union select scope_m.department_id from "
           "employee_department scope_m where scope_m.tenant_id = :scope_tenant and scope_m.employee_id = :scope_me) "
           "scope_p join department scope_d on scope_d.tenant_id = :scope_tenant and scope_d.id = scope_p.id join "
           "record_share scope_s on scope_s.tenant_id = :scope_tenant and scope_s.object = '" +
           std::string{object} +
           "' and scope_s.department_id = any(scope_d.path) and (scope_s.department_id = scope_d.id or "
           "scope_s.include_sub_departments) and (scope_s.expires_at is null or scope_s.expires_at > "
           ":scope_now::timestamptz)" +
           (power == Power::write ? " and scope_s.power = 'write'" : "");
}

std::shared_ptr<Circles> AccessScope::no_circles() { return std::make_shared<Circles>(); }

std::shared_ptr<Circle const> AccessScope::circle(std::string const& kind, Power power) const {
    auto& known = circles_->circles[{kind, power}];
    if (!known) known = std::make_shared<Circle const>(load_circle(sql_, actor_, kind, power, now_, *circles_));
    return known;
}

Owners const& AccessScope::owners(std::string const& kind, Power power) const {
    auto const asked = Circles::Asked{kind, power};
    auto const known = circles_->owners.find(asked);
    if (known != circles_->owners.end()) return known->second;
    return circles_->owners.emplace(asked, load_owners(sql_, actor_, *circle(kind, power), *circles_)).first->second;
}

bool AccessScope::reaches(std::string_view kind, Power power, EmployeeId owner) const {
    if (!actor_.may(permission_for(kind, power))) return false;
    if (actor_.is_system() || actor_.is_administrator) return true;
    if (owner == actor_.employee) return true;
    auto const known = circle(std::string{kind}, power);
    return known->is_everybody || is_within(sql_, actor_, known->groups(), owner, *circles_);
}

// Where rows are named, each is looked at anyway: how many others he sees is no matter, and finding out costs.
Many AccessScope::number_of(std::string const& kind, Power power) const {
    if (are_named_) return Many::in_a_page;
    return !circle(kind, power)->is_everybody && owners(kind, power).size() <= few_owners_ ? Many::few : Many::many;
}

// The owners in few words: all in one term, without reasons.
void AccessScope::add_owner_groups(Formula& formula, RecordKind const& kind, Power power,
                                   std::string const& row) const {
    auto const known = circle(kind.name, power);
    auto groups = known->groups();
    groups.persons.push_back(actor_.employee);
    auto const name = "scope_" + kind.name + (power == Power::read ? "_readers" : "_writers");
    formula.terms.push_back(
        {{}, known->is_everybody ? "true" : is_among(groups, name, formula.owner, formula.params), {}, {}});
    if (!kind.creator.empty()) formula.terms.push_back({{}, on_row(kind.creator, row) + " = :scope_me", {}, {}});
    for (auto const& rule : known->rules)
        formula.terms.push_back({{}, sql_of(rule, kind.name, formula.owner, row, formula.params), {}, {}});
}

void AccessScope::add_owner_terms(Formula& formula, RecordKind const& kind, Power power, std::string const& row) const {
    if (are_named_) return add_owner_groups(formula, kind, power, row);
    auto const known = this->circle(kind.name, power);
    auto const& circle = *known;
    auto const owners = circle.is_everybody ? Owners{} : this->owners(kind.name, power);
    auto const& title = kind.owner_title;
    formula.terms.push_back({std::vector{actor_.employee}, {}, "是" + title, "不是" + title});
    if (!kind.creator.empty())
        formula.terms.push_back({{}, on_row(kind.creator, row) + " = :scope_me", "是创建人", "不是创建人"});
    auto reach = Term{owners.by_reach, {}, {}, {}};
    if (circle.is_everybody) reach = {{}, "true", {}, {}};
    reach.because = "角色的" + verb(power) + "范围（" + circle.reaches + "）包含" + title;
    reach.because_not = "角色的" + verb(power) + "范围（" + circle.reaches + "）不包含" + title;
    formula.terms.push_back(std::move(reach));
    if (power == Power::read)
        formula.terms.push_back({owners.by_heading,
                                 {},
                                 "是" + title + "所在部门或其上级部门的部门负责人",
                                 "不是" + title + "所在部门或其上级部门的部门负责人"});
    formula.terms.push_back({owners.by_rule,
                             {},
                             "数据共享规则把" + title + "的" + kind.title + "共享给了本人",
                             "没有数据共享规则把" + title + "的" + kind.title + "共享给本人"});
    for (auto const& rule : circle.rules) {
        auto when = std::vector<std::string>{};
        for (auto const& condition : rule.conditions) when.push_back(words_of(condition, {kind.name}));
        auto const what = title + "的、" + text::join(when, "且") + "的" + kind.title;
        formula.terms.push_back({{},
                                 sql_of(rule, kind.name, on_row(kind.owner, row, customer_row), row, formula.params),
                                 "数据共享规则把" + what + "共享给了本人",
                                 "数据共享规则只把" + what + "共享给本人，这条不在其中"});
    }
}

void AccessScope::add_shared_terms(Formula& formula, RecordKind const& kind, Power power,
                                   std::string const& row) const {
    auto const object = kind.is_part_of_customer ? std::string{"customer"} : kind.name;
    auto const whose = kind.is_part_of_customer ? std::string{"所属客户"} : std::string{"该" + kind.title};
    auto const writing = power == Power::write ? std::string{"可读写的"} : std::string{};
    auto const id = row + ".id";
    formula.terms.push_back({{},
                             among(id, team_of(object, power)),
                             "是" + whose + writing + "团队成员",
                             "不是" + whose + writing + "团队成员，或已到期"});
    formula.terms.push_back({{},
                             among(id, shares_of(object, power)),
                             whose + "已" + (writing.empty() ? "" : "以读写权限") + "共享给本人所在部门",
                             whose + "没有" + (writing.empty() ? "" : "以读写权限") + "共享给本人所在部门"});
}

// For records that hang on a customer: its owner reads them, its team as far as the membership says.
void AccessScope::add_customer_terms(Formula& formula, RecordKind const& kind, std::string const& row) const {
    auto const customer = "(" + on_row(kind.customer, row) + ")";
    formula.terms.push_back({{},
                             customer + " in (select scope_o.id from customer scope_o where scope_o.tenant_id = "
                                        ":scope_tenant and scope_o.owner_id = :scope_me and (select coalesce((settings "
                                        "->> 'owner_reads_children')::boolean, true) from tenant where id = "
                                        ":scope_tenant))",
                             "是所属客户的负责人",
                             "不是所属客户的负责人，或企业没有让客户负责人看到客户名下的全部记录"});
    formula.terms.push_back({{},
                             customer + " in (" +
                                 team_of("customer", Power::read, " and '" + kind.name + "' = any(scope_m.children)") +
                                 ")",
                             "是所属客户的团队成员，且成员权限包含" + kind.title,
                             "不是所属客户的、权限包含" + kind.title + "的团队成员"});
}

// What hangs on a lead is seen with it.
void AccessScope::add_lead_term(Formula& formula, RecordKind const& kind, std::string const& row) const {
    auto const leads = rows_of(record_kind("lead"), Power::read, "scope_w");
    formula.params.add(leads.params);
    auto const number = number_of("lead", Power::read);
    formula.terms.push_back({{},
                             hangs_on("(" + on_row(kind.lead, row) + ")", "lead", "scope_w", number, leads.sql),
                             "能看到所属的线索",
                             "看不到所属的线索"});
}

void AccessScope::add_reader_terms(Formula& formula, RecordKind const& kind, Power power,
                                   std::string const& row) const {
    if (!terms_) return;
    for (auto const& term : terms_->all())
        if (term.kind == kind.name && (power == Power::read || term.grants_write))
            formula.pool_terms.push_back({{}, on_row(term.sql, row), term.because, term.because_not});
}

AccessScope::Formula AccessScope::formula(RecordKind const& kind, Power power, std::string const& row) const {
    auto made = Formula{};
    if (!actor_.is_system() && is_switched_off(actor_, kind.name)) {
        made.refusal = switched_off_words(kind.title);
        return made;
    }
    if (actor_.is_system() || actor_.is_administrator) {
        made.is_everything = true;
        return made;
    }
    if (!actor_.permissions.contains(permission_for(kind.name, power))) {
        made.refusal = "角色没有“" + verb(power) + kind.title + "”的权限";
        return made;
    }
    made.params = about(actor_, now_);
    made.owner = on_row(kind.owner, row, customer_row);
    made.pool = on_row(kind.pool, row, customer_row);
    if (kind.is_seen_with_customer && power == Power::read) {
        auto const customers = rows_of(record_kind("customer"), power, std::string{customer_row});
        made.params.add(customers.params);
        made.terms.push_back({{},
                              "(" + row + ".target_type not in (" + quoted(kind.documents) + ") and " +
                                  hangs_on(on_row(kind.customer, row), "customer", std::string{customer_row},
                                           number_of("customer", power), customers.sql) +
                                  ")",
                              "能看到所属的客户",
                              "看不到所属的客户"});
        if (!kind.lead.empty()) add_lead_term(made, kind, row);
        for (auto& term : seen_with_targets(*this, kind, row,
                                            [this](auto const&name, Power asked) { return number_of(name, asked); })) {
            made.params.add(term.params);
            made.terms.push_back({{}, std::move(term.sql), "能看到所属的" + term.title, "看不到所属的" + term.title});
        }
    } else {
        add_owner_terms(made, kind, power, row);
        add_shared_terms(made, kind, power, kind.is_part_of_customer ? std::string{customer_row} : row);
        if (!kind.customer.empty() && !kind.is_part_of_customer && power == Power::read)
            add_customer_terms(made, kind, row);
    }
    add_reader_terms(made, kind, power, row);
    return made;
}

AccessScope::Split AccessScope::split(Formula const& formula) {
    auto parts = Split{};
    auto& owners = parts.owners;
    for (auto const& term : formula.terms) {
        if (term.owners)
            owners.insert(owners.end(), term.owners->begin(), term.owners->end());
        else
            parts.conditions.push_back(term.sql);
    }
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    return parts;
}

Predicate AccessScope::rows_of(RecordKind const& kind, Power power, std::string const& row) const {
    auto made = formula(kind, power, row);
    if (made.is_everything) return {"true", {}};
    if (!made.refusal.empty()) return {"false", {}};
    auto conditions = std::vector<std::string>{};
    auto const name = "scope_" + kind.name + (power == Power::read ? "_readers" : "_writers");
    auto [owners, others] = split(made);
    conditions = std::move(others);
    if (!owners.empty()) {
        made.params.add(owners_param(name, owners, owners.size() > few_owners_));
        conditions.insert(conditions.begin(), made.owner + " = any(:" + name + "::bigint[])");
    }
    // Somebody who reaches everybody needs no other reason.
    if (std::count(conditions.begin(), conditions.end(), "true") > 0) {
        conditions = {"true"};
        made.params = about(actor_, now_);
    }
    auto sql = "(" + text::join(conditions, " or ") + ")";
    if (!made.pool.empty()) sql = "(" + made.pool + " is null and " + sql + ")";
    if (kind.is_part_of_customer)
        sql = hangs_on(on_row(kind.customer, row), "customer", std::string{customer_row}, number_of(kind.name, power),
                       sql);
    for (auto const& term : made.pool_terms) sql += " or " + term.sql;
    return {"(" + sql + ")", std::move(made.params)};
}

Predicate AccessScope::rows(std::string_view name, Power power, std::string_view alias) const {
    auto const kind = record_kind(name);
    if (customer_ && power == Power::read) return rows_at(*customer_, kind, alias);
    auto readable = rows_of(kind, Power::read, std::string{alias});
    if (power == Power::read) return readable;
    auto writable = rows_of(kind, Power::write, std::string{alias});
    writable.sql = "(" + readable.sql + " and " + writable.sql + ")";
    writable.params.add(readable.params);
    return writable;
}

std::optional<Verdict> AccessScope::judge(RecordKind const& kind, Power power, std::int64_t id) const {
    auto made = formula(kind, power, "scope_r");
    auto conditions = std::vector<std::string>{made.pool.empty() ? "false" : made.pool + " is not null"};
    for (auto const* terms : {&made.terms, &made.pool_terms})
        for (auto const& term : *terms) conditions.push_back(term.owners ? "false" : term.sql);
    auto query = "select " + (made.owner.empty() ? std::string{"null"} : made.owner) + "::bigint, array[coalesce((" +
                 text::join(conditions, ")::boolean, false)::text, coalesce((") + ")::boolean, false)::text] from " +
                 kind.table + " scope_r";
    if (kind.is_part_of_customer)
        query += " join customer scope_c on scope_c.tenant_id = scope_r.tenant_id and scope_c.id = scope_r.customer_id";
    made.params.add(bind("tenant", actor_.tenant));
    made.params.add(bind("id", id));
    auto const row = sql_.row<std::optional<EmployeeId>, std::vector<std::string>>(
        query + " where scope_r.tenant_id = :tenant and scope_r.id = :id", made.params);
    if (!row) return std::nullopt;
    if (made.is_everything) return Verdict{true, {"管理员可以查看和修改全部数据"}};
    if (!made.refusal.empty()) return Verdict{false, {made.refusal}};
    auto const& [owner, holds] = *row;
    auto verdict = Verdict{};
    auto at = std::size_t{1};
    auto const is_in_pool = holds.front() == "true";
    if (is_in_pool) verdict.because.push_back("记录在公海中，没有负责人");
    auto const weigh = [&, &owner_id = owner, &answers = holds](Term const& term, bool counts) {
        auto const is_owner = term.owners && owner_id &&
                              std::find(term.owners->begin(), term.owners->end(), *owner_id) != term.owners->end();
        auto const is_true = answers[at++] == "true" || is_owner;
        if (!counts || verdict.is_allowed) return;
        verdict.is_allowed = is_true;
        if (is_true)
            verdict.because = {term.because};
        else
            verdict.because.push_back(term.because_not);
    };
    for (auto const& term : made.terms) weigh(term, !is_in_pool);
    for (auto const& term : made.pool_terms) weigh(term, true);
    return verdict;
}

std::optional<Verdict> AccessScope::explain(std::string_view name, Power power, std::int64_t id) const {
    auto const kind = record_kind(name);
    auto const scope = named(false);
    auto verdict = scope.judge(kind, Power::read, id);
    if (power == Power::read || !verdict) return verdict;
    if (!verdict->is_allowed) return Verdict{false, {"看不到这条记录，因此也不能修改"}};
    return scope.judge(kind, Power::write, id);
}

// Whether who owns it decides already: then nobody need ask for a reason.
bool AccessScope::is_owners_to_give(RecordKind const& kind, Power power, std::int64_t id) const {
    if (kind.is_part_of_customer || kind.is_seen_with_customer) return false;
    auto const owner = owner_of(sql_, actor_, kind, id, *circles_);
    return owner && reaches(kind.name, power, *owner) &&
           (power == Power::read || reaches(kind.name, Power::read, *owner));
}

bool AccessScope::allows(std::string_view name, Power power, std::int64_t id) const {
    auto& judged = circles_->judged[{std::string{name}, power}];
    if (auto const known = judged.find(id); known != judged.end()) return known->second;
    auto const kind = record_kind(name);
    auto const is_allowed = is_owners_to_give(kind, power, id) || [&] {
        auto const seen = named().rows(name, power, "scope_r");
        auto params = seen.params;
        params.add(bind("tenant", actor_.tenant));
        params.add(bind("id", id));
        return sql_
            .value<int>("select 1 from " + kind.table +
                            " scope_r where scope_r.tenant_id = :tenant and scope_r.id = :id and " + seen.sql,
                        params)
            .has_value();
    }();
    judged.emplace(id, is_allowed);
    return is_allowed;
}

}  // namespace wescrm::operation
