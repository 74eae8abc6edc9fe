#pragma once
#include "integration/simulator/wecom_reader.hpp"
#include "simulator.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/http/client.hpp>
#include <wescrm/http/multipart.hpp>
#include <wescrm/http/server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

namespace wescrm::simulator::tests {

using namespace std::chrono_literals;

constexpr auto corp_id = "wwexample00000001";
constexpr auto agent_id = 1000002;
constexpr auto app_secret = "app-secret-of-the-example";
constexpr auto contacts_secret = "contacts-secret-of-the-example";

/// A server that takes callbacks, reads them with keys of its own and keeps what it understood.
class Receiver {
public:
    struct Received {
        std::string path;
        std::string message;  ///< decrypted; empty: signature or encryption was wrong
    };
    /// What the n-th request (from 0) is answered with; 0: nothing before the caller gives up.
    std::function<int(std::size_t)> status = [](std::size_t) { return 200; };
    std::string echo_suffix;

    Receiver() {
        auto config = http::ServerConfig{};
        config.listen = "127.0.0.1:0";
        config.limits.connections_per_address = 0;
        server_ = *http::Server::start(config, [this](http::Request& request) { return handle(request); });
    }
    ~Receiver() { server_->stop(1ms); }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    [[nodiscard]] std::vector<Received> received() {
        auto const lock = std::lock_guard{mutex_};
        return received_;
    }
    /// False: fewer came within five seconds.
    [[nodiscard]] bool wait_for(std::size_t count) {
        auto lock = std::unique_lock{mutex_};
        return came_.wait_for(lock, 5s, [&] { return received_.size() >= count; });
    }
    [[nodiscard]] std::vector<std::string> texts() {
        auto found = std::vector<std::string>{};
        for (auto const& one : received()) found.push_back(element(one.message, "Content"));
        return found;
    }

private:
    static WecomReader reader_of(std::string const& path) {
        if (path.ends_with("/contacts")) {
            return {"ContactsToken1", "ContactsKeyContactsKeyContactsKeyContactsKe", corp_id};
        }
        return {"AppToken1", "AppKeyAppKeyAppKeyAppKeyAppKeyAppKeyAppKeyA", corp_id};
    }
    static std::optional<std::string> read(http::Request const& request, std::string const& encrypted) {
        auto const reader = reader_of(request.path);
        auto const value = [&](char const* name) { return std::string{request.query.find(name).value_or("")}; };
        auto const signature = reader.signature(value("timestamp"), value("nonce"), encrypted);
        return signature == value("msg_signature") ? reader.open(encrypted) : std::nullopt;
    }
    asio::awaitable<http::Response> handle(http::Request& request) {
        if (request.method == http::Method::get) {
            auto const echo = read(request, std::string{request.query.find("echostr").value_or("")});
            co_return http::Response::text(echo ? 200 : 403, echo.value_or("") + echo_suffix);
        }
        auto answer = 0;
        {
            auto const lock = std::lock_guard{mutex_};
            answer = status(received_.size());
            auto const message = read(request, element(request.body, "Encrypt"));
            received_.push_back({request.path, message.value_or("")});
            came_.notify_all();
        }
        if (answer == 0) co_await async::sleep_for(10min);
        co_return http::Response::text(answer, "");
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<Received> received_;
    std::unique_ptr<http::Server> server_;
};

/// The simulator with the example company in this process, spoken to over HTTP.
class GivenASimulator : public ::testing::Test {
protected:
    GivenASimulator() {
        config.listen = "127.0.0.1:0";
        config.deliveries.server = receiver.url();
        config.deliveries.retry_pause = 0ms;
        config.deliveries.reorder_hold = 5s;
    }
    ~GivenASimulator() override {
        simulator.reset();
        client.reset();
        guard.reset();
        io.stop();
        thread.join();
    }
    void start() {
        auto file = std::ifstream{WESCRM_SOURCE_DIR "/tests/simulator/example-org.json"};
        auto corps = read_organisation(std::string{std::istreambuf_iterator<char>{file}, {}});
        ASSERT_TRUE(corps);
        auto started = Simulator::start(config, std::move(*corps));
        ASSERT_TRUE(started) << started.error().message;
        simulator = std::move(*started);
        client.emplace(io.get_executor(), http::ClientConfig{});
    }
    void SetUp() override { start(); }

