#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace wescrm::http::tests {

using namespace std::chrono_literals;

/// A blocking socket that sends bytes as they are and gives up waiting after five seconds.
class RawClient {
public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        if (receive_buffer > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        auto const on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto address = sockaddr_in{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error{"connect"};
        }
    }
    ~RawClient() { close(); }
    RawClient(RawClient&& other) noexcept
        : socket_{std::exchange(other.socket_, -1)}, input_{std::move(other.input_)} {}
    RawClient(RawClient const&) = delete;
    RawClient& operator=(RawClient const&) = delete;

    /// False if the peer does not take it any more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    /// Everything until the peer closes; nullopt if it has not within the time.
    std::optional<std::string> read_all(std::chrono::milliseconds limit = 5s) {
        while (receive(limit)) {
        }
        if (!is_closed_) return std::nullopt;
        return std::exchange(input_, {});
    }
    /// One answer with its body (by Content-Length); empty if none came within the time.
    std::string read_answer(bool is_head = false) {
        for (;;) {
            if (auto const head_end = input_.find("\r\n\r\n"); head_end != std::string::npos) {
                auto const size = head_end + 4 + (is_head ? 0 : length_in(input_.substr(0, head_end)));
                if (input_.size() >= size) {
                    auto answer = input_.substr(0, size);
                    input_.erase(0, size);
                    return answer;
                }
            }
            if (!receive(5s)) return {};
        }
    }
    /// Bytes until `end` was seen, with it; empty if it did not come.
    std::string read_until(std::string_view end) {
        for (;;) {
            if (auto const at = input_.find(end); at != std::string::npos) {
                auto piece = input_.substr(0, at + end.size());
                input_.erase(0, at + end.size());
                return piece;
            }
            if (!receive(5s)) return {};
        }
    }
    [[nodiscard]] bool is_closed() {
        while (!is_closed_ && receive(0ms)) {
        }
        return is_closed_;
    }

private:
    static std::size_t length_in(std::string const& head) {
        auto const at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }
    bool receive(std::chrono::milliseconds limit) {
        auto waiting = pollfd{socket_, POLLIN, 0};
        if (is_closed_ || ::poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) return false;
        char buffer[16 * 1024];
        auto const got = ::recv(socket_, buffer, sizeof buffer, 0);
        if (got <= 0) is_closed_ = true;
        if (got > 0) input_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }

    int socket_;
    std::string input_;
    bool is_closed_ = false;
};

}  // namespace wescrm::http::tests
