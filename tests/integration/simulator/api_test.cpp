// Tokens, receivers, cards in their life, media, frequencies: what depends on state.
#include "integration/simulator/given.hpp"

namespace wescrm::simulator::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string gettoken(std::string const& corp, std::string const& secret) {
    return "/cgi-bin/gettoken?corpid=" + corp + "&corpsecret=" + secret;
}
std::string const hello = R"({"content":"你好"})";
std::string const approval = R"({"card_type":"button_interaction","main_title":{"title":"审批"},"task_id":"t-1",)"
                             R"("button_list":[{"text":"同意","key":"agree"},{"text":"拒绝","key":"reject"}]})";

struct GivenCredentials : GivenASimulator {};

TEST_F(GivenCredentials, WhenTheyAreWrongThenGettokenSaysWhich) {
    EXPECT_EQ(errcode(get("/cgi-bin/gettoken")), 41002);
    EXPECT_EQ(errcode(get("/cgi-bin/gettoken?corpid=ww1")), 41004);
    EXPECT_EQ(errcode(get(gettoken("ww1", app_secret))), 40013);
    EXPECT_EQ(errcode(get(gettoken(corp_id, "guess"))), 40001);
}

TEST_F(GivenCredentials, WhenATokenIsFetchedAgainThenItIsTheSameUntilItExpires) {
    auto const first = text(get(gettoken(corp_id, app_secret)), "access_token");
    EXPECT_EQ(text(get(gettoken(corp_id, app_secret)), "access_token"), first);
    advance(7201s);
    EXPECT_EQ(errcode(get("/cgi-bin/agent/get?agentid=1000002&access_token=" + first)), 42001);
    EXPECT_NE(text(get(gettoken(corp_id, app_secret)), "access_token"), first);
}

TEST_F(GivenCredentials, WhenACallHasNoUsableTokenThenItIsRefused) {
    EXPECT_EQ(errcode(get("/cgi-bin/agent/get?agentid=1000002")), 41001);
    EXPECT_EQ(errcode(get("/cgi-bin/agent/get?agentid=1000002&access_token=x")), 40014);
    EXPECT_EQ(errcode(get(api("agent/get", "agentid=1000003"))), 301002);
    EXPECT_EQ(errcode(get(api("agent/get"))), 40056);
    EXPECT_EQ(errcode(get(api("message/send"))), 40058) << "GET instead of POST";
    EXPECT_EQ(errcode(post(api("message/send", "", contacts_secret), "{}")), 48002);
}

TEST_F(GivenCredentials, WhenAWrongSecretIsRepeatedThenTheAddressIsBannedForAnHour) {
    for (auto i = 0; i < 10; ++i) EXPECT_EQ(errcode(get(gettoken(corp_id, "guess"))), 40001);
    EXPECT_EQ(errcode(get(gettoken(corp_id, app_secret))), 45009);
    advance(3601s);
    EXPECT_EQ(errcode(get(gettoken(corp_id, app_secret))), 0);
}

TEST_F(GivenCredentials, WhenARefusalIsReadThenItsTextHasAHintAndTheAddress) {
    auto const response = get(gettoken(corp_id, "guess"));
    EXPECT_THAT(text(response, "errmsg"), HasSubstr("hint: ["));
    EXPECT_THAT(text(response, "errmsg"), HasSubstr("from ip: 127.0.0.1"));
}

TEST_F(GivenCredentials, WhenAnApiIsCalledTooOftenThenItIsBlockedForAMinute) {
    send({.method = http::Method::put, .url = "/sim/limits", .body = R"({"calls_per_minute":3})"});
    for (auto i = 0; i < 3; ++i) EXPECT_EQ(errcode(get(api("agent/get", "agentid=1000002"))), 0);
    EXPECT_EQ(errcode(get(api("agent/get", "agentid=1000002"))), 45009);
    EXPECT_EQ(errcode(get(api("agent/list"))), 0) << "each API counts for itself";
    advance(61s);
    EXPECT_EQ(errcode(get(api("agent/get", "agentid=1000002"))), 0);
}

