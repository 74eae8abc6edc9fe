#include "field_given.hpp"

// A search, a filter or an order tells as much as the value: fields that somebody does not see do not answer.
namespace wescrm::testing {
namespace {

struct GivenASearchedPhone : GivenAPhone {
    GivenASearchedPhone() {
        EXPECT_TRUE(perform(operation::system_actor(tenant, operation::Channel::cli), "contact.create",
                            R"({"customer_id":")" + customer + R"(","name":"王总","mobile":"13900139777"})"));
    }
    /// The operation and the parameter by which records are looked for.
    struct Way {
        std::string operation;
        std::string parameter;
    };
    std::size_t found(operation::Actor const& who, Way const& way, std::string const& words) {
        auto const answer = perform(who, way.operation, "{\"" + way.parameter + "\":\"" + words + "\"}");
        if (!answer) {
            ADD_FAILURE() << way.operation << " " << answer.error().reason;
            return 99;
        }
        return (*answer)["items"].Size();
    }
    operation::Actor masking(operation::FieldRight right) {
        auto li = actor("li");
        li.fields["customer.mobile"] = li.fields["contact.mobile"] = right;
        return li;
    }

    std::vector<Way> const of_customer{{"customer.list", "q"}, {"customer.search", "words"}};
    std::vector<Way> const of_contact{{"contact.list", "q"}, {"contact.search", "words"}};
    std::string const phone = "13800138000";
    std::string const contact_phone = "13900139777";
};

TEST_F(GivenASearchedPhone, Z_05_WhenItIsOnesOwnThenItsBeginningAndItsEndFind) {
    for (auto const* part : {"138", "1380013", "8000", "138000"})
        EXPECT_EQ(found(actor("li"), of_customer[0], part), 1U) << part;
    EXPECT_EQ(found(actor("li"), of_customer[1], "8000"), 1U);
    EXPECT_EQ(found(actor("li"), of_customer[1], "9777"), 1U);
    for (auto const* part : {"1390", "9777", "139777"})
        EXPECT_EQ(found(actor("li"), of_contact[0], part), 1U) << part;
}

TEST_F(GivenASearchedPhone, Z_05_WhenItIsMaskedThenNoPartFindsButTheWholeNumber) {
    for (auto const* part : {"0138", "8000", "138", "1380013", "9777", "0139", "1390013977"})
        for (auto const& way : {of_customer[0], of_customer[1], of_contact[0], of_contact[1]})
            EXPECT_EQ(found(actor("boss"), way, part), 0U) << way.operation << " " << part;
    for (auto const& way : of_customer) EXPECT_EQ(found(actor("boss"), way, phone), 1U) << way.operation;
    for (auto const& way : of_contact) EXPECT_EQ(found(actor("boss"), way, contact_phone), 1U) << way.operation;
    EXPECT_EQ(found(actor("boss"), of_customer[1], contact_phone), 1U);
    EXPECT_EQ(found(actor("wang"), of_customer[1], phone), 0U);
}

TEST_F(GivenASearchedPhone, Z_05_WhenTheRoleMasksItEverywhereThenNotEvenOnesOwnIsFoundByAPart) {
    auto const li = masking({.is_masked = true});
    for (auto const& way : {of_customer[0], of_customer[1], of_contact[0]}) EXPECT_EQ(found(li, way, "8000"), 0U);
    EXPECT_EQ(found(li, of_customer[1], phone), 1U);
}

TEST_F(GivenASearchedPhone, Z_05_WhenItIsHiddenThenNothingFindsIt) {
    auto const li = masking({.is_hidden = true});
    for (auto const& number : {phone, contact_phone, std::string{"8000"}, std::string{"9777"}})
        for (auto const& way : {of_customer[0], of_customer[1], of_contact[0], of_contact[1]})
            EXPECT_EQ(found(li, way, number), 0U) << way.operation << " " << number;
    EXPECT_EQ(perform(li, "customer.explain_named", R"({"name":"13800138000"})").value()["name"], "");
    EXPECT_FALSE(perform(li, "customer.check_duplicate", R"({"mobile":"13800138000"})"));
}

TEST_F(GivenASearchedPhone, Z_05_WhenOnlyThatOfTheCustomerIsHiddenThenItsContactsStillFindIt) {
    auto li = actor("li");
    li.fields["customer.mobile"] = {.is_hidden = true};
    EXPECT_EQ(found(li, of_customer[1], phone), 0U);
    EXPECT_EQ(found(li, of_customer[1], contact_phone), 1U);
}

TEST_F(GivenASearchedPhone, Z_05_WhenTheShortNameIsHiddenThenItDoesNotFind) {
    ASSERT_TRUE(
        perform(actor("li"), "customer.change", R"({"id":")" + customer + R"(","version":1,"short_name":"鹤鸣"})"));
    for (auto const& way : of_customer) {
        EXPECT_EQ(found(actor("li"), way, "鹤鸣"), 1U) << way.operation;
        auto li = actor("li");
        li.fields["customer.short_name"] = {.is_hidden = true};
        for (auto const* words : {"鹤鸣", "heming", "hm"})
            EXPECT_EQ(found(li, way, words), 0U) << way.operation << " " << words;
        EXPECT_EQ(found(li, way, "宏达"), 1U) << way.operation;
    }
}

TEST_F(GivenASearchedPhone, Z_06_WhenSortedOrFilteredByAHiddenFieldThenItIsRefused) {
    auto li = actor("li");
    for (auto const* field : {"level", "last_follow_at", "next_contact_at", "tags"})
        li.fields[std::string{"customer."} + field] = {.is_hidden = true};
    for (auto const* input : {R"({"level":"重点"})", R"({"sort":"last_follow_at"})", R"({"sort":"-next_contact_at"})",
                              R"({"date_field":"last_follow_at"})", R"({"not_followed_days":3})", R"({"tag":"甲"})"}) {
        auto const answer = perform(li, "customer.list", input);
        ASSERT_FALSE(answer) << input;
        EXPECT_EQ(answer.error().reason, "hidden_field") << input;
        EXPECT_TRUE(perform(actor("li"), "customer.list", input)) << input;
    }
    EXPECT_TRUE(perform(li, "customer.list", R"({"sort":"-updated_at","source":"官网"})"));
}

TEST_F(GivenASearchedPhone, WhenSomebodyElsesCustomerIsADuplicateThenTheTextKeepsToWhatHeMaySee) {
    ASSERT_TRUE(perform(actor("li"), "followup.create",
                        R"({"target_type":"customer","target_id":")" + customer + R"(","content":"拜访"})"));
    auto wang = actor("wang");
    auto const input = R"({"name":"宏达科技"})";
    EXPECT_NE(perform(wang, "customer.create", input).error().message.find("由 li 负责，最近跟进"), std::string::npos);
    wang.fields["customer.owner_name"] = wang.fields["customer.last_follow_at"] = {.is_hidden = true};
    auto const told = perform(wang, "customer.create", input).error().message;
    EXPECT_EQ(told, "公司里已有名称或电话相同的客户「宏***司」；如需协作请联系管理员");
    auto const checked = perform(wang, "customer.check_duplicate", input).value();
    EXPECT_FALSE(checked["items"][0].HasMember("owner_name") && checked["items"][0]["owner_name"].IsString());
    EXPECT_FALSE(checked["items"][0].HasMember("last_follow_at") && checked["items"][0]["last_follow_at"].IsString());
}

TEST_F(GivenASearchedPhone, WhenTheAmountOfOpportunitiesIsHiddenThenNeitherDoTheirStagesTellIt) {
    auto who = actor("li");
    for (auto const* permission : {"opportunity.view", "opportunity.create"})
        who.permissions[permission] = who.permissions["customer.view"];
    auto const made = perform(who, "opportunity.create",
                              R"({"customer_id":")" + customer + R"(","name":"样板线","amount_fen":765432109})");
    ASSERT_TRUE(made) << made.error().message;
    auto const one = R"({"id":")" + json::find_string(*made, "id").value() + "\"}";
    EXPECT_NE(json::write(*perform(who, "opportunity.history", one)).find("765432109"), std::string::npos);
    who.fields["opportunity.amount_fen"].is_hidden = true;
    for (auto const* operation : {"opportunity.show", "opportunity.history"})
        EXPECT_EQ(json::write(*perform(who, operation, one)).find("765432109"), std::string::npos) << operation;
}

}  // namespace
}  // namespace wescrm::testing
