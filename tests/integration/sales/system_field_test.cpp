#include "custom_field_given.hpp"
#include "rules/system_fields.hpp"

#include <gmock/gmock.h>

// What a company makes of the fields that every company has.
namespace wescrm::testing {
namespace {

struct GivenSystemFields : GivenFields {
    json::Document admin(std::string const& operation, std::string const& input) {
        auto made = perform("admin", operation, input);
        EXPECT_TRUE(made) << operation << ": " << (made ? "" : made.error().message);
        return made ? std::move(*made) : json::Document{rapidjson::kObjectType};
    }
    std::string admin_word(std::string const& operation, std::string const& input) {
        return word(perform("admin", operation, input));
    }
    void publish(std::string const& object, std::string const& fields) {
        admin("field_form.draft", R"({"object":")" + object + R"(","fields":[)" + fields + "]}");
        admin("field_form.publish", R"({"object":")" + object + R"("})");
    }
    std::string publish_word(std::string const& object, std::string const& fields) {
        admin("field_form.draft", R"({"object":")" + object + R"(","fields":[)" + fields + "]}");
        return admin_word("field_form.publish", R"({"object":")" + object + R"("})");
    }
    static std::string setting(std::string const& key, std::string const& label, std::string const& more = {}) {
        return R"({"key":"system.)" + key + R"(","label":")" + label + R"(","type":"text")" + more + "}";
    }
    json::Document system_of(std::string const& object, std::string const& key) {
        auto found = json::Document{rapidjson::kObjectType};
        auto const list = perform("li", "field.list", R"({"object":")" + object + R"("})").value();
        for (auto const& field : list["system"].GetArray())
            if (text(field, "key") == key) found.CopyFrom(field, found.GetAllocator());
        return found;
    }
    std::string const own = R"({"key":"budget","label":"预算","type":"money"})";
    std::string const needed = R"(,"required":true)";
};

TEST_F(GivenSystemFields, WhenNothingIsSetThenTheyAreAsEverywhere) {
    auto const industry = system_of("customer", "industry");
    EXPECT_EQ(text(industry, "label"), "行业");
    EXPECT_EQ(text(industry, "label"), text(industry, "standard_label"));
    EXPECT_FALSE(industry["required"].GetBool());
    EXPECT_EQ(industry["position"].GetInt64(), 0);
    EXPECT_TRUE(system_of("customer", "name")["is_key"].GetBool());
    EXPECT_TRUE(system_of("customer", "name")["required"].GetBool());
    EXPECT_TRUE(system_of("order", "customer_id")["is_key"].GetBool());
    EXPECT_EQ(perform("li", "field.list", R"({"object":"customer"})").value()["items"].Size(), 4U)
        << "the company's own stand by themselves";
}

TEST_F(GivenSystemFields, WhenOneIsCalledOtherwiseAndRequiredThenARecordIsAskedForItInTheCompanysWord) {
    publish("customer", setting("industry", "所属赛道", needed + R"(,"help":"按投资口径")") + "," + own);
    auto const refused = perform("li", "customer.create", R"({"name":"甲公司"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields.front().field, "industry");
    EXPECT_EQ(refused.error().fields.front().message, "请填写所属赛道");
    EXPECT_EQ(count("customer"), 0);
    auto const made = perform("li", "customer.create", R"({"name":"甲公司","industry":"新能源"})");
    ASSERT_TRUE(made) << made.error().message;
    auto const change = [&](std::string const& more, int version) {
        return word(
            perform("li", "customer.change",
                    R"({"id":")" + text(*made, "id") + R"(","version":)" + std::to_string(version) + more + "}"));
    };
    EXPECT_EQ(change(R"(,"industry":null)", 1), "industry");
    EXPECT_EQ(change(R"(,"level":null,"industry":"光伏")", 1), "ok");
    EXPECT_EQ(change(R"(,"remark":null)", 2), "ok") << "what is not required may be emptied";
    auto const industry = system_of("customer", "industry");
    EXPECT_EQ(text(industry, "label"), "所属赛道");
    EXPECT_EQ(text(industry, "help"), "按投资口径");
    EXPECT_EQ(industry["position"].GetInt64(), 1);
}

TEST_F(GivenSystemFields, WhenSeveralAreMissingThenAllAreNamedAtOnceWithTheCompanysOwn) {
    publish("customer", setting("level", "级别", needed) + R"(,{"key":"budget","label":"预算","type":"money")" +
                            needed + "}," + setting("contact", "首席联系人", needed));
    auto const refused = perform("li", "customer.create", R"({"name":"甲公司"})");
    ASSERT_FALSE(refused);
    auto fields = std::vector<std::string>{};
    auto const error = refused.error();
    for (auto const& field : error.fields) fields.push_back(field.field);
    EXPECT_THAT(fields, ::testing::UnorderedElementsAre("level", "contact", "custom.budget"));
    EXPECT_EQ(word(perform("li", "customer.create",
                           R"({"name":"甲公司","level":"A","contact":"王总","custom":{"budget":1}})")),
              "ok");
}

TEST_F(GivenSystemFields, WhenAKeyFieldIsMadeOptionalOrHiddenThenTheFormIsRefused) {
    EXPECT_EQ(publish_word("customer", setting("name", "单位名称")), "fields[0].required");
    EXPECT_EQ(publish_word("customer", own + "," + setting("name", "单位名称", needed + R"(,"hidden":true)")),
              "fields[1].hidden");
    EXPECT_EQ(publish_word("customer", setting("name", "单位名称", needed)), "ok");
    EXPECT_EQ(text(system_of("customer", "name"), "label"), "单位名称");
    EXPECT_EQ(publish_word("opportunity", setting("customer_id", "客户")), "fields[0].required");
}

TEST_F(GivenSystemFields, WhenASettingMakesNoSenseThenItIsSaidBeforePublishing) {
    EXPECT_EQ(publish_word("customer", setting("weather", "天气")), "fields[0].key");
    EXPECT_EQ(publish_word("customer", setting("industry", "行业", R"(,"unique":true)")), "fields[0].type");
    EXPECT_EQ(publish_word("customer", setting("industry", "行业", needed + R"(,"hidden":true)")), "fields[0].hidden");
    EXPECT_EQ(publish_word("order", setting("name", "名称", needed)), "fields[0].required")
        << "the system fills it where nobody does";
    EXPECT_EQ(publish_word("customer", setting("level", "级别") + "," + setting("level", "等级")), "fields[0].key");
    EXPECT_EQ(publish_word("customer", setting("level", "级别") +
                                           R"(,{"key":"code","label":"代码","type":"text","visible_when":)"
                                           R"({"field":"system.level","values":["A"]}})"),
              "fields[1].visible_when");
    auto const problems = admin("field_form.problems", R"({"object":"customer"})");
    EXPECT_EQ(text(problems["items"][0], "key"), "code");
}

TEST_F(GivenSystemFields, WhenTheFormIsRolledBackThenTheSettingsGoWithIt) {
    publish("lead", setting("mobile", "联系手机", needed));
    publish("lead", setting("mobile", "手机号") + "," + setting("company", "单位", R"(,"hidden":true)"));
    EXPECT_EQ(admin_word("lead.create", R"({"name":"王建国"})"), "ok");
    EXPECT_TRUE(system_of("lead", "company")["hidden"].GetBool());
    admin("field_form.roll_back", R"({"object":"lead","to_version":1})");
    EXPECT_EQ(admin_word("lead.create", R"({"name":"王建国"})"), "mobile");
    EXPECT_EQ(text(system_of("lead", "mobile"), "label"), "联系手机");
    EXPECT_FALSE(system_of("lead", "company")["hidden"].GetBool());
}

TEST_F(GivenSystemFields, WhenOneIsSetAloneThenItIsChangedButNeverDeleted) {
    auto const made =
        admin("field.create", R"({"object":"customer","key":"system.level","label":"等级","type":"text"})");
    auto const id = text(made, "id");
    admin("field.change", R"({"id":")" + id + R"(","version":1,"label":"分级","required":true,"position":1})");
    EXPECT_EQ(text(system_of("customer", "level"), "label"), "分级");
    EXPECT_EQ(system_of("customer", "level")["position"].GetInt64(), 1);
    EXPECT_EQ(admin_word("field.delete", R"({"id":")" + id + R"("})"), "system_field");
    EXPECT_EQ(perform("li", "field.list", R"({"object":"customer"})").value()["items"].Size(), 4U)
        << "the company's own stay when a setting changes";
    admin("field.change", R"({"id":")" + ids["colour"] + R"(","version":2,"label":"色"})");
    EXPECT_EQ(text(system_of("customer", "level"), "label"), "分级") << "and a setting stays when one of them changes";
}

TEST_F(GivenSystemFields, WhenACompanysOwnFieldHasTheSameKeyThenTheyAreTwo) {
    define(R"("key":"industry","label":"行业细分","type":"text")");
    admin("field.create",
          R"({"object":"customer","key":"system.industry","label":"大类","type":"text","required":true})");
    auto const made =
        perform("li", "customer.create", R"({"name":"甲公司","industry":"制造","custom":{"industry":"数控机床"}})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(text((*made)["custom"], "industry"), "数控机床");
    EXPECT_EQ(text(*made, "industry"), "制造");
    EXPECT_EQ(word(perform("li", "customer.create", R"({"name":"乙公司","custom":{"system.industry":"x"}})")),
              "industry");
}

TEST_F(GivenSystemFields, WhenNobodyCanBeAskedThenNothingIsMissing) {
    publish("customer", setting("industry", "行业", needed) + "," + own);
    publish("contact", setting("email", "邮箱", needed));
    publish("opportunity", setting("source", "来源", needed));
    auto const lead = admin("lead.create", R"({"name":"王建国","company":"宏达科技"})");
    auto const done =
        perform("admin", "lead.convert",
                R"({"id":")" + text(lead, "id") + R"(","customer":{"name":"宏达科技"},"opportunity":{"name":"采购"}})");
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    EXPECT_EQ(
        admin_word("opportunity.create", R"({"name":"另一个","customer_id":")" + text(*done, "customer_id") + R"("})"),
        "source");
    auto who = actor("li");
    who.channel = operation::Channel::timer;
    EXPECT_EQ(word(perform_as(who, "customer.create", R"({"name":"甲公司"})")), "ok");
    who.channel = operation::Channel::chat;
    who.fields["customer.industry"] = {.is_fixed = true};
    EXPECT_EQ(word(perform_as(who, "customer.create", R"({"name":"乙公司"})")), "ok")
        << "who may not fill it is not asked for it";
}

// The SQL that tells whether a field is filled names columns of the tables as they are.
TEST_F(GivenSystemFields, WhenAnyOfThemIsAskedForThenTheTableCanTell) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<sales::FieldObject>>([&](auto const& entry) {
        auto asked = std::string{"1"};
        auto const& rules = sales::system_rules(entry.value);
        EXPECT_GE(rules.size(), 6U) << entry.name;
        for (auto const& rule : rules) {
            EXPECT_NE(rule.label, "") << entry.name << " " << rule.key;
            if (!rule.filled.empty()) asked += ", coalesce(" + rule.filled + ", '')";
        }
        auto const table = std::string{entry.value == sales::FieldObject::order ? "sales_order" : entry.name};
        in_tenant([&](database::Session& sql) {
            EXPECT_NO_THROW(sql.execute("select " + asked + " from " + table + " r where r.tenant_id = :tenant",
                                        {database::bind("tenant", tenant)}))
                << entry.name;
        });
    });
}

}  // namespace
}  // namespace wescrm::testing
