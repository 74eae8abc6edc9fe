#include "stage_given.hpp"

#include <wescrm/sales/opportunity_closing.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using database::bind;
using ::testing::HasSubstr;

TEST_F(GivenAStageWithConditions, WhenATaskIsRequiredThenItMustBeDone) {
    ask_for(R"("required_tasks":["现场演示"])");
    auto const demanded = [&] {
        auto const list = perform("li", "opportunity.required_tasks", R"({"id":")" + id + "\"}").value();
        auto const& items = list["items"];
        return items.Empty()
                   ? "none"
                   : json::find_string(items[0], "title").value() + " " + json::find_string(items[0], "status").value();
    };
    EXPECT_EQ(demanded(), "现场演示 missing");
    EXPECT_EQ(perform("wang", "opportunity.required_tasks", R"({"id":")" + id + "\"}").error().code, Errc::not_found);
    EXPECT_THAT(advance(), HasSubstr("完成商机的任务「现场演示」"));
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into task (tenant_id, title, assignee_id, target_type, target_id, created_at, updated_at) values "
            "(:t, '现场演示', :e, 'opportunity', :id, now(), now())",
            {bind("t", tenant), bind("e", employees.at("li")), bind("id", std::stoll(id))});
    });
    EXPECT_THAT(advance(), HasSubstr("现场演示")) << "open is not done";
    EXPECT_EQ(demanded(), "现场演示 open");
    in_tenant([&](database::Session& sql) {
        sql.execute("update task set status = 'done' where tenant_id = :t", {bind("t", tenant)});
    });
    EXPECT_EQ(demanded(), "现场演示 done");
    EXPECT_EQ(advance(), "ok");
    EXPECT_EQ(demanded(), "none") << "another stage";
}

TEST_F(GivenAStageWithConditions, WhenAttachmentsAreRequiredThenTheErrorCountsThem) {
    ask_for(R"("min_attachments":1)");
    EXPECT_THAT(advance(), HasSubstr("至少 1 个附件（现有 0 个）"));
    EXPECT_THAT(advance("商务谈判"), HasSubstr("至少 1 个附件"));
    auto const won = perform("li", "opportunity.win", R"({"id":")" + id + "\"}");
    EXPECT_EQ(won.error().reason, "exit_conditions") << "winning leaves the stage as well";
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into attachment (tenant_id, target_type, target_id, kind, state, author_id, created_at) values "
            "(:t, 'opportunity', :id, 'file', 'stored', :e, now())",
            {bind("t", tenant), bind("e", employees.at("li")), bind("id", std::stoll(id))});
    });
    EXPECT_EQ(advance(), "ok");
}

TEST_F(GivenAStageWithConditions, WhenApprovalIsRequiredThenTheSuperiorDecidesOnce) {
    EXPECT_THAT(submit(), HasSubstr("不需要审批"));
    ask_for(R"("needs_approval":true,"min_attachments":1)");
    EXPECT_THAT(submit(), HasSubstr("提交审批之前还需要：上传至少 1 个附件")) << "nobody is asked in vain";
    ask_for(R"("needs_approval":true,"min_attachments":0)");
    EXPECT_THAT(advance(), HasSubstr("请先「提交审批」"));
    EXPECT_EQ(submit(), "ok");
    EXPECT_THAT(submit(), HasSubstr("已在审批中"));
    EXPECT_THAT(advance(), HasSubstr("正在等待审批人处理"));
    ASSERT_TRUE(perform("boss", "approval.reject", R"({"id":")" + pending() + R"(","comment":"预算没有确认"})"));
    EXPECT_THAT(advance(), HasSubstr("上次被拒绝"));
    EXPECT_EQ(submit(), "ok");
    ASSERT_TRUE(perform("boss", "approval.approve", R"({"id":")" + pending() + "\"}"));
    EXPECT_THAT(submit(), HasSubstr("已审批通过"));
    EXPECT_EQ(advance(), "ok");
}

TEST_F(GivenAStageWithConditions, WhenItIsClosedWhileSomebodyIsAskedThenNobodyIsAskedAnyMore) {
    ask_for(R"("needs_approval":true)");
    EXPECT_EQ(submit(), "ok");
    auto const asked = pending();
    ASSERT_TRUE(perform("li", "opportunity.lose", R"({"id":")" + id + R"(","reason":"价格"})"));
    EXPECT_EQ(count("approval where status = 'terminated'"), 1);
    auto const late = perform("boss", "approval.approve", R"({"id":")" + asked + "\"}");
    EXPECT_EQ(late.error().reason, "decided");
    EXPECT_THAT(late.error().message, HasSubstr("终止"));
}

