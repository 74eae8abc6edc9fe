#include "callbacks.hpp"  // of the server module
#include "integration/http/raw_client.hpp"
#include "integration/http/running_server.hpp"
#include "integration/jobs/node.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/http/router.hpp>
#include <wescrm/http/server.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

// The security checks of callbacks (C-…), over HTTP on a database: what is sent, what must be answered and stored.
namespace wescrm::jobs {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr auto other_token = "OtherToken";
constexpr auto other_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
constexpr auto path = "/wecom/ww-test/app/1000002";

struct Query {
    std::string signature;
    std::string timestamp;
    std::string nonce;
    [[nodiscard]] std::string text() const {
        return "msg_signature=" + signature + "&timestamp=" + timestamp + "&nonce=" + nonce;
    }
};

/// A server with the callback routes in front of a node, and companies, apps and an outsider around it.
struct GivenCallbackRoutes : JobsTest {
    GivenCallbackRoutes() {
        add_app(tenant, "app", 1000003, other_token, other_key);
        add_app(tenant, "contacts", 0, other_token, other_key);
        add_app(tenant, "external", 0, other_token, other_key);
        other = add_company("ww-other");
        add_app(other, "app", 1000002, other_token, other_key);
    }
    ~GivenCallbackRoutes() override {
        if (server) server->stop(milliseconds{1'000});
        node.reset();
        server.reset();
    }
    void start() {
        node.emplace(url, sealer, clock, quick, noting(1));
        server::add_callback_routes(router, node->workers->intake());
        auto config = http::ServerConfig{};
        config.listen = "127.0.0.1:0";
        config.limits.callback_body_bytes = 512 * 1024;
        server = http::Server::start(config, [this](http::Request& request) { return router.handle(request); }).value();
    }
    void add_app(TenantId owner, std::string const& kind, std::int64_t agent, std::string const& its_token,
                 std::string const& its_key) {
        in(database::Scope::of_queues(), [&](database::Session& sql) {
            auto const sealed = [&](std::string const& value, char const* column) {
                return database::Blob{sealer.seal(value, app_context(owner, kind, agent, column))};
            };
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) values "
                "(:tenant, :kind, :agent, :secret, :token, :key)",
                {database::bind("tenant", owner), database::bind("kind", kind), database::bind("agent", agent),
                 database::bind("secret", sealed("s", "secret_sealed")),
                 database::bind("token", sealed(its_token, "token_sealed")),
                 database::bind("key", sealed(its_key, "aes_key_sealed"))});
        });
    }

    /// The whole answer.
    std::string exchange(std::string const& method, std::string const& target, std::string const& body = {}) {
        if (!server) start();
        auto client = http::tests::RawClient{server->port()};
        client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.read_all().value_or("still open");
    }
    int post(std::string const& target, std::string const& body) {
        return http::tests::status_of(exchange("POST", target, body));
    }

    std::string encrypted(std::string const& message, std::string const& receive_id = "ww-test") {
        return wecom::encrypt(wecom::Keys::from(token, aes_key).value(), message, receive_id, random_bytes(16));
    }
    static std::string body_of(std::string const& cipher_text) {
        return "<xml><ToUserName><![CDATA[ww-test]]></ToUserName><AgentID>1000002</AgentID><Encrypt><![CDATA[" +
               cipher_text + "]]></Encrypt></xml>";
    }
    Query query_for(std::string const& cipher_text) {
        auto const nonce = "n" + std::to_string(++nonces);
        return {wecom::sign(token, created(), nonce, cipher_text), created(), nonce};
    }
    /// A message as WeCom delivers it; the status of the answer.
    int say(std::string const& message, std::string const& target = path) {
        auto const cipher_text = encrypted(message);
        return post(target + std::string{"?"} + query_for(cipher_text).text(), body_of(cipher_text));
    }
    std::int64_t rows() { return count("select count(*) from inbox"); }
    std::int64_t ignored() { return count("select count(*) from inbox where state = 5"); }
    static std::string escaped(std::string const& text) {
        auto parameters = http::Parameters{};
        parameters.add("v", text);
        return parameters.encoded().substr(2);
    }