TEST_F(GivenCredentials, WhenTicketsAreFetchedTooOftenThenTheyAreRefused) {
    send({.method = http::Method::put, .url = "/sim/limits", .body = R"({"tickets_per_hour":2})"});
    EXPECT_EQ(errcode(get(api("ticket/get", "type=other"))), 91040);
    EXPECT_EQ(errcode(get(api("ticket/get", "type=agent_config"))), 0);
    EXPECT_EQ(errcode(get(api("get_jsapi_ticket"))), 0);
    EXPECT_EQ(errcode(get(api("get_jsapi_ticket"))), 45009);
    advance(3601s);
    EXPECT_EQ(errcode(get(api("get_jsapi_ticket"))), 0);
}

struct GivenReceivers : GivenASimulator {};

TEST_F(GivenReceivers, WhenListsAreTooLongOrEmptyThenTheyAreRefused) {
    auto const list = [](int count) {
        auto out = std::string{"1"};
        for (auto i = 1; i < count; ++i) out += "|" + std::to_string(i);
        return out;
    };
    EXPECT_EQ(errcode(send_message("text", hello, R"("touser":"")")), 82001);
    EXPECT_EQ(errcode(send_message("text", hello, "\"touser\":\"" + list(1001) + "\"")), 40032);
    EXPECT_EQ(errcode(send_message("text", hello, "\"toparty\":\"" + list(101) + "\"")), 82002);
    EXPECT_EQ(errcode(send_message("text", hello, "\"totag\":\"" + list(101) + "\"")), 82003);
}

TEST_F(GivenReceivers, WhenSomeAreUnknownThenTheOthersGetItAndTheUnknownAreNamedInLowerCase) {
    auto const response = send_message("text", hello, R"("touser":"ChenSiYuan|Nobody","toparty":"99","totag":"7")");
    EXPECT_EQ(errcode(response), 0);
    EXPECT_EQ(text(response, "invaliduser"), "nobody");
    EXPECT_EQ(text(response, "invalidparty"), "99");
    EXPECT_EQ(text(response, "invalidtag"), "7");
    EXPECT_FALSE(last_message("chensiyuan").IsNull());
}

TEST_F(GivenReceivers, WhenAllAreUnknownOrOutsideTheVisibleRangeThenNothingIsSent) {
    EXPECT_EQ(errcode(send_message("text", hello, R"("touser":"nobody")")), 81013);
    send({.method = http::Method::patch,
          .url = "/sim/corps/wwexample00000001/apps/1000002",
          .body = R"({"visible_departments":[2]})"});
    EXPECT_EQ(errcode(send_message("text", hello, R"("touser":"wangjianguo")")), 81013);
    EXPECT_EQ(errcode(send_message("text", hello, R"("touser":"zhaomingxuan")")), 0) << "department 4 is below 2";
}

TEST_F(GivenReceivers, WhenOneGetsMoreThanThirtyAMinuteThenTheSurplusVanishesSilently) {
    for (auto i = 0; i < 31; ++i) EXPECT_EQ(errcode(send_message("text", hello)), 0);
    EXPECT_EQ(read(get("/sim/messages?user=chensiyuan"))["items"].Size(), 30U);
    advance(61s);
    EXPECT_EQ(errcode(send_message("text", hello)), 0);
    EXPECT_EQ(read(get("/sim/messages?user=chensiyuan"))["items"].Size(), 31U);
}

TEST_F(GivenReceivers, WhenTheDayIsUsedUpThenSendingIsRefused) {
    send({.method = http::Method::put, .url = "/sim/limits", .body = R"({"per_account_day":1,"per_member_hour":0})"});
    send({.method = http::Method::put, .url = "/sim/limits", .body = R"({"per_member_minute":0})"});
    for (auto i = 0; i < 1000 / 6; ++i) ASSERT_EQ(errcode(send_message("text", hello, R"("touser":"@all")")), 0);
    EXPECT_EQ(errcode(send_message("text", hello, R"("touser":"@all")")), 45009);
}

