#include "support/database_test.hpp"

#include <wescrm/operation/access_scope.hpp>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

// The SQL that lists rows, the check of one row and an obviously correct model in memory must agree on random
// organisations.
namespace wescrm::operation::tests {
namespace {

using database::bind;
using database::Session;

struct Person {
    EmployeeId id;
    std::size_t department = 0;
    std::optional<std::size_t> superior;
    std::set<std::size_t> heads;
};
struct Record {
    std::int64_t id = 0;
    std::optional<std::size_t> owner;
    std::map<std::size_t, std::pair<std::string, bool>> team;  // person → power, is expired
};
struct Organisation {
    std::vector<DepartmentId> departments;
    std::vector<std::optional<std::size_t>> parents;
    std::vector<Person> people;
    std::vector<Record> records;
    bool all_subordinates = false;

    [[nodiscard]] bool is_below(std::size_t department, std::size_t top) const {
        for (auto at = std::optional{department}; at; at = parents[*at])
            if (*at == top) return true;
        return false;
    }
    [[nodiscard]] bool is_subordinate(std::size_t who, std::size_t of) const {
        auto at = people[who].superior;
        for (auto steps = 0; at && steps < 64; ++steps, at = people[*at].superior) {
            if (*at == of) return true;
            if (!all_subordinates) return false;
        }
        return false;
    }
};

struct GivenARandomOrganisation : testing::DatabaseTest {
    std::mt19937 random;
    Organisation org;

    std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random); }

    void fill(Session& sql) {
        for (std::size_t i = 0; i < 12; ++i) {
            auto const parent = i == 0 ? std::nullopt : std::optional{pick(i)};
            org.parents.push_back(parent);
            auto const parent_id = parent ? std::optional{org.departments[*parent]} : std::optional<DepartmentId>{};
            auto const id = sql.value<DepartmentId>(
                "with made as (select new_id() as id) insert into department (tenant_id, id, parent_id, name, path) "
                "select :t, made.id, :parent, :name, coalesce((select path from department where tenant_id = :t and id "
                "= :parent), '{}') || "
                "made.id from made returning id",
                {bind("t", tenant), bind("parent", parent_id), bind("name", "d" + std::to_string(i))});
            org.departments.push_back(id.value());
        }
        org.all_subordinates = pick(2) == 1;
        sql.execute("update tenant set settings = jsonb_build_object('subordinate_range', :range::text) where id = :t",
                    {bind("t", tenant), bind("range", org.all_subordinates ? "all" : "direct")});
        for (std::size_t i = 0; i < 25; ++i) add_person(sql, i);
        for (std::size_t i = 0; i < 60; ++i) add_record(sql, i);
    }
    void add_person(Session& sql, std::size_t number) {
        auto person = Person{};
        person.department = pick(org.departments.size());
        if (number > 0 && pick(4) > 0) person.superior = pick(number);
        auto const superior =
            person.superior ? std::optional{org.people[*person.superior].id} : std::optional<EmployeeId>{};
        person.id = sql.value<EmployeeId>(
                           "insert into employee (tenant_id, user_id, name, main_department_id, superior_id) values "
                           "(:t, :user, :user, :d, :s) returning id",
                           {bind("t", tenant), bind("user", "u" + std::to_string(number)),
                            bind("d", org.departments[person.department]), bind("s", superior)})
                        .value();
        auto members = std::set<std::size_t>{person.department};
        if (pick(3) == 0) members.insert(pick(org.departments.size()));
        for (auto const department : members) {
            auto const is_leader = pick(4) == 0;
            if (is_leader) person.heads.insert(department);
            sql.execute(
                "insert into employee_department (tenant_id, employee_id, department_id, is_leader) values (:t, :e, "
                ":d, :l)",
                {bind("t", tenant), bind("e", person.id), bind("d", org.departments[department]),
                 bind("l", is_leader)});
        }
        org.people.push_back(person);
    }
    void add_record(Session& sql, std::size_t number) {
        auto record = Record{static_cast<std::int64_t>(number + 1), {}, {}};
        if (pick(6) > 0) record.owner = pick(org.people.size());
        auto const owner = record.owner ? std::optional{org.people[*record.owner].id} : std::optional<EmployeeId>{};
        sql.execute("insert into thing values (:t, :id, :owner)",
                    {bind("t", tenant), bind("id", record.id), bind("owner", owner)});
        for (std::size_t i = pick(3); i > 0; --i) {
            auto const who = pick(org.people.size());
            auto const power = pick(2) == 0 ? std::string{"read"} : std::string{"write"};
            auto const is_expired = pick(3) == 0;
            if (!record.team.emplace(who, std::pair{power, is_expired}).second) continue;
            auto const expires = is_expired ? std::optional{clock.now()} : std::optional<Instant>{};
            sql.execute(
                "insert into team_member (tenant_id, object, object_id, employee_id, power, expires_at) values (:t, "
                "'thing', :id, :e, "
                ":p, :x)",
                {bind("t", tenant), bind("id", record.id), bind("e", org.people[who].id), bind("p", power),
                 bind("x", expires)});
        }
        org.records.push_back(std::move(record));
    }

