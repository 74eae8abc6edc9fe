#include <wescrm/base/json.hpp>

#include <gtest/gtest.h>

namespace wescrm {
namespace {

TEST(Json, WhenParsedThenWrittenBackUnchanged) {
    auto const document = json::parse(R"({"a":[1,2.5,"宏达",null,true]})");
    ASSERT_TRUE(document);
    EXPECT_EQ(json::write(*document), R"({"a":[1,2.5,"宏达",null,true]})");
}

TEST(Json, WhenNestedTooDeepThenRefused) {
    EXPECT_FALSE(json::parse(std::string(5'000'000, '[')));
    EXPECT_TRUE(json::parse(std::string(32, '[') + std::string(32, ']')));
    EXPECT_FALSE(json::parse(std::string(33, '[') + std::string(33, ']')));
}

TEST(Json, WhenANameStandsTwiceThenRefused) { EXPECT_FALSE(json::parse(R"({"a":1,"a":2})")); }

TEST(Json, WhenAnEmptyViewPointsNowhereThenItIsAnEmptyText) {
    auto object = json::Document{rapidjson::kObjectType};
    json::set(object, "tone", std::string_view{}, object.GetAllocator());
    EXPECT_EQ(json::write(object), R"({"tone":""})");
}

TEST(Json, WhenNotUtf8ThenRefused) { EXPECT_FALSE(json::parse("\"\xff\"")); }

TEST(Json, WhenHalfASurrogatePairStandsAloneThenRefused) {
    for (auto const* half : {R"("\ud800")", R"("\udc00")", R"(["a","\ud66d\ude00"])", R"({"\udfff":1})"})
        EXPECT_FALSE(json::parse(half)) << half;
    EXPECT_EQ(json::write(json::parse(R"("\ud83d\ude00")").value()), "\"😀\"");
}

TEST(Json, WhenAStringIsTooLongThenRefused) { EXPECT_FALSE(json::parse('"' + std::string(300'000, 'x') + '"')); }

TEST(Json, WhenCommentsAreAllowedThenSkipped) {
    EXPECT_FALSE(json::parse("{/*c*/}"));
    EXPECT_TRUE(json::parse("{/*c*/ // d\n}", {.comments = true}));
}

TEST(Json, WhenAMemberIsMissingThenFindGivesNothing) {
    auto const document = json::parse(R"({"n":5,"s":"x"})");
    ASSERT_TRUE(document);
    EXPECT_EQ(json::find_integer(*document, "n"), 5);
    EXPECT_EQ(json::find_string(*document, "n"), std::nullopt);
    EXPECT_EQ(json::find(*document, "m"), nullptr);
    EXPECT_ANY_THROW(static_cast<void>((*document)["m"]));
}

}  // namespace
}  // namespace wescrm
