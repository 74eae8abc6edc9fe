#include "custom_field_given.hpp"

#include <wescrm/sales/field_timers.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

TEST_F(GivenFields, WhenACustomerIsMadeThenItsValuesAreShownEverywhere) {
    auto const made = make("宏达", R"({"budget":500000,"colour":"红","code":"A1","helper":"wang"})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ((*made)["custom"]["budget"].GetInt64(), 500'000);
    EXPECT_EQ(text((*made)["custom"], "helper"), "wang");
    EXPECT_EQ(text(perform("li", "customer.list", "{}").value()["items"][0]["custom"], "colour"), "红");
    EXPECT_EQ(count("field_value"), 4);
    EXPECT_EQ(count("audit_log where action = 'customer.create' and after::text like '%500000%'"), 1);
    auto const id = text(*made, "id");
    auto const changed = perform("li", "customer.change",
                                 R"({"id":")" + id + R"(","version":1,"custom":{"budget":null,"colour":"蓝"}})");
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_FALSE((*changed)["custom"].HasMember("budget"));
    EXPECT_EQ(text((*changed)["custom"], "code"), "A1");
    EXPECT_EQ(count("field_value"), 3);
}

TEST_F(GivenFields, WhenAValueIsWrongThenItsFieldIsNamed) {
    EXPECT_EQ(word(make("甲公司", R"({"budget":"x"})")), "custom.budget");
    EXPECT_EQ(word(make("甲公司", R"({"colour":"黑"})")), "custom.colour");
    EXPECT_EQ(word(make("甲公司", R"({"code":"a b"})")), "custom.code");
    EXPECT_EQ(word(make("甲公司", R"({"helper":"nobody"})")), "custom.helper");
    EXPECT_EQ(word(make("甲公司", R"({"nothing":1})")), "custom.nothing");
    EXPECT_EQ(word(make("甲公司", "[]")), "custom");
    EXPECT_EQ(count("customer"), 0);
}

TEST_F(GivenFields, WhenAUniqueValueIsTakenThenTheSecondIsRefusedWhateverItsSpelling) {
    ASSERT_EQ(word(make("甲公司", R"({"code":"A1"})")), "ok");
    EXPECT_EQ(word(make("乙公司", R"({"code":"A1"})")), "custom.code");
    auto const other = make("丙公司", R"({"code":"A2"})");
    ASSERT_TRUE(other);
    auto const change = [&](std::string const& code) {
        return word(
            perform("li", "customer.change",
                    R"({"id":")" + text(*other, "id") + R"(","version":1,"custom":{"code":")" + code + R"("}})"));
    };
    EXPECT_EQ(change("A1"), "custom.code");
    EXPECT_EQ(change("A2"), "ok");
    EXPECT_EQ(count("customer"), 2);
}

TEST_F(GivenFields, WhenListsAreFilteredThenTheTypedValuesAreCompared) {
    ASSERT_EQ(word(make("甲公司", R"({"budget":900,"colour":"红","code":"AB1"})")), "ok");
    ASSERT_EQ(word(make("乙公司", R"({"budget":10000,"colour":"蓝"})")), "ok");
    ASSERT_EQ(word(make("丙公司", "{}")), "ok");
    EXPECT_EQ(some(R"(["budget>=1000"])"), 1U) << "as numbers, not as text";
    EXPECT_EQ(some(R"(["budget<=10000"])"), 2U);
    EXPECT_EQ(some(R"(["budget=900"])"), 1U);
    EXPECT_EQ(some(R"(["colour=红|蓝"])"), 2U);
    EXPECT_EQ(some(R"(["colour=红","budget>=1000"])"), 0U);
    EXPECT_EQ(some(R"(["colour="])"), 1U) << "nothing chosen";
    EXPECT_EQ(some(R"(["code~b1"])"), 1U);
    EXPECT_EQ(some(R"(["code~%"])"), 0U);
    EXPECT_EQ(word(perform("li", "customer.list", R"({"custom":["nothing=1"]})")), "custom");
    EXPECT_EQ(word(perform("li", "customer.list", R"({"custom":["budget>=x"]})")), "custom");
    EXPECT_EQ(word(perform("li", "customer.list", R"({"custom":["' or true --"]})")), "custom");
}

TEST_F(GivenFields, WhenARoleHidesAFieldThenItIsGoneOnEveryWay) {
    ASSERT_EQ(word(make("甲公司", R"({"budget":900,"colour":"红"})")), "ok");
    auto li = actor("li");
    li.fields["customer.custom.budget"] = {.is_hidden = true};
    auto const shown = perform_as(li, "customer.list", "{}").value();
    EXPECT_FALSE(shown["items"][0]["custom"].HasMember("budget"));
    EXPECT_TRUE(shown["items"][0]["custom"].HasMember("colour"));
    EXPECT_EQ(word(perform_as(li, "customer.list", R"({"custom":["budget>=1"]})")), "custom");
    EXPECT_EQ(word(perform_as(li, "customer.create", R"({"name":"乙公司","custom":{"budget":1}})")), "custom.budget");
}

TEST_F(GivenFields, WhenAnotherReadsItThenAPhoneNumberIsMaskedAndCannotBeGuessed) {
    define(R"("key":"night_line","label":"夜间电话","type":"mobile")");
    auto const made = make("甲公司", R"({"night_line":"13800138000","budget":50000000})").value();
    EXPECT_EQ(text(made["custom"], "night_line"), "13800138000");
    EXPECT_EQ(text(perform("boss", "customer.list", "{}").value()["items"][0]["custom"], "night_line"), "138****8000");
    EXPECT_EQ(word(perform("boss", "customer.list", R"({"custom":["night_line~1380"]})")), "custom");
    EXPECT_EQ(perform("boss", "customer.list", R"({"custom":["night_line=13800138000"]})").value()["items"].Size(), 1U);
    auto const shown = [&](std::string const& user) {
        auto texts = std::map<std::string, std::string>{};
        auto const values =
            perform(user, "field.values", R"({"object":"customer","id":")" + text(made, "id") + "\"}").value();
        for (auto const& one : values["items"].GetArray()) texts[text(one, "key")] = text(one, "text");
        return texts;
    };
    EXPECT_EQ(shown("li")["budget"], "50.00 万元");
    EXPECT_EQ(shown("li")["night_line"], "13800138000");
    EXPECT_EQ(shown("boss")["night_line"], "138****8000");
    EXPECT_EQ(word(perform("wang", "field.values", R"({"object":"customer","id":")" + text(made, "id") + "\"}")),
              "customer");
}

TEST_F(GivenFields, WhenRequiredThenWhoeverFillsAFormIsAsked) {
    ASSERT_EQ(
        word(perform("admin", "field.change", R"({"id":")" + ids["budget"] + R"(","version":1,"required":true})")),
        "ok");
    EXPECT_EQ(word(make("甲公司", "{}")), "custom.budget");
    EXPECT_EQ(word(make("甲公司", R"({"budget":1})")), "ok");
    EXPECT_EQ(word(perform("admin", "field.create", R"({"object":"customer","key":"x","label":"x","type":"text"})")),
              "ok");
}

TEST_F(GivenFields, WhenADefinitionIsWrongThenTheMemberIsNamed) {
    auto const define_word = [&](std::string const& members) {
        return word(perform("admin", "field.create", R"({"object":"customer",)" + members + "}"));
    };
    EXPECT_EQ(define_word(R"("key":"budget","label":"x","type":"text")"), "duplicate");
    EXPECT_EQ(define_word(R"("key":"X","label":"x","type":"text")"), "key");
    EXPECT_EQ(define_word(R"("key":"x","label":"x","type":"nothing")"), "type");
    EXPECT_EQ(define_word(R"("key":"x","label":"x","type":"text","pattern":"(")"), "pattern");
    EXPECT_EQ(define_word(R"("key":"x","label":"x","type":"choice")"), "options");
    EXPECT_EQ(word(perform("li", "field.create", R"({"object":"customer","key":"x","label":"x","type":"text"})")),
              "permission");
    EXPECT_EQ(word(perform("admin", "field.change", R"({"id":")" + ids["budget"] + R"(","version":1,"type":"text"})")),
              "type");
    EXPECT_EQ(perform("li", "field.list", R"({"object":"customer"})").value()["items"].Size(), 4U);
}

TEST_F(GivenFields, WhenAFieldBecomesUniqueThenWhatIsThereMustBe) {
    define(R"("key":"plate","label":"车牌","type":"text")");
    ASSERT_EQ(word(make("甲公司", R"({"plate":"粤B 1"})")), "ok");
    auto const second = make("乙公司", R"({"plate":"粤b1"})");
    auto const change = [&] {
        return word(perform("admin", "field.change", R"({"id":")" + ids["plate"] + R"(","version":1,"unique":true})"));
    };
    EXPECT_EQ(change(), "unique");
    ASSERT_EQ(word(perform("li", "customer.change",
                           R"({"id":")" + text(*second, "id") + R"(","version":1,"custom":{"plate":"粤B2"}})")),
              "ok");
    EXPECT_EQ(change(), "ok");
    EXPECT_EQ(word(make("丙公司", R"({"plate":"粤B1"})")), "custom.plate");
}

TEST_F(GivenFields, WhenAFieldIsDeletedThenItsValuesComeBackWithIt) {
    ASSERT_EQ(word(make("甲公司", R"({"budget":900,"colour":"红"})")), "ok");
    ASSERT_EQ(word(perform("admin", "field.delete", R"({"id":")" + ids["budget"] + R"(","version":1})")), "ok");
    EXPECT_FALSE(perform("li", "customer.list", "{}").value()["items"][0]["custom"].HasMember("budget"));
    ASSERT_EQ(word(perform("admin", "field_form.roll_back", R"({"object":"customer","to_version":4})")), "ok");
    EXPECT_EQ(perform("li", "customer.list", "{}").value()["items"][0]["custom"]["budget"].GetInt64(), 900);
    EXPECT_EQ(some(R"(["budget=900"])"), 1U);
}

TEST_F(GivenFields, WhenAnOptionThatSomebodyHasIsRemovedThenItStaysDisabled) {
    ASSERT_EQ(word(make("甲公司", R"({"colour":"红"})")), "ok");
    auto const changed =
        perform("admin", "field.change", R"({"id":")" + ids["colour"] + R"(","version":1,"options":["绿"]})");
    ASSERT_TRUE(changed) << changed.error().message;
    ASSERT_EQ((*changed)["options"].Size(), 2U);
    EXPECT_EQ(text((*changed)["options"][1], "key"), "红");
    EXPECT_TRUE((*changed)["options"][1]["disabled"].GetBool());
    EXPECT_EQ(word(make("乙公司", R"({"colour":"红"})")), "custom.colour");
}

TEST_F(GivenFields, WhenADraftIsWorkedOnThenNobodySeesItUntilItIsPublished) {
    auto const draft = R"({"object":"contact","fields":[{"key":"hobby","label":"爱好","type":"tags"},)"
                       R"({"key":"no","label":"编号","type":"auto_number","number_prefix":"LX"}]})";
    ASSERT_EQ(word(perform("admin", "field_form.draft", draft)), "ok");
    EXPECT_EQ(perform("li", "field_form.show", R"({"object":"contact"})").value()["fields"].Size(), 0U);
    EXPECT_TRUE(perform("li", "field_form.show", R"({"object":"contact"})").value()["draft"].IsNull());
    ASSERT_EQ(word(perform("admin", "field_form.publish", R"({"object":"contact","note":"首版"})")), "ok");
    EXPECT_EQ(word(perform("admin", "field_form.publish", R"({"object":"contact"})")), "no_draft");
    auto const customer = text(make("甲公司", "{}").value(), "id");
    auto const contact = perform("li", "contact.create",
                                 R"({"customer_id":")" + customer + R"(","name":"王总","custom":{"hobby":["钓鱼"]}})");
    ASSERT_TRUE(contact) << contact.error().message;
    EXPECT_EQ(text((*contact)["custom"], "no"), "LX000001");
    EXPECT_EQ(perform("li", "contact.list", R"({"custom":["hobby=钓鱼"]})").value()["items"].Size(), 1U);
    ASSERT_EQ(word(perform("admin", "field_form.draft", R"({"object":"contact","fields":[]})")), "ok");
    ASSERT_EQ(word(perform("admin", "field.create", R"({"object":"contact","key":"x","label":"x","type":"text"})")),
              "ok");
    EXPECT_EQ(word(perform("admin", "field_form.publish", R"({"object":"contact"})")), "version");
    EXPECT_EQ(perform("admin", "field_form.versions", R"({"object":"contact"})").value()["items"].Size(), 2U);
}

TEST_F(GivenFields, WhenAnOpportunityHasFieldsThenTheyWorkAlike) {
    auto const input =
        R"({"object":"opportunity","key":"stage_note","label":"阶段说明","type":"text","required":true})";
    ASSERT_EQ(word(perform("admin", "field.create", input)), "ok");
    auto const customer = text(make("甲公司", "{}").value(), "id");
    auto const create = [&](std::string const& custom) {
        return perform("admin", "opportunity.create",
                       R"({"name":"x","customer_id":")" + customer + R"(","custom":)" + custom + "}");
    };
    EXPECT_EQ(word(create("{}")), "custom.stage_note");
    auto const made = create(R"({"stage_note":"初谈"})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(text((*made)["custom"], "stage_note"), "初谈");
    auto const listed = perform("admin", "opportunity.list", R"({"custom":["stage_note~初"]})");
    ASSERT_TRUE(listed) << listed.error().message;
    EXPECT_EQ((*listed)["items"].Size(), 1U);
}

TEST_F(GivenFields, WhenOneWasDeletedForThirtyDaysThenWhatWasFilledInIsGone) {
    auto const customer = make("宏达科技", R"({"colour":"红","code":"A1"})");
    ASSERT_TRUE(customer);
    auto const kept = [&] {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select custom::text from customer where tenant_id = :t",
                                    {database::bind("t", tenant)})
                .value();
        });
    };
    auto const drop = [&] { ASSERT_TRUE(perform("admin", "field.delete", R"({"id":")" + ids["colour"] + "\"}")); };
    auto const fire = [&] {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer), clock.now(),
                                          services};
            auto const timer = operation::Timer{"field_purge", "field", std::stoll(ids["colour"]), clock.now()};
            return sales::field_timer_handlers().at("field_purge")(ctx, timer);
        });
    };
    drop();
    clock.advance(hours{24 * 29});
    ASSERT_TRUE(fire());
    EXPECT_THAT(kept(), ::testing::HasSubstr("红")) << "29 days are not enough";
    define(R"("key":"colour","label":"颜色","type":"choice","options":["红","蓝"])");
    EXPECT_EQ(some(R"(["colour=红"])"), 1U) << "it comes back with what it had";
    clock.advance(hours{24 * 30});
    ASSERT_TRUE(fire());
    EXPECT_EQ(some(R"(["colour=红"])"), 1U) << "nobody deleted it again";
    drop();
    EXPECT_EQ(count("timer where kind = 'field_purge' and due_at = (select deleted_at + interval '30 days' from field "
                    "where key = 'colour')"),
              1);
    clock.advance(hours{24 * 30});
    ASSERT_TRUE(fire());
    EXPECT_THAT(kept(), ::testing::Not(::testing::HasSubstr("红")));
    EXPECT_THAT(kept(), ::testing::HasSubstr("A1"));
    EXPECT_EQ(count("field where key = 'colour'"), 0);
}

