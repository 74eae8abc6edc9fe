#include "pool_given.hpp"

#include <gmock/gmock.h>

// Groups of tags, tags on customers, leads, contacts and opportunities, and what goes on with them.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

std::string quoted(std::initializer_list<std::string> words) {
    auto list = std::string{"["};
    for (auto const& word : words) list += (list.size() > 1 ? ",\"" : "\"") + word + "\"";
    return list + "]";
}

/// wang, the administrator, has two groups: 意向程度 of which a customer or lead has one tag, and 采购关注 for
/// everything.
struct GivenTagGroups : PoolTest {
    std::string group(std::string const& name, std::string const& more, std::initializer_list<std::string> tags,
                      std::string const& user = "wang") {
        auto const id = get(user, "tag_group.create", R"({"name":")" + name + "\"" + more + "}");
        for (auto const& tag : tags) tag_ids[tag] = make(id, tag, user);
        return id;
    }
    std::string make(std::string const& group, std::string const& name, std::string const& user = "wang") {
        return get(user, "tag.create", R"({"name":")" + name + R"(","group_id":")" + group + "\"}");
    }
    std::string on(std::string const& object, std::string const& id, std::string const& user = "wang") {
        return get(user, object + ".show", id_of(id), "tags");
    }
    std::string put(std::string const& object, std::string const& id, std::initializer_list<std::string> add,
                    std::string const& user = "wang") {
        return message(user, object + ".tag", R"({"id":")" + id + R"(","add":)" + quoted(add) + "}");
    }
    std::int64_t listed(std::string const& object, std::string const& more) {
        auto const page = call("wang", object + ".list", "{" + more + "}");
        return page ? (*page)["items"].Size() : -1;
    }
    std::string of_tag(std::string const& name, std::string const& more = "") {
        return R"({"id":")" + tag_ids[name] + "\"" + more + "}";
    }

    std::map<std::string, std::string> tag_ids;
    std::string stage =
        group("意向程度", R"(,"objects":["customer","lead"],"single":true,"colour":"blue")", {"高意向", "观望中"});
    std::string interest = group("采购关注", R"(,"colour":"orange")", {"价格敏感", "需要样机"});
    std::string account = customer("wang", "宏达科技");
    std::string lead = get("wang", "lead.create", R"({"name":"周敏","company":"恒信机电"})");
    std::string person =
        get("wang", "contact.create", R"({"customer_id":")" + account + R"(","name":"王建国","mobile":"13900139777"})");
    std::string deal = get("wang", "opportunity.create", R"({"name":"产线改造","customer_id":")" + account + "\"}");
};

TEST_F(GivenTagGroups, WhenRecordsOfAllKindsAreTaggedThenEachShowsThemAndItsListFiltersByAnyAndByAll) {
    auto const other = customer("wang", "绿源");
    EXPECT_EQ(put("customer", account, {"价格敏感", "需要样机"}), "");
    EXPECT_EQ(put("customer", other, {"价格敏感"}), "");
    EXPECT_EQ(put("lead", lead, {"高意向", "价格敏感"}), "");
    EXPECT_EQ(put("contact", person, {"需要样机"}), "");
    EXPECT_EQ(put("opportunity", deal, {"价格敏感"}), "");
    EXPECT_EQ(on("customer", account), R"(["价格敏感","需要样机"])");
    EXPECT_EQ(on("lead", lead), R"(["高意向","价格敏感"])");
    EXPECT_EQ(on("contact", person), R"(["需要样机"])");
    EXPECT_EQ(on("opportunity", deal), R"(["价格敏感"])");
    EXPECT_EQ(listed("customer", R"("tags":["价格敏感","需要样机"])"), 2);
    EXPECT_EQ(listed("customer", R"("tags":["价格敏感","需要样机"],"tags_match":"all")"), 1);
    EXPECT_EQ(listed("customer", R"("tags":["价格敏感","没有的"],"tags_match":"all")"), 0);
    EXPECT_EQ(listed("customer", R"("tag":"需要样机")"), 1);
    EXPECT_EQ(listed("lead", R"("tags":["高意向"])"), 1);
    EXPECT_EQ(listed("lead", R"("tags":["观望中"])"), 0);
    EXPECT_EQ(listed("contact", R"("tags":["需要样机"])"), 1);
    EXPECT_EQ(listed("opportunity", R"("tags":["价格敏感","高意向"])"), 1);
    EXPECT_EQ(reason("wang", "customer.list", R"({"tags":["高意向"],"tags_match":"some"})"), "invalid_field");
    EXPECT_EQ(count("audit_log where action in ('customer.tag','lead.tag','contact.tag','opportunity.tag')"), 5);
}

