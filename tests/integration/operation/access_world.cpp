#include "access_world.hpp"

#include <wescrm/operation/rule_conditions.hpp>
#include <wescrm/sales/names.hpp>

#include <array>

namespace wescrm::testing {
namespace {

using database::bind;

constexpr std::array<char const*, 4> kinds{"customer", "contact", "followup", "task"};
constexpr std::array<char const*, 4> sources{"", "展会", "官网", "转介绍"};
constexpr std::int64_t pool = 77;

}  // namespace

World::World(database::Session& sql, TenantId tenant, Instant now, std::mt19937& random)
    : sql_{sql}, tenant_{tenant}, now_{now}, random_{random} {
    all_subordinates = chance(50);
    owners_read_children = chance(60);
    sql_.execute(
        "update tenant set settings = jsonb_build_object('subordinate_range', :range::text, 'owner_reads_children', "
        ":children::boolean) where id = :t",
        {bind("t", tenant_), bind("range", all_subordinates ? "all" : "direct"),
         bind("children", owners_read_children)});
    // Its seats are those of test_seat.
    sql_.execute("insert into high_sea (tenant_id, id, object, name) values (:t, :pool, 'customer', '测试公海')",
                 {bind("t", tenant_), bind("pool", pool)});
    add_departments();
    add_roles();
    add_groups();
    for (auto i = 0; i < 30; ++i) add_person();
    for (auto i = 0; i < 15; ++i) add_rule();
    for (auto i = 0; i < 60; ++i) add_customer();
    for (auto i = 0; i < 45; ++i) {
        add_contact();
        add_followup();
        add_task();
    }
}

std::optional<Instant> World::expiry(bool is_expired) {
    if (is_expired) return now_;  // the last instant is no longer within
    return chance(50) ? std::optional{now_ + hours{1}} : std::nullopt;
}

std::set<World::At> World::some_departments() {
    auto some = std::set<At>{};
    for (auto i = pick(3); i > 0; --i) some.insert(pick(departments.size()));
    return some;
}

void World::add_departments() {
    for (At i = 0; i < 12; ++i) {
        auto const parent = i == 0 ? std::nullopt : std::optional{pick(i)};
        auto const parent_id = parent ? std::optional{departments[*parent]} : std::nullopt;
        parents.push_back(parent);
        departments.push_back(sql_.value<DepartmentId>("with made as (select new_id() as id) insert into department "
                                                       "(tenant_id, id, parent_id, name, path) "
                                                       "select :t, made.id, :parent, :name, coalesce((select path from "
                                                       "department where tenant_id = :t and "
                                                       "id = :parent), '{}') || made.id from made returning id",
                                                       {bind("t", tenant_), bind("parent", parent_id),
                                                        bind("name", "d" + std::to_string(i))})
                                  .value());
    }
}

void World::add_roles() {
    for (auto i = 0; i < 7; ++i) {
        auto role = Role{};
        role.is_administrator = i == 0;
        role.departments = some_departments();
        role.id =
            sql_.value<std::int64_t>(
                    "insert into role (tenant_id, name, is_administrator) values (:t, :name, :admin) returning id",
                    {bind("t", tenant_), bind("name", "r" + std::to_string(i)), bind("admin", role.is_administrator)})
                .value();
        for (auto const* kind : kinds)
            for (auto const* action : {".view", ".edit"}) {
                if (!chance(i == 1 ? 100 : 55)) continue;
                auto const permission = std::string{kind} + action;
                auto const reach = i == 1 ? Reach::self : static_cast<Reach>(pick(7));
                role.permissions[permission] = reach;
                sql_.execute("insert into role_permission values (:t, :r, :p, :reach)",
                             {bind("t", tenant_), bind("r", role.id), bind("p", permission),
                              bind("reach", operation::name_of(reach))});
            }
        for (auto const department : role.departments)
            sql_.execute("insert into role_department values (:t, :r, :d)",
                         {bind("t", tenant_), bind("r", role.id), bind("d", departments[department])});
        roles.push_back(std::move(role));
    }
}

void World::add_groups() {
    for (auto i = 0; i < 4; ++i)
        groups.push_back(
            sql_.value<std::int64_t>("insert into user_group (tenant_id, name, created_at, updated_at) "
                                     "values (:t, :name, :now, :now) returning id",
                                     {bind("t", tenant_), bind("name", "g" + std::to_string(i)), bind("now", now_)})
                .value());
}

void World::add_person() {
    auto person = Person{};
    auto const number = people.size();
    person.user = "u" + std::to_string(number);
    if (!chance(8)) person.department = pick(departments.size());
    if (number > 0 && chance(75)) person.superior = pick(number);
    person.id = sql_.value<EmployeeId>(
                        "insert into employee (tenant_id, user_id, name, main_department_id, superior_id) values (:t, "
                        ":user, :user, :d, :s) returning id",
                        {bind("t", tenant_), bind("user", person.user),
                         bind("d", person.department ? std::optional{departments[*person.department]} : std::nullopt),
                         bind("s", person.superior ? std::optional{people[*person.superior].id} : std::nullopt)})
                    .value();
    person.member_of = some_departments();
    if (person.department) person.member_of.insert(*person.department);
    for (auto const department : person.member_of) {
        auto const is_head = chance(15);
        if (is_head) person.heads.insert(department);
        sql_.execute(
            "insert into employee_department (tenant_id, employee_id, department_id, is_leader) values (:t, :e, :d, "
            ":l)",
            {bind("t", tenant_), bind("e", person.id), bind("d", departments[department]), bind("l", is_head)});
    }
    if (number == 0) person.roles.insert(0);  // an administrator
    for (auto i = 1 + pick(2); i > 0; --i) person.roles.insert(1 + pick(roles.size() - 1));
    for (auto const role : person.roles)
        sql_.execute("insert into role_member values (:t, :r, :e)",
                     {bind("t", tenant_), bind("r", roles[role].id), bind("e", person.id)});
    for (At group = 0; group < groups.size(); ++group) {
        if (!chance(20)) continue;
        person.groups.insert(group);
        sql_.execute("insert into user_group_member values (:t, :g, :e)",
                     {bind("t", tenant_), bind("g", groups[group]), bind("e", person.id)});
    }
    person.has_seat = chance(20);
    person.runs_pool = person.has_seat && chance(50);
    if (person.has_seat)
        sql_.execute("insert into test_seat values (:t, :pool, :e, :admin)",
                     {bind("t", tenant_), bind("pool", pool), bind("e", person.id), bind("admin", person.runs_pool)});
    people.push_back(std::move(person));
}

void World::add_rule() {
    auto rule = Rule{};
    auto objects = std::vector<std::string>{};
    for (auto const* kind : kinds)
        if (chance(50)) rule.objects.insert(kind);
    if (rule.objects.empty()) rule.objects.insert("customer");
    if (chance(45)) {  // with a condition, which only customers have
        rule.objects = {"customer"};
        rule.is_not = chance(40);
        for (auto i = 1 + pick(2); i > 0; --i) rule.sources.insert(sources[1 + pick(sources.size() - 1)]);
    }
    objects.assign(rule.objects.begin(), rule.objects.end());
    rule.writes = chance(50);
    rule.below = chance(50);
    auto const is_enabled = chance(85);
    auto const time = pick(5);  // 0: over, 1: not yet
    rule.is_valid = is_enabled && time > 1;
    auto source_person = std::optional<EmployeeId>{};
    auto source_department = std::optional<DepartmentId>{};
    if (chance(40)) {
        rule.source_person = pick(people.size());
        source_person = people[*rule.source_person].id;
    } else {
        rule.source_department = pick(departments.size());
        source_department = departments[rule.source_department];
    }
    auto conditions = std::vector<operation::RuleCondition>{};
    if (!rule.sources.empty())
        conditions.push_back({"source",
                              rule.is_not ? operation::RuleTest::is_not : operation::RuleTest::is,
                              {rule.sources.begin(), rule.sources.end()}});
    auto const target = pick(4);
    if (target == 0) rule.target_person = pick(people.size());
    if (target == 1) rule.target_department = pick(departments.size());
    if (target == 2) rule.target_role = pick(roles.size());
    if (target == 3) rule.target_group = pick(groups.size());
    sql_.execute(
        "insert into share_rule (tenant_id, objects, source_type, source_employee_id, source_department_id, "
        "target_type, "
        "target_employee_id, target_department_id, target_role_id, target_group_id, power, include_sub_departments, "
        "enabled, "
        "valid_from, "
        "valid_to, conditions, created_at, updated_at) values (:t, :objects::text[], :source_type, :se, :sd, "
        ":target_type, :te, "
        ":td, "
        ":tr, :tg, :power, :below, :enabled, :from, :to, :conditions::jsonb, :now, :now)",
        {bind("t", tenant_), bind("objects", objects),
         bind("source_type", rule.source_person ? "employee" : "department"), bind("se", source_person),
         bind("sd", source_department),
         bind("target_type", target == 0   ? "employee"
                             : target == 1 ? "department"
                             : target == 2 ? "role"
                                           : "group"),
         bind("te", rule.target_person ? std::optional{people[*rule.target_person].id} : std::nullopt),
         bind("td", rule.target_department ? std::optional{departments[*rule.target_department]} : std::nullopt),
         bind("tr", rule.target_role ? std::optional{roles[*rule.target_role].id} : std::nullopt),
         bind("tg", rule.target_group ? std::optional{groups[*rule.target_group]} : std::nullopt),
         bind("power", rule.writes ? "write" : "read"), bind("below", rule.below), bind("enabled", is_enabled),
         bind("from", time == 1 ? now_ + microseconds{1} : now_ - hours{1}),
         bind("to", time == 0 ? std::optional{now_} : std::nullopt),
         bind("conditions", operation::conditions_to_json(conditions)), bind("now", now_)});
    rules.push_back(std::move(rule));
}

void World::add_team(Record& record) {
    for (auto i = pick(3); i > 0; --i) {
        auto const who = pick(people.size());
        auto seat = Seat{chance(50), chance(30), {}};
        if (record.owner == who || record.team.contains(who)) continue;
        if (chance(50)) seat.children.insert("task");
        sql_.execute(
            "insert into team_member (tenant_id, object, object_id, employee_id, power, expires_at, children) values "
            "(:t, "
            ":kind, :id, :e, :power, :expires, :children::text[])",
            {bind("t", tenant_), bind("kind", record.kind), bind("id", record.id), bind("e", people[who].id),
             bind("power", seat.writes ? "write" : "read"), bind("expires", expiry(seat.is_expired)),
             bind("children", std::vector<std::string>(seat.children.begin(), seat.children.end()))});
        record.team.emplace(who, std::move(seat));
    }
    if (!chance(25)) return;
    auto const share = Share{pick(departments.size()), chance(50), chance(30), chance(50)};
    sql_.execute("insert into record_share values (:t, :kind, :id, :d, :power, :below, :expires, :now)",
                 {bind("t", tenant_), bind("kind", record.kind), bind("id", record.id),
                  bind("d", departments[share.department]), bind("power", share.writes ? "write" : "read"),
                  bind("below", share.below), bind("expires", expiry(share.is_expired)), bind("now", now_)});
    record.shares.push_back(share);
}

void World::add_words(Record const& customer) {
    sql_.execute(
        "insert into customer_word (tenant_id, word, customer_id) select :t, unnest(:words::text[]), :id",
        {bind("t", tenant_), bind("id", customer.id), bind("words", sales::search_words(customer.name, "", {}))});
}

void World::add_customer() {
    auto record =
        Record{"customer", 0, "客户" + std::to_string(1000 + customers.size()) + "科技", {}, {}, {}, false, {}, {}};
    record.is_in_pool = chance(12);
    if (!record.is_in_pool && !chance(5)) record.owner = pick(people.size());
    record.source = sources[pick(sources.size())];
    auto const at = now_ - minutes{pick(50)};  // some equal sort keys
    record.id =
        sql_.value<std::int64_t>(
                "insert into customer (tenant_id, no, name, name_core, search_keys, owner_id, high_sea_id, "
                "source, acquired_at, created_at, updated_at) values (:t, :name, :name, :name, :name, :owner, :pool, "
                ":source, :at, :at, :at) returning id",
                {bind("t", tenant_), bind("name", record.name),
                 bind("owner", record.owner ? std::optional{people[*record.owner].id} : std::nullopt),
                 bind("pool", record.is_in_pool ? std::optional{pool} : std::nullopt), bind("source", record.source),
                 bind("at", at)})
            .value();
    add_team(record);
    add_words(record);
    customers.push_back(std::move(record));
}

void World::add_contact() {
    auto record =
        Record{"contact", 0, "联系人" + std::to_string(others.size()), {}, {}, pick(customers.size()), false, {}, {}};
    record.id =
        sql_.value<std::int64_t>(
                "insert into contact (tenant_id, customer_id, name, created_at, updated_at) values (:t, :c, :name, "
                ":now, :now) returning id",
                {bind("t", tenant_), bind("c", customers[*record.customer].id), bind("name", record.name),
                 bind("now", now_)})
            .value();
    others.push_back(std::move(record));
}

void World::add_followup() {
    auto record = Record{"followup", 0, "跟进", pick(people.size()), {}, pick(customers.size()), false, {}, {}};
    record.id =
        sql_.value<std::int64_t>(
                "insert into followup (tenant_id, target_type, target_id, customer_id, content, author_id, "
                "followed_at, created_at, updated_at) values (:t, 'customer', :c, :c, 'x', :author, :now, :now, "
                ":now) returning id",
                {bind("t", tenant_), bind("c", customers[*record.customer].id),
                 bind("author", people[*record.owner].id), bind("now", now_)})
            .value();
    add_team(record);
    others.push_back(std::move(record));
}

void World::add_task() {
    auto record = Record{"task", 0, "任务", pick(people.size()), {}, {}, false, {}, {}};
    if (chance(70)) record.creator = pick(people.size());
    auto type = std::optional<std::string>{};
    auto target = std::optional<std::int64_t>{};
    if (auto const kind = pick(3); kind == 1) {
        record.customer = pick(customers.size());
        type = "customer";
        target = customers[*record.customer].id;
    } else if (kind == 2) {
        auto const at = pick(others.size());
        if (others[at].kind == "contact") {
            record.customer = others[at].customer;
            type = "contact";
            target = others[at].id;
        }
    }
    record.id =
        sql_.value<std::int64_t>(
                "insert into task (tenant_id, title, assignee_id, target_type, target_id, created_at, updated_at, "
                "created_by) values (:t, 'x', :assignee, :type, :target, :now, :now, :creator) returning id",
                {bind("t", tenant_), bind("assignee", people[*record.owner].id), bind("type", type),
                 bind("target", target), bind("now", now_),
                 bind("creator", record.creator ? std::optional{people[*record.creator].id} : std::nullopt)})
            .value();
    add_team(record);
    others.push_back(std::move(record));
}

}  // namespace wescrm::testing
