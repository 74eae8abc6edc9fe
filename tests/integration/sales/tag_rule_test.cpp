#include "pool_given.hpp"

#include <gmock/gmock.h>

#include <future>

// Tags that rules put on records and take off.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// wang, the administrator, has a group of tags for customers, leads and opportunities.
struct GivenAutomaticTags : PoolTest {
    std::string tag(std::string const& name, std::string const& of = "") {
        auto const id =
            get("wang", "tag.create", R"({"name":")" + name + R"(","group_id":")" + (of.empty() ? group : of) + "\"}");
        ids[name] = id;
        return id;
    }
    /// The answer's reason, "" if it is kept.
    std::string rule(std::string const& name, std::string const& object, std::string const& conditions,
                     std::string const& more = "") {
        return reason("wang", "tag_rule.put",
                      R"({"id":")" + ids.at(name) + R"(","object":")" + object + R"(","conditions":[)" + conditions +
                          "]" + more + "}");
    }
    std::string on(std::string const& object, std::string const& id) {
        work_off();
        return get("wang", object + ".show", id_of(id), "tags");
    }

    std::map<std::string, std::string> ids;
    std::string group =
        get("wang", "tag_group.create", R"({"name":"自动","objects":["customer","lead","opportunity"]})");
    std::string const from_fair = R"({"field":"source","test":"is","values":["展会"]})";
};

TEST_F(GivenAutomaticTags, WhenARecordChangesThenItsTagsFollowAndItsHistorySaysWhichRuleGaveThem) {
    tag("展会客户");
    auto const before = get("wang", "customer.create", R"({"name":"宏达","source":"展会"})");
    EXPECT_EQ(rule("展会客户", "customer", from_fair), "");
    EXPECT_EQ(on("customer", before), R"(["展会客户"])");
    auto const after = get("wang", "customer.create", R"({"name":"绿源","source":"官网"})");
    EXPECT_EQ(on("customer", after), "[]");
    get("wang", "customer.change", R"({"id":")" + after + R"(","version":1,"source":"展会"})");
    EXPECT_EQ(on("customer", after), R"(["展会客户"])");
    EXPECT_EQ(text("select reason from audit_log where action = 'customer.tag' and object_id = " + after),
              "自动标签：加上「展会客户」（来源是“展会”）");
    get("wang", "customer.change", R"({"id":")" + before + R"(","version":1,"source":"官网"})");
    EXPECT_EQ(on("customer", before), "[]");
    EXPECT_EQ(count("audit_log where action = 'customer.tag'"), 3);
    EXPECT_EQ(count("tag_check"), 0);
    auto const shown = call("wang", "record_tag.list", R"({"object":"customer","ids":[")" + after + "\"]}");
    EXPECT_EQ(json::find_string((*shown)["items"][0]["tags"][0], "rule"), "来源是“展会”");
}

TEST_F(GivenAutomaticTags, WhenTwoRecordsAreChangedAtTheSameTimeThenNeitherWaitsAndBothGetTheTag) {
    tag("展会客户");
    ASSERT_EQ(rule("展会客户", "customer", from_fair), "");
    auto const first = customer("wang", "宏达");
    auto const second = customer("wang", "绿源");
    auto const change = [this](std::string const& id, auto const& before_commit) {
        return in_company("wang", [&](operation::Context& ctx) {
            auto changed =
                catalogue.find("customer.change")
                    ->invoke(ctx, json::parse(R"({"id":")" + id + R"(","version":1,"source":"展会"})").value());
            before_commit();
            return changed;
        });
    };
    auto is_changed = std::promise<void>{};
    auto may_end = std::promise<void>{};
    auto one = std::async(std::launch::async, [&] {
        return change(first, [&] {
            is_changed.set_value();
            may_end.get_future().wait();
        });
    });
    is_changed.get_future().wait();
    auto other = std::async(std::launch::async, [&] { return change(second, [] {}); });
    auto const has_waited = other.wait_for(std::chrono::seconds{30}) != std::future_status::ready;
    EXPECT_FALSE(has_waited);
    if (!has_waited) work_off();  // the rules go on while the first one is still open
    may_end.set_value();
    EXPECT_TRUE(one.get());
    auto const done = other.get();
    EXPECT_TRUE(done) << (done ? "" : done.error().reason);
    clock.advance(minutes{1});
    EXPECT_EQ(on("customer", first), R"(["展会客户"])");
    EXPECT_EQ(on("customer", second), R"(["展会客户"])");
    EXPECT_EQ(count("audit_log where action = 'customer.tag'"), 2);
    EXPECT_EQ(count("tag_check"), 0);
}