TEST_F(GivenTagGroups, WhenATagOfASingleGroupIsPutOnThenItTakesThePlaceOfTheOther) {
    EXPECT_EQ(put("customer", account, {"观望中", "价格敏感"}), "");
    EXPECT_EQ(put("customer", account, {"高意向"}), "");
    EXPECT_EQ(on("customer", account), R"(["高意向","价格敏感"])");
    EXPECT_THAT(put("customer", account, {"高意向", "观望中"}), HasSubstr("只能选一个"));
    auto const both = R"({"id":")" + account + R"(","tags":["高意向","观望中"]})";
    EXPECT_EQ(reason("wang", "customer.tag", both), "invalid_field");
    EXPECT_EQ(on("customer", account), R"(["高意向","价格敏感"])");
    get("wang", "customer.tag", R"({"id":")" + account + R"(","tags":["观望中"]})");
    EXPECT_EQ(on("customer", account), R"(["观望中"])");
}

TEST_F(GivenTagGroups, WhenAGroupIsNotForSuchRecordsOrATagIsDisabledThenItIsNotPutOn) {
    EXPECT_THAT(put("contact", person, {"高意向"}), HasSubstr("不能用于联系人"));
    EXPECT_EQ(put("customer", account, {"需要样机"}), "");
    get("wang", "tag.change", of_tag("需要样机", R"(,"version":1,"disabled":true)"));
    EXPECT_THAT(put("lead", lead, {"需要样机"}), HasSubstr("已停用"));
    EXPECT_EQ(on("customer", account), R"(["需要样机"])");
    // One that stays is no choice anew.
    get("wang", "customer.tag", R"({"id":")" + account + R"(","tags":["需要样机","价格敏感"]})");
    EXPECT_EQ(on("customer", account), R"(["价格敏感","需要样机"])");
}

TEST_F(GivenTagGroups, WhenSomebodyNamesATagThatIsNotThereThenOnlyWhoManagesTagsMakesIt) {
    auto const own = customer("li", "北辰");
    EXPECT_THAT(put("customer", own, {"续费"}, "li"),
                HasSubstr("没有标签「续费」，可用的有：高意向、观望中、价格敏感"));
    EXPECT_EQ(put("customer", account, {"续费"}), "");
    EXPECT_EQ(count("tag t join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id where g.is_default and "
                    "t.name = '续费'"),
              1);
    EXPECT_EQ(put("customer", own, {"续费"}, "li"), "");
    EXPECT_EQ(reason("li", "tag.create", R"({"name":"大客户"})"), "permission");
    EXPECT_EQ(reason("li", "tag_group.create", R"({"name":"行业"})"), "permission");
    EXPECT_EQ(reason("li", "tag.change", of_tag("高意向", R"(,"version":1,"name":"热")")), "permission");
    EXPECT_EQ(reason("wang", "tag.create", R"({"name":"高意向"})"), "duplicate");
    EXPECT_EQ(reason("wang", "tag.create", R"({"name":"高,低"})"), "invalid_field");
}

TEST_F(GivenTagGroups, WhenAGroupIsPersonalThenNobodyElseSeesItsTags) {
    auto const own = customer("li", "北辰");
    group("我的", R"(,"personal":true)", {"老同学"}, "li");
    EXPECT_EQ(put("customer", own, {"老同学", "价格敏感"}, "li"), "");
    EXPECT_EQ(on("customer", own, "li"), R"(["价格敏感","老同学"])");
    EXPECT_EQ(on("customer", own, "boss"), R"(["价格敏感"])");
    EXPECT_EQ(listed("customer", R"("tags":["老同学"])"), 0);
    EXPECT_EQ((*call("boss", "tag_group.list", "{}"))["items"].Size(), 2U);
    EXPECT_EQ((*call("li", "tag_group.list", "{}"))["items"].Size(), 3U);
    EXPECT_EQ(reason("boss", "tag.show", of_tag("老同学")), "tag");
    EXPECT_EQ(count("audit_log where action = 'customer.tag' and after::text like '%老同学%'"), 0);
    EXPECT_EQ(count("company_word where word = '老同学'"), 0);
    // The same name may be the company's too.
    make(interest, "老同学");
    EXPECT_EQ(on("customer", own, "boss"), R"(["价格敏感"])");
}