    http::ClientResponse send(http::ClientRequest request) {
        request.url = "http://127.0.0.1:" + std::to_string(simulator->port()) + request.url;
        auto pending = asio::co_spawn(io, client->send(std::move(request)), asio::use_future);
        if (pending.wait_for(20s) != std::future_status::ready) throw std::runtime_error{"no answer"};
        auto response = pending.get();
        return response ? std::move(*response) : http::ClientResponse{};
    }
    http::ClientResponse get(std::string path) { return send({.url = std::move(path)}); }
    http::ClientResponse post(std::string path, std::string body) {
        return send({.method = http::Method::post, .url = std::move(path), .body = std::move(body)});
    }
    static json::Document read(http::ClientResponse const& response) {
        auto document = json::parse(response.body);
        return document ? std::move(*document) : json::Document{};
    }
    static int errcode(http::ClientResponse const& response) {
        return static_cast<int>(json::find_integer(read(response), "errcode").value_or(-999));
    }
    static std::string text(http::ClientResponse const& response, std::string_view name) {
        return json::find_string(read(response), name).value_or("");
    }

    /// A token of that secret, cached as an app would.
    std::string token(std::string const& secret = app_secret) {
        auto& known = tokens[secret];
        if (known.empty()) {
            known =
                text(get("/cgi-bin/gettoken?corpid=" + std::string{corp_id} + "&corpsecret=" + secret), "access_token");
        }
        return known;
    }
    std::string api(std::string const& name, std::string const& query = "", std::string const& secret = app_secret) {
        return "/cgi-bin/" + name + "?access_token=" + token(secret) + (query.empty() ? "" : "&" + query);
    }
    /// `content` is the member named like the kind.
    http::ClientResponse send_message(std::string const& kind, std::string const& content,
                                      std::string const& more = R"("touser":"chensiyuan")") {
        return post(api("message/send"), "{" + more + ",\"agentid\":" + std::to_string(agent_id) + ",\"msgtype\":\"" +
                                             kind + "\",\"" + kind + "\":" + content + "}");
    }
    std::string upload(std::string const& type, std::string const& content, std::string const& name = "f") {
        return text(upload_response(type, content, name), "media_id");
    }
    http::ClientResponse upload_response(std::string const& type, std::string const& content,
                                         std::string const& name = "f") {
        auto form = http::Multipart{};
        form.add({"media", name, "application/octet-stream", content});
        auto request = http::ClientRequest{.method = http::Method::post, .url = api("media/upload", "type=" + type)};
        request.headers.set("Content-Type", form.content_type());
        request.body = form.body();
        return send(std::move(request));
    }

    /// What an employee does; waits until the delivery is decided.
    http::ClientResponse act(std::string const& what, std::string const& members,
                             std::string const& user = "chensiyuan", int wait_ms = 10'000) {
        return post(user_path(user) + what,
                    "{" + members + (members.empty() ? "" : ",") + "\"wait_ms\":" + std::to_string(wait_ms) + "}");
    }
    static std::string user_path(std::string const& user) {
        return "/sim/corps/" + std::string{corp_id} + "/apps/" + std::to_string(agent_id) + "/users/" + user + "/";
    }
    http::ClientResponse write(std::string const& content, int wait_ms = 10'000) {
        return act("text", R"("content":")" + content + "\"", "chensiyuan", wait_ms);
    }
    void fault(std::string const& json_text) { ASSERT_EQ(post("/sim/faults", json_text).status, 201); }
    void advance(std::chrono::seconds by) {
        auto const response = send({.method = http::Method::put,
                                    .url = "/sim/clock",
                                    .body = "{\"advance_seconds\":" + std::to_string(by.count()) + "}"});
        ASSERT_EQ(response.status, 200) << response.body;
    }
    /// The last message that member has, as GET /sim/messages gives it.
    json::Document last_message(std::string const& user = "chensiyuan") {
        auto document = read(get("/sim/messages?tail=1&limit=1&from=app&user=" + user));
        auto copy = json::Document{};
        if (document["items"].Size() == 1) copy.CopyFrom(document["items"][0], copy.GetAllocator());
        return copy;
    }

    Receiver receiver;
    Config config;
    std::unique_ptr<Simulator> simulator;
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    std::optional<http::Client> client;
    std::map<std::string, std::string> tokens;
    std::thread thread{[this] { io.run(); }};
};

}  // namespace wescrm::simulator::tests
