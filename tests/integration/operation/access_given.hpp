#pragma once
#include "access_world.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/operations.hpp>

#include <cstdlib>
#include <iostream>

namespace wescrm::testing {

inline unsigned seed_of_this_run() {
    auto const* given = std::getenv("WESCRM_TEST_SEED");
    return given ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
}

/// Random companies in one database, with a stand-in for the seats of pools: the term that another module would
/// register.
struct AccessTest : DatabaseTest {
    AccessTest() {
        in_tenant([](database::Session& session) {
            session.execute(
                "create table test_seat (tenant_id bigint, pool_id bigint, employee_id bigint, is_admin boolean)");
        });
        auto const seats = std::string{
            "{r}.high_sea_id in (select s.pool_id from test_seat s where s.tenant_id = :scope_tenant and s.employee_id "
            "= "
            ":scope_me"};
        terms.add({"customer", seats + ")", false, "是公海成员", "不是公海成员"});
        terms.add({"customer", seats + " and s.is_admin)", true, "是公海管理员", "不是公海管理员"});
    }

    /// Makes a company and runs `job(world)` inside the transaction that filled it.
    template <class Job>
    void in_world(std::mt19937& random, int number, Job job) {
        company = add_company("ww-world-" + std::to_string(number));
        in(database::Scope::of(company), [&](database::Session& session) {
            sql = &session;
            auto const world = World{session, company, clock.now(), random};
            job(world);
        });
    }
    [[nodiscard]] operation::Actor actor_of(World::Person const& person) const {
        return operation::load_actor(*sql, company, person.id, operation::Channel::api).value();
    }
    [[nodiscard]] std::set<std::int64_t> listed_ids(database::Session& session, operation::AccessScope const& scope,
                                                    std::string const& kind, Power power) const {
        return ids_of(session, kind, scope.rows(kind, power, "x"));
    }
    [[nodiscard]] std::set<std::int64_t> ids_of(database::Session& session, std::string const& kind,
                                                operation::Predicate const& predicate) const {
        auto params = database::Params{database::bind("tenant", company)};
        params.add(predicate.params);
        auto const ids = session.values<std::int64_t>(
            "select x.id from " + kind + " x where x.tenant_id = :tenant and " + predicate.sql, params);
        return {ids.begin(), ids.end()};
    }

    operation::ReaderTerms terms;
    TenantId company;
    database::Session* sql = nullptr;
};

}  // namespace wescrm::testing
