#include "unit/wecom/payloads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/wecom/card_template.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace wescrm::wecom {
namespace {

/// Templates of its own in a folder that is gone afterwards.
struct GivenTemplates : ::testing::Test {
    GivenTemplates() : folder{std::filesystem::temp_directory_path() / ("wescrm-templates-" + name_of_test())} {
        std::filesystem::create_directories(folder);
    }
    ~GivenTemplates() override { std::filesystem::remove_all(folder); }
    GivenTemplates(GivenTemplates const&) = delete;
    GivenTemplates& operator=(GivenTemplates const&) = delete;

    static std::string name_of_test() { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }

    CardTemplates with(std::string const& name, std::string const& content) {
        std::ofstream{folder / (name + ".json"), std::ios::binary} << content;
        return CardTemplates::load(folder.string()).value();
    }
    /// What a text template makes of that data.
    std::string text(std::string const& content, std::string const& data, std::string const& type = "text") {
        auto const templates =
            with("t", R"({"msgtype":")" + type + R"(",")" + type + R"(":{"content":)" + content + "}}");
        auto const message = templates.render("t", parse(data));
        return json::find_string(*json::find(message.payload(), type), "content").value();
    }
    std::string thrown(std::string const& content, std::string const& data) {
        try {
            static_cast<void>(with("t", content).render("t", parse(data)));
        } catch (std::logic_error const& e) {
            return e.what();
        }
        return "nothing was thrown";
    }

    std::filesystem::path folder;
};

TEST_F(GivenTemplates, WhenDataHasQuotesBracesOrEmojiThenItStandsThereAsText) {
    EXPECT_EQ(text(R"("客户{name}")", R"({"name":"\"宏达\" \\ {no} {{x}} 😀","no":"7"})"),
              "客户\"宏达\" \\ {no} {{x}} 😀");
    EXPECT_EQ(text(R"("{a}{b}")", R"({"a":"{b","b":"}"})"), "{b}");
    EXPECT_EQ(text(R"("{{name} {n} {flag}")", R"({"n":7,"flag":true})"), "{name} 7 true");
}

TEST_F(GivenTemplates, WhenDataHasMarkupThenItIsNoMarkup) {
    auto const data = R"({"name":"<a href=\"https://evil/\">宏达</a> [x](https://evil/) **b** `c`"})";
    EXPECT_EQ(text(R"("<b>{name}")", data), "<b>＜a href=\"https://evil/\">宏达＜/a> [x](https://evil/) **b** `c`");
    EXPECT_EQ(text(R"("**{name}**")", data, "markdown"),
              "**＜a href=\"https://evil/\">宏达＜/a> ［x](https://evil/) ＊＊b＊＊ ｀c｀**");
}

TEST_F(GivenTemplates, WhenDataHasLinesOrControlsThenJsonStaysWhole) {
    EXPECT_EQ(text(R"("{name}")", R"({"name":"a\nb\u0000\u0007c\td\r"})"), "a\nbc\td");
}

