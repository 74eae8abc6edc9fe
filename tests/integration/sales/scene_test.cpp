#include "integration/sales/given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/operations.hpp>

#include <gmock/gmock.h>

namespace wescrm::sales {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// The preset views of crm-domain.md 5.4: each narrows what somebody sees, none widens it.
struct GivenScenes : wescrm::testing::SalesTest {
    std::vector<std::string> names(std::string const& user, std::string const& scene) {
        auto input = ListCustomers{};
        input.scene = scene;
        auto const page = as(user, [&](operation::Context& ctx) { return list_customers(ctx, input); });
        auto found = std::vector<std::string>{};
        for (auto const& item : page.value().items) found.push_back(item.name);
        return found;
    }
    void set(std::string const& sql, std::string const& name) {
        in_tenant([&](database::Session& session) {
            session.execute("update customer set " + sql + " where tenant_id = :t and name = :name",
                            {database::bind("t", tenant), database::bind("name", name)});
        });
    }
    Result<json::Document> call(std::string const& user, std::string const& operation, std::string const& input) {
        auto catalogue = operation::Catalogue{};
        operation::add_operations(catalogue);
        auto const parsed = json::parse(input).value();
        return as(user, [&](operation::Context& ctx) { return catalogue.find(operation)->invoke(ctx, parsed); });
    }
};

TEST_F(GivenScenes, WhenALeaderLooksThenHisOwnAndHisPeoplesAreApart) {
    ASSERT_TRUE(create("boss", "自己的客户"));
    ASSERT_TRUE(create("li", "下属的客户"));
    ASSERT_TRUE(create("wang", "别人的客户"));
    EXPECT_THAT(names("boss", "mine"), ElementsAre("自己的客户"));
    EXPECT_THAT(names("boss", "subordinates"), ElementsAre("下属的客户"));
    EXPECT_THAT(names("li", "subordinates"), IsEmpty());
}

TEST_F(GivenScenes, WhenSomebodyIsInATeamThenItIsThereUntilItExpires) {
    auto const made = create("li", "团队客户").value();
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into team_member (tenant_id, object, object_id, employee_id, power, expires_at) values (:t, "
            "'customer', :id, :wang, 'read', :until)",
            {database::bind("t", tenant), database::bind("id", made.id), database::bind("wang", employees["wang"]),
             database::bind("until", clock.now() + std::chrono::hours{1})});
    });
    EXPECT_THAT(names("wang", "team"), ElementsAre("团队客户"));
    EXPECT_THAT(names("li", "team"), IsEmpty());
    clock.advance(std::chrono::hours{2});
    EXPECT_THAT(names("wang", "team"), IsEmpty());
}

TEST_F(GivenScenes, WhenARuleSharesAnOwnersRecordsThenTheyAreShared) {
    ASSERT_TRUE(create("li", "规则共享"));
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into share_rule (tenant_id, objects, source_type, source_employee_id, target_type, "
            "target_employee_id, power, created_at, updated_at) values (:t, '{customer}', 'employee', :li, "
            "'employee', :wang, 'read', now(), now())",
            {database::bind("t", tenant), database::bind("li", employees["li"]),
             database::bind("wang", employees["wang"])});
    });
    EXPECT_THAT(names("wang", "shared"), ElementsAre("规则共享"));
    EXPECT_THAT(names("wang", "mine"), IsEmpty());
}

TEST_F(GivenScenes, WhenDaysPassThenNewAndToContactFollowTheCompanysCalendar) {
    for (auto const* name : {"今天", "本周一", "上周日", "该联系了", "明天联系"}) ASSERT_TRUE(create("li", name));
    // Monday 2026-11-23 begins at 16:00 UTC of the day before.
    set("created_at = '2026-11-22T16:00:00Z'", "本周一");
    set("created_at = '2026-11-22T15:59:59Z'", "上周日");
    set("created_at = '2026-10-01T00:00:00Z', next_contact_at = '2026-11-25T15:59:59Z'", "该联系了");
    set("created_at = '2026-10-01T00:00:00Z', next_contact_at = '2026-11-25T16:00:00Z'", "明天联系");
    EXPECT_THAT(names("li", "new_today"), ElementsAre("今天"));
    EXPECT_THAT(names("li", "new_week"), UnorderedElementsAre("今天", "本周一"));
    EXPECT_THAT(names("li", "to_contact"), ElementsAre("该联系了"));
    in_tenant([&](database::Session& sql) {
        sql.execute("update tenant set settings = settings || '{\"week_starts\": \"sunday\"}' where id = :t",
                    {database::bind("t", tenant)});
    });
    EXPECT_THAT(names("li", "new_week"), UnorderedElementsAre("今天", "本周一", "上周日"));
}

TEST_F(GivenScenes, WhenARecordIsFollowedThenOnlyByWhoDidAndOnlyWhileHeSeesIt) {
    auto const made = create("li", "关注的客户").value();
    auto const record = R"({"object":"customer","object_id":")" + std::to_string(made.id.value()) + "\"}";
    EXPECT_FALSE(call("wang", "favourite.add", record)) << "invisible: not to be followed";
    ASSERT_TRUE(call("boss", "favourite.add", record));
    EXPECT_THAT(names("boss", "followed"), ElementsAre("关注的客户"));
    EXPECT_THAT(names("li", "followed"), IsEmpty());
    ASSERT_TRUE(call("boss", "favourite.remove", record));
    EXPECT_THAT(names("boss", "followed"), IsEmpty());
}

TEST_F(GivenScenes, WhenTheSceneIsUnknownThenTheFieldIsNamed) {
    auto input = ListCustomers{};
    input.scene = "nonsense";
    auto const page = as("li", [&](operation::Context& ctx) { return list_customers(ctx, input); });
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().fields.front().field, "scene");
}

TEST_F(GivenScenes, WhenAViewIsSavedAgainThenItReplacesTheFirstAndBelongsToOnePerson) {
    auto const view = [](std::string const& query) {
        return R"({"object":"customer","name":"华东","query":")" + query + "\"}";
    };
    ASSERT_TRUE(call("li", "saved_view.save", view("level=重点")));
    ASSERT_TRUE(call("li", "saved_view.save", view("level=普通")));
    auto const mine = call("li", "saved_view.list", R"({"object":"customer"})").value();
    ASSERT_EQ(mine["items"].Size(), 1U);
    EXPECT_EQ(json::find_string(mine["items"][0], "query"), "level=普通");
    EXPECT_TRUE(call("wang", "saved_view.list", R"({"object":"customer"})").value()["items"].Empty());
    auto const id = json::find_string(mine["items"][0], "id").value();
    EXPECT_FALSE(call("wang", "saved_view.delete", R"({"id":")" + id + "\"}"));
    EXPECT_TRUE(call("li", "saved_view.delete", R"({"id":")" + id + "\"}"));
}

}  // namespace
}  // namespace wescrm::sales