/// Those of the first stage are lost five days after the last follow-up, their owner hears of it two days before.
struct GivenAStageThatCloses : GivenAStageWithConditions {
    GivenAStageThatCloses() { ask_for(R"("close_after":5,"close_basis":"idle")", R"(,"close_warn_days":2)"); }

    void night() {
        as("system", [](operation::Context& ctx) -> Result<bool> {
            sales::begin_closing_run(ctx);
            return true;
        }).value();
        auto const handlers = sales::opportunity_timer_handlers();
        while (true) {
            auto const due = in_tenant([&](database::Session& sql) {
                return sql.row<std::int64_t, int>(
                    "select ref_id, occurrence from timer where state = 0 and kind = 'opportunity_closing' limit 1");
            });
            if (!due) return;
            auto const [ref, occurrence] = *due;
            mark_fired("opportunity_closing", ref, occurrence);
            auto const timer =
                operation::Timer{"opportunity_closing", "opportunity_run", ref, clock.now(), minutes{240}, occurrence};
            auto const fired =
                as("system", [&](operation::Context& ctx) { return handlers.at("opportunity_closing")(ctx, timer); });
            if (!fired) throw std::runtime_error{fired.error().message};
        }
    }
    void deliver() {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "update outbox set state = 2, sent_at = :now where tenant_id = :t and kind = "
                "'opportunity_closing' and state <> 2",
                {bind("t", tenant), bind("now", clock.now())});
        });
    }
    /// Nights of so many days; warnings arrive.
    void live(int days, bool arrives = true) {
        for (auto day = 0; day < days; ++day) {
            night();
            if (arrives) deliver();
            clock.advance(hours{24});
        }
    }
    std::int64_t told(std::string const& card) {
        return count("outbox where recipient = 'li' and kind = '" + card + "'");
    }
};

TEST_F(GivenAStageThatCloses, WhenNobodyWorksOnItThenItsOwnerIsWarnedAndItIsLost) {
    live(3);
    EXPECT_EQ(told("opportunity_closing"), 0);
    live(2);
    EXPECT_EQ(told("opportunity_closing"), 1);
    live(1);
    EXPECT_EQ(status(id), "open") << "kept through its day";
    live(2);
    EXPECT_EQ(status(id), "lost");
    EXPECT_EQ(told("opportunity_closed"), 1);
    EXPECT_EQ(count("opportunity where lost_reason like '系统自动输单：「初步接洽」阶段最后跟进后超过 5 天%'"), 1);
    EXPECT_EQ(count("audit_log where action = 'opportunity.lose'"), 1);
    live(5);
    EXPECT_EQ(told("opportunity_closed"), 1);
}

TEST_F(GivenAStageThatCloses, WhenTheWarningDoesNotArriveThenItStays) {
    live(20, false);
    EXPECT_EQ(status(id), "open");
    EXPECT_GE(told("opportunity_closing"), 3) << "it is tried again";
}

TEST_F(GivenAStageThatCloses, WhenSomebodyFollowsUpOrItIsInAnotherStageThenTheDaysBeginAnew) {
    auto const other = made("二期");
    live(4);
    in_tenant([&](database::Session& sql) {
        sql.execute("update opportunity set last_follow_at = :now where tenant_id = :t and id = :id",
                    {bind("t", tenant), bind("id", std::stoll(id)), bind("now", clock.now())});
    });
    ASSERT_TRUE(perform("li", "opportunity.advance",
                        R"({"id":")" + other + R"(","stage_id":")" + stages.at("需求确认") + "\"}"));
    live(4);
    EXPECT_EQ(status(id), "open");
    live(5);
    EXPECT_EQ(status(id), "lost");
    EXPECT_EQ(status(other), "open") << "its stage has no limit";
}

TEST_F(GivenAStageThatCloses, WhenItIsWonThenItIsNeverLostByItself) {
    ASSERT_TRUE(perform("li", "opportunity.win", R"({"id":")" + id + "\"}"));
    live(12);
    EXPECT_EQ(status(id), "won");
    EXPECT_EQ(told("opportunity_closing"), 0);
}

}  // namespace
}  // namespace wescrm::testing
