#include "custom_field_given.hpp"

// The company's own fields of leads and documents, and what they hand on when one record is made of another.
namespace wescrm::testing {
namespace {

struct GivenOwnFields : GivenFields {
    void own(std::string const& object, std::string const& members) {
        auto const made = perform("admin", "field.create", R"({"object":")" + object + "\"," + members + "}");
        ASSERT_TRUE(made) << made.error().message;
    }
    json::Document admin(std::string const& operation, std::string const& input) {
        auto made = perform("admin", operation, input);
        EXPECT_TRUE(made) << operation << ": " << (made ? "" : made.error().message);
        return made ? std::move(*made) : json::Document{rapidjson::kObjectType};
    }
    std::string admin_word(std::string const& operation, std::string const& input) {
        return word(perform("admin", operation, input));
    }
    std::size_t listed(std::string const& object, std::string const& condition) {
        auto const page = admin(object + ".list", R"({"custom":[")" + condition + R"("]})");
        return page.HasMember("items") ? page["items"].Size() : 99;
    }
    static std::string id(json::Value const& record) { return R"({"id":")" + text(record, "id") + "\"}"; }
};

TEST_F(GivenOwnFields, WhenALeadHasFieldsThenTheyAreFilledChangedAndFilteredBy) {
    own("lead", R"("key":"budget","label":"预算","type":"money","required":true)");
    own("lead", R"("key":"trade","label":"行业分类","type":"choice","options":["制造","零售"])");
    EXPECT_EQ(admin_word("lead.create", R"({"name":"王建国"})"), "custom.budget");
    auto const made = admin("lead.create", R"({"name":"王建国","custom":{"budget":500000,"trade":"制造"}})");
    EXPECT_EQ(made["custom"]["budget"].GetInt64(), 500'000);
    admin("lead.create", R"({"name":"李梅","custom":{"budget":1}})");
    EXPECT_EQ(listed("lead", "budget>=1000"), 1U);
    EXPECT_EQ(listed("lead", "trade=制造"), 1U);
    EXPECT_EQ(listed("lead", "trade="), 1U);
    auto const changed =
        admin("lead.change", R"({"id":")" + text(made, "id") + R"(","version":1,"custom":{"trade":"零售"}})");
    EXPECT_EQ(text(changed["custom"], "trade"), "零售");
    EXPECT_EQ(listed("lead", "trade=制造"), 0U);
    auto const shown = admin("field.values", R"({"object":"lead","id":")" + text(made, "id") + "\"}");
    EXPECT_EQ(text(shown["items"][1], "text"), "零售");
    EXPECT_EQ(count("audit_log where action = 'lead.change' and after::text like '%零售%'"), 1);
}

TEST_F(GivenOwnFields, WhenALeadBecomesACustomerThenItsFieldsGoAlongByKeyAndByMapping) {
    own("lead", R"("key":"budget","label":"预算","type":"money")");
    own("lead",
        R"("key":"tint","label":"颜色","type":"choice","options":[{"key":"r","label":"红"},{"key":"g","label":"绿"}],)"
        R"("maps_to":[{"object":"customer","field":"colour"}])");
    own("lead", R"("key":"post_level","label":"职级","type":"text")");
    own("contact", R"("key":"post_level","label":"职级","type":"text")");
    own("opportunity", R"("key":"budget","label":"预算","type":"money")");
    auto const lead = admin("lead.create", R"({"name":"王建国","company":"宏达科技","custom":)"
                                           R"({"budget":500000,"tint":"红","post_level":"总监"}})");
    auto const done =
        admin("lead.convert", R"({"id":")" + text(lead, "id") +
                                  R"(","customer":{"custom":{"code":"A1"}},"opportunity":{"name":"采购"}})");
    auto const customer = admin("customer.show", R"({"id":")" + text(done, "customer_id") + "\"}");
    EXPECT_EQ(customer["custom"]["budget"].GetInt64(), 500'000);
    EXPECT_EQ(text(customer["custom"], "colour"), "红") << "options go by their label where keys differ";
    EXPECT_EQ(text(customer["custom"], "code"), "A1");
    EXPECT_EQ(text(admin("contact.show", R"({"id":")" + text(done, "contact_id") + "\"}")["custom"], "post_level"),
              "总监");
    auto const opportunity = admin("opportunity.show", R"({"id":")" + text(done, "opportunity_id") + "\"}");
    EXPECT_EQ(opportunity["custom"]["budget"].GetInt64(), 500'000);
}