    TenantId other;
    std::string new_token = "NewToken";
    http::Router router;
    std::optional<Node> node;
    std::unique_ptr<http::Server> server;
};

TEST_F(GivenCallbackRoutes, C01_WhenAParameterIsMissingEmptyOrRepeatedThen400) {
    auto const cipher_text = encrypted(text("zhang", "hi", "1"));
    auto const body = body_of(cipher_text);
    auto const good = query_for(cipher_text);
    for (auto const& name : {"msg_signature", "timestamp", "nonce"}) {
        auto const all = "&" + good.text();
        auto const begin = all.find("&" + std::string{name} + "=");
        auto const end = std::min(all.find('&', begin + 1), all.size());
        auto const without = all.substr(0, begin) + all.substr(end);
        auto const parameter = all.substr(begin, end - begin);
        auto const to = [](std::string const& query) { return std::string{path} + "?x=1" + query; };
        EXPECT_EQ(post(to(without), body), 400) << name << " is missing";
        EXPECT_EQ(post(to(without + "&" + name + "="), body), 400) << name << " is empty";
        EXPECT_EQ(post(to(all + parameter), body), 400) << name << " is repeated";
        EXPECT_EQ(post(to(without + "&" + name + "=" + std::string(64 * 1'024, '1')), body), 414)
            << "the request line is too long";
        auto const large = post(to(without + "&" + name + "=" + std::string(2'000, '1')), body);
        EXPECT_EQ(large, name == std::string{"msg_signature"} ? 403 : 400) << name << " is large";
    }
    EXPECT_EQ(post(std::string{path} + "?" + good.text(), body), 200);
    EXPECT_EQ(rows(), 1);
}

TEST_F(GivenCallbackRoutes, C02_C05_WhenSignatureOrCipherTextIsWrongThenTheAnswerIsTheSame) {
    auto const cipher_text = encrypted(text("zhang", "hi", "1"));
    auto const good = query_for(cipher_text);
    auto answers = std::set<std::string>{};
    auto const without_time_and_id = [](std::string answer) {
        for (auto const* field : {"Date: ", "X-Request-Id: "})
            if (auto const at = answer.find(field); at != std::string::npos)
                answer.erase(at, answer.find("\r\n", at) - at);
        return answer;
    };
    auto upper = good.signature;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return static_cast<char>(c >= 'a' && c <= 'f' ? c - 32 : c); });
    for (auto const& signature : {std::string{good.signature[0] == '0' ? "1" : "0"} + good.signature.substr(1),
                                  good.signature.substr(0, 39) + "g", good.signature.substr(1), good.signature + "0",
                                  upper, upper + "x", query_for(cipher_text + "x").signature}) {
        auto query = good;
        query.signature = signature;
        answers.insert(
            without_time_and_id(exchange("POST", std::string{path} + "?" + query.text(), body_of(cipher_text))));
    }
    for (std::size_t size : {8U, 16U, 24U, 31U, 48U, 64U}) {
        auto const broken = to_base64(random_bytes(size));
        answers.insert(
            without_time_and_id(exchange("POST", std::string{path} + "?" + query_for(broken).text(), body_of(broken))));
    }
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(http::tests::status_of(*answers.begin()), 403);
    EXPECT_THAT(*answers.begin(), EndsWith("\r\n\r\nforbidden"));
    EXPECT_EQ(rows(), 0);
}

TEST_F(GivenCallbackRoutes, C03_WhenItIsForAnotherPathThen403) {
    auto const cipher_text = encrypted(text("zhang", "hi", "1"));
    for (auto const* target : {"/wecom/ww-other/app/1000002", "/wecom/ww-test/app/1000003", "/wecom/ww-test/contacts",
                               "/wecom/ww-test/external"})
        EXPECT_EQ(post(std::string{target} + "?" + query_for(cipher_text).text(), body_of(cipher_text)), 403) << target;
    EXPECT_EQ(rows(), 0);
    EXPECT_EQ(post(std::string{path} + "?" + query_for(cipher_text).text(), body_of(cipher_text)), 200);
}

TEST_F(GivenCallbackRoutes, C04_WhenTheReceiveIdIsForeignThen403) {
    for (auto const* id : {"ww-other", "ww-test1", "ww-tes", ""}) {
        auto const cipher_text = encrypted(text("zhang", "hi", "1"), id);
        EXPECT_EQ(post(std::string{path} + "?" + query_for(cipher_text).text(), body_of(cipher_text)), 403) << id;
    }
    EXPECT_EQ(rows(), 0);
}

TEST_F(GivenCallbackRoutes, C06_WhenTheMessageIsEmptyThenItIsStoredAndIgnored) {
    EXPECT_EQ(say(""), 200);
    EXPECT_EQ(ignored(), 1);
}

TEST_F(GivenCallbackRoutes, C11_WhenTheOuterDocumentIsHostileThen400) {
    auto const cipher_text = encrypted(text("zhang", "hi", "1"));
    auto const target = std::string{path} + "?" + query_for(cipher_text).text();
    auto const in_element = "<Encrypt>" + cipher_text + "</Encrypt>";
    auto deep = std::string{};
    while (deep.size() < 64 * 1'024) deep += "<a>";
    for (auto const& bad :
         {std::string{}, std::string{"<xml>"},
          "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml>" + in_element + "</xml>",
          "<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><xml>" + in_element + "</xml>",
          "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><xml><a>&b;</a>" + in_element + "</xml>",
          "<xml>" + std::string(1, '\0') + in_element + "</xml>", std::string{"\xFF\xFE<\0x\0m\0l\0>\0", 12},
          "<xml>" + in_element + in_element + "</xml>", "<xml><Encrypt>" + in_element + "</Encrypt></xml>",
          "<xml Encrypt=\"" + cipher_text + "\"/>", "<xml>" + in_element + "</xml><xml/>",
          "<xml><ToUserName>\xE9</ToUserName>" + in_element + "</xml>", deep, std::string{"{\"encrypt\":7}"},
          "{\"encrypt\":\"" + cipher_text + "\",\"encrypt\":\"\"}"})
        EXPECT_EQ(post(target, bad), 400) << bad.substr(0, 80);
    EXPECT_EQ(rows(), 0);
    auto const half = cipher_text.size() / 2;
    EXPECT_EQ(post(target, "\xEF\xBB\xBF<xml><Encrypt><![CDATA[" + cipher_text.substr(0, half) + "]]><![CDATA[" +
                               cipher_text.substr(half) + "]]></Encrypt></xml>"),
              200);
    EXPECT_EQ(post(target, "{\"encrypt\":\"" + cipher_text + "\"}"), 200) << "the JSON form, a repetition";
    EXPECT_EQ(rows(), 1);
}

TEST_F(GivenCallbackRoutes, C12_WhenTheOuterNamesAreForgedThenTheInnerOnesDecide) {
    auto const cipher_text = encrypted(text("zhang", "hi", "1"));
    auto const body =
        "<xml><ToUserName>ww-other</ToUserName><AgentID>1000003</AgentID><Encrypt>" + cipher_text + "</Encrypt></xml>";
    EXPECT_EQ(post(std::string{path} + "?" + query_for(cipher_text).text(), body), 200);
    EXPECT_EQ(count("select count(*) from inbox where tenant_id = " + std::to_string(tenant.value()) +
                    " and agent_id = 1000002"),
              1);
    auto const foreign = text::replace_all(text("zhang", "hi", "2"), "ww-test", "ww-other");
    EXPECT_EQ(say(foreign), 200);
    EXPECT_EQ(ignored(), 1) << "an inner company that is not the path's";
}

TEST_F(GivenCallbackRoutes, C13_C15_WhenARequestOrMessageIsRepeatedThen200AndOneEffect) {
    auto const message = text("zhang", "hi", "1");
    auto const cipher_text = encrypted(message);
    auto const target = std::string{path} + "?" + query_for(cipher_text).text();
    EXPECT_EQ(post(target, body_of(cipher_text)), 200);
    EXPECT_EQ(post(target, body_of(cipher_text)), 200) << "the same request";
    EXPECT_EQ(say(message), 200) << "encrypted and signed anew";
    EXPECT_EQ(rows(), 1);
    EXPECT_TRUE(effects_are(1));
    node->stop();
    EXPECT_EQ(effects().size(), 1U);
}

TEST_F(GivenCallbackRoutes, C14_WhenARequestIsRecordedThenItHasNoEffectFourDaysLater) {
    auto const cipher_text = encrypted(text("zhang", "hi", "1"));
    auto const query = query_for(cipher_text);
    auto moved = query;
    moved.nonce = query.timestamp.substr(9) + query.nonce;
    moved.timestamp = query.timestamp.substr(0, 9);
    EXPECT_EQ(post(std::string{path} + "?" + moved.text(), body_of(cipher_text)), 400);
    clock.advance(days{4});
    EXPECT_EQ(post(std::string{path} + "?" + query.text(), body_of(cipher_text)), 200);
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(ignored(), 1);
    node->stop();
    EXPECT_TRUE(effects().empty());
}

TEST_F(GivenCallbackRoutes, C16_C17_WhenMessagesOfOneSecondDifferThenBothAreProcessed) {
    EXPECT_EQ(say(approval("202611250001")), 200);
    EXPECT_EQ(say(approval("202611250002")), 200);
    EXPECT_EQ(say(text("zhang", "same", "1")), 200);
    EXPECT_EQ(say(text("zhang", "same", "2")), 200);
    EXPECT_EQ(say(text("li", "same", "1")), 200);
    EXPECT_EQ(rows(), 5);
    EXPECT_TRUE(effects_are(5));
}

TEST_F(GivenCallbackRoutes, C18_WhenTheUrlIsVerifiedThenTheEchoIsExactlyTheBytes) {
    for (auto const* echo : {"1616140317555161061", "<script>alert(1)</script>", "a\r\nX: y"}) {
        auto const cipher_text = encrypted(echo);
        auto const answer = exchange(
            "GET", std::string{path} + "?" + query_for(cipher_text).text() + "&echostr=" + escaped(cipher_text));
        EXPECT_EQ(http::tests::status_of(answer), 200) << echo;
        EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain"));
        EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff"));
        EXPECT_THAT(answer, EndsWith("\r\n\r\n" + std::string{echo}));
    }
    auto const cipher_text = encrypted("1");
    auto query = query_for(cipher_text);
    EXPECT_EQ(http::tests::status_of(exchange("GET", std::string{path} + "?" + query.text())), 400) << "no echostr";
    query.signature.back() = query.signature.back() == '0' ? '1' : '0';
    auto const refused = exchange("GET", std::string{path} + "?" + query.text() + "&echostr=" + escaped(cipher_text));
    EXPECT_EQ(http::tests::status_of(refused), 403);
    EXPECT_THAT(refused, EndsWith("forbidden"));
    EXPECT_EQ(rows(), 0);
}

TEST_F(GivenCallbackRoutes, C19_WhenTheContentIsStrangeThenItIsStoredAsItWasSent) {
    auto const head = "<xml><ToUserName>ww-test</ToUserName><CreateTime>" + created() + "</CreateTime>";
    for (auto const* unknown :
         {"<MsgType>hologram</MsgType>", "<MsgType>event</MsgType><Event>moon</Event>",
          "<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>create_robot</ChangeType>"})
        EXPECT_EQ(say(head + unknown + "</xml>"), 200) << unknown;
    EXPECT_EQ(ignored(), 3);
    EXPECT_EQ(
        count(
            "select count(*) from inbox where kind in ('hologram', 'event.moon', 'event.change_contact.create_robot')"),
        3);
    for (auto const* json : {R"("Content":"\ud800"})", R"("Content":"a\u0000b"})"})
        EXPECT_EQ(say(R"({"ToUserName":"ww-test","MsgType":"text","CreateTime":)" + created() + "," + json), 200);
    EXPECT_EQ(ignored(), 5);
    auto large = std::string{};
    while (large.size() < 200 * 1'024) large += "长😀";
    EXPECT_EQ(say(text("zhang", large, "8")), 200);
    EXPECT_EQ(say(text("zhang", "😀👨‍👩‍👧 ‮abc​", "9")), 200);
    EXPECT_EQ(say(head + "<MsgType>text</MsgType><Content>nobody</Content></xml>"), 200) << "no FromUserName";
    ASSERT_TRUE(effects_are(3));
    EXPECT_THAT(effects(), ::testing::IsSupersetOf({large, std::string{"😀👨‍👩‍👧 ‮abc​"}}));
}

TEST_F(GivenCallbackRoutes, C20_WhenJsonIsHostileThen400OrIgnored) {
    auto const deep = "{\"encrypt\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
    EXPECT_EQ(post(std::string{path} + "?" + query_for(deep).text(), deep), 400);
    auto const head = R"({"ToUserName":"ww-test","CreateTime":)" + created() + R"(,"MsgType":"text",)";
    for (auto const& bad :
         {head + R"("MsgType":"event"})", head + "\"a\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}",
          head + R"("MsgId":1e400})", std::string{R"({"MsgType":{"a":1}})"}, std::string{"[]"}})
        EXPECT_EQ(say(bad), 200) << bad.substr(0, 90);
    EXPECT_EQ(ignored(), 5);
    EXPECT_EQ(count("select count(*) from inbox where kind = 'malformed'"), 5);
}

TEST_F(GivenCallbackRoutes, C21_WhenTheCompanyIsUnknownDisabledOrItsKeysRotatedThenAsTold) {
    EXPECT_EQ(say(text("zhang", "hi", "1"), "/wecom/ww-nobody/app/1000002"), 404);
    EXPECT_EQ(say(text("zhang", "hi", "1"), "/wecom/ww-test/app/4711"), 404);
    EXPECT_EQ(say(text("zhang", "hi", "1"), "/wecom/ww-test/app/x"), 404);
    in(database::Scope::of_queues(), [this](database::Session& sql) {
        auto const sealed = [this](std::string const& value, std::string const& column) {
            return database::Blob{sealer.seal(value, app_context(tenant, "app", 1000002, column))};
        };
        sql.execute(
            "update wecom_app set old_token_sealed = :old_token, old_aes_key_sealed = :old_key, old_until = :until, "
            "token_sealed = :token, "
            "aes_key_sealed = :key where tenant_id = :tenant and agent_id = 1000002",
            {database::bind("old_token", sealed(token, "old_token_sealed")),
             database::bind("old_key", sealed(aes_key, "old_aes_key_sealed")),
             database::bind("until", clock.now() + hours{24}),
             database::bind("token", sealed("NewToken", "token_sealed")),
             database::bind("key", sealed(other_key, "aes_key_sealed")), database::bind("tenant", tenant)});
    });
    ASSERT_TRUE(node->companies.load());
    EXPECT_EQ(say(text("zhang", "old", "1")), 200);
    std::swap(token, new_token);
    auto const old_key = std::exchange(aes_key, other_key);
    EXPECT_EQ(say(text("zhang", "new", "2")), 200);
    EXPECT_EQ(rows(), 2);
    std::swap(token, new_token);
    aes_key = old_key;
    clock.advance(hours{25});
    EXPECT_EQ(say(text("zhang", "too late", "3")), 403);
    in(database::Scope::of_nobody(), [this](database::Session& sql) {
        sql.execute("update tenant set status = 'disabled' where id = :tenant", {database::bind("tenant", tenant)});
    });
    ASSERT_TRUE(node->companies.load());
    std::swap(token, new_token);
    aes_key = other_key;
    EXPECT_EQ(say(text("zhang", "disabled", "4")), 200);
    EXPECT_EQ(rows(), 2) << "not stored";
}

}  // namespace
}  // namespace wescrm::jobs