TEST_F(GivenAutomaticTags, WhenATagIsAutomaticThenNobodyPutsItOnOrTakesItOff) {
    tag("展会客户");
    tag("手工");
    auto const one = get("wang", "customer.create", R"({"name":"宏达","source":"展会"})");
    auto const other = get("wang", "customer.create", R"({"name":"绿源"})");
    rule("展会客户", "customer", from_fair);
    EXPECT_EQ(on("customer", one), R"(["展会客户"])");
    EXPECT_THAT(message("wang", "customer.tag", R"({"id":")" + other + R"(","add":["展会客户"]})"),
                HasSubstr("自动标签"));
    EXPECT_THAT(message("wang", "customer.tag", R"({"id":")" + one + R"(","remove":["展会客户"]})"),
                HasSubstr("自动标签"));
    EXPECT_EQ(reason("wang", "customer.tag", R"({"id":")" + one + R"(","tags":["手工"]})"), "");
    EXPECT_EQ(on("customer", one), R"(["展会客户","手工"])");
    EXPECT_EQ(reason("wang", "customer.tag", R"({"id":")" + one + R"(","tags":[]})"), "");
    EXPECT_EQ(on("customer", one), R"(["展会客户"])");
    auto const lead = get("wang", "lead.create", R"({"name":"周敏"})");  // for others people put it on
    EXPECT_EQ(reason("wang", "lead.tag", R"({"id":")" + lead + R"(","add":["展会客户"]})"), "");
    EXPECT_EQ(on("lead", lead), R"(["展会客户"])");
    EXPECT_THAT(message("wang", "tag.replace",
                        R"({"id":")" + ids["手工"] + R"(","replacement_id":")" + ids["展会客户"] + "\"}"),
                HasSubstr("由规则给出"));
}

TEST_F(GivenAutomaticTags, WhenDaysPassWithoutFollowUpThenTheNightPutsTheTagOnAndAFollowUpTakesItOff) {
    tag("久未跟进");
    rule("久未跟进", "customer", R"({"field":"idle_days","test":"at_least","values":["3"]})");
    auto const one = customer("wang", "宏达");
    begin_nights();
    EXPECT_EQ(on("customer", one), "[]");
    nights(2);
    EXPECT_EQ(on("customer", one), "[]");
    nights(2);
    EXPECT_EQ(on("customer", one), R"(["久未跟进"])");
    get("wang", "followup.create", R"({"target_type":"customer","target_id":")" + one + R"(","content":"去了电话"})");
    EXPECT_EQ(on("customer", one), "[]");
}

TEST_F(GivenAutomaticTags, WhenOrdersComeIntoForceOrAreVoidThenTagsByTheirNumberAndSumFollow) {
    tag("老客户");
    rule("老客户", "customer",
         R"({"field":"order_count","test":"at_least","values":["2"]},)"
         R"({"field":"order_yuan","test":"at_least","values":["300"]})");
    auto const one = customer("wang", "宏达");
    auto const sold = [&](std::string const& no, std::string const& status) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into sales_order (tenant_id, no, name, customer_id, owner_id, ordered_on, amount_fen, status, "
                "created_at, updated_at) select tenant_id, :no, :no, id, owner_id, '2026-01-01', 20000, :status, :now, "
                ":now from customer where tenant_id = :t and id = :id::bigint",
                {database::bind("t", tenant), database::bind("id", one), database::bind("no", no),
                 database::bind("status", status), database::bind("now", clock.now())});
        });
    };
    sold("甲", "in_force");
    sold("乙", "draft");
    EXPECT_EQ(on("customer", one), "[]");
    in_tenant(
        [&](database::Session& sql) { sql.execute("update sales_order set status = 'in_force' where no = '乙'"); });
    EXPECT_EQ(on("customer", one), R"(["老客户"])");
    in_tenant([&](database::Session& sql) { sql.execute("update sales_order set status = 'void' where no = '甲'"); });
    EXPECT_EQ(on("customer", one), "[]");
}

