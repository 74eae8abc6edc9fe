#include "stage_given.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/sales/lead_conversion.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using database::bind;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

/// 需求确认 makes two tasks, reminds the owner after five days and fills fields in.
struct GivenAStageThatActs : GivenAStageWithConditions {
    GivenAStageThatActs() {
        agenda::add_operations(catalogue);
        sales::add_lead_operations(catalogue, {}, sales::make_opportunity, sales::drop_opportunity);
        for (auto const* field : {R"("key":"budget","label":"客户预算","type":"money")",
                                  R"("key":"kind","label":"采购方式","type":"choice","options":["直采","招标"])",
                                  R"("key":"review","label":"评审日","type":"date")"})
            perform("admin", "field.create", R"({"object":"opportunity",)" + std::string{field} + "}").value();
        let_it_act(everything);
    }
    void let_it_act(std::string const& actions) { ask_for(R"("on_entry":)" + actions, "", "需求确认"); }
    json::Document shown() { return perform("li", "opportunity.show", R"({"id":")" + id + "\"}").value(); }
    std::vector<std::string> tasks() {
        return in_tenant([&](database::Session& sql) {
            return sql.values<std::string>(
                "select k.title || ' ' || e.user_id || coalesce(' ' || (k.due_at at time zone 'Asia/Shanghai')::text, "
                "'') from task k join employee e on e.tenant_id = k.tenant_id and e.id = k.assignee_id where "
                "k.tenant_id = :t and k.target_type = 'opportunity' and k.target_id = :id order by k.created_at, k.id",
                {bind("t", tenant), bind("id", std::stoll(id))});
        });
    }
    std::string day(int days) { return format_date(add_days(Zone{}.date(clock.now()), days)); }

    static constexpr auto everything =
        R"({"tasks":[{"title":"现场演示","due_days":3},{"title":"复核需求","assignee":"superior"}],"reminder_days":5,)"
        R"("values":[{"field":"competitor","value":"友商"},{"field":"probability","value":"45"},)"
        R"({"field":"expected_close_date","value":"+30"},{"field":"custom.budget","value":"1,200.50"},)"
        R"({"field":"custom.kind","value":"招标"},{"field":"custom.review","value":"+7"}]})";
};

TEST_F(GivenAStageThatActs, WhenOneComesIntoItThenItsTasksAreMadeAndItsFieldsAreSetWithTheMove) {
    EXPECT_EQ(advance(), "ok");
    EXPECT_THAT(tasks(), UnorderedElementsAre("现场演示 li " + day(3) + " 18:00:00", "复核需求 boss"));
    auto const after = shown();
    EXPECT_EQ(json::find_string(after, "competitor"), "友商");
    EXPECT_EQ(json::find_integer(after, "probability"), 45);
    EXPECT_EQ(json::find_string(after, "expected_close_date"), day(30));
    EXPECT_EQ(json::find_integer(after["custom"], "budget"), 120'050);
    EXPECT_EQ(json::find_string(after["custom"], "kind"), "招标");
    EXPECT_EQ(json::find_string(after["custom"], "review"), day(7));
    EXPECT_EQ(count("audit_log where action = 'task.create' and reason = '进入阶段时自动新建'"), 2);
    EXPECT_EQ(count("audit_log where action = 'opportunity.advance' and after::text like '%友商%'"), 1);
    EXPECT_EQ(count("outbox where kind = 'task_assigned' and recipient = 'boss'"), 1) << "li made his own himself";
    EXPECT_EQ(count("outbox where kind = 'task_assigned'"), 1);
}

TEST_F(GivenAStageThatActs, WhenTheMoveIsRefusedThenNothingHappens) {
    ask_for(R"("on_entry":{"tasks":[{"title":"现场演示"}]})", "", "需求确认");
    ask_for(R"("required_fields":["source"])");
    EXPECT_THAT(advance(), HasSubstr("填写来源"));
    EXPECT_TRUE(tasks().empty());
}

TEST_F(GivenAStageThatActs, WhenOneComesIntoItAgainThenItActsAgainAndTwiceInARowItDoesNot) {
    EXPECT_EQ(advance(), "ok");
    EXPECT_NE(advance(), "ok") << "it is there already";
    EXPECT_EQ(tasks().size(), 2U);
    EXPECT_EQ(advance("方案报价"), "ok");
    ASSERT_TRUE(perform("li", "opportunity.advance",
                        R"({"id":")" + id + R"(","reason":"退","stage_id":")" + stages.at("需求确认") + "\"}"));
    EXPECT_EQ(tasks().size(), 4U);
    EXPECT_EQ(count("timer where kind = 'stage_reminder' and state = 0"), 1);
}

