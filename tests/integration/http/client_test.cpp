#include "integration/http/certificates.hpp"
#include "integration/http/running_server.hpp"
#include "integration/http/scripted_server.hpp"

#include <wescrm/http/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>

namespace wescrm::http::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Peer = ScriptedServer::Peer;

std::string answer(std::string const& body, std::string const& fields = "") {
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct GivenAClient : ::testing::Test {
    ~GivenAClient() override {
        client.reset();
        guard.reset();
        io.stop();
        thread.join();
    }
    std::future<Result<ClientResponse>> begin(ClientRequest request) {
        if (!client) client.emplace(io.get_executor(), config);
        return asio::co_spawn(io, client->send(std::move(request)), asio::use_future);
    }
    Result<ClientResponse> send(ClientRequest request) {
        auto pending = begin(std::move(request));
        if (pending.wait_for(5s) != std::future_status::ready) return Error{Errc::timed_out, "test"};
        return pending.get();
    }
    Result<ClientResponse> get(std::string url) { return send({.url = std::move(url)}); }
    void expect_failure(Result<ClientResponse> const& result, Errc code, std::string const& reason,
                        std::string const& step) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, code) << result.error().message;
        EXPECT_EQ(result.error().reason, reason) << result.error().message;
        EXPECT_THAT(result.error().message, StartsWith(step));
    }

    ClientConfig config;
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    std::optional<Client> client;
    std::thread thread{[this] { io.run(); }};
};

TEST_F(GivenAClient, WhenACallIsAnsweredThenStatusFieldsAndBodyArrive) {
    auto seen = std::string{};
    auto server = ScriptedServer{[&seen](Peer& peer, int) {
        seen = peer.read_request();
        peer.send(
            "HTTP/1.1 201 Created\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        peer.read_request();
    }};
    auto request = ClientRequest{.method = Method::post, .url = server.url("/p?q=%E5%AE%8F"), .body = "hello"};
    request.headers.add("Content-Type", "text/plain");
    request.headers.add("Content-Length", "99");
    auto const response = send(std::move(request));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->headers.find("x-a"), "1");
    EXPECT_EQ(response->body, "abcde");
    EXPECT_THAT(seen, StartsWith("POST /p?q=%E5%AE%8F HTTP/1.1\r\nHost: 127.0.0.1:"));
    EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 5\r\n"));
    EXPECT_THAT(seen, ::testing::EndsWith("\r\n\r\nhello"));
    client.reset();
}

TEST_F(GivenAClient, WhenAConnectionIsKeptThenItIsUsedAgain) {
    auto server = ScriptedServer{[](Peer& peer, int) {
        while (!peer.read_request().empty()) peer.send(answer("ok"));
    }};
    for (auto i = 0; i < 3; ++i) ASSERT_TRUE(get(server.url()));
    EXPECT_EQ(server.connections(), 1);
    client.reset();
}

TEST_F(GivenAClient, WhenTheServerClosedTheKeptConnectionThenAnotherIsOpened) {
    auto closed = std::promise<void>{};
    auto server = ScriptedServer{[&closed](Peer& peer, int connection) {
        peer.read_request();
        peer.send(answer(std::to_string(connection)));
        if (connection > 1) return static_cast<void>(peer.read_request());
        peer.close();
        closed.set_value();
    }};
    ASSERT_TRUE(get(server.url()));
    closed.get_future().wait();
    auto const response = send({.method = Method::post, .url = server.url(), .body = "sent once, elsewhere"});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "2");
    EXPECT_EQ(server.connections(), 2);
    client.reset();
}

TEST_F(GivenAClient, WhenAnIdleConnectionIsOlderThanAllowedThenItIsNotUsed) {
    config.idle_time = 0ms;
    auto server = ScriptedServer{[](Peer& peer, int) {
        while (!peer.read_request().empty()) peer.send(answer("ok"));
    }};
    ASSERT_TRUE(get(server.url()));
    ASSERT_TRUE(get(server.url()));
    EXPECT_EQ(server.connections(), 2);
    client.reset();
}

TEST_F(GivenAClient, WhenTheServerAsksToCloseOrSaysMoreThanAskedThenTheConnectionIsNotKept) {
    auto server = ScriptedServer{[](Peer& peer, int connection) {
        peer.read_request();
        peer.send(connection == 1 ? answer("ok", "Connection: close\r\n") : answer("ok") + "unasked");
        peer.read_request();
    }};
    for (auto i = 0; i < 3; ++i) ASSERT_TRUE(get(server.url()));
    EXPECT_EQ(server.connections(), 3);
    client.reset();
}