TEST_F(GivenTagGroups, WhenATagIsReplacedThenAllUsesMoveAtOnceAndKeepTheirTime) {
    put("customer", account, {"价格敏感"});
    put("lead", lead, {"价格敏感"});
    put("contact", person, {"价格敏感", "需要样机"});
    clock.advance(hours{24});
    EXPECT_EQ(reason("wang", "tag.delete", of_tag("价格敏感")), "in_use");
    EXPECT_EQ(reason("wang", "tag.replace", of_tag("价格敏感", R"(,"replacement_id":")" + tag_ids["价格敏感"] + "\"")),
              "invalid_field");
    // The single group is not for contacts.
    EXPECT_EQ(reason("wang", "tag.replace", of_tag("价格敏感", R"(,"replacement_id":")" + tag_ids["高意向"] + "\"")),
              "invalid_field");
    auto const done =
        call("wang", "tag.replace", of_tag("价格敏感", R"(,"replacement_id":")" + tag_ids["需要样机"] + "\""));
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(json::write(*done), R"({"records":3,"moved":2,"running":false})");
    EXPECT_EQ(on("customer", account), R"(["需要样机"])");
    EXPECT_EQ(on("lead", lead), R"(["需要样机"])");
    EXPECT_EQ(count("customer_tag where created_at < (select max(at) from audit_log)"), 1);
    EXPECT_EQ(count("tag where name = '价格敏感'"), 0);
    EXPECT_EQ(count("company_word where word = '价格敏感'"), 0);
    EXPECT_EQ(count("audit_log where action = 'tag.replace' and reason like '%替换为「需要样机」，涉及 3 条记录%'"), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.tag' and after::text like '%价格敏感%'"), 1);
    // Each record's history says so.
    for (auto const* object : {"customer", "lead", "contact"})
        EXPECT_EQ(
            count("audit_log where action = '" + std::string{object} +
                  ".tag' and reason = '标签「价格敏感」替换为「需要样机」' and before::text like '%价格敏感%' and "
                  "after::text = '{\"tags\": [\"需要样机\"]}' and actor_id is not null"),
            1)
            << object;
}

TEST_F(GivenTagGroups, WhenVeryManyRecordsHaveTheTagThenTheyFollowInTheBackgroundAndTheSettingsSayHowFarItIs) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "with made as (insert into customer (tenant_id, no, name, name_core, owner_id, acquired_at, created_at, "
            "updated_at) select tenant_id, 'N' || n, '客户' || n, '客户' || n, owner_id, :now, :now, :now from "
            "customer, "
            "generate_series(1, 1200) n where tenant_id = :t and id = :id::bigint returning tenant_id, id) insert into "
            "customer_tag (tenant_id, customer_id, tag_id, created_at) select tenant_id, id, :tag::bigint, :now from "
            "made",
            {database::bind("t", tenant), database::bind("id", account), database::bind("tag", tag_ids["价格敏感"]),
             database::bind("now", clock.now())});
    });
    auto const asked = of_tag("价格敏感", R"(,"replacement_id":")" + tag_ids["需要样机"] + "\"");
    auto const begun = call("wang", "tag.replace", asked);
    ASSERT_TRUE(begun) << begun.error().message;
    EXPECT_EQ(json::write(*begun), R"({"records":1200,"moved":500,"running":true})");
    auto const shown = call("wang", "tag_group.show", id_of(interest));
    EXPECT_EQ(json::find_integer((*shown)["tags"][0]["replacing"], "done"), 500);
    EXPECT_EQ(json::find_integer((*shown)["tags"][0]["replacing"], "records"), 1200);
    EXPECT_EQ(reason("wang", "tag.replace", asked), "replacing");
    EXPECT_EQ(reason("wang", "tag.delete", of_tag("需要样机")), "replacing");
    EXPECT_THAT(put("customer", account, {"价格敏感"}), HasSubstr("已停用"));
    work_off();
    EXPECT_EQ(count("tag where name = '价格敏感'"), 0);
    EXPECT_EQ(count("customer_tag"), 1200);
    EXPECT_EQ(count("audit_log where action = 'customer.tag' and actor_id is not null and reason like '%替换为%'"),
              1200);
    EXPECT_EQ(count("tag_replacement"), 0);
}