TEST_F(GivenReceivers, WhenDuplicateCheckIsOnThenTheSameContentArrivesOnce) {
    auto const more = R"("touser":"chensiyuan","enable_duplicate_check":1,"duplicate_check_interval":60)";
    EXPECT_EQ(errcode(send_message("text", hello, more)), 0);
    EXPECT_EQ(errcode(send_message("text", hello, more)), 0);
    EXPECT_EQ(errcode(send_message("text", R"({"content":"别的"})", more)), 0);
    EXPECT_EQ(read(get("/sim/messages?user=chensiyuan"))["items"].Size(), 2U);
    advance(61s);
    EXPECT_EQ(errcode(send_message("text", hello, more)), 0);
    EXPECT_EQ(read(get("/sim/messages?user=chensiyuan"))["items"].Size(), 3U);
}

TEST_F(GivenReceivers, WhenTheFirstTryWasRefusedThenTheSecondIsNoDuplicate) {
    send({.method = http::Method::put, .url = "/sim/limits", .body = R"({"per_account_day":1})"});
    auto const more = R"("touser":"chensiyuan","enable_duplicate_check":1)";
    for (auto i = 0; i < 166; ++i) ASSERT_EQ(errcode(send_message("text", hello, R"("touser":"@all")")), 0);
    for (auto i = 0; i < 4; ++i) ASSERT_EQ(errcode(send_message("text", hello)), 0);
    EXPECT_EQ(errcode(send_message("text", R"({"content":"重要"})", more)), 45009);
    send({.method = http::Method::put,
          .url = "/sim/limits",
          .body = R"({"per_account_day":200,"per_member_minute":0})"});
    EXPECT_EQ(errcode(send_message("text", R"({"content":"重要"})", more)), 0);
    EXPECT_EQ(json::view(last_message()["content"]["content"]), "重要");
}

struct GivenACard : GivenASimulator {
    void SetUp() override {
        start();
        auto const response = send_message("template_card", approval, R"("touser":"chensiyuan|liwen")");
        code = text(response, "response_code");
        msgid = text(response, "msgid");
    }
    http::ClientResponse update(std::string const& members) {
        return post(api("message/update_template_card"),
                    R"({"agentid":1000002,"response_code":")" + code + "\"," + members + "}");
    }
    std::string press(std::string const& key, std::string const& more = "") {
        auto const id = std::string{json::view(last_message()["id"])};
        return act("press", R"("message_id":")" + id + R"(","key":")" + key + "\"" + more).body;
    }
    std::string code;
    std::string msgid;
    std::string const closing = R"("button":{"replace_name":"已处理"})";
};

TEST_F(GivenACard, WhenItsTaskIdIsUsedAgainThenItIsRefused) {
    EXPECT_EQ(errcode(send_message("template_card", approval)), 42014);
}

TEST_F(GivenACard, WhenUpdatedForAllThenEverybodySeesItAndTheCodeIsSpent) {
    EXPECT_EQ(errcode(update(R"("atall":1,)" + closing)), 0);
    EXPECT_EQ(json::view(last_message("liwen")["replaced_button"]), "已处理");
    EXPECT_EQ(errcode(update(R"("atall":1,)" + closing)), 60140);
}

TEST_F(GivenACard, WhenUpdatedForOneThenTheOtherKeepsItAndStrangersAreNamed) {
    auto const response = update(R"("userids":["LiWen","zhouming"],)" + closing);
    EXPECT_EQ(errcode(response), 0);
    EXPECT_THAT(response.body, HasSubstr(R"("invaliduser":["zhouming"])"));
    EXPECT_EQ(json::view(last_message("liwen")["replaced_button"]), "已处理");
    EXPECT_EQ(json::view(last_message("chensiyuan")["replaced_button"]), "");
}

