// What the chat page and the load driver live on.
#include "integration/simulator/given.hpp"

namespace wescrm::simulator::tests {
namespace {

using ::testing::HasSubstr;

struct GivenThePage : GivenASimulator {
    GivenThePage() { config.page_dir = WESCRM_SOURCE_DIR "/tests/simulator/page"; }
};

TEST_F(GivenThePage, WhenOpenedThenEverythingItNamesIsServedFromHere) {
    auto const page = get("/");
    ASSERT_EQ(page.status, 200);
    EXPECT_THAT(std::string{page.headers.find("Content-Security-Policy").value_or("")},
                HasSubstr("default-src 'self'"));
    EXPECT_EQ(page.body.find("http://"), std::string::npos);
    EXPECT_EQ(page.body.find("https://"), std::string::npos);
    for (auto at = page.body.find("/assets/"); at != std::string::npos; at = page.body.find("/assets/", at + 1)) {
        auto const path = page.body.substr(at, page.body.find('"', at) - at);
        EXPECT_EQ(get(path).status, 200) << path;
    }
}

TEST_F(GivenThePage, WhenItsModulesImportThenTheFilesExist) {
    for (auto const* module : {"app.js", "cards.js", "panel.js", "menu.js", "dom.js"}) {
        auto const body = get("/assets/" + std::string{module}).body;
        for (auto at = body.find("from './"); at != std::string::npos; at = body.find("from './", at + 1)) {
            auto const name = body.substr(at + 8, body.find('\'', at + 8) - at - 8);
            EXPECT_EQ(get("/assets/" + name).status, 200) << module << " imports " << name;
        }
    }
}

TEST_F(GivenThePage, WhenStateIsAskedThenClockFaultsAndMenusCome) {
    fault(R"({"kind":"delay","api":"gettoken","ms":1})");
    auto const state = get("/sim/state").body;
    EXPECT_THAT(state, HasSubstr(R"("clock":{"ahead_ms":0,"forwards":false})"));
    EXPECT_THAT(state, HasSubstr(R"("kind":"delay")"));
    EXPECT_THAT(state, HasSubstr(R"("wwexample00000001/1000002":{})"));
}

TEST_F(GivenThePage, WhenTheServerAnswersThenItIsShownAsReachable) {
    EXPECT_THAT(get("/sim/server").body, HasSubstr(R"("answers":true)"));
}

struct GivenNoServer : GivenASimulator {
    GivenNoServer() { config.deliveries.server = "http://127.0.0.1:1"; }
};

TEST_F(GivenNoServer, WhenAskedThenItIsShownAsAwayAndPushesFail) {
    EXPECT_THAT(get("/sim/server").body, HasSubstr(R"("answers":false)"));
    EXPECT_THAT(write("有人吗").body, HasSubstr(R"("state":"failed")"));
}

struct GivenAnAdminListener : GivenASimulator {
    GivenAnAdminListener() {
        auto admin_config = http::ServerConfig{};
        admin_config.listen = "127.0.0.1:0";
        admin = *http::Server::start(admin_config, [this](http::Request& request) -> asio::awaitable<http::Response> {
            if (request.method == http::Method::put)
                moved += *json::find_integer(*json::parse(request.body), "advance_seconds");
            co_return http::Response::json(200, R"({"now":"2026-11-25T08:30:00Z"})");
        });
        config.control.admin = "http://127.0.0.1:" + std::to_string(admin->port());
    }
    ~GivenAnAdminListener() override { admin->stop(1ms); }
    std::atomic<std::int64_t> moved = 0;
    std::unique_ptr<http::Server> admin;
};

TEST_F(GivenAnAdminListener, WhenTheClockIsMovedThenTheServerMovesAsFar) {
    advance(48h);
    EXPECT_EQ(moved, 48 * 3600);
    EXPECT_EQ(send({.method = http::Method::put, .url = "/sim/clock", .body = R"({"advance_seconds":-1})"}).status,
              422);
    EXPECT_THAT(get("/sim/state").body, HasSubstr(R"("ahead_ms":172800000,"forwards":true)"));
}

struct GivenTheLoadDriver : GivenASimulator {};

TEST_F(GivenTheLoadDriver, WhenItRunsThenItCountsAcceptedAndAnsweredCommands) {
    auto const response =
        post("/sim/load", R"({"per_second":50,"seconds":1,"users":3,"wait_seconds":0,"texts":["{serial} 待办"]})");
    ASSERT_EQ(response.status, 200);
    EXPECT_THAT(response.body, HasSubstr(R"("sent":50)"));
    EXPECT_THAT(response.body, HasSubstr(R"("answered":0)"));
    EXPECT_THAT(response.body, HasSubstr(R"("callback_ms":{"count":)"));
    ASSERT_TRUE(receiver.wait_for(50));
    EXPECT_THAT(element(receiver.received()[0].message, "Content"), HasSubstr("#L"));
}

}  // namespace
}  // namespace wescrm::simulator::tests
