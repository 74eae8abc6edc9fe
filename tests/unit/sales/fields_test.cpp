#include "rules/fields.hpp"

#include "rules/field_values.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

FieldDefinition defined(std::string const& text) {
    return operation::read_input<FieldDefinition>(json::parse(text).value()).value();
}

std::string first_field(Result<void> const& checked) { return checked ? "ok" : checked.error().fields.front().field; }

TEST(Definitions, WhenTheyAreWrongThenTheFieldAndMemberAreNamed) {
    auto const check = [](std::vector<std::string> const& all) {
        auto fields = std::vector<FieldDefinition>{};
        for (auto const& one : all) fields.push_back(defined(one));
        return first_field(check_definitions(fields, "fields"));
    };
    EXPECT_EQ(check({R"({"key":"budget","label":"预算","type":"money"})"}), "ok");
    EXPECT_EQ(check({R"({"key":"Budget","label":"预算","type":"money"})"}), "fields[0].key");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"text"})", R"({"key":"a","label":"b","type":"text"})"}),
              "fields[0].key");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"choice"})"}), "fields[0].options");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"text","options":["x"]})"}), "fields[0].options");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"choice","options":["x","x"]})"}), "fields[0].options");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"tags","unique":true})"}), "fields[0].unique");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"divider","required":true})"}), "fields[0].required");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"integer","min":5,"max":4})"}), "fields[0].max");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"reference"})"}), "fields[0].reference_object");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"text","visible_when":{"field":"b","values":["x"]}})"}),
              "fields[0].visible_when");
    EXPECT_EQ(check({R"({"key":"a","label":"a","type":"choice","options":["x"],"depends_on":"a"})"}),
              "fields[0].depends_on");
}

/// The value as JSON and what it is filtered by, or "✗" and what was said.
std::string typed(std::string const& definition, std::string const& value) {
    auto const result = typed_value(defined(definition), json::parse("[" + value + "]").value()[0], {});
    if (!result) return "✗";
    auto text = json::write(result->value) + " |";
    for (auto const& one : result->index)
        text += " " + one.text.value_or(one.number ? "#" + *one.number : one.at ? format_rfc3339(*one.at) : "");
    return text;
}
std::string of(std::string const& type, std::string const& value, std::string const& more = "") {
    return typed(R"({"key":"f","label":"f","type":")" + type + "\"" + more + "}", value);
}