TEST_F(GivenOwnFields, WhenTheCustomerHasAValueThenTheLeadDoesNotOverwriteItAndUndoTakesBackTheRest) {
    own("lead", R"("key":"budget","label":"预算","type":"money")");
    own("lead", R"("key":"colour","label":"颜色","type":"text")");
    own("lead", R"("key":"helper","label":"协助人","type":"employee")");
    auto const customer = admin("customer.create", R"({"name":"宏达科技","custom":{"budget":900}})");
    auto const lead = admin("lead.create", R"({"name":"王建国","company":"宏达科技","custom":)"
                                           R"({"budget":500000,"colour":"紫","helper":"wang"}})");
    auto const done =
        admin("lead.convert", R"({"id":")" + text(lead, "id") + R"(","customer_id":")" + text(customer, "id") + "\"}");
    auto const after = admin("customer.show", id(customer));
    EXPECT_EQ(after["custom"]["budget"].GetInt64(), 900);
    EXPECT_EQ(text(after["custom"], "helper"), "wang");
    EXPECT_FALSE(after["custom"].HasMember("colour")) << "no such option there";
    ASSERT_EQ(done["differences"].Size(), 2U);
    EXPECT_EQ(text(done["differences"][0], "field"), "custom.budget");
    EXPECT_EQ(text(done["differences"][1], "lead_value"), "紫");
    ASSERT_EQ(admin_word("lead.undo_conversion", id(lead)), "ok");
    auto const undone = admin("customer.show", id(customer));
    EXPECT_FALSE(undone["custom"].HasMember("helper"));
    EXPECT_EQ(undone["custom"]["budget"].GetInt64(), 900);
}

TEST_F(GivenOwnFields, WhenDocumentsHaveFieldsThenTheyWorkAlike) {
    auto const customer = text(admin("customer.create", R"({"name":"宏达科技"})"), "id");
    for (auto const* object : {"product", "quote", "order", "contract"})
        own(object, R"("key":"line","label":"产品线","type":"choice","options":["硬件","软件"],"required":true)");
    auto const of_customer = R"("customer_id":")" + customer + "\"";
    auto const product = admin("product.create", R"({"name":"网关","price_fen":1000,"custom":{"line":"硬件"}})");
    auto const lines = R"("lines":[{"product_id":")" + text(product, "id") + R"("}])";
    auto const given = std::string{R"("custom":{"line":"硬件"})"};
    auto const inputs = std::map<std::string, std::string>{{"quote", of_customer + "," + lines},
                                                           {"order", of_customer + R"(,"amount_fen":100)"},
                                                           {"contract", of_customer}};
    for (auto const& [object, input] : inputs) {
        EXPECT_EQ(admin_word(object + ".create", "{" + input + "}"), "custom.line") << object;
        auto const made = admin(object + ".create", "{" + input + "," + given + "}");
        EXPECT_EQ(text(made["custom"], "line"), "硬件") << object;
        auto const changed =
            admin(object + ".change", R"({"id":")" + text(made, "id") + R"(","version":1,"custom":{"line":"软件"}})");
        EXPECT_EQ(text(changed["custom"], "line"), "软件") << object;
        EXPECT_EQ(listed(object, "line=软件"), 1U) << object;
        EXPECT_EQ(listed(object, "line=硬件"), 0U) << object;
        auto const shown = admin("field.values", R"({"object":")" + object + R"(","id":")" + text(made, "id") + "\"}");
        EXPECT_EQ(text(shown["items"][0], "text"), "软件") << object;
    }
    EXPECT_EQ(listed("product", "line=硬件"), 1U);
    EXPECT_EQ(admin("field.values", R"({"object":"product","id":")" + text(product, "id") + "\"}")["items"].Size(), 1U);
}

TEST_F(GivenOwnFields, WhenADocumentIsDeletedThenItsUniqueValueIsFreeAgain) {
    auto const customer = text(admin("customer.create", R"({"name":"宏达科技"})"), "id");
    own("order", R"("key":"paper_no","label":"纸质编号","type":"text","unique":true)");
    auto const input = R"({"customer_id":")" + customer + R"(","amount_fen":100,"custom":{"paper_no":"A-1"}})";
    auto const made = admin("order.create", input);
    EXPECT_EQ(admin_word("order.create", input), "custom.paper_no");
    ASSERT_EQ(admin_word("order.delete", id(made)), "ok");
    EXPECT_EQ(admin_word("order.create", input), "ok");
}

TEST_F(GivenOwnFields, WhenAQuoteIsRevisedAndAcceptedThenItsFieldsGoAlongAndNobodyIsAsked) {
    auto const customer = text(admin("customer.create", R"({"name":"宏达科技"})"), "id");
    own("quote", R"("key":"place","label":"交货地","type":"text")");
    own("quote", R"("key":"serial","label":"文号","type":"text","unique":true)");
    own("order", R"("key":"place","label":"交货地","type":"text")");
    own("order", R"("key":"clerk","label":"跟单员","type":"employee","required":true)");
    auto const product = admin("product.create", R"({"name":"网关","price_fen":1000})");
    auto const quote =
        admin("quote.create", R"({"customer_id":")" + customer +
                                  R"(","custom":{"place":"苏州","serial":"W1"},"lines":[{"product_id":")" +
                                  text(product, "id") + R"("}]})");
    admin("quote.submit", id(quote));
    auto const second = admin("quote.revise", id(quote));
    EXPECT_EQ(text(second["custom"], "place"), "苏州");
    EXPECT_FALSE(second["custom"].HasMember("serial")) << "unique: it stays with the first";
    admin("quote.submit", id(second));
    auto const accepted = admin("quote.accept", id(second));
    auto const order = admin("order.show", R"({"id":")" + text(accepted, "order_id") + "\"}");
    EXPECT_EQ(text(order["custom"], "place"), "苏州");
    EXPECT_FALSE(order["custom"].HasMember("clerk"));
}

}  // namespace
}  // namespace wescrm::testing
