#include "unit/wecom/payloads.hpp"

#include <wescrm/base/text.hpp>

// The five template cards: https://developer.work.weixin.qq.com/document/path/90236, updates path/94888.
namespace wescrm::wecom {
namespace {

std::string card(std::string const& type, std::string const& members) {
    return R"({"msgtype":"template_card","template_card":{"card_type":")" + type + "\"," + members + "}}";
}
std::string const tap = R"("card_action":{"type":1,"url":"https://a/"})";
std::string notice(std::string const& members) {
    return card("text_notice", R"("main_title":{"title":"新线索"},)" + tap + (members.empty() ? "" : "," + members));
}
std::string news(std::string const& members) {
    return card("news_notice", R"("main_title":{"title":"周报"},"card_image":{"url":"https://a/i.png"},)" + tap +
                                   (members.empty() ? "" : "," + members));
}
std::string buttons(std::string const& list, std::string const& more = {}) {
    return card("button_interaction",
                R"("main_title":{"title":"审批"},"button_list":)" + list + (more.empty() ? "" : "," + more));
}
std::string const one_button = R"([{"text":"同意","key":"agree"}])";
std::string vote(std::string const& options, std::string const& more = {}) {
    return card("vote_interaction", R"("main_title":{"title":"日期"},"checkbox":{"question_key":"day","option_list":)" +
                                        options + "}," +
                                        (more.empty() ? R"("submit_button":{"text":"提交","key":"submit"})" : more));
}
std::string select(std::size_t number, std::string const& options) {
    return R"({"question_key":"q)" + std::to_string(number) + R"(","option_list":)" + options + "}";
}
std::string multiple(std::string const& selects) {
    return card(
        "multiple_interaction",
        R"("main_title":{"title":"商机"},"submit_button":{"text":"提交","key":"submit"},"select_list":)" + selects);
}
std::string const two_options = R"([{"id":"a","text":"甲"},{"id":"b","text":"乙"}])";
auto const too_many = [](char const* list, int least, int most) {
    return std::string{list} + " must have " + std::to_string(least) + " to " + std::to_string(most) + " entries";
};

TEST(TextNotice, WhenTheDocumentedExampleThenAccepted) {
    EXPECT_EQ(problem_of(card("text_notice", R"(
        "source": {"icon_url": "https://example.invalid/icon.png", "desc": "CRM", "desc_color": 1},
        "action_menu": {"desc": "更多操作", "action_list": [{"text": "接受推送", "key": "A"}, {"text": "不再推送", "key": "B"}]},
        "main_title": {"title": "新线索", "desc": "来自官网"},
        "quote_area": {"type": 1, "url": "https://example.invalid/q", "title": "留言", "quote_text": "想了解报价"},
        "emphasis_content": {"title": "100", "desc": "预计金额"},
        "sub_title_text": "请在今天联系客户",
        "horizontal_content_list": [
          {"keyname": "联系人", "value": "张三"},
          {"type": 1, "keyname": "官网", "value": "点击访问", "url": "https://example.invalid"},
          {"type": 2, "keyname": "附件", "value": "需求.pdf", "media_id": "MEDIA_ID"},
          {"type": 3, "keyname": "负责人", "value": "点击查看", "userid": "zhangsan"}],
        "jump_list": [{"type": 1, "title": "打开CRM", "url": "https://example.invalid"},
                      {"type": 2, "title": "跳转小程序", "appid": "APPID", "pagepath": "/index.html"}],
        "card_action": {"type": 1, "url": "https://example.invalid/lead/1001"})")),
              "");
}

TEST(TextNotice, WhenATitleOrActionIsMissingThenRefused) {
    EXPECT_EQ(problem_of(notice("")), "");
    EXPECT_EQ(problem_of(card("text_notice", tap)), "a title is missing");
    EXPECT_EQ(problem_of(card("text_notice", R"("main_title":{"desc":"d"},)" + tap)), "a title is missing");
    EXPECT_EQ(problem_of(card("text_notice", R"("main_title":{"title":""},"sub_title_text":"",)" + tap)),
              "a title is missing");
    EXPECT_EQ(problem_of(card("text_notice", R"("sub_title_text":"s",)" + tap)), "");
    EXPECT_EQ(problem_of(card("text_notice", R"("sub_title_text":"s")")), "card_action is missing");
    EXPECT_EQ(problem_of(card("text_notice", R"("sub_title_text":"s","card_action":{"type":0})")),
              "card_action.type must be 1 or 2");
    EXPECT_EQ(problem_of(card("text_notice", R"("sub_title_text":"s","card_action":{"type":"1"})")),
              "type must be 0 to 2");
    EXPECT_EQ(problem_of(card("text_notice", R"("sub_title_text":"s","card_action":{"type":1})")), "url is missing");
    EXPECT_EQ(problem_of(card("text_notice", R"("sub_title_text":"s","card_action":{"type":2})")), "appid is missing");
    EXPECT_EQ(problem_of(card("balloon", tap)), "card_type is unknown: balloon");
    EXPECT_EQ(problem_of(notice(R"("button_list":)" + one_button)), "button_list does not exist here");
    EXPECT_EQ(problem_of(notice(R"("task_id":"t")")), "task_id does not exist here") << "it comes with the envelope";
}

TEST(TextNotice, WhenListsAreAtTheirMaximumThenAcceptedAndOneMoreIsRefused) {
    auto const rows = [](std::size_t n) {
        return R"("horizontal_content_list":)" + array_of(R"({"keyname":"k#"})", n);
    };
    EXPECT_EQ(problem_of(notice(rows(0))), "");
    EXPECT_EQ(problem_of(notice(rows(6))), "");
    EXPECT_EQ(problem_of(notice(rows(7))), too_many("horizontal_content_list", 0, 6));
    auto const jumps = [](std::size_t n) { return R"("jump_list":)" + array_of(R"({"title":"j#"})", n); };
    EXPECT_EQ(problem_of(notice(jumps(3))), "");
    EXPECT_EQ(problem_of(notice(jumps(4))), too_many("jump_list", 0, 3));
    auto const menu = [](std::size_t n) {
        return R"("action_menu":{"action_list":)" + array_of(R"({"text":"m#","key":"k#"})", n) + "}";
    };
    EXPECT_EQ(problem_of(notice(menu(0))), too_many("action_list", 1, 3));
    EXPECT_EQ(problem_of(notice(menu(3))), "");
    EXPECT_EQ(problem_of(notice(menu(4))), too_many("action_list", 1, 3));
}

TEST(TextNotice, WhenARowOrJumpLacksWhatItsTypeNeedsThenRefused) {
    auto const row = [](std::string const& members) {
        return problem_of(notice(R"("horizontal_content_list":[{)" + members + "}]"));
    };
    EXPECT_EQ(row(R"("value":"v")"), "keyname is missing");
    EXPECT_EQ(row(R"("keyname":"k","type":1)"), "url is missing");
    EXPECT_EQ(row(R"("keyname":"k","type":2,"value":"a.pdf")"), "media_id is missing");
    EXPECT_EQ(row(R"("keyname":"k","type":2,"media_id":"m")"), "value is missing");
    EXPECT_EQ(row(R"("keyname":"k","type":3)"), "userid is missing");
    EXPECT_EQ(row(R"("keyname":"k","type":4)"), "type must be 0 to 3");
    EXPECT_EQ(row(R"("keyname":"k","colour":"red")"), "colour does not exist here");
    EXPECT_EQ(problem_of(notice(R"("jump_list":[{"type":1,"title":"t"}])")), "url is missing");
    EXPECT_EQ(problem_of(notice(R"("jump_list":[{"type":2,"title":"t"}])")), "appid is missing");
    EXPECT_EQ(problem_of(notice(R"("jump_list":[{"type":3,"title":"t"}])")), "type must be 0 to 2");
    EXPECT_EQ(problem_of(notice(R"("jump_list":[{"url":"https://a/"}])")), "title is missing");
    EXPECT_EQ(problem_of(notice(R"("quote_area":{"type":1})")), "url is missing");
    EXPECT_EQ(problem_of(notice(R"("quote_area":{"type":2})")), "appid is missing");
    EXPECT_EQ(problem_of(notice(R"("source":{"desc_color":4})")), "desc_color must be 0 to 3");
    EXPECT_EQ(problem_of(notice(R"("source":{"desc_color":3})")), "");
}

TEST(Cards, WhenTextsAreLongThenTheyAreCutAtTheAdvisedLength) {
    auto const made = Message::from(
        parse(card("text_notice",
                   R"("source":{"desc":")" + repeated("来", 21) + R"("},"main_title":{"title":")" + repeated("题", 37) +
                       R"(","desc":")" + repeated("述", 45) + R"("},"emphasis_content":{"title":")" +
                       repeated("1", 15) + R"(","desc":")" + repeated("2", 23) + R"("},"sub_title_text":")" +
                       repeated("副", 161) + R"(","horizontal_content_list":[{"keyname":"下次联系时间","value":")" +
                       repeated("值", 31) + R"("}],"jump_list":[{"title":")" + repeated("跳", 19) + "\"}]," + tap)));
    ASSERT_TRUE(made) << made.error().message;
    auto const* body = json::find(made->payload(), "template_card");
    auto const length = [](json::Value const& in, char const* name) {
        return text::length(json::find_string(in, name).value());
    };
    EXPECT_EQ(length(*json::find(*body, "source"), "desc"), 20U);
    EXPECT_EQ(length(*json::find(*body, "main_title"), "title"), 36U);
    EXPECT_EQ(length(*json::find(*body, "main_title"), "desc"), 44U);
    EXPECT_EQ(length(*json::find(*body, "emphasis_content"), "title"), 14U);
    EXPECT_EQ(length(*json::find(*body, "emphasis_content"), "desc"), 22U);
    EXPECT_EQ(length(*body, "sub_title_text"), 160U);
    EXPECT_EQ(json::find_string((*json::find(*body, "horizontal_content_list"))[0], "keyname"), "下次联系…");
    EXPECT_EQ(length((*json::find(*body, "horizontal_content_list"))[0], "value"), 30U);
    EXPECT_EQ(length((*json::find(*body, "jump_list"))[0], "title"), 18U);
}

TEST(NewsNotice, WhenThePictureIsMissingOrMisshapenThenRefused) {
    EXPECT_EQ(problem_of(news("")), "");
    EXPECT_EQ(problem_of(card("news_notice", R"("main_title":{"title":"t"},)" + tap)), "card_image is missing");
    EXPECT_EQ(problem_of(card("news_notice", R"("card_image":{"url":"https://a/"},)" + tap)), "main_title is missing");
    EXPECT_EQ(problem_of(card("news_notice", R"("main_title":{"title":"t"},"card_image":{"url":"https://a/"})")),
              "card_action is missing");
    auto const ratio = [](char const* value) {
        return problem_of(
            card("news_notice",
                 std::string{R"("main_title":{"title":"t"},"card_image":{"url":"https://a/","aspect_ratio":)"} + value +
                     "}," + tap));
    };
    EXPECT_EQ(ratio("1.3"), "");
    EXPECT_EQ(ratio("2.25"), "");
    EXPECT_EQ(ratio("1.29"), "aspect_ratio must be 1.3 to 2.25");
    EXPECT_EQ(ratio("2.26"), "aspect_ratio must be 1.3 to 2.25");
    EXPECT_EQ(ratio("\"2\""), "aspect_ratio must be 1.3 to 2.25");
    auto const vertical = [](std::size_t n) {
        return R"("vertical_content_list":)" + array_of(R"({"title":"v#"})", n);
    };
    EXPECT_EQ(problem_of(news(vertical(4))), "");
    EXPECT_EQ(problem_of(news(vertical(5))), too_many("vertical_content_list", 0, 4));
    EXPECT_EQ(problem_of(news(R"("vertical_content_list":[{"desc":"d"}])")), "title is missing");
    EXPECT_EQ(problem_of(news(R"("image_text_area":{"title":"t"})")), "image_url is missing");
    EXPECT_EQ(
        problem_of(news(
            R"("image_text_area":{"type":1,"url":"https://a/","title":"t","desc":"d","image_url":"https://a/b"})")),
        "");
}

TEST(ButtonInteraction, WhenButtonsAreWrongThenRefused) {
    auto const list = [](std::size_t n) { return array_of(R"({"text":"b#","key":"k#"})", n); };
    EXPECT_EQ(problem_of(buttons(list(0))), too_many("button_list", 1, 6));
    EXPECT_EQ(problem_of(buttons(list(6))), "");
    EXPECT_EQ(problem_of(buttons(list(7))), too_many("button_list", 1, 6));
    EXPECT_EQ(problem_of(card("button_interaction", R"("main_title":{"title":"t"})")), "button_list is missing");
    EXPECT_EQ(problem_of(buttons(R"([{"text":"a","key":"k"},{"text":"b","key":"k"}])")), "key stands twice: k");
    EXPECT_EQ(problem_of(buttons(one_button, R"("action_menu":{"action_list":[{"text":"t","key":"agree"}]})")),
              "key stands twice: agree");
    EXPECT_EQ(problem_of(buttons(R"([{"text":"a"}])")), "key is missing");
    EXPECT_EQ(problem_of(buttons(R"([{"key":"k"}])")), "text is missing");
    EXPECT_EQ(problem_of(buttons(R"([{"type":1,"text":"a"}])")), "url is missing");
    EXPECT_EQ(problem_of(buttons(R"([{"type":1,"text":"a","url":"https://a/"}])")), "");
    EXPECT_EQ(problem_of(buttons(R"([{"text":"a","key":"k","style":5}])")), "style must be 1 to 4");
    EXPECT_EQ(problem_of(buttons(R"([{"text":"a","key":")" + std::string(1'024, 'k') + "\"}]")), "");
    EXPECT_EQ(problem_of(buttons(R"([{"text":"a","key":")" + std::string(1'025, 'k') + "\"}]")),
              "key is longer than 1024 bytes");
    EXPECT_EQ(problem_of(buttons(one_button, R"("jump_list":[])")), "jump_list does not exist here");
}

TEST(ButtonInteraction, WhenTheSelectionIsWrongThenRefused) {
    auto const selection = [](std::string const& members) {
        return problem_of(buttons(one_button, R"("button_selection":{)" + members + "}"));
    };
    auto const options = [](std::size_t n) {
        return R"("question_key":"q","option_list":)" + array_of(R"({"id":"o#","text":"t"})", n);
    };
    EXPECT_EQ(selection(options(0)), too_many("option_list", 1, 10));
    EXPECT_EQ(selection(options(10)), "");
    EXPECT_EQ(selection(options(11)), too_many("option_list", 1, 10));
    EXPECT_EQ(selection(R"("option_list":)" + two_options), "question_key is missing");
    EXPECT_EQ(selection(R"("question_key":"q","option_list":[{"id":"a","text":"x"},{"id":"a","text":"y"}])"),
              "id stands twice: a");
    EXPECT_EQ(selection(R"("question_key":"q","option_list":[{"id":")" + std::string(129, 'i') + R"(","text":"x"}])"),
              "id is longer than 128 bytes");
}

TEST(VoteInteraction, WhenOptionsAreWrongThenRefused) {
    auto const options = [](std::size_t n) { return array_of(R"({"id":"o#","text":"t","is_checked":true})", n); };
    EXPECT_EQ(problem_of(vote(options(20))), "");
    EXPECT_EQ(problem_of(vote(options(21))), too_many("option_list", 1, 20));
    EXPECT_EQ(problem_of(vote(options(1), R"("source":{"desc":"d"})")), "submit_button is missing");
    EXPECT_EQ(problem_of(vote(R"([{"id":"a","text":"x","is_checked":1}])")), "is_checked must be true or false");
    EXPECT_EQ(problem_of(vote(options(1), R"("submit_button":{"text":"t"})")), "key is missing");
    EXPECT_EQ(problem_of(vote(options(1), R"("submit_button":{"text":"t","key":"k"},"source":{"desc_color":1})")),
              "desc_color does not exist here");
    auto const made = Message::from(parse(vote(two_options))).value();
    auto const& first =
        (*json::find(*json::find(*json::find(made.payload(), "template_card"), "checkbox"), "option_list"))[0];
    EXPECT_EQ(json::find_bool(first, "is_checked"), false) << "it is required, so it is sent";
}

TEST(MultipleInteraction, WhenSelectsAreWrongThenRefused) {
    auto const selects = [](std::size_t n) {
        auto all = std::string{"["};
        for (std::size_t i = 0; i < n; ++i) all += (i ? "," : "") + select(i, two_options);
        return all + "]";
    };
    EXPECT_EQ(problem_of(multiple(selects(0))), too_many("select_list", 1, 3));
    EXPECT_EQ(problem_of(multiple(selects(3))), "");
    EXPECT_EQ(problem_of(multiple(selects(4))), too_many("select_list", 1, 3));
    EXPECT_EQ(problem_of(multiple("[" + select(1, two_options) + "," + select(1, two_options) + "]")),
              "question_key stands twice: q1");
    EXPECT_EQ(problem_of(multiple("[" + select(1, array_of(R"({"id":"o#","text":"t"})", 11)) + "]")),
              too_many("option_list", 1, 10));
}

TEST(TaskId, WhenACardIsInteractiveThenItMustBeWellFormed) {
    auto const send = [](std::string const& payload, std::string const& task) {
        return Message::from(parse(payload)).value().to_send({UserId{"u"}, 1, task, 60});
    };
    for (auto const& payload : {buttons(one_button), vote(two_options), multiple("[" + select(1, two_options) + "]"),
                                notice(R"("action_menu":{"action_list":[{"text":"t","key":"k"}]})")}) {
        EXPECT_TRUE(Message::from(parse(payload)).value().is_interactive());
        auto const body = parse(send(payload, "lead-1001@20260101_2"));
        EXPECT_EQ(json::find_string(*json::find(body, "template_card"), "task_id"), "lead-1001@20260101_2");
        EXPECT_NO_THROW(send(payload, std::string(128, 'a')));
        for (auto const& bad :
             {std::string{}, std::string(129, 'a'), std::string{"a b"}, std::string{"客户"}, std::string{"a:b"}})
            EXPECT_THROW(send(payload, bad), std::logic_error) << bad;
    }
    EXPECT_FALSE(Message::from(parse(notice(""))).value().is_interactive());
    EXPECT_EQ(send(notice(""), "t").find("task_id"), std::string::npos);
}

TEST(CardUpdate, WhenACardReplacesAnotherThenItHasCodeAndTargetButNoTask) {
    auto const answered =
        Message::from(parse(buttons(R"([{"text":"同意","style":1,"key":"agree"}])", R"("replace_text":"已同意")")))
            .value();
    EXPECT_EQ(
        answered.to_update(UserId{"userid1"}, 1, "CODE"),
        R"({"userids":["userid1"],"agentid":1,"response_code":"CODE","template_card":{"card_type":"button_interaction",)"
        R"("main_title":{"title":"审批"},"button_list":[{"text":"同意","style":1,"key":"agree"}],"replace_text":"已同意"}})");
    EXPECT_THROW(static_cast<void>(answered.to_send({UserId{"u"}, 1, "t", 60})), std::logic_error);
    EXPECT_THROW(static_cast<void>(Message::text("a").to_update(UserId{"u"}, 1, "CODE")), std::logic_error);
    EXPECT_EQ(problem_of(vote(two_options, R"("replace_text":"已提交")")), "") << "submit_button is optional then";
}

TEST(CardUpdate, WhenAChoiceIsDisabledThenTheCardCanOnlyReplaceAnother) {
    auto const disabled =
        Message::from(parse(multiple(R"([{"question_key":"q","disable":true,"option_list":)" + two_options + "}]")))
            .value();
    EXPECT_NO_THROW(static_cast<void>(disabled.to_update(UserId{"u"}, 1, "CODE")));
    EXPECT_THROW(static_cast<void>(disabled.to_send({UserId{"u"}, 1, "t", 60})), std::logic_error);
}

}  // namespace
}  // namespace wescrm::wecom
