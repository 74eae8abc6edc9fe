#include "access_given.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/sales/operations.hpp>

// Z-01, Z-02, Z-03: the same company through every way that the product offers: lists in every order and page by page,
// single records, searches, details, explanations. Nothing is visible on one way and hidden on another.
namespace wescrm::testing {
namespace {

using Ids = std::set<std::int64_t>;

struct NoRenderer final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const&, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())
Result<Nothing> do_nothing(operation::Context&, Nothing const&) { return Nothing{}; }
constexpr operation::Operation<Nothing, Nothing> stray{
    "stray.do", "无人可授权", "stray.do", operation::Effect::reads, do_nothing, {}};

struct GivenTheWholeProduct : AccessTest {
    GivenTheWholeProduct() {
        operation::add_operations(catalogue);
        org::add_operations(catalogue);
        sales::add_operations(catalogue);
        agenda::add_operations(catalogue);
        services.renderer = &renderer;
        services.reader_terms = &terms;
    }

    Result<json::Document> perform(std::string const& name, operation::Actor const& actor, std::string const& input) {
        auto const document = json::parse(input).value();
        return operations.perform_in(*sql, *catalogue.find(name), actor, document);
    }

    static Ids ids_in(json::Value const& page, char const* list) {
        auto ids = Ids{};
        for (auto const& item : page[list].GetArray()) ids.insert(std::stoll(json::find_string(item, "id").value()));
        return ids;
    }

    /// All pages; each record once, in whatever order is asked.
    Ids listed(std::string const& operation, operation::Actor const& actor, std::string const& sort) {
        auto all = Ids{};
        auto cursor = std::string{};
        for (auto pages = 0; pages < 100; ++pages) {
            auto const input =
                R"({"limit":7,"sort":")" + sort + "\"" + (cursor.empty() ? "" : R"(,"cursor":")" + cursor + "\"") + "}";
            auto const page = perform(operation, actor, input);
            if (!page) {
                EXPECT_EQ(page.error().code, Errc::forbidden) << operation << ' ' << page.error().message;
                return all;
            }
            for (auto const id : ids_in(*page, "items"))
                EXPECT_TRUE(all.insert(id).second) << "twice in " << operation << ' ' << sort;
            cursor = json::find_string(*page, "next_cursor").value_or("");
            if (cursor.empty()) return all;
        }
        ADD_FAILURE() << operation << " has no end";
        return all;
    }

    /// What he sees of a kind, on top of the permission that the operation itself asks for.
    Ids expected(World const& world, World::At person, std::string const& kind, std::string const& operation) {
        auto ids = Ids{};
        auto const actor = actor_of(world.people[person]);
        if (!actor.may(catalogue.find(operation)->permission)) return ids;
        for (auto const* record : world.records())
            if (record->kind == kind && world.sees(person, *record)) ids.insert(record->id);
        return ids;
    }

    void walk_lists(World const& world, World::At person) {
        auto const actor = actor_of(world.people[person]);
        auto const compare = [&](std::string const& kind, std::vector<std::string> const& sorts) {
            auto const operation = kind + ".list";
            auto const should = expected(world, person, kind, operation);
            for (auto const& sort : sorts)
                EXPECT_EQ(listed(operation, actor, sort), should)
                    << operation << ' ' << sort << " by " << world.people[person].user;
        };
        compare("customer",
                {"-updated_at", "updated_at", "-created_at", "name", "-no", "last_follow_at", "-next_contact_at"});
        compare("contact", {"-created_at", "name"});
        compare("followup", {"-followed_at", "created_at"});
        compare("task", {"due_at", "-created_at"});
    }

    void walk_records(World const& world, World::At person) {
        auto const actor = actor_of(world.people[person]);
        for (auto const* record : world.records()) {
            auto const id = R"({"id":")" + std::to_string(record->id) + "\"}";
            auto const shown = perform(record->kind + ".show", actor, id);
            auto const may = actor.may(catalogue.find(record->kind + ".show")->permission);
            EXPECT_EQ(shown.has_value(), may && world.sees(person, *record))
                << record->kind << ".show by " << world.people[person].user;
            if (!shown) EXPECT_EQ(shown.error().code, may ? Errc::not_found : Errc::forbidden);
            auto const explained = perform(record->kind + ".explain", actor, id);
            ASSERT_TRUE(explained) << record->kind << " " << explained.error().message;
            EXPECT_EQ((*explained)["read"]["allowed"].GetBool(), world.sees(person, *record));
            EXPECT_EQ((*explained)["write"]["allowed"].GetBool(), world.changes(person, *record));
            if (shown && record->kind == "customer") walk_detail(world, person, *record, *shown);
        }
    }

    // What stands in a customer's details is no more than what he sees by itself.
    void walk_detail(World const& world, World::At person, World::Record const& customer, json::Value const& shown) {
        auto contacts = Ids{};
        for (auto const& record : world.others)
            if (record.kind == "contact" && &world.customers[*record.customer] == &customer &&
                world.sees(person, record))
                contacts.insert(record.id);
        EXPECT_EQ(ids_in(shown, "contacts"), contacts);
        for (auto const id : ids_in(shown, "followups"))
            for (auto const& record : world.others)
                if (record.id == id) EXPECT_TRUE(world.sees(person, record));
    }

    void walk_searches(World const& world, World::At person) {
        auto const actor = actor_of(world.people[person]);
        auto const may = actor.may(catalogue.find("customer.search")->permission);
        for (auto const& customer : world.customers) {
            auto const found = perform("customer.search", actor, R"({"words":")" + customer.name + "\"}");
            ASSERT_EQ(found.has_value(), may);
            if (may)
                EXPECT_EQ(ids_in(*found, "items").contains(customer.id), world.sees(person, customer))
                    << "search by " << world.people[person].user;
        }
    }

    NoRenderer renderer;
    operation::Services services;
    operation::Catalogue catalogue;
    operation::Operations operations{*db, clock, catalogue, services};
};

