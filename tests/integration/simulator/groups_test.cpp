#include "integration/simulator/given.hpp"

// Group chats made by an app, and webhooks: https://developer.work.weixin.qq.com/document/path/90244, 99110.
namespace wescrm::simulator::tests {
namespace {

using ::testing::HasSubstr;

struct GivenGroups : GivenASimulator {
    static std::string list(std::vector<std::string> const& named) {
        return "[\"" + text::join(named, "\",\"") + "\"]";
    }
    http::ClientResponse create(std::vector<std::string> const& named, std::string const& more = "") {
        return post(api("appchat/create"), R"({"name":"项目群","userlist":)" + list(named) + more + "}");
    }
    http::ClientResponse say(std::string const& kind, std::string const& content, std::string const& chatid = "g1",
                             std::string const& more = "") {
        return post(api("appchat/send"), "{\"chatid\":\"" + chatid + "\",\"msgtype\":\"" + kind + "\",\"" + kind +
                                             "\":" + content + more + "}");
    }
    http::ClientResponse hook(std::string const& kind, std::string const& content) {
        return post("/cgi-bin/webhook/send?key=" + key,
                    "{\"msgtype\":\"" + kind + "\",\"" + kind + "\":" + content + "}");
    }
    void limit(std::string const& name, int value) {
        auto request = http::ClientRequest{.method = http::Method::put, .url = "/sim/limits"};
        request.body = "{\"" + name + "\":" + std::to_string(value) + "}";
        ASSERT_EQ(send(request).status, 200);
    }
    json::Document messages() { return read(get("/sim/group-messages")); }
    std::size_t count_of_messages() { return json::find(messages(), "messages")->Size(); }
    http::ClientResponse upload_to(std::string const& hook_key, std::string const& type, std::string const& content) {
        auto form = http::Multipart{};
        form.add({"media", "f.txt", "application/octet-stream", content});
        auto request = http::ClientRequest{.method = http::Method::post,
                                           .url = "/cgi-bin/webhook/upload_media?key=" + hook_key + "&type=" + type};
        request.headers.set("Content-Type", form.content_type());
        request.body = form.body();
        return send(std::move(request));
    }
    void SetUp() override {
        start();
        key = text(post("/sim/webhooks", R"({"name":"销售群"})"), "key");
        ASSERT_FALSE(key.empty());
    }

    std::vector<std::string> const users{"zhouming", "liwen", "chensiyuan", "zhaomingxuan"};
    std::string key;
};

TEST_F(GivenGroups, WhenAnAppMakesOneThenItCanBeReadChangedAndWrittenTo) {
    ASSERT_EQ(errcode(create({users[0], users[1]}, R"(,"chatid":"g1")")), 0);
    EXPECT_EQ(errcode(post(api("appchat/update"), R"({"chatid":"g1","name":"新群名","owner":")" + users[2] +
                                                      R"(","add_user_list":)" + list({users[2]}) +
                                                      R"(,"del_user_list":)" + list({users[0]}) + "}")),
              0);
    auto const shown = get(api("appchat/get", "chatid=g1")).body;
    EXPECT_THAT(shown,
                HasSubstr(R"("name":"新群名","owner":")" + users[2] + R"(","userlist":)" + list({users[1], users[2]})));
    EXPECT_EQ(errcode(say("text", R"({"content":"周会10点开始","mentioned_list":["@all"]})")), 0);
    auto const heard = json::write(messages());
    EXPECT_THAT(heard, HasSubstr("周会10点开始"));
    EXPECT_THAT(heard, HasSubstr(R"("receivers":)" + list({users[1], users[2]})));
}

TEST_F(GivenGroups, WhenAGroupIsWrongThenItIsRefusedAsDocumented) {
    ASSERT_EQ(errcode(create({users[0], users[1]}, R"(,"chatid":"g1")")), 0);
    EXPECT_EQ(errcode(create({users[0], users[1]}, R"(,"chatid":"g1")")), 86215);
    EXPECT_EQ(errcode(create({users[0], users[1]}, R"(,"chatid":"a b")")), 86001);
    EXPECT_EQ(errcode(create({users[0], users[1]}, ",\"chatid\":\"" + std::string(33, 'a') + "\"")), 86001);
    EXPECT_EQ(errcode(create({users[0]})), 86006);
    EXPECT_EQ(errcode(create({users[0], "nobody"})), 60111);
    EXPECT_EQ(errcode(create({users[0], users[1]}, ",\"owner\":\"" + users[2] + "\"")), 86207);
    EXPECT_EQ(errcode(post(api("appchat/update"), R"({"chatid":"g1","del_user_list":)" + list({users[0]}) +
                                                      ",\"add_user_list\":" + list({users[2]}) + "}")),
              86207)
        << "its owner leaves and nobody follows";
    EXPECT_EQ(errcode(say("text", R"({"content":"a"})", "none")), 86003);
    EXPECT_EQ(errcode(post(api("appchat/create", "", contacts_secret), "{}")), 48002);
    EXPECT_EQ(errcode(create({users[0], users[1]})), 0) << "without a name of its own";
}

