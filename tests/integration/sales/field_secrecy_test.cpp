#include "custom_field_given.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/operation/reader_terms.hpp>
#include <wescrm/sales/high_sea.hpp>

#include <gmock/gmock.h>

// Own fields that are shown in part, sealed where they are kept, or not shown of records in a pool.
namespace wescrm::testing {
namespace {

using database::bind;
using ::testing::HasSubstr;
using ::testing::Not;

struct GivenSecretFields : GivenFields {
    GivenSecretFields() {
        sales::add_reader_terms(terms);
        define(R"("key":"passport","label":"证件号","type":"text","masked":true)");
        define(R"("key":"bank","label":"银行账号","type":"text","encrypted":true)");
        define(R"("key":"note","label":"内部说明","type":"text")");
    }
    Result<json::Document> run(operation::Actor who, std::string const& operation, std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant),
                                [&](database::Session& sql) -> Result<json::Document> {
                                    auto services = operation::Services{&renderer, {}, {}};
                                    services.sealer = &sealer;
                                    services.reader_terms = &terms;
                                    auto ctx = operation::Context{sql, who, clock.now(), services};
                                    return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
                                });
    }
    Result<json::Document> act(std::string const& user, std::string const& operation, std::string const& input) {
        auto who = actor(user);
        who.is_administrator = user == "admin";
        who.channel = operation::Channel::api;
        who.permissions["high_sea.view"] = {{operation::Reach::self, {}}};
        return run(who, operation, input);
    }
    json::Document made(std::string const& custom) {
        auto customer = act("li", "customer.create", R"({"name":"宏达科技","custom":)" + custom + "}");
        if (!customer) throw std::runtime_error{customer.error().message};
        return std::move(*customer);
    }
    static std::string own(json::Value const& customer, std::string const& key) {
        auto const* custom = json::find(customer, "custom");
        return custom ? json::find_string(*custom, key).value_or("-") : "-";
    }
    std::string shown(std::string const& user, std::string const& id, std::string const& key) {
        auto const values = act(user, "field.values", R"({"object":"customer","id":")" + id + "\"}");
        if (!values) return values.error().reason;
        for (auto const& value : (*values)["items"].GetArray())
            if (text(value, "key") == key) return text(value, "text");
        return "-";
    }
    std::string kept(std::string const& query) {
        return in_tenant(
            [&](database::Session& sql) { return sql.value<std::string>(query, {bind("t", tenant)}).value_or(""); });
    }

    operation::ReaderTerms terms;
    Sealer sealer = Sealer::with_key(Bytes(32, 'k')).value();
};

TEST_F(GivenSecretFields, WhenAFieldOfFilesIsNotShownThenNeitherAreItsFilesNorTheirAddresses) {
    define(R"("key":"scan","label":"扫描件","type":"file")");
    auto const upload = [&](std::string const& more) {
        auto const file =
            act("li", "attachment.upload",
                R"({"file_name":"证照.pdf","content":")" + to_base64("%PDF-1.4\n%%EOF") + "\"" + more + "}");
        return file ? text(*file, "id") : file.error().message;
    };
    auto const scan = upload("");
    auto const customer = made(R"({"scan":[")" + scan + R"("]})");
    auto const of_customer = R"("target_type":"customer","target_id":")" + text(customer, "id") + "\"";
    auto const plain = upload("," + of_customer);
    auto li = actor("li");
    li.channel = operation::Channel::api;
    auto const listed = [&] {
        auto const page = run(li, "attachment.list", "{" + of_customer + "}");
        return page ? (*page)["items"].Size() : 99;
    };
    auto const reads = [&](std::string const& id) {
        auto const read = run(li, "attachment.read", R"({"id":")" + id + "\"}");
        return read ? std::string{"ok"} : read.error().reason;
    };
    EXPECT_EQ(listed(), 2U);
    EXPECT_EQ(reads(scan), "ok");
    for (auto const& right : {operation::FieldRight{.is_hidden = true}, operation::FieldRight{.is_masked = true}}) {
        li.fields["customer.custom.scan"] = right;
        EXPECT_EQ(listed(), 1U);
        EXPECT_EQ(reads(scan), "attachment");
        EXPECT_EQ(reads(plain), "ok");
        auto const values = run(li, "field.values", R"({"object":"customer","id":")" + text(customer, "id") + "\"}");
        for (auto const& value : (*values)["items"].GetArray()) EXPECT_EQ(value["files"].Size(), 0U);
    }
}