TEST_F(GivenAClient, WhenTheServerReadsAndLeavesThenTheOutcomeIsUnknown) {
    auto server = ScriptedServer{[](Peer& peer, int) { peer.read_request(); }};
    expect_failure(send({.method = Method::post, .url = server.url(), .body = "x"}), Errc::unavailable, "unknown",
                   "read");
    client.reset();
}

TEST_F(GivenAClient, WhenTheServerRefusesTheBodyBeforeReadingItThenItsAnswerArrives) {
    auto limits = ServerConfig{};
    limits.listen = "127.0.0.1:0";
    auto const server = Server::start(limits, [](Request&) -> asio::awaitable<Response> { co_return Response{}; });
    ASSERT_TRUE(server);
    auto const response = send({.method = Method::post,
                                .url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/",
                                .body = std::string(std::size_t{32} * 1024 * 1024, 'x')});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 413);
    client.reset();
}

TEST_F(GivenAClient, WhenNobodyListensThenNothingWasSent) {
    auto url = std::string{};
    {
        auto const server = ScriptedServer{[](Peer&, int) {}};
        url = server.url();
    }
    expect_failure(get(url), Errc::unavailable, "not_sent", "connect");
}

TEST_F(GivenAClient, WhenTheAnswerIsLateThenTimedOutAndUnknown) {
    auto server = ScriptedServer{[](Peer& peer, int) {
        peer.read_request();
        peer.read_request();
    }};
    expect_failure(send({.url = server.url(), .time_limit = 50ms}), Errc::timed_out, "unknown", "call");
    client.reset();
}

TEST_F(GivenAClient, WhenTheHostHasNoPlaceThenCallsWaitTheirTurn) {
    config.connections_per_host = 1;
    auto server = ScriptedServer{[](Peer& peer, int) {
        while (!peer.read_request().empty()) peer.send(answer("ok"));
    }};
    auto pending = std::vector<std::future<Result<ClientResponse>>>{};
    for (auto i = 0; i < 20; ++i) pending.push_back(begin({.url = server.url()}));
    for (auto& call : pending) EXPECT_TRUE(call.get());
    EXPECT_EQ(server.connections(), 1);
    client.reset();
}

TEST_F(GivenAClient, WhenACallWaitsForAPlaceTooLongThenNothingWasSentAndThePlaceIsNotLost) {
    config.connections_per_host = 1;
    auto release = std::promise<void>{};
    auto const released = release.get_future().share();
    auto server = ScriptedServer{[released](Peer& peer, int) {
        while (!peer.read_request().empty()) {
            released.wait();
            peer.send(answer("ok"));
        }
    }};
    auto first = begin({.url = server.url()});
    expect_failure(send({.url = server.url(), .time_limit = 50ms}), Errc::timed_out, "not_sent", "call");
    release.set_value();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(get(server.url()));
    client.reset();
}

TEST_F(GivenAClient, WhenTheAnswerIsOddThenItIsReadAsHttpSaysOrRefused) {
    config.answer_bytes = 1000;
    struct Case {
        std::string bytes;
        std::string body;   // if it is an answer
        std::string error;  // else
    };
    auto const cases = std::vector<Case>{
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end", ""},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer("late"), "late", ""},
        {"HTTP/1.1 204 No Content\r\n\r\n", "", ""},
        {answer("short").substr(0, 40), "", "read"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "", "answer: too large"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n", "", "answer: too large"},
        {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'), "", "answer: too large"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'), "", "answer: "},
        {"SSH-2.0-OpenSSH\r\n", "", "answer: not HTTP"},
        {"", "", "read"},
    };
    for (auto const& [bytes, body, error] : cases) {
        auto server = ScriptedServer{[&reply = bytes](Peer& peer, int) {
            peer.read_request();
            peer.send(reply);
        }};
        auto const response = get(server.url());
        if (error.empty()) {
            ASSERT_TRUE(response) << response.error().message << bytes.substr(0, 50);
            EXPECT_EQ(response->body, body);
        } else {
            expect_failure(response, Errc::unavailable, "unknown", error);
        }
    }
}

TEST_F(GivenAClient, WhenTheAnswerNeverEndsThenItIsCutAtTheLimit) {
    auto server = ScriptedServer{[](Peer& peer, int) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("400\r\n" + std::string(1024, 'x') + "\r\n")) {
        }
    }};
    expect_failure(get(server.url()), Errc::unavailable, "unknown", "answer: too large");
    client.reset();
}

