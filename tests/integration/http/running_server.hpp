#pragma once
#include "integration/http/raw_client.hpp"

#include <wescrm/http/server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace wescrm::http::tests {

/// A server in this process that answers every request with what it understood and remembers it.
class GivenAServer : public ::testing::Test {
protected:
    GivenAServer() {
        config.listen = "127.0.0.1:0";
        config.limits.connections_per_address = 0;
    }

    virtual asio::awaitable<Response> handle(Request& request) {
        co_return Response::text(200,
                                 std::string{name_of(request.method)} + " " + request.path + " [" + request.body + "]");
    }

    void start() {
        auto started = Server::start(config, [this](Request& request) -> asio::awaitable<Response> {
            {
                auto const lock = std::lock_guard{mutex_};
                seen_.push_back(request);
            }
            return handle(request);
        });
        ASSERT_TRUE(started) << started.error().message;
        server = std::move(*started);
    }
    RawClient connect() {
        if (!server) start();
        return RawClient{server->port()};
    }
    /// What comes back until the server closes.
    std::string exchange(std::string_view bytes) {
        auto client = connect();
        client.send(bytes);
        return client.read_all().value_or("still open");
    }
    std::vector<Request> seen() {
        auto const lock = std::lock_guard{mutex_};
        return seen_;
    }
    void TearDown() override {
        if (server) server->stop(1s);
    }

    ServerConfig config;
    std::unique_ptr<Server> server;

private:
    std::mutex mutex_;
    std::vector<Request> seen_;
};

inline int status_of(std::string const& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

}  // namespace wescrm::http::tests
