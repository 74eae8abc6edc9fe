#include "integration/sales/given.hpp"

#include <gmock/gmock.h>

#include <future>
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

TEST_F(GivenSalespeople, WhenTheCompanyHasItsOwnNumbersThenRecordsGetThem) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into numbering_rule (tenant_id, object, prefix, restart, digits, updated_at) values (:t, "
            "'customer', 'A-', 'monthly', 6, now())",
            {database::bind("t", tenant)});
    });
    EXPECT_EQ(create("li", "宏达科技有限公司")->no, "A-202611000001");
    EXPECT_EQ(create("li", "远航贸易有限公司")->no, "A-202611000002");
    clock.advance(hours{24 * 6});
    EXPECT_EQ(create("li", "海天食品有限公司")->no, "A-202612000001");
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
        return as(user,
                  [&](operation::Context& ctx) {
                      return search_customers(ctx, {words, {}});
                  })
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
    auto const moved = as("li", [&](operation::Context& ctx) {
        return transfer_customer(ctx, {made.id, UserId{"wang"}, "区域调整"});
    });
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

TEST_F(GivenSalespeople, WhenACustomerIsHandedOnThenThePlanRemindsItsNewOwner) {
    auto const made = create("li", "宏达科技");
    ASSERT_TRUE(made);
    auto plan = CreateFollowup{};
    plan.target_id = RecordId{made->id.value()};
    plan.content = "报价已发";
    plan.next_contact_at = clock.now() + hours{24};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return create_followup(ctx, plan); }));
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) {
        return transfer_customer(ctx, {made->id, UserId{"wang"}, {}});
    }));
    clock.advance(hours{24});
    fire_due();
    EXPECT_EQ(count("outbox where recipient = 'wang' and kind = 'next_contact'"), 1);
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'next_contact'"), 0);
}

TEST_F(GivenSalespeople, WhenTheOwnerIsDisabledThenNobodyIsReminded) {
    auto const made = create("li", "宏达科技");
    ASSERT_TRUE(made);
    auto plan = CreateFollowup{};
    plan.target_id = RecordId{made->id.value()};
    plan.content = "报价已发";
    plan.next_contact_at = clock.now() + hours{24};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return create_followup(ctx, plan); }));
    in_tenant(
        [](database::Session& sql) { sql.script("update employee set status = 'disabled' where user_id = 'li'"); });
    clock.advance(hours{24});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'next_contact'"), 0);
}

TEST_F(GivenSalespeople, WhenAFollowupIsChangedByItsAuthorThenTheReminderMovesAlong) {
    auto const made = create("li", "宏达科技");
    ASSERT_TRUE(made);
    auto plan = CreateFollowup{};
    plan.target_id = RecordId{made->id.value()};
    plan.content = "报价已发";
    plan.next_contact_at = clock.now() + hours{24};
    auto const written = as("li", [&](operation::Context& ctx) { return create_followup(ctx, plan); });
    ASSERT_TRUE(written);
    auto change = ChangeFollowup{};
    change.id = written->id;
    change.version = written->version;
    change.content = "报价已发，等回复";
    change.next_contact_at = {true, clock.now() + hours{48}};
    auto const changed = as("li", [&](operation::Context& ctx) { return change_followup(ctx, change); });
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->content, "报价已发，等回复");
    auto const shown = as("li", [&](operation::Context& ctx) { return show_customer(ctx, {made->id, {}}); });
    EXPECT_EQ(shown->next_contact_at, change.next_contact_at.value);
    EXPECT_EQ(count("timer where kind = 'next_contact' and state = 0"), 1);
    clock.advance(hours{24});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'next_contact'"), 0);
    clock.advance(hours{24});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'next_contact'"), 1);
}

TEST_F(GivenSalespeople, WhenAFollowupIsOldOrAnothersThenItCannotBeChanged) {
    auto const made = create("li", "宏达科技");
    ASSERT_TRUE(made);
    auto note = CreateFollowup{};
    note.target_id = RecordId{made->id.value()};
    note.content = "报价已发";
    auto const written = as("li", [&](operation::Context& ctx) { return create_followup(ctx, note); });
    ASSERT_TRUE(written);
    auto change = ChangeFollowup{};
    change.id = written->id;
    change.version = written->version;
    change.content = "改写";
    EXPECT_FALSE(as("boss", [&](operation::Context& ctx) { return change_followup(ctx, change); }));
    clock.advance(hours{25});
    auto const late = as("li", [&](operation::Context& ctx) { return change_followup(ctx, change); });
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().reason, "followup_edit");
}

TEST_F(GivenSalespeople, WhenTheSameNameIsTakenThenAStrangerLearnsItsOwnerButNotItsName) {
    ASSERT_TRUE(create("li", "宏达科技有限公司"));
    auto const refused = create("wang", "北京宏达科技");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "duplicate");
    EXPECT_NE(refused.error().message.find("由 li 负责"), std::string::npos) << refused.error().message;
    EXPECT_EQ(refused.error().message.find("宏达"), std::string::npos) << refused.error().message;
    auto const known = create("li", "宏达科技");
    ASSERT_FALSE(known);
    EXPECT_NE(known.error().message.find("宏达科技有限公司"), std::string::npos) << known.error().message;
}

