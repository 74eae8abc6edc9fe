#include <wescrm/operation/binding.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wescrm::operation::tests {
namespace {

using ::testing::ElementsAre;

enum class Level { low, high, delete_ };
BOOST_DESCRIBE_ENUM(Level, low, high, delete_)

struct Line {
    std::string name;
    std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(Line, (), (name, quantity))

struct Everything {
    DepartmentId id;
    UserId user;
    std::string name;
    std::optional<std::string> mobile;
    Patch<std::string> remark;
    std::vector<std::string> tags;
    bool is_open = false;
    std::optional<std::int64_t> count;
    std::optional<double> ratio;
    std::optional<Money> amount_fen;
    std::optional<Instant> at;
    std::optional<Date> on;
    std::optional<Level> level;
    std::vector<Line> lines;
    json::Document custom;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (id, user, name, mobile, remark, tags, is_open, count, ratio, amount_fen, at, on, level, lines,
                       custom))
std::vector<FieldRule> field_rules(Everything const*) {
    return {{"name", "名称", {.max_length = 5}},
            {"count", "数量", {.min = 1, .max = 9}},
            {"tags", "标签", {.max_items = 2}}};
}

// A valid input with the members of `more` added or replaced.
Result<Everything> read(std::string const& more) {
    auto input = json::parse(R"({"id":"7","user":"zhang","name":"张三"})").value();
    auto const extra = json::parse("{" + more + "}").value();
    for (auto const& member : extra.GetObject())
        json::set(input, json::view(member.name), json::Value{member.value, input.GetAllocator()},
                  input.GetAllocator());
    return read_input<Everything>(input);
}

TEST(Binding, WhenOnlyTheRequiredIsGivenThenTheRestIsAbsent) {
    auto const input = read("");
    ASSERT_TRUE(input);
    EXPECT_EQ(input->id, DepartmentId{7});
    EXPECT_EQ(input->user, UserId{"zhang"});
    EXPECT_EQ(input->name, "张三");
    EXPECT_FALSE(input->mobile);
    EXPECT_FALSE(input->remark.is_present);
    EXPECT_TRUE(input->tags.empty());
    EXPECT_TRUE(input->custom.IsNull());
}

TEST(Binding, WhenAPatchIsNullThenItEmptiesAndWhenItHasAValueItSets) {
    auto const emptied = read(R"("remark":null,"mobile":null)");
    ASSERT_TRUE(emptied);
    EXPECT_TRUE(emptied->remark.is_present);
    EXPECT_FALSE(emptied->remark.value);
    EXPECT_FALSE(emptied->mobile);
    EXPECT_EQ(read(R"("remark":"新")")->remark.value, "新");
}

TEST(Binding, WhenAValueIsWrongThenItsFieldIsNamed) {  // I-07
    struct Case {
        std::string more, field;
    };
    for (auto const& [more, field] : std::vector<Case>{
             {R"("id":7)", "id"},
             {R"("id":"")", "id"},
             {R"("id":"-1")", "id"},
             {R"("id":"9223372036854775808")", "id"},
             {R"("name":"  ")", "name"},
             {R"("name":"一二三四五六")", "name"},
             {R"("name":null)", "name"},
             {R"("name":5)", "name"},
             {R"("name":"a\u0000b")", "name"},
             {R"("count":0)", "count"},
             {R"("count":10)", "count"},
             {R"("count":1.5)", "count"},
             {R"("count":"3")", "count"},
             {R"("amount_fen":9223372036854775808)", "amount_fen"},
             {R"("amount_fen":0.1)", "amount_fen"},
             {R"("amount_fen":1e308)", "amount_fen"},
             {R"("ratio":"x")", "ratio"},
             {R"("is_open":"true")", "is_open"},
             {R"("at":"2026-11-25T16:30:00")", "at"},
             {R"("at":"2026-11-25T24:30:00Z")", "at"},
             {R"("on":"2026-02-29")", "on"},
             {R"("on":"0000-01-01")", "on"},
             {R"("on":"9999-01-01")", "on"},
             {R"("level":"middle")", "level"},
             {R"("level":"delete_")", "level"},
             {R"("tags":"a")", "tags"},
             {R"("tags":["a","b","c"])", "tags"},
             {R"("tags":["a",5])", "tags[1]"},
             {R"("lines":[{"name":"a","quantity":1},{"name":"b"}])", "lines[1].quantity"},
             {R"("lines":[{"name":"a","quantity":1,"price":2}])", "lines[0].price"},
             {R"("lines":[5])", "lines[0]"},
             {R"("tenant_id":"1")", "tenant_id"},
         }) {
        auto const input = read(more);
        ASSERT_FALSE(input) << more;
        EXPECT_EQ(input.error().code, Errc::invalid_input) << more;
        ASSERT_EQ(input.error().fields.size(), 1U) << more;
        EXPECT_EQ(input.error().fields.front().field, field) << more;
        EXPECT_FALSE(input.error().fields.front().message.empty()) << more;
    }
}

TEST(Binding, WhenSeveralFieldsAreWrongThenAllAreNamed) {
    auto const input = read_input<Everything>(json::parse(R"({"name":"","count":0,"x":1})").value());
    ASSERT_FALSE(input);
    auto fields = std::vector<std::string>{};
    for (auto const& problem : input.error().fields) fields.push_back(problem.field);
    EXPECT_THAT(fields, ElementsAre("id", "user", "name", "count", "x"));
}

TEST(Binding, WhenWhatWasReadIsWrittenThenItIsTheSame) {
    auto const text = std::string{
        R"({"id":"9223372036854775807","user":"zhang","name":"张三","mobile":null,"remark":"x","tags":["a","b"],"is_open":true,"count":9,)"
        R"("ratio":0.25,"amount_fen":-5,"at":"2026-11-25T08:30:00Z","on":"2026-02-28","level":"delete","lines":[{"name":"a","quantity":2}],)"
        R"("custom":{"colour":["red"]}})"};
    auto const input = read_input<Everything>(json::parse(text).value());
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ(json::write(write_output(*input)), text);
}

TEST(Binding, WhenAStructIsDescribedThenTypesRulesAndNeedsAreTold) {
    auto const fields = describe<Everything>();
    auto types = std::vector<std::string>{};
    auto required = std::vector<std::string>{};
    for (auto const& field : fields) {
        types.push_back(field.type);
        if (field.is_required) required.push_back(field.name);
    }
    EXPECT_THAT(types, ElementsAre("id", "string", "string", "string", "string", "array", "boolean", "integer",
                                   "number", "money", "date-time", "date", "enum", "array", "any"));
    EXPECT_THAT(required, ElementsAre("id", "user", "name"));
    EXPECT_EQ(fields[2].label, "名称");
    EXPECT_EQ(fields[2].limits.max_length, 5U);
    EXPECT_THAT(fields[12].values, ElementsAre("low", "high", "delete"));
    EXPECT_EQ(fields[13].children.front().children.size(), 2U);
}

}  // namespace
}  // namespace wescrm::operation::tests