TEST_F(GivenAutomaticTags, WhenLeadsScoreEnoughThenTheyHaveTheTagAndConvertedOnesKeepTheirs) {
    tag("高分");
    rule("高分", "lead", R"({"field":"score","test":"at_least","values":["10"]})");
    auto const poor = get("wang", "lead.create", R"({"name":"周敏"})");
    auto const good = get("wang", "lead.create", R"({"name":"陈立","mobile":"13900139777","company":"恒信机电"})");
    ASSERT_GE(count("lead where score >= 10"), 1);
    EXPECT_EQ(on("lead", poor), "[]");
    EXPECT_EQ(on("lead", good), R"(["高分"])");
}

TEST_F(GivenAutomaticTags, WhenAGroupHasOneTagPerRecordThenTheFirstRuleThatMatchesWinsAndAChosenOneStays) {
    auto const grades = get("wang", "tag_group.create", R"({"name":"分级","objects":["customer"],"single":true})");
    tag("甲级", grades);
    tag("乙级", grades);
    tag("特批", grades);
    auto const at_least = [](std::string const& days) {
        return R"({"field":"age_days","test":"at_least","values":[")" + days + "\"]}";
    };
    rule("甲级", "customer", at_least("2"));
    rule("乙级", "customer", at_least("0"));
    auto const one = customer("wang", "宏达");
    auto const other = customer("wang", "绿源");
    begin_nights();
    EXPECT_EQ(on("customer", one), R"(["乙级"])");
    EXPECT_EQ(reason("wang", "customer.tag", R"({"id":")" + other + R"(","add":["特批"]})"), "");
    EXPECT_EQ(on("customer", other), R"(["特批"])");
    nights(3);
    EXPECT_EQ(on("customer", one), R"(["甲级"])");
    EXPECT_EQ(on("customer", other), R"(["特批"])");
    // The order of the tags is the order of the rules.
    get("wang", "tag_group.order_tags", R"({"id":")" + grades + R"(","tag_ids":[")" + ids["乙级"] + "\"]}");
    EXPECT_EQ(on("customer", one), R"(["乙级"])");
}

TEST_F(GivenAutomaticTags, WhenARuleIsTriedThenItSaysHowManyRecordsWouldChangeAndNamesSome) {
    tag("展会客户");
    customer("wang", "无关");
    auto const had = customer("wang", "旧的");
    get("wang", "customer.tag", R"({"id":")" + had + R"(","add":["展会客户"]})");
    get("wang", "customer.create", R"({"name":"宏达","source":"展会"})");
    auto const asked =
        R"({"object":"customer","tag_id":")" + ids["展会客户"] + R"(","conditions":[)" + from_fair + "]}";
    auto const trial = call("wang", "tag_rule.try", asked);
    ASSERT_TRUE(trial);
    EXPECT_EQ(json::find_integer(*trial, "matching"), 1);
    EXPECT_EQ(json::find_integer(*trial, "gaining"), 1);
    EXPECT_EQ(json::find_integer(*trial, "losing"), 1);
    EXPECT_EQ(json::find_string((*trial)["examples"][0], "name"), "宏达");
    EXPECT_EQ(on("customer", had), R"(["展会客户"])");
    EXPECT_EQ(rule("展会客户", "customer", from_fair), "");
    EXPECT_EQ(on("customer", had), "[]");
}