TEST_F(GivenFields, WhenTheKindChangesThenOnlyToOneThatHoldsEveryValue) {
    struct Change {
        std::string from, to, outcome;
    };
    auto n = 0;
    for (auto const& [from, to, outcome] : std::vector<Change>{{"text", "textarea", "ok"},
                                                               {"mobile", "phone", "ok"},
                                                               {"email", "text", "ok"},
                                                               {"integer", "decimal", "ok"},
                                                               {"rating", "integer", "ok"},
                                                               {"text", "email", "type"},
                                                               {"text", "date", "type"},
                                                               {"text", "boolean", "type"},
                                                               {"textarea", "text", "type"},
                                                               {"date", "text", "type"},
                                                               {"integer", "money", "type"},
                                                               {"decimal", "integer", "type"},
                                                               {"tags", "employees", "type"},
                                                               {"text", "integer", "type"}}) {
        auto const key = "f" + std::to_string(++n);
        define(R"("key":")" + key + R"(","label":")" + key + R"(","type":")" + from + "\"");
        EXPECT_EQ(
            word(perform("admin", "field.change", R"({"id":")" + ids[key] + R"(","version":1,"type":")" + to + "\"}")),
            outcome)
            << from << " → " << to;
    }
}

}  // namespace
}  // namespace wescrm::testing