TEST_F(GivenTagGroups, WhenTheReplacementIsOfASingleGroupThenWhatARecordHasOfItStays) {
    auto const other = customer("wang", "绿源");
    put("customer", account, {"价格敏感", "观望中"});
    put("customer", other, {"价格敏感"});
    get("wang", "tag.replace", of_tag("价格敏感", R"(,"replacement_id":")" + tag_ids["高意向"] + "\""), "moved");
    EXPECT_EQ(on("customer", account), R"(["观望中"])");
    EXPECT_EQ(on("customer", other), R"(["高意向"])");
}

TEST_F(GivenTagGroups, WhenATagGetsAnotherNameThenRecordsAndTheChatKnowIt) {
    put("customer", account, {"高意向"});
    EXPECT_EQ(get("wang", "tag.change", of_tag("高意向", R"(,"version":1,"name":"热单","colour":"red")"), "colour"),
              "red");
    EXPECT_EQ(on("customer", account), R"(["热单"])");
    EXPECT_EQ(count("company_word where kind = 'tag' and word = '热单'"), 1);
    EXPECT_EQ(count("company_word where kind = 'tag' and word = '高意向'"), 0);
    EXPECT_EQ(reason("wang", "tag.change", of_tag("高意向", R"(,"version":1,"name":"冷单")")), "version");
    EXPECT_EQ(reason("wang", "tag.change", of_tag("高意向", R"(,"version":2,"name":"观望中")")), "duplicate");
}

TEST_F(GivenTagGroups, WhenAGroupWouldNotFitWhatRecordsHaveThenItStaysAsItIs) {
    put("customer", account, {"价格敏感", "需要样机"});
    auto const change = [&](std::string const& more) {
        return reason("wang", "tag_group.change", R"({"id":")" + interest + R"(","version":1,)" + more + "}");
    };
    EXPECT_EQ(change(R"("single":true)"), "several");
    EXPECT_EQ(change(R"("objects":["lead"])"), "in_use");
    EXPECT_EQ(reason("wang", "tag.change", of_tag("价格敏感", R"(,"version":1,"group_id":")" + stage + "\"")), "");
    put("customer", account, {"高意向"});
    EXPECT_EQ(on("customer", account), R"(["高意向","需要样机"])");
    put("customer", account, {"价格敏感"});
    EXPECT_EQ(on("customer", account), R"(["价格敏感","需要样机"])");
    EXPECT_EQ(reason("wang", "tag.change", of_tag("需要样机", R"(,"version":1,"group_id":")" + stage + "\"")),
              "invalid_field");
    EXPECT_EQ(change(R"("single":true)"), "");
    EXPECT_EQ(reason("wang", "tag_group.delete", R"({"id":")" + interest + "\"}"), "not_empty");
}

TEST_F(GivenTagGroups, WhenTheyAreOrderedThenRecordsAndListsShowThemSo) {
    put("customer", account, {"高意向", "价格敏感", "需要样机"});
    call("wang", "tag_group.order_tags",
         R"({"id":")" + interest + R"(","tag_ids":)" + quoted({tag_ids["需要样机"], tag_ids["价格敏感"]}) + "}");
    call("wang", "tag_group.order", R"({"ids":)" + quoted({interest, stage}) + "}");
    EXPECT_EQ(on("customer", account), R"(["需要样机","价格敏感","高意向"])");
    auto const groups = call("wang", "tag_group.list", R"({"object":"customer","with_uses":true})");
    EXPECT_EQ(json::find_string((*groups)["items"][0], "name"), "采购关注");
    EXPECT_EQ(json::find_integer((*groups)["items"][0]["tags"][0], "uses"), 1);
    EXPECT_EQ(json::find_string((*groups)["items"][0]["tags"][0], "colour"), "orange");
    EXPECT_EQ((*call("wang", "tag_group.list", R"({"object":"contact"})"))["items"].Size(), 1U);
}