TEST_F(GivenGroups, WhenAMessageDoesNotFitAGroupThenItIsRefused) {
    ASSERT_EQ(errcode(create({users[0], users[1]}, R"(,"chatid":"g1")")), 0);
    EXPECT_EQ(errcode(say("template_card", R"({"card_type":"text_notice"})")), 40008);
    EXPECT_EQ(errcode(say("text", R"({"content":""})")), 44004);
    EXPECT_EQ(errcode(say("markdown", "{\"content\":\"" + std::string(2'049, 'a') + "\"}")), 45002);
    EXPECT_EQ(errcode(say("markdown", R"({"content":"a"})", "g1", R"(,"safe":1)")), 40058);
    EXPECT_EQ(errcode(say("news", R"({"articles":[{"title":"a"}]})")), 40063);
    EXPECT_EQ(errcode(say("image", R"({"media_id":"none"})")), 40007);
    EXPECT_EQ(count_of_messages(), 0U);
}

TEST_F(GivenGroups, WhenThereAreTooManyThenTheLimitsHold) {
    ASSERT_EQ(errcode(create({users[0], users[1]}, R"(,"chatid":"g1")")), 0);
    limit("groups_per_day", 2);
    EXPECT_EQ(errcode(create({users[0], users[1]})), 0);
    EXPECT_EQ(errcode(create({users[0], users[1]})), 45009);
    limit("group_member_minute", 1);
    EXPECT_EQ(errcode(say("text", R"({"content":"eins"})")), 0);
    EXPECT_EQ(errcode(say("text", R"({"content":"zwei"})")), 0) << "dropped silently";
    EXPECT_THAT(json::write(messages()), HasSubstr(R"("receivers":[])"));
    limit("group_people_per_minute", 5);
    EXPECT_EQ(errcode(say("text", R"({"content":"drei"})")), 45009) << "four persons and two more";
}

TEST_F(GivenGroups, WhenAWebhookIsWrittenToThenItsGroupHearsIt) {
    EXPECT_EQ(errcode(hook("text", R"({"content":"今日新增 5 条","mentioned_list":["@all"]})")), 0);
    EXPECT_EQ(errcode(hook("markdown_v2", "{\"content\":\"" + std::string(4'096, 'a') + "\"}")), 0);
    auto const heard = json::write(messages());
    EXPECT_THAT(heard, HasSubstr("今日新增 5 条"));
    EXPECT_THAT(heard, HasSubstr(R"("webhook":"销售群")"));
    EXPECT_EQ(
        errcode(hook(
            "template_card",
            R"({"card_type":"text_notice","main_title":{"title":"日报"},"card_action":{"type":1,"url":"https://a.invalid/"}})")),
        0);
    auto const media = text(upload_to(key, "file", "sieben Bytes"), "media_id");
    EXPECT_EQ(errcode(hook("file", "{\"media_id\":\"" + media + "\"}")), 0);
}

TEST_F(GivenGroups, WhenAWebhookGetsSomethingWrongThenItIsRefusedAsDocumented) {
    EXPECT_EQ(errcode(post("/cgi-bin/webhook/send?key=wrong", R"({"msgtype":"text","text":{"content":"a"}})")), 93000);
    EXPECT_EQ(errcode(hook("textcard", "{}")), 40008);
    EXPECT_EQ(errcode(hook("text", "{\"content\":\"" + std::string(2'049, 'a') + "\"}")), 45002);
    EXPECT_EQ(errcode(hook("markdown", "{\"content\":\"" + std::string(4'097, 'a') + "\"}")), 45002);
    EXPECT_EQ(errcode(hook("text", R"({"content":""})")), 44004);
    auto const picture = std::string{"\x89PNG picture"};
    EXPECT_EQ(errcode(hook("image", "{\"base64\":\"" + to_base64(picture) + R"(","md5":"00"})")), 40058);
    EXPECT_EQ(errcode(hook("image", "{\"base64\":\"" + to_base64("no picture") + R"(","md5":"00"})")), 40004);
    EXPECT_EQ(errcode(hook("template_card", R"({"card_type":"button_interaction"})")), 42031);
    EXPECT_EQ(errcode(hook("template_card", R"({"card_type":"text_notice","task_id":"t","main_title":{"title":"a"}})")),
              40058);
    EXPECT_EQ(errcode(hook("template_card", R"({"card_type":"news_notice","main_title":{"title":"a"}})")), 40063);
    EXPECT_EQ(errcode(hook("news", R"({"articles":[{"title":"a"}]})")), 40063);
    EXPECT_EQ(errcode(upload_to(key, "file", "five!")), 40006);
    EXPECT_EQ(errcode(upload_to(key, "voice", "no AMR at all")), 40004);
    auto const other = text(post("/sim/webhooks", R"({"name":"另一个群"})"), "key");
    auto const media = text(upload_to(other, "file", "sieben Bytes"), "media_id");
    EXPECT_EQ(errcode(hook("file", "{\"media_id\":\"" + media + "\"}")), 40007) << "of another webhook";
}

TEST_F(GivenGroups, WhenAWebhookIsUsedMoreThanTwentyTimesAMinuteThenItIsRefused) {
    for (auto i = 0; i < 20; ++i) ASSERT_EQ(errcode(hook("text", R"({"content":"a"})")), 0);
    EXPECT_EQ(errcode(hook("text", R"({"content":"a"})")), 45009);
    EXPECT_EQ(count_of_messages(), 20U);
    auto request = http::ClientRequest{.method = http::Method::put, .url = "/sim/clock"};
    request.body = R"({"advance_seconds":61})";
    ASSERT_EQ(send(request).status, 200);
    EXPECT_EQ(errcode(hook("text", R"({"content":"a"})")), 0);
}

}  // namespace
}  // namespace wescrm::simulator::tests