TEST_F(GivenTemplates, WhenANameHasTenKilobytesThenItIsCutBetweenCharacters) {
    auto const templates = with("t", R"({"msgtype":"template_card","template_card":{"card_type":"text_notice",
        "main_title":{"title":"{name}"},"sub_title_text":"{name}","horizontal_content_list":[{"keyname":"名","value":"{name}"}],
        "card_action":{"type":1,"url":"https://a/"}}})");
    auto data = json::Document{rapidjson::kObjectType};
    json::set(data, "name", repeated("宏😀", 1'500), data.GetAllocator());
    auto const message = templates.render("t", data);
    auto const* card = json::find(message.payload(), "template_card");
    auto const title = json::find_string(*json::find(*card, "main_title"), "title").value();
    EXPECT_EQ(text::length(title), 36U);
    EXPECT_TRUE(text::is_valid_utf8(title));
    EXPECT_TRUE(title.ends_with("宏…"));
    EXPECT_LT(message.to_send({UserId{"u"}, 1, "", 60}).size(), 1'500U);
}

TEST_F(GivenTemplates, WhenAMemberIsAbsentThenItIsEmptyAndConditionsLeaveOut) {
    EXPECT_EQ(text(R"("[{none}{deep.none}{deep.there}]")", R"({"deep":{"there":"x"}})"), "[x]");
    auto const lines =
        R"({"$lines":["头",{"$if":"a","$text":"有 {a}"},{"$if":"!a","$text":"无"},{"$each":"items","$text":"· {item.name}{a}"}]})";
    EXPECT_EQ(text(lines, R"({"a":"甲","items":[{"name":"一"},{"name":"二"}]})"), "头\n有 甲\n· 一甲\n· 二甲");
    for (auto const* empty : {R"({})", R"({"a":null})", R"({"a":""})", R"({"a":false})", R"({"a":[]})"})
        EXPECT_EQ(text(lines, empty), "头\n无") << empty;
}

TEST_F(GivenTemplates, WhenAValueHasAUsualWordThenItStandsInWhileThereIsNone) {
    EXPECT_EQ(text(R"("{label.level|级别}：{level}")", R"({"level":"A"})"), "级别：A");
    EXPECT_EQ(text(R"("{label.level|级别}：{level}")", R"({"level":"A","label":{"level":"分级"}})"), "分级：A");
    EXPECT_EQ(text(R"("{label.level|级别}")", R"({"label":{"level":""}})"), "级别");
}

TEST_F(GivenTemplates, WhenAListIsRepeatedThenEachElementFindsItsOwn) {
    auto const templates =
        with("t", R"({"msgtype":"template_card","template_card":{"card_type":"text_notice","sub_title_text":"s",
        "horizontal_content_list":[{"$each":"rows","$if":"item.value","keyname":"{item.name}","value":"{item.value}"},
                                   {"$if":"!rows","keyname":"空"}],
        "emphasis_content":{"$if":"total","title":"{total}"},"card_action":{"type":1,"url":"https://a/"}}})");
    auto const rows = [&](std::string const& data) {
        auto const message = templates.render("t", parse(data));
        return json::write(*json::find(*json::find(message.payload(), "template_card"), "horizontal_content_list"));
    };
    EXPECT_EQ(rows(R"({"rows":[{"name":"甲","value":"1"},{"name":"乙"},{"name":"丙","value":"3"}]})"),
              R"([{"keyname":"甲","value":"1"},{"keyname":"丙","value":"3"}])");
    EXPECT_EQ(rows("{}"), R"([{"keyname":"空"}])");
    auto const message = templates.render("t", parse("{}"));
    EXPECT_FALSE(json::find(*json::find(message.payload(), "template_card"), "emphasis_content"));
}

TEST_F(GivenTemplates, WhenMessagesStandInAMessageThenTheyAreWrittenOutAndAllOfThemFit) {
    static_cast<void>(with("said", R"({"msgtype":"text","text":{"content":"你好 {name}"}})"));
    static_cast<void>(with("card", R"({"msgtype":"template_card","template_card":{"card_type":"button_interaction",
        "main_title":{"title":"{name}","desc":"KH-1"},"horizontal_content_list":[{"keyname":"级别","value":"A"}],
        "button_list":[{"text":"看","key":"k"}]}})"));
    auto const parts = std::string{R"({"$lines":[{"$each":"parts","$text":"{item.no}.","$messages":"item.said"}]})"};
    EXPECT_EQ(
        text(parts,
             R"({"parts":[{"no":1,"said":[{"kind":"said","data":{"name":"甲*"}},{"kind":"card","data":{"name":"乙"}}]},
                   {"no":2,"said":[{"kind":"said","data":{"name":"丙"}}]}]})",
             "markdown"),
        "1.\n你好 甲＊\n**乙** KH-1\n> 级别：A\n2.\n你好 丙");
    auto const much = [](std::size_t count) {
        auto text = std::string{};
        for (std::size_t i = 0; i < count; ++i) text += "很长的一行\\n";
        return text;
    };
    auto const both = text(parts,
                           R"({"parts":[{"no":1,"said":[{"kind":"said","data":{"name":")" + much(200) +
                               R"("}}]},{"no":2,"said":[{"kind":"said","data":{"name":"短"}}]}]})",
                           "markdown");
    EXPECT_LE(both.size(), 2'048U);
    EXPECT_THAT(both, ::testing::HasSubstr("很长的一行\n…\n2.\n你好 短"));
    EXPECT_THAT(thrown(R"({"msgtype":"text","text":{"content":)" + parts + "}}",
                       R"({"parts":[{"no":1,"said":[{"kind":"none","data":{}}]}]})"),
                ::testing::HasSubstr("no template"));
}

TEST_F(GivenTemplates, WhenTheTemplateIsWrongThenItIsAMistakeThatNamesIt) {
    EXPECT_NE(thrown(R"({"msgtype":"text","text":{"content":"{name"}})", "{}").find("brace"), std::string::npos);
    EXPECT_EQ(thrown(R"({"msgtype":"text","text":{"content":"{name}"}})", "{}"), "template t: content is missing");
    EXPECT_THROW(
        static_cast<void>(with("t", R"({"msgtype":"text","text":{"content":"a"}})").render("other", parse("{}"))),
        std::logic_error);
    std::ofstream{folder / "broken.json"} << "{";
    EXPECT_NE(CardTemplates::load(folder.string()).error().message.find("broken.json"), std::string::npos);
    EXPECT_EQ(CardTemplates::load((folder / "absent").string()).error().reason, "template");
}

}  // namespace
}  // namespace wescrm::wecom
