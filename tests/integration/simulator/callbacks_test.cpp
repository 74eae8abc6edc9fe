#include "integration/simulator/given.hpp"

namespace wescrm::simulator::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The documentation's worked examples: they check the reader that checks the simulator.
constexpr auto sample_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

TEST(TheReader, WhenGivenTheDocumentedVectorsThenItReadsThem) {
    auto const reader = WecomReader{"QDG6eK", sample_key, "wx5823bf96d3bd56c7"};
    auto const echo =
        std::string{"P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="};
    EXPECT_EQ(reader.signature("1409659589", "263014780", echo), "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3");
    EXPECT_EQ(reader.open(echo), "1616140317555161061");
    EXPECT_EQ((WecomReader{"QDG6eK", sample_key, "wx0"}.open(echo)), std::nullopt);
}

struct GivenAnAppWithACallback : GivenASimulator {};

TEST_F(GivenAnAppWithACallback, WhenTheAddressIsVerifiedThenThePlainEchoIsAccepted) {
    auto const path = "/sim/corps/" + std::string{corp_id} + "/verify";
    for (auto const* target : {"contacts", "app/1000002"}) {
        auto const response = post(path, "{\"target\":\"" + std::string{target} + "\"}");
        EXPECT_THAT(response.body, HasSubstr(R"("ok":true)")) << target;
    }
}

TEST_F(GivenAnAppWithACallback, WhenTheEchoHasALineBreakThenTheVerificationFails) {
    receiver.echo_suffix = "\n";
    auto const response = post("/sim/corps/" + std::string{corp_id} + "/verify", R"({"target":"app/1000002"})");
    EXPECT_THAT(response.body, HasSubstr(R"("ok":false)"));
}

TEST_F(GivenAnAppWithACallback, WhenAMemberWritesThenTheSignedAndEncryptedTextArrives) {
    auto const response = write("新建客户 <宏达> & ]]> 电话");
    EXPECT_THAT(response.body, HasSubstr(R"("state":"accepted")"));

    auto const received = receiver.received();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].path, "/wecom/wwexample00000001/app/1000002");
    auto const& xml = received[0].message;
    EXPECT_EQ(element(xml, "ToUserName"), corp_id);
    EXPECT_EQ(element(xml, "FromUserName"), "chensiyuan");
    EXPECT_EQ(element(xml, "MsgType"), "text");
    EXPECT_EQ(element(xml, "AgentID"), "1000002");
    EXPECT_FALSE(element(xml, "MsgId").empty());
    EXPECT_THAT(xml, HasSubstr("新建客户 <宏达> & ]]]]><![CDATA[> 电话"));
}

TEST_F(GivenAnAppWithACallback, WhenTwoTextsAreWrittenThenTheyHaveDifferentMsgIds) {
    write("一");
    write("二");
    auto const received = receiver.received();
    ASSERT_EQ(received.size(), 2U);
    EXPECT_NE(element(received[0].message, "MsgId"), element(received[1].message, "MsgId"));
}

TEST_F(GivenAnAppWithACallback, WhenTheServerFailsTwiceThenTheThirdAttemptIsAccepted) {
    receiver.status = [](std::size_t n) { return n < 2 ? 503 : 200; };
    auto const response = write("再试");
    EXPECT_THAT(response.body, HasSubstr(R"("state":"accepted")"));
    auto const received = receiver.received();
    ASSERT_EQ(received.size(), 3U);
    EXPECT_EQ(received[0].message, received[2].message) << "a repeat carries the same MsgId and CreateTime";
}

TEST_F(GivenAnAppWithACallback, WhenTheServerNeverAcceptsThenWeComGivesUpAfterThreeRepeats) {
    receiver.status = [](std::size_t) { return 500; };
    auto const response = write("没人收");
    EXPECT_THAT(response.body, HasSubstr(R"("state":"failed")"));
    EXPECT_EQ(receiver.received().size(), 4U);
}

struct GivenAShortDeadline : GivenASimulator {
    GivenAShortDeadline() { config.deliveries.answer_time = 100ms; }
};