TEST_F(GivenAutomaticTags, WhenARuleMakesNoSenseThenTheFieldThatIsWrongIsNamed) {
    tag("规则");
    auto const wrong = [&](std::string const& object, std::string const& conditions) {
        auto const answer =
            call("wang", "tag_rule.put",
                 R"({"id":")" + ids["规则"] + R"(","object":")" + object + R"(","conditions":[)" + conditions + "]}");
        return answer || answer.error().fields.empty() ? "" : answer.error().fields.front().field;
    };
    EXPECT_EQ(wrong("customer", ""), "conditions");
    EXPECT_EQ(wrong("contact", from_fair), "object");
    EXPECT_EQ(wrong("customer", R"({"field":"score","test":"at_least","values":["1"]})"), "conditions[0].field");
    EXPECT_EQ(wrong("customer", R"({"field":"source","test":"at_least","values":["1"]})"), "conditions[0].test");
    EXPECT_EQ(wrong("customer", R"({"field":"idle_days","test":"is","values":["1"]})"), "conditions[0].test");
    EXPECT_EQ(wrong("customer", R"({"field":"idle_days","test":"at_least","values":["很多"]})"),
              "conditions[0].values");
    EXPECT_EQ(wrong("customer", R"({"field":"deal_status","test":"is","values":["也许"]})"), "conditions[0].values");
    EXPECT_EQ(wrong("customer", from_fair), "");
}

TEST_F(GivenAutomaticTags, WhenARuleIsChangedOrDeletedThenVersionsCountAndTheTagStaysWithWhoHasIt) {
    tag("展会客户");
    auto const one = get("wang", "customer.create", R"({"name":"宏达","source":"展会"})");
    rule("展会客户", "customer", from_fair);
    EXPECT_EQ(on("customer", one), R"(["展会客户"])");
    EXPECT_EQ(rule("展会客户", "customer", from_fair, R"(,"version":7)"), "version");
    EXPECT_EQ(
        rule("展会客户", "customer", R"({"field":"source","test":"is_not","values":["官网"]})", R"(,"version":1)"), "");
    EXPECT_EQ(reason("wang", "tag_rule.delete", id_of(ids["展会客户"])), "");
    EXPECT_EQ(on("customer", one), R"(["展会客户"])");
    EXPECT_EQ(reason("wang", "customer.tag", R"({"id":")" + one + R"(","remove":["展会客户"]})"), "");
    EXPECT_EQ(on("customer", one), "[]");
    EXPECT_EQ(reason("wang", "tag_rule.show", id_of(ids["展会客户"])), "tag_rule");
    EXPECT_EQ(count("audit_log where action = 'tag_rule.put'"), 2);
}

TEST_F(GivenAutomaticTags, WhenARuleAsksForACompanysOwnFieldThenItsValuesCount) {
    get("wang", "field.create",
        R"({"object":"customer","key":"grade","label":"等级","type":"choice","options":["甲","乙"]})");
    get("wang", "field.create", R"({"object":"customer","key":"seats","label":"座席","type":"integer"})");
    tag("大客户");
    EXPECT_EQ(rule("大客户", "customer",
                   R"({"field":"custom.grade","test":"is","values":["甲"]},)"
                   R"({"field":"custom.seats","test":"at_least","values":["50"]})"),
              "");
    auto const one = get("wang", "customer.create", R"({"name":"宏达","custom":{"grade":"甲","seats":80}})");
    auto const other = get("wang", "customer.create", R"({"name":"绿源","custom":{"grade":"甲","seats":8}})");
    EXPECT_EQ(on("customer", one), R"(["大客户"])");
    EXPECT_EQ(on("customer", other), "[]");
    // Without the field nobody knows what the rule wants: it rests, and says so.
    in_tenant([&](database::Session& sql) {
        sql.execute("update field set deleted_at = :now where tenant_id = :t and key = 'grade'",
                    {database::bind("t", tenant), database::bind("now", clock.now())});
    });
    get("wang", "customer.change", R"({"id":")" + one + R"(","version":1,"level":"重点"})");
    EXPECT_EQ(on("customer", one), R"(["大客户"])");
    EXPECT_THAT(get("wang", "tag_rule.show", id_of(ids["大客户"]), "words"), HasSubstr("已删除的字段"));
}

}  // namespace
}  // namespace wescrm::testing
