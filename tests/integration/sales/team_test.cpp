#include "given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::testing {
namespace {

/// A customer of wang, whom li does not see by himself.
struct GivenACustomerOfWang : SalesTest {
    GivenACustomerOfWang() {
        sales::add_operations(catalogue);
        customer = create("wang", "宏达科技有限公司").value().id;
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& more) {
        auto const input = json::parse(R"({"id":")" + std::to_string(customer.value()) + "\"" + more + "}").value();
        return as(user, [&](operation::Context& ctx) { return catalogue.find(operation)->invoke(ctx, input); });
    }
    bool sees(std::string const& user) { return perform(user, "customer.show", "").has_value(); }

    operation::Catalogue catalogue;
    sales::CustomerId customer;
};

TEST_F(GivenACustomerOfWang, WhenSharedWithLiThenHeReadsItUntilItExpiresAndIsTold) {
    ASSERT_FALSE(sees("li"));
    auto const shared =
        perform("wang", "customer.share", R"(,"user_id":"li","power":"read","expires_at":"2026-11-25T18:00:00+08:00")");
    ASSERT_TRUE(shared) << shared.error().message;
    EXPECT_EQ((*shared)["team"].Size(), 1U);
    EXPECT_TRUE(sees("li"));
    EXPECT_EQ(perform("li", "customer.change", R"(,"version":1,"remark":"x")").error().code, Errc::forbidden);
    EXPECT_EQ(count("outbox where kind = 'team_changed'"), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.share'"), 1);
    clock.advance(hours{2});
    EXPECT_FALSE(sees("li"));
}

TEST_F(GivenACustomerOfWang, WhenSharedToWriteThenLiChangesItAndMayLeave) {
    ASSERT_TRUE(perform("wang", "customer.share", R"(,"user_id":"li","power":"write")"));
    EXPECT_TRUE(perform("li", "customer.change", R"(,"version":1,"remark":"x")"));
    EXPECT_EQ(perform("li", "customer.unshare", R"(,"user_id":"boss")").error().reason, "team_member");
    EXPECT_TRUE(perform("li", "customer.unshare", R"(,"user_id":"li")"));
    EXPECT_FALSE(sees("li"));
}

TEST_F(GivenACustomerOfWang, WhenTheTeamIsPatchedThenItIsExactlyThat) {
    auto const changed =
        perform("wang", "customer.change", R"(,"version":1,"team":[{"user_id":"li","power":"write","children":[]}])");
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ((*changed)["team"].Size(), 1U);
    EXPECT_TRUE(sees("li"));
    auto const wrong = perform("wang", "customer.change",
                               R"(,"version":2,"team":[{"user_id":"nobody","power":"read","children":[]}])");
    ASSERT_TRUE(wrong.has_error());
    EXPECT_EQ(wrong.error().fields.front().field, "team[0].user_id");
    ASSERT_TRUE(perform("wang", "customer.change", R"(,"version":2,"team":[])"));
    EXPECT_FALSE(sees("li"));
    EXPECT_EQ(count("audit_log where action = 'customer.change'"), 2);
}

TEST_F(GivenACustomerOfWang, WhenTheInputIsWrongThenTheFieldIsNamedAndNothingChanges) {
    auto const field_of = [&](std::string const& more) {
        auto const refused = perform("wang", "customer.share", more);
        return refused.has_error() && !refused.error().fields.empty() ? refused.error().fields.front().field : "none";
    };
    EXPECT_EQ(field_of(R"(,"user_id":"nobody","power":"read")"), "user_id");
    EXPECT_EQ(field_of(R"(,"user_id":"wang","power":"read")"), "user_id") << "the owner";
    EXPECT_EQ(field_of(R"(,"power":"read")"), "user_id");
    EXPECT_EQ(field_of(R"(,"department_id":"1","power":"read")"), "department_id");
    EXPECT_EQ(field_of(R"(,"user_id":"li","power":"all")"), "power");
    EXPECT_EQ(field_of(R"(,"user_id":"li","power":"read","expires_at":"2026-11-25T16:30:00+08:00")"), "expires_at");
    EXPECT_EQ(perform("li", "customer.share", R"(,"user_id":"li","power":"write")").error().code, Errc::not_found);
    EXPECT_EQ(count("team_member"), 0);
}

TEST_F(GivenACustomerOfWang, WhenSharedWithADepartmentThenItsPeopleSeeIt) {
    auto const department = in_tenant([&](database::Session& sql) {
        auto const id = sql.value<std::int64_t>(
            "insert into department (tenant_id, name, path) values (:t, 'd', '{}') returning id",
            {database::bind("t", tenant)});
        sql.execute("update department set path = array[id] where tenant_id = :t", {database::bind("t", tenant)});
        sql.execute("insert into employee_department (tenant_id, employee_id, department_id) values (:t, :e, :d)",
                    {database::bind("t", tenant), database::bind("e", employees["li"]), database::bind("d", *id)});
        return std::to_string(*id);
    });
    ASSERT_TRUE(perform("wang", "customer.share", R"(,"department_id":")" + department + R"(","power":"read")"));
    EXPECT_TRUE(sees("li"));
    ASSERT_TRUE(perform("wang", "customer.unshare", R"(,"department_id":")" + department + "\""));
    EXPECT_FALSE(sees("li"));
}

}  // namespace
}  // namespace wescrm::testing