TEST_F(GivenAShortDeadline, WhenTheServerIsTooSlowOnceThenTheConnectionIsDroppedAndThePushRepeated) {
    receiver.status = [](std::size_t n) { return n == 0 ? 0 : 200; };
    auto const response = write("慢");
    EXPECT_THAT(response.body, HasSubstr(R"("state":"accepted")"));
    EXPECT_THAT(response.body, HasSubstr(R"({"status":0,)"));
    EXPECT_EQ(receiver.received().size(), 2U);
}

TEST_F(GivenAnAppWithACallback, WhenDuplicateDeliveryIsOnThenThePushArrivesThatOften) {
    fault(R"({"kind":"duplicate_delivery","copies":3,"count":1})");
    write("三遍");
    write("一遍");
    EXPECT_THAT(receiver.texts(), ElementsAre("三遍", "三遍", "三遍", "一遍"));
}

TEST_F(GivenAnAppWithACallback, WhenAPushIsReorderedThenTheNextOneOvertakesIt) {
    fault(R"({"kind":"reorder","count":1})");
    write("第一", 0);
    write("第二", 0);
    auto const deliveries = read(get("/sim/deliveries?wait_ms=0"));
    EXPECT_EQ(deliveries["items"].Size(), 2U);
    write("第三");
    EXPECT_THAT(receiver.texts(), ElementsAre("第二", "第一", "第三"));
}

struct GivenAShortHold : GivenASimulator {
    GivenAShortHold() { config.deliveries.reorder_hold = 50ms; }
};

TEST_F(GivenAShortHold, WhenNothingOvertakesThenTheReorderedPushStillArrives) {
    fault(R"({"kind":"reorder","count":1})");
    EXPECT_THAT(write("独自").body, HasSubstr(R"("state":"accepted")"));
    EXPECT_THAT(receiver.texts(), ElementsAre("独自"));
}

TEST_F(GivenAnAppWithACallback, WhenAPushIsDroppedThenTheServerNeverSeesIt) {
    fault(R"({"kind":"drop_delivery","count":1})");
    EXPECT_THAT(write("丢失").body, HasSubstr(R"("state":"dropped")"));
    write("da");
    EXPECT_THAT(receiver.texts(), ElementsAre("da"));
}

TEST_F(GivenAnAppWithACallback, WhenAFaultNamesATargetThenOtherTargetsAreSpared) {
    fault(R"({"kind":"drop_delivery","target":"contacts"})");
    write("da");
    EXPECT_THAT(receiver.texts(), ElementsAre("da"));
}

TEST_F(GivenAnAppWithACallback, WhenOneMemberIsStuckThenAnotherIsNot) {
    receiver.status = [](std::size_t n) { return n == 0 ? 0 : 200; };
    write("卡住", 0);
    ASSERT_TRUE(receiver.wait_for(1));
    auto const response = act("text", R"("content":"畅通")", "liwen");
    EXPECT_THAT(response.body, HasSubstr(R"("state":"accepted")"));
}

TEST_F(GivenAnAppWithACallback, WhenAMenuEntryIsChosenThenItsEventArrives) {
    auto const menu = R"({"button":[{"type":"click","name":"待办","key":"TODO"},
        {"type":"location_select","name":"位置","key":"LOC"},{"type":"view","name":"主页","url":"http://a.invalid/"}]})";
    ASSERT_EQ(errcode(post(api("menu/create", "agentid=1000002"), menu)), 0);
    EXPECT_EQ(act("menu", R"("key":"TODO")").status, 200);
    EXPECT_EQ(act("menu", R"("key":"LOC","latitude":23.104,"label":"广州")").status, 200);
    EXPECT_EQ(act("menu", R"("name":"主页")").status, 200);
    EXPECT_EQ(act("menu", R"("key":"NONE")").status, 404);
    auto const received = receiver.received();
    ASSERT_EQ(received.size(), 3U);
    EXPECT_EQ(element(received[0].message, "Event") + " " + element(received[0].message, "EventKey"), "click TODO");
    EXPECT_EQ(element(received[1].message, "Location_X"), "23.104");
    EXPECT_EQ(element(received[2].message, "EventKey"), "http://a.invalid/");
}

}  // namespace
}  // namespace wescrm::simulator::tests
