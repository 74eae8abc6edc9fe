#include <wescrm/base/json.hpp>
#include <wescrm/http/message.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wescrm::http::tests {
namespace {

TEST(Fields, WhenSetThenOneRemainsWhateverTheCase) {
    auto fields = Fields{};
    fields.add("X-A", "1");
    fields.add("x-a", "2");
    EXPECT_EQ(fields.find("X-a"), "1");
    fields.set("x-A", "3");
    EXPECT_EQ(fields.find("X-A"), "3");
    EXPECT_EQ(std::distance(fields.begin(), fields.end()), 1);
    EXPECT_EQ(fields.find("X-B"), std::nullopt);
}

TEST(QueryParameters, WhenWellFormedThenDecodedOnceInOrder) {
    auto const parsed = Parameters::parse("q=%E5%AE%8F%20a+b&limit=2&&empty=&bare&q=%252B&sig=a%2Bb%3D%3D");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->find("q"), "宏 a b");
    EXPECT_EQ(parsed->count("q"), 2U);
    EXPECT_EQ(parsed->find("empty"), "");
    EXPECT_EQ(parsed->find("bare"), "");
    EXPECT_EQ(parsed->find("sig"), "a+b==");
    EXPECT_EQ(parsed->find("none"), std::nullopt);
    EXPECT_EQ(parsed->encoded(), "q=%E5%AE%8F%20a%20b&limit=2&empty=&bare=&q=%252B&sig=a%2Bb%3D%3D");
    EXPECT_EQ(Parameters::parse(parsed->encoded())->encoded(), parsed->encoded());
}

TEST(QueryParameters, WhenBrokenThenNothing) {
    for (auto const* text : {"a=%", "a=%1", "a=%zz", "%00=1", "a=%00", "a=%c0%ae", "a=%ff", "a=%ed%a0%80", "a=% 1"}) {
        EXPECT_FALSE(Parameters::parse(text)) << text;
    }
}

TEST(Problem, WhenMadeOfAnErrorThenTheCodeDecidesTheStatus) {
    struct Case {
        Errc code;
        int status;
    };
    for (auto const& [code, status] :
         {Case{Errc::invalid_input, 422}, Case{Errc::unauthenticated, 401}, Case{Errc::forbidden, 403},
          Case{Errc::not_found, 404}, Case{Errc::conflict, 409}, Case{Errc::stale, 412}, Case{Errc::rate_limited, 429},
          Case{Errc::timed_out, 504}, Case{Errc::unavailable, 503}}) {
        auto const response = problem(Error{code});
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json; charset=utf-8");
        EXPECT_EQ(response.headers.find("Retry-After").has_value(), status == 503 || status == 429);
        auto const body = json::parse(response.body);
        ASSERT_TRUE(body);
        EXPECT_EQ(json::find_integer(*body, "status"), status);
        EXPECT_EQ(json::find_string(*body, "code"), name_of(code)) << "the word of the code when there is no reason";
        EXPECT_NE(json::find_string(*body, "detail"), "");
    }
}

TEST(Problem, WhenFieldsAreWrongThenEachIsNamed) {
    auto const error =
        Error{Errc::invalid_input, "validation", "内容有误", {{"name", "必填"}, {"contacts[0].mobile", "应为 11 位"}}};
    auto const body = json::parse(problem(error).body);
    ASSERT_TRUE(body);
    EXPECT_EQ(json::find_string(*body, "type"), "about:blank");
    EXPECT_EQ(json::find_string(*body, "title"), "Unprocessable Entity");
    EXPECT_EQ(json::find_string(*body, "code"), "validation");
    EXPECT_EQ(json::find_string(*body, "detail"), "内容有误");
    auto const* errors = json::find(*body, "errors");
    ASSERT_TRUE(errors && errors->IsArray());
    ASSERT_EQ(errors->Size(), 2U);
    EXPECT_EQ(json::find_string((*errors)[1], "field"), "contacts[0].mobile");
    EXPECT_EQ(json::find_string((*errors)[1], "message"), "应为 11 位");
}

}  // namespace
}  // namespace wescrm::http::tests
