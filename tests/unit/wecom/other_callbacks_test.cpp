#include "unit/wecom/examples.hpp"

// The documented examples of what is not the app's own: archive, service desk, suites, robots.
namespace wescrm::wecom {
namespace {

using Strings = std::vector<std::string>;

TEST(OtherEvents, WhenParsedThenTheyAreTyped) {
    content_of<ArchiveNews>("msgaudit_notify.xml");
    auto const desk = content_of<ServiceDeskMessage>("kf_msg_or_event.xml");
    EXPECT_EQ(desk.desk, "wkxxxxxxx");
    EXPECT_EQ(desk.token, "ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR");
    EXPECT_EQ(parsed("kf_msg_or_event.xml").from, "");
    EXPECT_EQ(content_of<ServiceDeskGrant>("kf_account_auth_change.xml").added, Strings{"wkxxxx1"});
    EXPECT_EQ(content_of<ServiceDeskGrant>("kf_account_auth_change.xml").removed, Strings{"wkxxxx2"});
    content_of<AddressesChanged>("security-change_domain_ip.xml");
    EXPECT_EQ(content_of<LiveStream>("living_status_change.xml").id, "LivingId");
    EXPECT_EQ(content_of<LiveStream>("living_status_change.xml").status, 1);
}

TEST(SuiteEvents, WhenParsedThenTheyAreTyped) {
    auto const ticket = content_of<SuiteChange>("suite_suite_ticket.xml");
    EXPECT_EQ(ticket.event, "suite_ticket") << "the official sample has a blank before it";
    EXPECT_EQ(ticket.suite, "ww4asffe99e54c0fxxxx");
    EXPECT_EQ(ticket.ticket, "asdfasfdasdfasdf");
    EXPECT_EQ(parsed("suite_suite_ticket.xml").kind, "suite.suite_ticket");
    EXPECT_EQ(parsed("suite_suite_ticket.xml").created, Instant{seconds{1403610513}});
    EXPECT_EQ(content_of<SuiteChange>("suite_create_auth.xml").auth_code, "AUTHCODE");
    EXPECT_EQ(content_of<SuiteChange>("suite_create_auth.xml").state, "123");
    EXPECT_EQ(content_of<SuiteChange>("suite_change_auth.xml").corp, "wxf8b4f85f3a794e77");
    EXPECT_EQ(content_of<SuiteChange>("suite_cancel_auth.xml").corp, "wxf8b4f85fxx794xxx");
    EXPECT_EQ(content_of<SuiteChange>("suite_reset_permanent_code.xml").auth_code, "AUTHCODE");
    EXPECT_EQ(content_of<SuiteChange>("suite_share_agent_change.xml").corp, "ww11111");
    EXPECT_EQ(content_of<MemberChange>("suite_change_contact-update_user.xml").new_user, UserId{"zhangsan001"});
    EXPECT_EQ(parsed("suite_change_contact-update_user.xml").kind, "suite.change_contact.update_user");
    EXPECT_EQ(content_of<ExternalContactChange>("suite_change_external_contact-add_external_contact.xml").state,
              "teststate");
}

TEST(RobotMessages, WhenParsedThenTextAndOriginAreKnown) {
    auto const callback = parsed("robot_text.json");
    EXPECT_EQ(callback.kind, "robot.text");
    EXPECT_EQ(callback.from, "USERID");
    EXPECT_EQ(callback.message_id, "CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=");
    EXPECT_EQ(std::get<Text>(callback.content).content, "@RobotA hello robot");
    EXPECT_EQ(callback.robot->robot, "AIBOTID");
    EXPECT_EQ(callback.robot->chat, "CHATID");
    EXPECT_EQ(callback.robot->response_url, "RESPONSEURL");
    EXPECT_EQ(callback.robot->quoted, "今天的测试情况");
    EXPECT_EQ(parsed("robot_image.json").robot->chat, "");
    EXPECT_EQ(content_of<Image>("robot_image.json").picture_url, "https://ww-aibot-img.example.invalid/abc?sign=xyz");
    EXPECT_EQ(content_of<MixedMessage>("robot_mixed.json").text, "@机器人 今天的测试情况");
    EXPECT_EQ(content_of<MixedMessage>("robot_mixed.json").picture_urls, Strings{"URL"});
    EXPECT_EQ(content_of<Voice>("robot_voice.json").words, "语音转成的文字");
    EXPECT_EQ(content_of<FileMessage>("robot_file.json").url, "URL");
    EXPECT_EQ(content_of<Video>("robot_video.json").url, "URL");
    EXPECT_EQ(content_of<StreamRefresh>("robot_stream.json").id, "STREAMID");
}

TEST(RobotEvents, WhenParsedThenTheyAreTyped) {
    content_of<EnterApp>("robot_event_enter_chat.json");
    EXPECT_EQ(parsed("robot_event_enter_chat.json").kind, "robot.event.enter_chat");
    auto const press = content_of<CardPress>("robot_event_template_card_event.json");
    EXPECT_EQ(press.key, "submit_key");
    EXPECT_EQ(press.task_id, "fBmjTL7ErRCQSNA6GZKMlcFiWX1shOvg");
    ASSERT_EQ(press.selections.size(), 2U);
    EXPECT_EQ(press.selections[1].options, (Strings{"id_three", "id_four"}));
    EXPECT_EQ(content_of<CardPress>("robot_event_template_card_event-2.json").key, "action_key1");
    auto const feedback = content_of<AnswerFeedback>("robot_event_feedback_event.json");
    EXPECT_EQ(feedback.id, "FEEDBACKID");
    EXPECT_EQ(feedback.type, 2);
    EXPECT_EQ(feedback.content, "能再详细一些么");
    EXPECT_EQ(feedback.reasons, (std::vector<int>{2, 4}));
}

}  // namespace
}  // namespace wescrm::wecom
