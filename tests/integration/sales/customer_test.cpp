#include "integration/sales/given.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace wescrm::sales {
namespace {

struct GivenSalespeople : wescrm::testing::SalesTest {};

TEST_F(GivenSalespeople, WhenACustomerIsCreatedThenEventAuditAndNumberAreThere) {
    auto const made = create("li", "苏州宏达科技有限公司", "138 0013 8000");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->no, "KH202611250001");
    EXPECT_EQ(made->mobile, "13800138000");
    EXPECT_EQ(made->owner_user_id, UserId{"li"});
    EXPECT_EQ(
        count(
            "ownership_event e join customer c on c.id = e.object_id and c.owner_id = e.to_id where e.kind = 'create'"),
        1);
    EXPECT_EQ(count("audit_log where action = 'customer.create'"), 1);
}

TEST_F(GivenSalespeople, WhenTheSameCompanyIsCreatedAgainThenItIsADuplicateAndNothingIsWritten) {
    ASSERT_TRUE(create("li", "宏达科技有限公司"));
    auto const again = create("wang", "苏州宏达科技股份有限公司");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, "duplicate");
    EXPECT_THAT(again.error().message, ::testing::HasSubstr("li"));
    EXPECT_EQ(count("customer"), 1);
}

TEST_F(GivenSalespeople, WhenTwoCreateTheSamePhoneAtOnceThenOneWins) {
    auto won = std::atomic<int>{0};
    {
        auto one = std::jthread{[&] { won += create("li", "甲公司", "13800138000").has_value() ? 1 : 0; }};
        auto two = std::jthread{[&] { won += create("wang", "乙公司", "13800138000").has_value() ? 1 : 0; }};
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(count("customer"), 1);
}

TEST_F(GivenSalespeople, WhenOthersLookThenOnlyOwnerAndSuperiorSeeIt) {
    auto const made = create("li", "宏达科技").value();
    auto const sees = [&](std::string const& user) {
        return as(user, [&](operation::Context& ctx) { return show_customer(ctx, {made.id, {}}); }).has_value();
    };
    auto const finds = [&](std::string const& user, std::string const& words) {
        return as(user, [&](operation::Context& ctx) { return search_customers(ctx, {words, {}}); })
            .value()
            .items.size();
    };
    EXPECT_TRUE(sees("li"));
    EXPECT_TRUE(sees("boss"));
    EXPECT_FALSE(sees("wang"));
    for (auto words : {"宏达", "hdkj", "hongda", "宏达科技有限公司", "KH202611250001"})
        EXPECT_EQ(finds("li", words), 1U) << words;
    EXPECT_EQ(finds("wang", "宏达"), 0U);
    EXPECT_EQ(as("boss", [](operation::Context& ctx) { return list_customers(ctx, {}); }).value().items.size(), 1U);
}

TEST_F(GivenSalespeople, WhenAStaleVersionIsChangedThenItIsRefused) {
    auto const made = create("li", "宏达科技").value();
    auto change = ChangeCustomer{};
    change.id = made.id;
    change.version = made.version;
    change.level = {true, "重点"};
    auto const first = as("li", [&](operation::Context& ctx) { return change_customer(ctx, change); });
    ASSERT_TRUE(first);
    EXPECT_EQ(first->level, "重点");
    auto const second = as("li", [&](operation::Context& ctx) { return change_customer(ctx, change); });
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::stale);
}

TEST_F(GivenSalespeople, WhenTransferredThenTheEventNamesTheNewOwnerAndHeIsTold) {
    auto const made = create("li", "宏达科技").value();
    auto const moved = as(
        "li", [&](operation::Context& ctx) { return transfer_customer(ctx, {made.id, UserId{"wang"}, "区域调整"}); });
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_EQ(moved->owner_user_id, UserId{"wang"});
    EXPECT_EQ(count("outbox where recipient = 'wang' and kind = 'customer_transferred'"), 1);
    EXPECT_EQ(count("ownership_event e join customer c on c.id = e.object_id and c.owner_id = e.to_id where e.kind = "
                    "'transfer'"),
              1);
}

TEST_F(GivenSalespeople, WhenAFollowupPlansTheNextContactThenItsAuthorIsReminded) {
    auto const made = create("li", "宏达科技").value();
    auto input = CreateFollowup{};
    input.target_id = RecordId{made.id.value()};
    input.content = "今天拜访了王总";
    input.next_contact_at = clock.now() + hours{20};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return create_followup(ctx, input); }));
    auto const shown = as("li", [&](operation::Context& ctx) { return show_customer(ctx, {made.id, {}}); }).value();
    EXPECT_EQ(shown.last_follow_at, clock.now());
    EXPECT_EQ(shown.next_contact_at, input.next_contact_at);
    EXPECT_EQ(shown.followups.size(), 1U);
    fire_due();
    EXPECT_EQ(count("outbox"), 0);
    clock.advance(hours{21});
    fire_due();
    fire_due();
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'next_contact'"), 1);
}

}  // namespace
}  // namespace wescrm::sales