TEST_F(GivenACard, WhenTheUpdateIsWrongThenTheDocumentedCodeSaysHow) {
    EXPECT_EQ(errcode(update(closing)), 82101);
    EXPECT_EQ(errcode(update(R"("userids":["zhouming"],)" + closing)), 82102);
    EXPECT_EQ(errcode(update(R"("atall":1,"button":{})")), 42018);
    EXPECT_EQ(errcode(update(R"("atall":1,"template_card":{"card_type":"poster"})")), 42031);
    EXPECT_EQ(errcode(update(R"("atall":1,"template_card":{"card_type":"button_interaction"})")), 42033);
    EXPECT_EQ(errcode(post(api("message/update_template_card"), R"({"agentid":1,"response_code":")" + code + "\"}")),
              42015);
    EXPECT_EQ(
        errcode(post(api("message/update_template_card"), R"({"agentid":1000002,"response_code":"x","atall":1})")),
        60140);
    EXPECT_EQ(errcode(update(R"("atall":1,)" + closing)), 0) << "refused updates leave the code usable";
}

TEST_F(GivenACard, WhenTheCodeIsOlderThanSeventyTwoHoursThenItIsInvalid) {
    advance(72h + 1s);
    tokens.clear();
    EXPECT_EQ(errcode(update(R"("atall":1,)" + closing)), 60140);
}

TEST_F(GivenACard, WhenAButtonIsPressedThenTheEventBringsACodeForOneUpdate) {
    press("agree");
    auto const received = receiver.received();
    ASSERT_EQ(received.size(), 1U);
    auto const& xml = received[0].message;
    EXPECT_EQ(element(xml, "Event"), "template_card_event");
    EXPECT_EQ(element(xml, "EventKey"), "agree");
    EXPECT_EQ(element(xml, "TaskId"), "t-1");
    EXPECT_EQ(element(xml, "CardType"), "button_interaction");
    code = element(xml, "ResponseCode");
    EXPECT_EQ(errcode(update(R"("userids":["chensiyuan"],"template_card":)" +
                             text::replace_all(approval, R"("task_id":"t-1",)", R"("replace_text":"已同意",)"))),
              0);
    EXPECT_EQ(last_message()["updates"].GetInt(), 1);
    EXPECT_THAT(press("agree"), HasSubstr("按钮已不可点击"));
}

TEST_F(GivenACard, WhenAnOptionIsChosenThenTheEventCarriesIt) {
    send_message("template_card",
                 R"({"card_type":"vote_interaction","main_title":{"title":"哪天"},"task_id":"v-1",)"
                 R"("checkbox":{"question_key":"day","mode":1,"option_list":[{"id":"a","text":"周一"},)"
                 R"({"id":"b","text":"周二"}]},"submit_button":{"text":"提交","key":"submit"}})");
    press("submit", R"(,"selected":{"day":["a","b"]})");
    auto const received = receiver.received();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_THAT(received[0].message,
                HasSubstr("<SelectedItem><QuestionKey><![CDATA[day]]></QuestionKey><OptionIds>"
                          "<OptionId><![CDATA[a]]></OptionId><OptionId><![CDATA[b]]></OptionId></OptionIds>"));
}

TEST_F(GivenACard, WhenItIsRecalledWithinADayThenItIsGoneForAll) {
    EXPECT_EQ(errcode(post(api("message/recall"), R"({"msgid":")" + msgid + "\"}")), 0);
    EXPECT_TRUE(last_message("liwen")["recalled"].GetBool());
    EXPECT_THAT(press("agree"), HasSubstr("按钮已不可点击"));
}

TEST_F(GivenACard, WhenItIsOlderThanADayThenItCannotBeRecalled) {
    advance(24h + 1s);
    tokens.clear();
    EXPECT_EQ(errcode(post(api("message/recall"), R"({"msgid":")" + msgid + "\"}")), 42052);
    EXPECT_EQ(errcode(post(api("message/recall"), R"({"msgid":"x"})")), 40058);
}

struct GivenMedia : GivenASimulator {
    std::string const png = "\x89PNG\r\n\x1a\n0123456789";
};

TEST_F(GivenMedia, WhenUploadedThenItCanBeSentAndFetchedForThreeDays) {
    auto const id = upload("image", png, "图.png");
    EXPECT_EQ(errcode(send_message("image", R"({"media_id":")" + id + "\"}")), 0);
    EXPECT_EQ(json::view(last_message()["content"]["filename"]), "图.png");
    EXPECT_EQ(errcode(send_message("file", R"({"media_id":")" + id + "\"}")), 40007) << "another type";
    EXPECT_EQ(get(api("media/get", "media_id=" + id)).body, png);
    auto request = http::ClientRequest{.url = api("media/get", "media_id=" + id)};
    request.headers.set("Range", "bytes=1-3");
    auto const part = send(std::move(request));
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "PNG");
    advance(72h + 1s);
    tokens.clear();
    EXPECT_EQ(errcode(get(api("media/get", "media_id=" + id))), 40007);
    EXPECT_EQ(errcode(send_message("image", R"({"media_id":")" + id + "\"}")), 40007);
}

