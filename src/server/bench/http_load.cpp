#include "http_load.hpp"

#include "process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <unistd.h>

namespace wescrm::server::bench {
namespace {

using LoadSteady = std::chrono::steady_clock;

struct LoadDescriptor {
    explicit LoadDescriptor(int value_) : value{value_} {}
    ~LoadDescriptor() {
        if (value >= 0) ::close(value);
    }
    LoadDescriptor(LoadDescriptor const&) = delete;
    LoadDescriptor& operator=(LoadDescriptor const&) = delete;
    int value;
};

struct Answer {
    int status = 0;
    std::size_t size = 0;  ///< head and body; 0: not complete
    bool closes = false;
};

bool contains_ignoring_case(std::string_view text, std::string_view word) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [&](char a, char b) { return lower(a) == b; }) != text.end();
}

Answer parse(std::string_view bytes) {
    auto const head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string_view::npos || bytes.size() < 12) return {};
    auto const head = bytes.substr(0, head_end + 2);
    auto answer = Answer{};
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    answer.closes = contains_ignoring_case(head, "connection: close");
    constexpr std::string_view name = "\r\ncontent-length: ";
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    auto const at =
        std::search(head.begin(), head.end(), name.begin(), name.end(), [&](char a, char b) { return lower(a) == b; });
    auto length = std::size_t{0};
    if (at != head.end()) {
        auto const* first = head.data() + (at - head.begin()) + name.size();
        std::from_chars(first, head.data() + head.size(), length);
    }
    if (bytes.size() >= head_end + 4 + length) answer.size = head_end + 4 + length;
    return answer;
}

class Connection {
public:
    Connection(LoadPlan const& plan, int epoll) : plan_{plan}, epoll_{epoll} {}

    void open() {
        socket_ = std::make_unique<LoadDescriptor>(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        auto address = sockaddr_in{};
        address.sin_family = AF_INET;
        address.sin_port = htons(plan_.port);
        ::inet_pton(AF_INET, plan_.host.c_str(), &address.sin_addr);
        if (::connect(socket_->value, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error{"no connection to " + plan_.host + ":" + std::to_string(plan_.port)};
        auto const on = 1;
        ::setsockopt(socket_->value, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto event = epoll_event{};
        event.events = EPOLLIN;
        event.data.ptr = this;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_->value, &event);
        received_.clear();
    }

    // False: there was nothing more to send.
    bool send(std::uint64_t n) {
        auto const bytes = plan_.request(n);
        if (bytes.empty()) return false;
        sent_at_ = LoadSteady::now();
        for (std::size_t at = 0; at < bytes.size();) {  // requests are small: the socket's buffer takes them at once
            auto const size = ::send(socket_->value, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
            if (size <= 0) return true;
            at += static_cast<std::size_t>(size);
        }
        return true;
    }

    // Reads what is there. True: an answer is complete and another request may go out.
    bool receive(LoadResult& result) {
        auto buffer = std::array<char, 16 * 1024>{};
        auto const size = ::recv(socket_->value, buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            open();
            return true;
        }
        received_.append(buffer.data(), static_cast<std::size_t>(size));
        auto const answer = parse(received_);
        if (answer.size == 0) return false;
        received_.erase(0, answer.size);
        ++result.answers;
        ++result.statuses[answer.status];
        result.latencies_ms.push_back(std::chrono::duration<double, std::milli>(LoadSteady::now() - sent_at_).count());
        if (answer.closes) open();
        return true;
    }

private:
    LoadPlan const& plan_;
    int epoll_;
    std::unique_ptr<LoadDescriptor> socket_;
    std::string received_;
    LoadSteady::time_point sent_at_{};
};

}  // namespace

double LoadResult::percentile_ms(double share) const {
    if (latencies_ms.empty()) return 0;
    auto const at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(latencies_ms.size())));
    return latencies_ms[std::clamp<std::size_t>(at, 1, latencies_ms.size()) - 1];
}

LoadResult run_load(LoadPlan const& plan) {
    auto const epoll = LoadDescriptor{::epoll_create1(EPOLL_CLOEXEC)};
    auto connections = std::vector<std::unique_ptr<Connection>>{};
    for (std::size_t i = 0; i < plan.connections; ++i) {
        connections.push_back(std::make_unique<Connection>(plan, epoll.value));
        connections.back()->open();
    }
    auto result = LoadResult{};
    auto next = std::uint64_t{0};
    auto const start = LoadSteady::now();
    auto const end = start + plan.duration;
    auto const cpu_at_start = thread_cpu_seconds();
    for (auto const& connection : connections) connection->send(next++);
    auto events = std::array<epoll_event, 64>{};
    auto has_more = true;
    while (has_more && LoadSteady::now() < end) {
        auto const count = ::epoll_wait(epoll.value, events.data(), static_cast<int>(events.size()), 100);
        for (auto i = 0; i < count; ++i) {
            auto* connection = static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (connection->receive(result)) has_more = connection->send(next++) && has_more;
        }
    }
    result.seconds = std::chrono::duration<double>(LoadSteady::now() - start).count();
    result.cpu_seconds = thread_cpu_seconds() - cpu_at_start;
    std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
    return result;
}

}  // namespace wescrm::server::bench
