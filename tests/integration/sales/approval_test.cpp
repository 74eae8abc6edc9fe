#include "integration/sales/trade_given.hpp"

#include <wescrm/approval/passing.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace wescrm::approval {
namespace {

using sales::OrderDetail;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Orders above 100 yuan need the superior's consent; li's is boss, who has none.
struct GivenOrdersThatNeedConsent : wescrm::testing::TradeTest {
    GivenOrdersThatNeedConsent() { ask_superior("order", 10'000); }
    OrderDetail submitted(std::int64_t fen = 20'000) {
        auto const made = order(fen);
        return by("li", sales::submit_order, {made.id, {}}).value();
    }
    Approval shown(ApprovalId id, std::string const& user = "admin") {
        return by(user, [&](operation::Context& ctx) { return show_approval(ctx, {id}, subjects); }).value();
    }
    std::size_t waiting_for(std::string const& user) {
        auto input = ListApprovals{};
        input.part = Part::waiting;
        return by(user, [&](operation::Context& ctx) { return list_approvals(ctx, input, subjects); })
            .value()
            .items.size();
    }
    void disable(std::string const& user) {
        in_tenant([&](database::Session& sql) {
            sql.execute("update employee set status = 'disabled' where tenant_id = :t and user_id = :u",
                        {database::bind("t", tenant), database::bind("u", user)});
        });
    }
};

TEST_F(GivenOrdersThatNeedConsent, WhenBelowTheAmountThenItIsInForceAtOnce) {
    EXPECT_EQ(submitted(10'000).status, "in_force");
    EXPECT_EQ(count("approval"), 0);
}

TEST_F(GivenOrdersThatNeedConsent, WhenSubmittedThenTheSuperiorIsAskedByACard) {
    auto const made = submitted();
    EXPECT_EQ(made.status, "in_review");
    auto const approval = shown(waiting(made.approval_id));
    EXPECT_EQ(approval.status, "pending");
    EXPECT_EQ(approval.kind, "order.submit");
    EXPECT_EQ(approval.applicant_user_id, UserId{"li"});
    ASSERT_EQ(approval.steps.size(), 1U);
    EXPECT_THAT(approval.steps[0].approver_user_ids, ElementsAre(UserId{"boss"}));
    EXPECT_EQ(count("outbox where recipient = 'boss' and kind = 'approval_card'"), 1);
    EXPECT_EQ(waiting_for("boss"), 1U);
    EXPECT_EQ(waiting_for("admin"), 0U);
    EXPECT_FALSE(by("wang", [&](operation::Context& ctx) { return show_approval(ctx, {approval.id}, subjects); }));
}

TEST_F(GivenOrdersThatNeedConsent, WhenTransferredThenOnlyTheOtherDecides) {
    auto const made = submitted();
    auto const id = waiting(made.approval_id);
    auto const pass = [&](std::string const& user, std::string const& to) {
        return by(user, [&](operation::Context& ctx) { return transfer(ctx, {id, UserId{to}, "出差"}, subjects); });
    };
    EXPECT_EQ(pass("wang", "wang").error().code, Errc::not_found);
    EXPECT_EQ(pass("boss", "li").error().fields.front().field, "user_id");    // the applicant
    EXPECT_EQ(pass("boss", "boss").error().fields.front().field, "user_id");  // asked already
    EXPECT_EQ(pass("boss", "nobody").error().fields.front().field, "user_id");
    auto const passed = pass("boss", "wang");
    ASSERT_TRUE(passed) << passed.error().message;
    EXPECT_THAT(passed->steps[0].note, HasSubstr("转交给"));
    EXPECT_EQ(waiting_for("boss"), 0U);
    EXPECT_EQ(waiting_for("wang"), 1U);
    EXPECT_EQ(count("outbox where recipient = 'wang' and kind = 'approval_card'"), 1);
    EXPECT_EQ(decide("boss", id, true).error().reason, "approver");
    ASSERT_TRUE(decide("wang", id, true));
    EXPECT_EQ(now(made.id).status, "in_force");
    EXPECT_EQ(pass("wang", "boss").error().reason, "decided");
}

TEST_F(GivenOrdersThatNeedConsent, WhenAnAdministratorTransfersThenItIsTakenFromWhoWasAsked) {
    auto const id = waiting(submitted().approval_id);
    ASSERT_TRUE(by("admin", [&](operation::Context& ctx) {
        return transfer(ctx, {id, UserId{"wang"}, {}}, subjects);
    }));
    EXPECT_EQ(waiting_for("boss"), 0U);
    EXPECT_EQ(waiting_for("wang"), 1U);
}

TEST_F(GivenOrdersThatNeedConsent, WhenASignerIsAddedThenTheFirstDecisionCounts) {
    auto const made = submitted();
    auto const id = waiting(made.approval_id);
    auto const add = [&](std::string const& user) {
        return by(user, [&](operation::Context& ctx) { return add_signer(ctx, {id, UserId{"wang"}, {}}, subjects); });
    };
    EXPECT_EQ(add("admin").error().reason, "approver");
    ASSERT_TRUE(add("boss"));
    EXPECT_EQ(waiting_for("boss"), 1U);
    EXPECT_EQ(waiting_for("wang"), 1U);
    ASSERT_TRUE(decide("wang", id, false, "价格太低"));
    EXPECT_EQ(now(made.id).status, "rejected");
    EXPECT_EQ(decide("boss", id, true).error().reason, "decided");
}

TEST_F(GivenOrdersThatNeedConsent, WhenUrgedThenTheCardComesAgainButNotTooOften) {
    auto const id = waiting(submitted().approval_id);
    auto const remind = [&](std::string const& user) {
        return by(user, [&](operation::Context& ctx) { return urge(ctx, {id}, subjects, Config{minutes{60}}); });
    };
    EXPECT_EQ(remind("boss").error().reason, "applicant");
    ASSERT_TRUE(remind("li"));
    EXPECT_EQ(count("outbox where recipient = 'boss' and kind = 'approval_card'"), 2);
    clock.advance(minutes{59});
    EXPECT_EQ(remind("li").error().reason, "urged");
    clock.advance(minutes{1});
    ASSERT_TRUE(remind("li"));
    EXPECT_EQ(count("outbox where recipient = 'boss' and kind = 'approval_card'"), 3);
}

TEST_F(GivenOrdersThatNeedConsent, WhenAgreedThenTheOrderIsInForceAndLiIsTold) {
    auto const made = submitted();
    auto const after = decide("boss", waiting(made.approval_id), true, "好");
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->status, "approved");
    ASSERT_EQ(after->steps[0].decisions.size(), 1U);
    EXPECT_EQ(after->steps[0].decisions[0].comment, "好");
    EXPECT_EQ(now(made.id).status, "in_force");
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'approval_decided'"), 1);
    EXPECT_EQ(count("outbox where kind = 'approval_card' and state = 6"), 1);  // not sent yet: withdrawn
}

TEST_F(GivenOrdersThatNeedConsent, WhenRefusedThenTheReasonStandsInTheOrderWhichMayBeSubmittedAgain) {
    auto const made = submitted();
    EXPECT_EQ(decide("boss", waiting(made.approval_id), false).error().fields.front().field, "comment");
    ASSERT_TRUE(decide("boss", waiting(made.approval_id), false, "太便宜"));
    EXPECT_EQ(now(made.id).status, "rejected");
    EXPECT_EQ(now(made.id).status_reason, "太便宜");
    EXPECT_EQ(by("li", sales::submit_order, {made.id, {}})->status, "in_review");
}

TEST_F(GivenOrdersThatNeedConsent, WhenItWaitsThenTheOrderIsLockedUntilWithdrawn) {
    auto const made = submitted();
    auto change = sales::ChangeOrder{};
    change.id = made.id;
    change.version = made.version;
    change.name = "改";
    EXPECT_EQ(by("li", sales::change_order, change).error().reason, "in_review");
    auto const back = by("li", [&](operation::Context& ctx) {
        return withdraw(ctx, {waiting(made.approval_id), {}}, subjects);
    });
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(now(made.id).status, "draft");
    EXPECT_EQ(decide("boss", back->id, true).error().reason, "decided");
}

TEST_F(GivenOrdersThatNeedConsent, WhenNobodyElseIsAboveThenAnAdministratorDecidesAndNeverTheApplicant) {
    auto input = sales::CreateOrder{};
    auto own = sales::CreateCustomer{};
    own.name = "老板的客户";
    input.customer_id = as("boss", [&](operation::Context& ctx) { return sales::create_customer(ctx, own); })->id;
    input.amount_fen = Money::from_fen(50'000);
    auto const made = by("boss", sales::create_order, input).value();
    auto const waits = by("boss", sales::submit_order, {made.id, {}}).value();
    auto const id = waiting(waits.approval_id);
    EXPECT_THAT(shown(id).steps[0].approver_user_ids, ElementsAre(UserId{"admin"}));
    EXPECT_EQ(decide("boss", id, true).error().reason, "own");
    EXPECT_EQ(decide("li", id, true).error().code, Errc::not_found);
    ASSERT_TRUE(decide("admin", id, true));
    EXPECT_EQ(now(made.id).status, "in_force");
}

TEST_F(GivenOrdersThatNeedConsent, WhenTheApproverIsDisabledThenHisSuperiorDecides) {
    auto const made = submitted();
    auto const id = waiting(made.approval_id);
    disable("boss");
    by("admin", [&](operation::Context& ctx) -> Result<int> {
        reroute_left(ctx, employees["boss"]);
        return 0;
    });
    EXPECT_THAT(shown(id).steps[0].approver_user_ids, ElementsAre(UserId{"admin"}));
    EXPECT_EQ(count("outbox where recipient = 'admin' and kind = 'approval_card'"), 1);
    ASSERT_TRUE(decide("admin", id, true));
    EXPECT_EQ(now(made.id).status, "in_force");
}

TEST_F(GivenOrdersThatNeedConsent, WhenSomebodyMayNotDecideOrNotAnyMoreThenHeIsToldWhyAndNothingChanges) {  // Z-09
    auto const made = submitted();
    auto const id = waiting(made.approval_id);
    EXPECT_EQ(decide("li", id, true).error().reason, "own");
    EXPECT_EQ(decide("wang", id, true).error().code, Errc::not_found) << "who does not see it is not told of it";
    disable("boss");
    by("admin", [&](operation::Context& ctx) -> Result<int> {
        reroute_left(ctx, employees["boss"]);
        return 0;
    });
    in_tenant([&](database::Session& sql) {
        sql.execute("update employee set status = 'active' where tenant_id = :t and user_id = 'boss'",
                    {database::bind("t", tenant)});
    });
    auto const no_longer = decide("boss", id, true);
    ASSERT_FALSE(no_longer) << "he was asked, and is no longer";
    EXPECT_EQ(no_longer.error().reason, "approver");
    EXPECT_EQ(now(made.id).status, "in_review");

    ASSERT_TRUE(by("li", [&](operation::Context& ctx) { return withdraw(ctx, {id, {}}, subjects); }));
    auto const too_late = decide("admin", id, true);
    ASSERT_FALSE(too_late);
    EXPECT_EQ(too_late.error().reason, "decided");
    EXPECT_THAT(too_late.error().message, HasSubstr("撤回"));
    EXPECT_NE(now(made.id).status, "in_force");
}

TEST_F(GivenOrdersThatNeedConsent, WhenTwoDecideAtOnceThenOneCountsAndTheOtherIsToldWho) {
    in_tenant([&](database::Session& sql) {  // no superior: both administrators are asked
        sql.execute("update employee set superior_id = null where tenant_id = :t", {database::bind("t", tenant)});
        sql.execute(
            "insert into role_member (tenant_id, role_id, employee_id) select tenant_id, role_id, :e from role_member "
            "where tenant_id = :t",
            {database::bind("t", tenant), database::bind("e", employees["boss"])});
    });
    for (auto round = 0; round < 10; ++round) {
        auto const made = submitted();
        auto const id = waiting(made.approval_id);
        auto won = std::atomic<int>{0};
        auto lost = std::atomic<int>{0};
        auto const press = [&](std::string const& user, bool is_yes) {
            auto const done = decide(user, id, is_yes, "原因");
            if (done) return void(++won);
            EXPECT_EQ(done.error().reason, "decided");
            EXPECT_THAT(done.error().message, HasSubstr("已由 "));
            ++lost;
        };
        {
            auto one = std::jthread{[&] { press("admin", true); }};
            auto two = std::jthread{[&] { press("boss", false); }};
        }
        EXPECT_EQ(won, 1);
        EXPECT_EQ(lost, 1);
        auto const after = shown(id);
        EXPECT_EQ(after.steps[0].decisions.size(), 1U);
        EXPECT_EQ(now(made.id).status, after.status == "approved" ? "in_force" : "rejected");
    }
}

TEST_F(GivenOrdersThatNeedConsent, WhenSentCardsAreClosedThenEveryHoldersIsUpdated) {
    auto const made = submitted();
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "update outbox set state = 2, response_code = 'code' where tenant_id = :t and kind = 'approval_card'",
            {database::bind("t", tenant)});
    });
    by("li", [&](operation::Context& ctx) { return withdraw(ctx, {waiting(made.approval_id), {}}, subjects); });
    EXPECT_EQ(count("outbox where recipient = 'boss' and endpoint = 'message/update_template_card'"), 1);
}

TEST_F(GivenOrdersThatNeedConsent, WhenAPaymentNeedsConsentThenItCountsOnlyAfterIt) {
    ask_superior("payment");
    auto const made = order_in_force(5'000);
    auto const paid = pay(made.id, 3'000).value();
    EXPECT_EQ(paid.status, "in_review");
    EXPECT_EQ(now(made.id).received_fen, Money{});
    ASSERT_TRUE(decide("boss", waiting(paid.approval_id), true));
    EXPECT_EQ(now(made.id).received_fen, Money::from_fen(3'000));
}

TEST_F(GivenOrdersThatNeedConsent, WhenTheApproverIsNoSellerThenHeStillReadsWhatHeDecides) {
    in_tenant([&](database::Session& sql) {
        sql.execute("update employee set superior_id = :w where tenant_id = :t and user_id = 'li'",
                    {database::bind("t", tenant), database::bind("w", employees["wang"])});
    });
    auto const made = submitted();
    EXPECT_TRUE(by("wang", sales::show_order, {made.id, {}}));
    EXPECT_EQ(by("wang", sales::void_order, {made.id, "x"}).error().code, Errc::forbidden);
}

TEST_F(GivenOrdersThatNeedConsent, WhenSettingsChangeThenStaleVersionsAreRefused) {
    auto const list = by("admin", list_settings, {}).value();
    ASSERT_EQ(list.items.size(), 7U);
    EXPECT_EQ(list.items[0].mode, "superior");
    auto change = ChangeSetting{"payment", list.items[3].version, Mode::superior, Money::from_fen(100), {}};
    ASSERT_TRUE(by("admin", change_setting, change));
    EXPECT_EQ(by("admin", change_setting, change).error().code, Errc::stale);
    change.object = "elephant";
    EXPECT_EQ(by("admin", change_setting, change).error().code, Errc::not_found);
}

}  // namespace
}  // namespace wescrm::approval