TEST_F(GivenMedia, WhenItBreaksARuleThenItIsRefused) {
    EXPECT_EQ(errcode(upload_response("movie", png)), 40004);
    EXPECT_EQ(errcode(upload_response("image", "no picture at all")), 40004);
    EXPECT_EQ(errcode(upload_response("voice", "no voice at all")), 40004);
    EXPECT_EQ(errcode(upload_response("file", "")), 44001);
    EXPECT_EQ(errcode(upload_response("file", "12345")), 40006);
    EXPECT_EQ(errcode(upload_response("image", png + std::string(10 * 1024 * 1024, 'x'))), 45001);
    EXPECT_EQ(errcode(upload_response("voice", "#!AMR" + std::string(2 * 1024 * 1024, 'x'))), 45001);
    EXPECT_EQ(errcode(post(api("media/upload", "type=file"), "raw")), 41005);
}

struct GivenFaultsOfTheApi : GivenASimulator {};

TEST_F(GivenFaultsOfTheApi, WhenAnErrorIsSetThenItStrikesThatOftenAndChangesNothing) {
    fault(R"({"kind":"error","api":"message/send","errcode":-1,"count":2})");
    EXPECT_EQ(errcode(send_message("text", hello)), -1);
    EXPECT_EQ(errcode(send_message("text", hello)), -1);
    EXPECT_TRUE(last_message().IsNull());
    EXPECT_EQ(errcode(send_message("text", hello)), 0);
}

TEST_F(GivenFaultsOfTheApi, WhenTheResponseIsLostThenTheMessageHasArrivedAllTheSame) {
    fault(R"({"kind":"lost_response","api":"message/send","ms":1,"count":1})");
    EXPECT_EQ(errcode(send_message("text", hello)), -999);
    EXPECT_FALSE(last_message().IsNull());
}

TEST_F(GivenFaultsOfTheApi, WhenTheCallIsDroppedThenNothingArrives) {
    fault(R"({"kind":"drop","api":"message/send","ms":1,"count":1})");
    EXPECT_EQ(errcode(send_message("text", hello)), -999);
    EXPECT_TRUE(last_message().IsNull());
}

TEST_F(GivenFaultsOfTheApi, WhenTokensAreRevokedThenANewOneMustBeFetched) {
    EXPECT_EQ(errcode(send_message("text", hello)), 0);
    post("/sim/tokens/invalidate", "");
    EXPECT_EQ(errcode(send_message("text", hello)), 42001);
    tokens.clear();
    EXPECT_EQ(errcode(send_message("text", hello)), 0);
}

TEST_F(GivenFaultsOfTheApi, WhenGarbageOrAStatusIsSetThenThatIsAnswered) {
    fault(R"({"kind":"garbage","api":"agent/get","count":1})");
    EXPECT_EQ(errcode(get(api("agent/get", "agentid=1000002"))), -999);
    fault(R"({"kind":"http_status","api":"agent/get","status":502,"count":1})");
    EXPECT_EQ(get(api("agent/get", "agentid=1000002")).status, 502);
    EXPECT_EQ(post("/sim/faults", R"({"kind":"earthquake"})").status, 422);
}

TEST_F(GivenFaultsOfTheApi, WhenResetThenFaultsAndMessagesAreGoneAndTheCompanyStays) {
    send_message("text", hello);
    fault(R"({"kind":"error","errcode":-1})");
    post("/sim/reset", "");
    EXPECT_TRUE(last_message().IsNull());
    EXPECT_EQ(errcode(send_message("text", hello)), 0);
}

}  // namespace
}  // namespace wescrm::simulator::tests