TEST_F(GivenSecretFields, WhenOneIsMaskedThenOnlyTheOwnerSeesTheWholeAndALookIsLogged) {
    auto const customer = made(R"({"passport":"E12345678","note":"老客户"})");
    auto const id = text(customer, "id");
    EXPECT_EQ(own(customer, "passport"), "E12345678");
    auto const ask = R"({"id":")" + id + "\"}";
    auto const boss = act("boss", "customer.show", ask);
    ASSERT_TRUE(boss) << boss.error().message;
    EXPECT_EQ(own(*boss, "passport"), "E***8");
    EXPECT_EQ(own(*boss, "note"), "老客户");
    EXPECT_EQ(shown("boss", id, "passport"), "E***8");
    EXPECT_EQ(shown("li", id, "passport"), "E12345678");
    EXPECT_EQ(own(*act("admin", "customer.show", ask), "passport"), "E12345678");
    auto const list = act("boss", "customer.list", R"({"custom":["passport=E12345678"]})");
    ASSERT_TRUE(list);
    ASSERT_EQ((*list)["items"].Size(), 1U);
    EXPECT_EQ(own((*list)["items"][0], "passport"), "E***8");
    EXPECT_EQ(word(act("boss", "customer.list", R"({"custom":["passport~E1"]})")), "custom") << "no guessing";
    auto const whole = act("boss", "customer.reveal", R"({"id":")" + id + R"(","field":"custom.passport"})");
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(text(*whole, "value"), "E12345678");
    EXPECT_EQ(kept("select string_agg(after::text, '') from audit_log where tenant_id = :t and action = "
                   "'customer.reveal'"),
              R"({"field": "custom.passport"})");
    EXPECT_EQ(word(act("boss", "customer.reveal", R"({"id":")" + id + R"(","field":"custom.note"})")), "field");
}

TEST_F(GivenSecretFields, WhenThePartIsSentBackThenTheWholeStays) {
    auto const customer = made(R"({"passport":"E12345678"})");
    auto const version = std::to_string(json::find_integer(customer, "version").value());
    auto const changed = act("boss", "customer.change",
                             R"({"id":")" + text(customer, "id") + R"(","version":)" + version +
                                 R"(,"custom":{"passport":"E***8","note":"改过"}})");
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(kept("select max(custom ->> 'passport') from customer where tenant_id = :t"), "E12345678");
    EXPECT_EQ(kept("select max(custom ->> 'note') from customer where tenant_id = :t"), "改过");
}

TEST_F(GivenSecretFields, WhenOneIsMaskedThenTheLogDoesNotTellIt) {
    made(R"({"passport":"E12345678","bank":"6222020200112233"})");
    auto const log = kept(
        "select string_agg(coalesce(before::text, '') || coalesce(after::text, ''), '') from "
        "audit_log where tenant_id = :t and object = 'customer'");
    EXPECT_THAT(log, HasSubstr("E***8"));
    EXPECT_THAT(log, Not(HasSubstr("E12345678")));
    EXPECT_THAT(log, Not(HasSubstr("6222020200112233")));
    EXPECT_THAT(log, HasSubstr("已加密"));
}

TEST_F(GivenSecretFields, WhenOneIsEncryptedThenNothingOfItLiesOpenAndItIsReadAsTyped) {
    auto const customer = made(R"({"bank":"6222020200112233"})");
    auto const id = text(customer, "id");
    EXPECT_EQ(own(customer, "bank"), "6222020200112233");
    EXPECT_EQ(shown("li", id, "bank"), "6222020200112233");
    EXPECT_EQ(own(*act("admin", "customer.show", R"({"id":")" + id + "\"}"), "bank"), "6222020200112233");
    EXPECT_THAT(kept("select max(custom ->> 'bank') from customer where tenant_id = :t"), HasSubstr("sealed:1:"));
    EXPECT_EQ(kept("select count(*)::text from field_value v join field f on f.tenant_id = v.tenant_id and f.id = "
                   "v.field_id where v.tenant_id = :t and f.key = 'bank'"),
              "0");
    EXPECT_EQ(
        kept("select count(*)::text from customer c where c.tenant_id = :t and c::text like '%6222020200112233%'"),
        "0");
    EXPECT_EQ(word(act("li", "customer.list", R"({"custom":["bank=6222020200112233"]})")), "custom");
    auto const changed =
        act("li", "customer.change",
            R"({"id":")" + id + R"(","version":)" + std::to_string(json::find_integer(customer, "version").value()) +
                R"(,"custom":{"note":"另一项"}})");
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(own(*changed, "bank"), "6222020200112233") << "what is not touched is not sealed twice";
}

