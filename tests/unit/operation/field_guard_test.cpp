#include <wescrm/operation/field_guard.hpp>

#include <gtest/gtest.h>

namespace wescrm::operation {
namespace {

TEST(AMaskedPhone, ShowsItsEndsOnly) {
    EXPECT_EQ(masked_phone("13800138000"), "138****8000");
    EXPECT_EQ(masked_phone("051266001234"), "051*****1234");
    EXPECT_EQ(masked_phone("110"), "110");
    EXPECT_EQ(masked_phone(masked_phone("13800138000")), "138****8000");
}

Actor actor_with(FieldRight right) {
    auto actor = Actor{};
    actor.employee = EmployeeId{1};
    actor.fields["customer.mobile"] = right;
    return actor;
}

TEST(WritingAField, WhenTheRoleDoesNotAllowItThenTheFieldIsNamed) {
    auto const input = json::parse(R"({"name":"宏达","mobile":"13800138000"})").value();
    for (auto const right : {FieldRight{.is_hidden = true}, FieldRight{.is_fixed = true}}) {
        auto const refused = refuse_fields(actor_with(right), "customer.edit", input);
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->reason, "field_permission");
        ASSERT_EQ(refused->fields.size(), 1U);
        EXPECT_EQ(refused->fields.front().field, "mobile");
    }
}

TEST(WritingAField, WhenItIsOfAnotherKindOrOnlyMaskedThenItIsAllowed) {
    auto const input = json::parse(R"({"mobile":"13800138000"})").value();
    EXPECT_FALSE(refuse_fields(actor_with({.is_fixed = true}), "contact.edit", input));
    EXPECT_FALSE(refuse_fields(actor_with({.is_masked = true}), "customer.edit", input));
    EXPECT_FALSE(refuse_fields(actor_with({.is_hidden = true}), "customer.edit", json::parse("{}").value()));
}

TEST(RestrictingAField, WhenEverybodyNeedsItThenItCannotBeRestricted) {
    EXPECT_TRUE(is_restrictable("customer", "mobile"));
    EXPECT_TRUE(is_restrictable("contact", "position"));
    EXPECT_FALSE(is_restrictable("customer", "id"));
    EXPECT_FALSE(is_restrictable("customer", "name"));
    EXPECT_FALSE(is_restrictable("planet", "mobile"));
    EXPECT_FALSE(is_restrictable("customer", "Mobile; drop"));
}

}  // namespace
}  // namespace wescrm::operation