TEST(Values, OfEveryKindAreBroughtIntoOneForm) {
    EXPECT_EQ(of("text", R"("  宏达 ")"), R"("宏达" | 宏达)");
    EXPECT_EQ(of("text", R"("四个字了")", R"(,"max_length":3)"), "✗");
    EXPECT_EQ(of("text", "7"), "✗");
    EXPECT_EQ(of("rich_text", R"("<b>x</b>")"), R"("<b>x</b>" |)");
    EXPECT_EQ(of("integer", "7"), "7 | #7");
    EXPECT_EQ(of("integer", "7.5"), "✗");
    EXPECT_EQ(of("integer", "7", R"(,"max":6)"), "✗");
    EXPECT_EQ(of("money", "-1"), "✗");
    EXPECT_EQ(of("decimal", "1.25"), "1.25 | #1.25");
    EXPECT_EQ(of("decimal", "1.255"), "✗");
    EXPECT_EQ(of("percent", "12.5"), "12.5 | #12.5");
    EXPECT_EQ(of("date", R"("2026-12-02")"), R"("2026-12-02" | 2026-12-02)");
    EXPECT_EQ(of("date", R"("2026-02-30")"), "✗");
    EXPECT_EQ(of("datetime", R"("2026-12-02T15:00:00+08:00")"), R"("2026-12-02T07:00:00Z" | 2026-12-02T07:00:00Z)");
    EXPECT_EQ(of("time", R"("15:30")"), R"("15:30" | 15:30)");
    EXPECT_EQ(of("time", R"("24:00")"), "✗");
    EXPECT_EQ(of("boolean", "true"), "true | true");
    EXPECT_EQ(of("boolean", R"("true")"), "✗");
    EXPECT_EQ(of("mobile", R"("+86 138-0013-8000")"), R"("13800138000" | 13800138000)");
    EXPECT_EQ(of("mobile", R"("0512-66001234")"), "✗");
    EXPECT_EQ(of("email", R"("Wang@Example.com")"), R"("wang@example.com" | wang@example.com)");
    EXPECT_EQ(of("email", R"("wang@")"), "✗");
    EXPECT_EQ(of("url", R"x("javascript:alert(1)")x"), "✗");
    EXPECT_EQ(of("url", R"("https://example.com")"), R"("https://example.com" | https://example.com)");
    EXPECT_EQ(of("credit_code", R"("91350100M000100Y43")"), R"("91350100M000100Y43" | 91350100M000100Y43)");
    EXPECT_EQ(of("credit_code", R"("91350100M000100Y44")"), "✗");
    EXPECT_EQ(of("rating", "5"), "5 | #5");
    EXPECT_EQ(of("rating", "6"), "✗");
    EXPECT_EQ(of("tags", R"(["大客户","大客户","老客户"])"), R"(["大客户","老客户"] | 大客户 老客户)");
    EXPECT_EQ(of("region", R"(["广东省","深圳市"])"), R"(["广东省","深圳市"] | 广东省 深圳市)");
    EXPECT_EQ(of("location", R"({"latitude":22.5,"longitude":114})"),
              R"({"latitude":22.5,"longitude":114.0,"address":""} |)");
    EXPECT_EQ(of("location", R"({"latitude":91,"longitude":114})"), "✗");
    EXPECT_EQ(of("department", R"("12")"), R"("12" | 12)");
    EXPECT_EQ(of("department", R"("x")"), "✗");
    EXPECT_EQ(of("auto_number", R"("1")"), "✗");
}

TEST(Values, OfChoicesAreKeysAndDisabledOnesAreRefused) {
    auto const options = R"(,"options":[{"key":"r","label":"红"},{"key":"b","label":"蓝","disabled":true},"绿"])";
    EXPECT_EQ(of("choice", R"("红")", options), R"("r" | r)");
    EXPECT_EQ(of("choice", R"("绿")", options), R"("绿" | 绿)");
    EXPECT_EQ(of("choice", R"("b")", options), "✗");
    EXPECT_EQ(of("choice", R"("黑")", options), "✗");
    EXPECT_EQ(of("multi_choice", R"(["r","绿"])", options), R"(["r","绿"] | r 绿)");
    auto const levels = R"(,"options":[{"key":"gd","label":"广东"},{"key":"sz","label":"深圳","parent":"gd"},)"
                        R"({"key":"js","label":"江苏"}])";
    EXPECT_EQ(of("cascade", R"(["广东","深圳"])", levels), R"(["gd","sz"] | gd sz)");
    EXPECT_EQ(of("cascade", R"(["江苏","深圳"])", levels), "✗");
}

/// A form with conditions, and what becomes of input on it.
struct TheForm : ::testing::Test {
    TheForm() {
        for (
            auto const* text :
            {R"({"key":"kind","label":"类型","type":"choice","options":["直销","渠道"],"required":true})",
             R"({"key":"partner","label":"渠道商","type":"text","visible_when":{"field":"kind","values":["渠道"]},"required":true})",
             R"({"key":"product","label":"产品","type":"choice","depends_on":"kind","options":[{"key":"软件","label":"软件","parents":["直销"]},{"key":"硬件","label":"硬件","parents":["渠道"]}]})",
             R"({"key":"note","label":"说明","type":"text","required_when":{"field":"product","values":["硬件"]}})",
             R"({"key":"since","label":"起始","type":"date","default":"@today"})",
             R"({"key":"code","label":"代码","type":"text","read_only":true})"}) {
            auto field = Field{};
            static_cast<FieldDefinition&>(field) = defined(text);
            fields.push_back(std::move(field));
        }
    }
    std::string become(std::string const& given, std::string const& stored = "{}", bool is_create = false) {
        auto const in = json::parse(given).value();
        auto const old = json::parse(stored).value();
        auto const outcome = check_custom(
            {fields, in, old, is_create, true, parse_rfc3339("2026-11-25T23:30:00Z").value(), Zone{}, UserId{"li"}});
        if (outcome) return outcome->json;
        auto words = std::string{};
        for (auto const& field : outcome.error().fields) words += field.field + " ";
        return words;
    }
    std::vector<Field> fields;
};

TEST_F(TheForm, AsksForWhatIsRequiredAndVisible) {
    EXPECT_EQ(become("{}", "{}", true), "custom.kind ");
    EXPECT_EQ(become(R"({"kind":"直销"})", "{}", true), R"({"kind":"直销","since":"2026-11-26"})");
    EXPECT_EQ(become(R"({"kind":"渠道"})", "{}", true), "custom.partner ");
    EXPECT_EQ(become(R"({"kind":"渠道","partner":"甲","product":"硬件"})", "{}", true), "custom.note ");
    EXPECT_EQ(become(R"({"note":"x"})", R"({"kind":"直销"})"), R"({"kind":"直销","note":"x"})");
    EXPECT_EQ(become(R"({"kind":null})", R"({"kind":"直销"})"), "custom.kind ");
}

TEST_F(TheForm, DropsWhatIsNoLongerVisibleOrNoLongerFits) {
    EXPECT_EQ(become(R"({"kind":"直销"})", R"({"kind":"渠道","partner":"甲","product":"硬件","note":"x"})"),
              R"({"kind":"直销","note":"x"})");
    EXPECT_EQ(become(R"({"partner":"乙"})", R"({"kind":"直销"})"), R"({"kind":"直销"})");
}

TEST_F(TheForm, NamesWhatDoesNotExistOrMayNotBeWritten) {
    EXPECT_EQ(become(R"({"colour":"红","code":"7","kind":"直销"})"), "custom.colour custom.code ");
    EXPECT_EQ(become(R"({"kind":"直销","product":"硬件"})"), "custom.product ");
}

}  // namespace
}  // namespace wescrm::sales
