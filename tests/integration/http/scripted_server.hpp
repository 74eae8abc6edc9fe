#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace wescrm::http::tests {

/// A peer that does what a test says, byte by byte: each accepted connection runs the script on a thread of its own.
class ScriptedServer {
public:
    class Peer {
    public:
        explicit Peer(int socket) : socket_{socket} {}
        ~Peer() { close(); }
        Peer(Peer const&) = delete;
        Peer& operator=(Peer const&) = delete;

        /// A request with its body (by Content-Length); empty if the client left.
        std::string read_request() {
            for (;;) {
                if (auto const end = input_.find("\r\n\r\n"); end != std::string::npos) {
                    auto const at = input_.find("Content-Length: ");
                    auto const size = end + 4 + (at < end ? std::stoul(input_.substr(at + 16)) : 0);
                    if (input_.size() >= size) {
                        auto request = input_.substr(0, size);
                        input_.erase(0, size);
                        return request;
                    }
                }
                char buffer[4096];
                auto const got = ::recv(socket_, buffer, sizeof buffer, 0);
                if (got <= 0) return {};
                input_.append(buffer, static_cast<std::size_t>(got));
            }
        }
        void close() {
            if (socket_ >= 0) ::close(socket_);
            socket_ = -1;
        }
        bool send(std::string_view bytes) {
            while (!bytes.empty()) {
                auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                if (sent <= 0) return false;
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            }
            return true;
        }

    private:
        int socket_;
        std::string input_;
    };
    using Script = std::function<void(Peer&, int connection)>;

    explicit ScriptedServer(Script script) : script_{std::move(script)}, socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        auto address = sockaddr_in{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(socket_, 64);
        auto size = socklen_t{sizeof address};
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread{[this] { accept(); }};
    }
    /// The clients are gone by now, so every script ends.
    ~ScriptedServer() {
        ::shutdown(socket_, SHUT_RDWR);
        acceptor_.join();
        for (auto& peer : peers_) peer.join();
        ::close(socket_);
    }
    ScriptedServer(ScriptedServer const&) = delete;
    ScriptedServer& operator=(ScriptedServer const&) = delete;

    [[nodiscard]] std::string url(std::string const& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    [[nodiscard]] int connections() const { return connections_; }

private:
    void accept() {
        for (;;) {
            auto const accepted = ::accept(socket_, nullptr, nullptr);
            if (accepted < 0) return;
            auto const number = ++connections_;
            peers_.emplace_back([this, accepted, number] {
                auto peer = Peer{accepted};
                script_(peer, number);
            });
        }
    }

    Script script_;
    int socket_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::vector<std::thread> peers_;
    std::thread acceptor_;
};

}  // namespace wescrm::http::tests