TEST_F(GivenTheWholeProduct, WhenSeveralPeopleWalkEveryWayThenEachSeesTheSameOnAll) {
    auto const seed = seed_of_this_run();
    SCOPED_TRACE("WESCRM_TEST_SEED=" + std::to_string(seed));
    auto random = std::mt19937{seed};
    in_world(random, 0, [&](World const& world) {
        for (World::At person = 0; person < 8; ++person) {
            walk_lists(world, person);
            walk_records(world, person);
            walk_searches(world, person);
        }
    });
}

TEST_F(GivenTheWholeProduct, WhenSomebodyAsksForAnotherThenOnlyWhoManagesThePeopleIsAnswered) {
    auto random = std::mt19937{3};
    in_world(random, 0, [&](World const& world) {
        auto const& customer = world.customers.front();
        auto const about = [&](std::string const& user) {
            return R"({"id":")" + std::to_string(customer.id) + R"(","user_id":")" + user + "\"}";
        };
        auto const administrator = actor_of(world.people[0]);
        auto const plain = actor_of(world.people[1]);
        auto const refused = perform("customer.explain", plain, about("u2"));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Errc::forbidden);
        EXPECT_TRUE(perform("customer.explain", plain, about("u1")));
        for (World::At person = 1; person < world.people.size(); ++person) {
            auto const answer = perform("customer.explain", administrator, about(world.people[person].user));
            ASSERT_TRUE(answer);
            EXPECT_EQ((*answer)["read"]["allowed"].GetBool(), world.sees(person, customer));
            EXPECT_EQ((*answer)["write"]["allowed"].GetBool(), world.changes(person, customer));
        }
        EXPECT_EQ(perform("customer.explain", administrator, about("nobody")).error().code, Errc::invalid_input);
        EXPECT_EQ(perform("customer.explain", administrator, R"({"id":"1"})").error().code, Errc::not_found);
        sql->execute("update employee set status = 'disabled' where tenant_id = :t and user_id = 'u2'",
                     {database::bind("t", company)});
        auto const gone = perform("customer.explain", administrator, about("u2")).value();
        EXPECT_FALSE(gone["read"]["allowed"].GetBool());
        EXPECT_EQ(json::view(gone["read"]["because"][0]), "账号已停用");
    });
}

TEST_F(GivenTheWholeProduct, WhenTheServerStartsThenEveryPermissionIsOneThatARoleCanGive) {
    EXPECT_NO_THROW(operation::insist_on_known_permissions(catalogue));
    catalogue.add(stray);
    EXPECT_THROW(operation::insist_on_known_permissions(catalogue), std::logic_error);
}

}  // namespace
}  // namespace wescrm::testing
