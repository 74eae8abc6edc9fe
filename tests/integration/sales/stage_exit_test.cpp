#include "given.hpp"

#include <wescrm/approval/operations.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/opportunity_closing.hpp>
#include <wescrm/sales/trade.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using database::bind;
using ::testing::HasSubstr;

/// li has an opportunity in the first stage of the default process; boss is his superior.
struct GivenAStageWithConditions : SalesTest {
    GivenAStageWithConditions() {
        auto known = std::make_shared<approval::Subjects>();
        sales::add_approval_subjects(*known);
        sales::add_operations(catalogue);
        approval::add_operations(catalogue, known);
        customer = std::to_string(create("li", "宏达科技有限公司").value().id.value());
        id = made("年度采购");
    }
    std::string made(std::string const& name) {
        auto const answer = perform("li", "opportunity.create",
                                    R"({"name":")" + name + R"(","customer_id":")" + customer + R"(","amount_fen":5})");
        if (!answer) throw std::runtime_error{answer.error().message};
        process = json::find_string(*answer, "process_id").value();
        for (auto const& stage : (*answer)["stages"].GetArray())
            stages[json::find_string(stage, "name").value()] = json::find_string(stage, "id").value();
        return json::find_string(*answer, "id").value();
    }
    operation::Actor person(std::string const& user) {
        auto who = user == "admin" ? actor("wang") : actor(user);
        if (who.is_system()) return who;
        for (auto const* word : {"view", "create", "edit", "advance", "close"})
            who.permissions["opportunity." + std::string{word}] = {
                {user == "boss" ? operation::Reach::self_sub : operation::Reach::self, {}}};
        who.permissions["approval.decide"] = who.permissions["approval.submit"] = {{operation::Reach::self, {}}};
        who.is_administrator = user == "admin";
        return who;
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant),
                                [&](database::Session& sql) -> Result<json::Document> {
                                    auto const services = operation::Services{&renderer, {}, {}};
                                    auto ctx = operation::Context{sql, person(user), clock.now(), services};
                                    return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
                                });
    }
    /// Sets conditions of the first stage through the process editor's operation.
    void ask_for(std::string const& conditions, std::string const& of_process = "") {
        auto const shown = perform("admin", "process.show", R"({"id":")" + process + "\"}").value();
        auto list = std::string{};
        for (auto const& stage : shown["stages"].GetArray()) {
            auto const name = json::find_string(stage, "name").value();
            list += (list.empty() ? "" : ",") + std::string{R"({"id":")"} + json::find_string(stage, "id").value() +
                    R"(","name":")" + name + R"(","probability":)" +
                    std::to_string(json::find_integer(stage, "probability").value()) +
                    (name == "初步接洽" ? "," + conditions : "") + "}";
        }
        auto const version = std::to_string(json::find_integer(shown, "version").value());
        perform("admin", "process.change",
                R"({"id":")" + process + R"(","version":)" + version + of_process + R"(,"stages":[)" + list + "]}")
            .value();
    }
    std::string advance(std::string const& stage = "需求确认") {
        auto const moved =
            perform("li", "opportunity.advance", R"({"id":")" + id + R"(","stage_id":")" + stages.at(stage) + "\"}");
        return moved ? "ok" : moved.error().message;
    }
    std::string submit() {
        auto const asked = perform("li", "opportunity.submit", R"({"id":")" + id + "\"}");
        return asked ? "ok" : asked.error().message;
    }
    std::string status(std::string const& of) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select status from opportunity where tenant_id = :t and id = :id",
                                    {bind("t", tenant), bind("id", std::stoll(of))})
                .value();
        });
    }
    std::string pending() {
        return in_tenant([&](database::Session& sql) {
            return std::to_string(
                sql.value<std::int64_t>(
                       "select id from approval where tenant_id = :t and subject_type = 'opportunity' and status = "
                       "'pending'",
                       {bind("t", tenant)})
                    .value());
        });
    }

    operation::Catalogue catalogue;
    std::string customer;
    std::string process;
    std::string id;
    std::map<std::string, std::string> stages;
};

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
