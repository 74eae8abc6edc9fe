#include "integration/http/running_server.hpp"

#include <wescrm/async/offload.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <future>
#include <stdexcept>
#include <thread>

namespace wescrm::http::tests {
namespace {

auto const plain_get = std::string{"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"};
auto const last_get = std::string{"GET /z HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"};

using GivenAPlainServer = GivenAServer;

TEST_F(GivenAPlainServer, WhenAskedTwiceThenTheConnectionIsKept) {
    auto client = connect();
    client.send(plain_get);
    EXPECT_THAT(client.read_answer(), ::testing::EndsWith("GET /a []"));
    client.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(client.read_answer(), ::testing::EndsWith("POST /b [abc]"));
    EXPECT_FALSE(client.is_closed());
}

TEST_F(GivenAPlainServer, WhenRequestsArePipelinedThenTheyAreAnsweredInOrder) {
    auto const answers =
        exchange("POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + plain_get +
                 last_get);
    auto const first = answers.find("POST /1 [abc]");
    auto const second = answers.find("GET /a []");
    auto const third = answers.find("GET /z []");
    ASSERT_NE(third, std::string::npos) << answers;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
}

TEST_F(GivenAPlainServer, WhenTheRequestComesByteByByteThenItIsTheSame) {
    auto client = connect();
    for (auto const c :
         std::string{"POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                     "2;a=b\r\nxy\r\n1\r\nz\r\n0\r\n\r\n"}) {
        client.send({&c, 1});
    }
    EXPECT_THAT(client.read_all().value_or(""), ::testing::EndsWith("POST /p [xyz]"));
}

TEST_F(GivenAPlainServer, WhenAskedForTheHeadThenOnlyTheLengthComes) {
    auto client = connect();
    client.send("HEAD /head HTTP/1.1\r\nHost: x\r\n\r\n" + last_get);
    auto const head = client.read_answer(true);
    EXPECT_THAT(head, ::testing::HasSubstr("Content-Length: 13\r\n"));
    EXPECT_THAT(head, ::testing::EndsWith("\r\n\r\n"));
    EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST_F(GivenAPlainServer, WhenHttp10AsksToKeepThenItIsKeptAndElseClosed) {
    auto client = connect();
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.read_answer(), ::testing::HasSubstr("Connection: keep-alive\r\n"));
    client.send("GET /b HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.read_all().value_or(""), ::testing::HasSubstr("Connection: close\r\n"));
}

TEST_F(GivenAPlainServer, WhenABodyIsAnnouncedWithExpectThenItIsAskedFor) {
    auto client = connect();
    client.send("POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    EXPECT_THAT(client.read_answer(), ::testing::EndsWith("[ok]"));
}

struct GivenAServerThatFails : GivenAServer {
    asio::awaitable<Response> handle(Request&) override {
        throw std::runtime_error{"secret detail"};
        co_return Response{};
    }
};

TEST_F(GivenAServerThatFails, WhenAHandlerThrowsThen500SaysNothingAndTheConnectionGoesOn) {
    auto client = connect();
    client.send(plain_get);
    auto const answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 500);
    EXPECT_THAT(answer, ::testing::HasSubstr("application/problem+json; charset=utf-8"));
    EXPECT_THAT(answer, ::testing::Not(::testing::HasSubstr("secret")));
    client.send(last_get);
    EXPECT_EQ(status_of(client.read_all().value_or("")), 500);
}

/// Handlers wait until the test lets them go.
struct GivenASlowServer : GivenAServer {
    asio::awaitable<Response> handle(Request& request) override {
        ++waiting;
        auto timer = asio::steady_timer{co_await asio::this_coro::executor};
        while (!is_released) {
            timer.expires_after(5ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
        co_return Response::text(200, "late " + request.path);
    }
    void wait_for_handlers(int count) {
        auto const end = std::chrono::steady_clock::now() + 5s;
        while (waiting < count && std::chrono::steady_clock::now() < end) std::this_thread::yield();
        ASSERT_EQ(waiting, count);
    }
    void TearDown() override {
        is_released = true;
        GivenAServer::TearDown();
    }
    std::atomic<int> waiting{0};
    std::atomic<bool> is_released{false};
};

TEST_F(GivenASlowServer, WhenTooManyAreInFlightThen503WithRetryAfter) {
    config.limits.in_flight = 1;
    auto first = connect();
    first.send(plain_get);
    wait_for_handlers(1);
    auto second = connect();
    second.send(plain_get);
    auto const refused = second.read_answer();
    EXPECT_EQ(status_of(refused), 503);
    EXPECT_THAT(refused, ::testing::HasSubstr("Retry-After: "));
    is_released = true;
    EXPECT_THAT(first.read_answer(), ::testing::EndsWith("late /a"));
}

TEST_F(GivenASlowServer, WhenStoppedThenWhatIsInFlightIsAnsweredAndIdleOnesClose) {
    auto idle = connect();
    auto busy = connect();
    busy.send(plain_get);
    wait_for_handlers(1);
    auto stopped = std::async(std::launch::async, [this] { server->stop(5s); });
    EXPECT_EQ(idle.read_all(), "");
    is_released = true;
    auto const answer = busy.read_all().value_or("");
    EXPECT_THAT(answer, ::testing::EndsWith("late /a"));
    EXPECT_THAT(answer, ::testing::HasSubstr("Connection: close\r\n"));
    busy.close();
    stopped.get();
    EXPECT_THROW(RawClient{server->port()}, std::runtime_error);
}

TEST_F(GivenASlowServer, WhenAHandlerDoesNotEndThenStopClosesItAfterItsTime) {
    auto busy = connect();
    busy.send(plain_get);
    wait_for_handlers(1);
    server->stop(20ms);
    EXPECT_EQ(busy.read_all(), "");
}

struct GivenAServerWithAPool : GivenAServer {
    asio::awaitable<Response> handle(Request& request) override {
        auto const path = request.path;
        co_await async::offload(pool, [this] {
            begun.set_value();
            released.wait();
        });
        co_return Response::text(200, path);
    }
    std::promise<void> begun;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    asio::thread_pool pool{1};
};

TEST_F(GivenAServerWithAPool, WhenAPoolIsSlowerThanTheStopThenItsWorkEndsOnAStoppedServer) {
    auto client = connect();
    client.send(plain_get);
    begun.get_future().wait();
    server->stop(10ms);
    EXPECT_EQ(client.read_all(), "");
    release.set_value();
    pool.join();
    server.reset();
}

TEST_F(GivenAServerWithAPool, WhenAPoolAnswersThenTheRequestGoesOn) {
    release.set_value();
    EXPECT_THAT(exchange(last_get), ::testing::EndsWith("/z"));
}

TEST_F(GivenAPlainServer, WhenThereAreTooManyConnectionsThenTheNextIsClosed) {
    config.limits.connections = 2;
    auto first = connect();
    auto second = connect();
    first.send(plain_get);
    second.send(plain_get);
    EXPECT_EQ(status_of(first.read_answer()), 200);
    EXPECT_EQ(status_of(second.read_answer()), 200);
    EXPECT_EQ(connect().read_all(), "");
    first.send(last_get);
    EXPECT_TRUE(first.read_all());
}

TEST_F(GivenAPlainServer, WhenOneAddressHasTooManyConnectionsThenTheNextIsClosedUnlessItIsATrustedProxy) {
    config.limits.connections_per_address = 1;
    auto first = connect();
    first.send(plain_get);
    EXPECT_EQ(status_of(first.read_answer()), 200);
    EXPECT_EQ(connect().read_all(), "");
    first.close();

    server.reset();
    config.trusted_proxies = {"127.0.0.0/8"};
    auto second = connect();
    auto third = connect();
    second.send(plain_get);
    third.send(plain_get);
    EXPECT_EQ(status_of(second.read_answer()), 200);
    EXPECT_EQ(status_of(third.read_answer()), 200);
}

TEST_F(GivenAPlainServer, WhenAConnectionIsIdleTooLongThenItIsClosedWithoutAWord) {
    config.limits.idle_time = 50ms;
    EXPECT_EQ(connect().read_all(), "");
}

TEST_F(GivenAPlainServer, WhenThereAreThreadsThenAllConnectionsAreServed) {
    config.threads = 3;
    auto clients = std::vector<RawClient>{};
    for (auto i = 0; i < 12; ++i) clients.push_back(connect());
    for (auto& client : clients) client.send(plain_get);
    for (auto& client : clients) EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST_F(GivenAPlainServer, WhenRequestsAreCountedThenTheirIdsDiffer) {
    exchange(plain_get + last_get);
    ASSERT_EQ(seen().size(), 2U);
    EXPECT_NE(seen()[0].id, seen()[1].id);
    EXPECT_FALSE(seen()[0].id.empty());
}

struct GivenAServerThatStreams : GivenAServer {
    asio::awaitable<Response> handle(Request&) override {
        auto response = Response{};
        response.headers.set("Content-Type", "text/event-stream; charset=utf-8");
        response.stream = [this](Stream& stream) -> asio::awaitable<void> {
            auto timer = asio::steady_timer{co_await asio::this_coro::executor};
            co_await stream.write("data: 1\n\n");
            for (auto i = 2; is_endless || i <= 3; ++i) {
                timer.expires_after(5ms);
                auto error = boost::system::error_code{};
                co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
                if (error || !co_await stream.write("data: " + std::to_string(i) + "\n\n")) break;
            }
            ended.set_value();
        };
        co_return response;
    }
    bool is_endless = false;
    std::promise<void> ended;
};

TEST_F(GivenAServerThatStreams, WhenTheFunctionEndsThenTheConnectionCloses) {
    auto const answer = exchange(plain_get);
    EXPECT_THAT(answer, ::testing::HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\ndata: 1\n\ndata: 2\n\ndata: 3\n\n"));
}

TEST_F(GivenAServerThatStreams, WhenTheClientLeavesThenTheFunctionEnds) {
    is_endless = true;
    auto client = connect();
    client.send(plain_get);
    EXPECT_FALSE(client.read_until("data: 1\n\n").empty());
    client.close();
    EXPECT_EQ(ended.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(GivenAServerThatStreams, WhenTheServerStopsThenTheFunctionEnds) {
    is_endless = true;
    auto client = connect();
    client.send(plain_get);
    EXPECT_FALSE(client.read_until("data: 1\n\n").empty());
    server->stop(5s);
    EXPECT_EQ(ended.get_future().wait_for(0s), std::future_status::ready);
    EXPECT_TRUE(client.read_all());
}

TEST(ServerStart, WhenTheAddressIsTakenOrWrongThenItSaysSo) {
    auto const handler = [](Request&) -> asio::awaitable<Response> { co_return Response{}; };
    auto config = ServerConfig{};
    config.listen = "127.0.0.1:0";
    auto const first = Server::start(config, handler);
    ASSERT_TRUE(first);
    config.listen = "127.0.0.1:" + std::to_string((*first)->port());
    auto const second = Server::start(config, handler);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::unavailable);
    EXPECT_EQ(second.error().reason, "listen");
    for (auto const* wrong : {"", "8080", "localhost:1", "127.0.0.1:70000", "127.0.0.1:", "[::1]"}) {
        config.listen = wrong;
        auto const refused = Server::start(config, handler);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, Errc::invalid_input);
    }
}

}  // namespace
}  // namespace wescrm::http::tests
