#include "stage_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Opportunities have a budget and, where they are tenders, a number.
struct GivenOpportunitiesWithOwnFields : GivenAStageWithConditions {
    GivenOpportunitiesWithOwnFields() {
        define(R"("key":"budget","label":"客户预算","type":"money")");
        define(R"("key":"kind","label":"采购方式","type":"choice","options":["直采","招标"])");
        define(R"("key":"tender","label":"标书编号","type":"text","visible_when":{"field":"kind","values":["招标"]})");
    }
    void define(std::string const& members) {
        auto const made = perform("admin", "field.create", R"({"object":"opportunity",)" + members + "}");
        if (!made) throw std::runtime_error{made.error().message};
        fields[json::find_string(*made, "key").value()] = json::find_string(*made, "id").value();
    }
    void fill(std::string const& custom) {
        auto const shown = perform("li", "opportunity.show", R"({"id":")" + id + "\"}").value();
        auto const version = std::to_string(json::find_integer(shown, "version").value());
        auto const done = perform("li", "opportunity.change",
                                  R"({"id":")" + id + R"(","version":)" + version + R"(,"custom":)" + custom + "}");
        ASSERT_TRUE(done) << done.error().message;
    }

    std::map<std::string, std::string> fields;
};

TEST_F(GivenOpportunitiesWithOwnFields, WhenOneIsRequiredThenTheRefusalCallsItAsTheCompanyDoes) {
    ask_for(R"("required_fields":["custom.budget","source"])");
    EXPECT_EQ(advance(), "离开「初步接洽」之前还需要：填写客户预算、填写来源");
    fill(R"({"budget":1000000})");
    EXPECT_EQ(advance(), "离开「初步接洽」之前还需要：填写来源");
}

TEST_F(GivenOpportunitiesWithOwnFields, WhenOneIsNotAskedForThenItIsNotMissing) {
    ask_for(R"("required_fields":["custom.tender"])");
    EXPECT_EQ(advance(), "ok") << "the form does not show it";
    ask_for(R"("required_fields":["custom.tender"])", "", "需求确认");
    fill(R"({"kind":"招标"})");
    EXPECT_THAT(advance("方案报价"), HasSubstr("填写标书编号"));
    fill(R"({"tender":"ZB-7"})");
    EXPECT_EQ(advance("方案报价"), "ok");
}

TEST_F(GivenOpportunitiesWithOwnFields, WhenOneIsDeletedThenItsStageGoesOnAndCanBeSavedAsItIs) {
    ask_for(R"("required_fields":["custom.budget"])");
    ASSERT_TRUE(perform("admin", "field.delete", R"({"id":")" + fields.at("budget") + "\"}"));
    EXPECT_TRUE(try_to_ask(R"("required_fields":["custom.budget"])", "", "初步接洽")) << "as it was read";
    EXPECT_EQ(advance(), "ok");
    auto const unknown = try_to_ask(R"("required_fields":["custom.nothing"])", "", "初步接洽");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().fields.at(0).field, "stages[0].required_fields");
}

}  // namespace
}  // namespace wescrm::testing
