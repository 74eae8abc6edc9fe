// The security checklist of HTTP framing, H-01 … H-29: raw bytes against a running server. "Refused" means an answer
// 400 (or the status in the table), a closed connection, and no byte behind the request taken as a request.
#include "integration/http/running_server.hpp"

#include <thread>

namespace wescrm::http::tests {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

auto const post = std::string{"POST /target HTTP/1.1\r\nHost: a.example\r\n"};
auto const smuggled = std::string{"GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n"};

struct Framing : GivenAServer {
    Framing() {
        config.limits.header_time = 150ms;
        config.limits.body_time = 150ms;
        config.limits.write_time = 150ms;
    }

    void expect_refused(std::vector<std::string> const& requests, int status = 400) {
        for (auto const& request : requests) {
            auto const answer = exchange(request);
            EXPECT_EQ(status_of(answer), status) << ::testing::PrintToString(request) << "\n" << answer;
            EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << request;
            EXPECT_EQ(answer.rfind("HTTP/1.1 "), 0U) << "more than one answer to " << request;
        }
        EXPECT_TRUE(seen().empty()) << "a handler saw " << seen().front().raw_target;
    }
    /// The same request with one more field, with a body that would be a request if the field were believed.
    static std::vector<std::string> with_fields(std::vector<std::string> const& fields) {
        auto requests = std::vector<std::string>{};
        for (auto const& field : fields) requests.push_back(post + field + "\r\n\r\n" + smuggled);
        return requests;
    }
};

TEST_F(Framing, H01WhenLengthAndChunkedComeTogetherThenRefused) {
    expect_refused(with_fields(
        {"Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5"}));
}

TEST_F(Framing, H02WhenAnotherCodingAndALengthComeTogetherThenRefused) {
    expect_refused(
        with_fields({"Transfer-Encoding: gzip\r\nContent-Length: 5", "Content-Length: 5\r\nTransfer-Encoding: gzip"}));
}

TEST_F(Framing, H03WhenTheCodingOnlyLooksLikeChunkedThenRefused) {
    for (auto const* coding : {"xchunked", "chunkedchunked", "\"chunked\"", "chunked;q=1",
                               "\x0b"
                               "chunked",
                               "chunked,"}) {
        auto const field = std::string{"Transfer-Encoding: "} + coding;
        expect_refused(with_fields({field, field + "\r\nContent-Length: 5", "Content-Length: 5\r\n" + field}));
    }
}

TEST_F(Framing, H04WhenCodingsAreUnknownOrRepeatedThenRefusedAndNothingBehindIsExecuted) {
    expect_refused(
        with_fields({"Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: gzip, chunked",
                     "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity",
                     "Transfer-Encoding: ", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                     "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                     "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"}));
}

TEST_F(Framing, H05WhenHttp10IsChunkedThenRefused) {
    expect_refused({"POST /target HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"});
}

TEST_F(Framing, H06WhenAFieldIsFoldedThenRefused) {
    expect_refused(with_fields(
        {"Transfer-Encoding:\r\n chunked", "Transfer-Encoding:\r\n\tchunked", "X-A: 1\r\n 2", "X-A: 1\r\n\t2"}));
}

TEST_F(Framing, H07WhenALengthIsRepeatedOrOddThenRefused) {
    expect_refused(with_fields(
        {"Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5",
         "Content-Length: +5", "Content-Length: -5", "Content-Length: 0x5", "Content-Length: 5 5", "Content-Length: ",
         "Content-Length: 18446744073709551616", "Content-Length: 1000000000000000000000000000000"}));
}

TEST_F(Framing, H08WhenTheBodyStaysShortThen408) { expect_refused({post + "Content-Length: 10\r\n\r\nhello"}, 408); }

TEST_F(Framing, H09WhenAChunkSizeOrItsLineEndIsOddThenRefused) {
    auto requests = std::vector<std::string>{};
    for (auto const* body :
         {"FFFFFFFFFFFFFFFF0\r\n", "-1\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
          " 5\r\nhello\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n",
          "5\r\nhello\r\n0\n\n", "5\r\rhello\r\n0\r\n\r\n", "\r\n", "g\r\n"}) {
        requests.push_back(post + "Transfer-Encoding: chunked\r\n\r\n" + body);
    }
    expect_refused(requests);
}

TEST_F(Framing, H10WhenAChunkExtensionIsLongOrATrailerComesThenRefused) {
    auto const chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    expect_refused({chunked + "1;a=" + std::string(255, 'x') + "\r\na\r\n0\r\n\r\n",
                    chunked + "1\r\na\r\n0\r\nX: y\r\n\r\n", chunked + "0\r\nContent-Length: 5\r\n\r\n"});
    EXPECT_EQ(status_of(exchange(post + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1;a=" +
                                 std::string(254, 'x') + "\r\na\r\n0\r\n\r\n")),
              200);
}

TEST_F(Framing, H11WhenAMillionChunksOfOneByteComeThen413WithinBounds) {
    config.limits.body_time = 5s;
    auto body = std::string{};
    for (auto i = 0; i < 1'000'000; ++i) body += "1\r\nx\r\n";
    auto const begin = std::chrono::steady_clock::now();
    expect_refused({post + "Transfer-Encoding: chunked\r\n\r\n" + body}, 413);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

TEST_F(Framing, H12WhenTheHostIsMissingRepeatedOrOddThenRefused) {
    auto requests = std::vector<std::string>{"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"};
    for (auto const& host :
         {std::string{"u@a"}, std::string{"a/b"}, std::string{"a b"}, std::string{"a\0b", 3}, std::string{"a:98777"},
          std::string{"a:"}, std::string{"a:0"}, std::string{""}, std::string{"[::1"}, std::string{"a,b"}}) {
        requests.push_back("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
    expect_refused(requests);
    EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n")), 200);
}

TEST_F(Framing, H13WhenTheHeaderBlockIsBeyondItsLimitThen431AndABigFieldWithinIsAccepted) {
    auto const line = std::string{"GET / HTTP/1.1\r\nHost: a\r\n"};
    auto const filler = [&line](std::size_t total) {
        return line + "X: " + std::string(total - line.size() - 7, 'x') + "\r\n\r\n";
    };
    ASSERT_EQ(filler(8 * 1024 + 1).size(), 8U * 1024 + 1);
    auto many = line;
    for (auto i = 0; i < 64; ++i) many += "X" + std::to_string(i) + ": y\r\n";
    expect_refused({filler(8 * 1024 + 1), many + "\r\n"}, 431);
    EXPECT_EQ(status_of(exchange(line + "Connection: close\r\nX: " + std::string(7 * 1024, 'x') + "\r\n\r\n")), 200);
}

TEST_F(Framing, H14WhenTheRequestLineIsBeyondItsLimitThen414) {
    auto const line = [](std::size_t size) { return "GET /" + std::string(size - 14, 'a') + " HTTP/1.1"; };
    expect_refused({line(4 * 1024 + 1) + "\r\nHost: a\r\n\r\n", "GET /" + std::string(20'000, 'a')}, 414);
    EXPECT_EQ(status_of(exchange(line(4 * 1024) + "\r\nHost: a\r\nConnection: close\r\n\r\n")), 200);
}

TEST_F(Framing, H15WhenTheBodyIsBeyondItsLimitThen413WithoutReadingIt) {
    config.limits.body_bytes = 1000;
    config.limits.callback_body_bytes = 100;
    config.limits.upload_prefixes = {"/upload"};
    config.limits.upload_body_bytes = 2000;
    auto const callback = std::string{"POST /wecom/c/contacts HTTP/1.1\r\nHost: a\r\n"};
    auto const upload = std::string{"POST /upload/x HTTP/1.1\r\nHost: a\r\n"};
    expect_refused(
        {post + "Content-Length: 1001\r\n\r\n", callback + "Content-Length: 101\r\n\r\n",
         upload + "Content-Length: 2001\r\n\r\n", post + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n",
         post + "Transfer-Encoding: chunked\r\n\r\n3E9\r\n",
         post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n3E8\r\n"},
        413);
    auto const body = std::string(1000, 'x');
    EXPECT_THAT(exchange(post + "Connection: close\r\nContent-Length: 1000\r\n\r\n" + body),
                EndsWith("[" + body + "]"));
}

TEST_F(Framing, H16WhenAFieldLineIsOddThenRefused) {
    auto requests = with_fields({"X-A : 1", "no colon", ": empty", "X-\x80: 1", "X A: 1"});
    requests.emplace_back("GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    requests.emplace_back("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n");
    expect_refused(requests);
}

TEST_F(Framing, H17WhenLineEndsOrControlsAreOddThenRefused) {
    auto requests = with_fields({"X: a\rb", std::string{"X: a\0b", 6}, "X: a\x01", "X: a\x7f"});
    requests.emplace_back("GET / HTTP/1.1\nHost: a\n\n");
    requests.emplace_back("GET / HTTP/1.1\r\nHost: a\n\r\n");
    requests.emplace_back("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_refused(requests);
}

TEST_F(Framing, H18WhenTheMethodIsUnknownOrNotOursThen501Or405) {
    auto const rest = std::string{" /target HTTP/1.1\r\nHost: a\r\n\r\n"};
    expect_refused({"get" + rest, "FOO" + rest}, 501);
    expect_refused(
        {"TRACE" + rest, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"}, 405);
    EXPECT_THAT(exchange("TRACE" + rest), HasSubstr("\r\nAllow: GET, HEAD, POST"));
}

TEST_F(Framing, H19WhenTheTargetIsOddThenRefused) {
    auto requests = std::vector<std::string>{};
    for (auto const* target : {"/\x80", "/\xe5\xae\x8f", "/a b", "/a#b", "/a\\b", "//host/", "http://other/", "*",
                               "/\x01", "a", "http://a", "ftp://a/", "?q", "http://a@a/"}) {
        requests.push_back(std::string{"GET "} + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    expect_refused(requests);
    exchange("GET http://A/x?y=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    ASSERT_EQ(seen().size(), 1U);
    EXPECT_EQ(seen()[0].path, "/x");
    EXPECT_EQ(seen()[0].query.find("y"), "1");
}

TEST_F(Framing, H20WhenEscapesAreBrokenOrHideDotsThenRefused) {
    auto requests = std::vector<std::string>{};
    for (auto const* target : {"/%",        "/%1",    "/%zz",     "/%00",     "/%2e%2e/a",  "/a/%2E%2e", "/a/../b",
                               "/./a",      "/..;/a", "/a/.;x/b", "/%c0%ae/", "/%ff",       "/a%2fb",    "/a%5cb",
                               "/a%0d%0ab", "/?q=%",  "/?q=%zz",  "/?q=%00",  "/?q=%c0%ae", "/?%=1"}) {
        requests.push_back(std::string{"GET "} + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    expect_refused(requests);
    exchange("GET /%252e%252e/a%20b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    ASSERT_EQ(seen().size(), 1U);
    EXPECT_EQ(seen()[0].path, "/%2e%2e/a b") << "decoded once, never twice";
}

TEST_F(Framing, H21WhenItIsAnotherProtocolThenRefused) {
    expect_refused({"GET /\r\n\r\n", "GET / HTTP/1.1.1\r\n\r\n", std::string{"\x16\x03\x01\x00\xc8\x01", 6},
                    std::string{"\x00\xff\xfe", 3}, "GET / http/1.1\r\n\r\n", "SSH-2.0-x\r\n"});
    expect_refused({"GET / HTTP/1.2\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/0.9\r\n\r\n"},
                   505);
}

TEST_F(Framing, H22WhenTenThousandRequestsArePipelinedThenTheyAreAnsweredInOrderUpToTheLimit) {
    config.limits.header_time = 5s;
    config.limits.write_time = 5s;
    auto requests = std::string{};
    for (auto i = 0; i < 10'000; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    auto client = connect();
    auto sender = std::thread{[&] { client.send(requests); }};
    for (auto i = 0; i < 1'000; ++i) {
        auto const answer = client.read_answer();
        ASSERT_THAT(answer, EndsWith("GET /" + std::to_string(i) + " []"));
        EXPECT_EQ(answer.find("Connection: close") != std::string::npos, i == 999);
    }
    sender.join();
    EXPECT_EQ(client.read_all(), "");
    EXPECT_EQ(seen().size(), 1'000U);
}

TEST_F(Framing, H23WhenTheClientIsSlowThenItIsClosedAtTheLimits) {
    auto const drip = [this](std::string const& start) {
        auto client = connect();
        client.send(start);
        auto answer = std::optional<std::string>{};
        for (auto i = 0; i < 300 && !answer; ++i) {
            client.send("a");
            answer = client.read_all(10ms);
        }
        return answer.value_or("still open");
    };
    EXPECT_EQ(status_of(drip("GET /")), 408);
    EXPECT_EQ(status_of(drip(post + "Content-Length: 1000\r\n\r\n")), 408);
    EXPECT_TRUE(seen().empty());
}

struct FramingOfABigAnswer : Framing {
    asio::awaitable<Response> handle(Request&) override {
        co_return Response::text(200, std::string(std::size_t{32} * 1024 * 1024, 'x'));
    }
};

TEST_F(FramingOfABigAnswer, H23WhenTheAnswerIsNotReadThenTheConnectionIsClosedAtTheWriteLimit) {
    if (!server) start();
    auto client = RawClient{server->port(), 4096};
    client.send(smuggled);
    while (seen().empty()) std::this_thread::yield();
    auto const begin = std::chrono::steady_clock::now();
    // The server's side is gone once stop() has nothing to wait for, far before its own limit.
    auto next = RawClient{server->port()};
    next.send("GET / HTTP/1.1\r\nHost: a\r\n");
    EXPECT_EQ(status_of(next.read_all().value_or("")), 408) << "a second connection times out after the first";
    server->stop(5s);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
    EXPECT_LT(client.read_all().value_or("").size(), std::size_t{32} * 1024 * 1024);
}

TEST_F(Framing, H24WhenManyConnectionsAreIdleThenOthersAreServed) {
    config.limits.idle_time = 10s;
    auto idle = std::vector<RawClient>{};
    for (auto i = 0; i < 400; ++i) idle.push_back(connect());
    auto const begin = std::chrono::steady_clock::now();
    EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 200);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(Framing, H26WhenAnUpgradeIsOfferedThenTheAnswerIsOrdinary) {
    auto const answer = exchange(
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
        "\r\nGET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_THAT(answer, EndsWith("GET /ws []"));
    EXPECT_THAT(answer, Not(HasSubstr(" 101 ")));
}

TEST_F(Framing, H27WhenAnUntrustedPeerForwardsThenItHasNoEffectAndATrustedOneNamesTheClient) {
    auto const request = std::string{
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.7\r\nX-Real-IP: 6.6.6.6\r\n"
        "Forwarded: for=6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Tenant-ID: 7\r\n\r\n"};
    exchange(request);
    server.reset();
    config.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
    exchange(request);
    ASSERT_EQ(seen().size(), 2U);
    EXPECT_EQ(seen()[0].remote_address, "127.0.0.1");
    EXPECT_FALSE(seen()[0].is_tls);
    EXPECT_EQ(seen()[1].remote_address, "203.0.113.9") << "the last hop that is no proxy of ours";
    EXPECT_TRUE(seen()[1].is_tls);
}

struct FramingOfEchoedFields : Framing {
    asio::awaitable<Response> handle(Request&) override {
        auto response = Response::text(200, "body");
        response.headers.set("Location", "/a\r\nSet-Cookie: x=1\r\n\r\n<script>");
        response.headers.set("X-Bad\r\nName", "v");
        response.headers.set("Content-Length", "1");
        response.headers.set("Transfer-Encoding", "chunked");
        co_return response;
    }
};

TEST_F(FramingOfEchoedFields, H28WhenAFieldCarriesLineEndsThenThereIsOneHeaderBlock) {
    auto const answer = exchange("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.find("\r\n\r\n"), answer.rfind("\r\n\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\nbody"));
    EXPECT_THAT(answer, HasSubstr("Location: /a  Set-Cookie: x=1"));
    EXPECT_THAT(answer, Not(HasSubstr("\r\nSet-Cookie")));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Transfer-Encoding")));
}

TEST_F(Framing, H29WhenAnythingIsAnsweredThenItHasTheStandardFieldsAndNoBanner) {
    for (auto const& request :
         {std::string{"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}, std::string{"GET / HTTP/9.9\r\n\r\n"},
          std::string{"BAD\r\n"}, post + "Content-Length: 99999999\r\n\r\n"}) {
        auto const answer = exchange(request);
        EXPECT_THAT(answer, ::testing::ContainsRegex("Content-Type: [^\r]*; charset=utf-8\r\n")) << answer;
        EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
        EXPECT_THAT(answer, Not(HasSubstr("\r\nServer:")));
        EXPECT_THAT(answer, Not(HasSubstr("Beast")));
    }
}

}  // namespace
}  // namespace wescrm::http::tests
