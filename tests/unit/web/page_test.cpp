#include <wescrm/web/page.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace wescrm::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct GivenATemplate : ::testing::Test {
    GivenATemplate()
        : folder{::testing::TempDir() + "wescrm-pages-" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()} {
        std::filesystem::create_directories(folder);
    }
    ~GivenATemplate() override { std::filesystem::remove_all(folder); }

    std::string rendered(std::string const& content, std::string const& data) {
        std::ofstream{folder + "/page.html"} << R"({{%AUTOESCAPE context="HTML"}})" << content;
        return PageTemplates::load(folder).value().render("page", json::parse(data).value());
    }
    std::string folder;
};

TEST_F(GivenATemplate, WhenFilledThenTextIsEscapedByItsPlace) {
    auto const page = rendered(R"(<p title="{{NAME}}">{{NAME}}</p><a href="{{LINK}}">x</a>)",
                               R"x({"name":"<b>\"宏达\"</b>","link":"javascript:alert(1)"})x");
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, Not(HasSubstr("javascript:")));
    EXPECT_THAT(page, HasSubstr("宏达"));
}

TEST_F(GivenATemplate, WhenDataIsThereOrNotThenTheSectionsShow) {
    auto const content =
        "{{#ITEMS}}[{{NAME}}]{{/ITEMS}}{{#NO_ITEMS}}none{{/NO_ITEMS}}{{#OPEN}}open{{/OPEN}}{{#NO_OPEN}}closed{{/"
        "NO_OPEN}}"
        "{{#WORDS}}({{VALUE}}){{/WORDS}}";
    EXPECT_EQ(rendered(content, R"({"items":[{"name":"a"},{"name":"b"}],"open":true,"words":["x","y"]})"),
              "[a][b]open(x)(y)");
    EXPECT_EQ(rendered(content, R"({"items":[],"open":false})"), "noneclosed");
}

TEST_F(GivenATemplate, WhenItDoesNotBeginWithThePragmaThenItIsRefused) {
    std::ofstream{folder + "/page.html"} << "<p>{{NAME}}</p>";
    auto const loaded = PageTemplates::load(folder);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("page.html"));
}

TEST_F(GivenATemplate, WhenItNamesAPartThenThePartStandsThereAndIsEscapedByThatPlace) {
    std::filesystem::create_directories(folder + "/record");
    std::ofstream{folder + "/record/_cell.html"} << "[{{NAME}}]\n";
    EXPECT_EQ(rendered("{{#ITEMS}}<a title=\"{{>record/cell}}\">{{>record/cell}}</a>{{/ITEMS}}",
                       R"({"items":[{"name":"<a>"}]})"),
              "<a title=\"[&lt;a&gt;]\">[&lt;a&gt;]</a>");
}

TEST_F(GivenATemplate, WhenItNamesAnUnknownPartThenItIsRefused) {
    std::ofstream{folder + "/page.html"} << R"({{%AUTOESCAPE context="HTML"}}{{>record/nothing}})";
    auto const loaded = PageTemplates::load(folder);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("_nothing.html"));
}

TEST(TheShippedPages, CanAllBeReadAndFilled) {
    auto const folder = std::string{WESCRM_SOURCE_DIR} + "/templates/pages";
    auto const pages = PageTemplates::load(folder);
    ASSERT_TRUE(pages) << pages.error().message;
    for (auto const& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (!entry.is_regular_file() || entry.path().filename().string().starts_with("_")) continue;
        auto name = std::filesystem::relative(entry.path(), folder).string();
        name.resize(name.size() - std::string_view{".html"}.size());
        auto const page = pages->render(name, json::Document{rapidjson::kObjectType});
        EXPECT_FALSE(page.empty()) << name;
        // What our own content security policy would refuse.
        EXPECT_THAT(page, Not(HasSubstr(" style=\""))) << name;
        EXPECT_THAT(page, Not(HasSubstr("<script>"))) << name;
        EXPECT_THAT(page, Not(::testing::ContainsRegex(" on[a-z]+=\""))) << name;
    }
}

TEST(ATargetAfterTheSignIn, IsOneOfOurPagesOrTheStart) {
    EXPECT_EQ(safe_target("/admin/roles?role=7"), "/admin/roles?role=7");
    for (auto const* odd :
         {"", "/", "//evil", "https://evil", "/\\evil", "/app/../admin/company", "/app/\r\nx", "/login"})
        EXPECT_EQ(safe_target(odd), "/app/") << odd;
}

TEST(AFace, ShowsTheLastTwoCharactersWhateverTheyAre) {
    EXPECT_EQ(short_name("陈思远"), "思远");
    EXPECT_EQ(short_name("钱工797"), "97");
    EXPECT_EQ(short_name("Li Lei"), "ei");
    EXPECT_EQ(short_name("王"), "王");
    EXPECT_EQ(short_name(""), "");
}

}  // namespace
}  // namespace wescrm::web