    Actor actor_with(std::size_t who, std::vector<Grant> const& grants) {
        auto actor = Actor{};
        actor.tenant = tenant;
        actor.employee = org.people[who].id;
        actor.department = org.departments[org.people[who].department];
        if (!grants.empty()) actor.permissions = {{"thing.view", grants}, {"thing.edit", grants}};
        return actor;
    }
    std::vector<Grant> some_grants() {
        auto grants = std::vector<Grant>{};
        for (std::size_t i = pick(3); i > 0; --i) {
            auto grant = Grant{static_cast<Reach>(pick(7)), {}};
            if (grant.reach == Reach::custom)
                for (std::size_t n = pick(3); n > 0; --n)
                    grant.departments.push_back(org.departments[pick(org.departments.size())]);
            grants.push_back(grant);
        }
        return grants;
    }

    bool expected(std::size_t who, std::vector<Grant> const& grants, Record const& record, Power power) const {
        auto const member = record.team.find(who);
        if (member != record.team.end() && !member->second.second &&
            (power == Power::read || member->second.first == "write"))
            return true;
        for (auto const& grant : grants)
            if (grant.reach == Reach::all) return true;
        if (!record.owner || grants.empty()) return false;
        if (*record.owner == who) return true;
        auto const& me = org.people[who];
        auto const department = org.people[*record.owner].department;
        auto const is_headed = [&] {
            return std::any_of(me.heads.begin(), me.heads.end(),
                               [&](auto top) { return org.is_below(department, top); });
        };
        if (power == Power::read && is_headed()) return true;
        for (auto const& grant : grants) {
            if (grant.reach == Reach::self_sub && org.is_subordinate(*record.owner, who)) return true;
            if (grant.reach == Reach::dept && department == me.department) return true;
            if (grant.reach == Reach::dept_tree && org.is_below(department, me.department)) return true;
            if (grant.reach == Reach::headed && is_headed()) return true;
            if (grant.reach != Reach::custom) continue;
            for (std::size_t top = 0; top < org.departments.size(); ++top)
                if (std::count(grant.departments.begin(), grant.departments.end(), org.departments[top]) > 0 &&
                    org.is_below(department, top))
                    return true;
        }
        return false;
    }
};

TEST_F(GivenARandomOrganisation, WhenRowsAreListedThenListCheckAndModelAgree) {
    auto const* given = std::getenv("WESCRM_TEST_SEED");
    auto const seed = given ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    SCOPED_TRACE("WESCRM_TEST_SEED=" + std::to_string(seed));
    random.seed(seed);
    auto visible = std::size_t{0};
    in_tenant([&](Session& sql) {
        sql.execute("create table thing (tenant_id bigint, id bigint, owner_id bigint)");
        fill(sql);
        for (auto round = 0; round < 60; ++round) {
            auto const who = pick(org.people.size());
            auto const grants = some_grants();
            auto const actor = actor_with(who, grants);
            auto const scope = AccessScope{sql, actor, clock.now()};
            for (auto const power : {Power::read, Power::write}) {
                auto const predicate = scope.rows("thing", power, "t");
                auto params = database::Params{bind("tenant", tenant)};
                params.add(predicate.params);
                auto const ids = sql.values<std::int64_t>(
                    "select t.id from thing t where t.tenant_id = :tenant and " + predicate.sql, params);
                auto const listed = std::set<std::int64_t>(ids.begin(), ids.end());
                visible += listed.size();
                for (auto const& record : org.records) {
                    auto const should = expected(who, grants, record, power);
                    ASSERT_EQ(listed.contains(record.id), should) << "list, round " << round << " record " << record.id;
                    if (round % 6 != 0) continue;
                    auto const owner = record.owner ? org.people[*record.owner].id : EmployeeId{};
                    ASSERT_EQ(scope.allows("thing", power, record.id, owner), should)
                        << "check, round " << round << " record " << record.id;
                }
            }
        }
    });
    EXPECT_GT(visible, 0U);
}

}  // namespace
}  // namespace wescrm::operation::tests
