#include "stage_given.hpp"

#include <gmock/gmock.h>

#include <set>

namespace wescrm::testing {
namespace {

using database::bind;
using ::testing::HasSubstr;

struct GivenAStageThatIsShown : GivenAStageWithConditions {
    json::Document shown() { return perform("li", "opportunity.show", R"({"id":")" + id + "\"}").value(); }
    static std::string text(json::Value const& from, std::string_view member) {
        return json::find_string(from, member).value_or("");
    }
};

TEST_F(GivenAStageThatIsShown, WhenItHasAColourThenItsOpportunitiesAndItsColumnHaveItToo) {
    EXPECT_EQ(text(shown(), "stage_colour"), "blue") << "by its kind";
    ask_for(R"("colour":"violet")");
    EXPECT_EQ(text(shown(), "stage_colour"), "violet");
    auto const board = perform("li", "opportunity.board", "{}").value();
    EXPECT_EQ(text(board["stages"][0], "colour"), "violet");
    EXPECT_EQ(text(board["stages"][1], "colour"), "blue");
    EXPECT_EQ(text(perform("li", "opportunity.list", "{}").value()["items"][0], "stage_colour"), "violet");
    EXPECT_EQ(advance(), "ok");
    EXPECT_EQ(count("audit_log where after::text like '%stage_colour%'"), 0) << "it only follows the stage";
    EXPECT_FALSE(try_to_ask(R"("colour":"pink")", "", "初步接洽"));
}

TEST_F(GivenAStageThatIsShown, WhenAMoveWentThroughAnApprovalThenItsHistorySaysWhoAgreedAndWhereItWasDone) {
    ask_for(R"("needs_approval":true)");
    ASSERT_EQ(submit(), "ok");
    auto const asked = pending();
    ASSERT_TRUE(perform("boss", "approval.approve", R"({"id":")" + asked + "\"}"));
    EXPECT_EQ(advance(), "ok");
    EXPECT_EQ(advance("方案报价"), "ok");
    auto const history = perform("li", "opportunity.history", R"({"id":")" + id + "\"}").value();
    auto const& items = history["items"];
    ASSERT_EQ(items.Size(), 3U);
    EXPECT_EQ(text(items[0], "approval_id"), "");
    for (auto const& item : items.GetArray()) {
        EXPECT_EQ(text(item, "channel"), "chat");
        if (text(item, "to_stage_name") != "需求确认") EXPECT_EQ(text(item, "approved_by"), "");
        if (text(item, "to_stage_name") != "需求确认") continue;
        EXPECT_EQ(text(item, "approval_id"), asked);
        EXPECT_EQ(text(item, "approved_by"), "boss");
    }
}

/// Beside the default process one for the department of boss, one for a role and one for good customers.
struct GivenProcessesForSome : GivenAStageThatIsShown {
    GivenProcessesForSome() {
        auto department = std::int64_t{0};
        auto role = department;
        in_tenant([&](database::Session& sql) {
            auto const key = database::Params{bind("t", tenant)};
            department = sql.value<std::int64_t>(
                                "insert into department (tenant_id, name, path) values (:t, '大客户部', "
                                "'{}') returning id",
                                key)
                             .value();
            sql.execute("update department set path = array[id] where tenant_id = :t", key);
            sql.execute("update employee set main_department_id = :d where tenant_id = :t and user_id = 'boss'",
                        {bind("t", tenant), bind("d", department)});
            role = sql.value<std::int64_t>("insert into role (tenant_id, name) values (:t, '顾问') returning id", key)
                       .value();
            sql.execute("insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                        {bind("t", tenant), bind("r", role), bind("e", employees.at("li"))});
        });
        make("大客户流程", R"("department_ids":[")" + std::to_string(department) + "\"]");
        make("顾问流程", R"("role_ids":[")" + std::to_string(role) + R"("],"customer_levels":["重点"])");
        make("简单流程", R"("enabled":true)");
    }
    void make(std::string const& name, std::string const& scope) {
        auto const done =
            perform("admin", "process.create",
                    R"({"name":")" + name + R"(","stages":[{"name":"接洽","probability":10}],)" + scope + "}");
        if (!done) throw std::runtime_error{done.error().message};
        ids[name] = text(*done, "id");
    }
    /// The process of a new opportunity of li, or what is wrong.
    std::string begun(std::string const& in = "") {
        auto const done = perform("li", "opportunity.create",
                                  R"({"name":"新","customer_id":")" + customer + R"(","amount_fen":5)" +
                                      (in.empty() ? "" : R"(,"process_id":")" + ids.at(in) + "\"") + "}");
        return done ? text(*done, "process_name") : done.error().fields.at(0).message;
    }

    std::map<std::string, std::string> ids;
};

TEST_F(GivenProcessesForSome, WhenOneIsForOthersThenTheRefusalSaysWhichAreOpen) {
    EXPECT_EQ(begun("大客户流程"), "这个销售流程不适用于这位负责人或这个客户，可以选择「标准销售流程」、「简单流程」");
    EXPECT_EQ(begun("简单流程"), "简单流程") << "for all";
    EXPECT_THAT(begun("顾问流程"), HasSubstr("不适用")) << "the role fits, the customer does not";
    EXPECT_EQ(begun(), "标准销售流程") << "what names nobody is not where people start";
}

TEST_F(GivenProcessesForSome, WhenSomebodyAsksForHisThenThoseOfOtherDepartmentsAndRolesAreLeftOut) {
    auto const offered = [&](std::string const& user) {
        auto const page = perform(user, "process.open", "{}").value();
        auto names = std::set<std::string>{};
        for (auto const& one : page["items"].GetArray()) names.insert(text(one, "name"));
        return names;
    };
    EXPECT_EQ(offered("li"), (std::set<std::string>{"标准销售流程", "顾问流程", "简单流程"}))
        << "with whom is not known yet";
    EXPECT_EQ(offered("boss"), (std::set<std::string>{"标准销售流程", "大客户流程", "简单流程"}));
    EXPECT_EQ(perform("li", "process.list", "{}").value()["items"].Size(), 4U) << "to look at";
}

TEST_F(GivenProcessesForSome, WhenAllThatItNamesFitsThenOpportunitiesStartInIt) {
    in_tenant([&](database::Session& sql) {
        sql.execute("update customer set level = '重点' where tenant_id = :t", {bind("t", tenant)});
    });
    EXPECT_EQ(begun(), "顾问流程");
    EXPECT_EQ(begun("顾问流程"), "顾问流程");
}

TEST_F(GivenProcessesForSome, WhenAnOpportunityChangesItsProcessThenItMustFitAsWell) {
    auto const changed = [&](std::string const& name) {
        auto const process = perform("admin", "process.show", R"({"id":")" + ids.at(name) + "\"}").value();
        auto const done = perform("li", "opportunity.change",
                                  R"({"id":")" + id + R"(","version":1,"process_id":")" + ids.at(name) +
                                      R"(","stage_id":")" + text(process["stages"][0], "id") + "\"}");
        return done ? text(*done, "process_name") : done.error().fields.at(0).field;
    };
    EXPECT_EQ(changed("大客户流程"), "process_id");
    EXPECT_EQ(changed("简单流程"), "简单流程");
}

}  // namespace
}  // namespace wescrm::testing