TEST_F(GivenAStageThatActs, WhenItStaysThereThenItsOwnerIsRemindedOnceInTheMorning) {
    EXPECT_EQ(advance(), "ok");
    clock.advance(hours{24 * 6});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'stage_reminder' and recipient = 'li' and convert_from(body, 'UTF8') like "
                    "'%需求确认%'"),
              1);
    EXPECT_EQ(count("timer where kind = 'stage_reminder' and state = 0"), 0);
}

TEST_F(GivenAStageThatActs, WhenItLeavesBeforeThenNobodyIsReminded) {
    EXPECT_EQ(advance(), "ok");
    EXPECT_EQ(advance("方案报价"), "ok");
    EXPECT_EQ(count("timer where kind = 'stage_reminder' and state = 0"), 0);
}

TEST_F(GivenAStageThatActs, WhenOneBeginsOrIsWonThenThatIsComingIntoAStageToo) {
    ask_for(R"("on_entry":{"tasks":[{"title":"首次拜访"}]})");
    id = made("二期");
    EXPECT_THAT(tasks(), UnorderedElementsAre("首次拜访 li"));
    ask_for(R"("on_entry":{"tasks":[{"title":"回访"}],"reminder_days":30})", "", "赢单");
    ASSERT_TRUE(perform("li", "opportunity.win", R"({"id":")" + id + "\"}"));
    EXPECT_THAT(tasks(), UnorderedElementsAre("首次拜访 li", "回访 li"));
    EXPECT_EQ(count("timer where kind = 'stage_reminder' and state = 0"), 1) << "closing takes away what was before";
}

TEST_F(GivenAStageThatActs, WhenAConversionIsTakenBackThenWhatItsFirstStageMadeGoesWithIt) {
    ask_for(R"("on_entry":{"tasks":[{"title":"首次拜访"}]})");
    auto const lead = perform("admin", "lead.create", R"({"name":"王建国","company":"恒通机电","owner_user_id":"li"})");
    ASSERT_TRUE(lead) << lead.error().message;
    auto const lead_id = json::find_string(*lead, "id").value();
    ASSERT_TRUE(perform("admin", "lead.convert", R"({"id":")" + lead_id + R"(","opportunity":{"name":"二期"}})"));
    EXPECT_EQ(count("task where title = '首次拜访' and status = 'open'"), 1);
    auto const undone = perform("admin", "lead.undo_conversion", R"({"id":")" + lead_id + R"("})");
    ASSERT_TRUE(undone) << undone.error().message;
    EXPECT_EQ(count("task where title = '首次拜访' and status = 'cancelled'"), 1);
}

TEST_F(GivenAStageThatActs, WhenAValueCannotBeThenItIsRefusedAndOneThatCannotBeAnyMoreHoldsNothingUp) {
    auto const word = [&](std::string const& field, std::string const& value) {
        auto const done = try_to_ask(
            R"("on_entry":{"values":[{"field":")" + field + R"(","value":")" + value + R"("}]})", "", "需求确认");
        return done ? std::string{"ok"} : done.error().fields.at(0).field + " " + done.error().fields.at(0).message;
    };
    EXPECT_THAT(word("custom.kind", "拍卖"), HasSubstr("stages[1].on_entry.values[0].value 「需求确认」进入时填写："));
    EXPECT_THAT(word("probability", "150"), HasSubstr("0 到 100"));
    EXPECT_THAT(word("owner_user_id", "li"), HasSubstr("不能由阶段填写"));
    EXPECT_THAT(word("custom.nothing", "x"), HasSubstr("没有这个自定义字段"));
    EXPECT_EQ(word("expected_close_date", "2027-01-31"), "ok");
    let_it_act(everything);
    in_tenant([&](database::Session& sql) {
        sql.execute("update field set deleted_at = :now where tenant_id = :t and key = 'kind'",
                    {bind("t", tenant), bind("now", clock.now())});
    });
    EXPECT_EQ(advance(), "ok");
    EXPECT_EQ(json::find_string(shown(), "competitor"), "友商");
    EXPECT_EQ(tasks().size(), 2U);
}

}  // namespace
}  // namespace wescrm::testing