TEST_F(GivenSecretFields, WhenTheServerHasNoKeyThenNothingIsKeptOpen) {
    EXPECT_EQ(word(perform("li", "customer.create", R"({"name":"甲","custom":{"bank":"1"}})")), "no_master_key");
    EXPECT_EQ(kept("select count(*)::text from customer where tenant_id = :t"), "0");
}

TEST_F(GivenSecretFields, WhenEncryptionWouldChangeOrCannotBeThenTheDefinitionIsRefused) {
    auto const change = [&](std::string const& members) {
        return word(act("admin", "field.create", R"({"object":"customer",)" + members + "}"));
    };
    EXPECT_EQ(change(R"("key":"a","label":"甲","type":"money","masked":true)"), "masked");
    EXPECT_EQ(change(R"("key":"a","label":"甲","type":"date","encrypted":true)"), "encrypted");
    EXPECT_EQ(change(R"("key":"a","label":"甲","type":"text","encrypted":true,"unique":true)"), "unique");
    EXPECT_EQ(change(R"("key":"a","label":"甲","type":"text","visible_when":{"field":"bank","values":["1"]})"),
              "visible_when");
    EXPECT_EQ(
        word(act("admin", "field.create", R"({"object":"order","key":"a","label":"甲","type":"text","masked":true})")),
        "masked");
    auto form = act("admin", "field_form.show", R"({"object":"customer"})");
    ASSERT_TRUE(form);
    auto const draft = [&](std::string const& bank) {
        return R"({"object":"customer","fields":[{"key":"bank","label":"银行账号","type":"text")" + bank + "}]}";
    };
    ASSERT_TRUE(act("admin", "field_form.draft", draft("")));
    EXPECT_EQ(word(act("admin", "field_form.publish", R"({"object":"customer"})")), "fields[0].encrypted");
    ASSERT_TRUE(act("admin", "field_form.draft", draft(R"(,"encrypted":true)")));
    EXPECT_EQ(word(act("admin", "field_form.publish", R"({"object":"customer"})")), "ok");
}

/// A customer in a pool on which li has a seat.
struct GivenSecretFieldsInAPool : GivenSecretFields {
    GivenSecretFieldsInAPool() {
        define(R"("key":"size","label":"规模","type":"text","in_pool":true)");
        id = text(made(R"({"passport":"E12345678","note":"老客户","size":"大"})"), "id");
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "with h as (insert into high_sea (tenant_id, object, name, is_open, created_at, updated_at) values "
                "(:t, 'customer', '公海', true, now(), now()) returning id) update customer set owner_id = null, "
                "high_sea_id = h.id from h where tenant_id = :t",
                {bind("t", tenant)});
        });
    }
    std::string id;
};

TEST_F(GivenSecretFieldsInAPool, WhenItIsNotClaimedThenOnlyFieldsMarkedForPoolsAreShown) {
    auto const pooled = act("li", "customer.show", R"({"id":")" + id + "\"}");
    ASSERT_TRUE(pooled) << pooled.error().message;
    EXPECT_EQ(own(*pooled, "size"), "大");
    EXPECT_EQ(own(*pooled, "note"), "-");
    EXPECT_EQ(own(*pooled, "passport"), "-");
    EXPECT_EQ(shown("li", id, "size"), "大");
    EXPECT_EQ(shown("li", id, "note"), "-");
    EXPECT_EQ(own(*act("admin", "customer.show", R"({"id":")" + id + "\"}"), "note"), "老客户");
}

}  // namespace
}  // namespace wescrm::testing