TEST_F(GivenAClient, WhenTheHeadIsAskedThenTheLengthIsNotWaitedFor) {
    auto server = ScriptedServer{[](Peer& peer, int) {
        while (!peer.read_request().empty()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
    }};
    auto const response = send({.method = Method::head, .url = server.url()});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->headers.find("Content-Length"), "99");
    client.reset();
}

TEST_F(GivenAClient, WhenUrlOrFieldsAreOddThenInvalidInput) {
    for (auto const* url : {"", "ftp://a/", "http://", "http:///x", "http://a b/", "http://u:p@a/", "//a/",
                            "http://a/\r\nX: y", "file:///etc/passwd", "http://a:99999/"}) {
        auto const response = get(url);
        ASSERT_FALSE(response) << url;
        EXPECT_EQ(response.error().code, Errc::invalid_input) << url;
    }
    auto request = ClientRequest{.url = "http://127.0.0.1:1/"};
    request.headers.add("X", "a\r\nY: b");
    EXPECT_EQ(send(std::move(request)).error().code, Errc::invalid_input);
}

TEST_F(GivenAClient, WhenOnlyPublicHostsAreAllowedThenOthersAreForbidden) {
    auto server = ScriptedServer{[](Peer&, int) {}};
    auto const port = server.url().substr(std::string{"http://127.0.0.1"}.size());
    for (auto const* host : {"127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"}) {
        auto const response = send({.url = std::string{"http://"} + host + port, .public_only = true});
        expect_failure(response, Errc::forbidden, "not_sent", "resolve");
    }
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(GivenAClient, WhenAnswersAreRedirectsThenTheyAreNotFollowed) {
    auto server = ScriptedServer{[](Peer& peer, int) {
        while (!peer.read_request().empty()) {
            peer.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n");
        }
    }};
    EXPECT_EQ(get(server.url())->status, 302);
    client.reset();
}

struct GivenATlsServer : GivenAServer {
    GivenATlsServer() {
        config.tls_certificate = certificates.certificate_file();
        config.tls_key = certificates.key_file();
        thread = std::thread{[this] { io.run(); }};
    }
    ~GivenATlsServer() override {
        guard.reset();
        io.stop();
        thread.join();
    }
    Result<ClientResponse> get(Client& client, std::string const& host) {
        if (!server) start();
        auto const url = "https://" + host + ":" + std::to_string(server->port()) + "/secure";
        return asio::co_spawn(io, client.send({.url = url}), asio::use_future).get();
    }

    Certificates certificates{"localhost"};
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    std::thread thread;
};

TEST_F(GivenATlsServer, WhenTheCertificateIsGoodThenCallsPassOverOneConnection) {
    config.limits.connections = 1;
    auto client = Client{io.get_executor(), {.ca_file = certificates.ca_file()}};
    for (auto i = 0; i < 3; ++i) {
        auto const response = get(client, "localhost");
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->body, "GET /secure []");
    }
    EXPECT_TRUE(seen().at(0).is_tls);
}

TEST_F(GivenATlsServer, WhenTheNameOrTheAuthorityIsWrongThenNothingIsSent) {
    auto client = Client{io.get_executor(), {.ca_file = certificates.ca_file()}};
    auto const other_name = get(client, "127.0.0.1");
    ASSERT_FALSE(other_name);
    EXPECT_EQ(other_name.error().reason, "not_sent");
    EXPECT_THAT(other_name.error().message, StartsWith("tls: "));

    auto stranger = Client{io.get_executor(), {}};
    auto const unknown = get(stranger, "localhost");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().reason, "not_sent");
    EXPECT_TRUE(seen().empty());
}

TEST_F(GivenATlsServer, H25WhenHandshakesStayHalfDoneThenTheyEndAtTheirLimitAndOthersAreServed) {
    config.limits.tls_handshake = 100ms;
    auto half = std::vector<RawClient>{};
    for (auto i = 0; i < 100; ++i) {
        half.push_back(connect());
        half.back().send(std::string{"\x16\x03\x01", 3});
    }
    auto client = Client{io.get_executor(), {.ca_file = certificates.ca_file()}};
    EXPECT_TRUE(get(client, "localhost"));
    for (auto& connection : half) EXPECT_TRUE(connection.read_all());
}

TEST_F(GivenATlsServer, WhenTheCertificateCannotBeReadThenTheServerDoesNotStart) {
    config.tls_key = "/nonexistent";
    auto const started = Server::start(config, [](Request&) -> asio::awaitable<Response> { co_return Response{}; });
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, Errc::invalid_input);
    EXPECT_EQ(started.error().reason, "tls_key");
}

}  // namespace
}  // namespace wescrm::http::tests