TEST_F(GivenTagGroups, WhenListsAskForManyRecordsThenOnlyThoseThatTheReaderSeesAnswer) {
    auto const own = customer("li", "北辰");
    put("customer", account, {"高意向"});
    put("customer", own, {"价格敏感"}, "li");
    auto const ask = R"({"object":"customer","ids":)" + quoted({account, own}) + "}";
    EXPECT_EQ((*call("wang", "record_tag.list", ask))["items"].Size(), 2U);
    auto const seen = call("li", "record_tag.list", ask);
    ASSERT_EQ((*seen)["items"].Size(), 1U);
    EXPECT_EQ(json::find_string((*seen)["items"][0], "id"), own);
    EXPECT_EQ(json::find_string((*seen)["items"][0]["tags"][0], "colour"), "orange");
}

TEST_F(GivenTagGroups, WhenMadeOrChangedWithTagsThenTheyAreOnIt) {
    auto const made = get("wang", "customer.create", R"({"name":"金桥","tags":["高意向","价格敏感"]})");
    EXPECT_EQ(on("customer", made), R"(["高意向","价格敏感"])");
    EXPECT_EQ(get("wang", "customer.change",
                  R"({"id":")" + made + R"(","version":1,"level":"重点","tags":["价格敏感"]})", "tags"),
              R"(["价格敏感"])");
    EXPECT_EQ(get("wang", "lead.create", R"({"name":"孙强","tags":["高意向"]})", "tags"), R"(["高意向"])");
    EXPECT_EQ(
        reason("wang", "opportunity.create", R"({"name":"扩产","customer_id":")" + account + R"(","tags":["高意向"]})"),
        "invalid_field");
    EXPECT_EQ(
        reason("wang", "contact.create", R"({"customer_id":")" + account + R"(","name":"赵工","tags":["高意向"]})"),
        "invalid_field");
    EXPECT_EQ(count("opportunity"), 1);
}

// ---- conversion, merging, rules

TEST_F(GivenTagGroups, WhenALeadIsConvertedThenWhatItBecomesHasItsTagsUntilThatIsTakenBack) {
    put("lead", lead, {"高意向", "价格敏感"});
    put("customer", account, {"观望中"});
    auto const done = call("wang", "lead.convert",
                           R"({"id":")" + lead + R"(","customer_id":")" + account +
                               R"(","opportunity":{"name":"年度采购","amount_fen":500000}})");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(on("customer", account), R"(["观望中","价格敏感"])");  // of a single group the customer's stays
    EXPECT_EQ(on("contact", json::find_string(*done, "contact_id").value()), R"(["价格敏感"])");
    EXPECT_EQ(on("opportunity", json::find_string(*done, "opportunity_id").value()), R"(["价格敏感"])");
    EXPECT_EQ(on("lead", lead), R"(["高意向","价格敏感"])");
    EXPECT_EQ(reason("wang", "lead.tag", R"({"id":")" + lead + R"(","add":["需要样机"]})"), "converted");
    EXPECT_EQ(reason("wang", "lead.undo_conversion", id_of(lead)), "");
    EXPECT_EQ(on("customer", account), R"(["观望中"])");
}

TEST_F(GivenTagGroups, WhenCustomersAreMergedThenTheirTagsAreUnitedUntilThatIsTakenBack) {
    sales::add_merge_operation(catalogue, {});
    auto const gone = customer("wang", "宏达苏州");
    put("customer", account, {"高意向", "需要样机"});
    put("customer", gone, {"观望中", "价格敏感"});
    ASSERT_EQ(reason("wang", "customer.merge", R"({"id":")" + gone + R"(","into_id":")" + account + "\"}"), "");
    EXPECT_EQ(on("customer", account), R"(["高意向","价格敏感","需要样机"])");
    ASSERT_EQ(reason("wang", "customer.undo_merge", id_of(account)), "");
    EXPECT_EQ(on("customer", account), R"(["高意向","需要样机"])");
    EXPECT_EQ(on("customer", gone), R"(["观望中","价格敏感"])");
}

