#include "access_given.hpp"

#include <wescrm/operation/paging.hpp>

#include <cstdlib>

// The SQL that lists rows, the check of one row, its explanation and the model must agree on random companies.
//   WESCRM_TEST_SEED=… repeats a run, WESCRM_PAIRS=100000 is the long form.
namespace wescrm::testing {
namespace {

std::size_t wanted_pairs() {
    auto const* given = std::getenv("WESCRM_PAIRS");
    return given ? std::stoul(given) : 10'000;
}

struct GivenRandomCompanies : AccessTest {
    std::size_t pairs = 0;
    std::size_t seen = 0;
    std::size_t changeable = 0;

    void compare_lists(World const& world, World::At person, operation::AccessScope const& scope) {
        for (auto const* kind : {"customer", "contact", "followup", "task"})
            for (auto const power : {Power::read, Power::write}) {
                // However many he sees, and whether they are named or not.
                auto const many = scope.where_few_are(0);
                if (power == Power::read) compare_pages(world, person, kind, {scope, many, scope.named()});
                for (auto const& rows : {scope.rows(kind, power, "x"), many.rows(kind, power, "x"),
                                         scope.named().rows(kind, power, "x"), many.named().rows(kind, power, "x")}) {
                    auto const listed = ids_of(*sql, kind, rows);
                    for (auto const* record : world.records())
                        if (record->kind == kind)
                            ASSERT_EQ(listed.contains(record->id), world.allows(person, power, *record))
                                << "list of " << kind << (power == Power::read ? " to read " : " to change ")
                                << record->id << " by " << world.people[person].user << ": " << rows.sql;
                }
            }
    }

    // The first page, of a size that holds everything.
    void compare_pages(World const& world, World::At person, std::string const& kind,
                       std::initializer_list<operation::AccessScope> scopes) {
        auto const paging =
            operation::Paging::from({}, 200, {}, {{"created", "x.created_at", "timestamptz"}}, "-created", "x.id");
        for (auto const& scope : scopes) {
            auto page = scope.page(kind, "x", "", paging.value());
            page.params.add(database::bind("tenant", company));
            auto const found = sql->values<std::int64_t>(page.sql, page.params);
            auto const listed = std::set<std::int64_t>(found.begin(), found.end());
            ASSERT_LE(listed.size(), 200U);
            for (auto const* record : world.records())
                if (record->kind == kind)
                    ASSERT_EQ(listed.contains(record->id), world.allows(person, Power::read, *record))
                        << "page of " << kind << " " << record->id << " by " << world.people[person].user << ": "
                        << page.sql;
        }
    }

    // The short way for what hangs on one customer.
    void compare_parts(World const& world, World::At person, operation::Actor const& actor,
                       operation::AccessScope const& scope) {
        for (auto const* kind : {"contact", "followup"})
            for (World::At at = 0; at < world.customers.size(); ++at) {
                auto const& customer = world.customers[at];
                auto const rows = scope.at_customer(customer.id).rows(kind, Power::read, "x");
                auto params = rows.params;
                params.add(database::bind("tenant", actor.tenant));
                params.add(database::bind("customer", customer.id));
                auto const listed = sql->values<std::int64_t>("select x.id from " + std::string{kind} +
                                                                  " x where x.tenant_id = :tenant and x.customer_id = "
                                                                  ":customer and " +
                                                                  rows.sql,
                                                              params);
                auto const found = std::set<std::int64_t>(listed.begin(), listed.end());
                for (auto const* record : world.records())
                    if (record->kind == kind && record->customer == at)
                        ASSERT_EQ(found.contains(record->id), world.allows(person, Power::read, *record))
                            << kind << " " << record->id << " of " << customer.id << " by "
                            << world.people[person].user;
            }
    }

    void compare_checks(World const& world, World::At person, operation::AccessScope const& scope) {
        for (auto const* record : world.records()) {
            for (auto const power : {Power::read, Power::write}) {
                auto const should = world.allows(person, power, *record);
                auto const verdict = scope.explain(record->kind, power, record->id);
                ASSERT_TRUE(verdict);
                ASSERT_EQ(verdict->is_allowed, should)
                    << "check of " << record->kind << (power == Power::read ? " to read " : " to change ") << record->id
                    << " by " << world.people[person].user << ": " << text::join(verdict->because, "；");
                ASSERT_FALSE(verdict->because.empty());
                if (should) ASSERT_EQ(verdict->because.size(), 1U) << "the first reason that holds";
                (power == Power::read ? seen : changeable) += should ? 1 : 0;
            }
            ++pairs;
        }
    }
};

TEST_F(GivenRandomCompanies, WhenRowsAreListedAndCheckedThenListCheckAndModelAgree) {
    auto const seed = seed_of_this_run();
    SCOPED_TRACE("WESCRM_TEST_SEED=" + std::to_string(seed));
    auto random = std::mt19937{seed};
    for (auto number = 0; pairs < wanted_pairs() && !HasFatalFailure(); ++number)
        in_world(random, number, [&](World const& world) {
            for (World::At person = 0; person < world.people.size() && !HasFatalFailure(); ++person) {
                auto const actor = actor_of(world.people[person]);
                auto const scope = operation::AccessScope{*sql, actor, clock.now(), &terms};
                compare_lists(world, person, scope);
                compare_parts(world, person, actor, scope);
                compare_checks(world, person, scope);
            }
        });
    RecordProperty("pairs", static_cast<int>(pairs));
    std::cout << "seed " << seed << ": " << pairs << " pairs, " << seen << " visible, " << changeable
              << " changeable\n";
    EXPECT_GT(seen, pairs / 20);
    EXPECT_LT(seen, pairs * 19 / 20);
    EXPECT_GT(changeable, pairs / 50);
    EXPECT_LT(changeable, seen);
}

TEST_F(GivenRandomCompanies, WhenTheRecordIsOfAnotherCompanyThenItDoesNotExist) {
    auto random = std::mt19937{1};
    auto foreign = std::int64_t{0};
    in_world(random, 0, [&](World const& world) { foreign = world.customers.front().id; });
    in_world(random, 1, [&](World const& world) {
        auto const administrator = actor_of(world.people.front());
        auto const scope = operation::AccessScope{*sql, administrator, clock.now(), &terms};
        EXPECT_FALSE(scope.allows("customer", Power::read, foreign));
        EXPECT_FALSE(scope.explain("customer", Power::read, foreign));
        EXPECT_TRUE(scope.allows("customer", Power::write, world.customers.front().id));
    });
}

}  // namespace
}  // namespace wescrm::testing
