#include "unit/wecom/payloads.hpp"

#include <wescrm/base/text.hpp>

// The rules of https://developer.work.weixin.qq.com/document/path/90236, each at its boundary.
namespace wescrm::wecom {
namespace {

std::string sent(Message const& message, std::string const& task = "t1") {
    return message.to_send({UserId{"zhangsan"}, 1, task, 1'800});
}

std::string content_sent(Message const& message) {
    auto const body = parse(sent(message));
    return std::string{json::view(*json::find(*json::find(body, message.type()), "content"))};
}

TEST(TextMessage, WhenItIsLongThenItIsCutAt2048BytesBetweenTwoCharacters) {
    for (auto const& make : {&Message::text, &Message::markdown}) {
        EXPECT_EQ(content_sent(make(std::string(2'048, 'a'))), std::string(2'048, 'a'));
        EXPECT_EQ(content_sent(make(std::string(2'049, 'a'))).size(), 2'048U);
        auto const cut = content_sent(make(repeated("你", 683)));  // 2,049 bytes
        EXPECT_LE(cut.size(), 2'048U);
        EXPECT_TRUE(text::is_valid_utf8(cut));
        EXPECT_TRUE(cut.ends_with("你…"));
        auto const emoji = content_sent(make(repeated("😀", 600)));
        EXPECT_TRUE(text::is_valid_utf8(emoji));
        EXPECT_LE(emoji.size(), 2'048U);
    }
}

TEST(TextMessage, WhenItIsEmptyOrNoTextThenItIsRefused) {
    EXPECT_THROW(static_cast<void>(Message::text("")), std::logic_error);
    EXPECT_THROW(static_cast<void>(Message::text("\x01\x02")), std::logic_error);
    EXPECT_THROW(static_cast<void>(Message::text("\xff")), std::logic_error);
    EXPECT_EQ(problem_of(R"({"msgtype":"text","text":{"content":""}})"), "content is missing");
    EXPECT_EQ(problem_of(R"({"msgtype":"text","text":{"content":7}})"), "content is no text");
    EXPECT_EQ(problem_of(R"({"msgtype":"text"})"), "msgtype or its object is missing");
    EXPECT_EQ(problem_of(R"({"msgtype":"text","text":{"content":"a"},"safe":1})"), "safe does not exist here");
    EXPECT_EQ(problem_of(R"({"msgtype":"taskcard","taskcard":{}})"), "msgtype is unknown");
    EXPECT_EQ(problem_of(R"(["msgtype"])"), "msgtype or its object is missing");
}

TEST(TextMessage, WhenSentThenTheBytesAreRawUtf8WithoutEscapes) {
    auto const body = sent(Message::text("你好 \"王总\"\n\\ 😀 \x01\x1f\x7f/"));
    EXPECT_EQ(body, R"({"touser":"zhangsan","agentid":1,"msgtype":"text","text":{"content":"你好 \"王总\"\n\\ 😀 /"},)"
                    R"("enable_duplicate_check":1,"duplicate_check_interval":1800})");
}

TEST(TextMessage, WhenTheIntervalIsTooLongThenItIsTheLongestThatWeComKnows) {
    auto const body = Message::text("a").to_send({UserId{"u"}, 1, "", 99'999});
    EXPECT_EQ(json::find_integer(parse(body), "duplicate_check_interval"), 14'400);
}

TEST(Envelope, WhenItIsNotForOnePersonThenItIsAMistake) {
    for (auto const* to : {"", "a|b", "@all", "a b", "a\n", "\xff"})
        EXPECT_THROW(static_cast<void>(Message::text("a").to_send({UserId{to}, 1, "", 60})), std::logic_error) << to;
    EXPECT_THROW(static_cast<void>(Message::text("a").to_send({UserId{std::string(65, 'a')}, 1, "", 60})),
                 std::logic_error);
    EXPECT_NO_THROW(static_cast<void>(Message::text("a").to_send({UserId{std::string(64, 'a')}, 1, "", 60})));
}

TEST(TextCard, WhenLongThenCutAndWhenIncompleteThenRefused) {
    auto const card = [](std::string const& members) {
        return R"({"msgtype":"textcard","textcard":{)" + members + "}}";
    };
    auto const url = std::string{R"("url":"https://a/)"};
    EXPECT_EQ(problem_of(card(R"("title":"a","description":"b",)" + url + "\"")), "");
    EXPECT_EQ(problem_of(card(R"("description":"b",)" + url + "\"")), "title is missing");
    EXPECT_EQ(problem_of(card(R"("title":"a",)" + url + "\"")), "description is missing");
    EXPECT_EQ(problem_of(card(R"("title":"a","description":"b")")), "url is missing");
    EXPECT_EQ(problem_of(card(R"("title":"a","description":"b","url":"example.com")")), "url is no http address");
    EXPECT_EQ(problem_of(card(R"("title":"a","description":"b","url":"javascript:alert")")), "url is no http address");
    EXPECT_EQ(problem_of(card(R"("title":"a","description":"b",)" + url + std::string(2'038, 'u') + "\"")), "");
    EXPECT_EQ(problem_of(card(R"("title":"a","description":"b",)" + url + std::string(2'039, 'u') + "\"")),
              "url is longer than 2048 bytes");
    auto const cut = Message::from(parse(card(R"("title":")" + repeated("你", 43) + R"(","description":")" +
                                              repeated("b", 513) + R"(","btntxt":"查看详情吧",)" + url + "\"")))
                         .value();
    auto const* body = json::find(cut.payload(), "textcard");
    EXPECT_EQ(json::find_string(*body, "title"), repeated("你", 41) + "…");
    EXPECT_EQ(json::find_string(*body, "description")->size(), 512U);
    EXPECT_EQ(json::find_string(*body, "btntxt"), "查看详…");
}

TEST(News, WhenThereAreOneToEightArticlesThenItIsAccepted) {
    auto const news = [](std::string const& articles) {
        return R"({"msgtype":"news","news":{"articles":)" + articles + "}}";
    };
    auto const article = std::string{R"({"title":"t#","url":"https://a/#"})"};
    EXPECT_EQ(problem_of(news("[]")), "articles must have 1 to 8 entries");
    EXPECT_EQ(problem_of(news(array_of(article, 1))), "");
    EXPECT_EQ(problem_of(news(array_of(article, 8))), "");
    EXPECT_EQ(problem_of(news(array_of(article, 9))), "articles must have 1 to 8 entries");
    EXPECT_EQ(problem_of(news(R"([{"title":"t"}])")), "url is missing");
    EXPECT_EQ(problem_of(news(R"([{"url":"https://a/"}])")), "title is missing");
    EXPECT_EQ(problem_of(news(R"([{"title":"t","appid":"wx1"}])")), "pagepath is missing");
    EXPECT_EQ(problem_of(news(R"([{"title":"t","appid":"wx1","pagepath":"p"}])")), "");
    EXPECT_EQ(problem_of(news(R"([{"title":"t","appid":"wx1","pagepath":")" + std::string(129, 'p') + "\"}]")),
              "pagepath is longer than 128 bytes");
    EXPECT_EQ(problem_of(news(R"([{"title":"t","url":"https://a/","picurl":"ftp://b/"}])")),
              "picurl is no http address");
    EXPECT_EQ(problem_of(news(R"(["t"])")), "articles has an entry that is no object");
}

TEST(MediaMessages, WhenTheMediaIsNamedThenTheyAreAccepted) {
    for (auto const* type : {"image", "voice", "file", "video"}) {
        auto const with = [type](std::string const& body) {
            return std::string{R"({"msgtype":")"} + type + R"(",")" + type + "\":" + body + "}";
        };
        EXPECT_EQ(problem_of(with(R"({"media_id":"1G6nrLmr5EC3MMb_-zK1"})")), "") << type;
        EXPECT_EQ(problem_of(with("{}")), "media_id is missing") << type;
        EXPECT_EQ(problem_of(with(R"({"media_id":"a\u0001"})")), "media_id has a control character") << type;
    }
    auto const video = Message::from(parse(R"({"msgtype":"video","video":{"media_id":"m","title":")" +
                                           repeated("a", 129) + R"(","description":")" + repeated("b", 513) + "\"}}"))
                           .value();
    EXPECT_EQ(json::find_string(*json::find(video.payload(), "video"), "title")->size(), 128U);
    EXPECT_EQ(json::find_string(*json::find(video.payload(), "video"), "description")->size(), 512U);
}

TEST(Recall, WhenTheMessageIsNamedThenItIsTheBody) {
    EXPECT_EQ(recall("vcT8gGc-7dFb"), R"({"msgid":"vcT8gGc-7dFb"})");
    EXPECT_THROW(static_cast<void>(recall("")), std::logic_error);
}

TEST(ButtonUpdate, WhenTheCaptionIsLongThenItIsCut) {
    EXPECT_EQ(button_update(UserId{"u"}, 7, "CODE", "已处理"),
              R"({"userids":["u"],"agentid":7,"response_code":"CODE","button":{"replace_name":"已处理"}})");
    auto const body = parse(button_update(UserId{"u"}, 7, "CODE", repeated("已", 11)));
    EXPECT_EQ(json::find_string(*json::find(body, "button"), "replace_name"), repeated("已", 9) + "…");
    EXPECT_THROW(static_cast<void>(button_update(UserId{"u"}, 7, "CODE", "")), std::logic_error);
    EXPECT_THROW(static_cast<void>(button_update(UserId{"u"}, 7, "", "x")), std::logic_error);
    EXPECT_THROW(static_cast<void>(button_update(UserId{"a|b"}, 7, "CODE", "x")), std::logic_error);
}

TEST(AText, WhenSaidTwiceForTwoReasonsThenItIsTwoRequestsThatReadTheSame) {
    auto const message = Message::text("没有这样的客户");
    auto const said = [&](std::string const& identity) { return message.to_send({UserId{"zhang"}, 1, {}, 120, identity}); };
    EXPECT_NE(said("reply:1"), said("reply:2"));
    EXPECT_EQ(said("reply:1"), said("reply:1"));
    auto visible = json::find_string(parse(said("reply:1"))["text"], "content").value();
    for (auto const* sign : {"\u200B", "\u200C", "\u200D", "\u2060"}) visible = text::replace_all(visible, sign, "");
    EXPECT_EQ(visible, "没有这样的客户");
}

TEST(AText, WhenItIsAsLongAsItMayBeThenItsIdentityStillFits) {
    auto const body = Message::text(std::string(2'048, 'a')).to_send({UserId{"zhang"}, 1, {}, 120, "reply:1"});
    EXPECT_EQ(json::find_string(parse(body)["text"], "content").value().size(), 2'048U);
}

}  // namespace
}  // namespace wescrm::wecom