TEST_F(GivenSalespeople, WhenTwoCreateTheSameNameManyTimesThenOneWinsAndTheOtherIsToldWho) {
    for (auto round = 0; round < 10; ++round) {
        auto const name = "竞速" + std::to_string(round) + "科技";
        auto other = std::async(std::launch::async, [&] { return create("wang", name + "有限公司"); });
        auto const mine = create("li", name);
        auto const theirs = other.get();
        ASSERT_NE(mine.has_value(), theirs.has_value());
        auto const& loser = mine ? theirs : mine;
        EXPECT_EQ(loser.error().reason, "duplicate");
        EXPECT_NE(loser.error().message.find(mine ? "由 li 负责" : "由 wang 负责"), std::string::npos)
            << loser.error().message;
    }
    EXPECT_EQ(count("customer"), 10);
    EXPECT_EQ(count("ownership_event"), 10);
}

std::vector<std::string> names_of(Result<FoundCustomers> const& found) {
    auto names = std::vector<std::string>{};
    for (auto const& customer : found.value().items) names.push_back(customer.name);
    return names;
}

TEST_F(GivenSalespeople, WhenACustomerIsSearchedThenEveryWayOfNamingItFindsIt) {
    auto input = CreateCustomer{};
    input.name = "苏州绿源环保工程有限公司";
    input.short_name = "绿源";
    input.mobile = "13912345678";
    auto const made = as("li", [&](operation::Context& ctx) { return create_customer(ctx, input); });
    ASSERT_TRUE(made);
    ASSERT_TRUE(create("li", "绿源能源"));
    struct Case {
        std::string typed;
        std::int64_t rank;
    };
    for (auto const& [typed, rank] : std::vector<Case>{{"苏州绿源环保工程有限公司", 1},
                                                       {made->no, 1},
                                                       {"13912345678", 1},
                                                       {"绿源", 2},
                                                       {"绿源环保工程", 3},
                                                       {"绿源环保", 4},
                                                       {"环保工程", 5},
                                                       {"lyhbgc", 6},
                                                       {"lvyuanhuanbao", 6},
                                                       {"5678", 6},
                                                       {"绿圆环保工程", 6}}) {
        auto const found = as("li", [&](operation::Context& ctx) { return search_customers(ctx, {typed, {}}); });
        ASSERT_TRUE(found);
        ASSERT_FALSE(found->items.empty()) << typed;
        EXPECT_EQ(found->items.front().name, input.name) << typed;
        EXPECT_EQ(found->items.front().rank, rank) << typed;
        EXPECT_TRUE(names_of(as("wang",
                                [&](operation::Context& ctx) {
                                    return search_customers(ctx, {typed, {}});
                                }))
                        .empty())
            << typed;
    }
}

TEST_F(GivenSalespeople, WhenAWordIsInVeryManyNamesThenOnesOwnAreStillFound) {
    in_tenant([this](database::Session& sql) {
        sql.execute(
            "with made as (insert into customer (tenant_id, no, name, name_core, owner_id, acquired_at, created_at, "
            "updated_at) select :t, 'X' || i, 'X' || i || '科技', 'x' || i || '科技', :wang, now(), now(), now() from "
            "generate_series(1, 600) i returning id) insert into customer_word (tenant_id, word, customer_id) select "
            ":t, '科技', id from made",
            {database::bind("t", tenant), database::bind("wang", employees["wang"])});
    });
    ASSERT_TRUE(create("li", "宏达科技"));
    auto const found = as("li", [](operation::Context& ctx) { return search_customers(ctx, {"科技", {}}); });
    EXPECT_EQ(names_of(found), std::vector<std::string>{"宏达科技"});
}

TEST_F(GivenSalespeople, WhenAContactIsCalledBySurnameThenItIsFoundWhereTheActorMayLook) {
    auto const made = create("li", "绿源环保");
    ASSERT_TRUE(made);
    auto contact = CreateContact{};
    contact.customer_id = made->id;
    contact.name = "许志明";
    contact.mobile = "13700000001";
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return create_contact(ctx, contact); }));
    for (auto const* typed : {"许总", "许志明", "许志", "许经理", "137 0000 0001"}) {
        auto const found = as("li", [&](operation::Context& ctx) { return search_contacts(ctx, {typed, {}, {}}); });
        ASSERT_TRUE(found);
        ASSERT_EQ(found->items.size(), 1U) << typed;
        EXPECT_EQ(found->items.front().customer_name, "绿源环保");
        auto const hidden = as("wang", [&](operation::Context& ctx) { return search_contacts(ctx, {typed, {}, {}}); });
        EXPECT_TRUE(hidden->items.empty()) << typed;
    }
    auto const none = as("li", [](operation::Context& ctx) { return search_contacts(ctx, {"王总", {}, {}}); });
    EXPECT_TRUE(none->items.empty());
}

TEST_F(GivenSalespeople, WhenListsAreBoundByADateFieldThenThatOneCounts) {
    auto const made = create("li", "宏达科技");
    ASSERT_TRUE(made);
    auto note = CreateFollowup{};
    note.target_id = RecordId{made->id.value()};
    note.content = "上周拜访";
    note.followed_at = clock.now() - hours{7 * 24};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return create_followup(ctx, note); }));
    auto query = ListFollowups{};
    query.from = parse_date("2026-11-25");
    auto const listed = [&] { return as("li", [&](operation::Context& ctx) { return list_followups(ctx, query); }); };
    EXPECT_EQ(listed()->items.size(), 1U);  // created today
    query.date_field = "followed_at";
    EXPECT_TRUE(listed()->items.empty());
    query.date_field = "nonsense";
    auto const refused = listed();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "date_field");
}

}  // namespace
}  // namespace wescrm::sales
