#include "field_given.hpp"

namespace wescrm::testing {
namespace {

TEST_F(GivenAPhone, WhenTheReaderIsNotTheOwnerThenItIsMaskedOnEveryWay) {
    EXPECT_EQ(phone_in(perform(actor("li"), "customer.show", about())), "13800138000");
    EXPECT_EQ(phone_in(perform(actor("boss"), "customer.show", about())), "138****8000");
    auto const list = perform(actor("boss"), "customer.list", "{}").value();
    EXPECT_EQ(json::view(list["items"][0]["mobile"]), "138****8000");
}

TEST_F(GivenAPhone, WhenTheContactHangsOnTheCustomerThenItsPhoneIsTheOwnersToo) {
    ASSERT_TRUE(perform(operation::system_actor(tenant, operation::Channel::cli), "contact.create",
                        R"({"customer_id":")" + customer + R"(","name":"王总","mobile":"13900139000"})"));
    EXPECT_EQ(json::view(perform(actor("li"), "customer.show", about()).value()["contacts"][0]["mobile"]),
              "13900139000");
    EXPECT_EQ(json::view(perform(actor("boss"), "customer.show", about()).value()["contacts"][0]["mobile"]),
              "139****9000");
}

TEST_F(GivenAPhone, WhenTheCompanyMasksNothingOrHeIsAnAdministratorThenItIsShown) {
    auto open = actor("boss");
    open.hides_phones = false;
    EXPECT_EQ(phone_in(perform(open, "customer.show", about())), "13800138000");
}

TEST_F(GivenAPhone, WhenATeamMemberMayWriteThenHeSeesIt) {
    ASSERT_TRUE(
        perform(actor("li"), "customer.share", R"({"id":")" + customer + R"(","user_id":"wang","power":"read"})"));
    EXPECT_EQ(phone_in(perform(actor("wang"), "customer.show", about())), "138****8000");
    ASSERT_TRUE(
        perform(actor("li"), "customer.share", R"({"id":")" + customer + R"(","user_id":"wang","power":"write"})"));
    EXPECT_EQ(phone_in(perform(actor("wang"), "customer.show", about())), "13800138000");
}

TEST_F(GivenAPhone, WhenWhoeverMayEditAsksThenHeGetsItAndItIsLogged) {
    auto const shown = perform(actor("boss"), "customer.reveal", about());
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(json::view((*shown)["value"]), "13800138000");
    EXPECT_EQ(count("audit_log where action = 'customer.reveal'"), 1);
    EXPECT_EQ(perform(actor("wang"), "customer.reveal", about()).error().code, Errc::not_found);
    auto reader = actor("boss");
    reader.permissions.erase("customer.edit");
    EXPECT_EQ(perform(reader, "customer.reveal", about()).error().code, Errc::forbidden);
    EXPECT_EQ(count("audit_log where action = 'customer.reveal'"), 1);
}

TEST_F(GivenAPhone, WhenTheRoleHidesAFieldThenItIsAbsentAndCannotBeWritten) {
    auto li = actor("li");
    li.fields["customer.mobile"] = {.is_hidden = true};
    EXPECT_EQ(phone_in(perform(li, "customer.show", about())), "absent");
    EXPECT_FALSE(perform(li, "customer.list", "{}").value()["items"][0].HasMember("mobile"));
    auto const refused =
        perform(li, "customer.change", R"({"id":")" + customer + R"(","version":1,"mobile":"13900139000"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "mobile");
    EXPECT_EQ(perform(li, "customer.reveal", about()).error().code, Errc::forbidden);
}

TEST_F(GivenAPhone, WhenTheRoleMasksInListsThenTheDetailShowsIt) {
    auto li = actor("li");
    li.fields["customer.mobile"] = {.is_masked = true, .only_in_lists = true};
    EXPECT_EQ(phone_in(perform(li, "customer.show", about())), "13800138000");
    EXPECT_EQ(json::view(perform(li, "customer.list", "{}").value()["items"][0]["mobile"]), "138****8000");
}

// The most permissive of somebody's roles counts, and a role that says nothing allows everything.
TEST_F(GivenAPhone, WhenSeveralRolesSpeakThenTheWidestCounts) {
    auto const add_role = [&](std::string const& name, std::string const& field) {
        in_tenant([&](database::Session& sql) {
            auto const role =
                sql.value<std::int64_t>("insert into role (tenant_id, name) values (:t, :name) returning id",
                                        {database::bind("t", tenant), database::bind("name", name)});
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                {database::bind("t", tenant), database::bind("r", *role), database::bind("e", employees.at("li"))});
            if (!field.empty())
                sql.execute(
                    "insert into role_field (tenant_id, role_id, object, field, level, mask) values (:t, :r, "
                    "'customer', 'mobile', " +
                        field + ")",
                    {database::bind("t", tenant), database::bind("r", *role)});
        });
    };
    auto const right = [&]() -> std::optional<operation::FieldRight> {
        auto const li = in_tenant([&](database::Session& sql) {
            return operation::load_actor(sql, tenant, employees.at("li"), operation::Channel::api).value();
        });
        auto const found = li.fields.find("customer.mobile");
        return found == li.fields.end() ? std::nullopt : std::optional{found->second};
    };
    add_role("甲", "0, 2");
    ASSERT_TRUE(right());
    EXPECT_TRUE(right()->is_hidden);
    EXPECT_TRUE(right()->is_masked);
    add_role("乙", "1, 1");
    EXPECT_FALSE(right()->is_hidden);
    EXPECT_TRUE(right()->is_fixed);
    EXPECT_TRUE(right()->only_in_lists);
    add_role("丙", "");
    EXPECT_FALSE(right());
}

}  // namespace
}  // namespace wescrm::testing