TEST_F(GivenTagGroups, WhenARuleSparesATagThenItsRecordsHaveNoDueDayAsLongAsTheyHaveIt) {
    auto const rule = [](std::string const& exempt) {
        return R"("member_user_ids":["wang"],"rules":[{"kind":"no_follow","days":10,"exempt":[")" + exempt + "\"]}]";
    };
    auto const due = [&] { return get("wang", "customer.show", id_of(account), "recycle_due_at"); };
    EXPECT_EQ(reason("wang", "high_sea.create", R"({"name":"A","object":"customer",)" + rule("tag:没有的") + "}"),
              "invalid_field");
    auto const id = pool(rule("tag:需要样机"));
    EXPECT_EQ(text("select exempt[1] from high_sea_rule"), "tag:" + tag_ids["需要样机"]);
    work_off();
    get("wang", "customer.change", R"({"id":")" + account + R"(","version":1,"level":"重点"})");
    EXPECT_NE(due(), "");
    put("customer", account, {"需要样机"});
    EXPECT_EQ(due(), "");
    // A rule knows the tag by its id: another name changes nothing, and a replacement takes its place.
    EXPECT_EQ(reason("wang", "tag.delete", of_tag("需要样机")), "in_use");
    get("wang", "tag.replace", of_tag("需要样机", R"(,"replacement_id":")" + tag_ids["价格敏感"] + "\""), "moved");
    EXPECT_EQ(text("select exempt[1] from high_sea_rule"), "tag:" + tag_ids["价格敏感"]);
    put("customer", account, {"高意向"});
    EXPECT_EQ(due(), "");
    EXPECT_EQ(reason("wang", "customer.tag", R"({"id":")" + account + R"(","remove":["价格敏感"]})"), "");
    EXPECT_NE(due(), "");
}

TEST_F(GivenTagGroups, WhenTheFieldIsHiddenFromARoleThenListsDoNotAnswerByIt) {
    put("customer", account, {"高意向"});
    auto hidden = in_company("wang", [&](operation::Context& ctx) -> Result<json::Document> {
        auto blind = ctx.actor();
        blind.fields["customer.tags"] = {.is_hidden = true};
        auto const services = operation::Services{&renderer, {}, {}};
        auto other = operation::Context{ctx.sql(), blind, ctx.now(), services};
        EXPECT_FALSE(catalogue.find("customer.list")->invoke(other, json::parse(R"({"tags":["高意向"]})").value()));
        return catalogue.find("record_tag.list")
            ->invoke(other, json::parse(R"({"object":"customer","ids":[")" + account + "\"]}").value());
    });
    ASSERT_TRUE(hidden);
    EXPECT_EQ((*hidden)["items"].Size(), 0U);
}

TEST_F(GivenTagGroups, WhenTheConfigurationAllowsFewerThenGroupsTagsAndConditionsBeyondAreRefused) {
    auto narrow = operation::Catalogue{};
    sales::add_operations(narrow, {.tags = {.groups = 2, .tags_of_group = 2, .rule_conditions = 1}});
    auto const refused = [&](std::string const& name, std::string const& input) {
        auto const done = in_company("wang", [&](operation::Context& ctx) {
            return narrow.find(name)->invoke(ctx, json::parse(input).value());
        });
        return done ? std::string{} : done.error().message;
    };
    EXPECT_THAT(refused("tag_group.create", R"({"name":"第三组"})"), HasSubstr("最多 2 个分组"));
    EXPECT_THAT(refused("tag.create", R"({"name":"第三个","group_id":")" + stage + "\"}"), HasSubstr("最多 2 个标签"));
    auto const tagging = R"({"id":")" + account + R"(","add":["新一","新二","新三"]})";
    EXPECT_THAT(refused("customer.tag", tagging), HasSubstr("最多 2 个标签"));
    EXPECT_THAT(refused("customer.create", R"({"name":"绿源","tags":["新一","新二","新三"]})"),
                HasSubstr("最多 2 个标签"));
    EXPECT_THAT(refused("tag_rule.put",
                        of_tag("价格敏感", R"(,"object":"customer","conditions":[{"field":"source","test":"is",)"
                                           R"("values":["展会"]},{"field":"level","test":"is","values":["重点"]}])")),
                HasSubstr("最多 1 个条件"));
    EXPECT_EQ(message("wang", "customer.tag", tagging), "");
}

}  // namespace
}  // namespace wescrm::testing
