#include "pool_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

struct GivenScoreRules : PoolTest {
    GivenScoreRules() {
        in_tenant([this](database::Session& sql) {
            sql.execute("delete from lead_score_rule where tenant_id = :t", {database::bind("t", tenant)});
        });
        rule(R"("name":"转介绍","fact":"source","test":"contains","words":["介绍"],"points":40)");
        rule(R"("name":"有手机","fact":"mobile","test":"known","points":20)");
        rule(R"("name":"跟进两次","fact":"followups","test":"at_least","least":2,"points":15)");
        rule(R"("name":"约好了","fact":"next_contact_at","test":"known","points":10)");
    }
    std::string rule(std::string const& fields) {
        return get(administrator, "lead_score_rule.create", "{" + fields + "}");
    }
    std::string lead(std::string const& name, std::string const& more) {
        return get("li", "lead.create", R"({"name":")" + name + R"(")" + more + "}");
    }
    std::string score(std::string const& id) { return get("li", "lead.show", id_of(id), "score"); }
    void follow(std::string const& id, std::string const& more = "") {
        get("li", "followup.create",
            R"({"target_type":"lead","target_id":")" + id + R"(","content":"通了电话")" + more + "}");
    }
};

TEST_F(GivenScoreRules, WhenSomethingBecomesKnownThenTheScoreFollowsAndIsExplained) {
    auto const id = lead("王建国", R"(,"source":"老客户介绍")");
    EXPECT_EQ(score(id), "40");
    auto const version = get("li", "lead.show", id_of(id), "version");
    get("li", "lead.change", R"({"id":")" + id + R"(","version":)" + version + R"(,"mobile":"13800138000"})");
    EXPECT_EQ(score(id), "60");
    follow(id);
    EXPECT_EQ(score(id), "60");
    follow(id, R"(,"next_contact_at":"2026-11-27T10:00:00+08:00")");
    EXPECT_EQ(score(id), "85");
    EXPECT_EQ(get("li", "lead.show", id_of(id), "score_reasons"),
              R"([{"name":"转介绍","points":40},{"name":"有手机","points":20},{"name":"跟进两次","points":15},)"
              R"({"name":"约好了","points":10}])");
    EXPECT_EQ(get("li", "lead.show", id_of(id), "version"), std::to_string(std::stoi(version) + 1));  // derived
}

TEST_F(GivenScoreRules, WhenAFollowUpGoesThenItsPointsGoToo) {
    auto const id = lead("王建国", "");
    follow(id);
    auto const second =
        get("li", "followup.create", R"({"target_type":"lead","target_id":")" + id + R"(","content":"约见面"})");
    EXPECT_EQ(score(id), "15");
    call("li", "followup.delete", id_of(second));
    EXPECT_EQ(score(id), "0");
}

TEST_F(GivenScoreRules, WhenARuleChangesThenEveryOpenLeadIsScoredAnewAndConvertedOnesStay) {
    auto const id = lead("王建国", R"(,"mobile":"13800138000")");
    auto const gone = lead("李工", R"(,"mobile":"13800138001","company":"绿源环保")");
    get("li", "lead.convert", id_of(gone));
    auto const known = text("select id::text from lead_score_rule where name = '有手机'");
    get(administrator, "lead_score_rule.change",
        R"({"id":")" + known + R"(","version":1,"name":"有手机","fact":"mobile","test":"known","points":33})");
    EXPECT_EQ(score(id), "33");
    EXPECT_EQ(score(gone), "20");
    get(administrator, "lead_score_rule.change",
        R"({"id":")" + known +
            R"(","version":2,"name":"有手机","fact":"mobile","test":"known","points":33,"enabled":false})");
    EXPECT_EQ(score(id), "0");
    EXPECT_EQ(reason(administrator, "lead_score_rule.delete", R"({"id":")" + known + R"(","version":2})"), "version");
    EXPECT_EQ(reason(administrator, "lead_score_rule.delete", id_of(known)), "");
    EXPECT_EQ(count("audit_log where object = 'lead_score_rule' and action = 'lead_score_rule.change'"), 2);
}

TEST_F(GivenScoreRules, WhenThereAreMoreLeadsThanOneStepTakesThenTimersScoreTheOthers) {
    in_tenant([this](database::Session& sql) {
        sql.execute(
            "insert into lead (tenant_id, no, name, mobile, status, owner_id, acquired_at, created_at, updated_at) "
            "select :t, 'X' || n, '线索' || n, '139' || lpad(n::text, 8, '0'), 'pending', :li, now(), now(), now() "
            "from "
            "generate_series(1, 2100) n",
            {database::bind("t", tenant), database::bind("li", employees["li"])});
    });
    rule(R"("name":"有姓名","fact":"phone","test":"known","points":-5)");
    EXPECT_EQ(count("lead where score = 20"), 1'000);
    work_off();
    EXPECT_EQ(count("lead where score = 20"), 2'100);
}

TEST_F(GivenScoreRules, WhenLeadsAreListedThenTheBestComeFirstAndPoorOnesCanBeLeftOut) {
    lead("甲", R"(,"source":"介绍")");
    lead("乙", "");
    lead("丙", R"(,"mobile":"13800138000","source":"介绍")");
    auto const names = [this](std::string const& input) {
        auto const page = call("li", "lead.list", input);
        auto text = std::string{};
        for (auto const& item : (*page)["items"].GetArray()) text += json::find_string(item, "name").value();
        return text;
    };
    EXPECT_EQ(names(R"({"sort":"-score"})"), "丙甲乙");
    EXPECT_EQ(names(R"({"sort":"score","min_score":40})"), "甲丙");
}

TEST_F(GivenScoreRules, WhenARuleIsWrittenThenItsPartsMustFit) {
    struct Case {
        std::string fields, reason;
    };
    for (auto const& [fields, expected] :
         {Case{R"("name":"甲","fact":"salary","test":"known","points":5)", "invalid_field"},
          Case{R"("name":"甲","fact":"source","test":"contains","points":5)", "invalid_field"},
          Case{R"("name":"甲","fact":"source","test":"at_least","least":2,"points":5)", "invalid_field"},
          Case{R"("name":"甲","fact":"followups","test":"known","points":5)", "invalid_field"},
          Case{R"("name":"甲","fact":"followups","test":"at_least","points":5)", "invalid_field"},
          Case{R"("name":"甲","fact":"mobile","test":"known","points":0)", "invalid_field"},
          Case{R"("name":"甲","fact":"mobile","test":"known","points":101)", "invalid"},
          Case{R"("name":"转介绍","fact":"mobile","test":"known","points":5)", "name"},
          Case{R"("name":"甲","fact":"mobile","test":"known","points":-5)", ""}})
        EXPECT_EQ(reason(administrator, "lead_score_rule.create", "{" + fields + "}"), expected) << fields;
    EXPECT_EQ(reason("li", "lead_score_rule.create", R"({"name":"乙","fact":"mobile","test":"known","points":5})"),
              "permission");
}

}  // namespace
}  // namespace wescrm::testing
