#pragma once
#include "integration/http/scripted_server.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace wescrm::wecom::tests {

/// WeCom's API as a test dictates it: what each call answers, one after the other, the last one for ever.
class ScriptedApi {
public:
    struct Request {
        std::string line;  ///< "GET /cgi-bin/user/get?access_token=T1&userid=li HTTP/1.1"
        std::string head;
        std::string body;
    };
    /// Instead of an answer: the connection ends once the request has been read.
    static constexpr auto hang_up = "hang up";

    /// `api`: "message/send".
    void on(std::string const& api, std::string const& body) { on_raw(api, json_answer(body)); }
    void on_raw(std::string const& api, std::string response) {
        auto const lock = std::lock_guard{mutex_};
        answers_[api].push_back(std::move(response));
    }
    /// Tokens T1, T2, …, a new one with each gettoken.
    void give_tokens() {
        for (auto i = 1; i <= 9; ++i)
            on("gettoken",
               R"({"errcode":0,"errmsg":"ok","access_token":"T)" + std::to_string(i) + R"(","expires_in":7200})");
    }
    /// Whoever calls with that token is told that it has expired.
    void expire(std::string token) {
        auto const lock = std::lock_guard{mutex_};
        expired_.insert(std::move(token));
    }
    [[nodiscard]] std::string base() const { return server_.url(""); }
    std::vector<Request> requests(std::string const& api) {
        auto const lock = std::lock_guard{mutex_};
        auto found = std::vector<Request>{};
        std::copy_if(requests_.begin(), requests_.end(), std::back_inserter(found),
                     [&](Request const& request) { return api_of(request.line) == api; });
        return found;
    }

private:
    static std::string json_answer(std::string const& body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string token_of(std::string const& line) {
        auto const begin = line.find("access_token=");
        return begin == std::string::npos ? "" : line.substr(begin + 13, line.find_first_of("& ", begin) - begin - 13);
    }
    static std::string api_of(std::string const& line) {
        auto const begin = line.find("/cgi-bin/") + 9;
        return line.substr(begin, line.find_first_of("? ", begin) - begin);
    }
    std::string answer_to(std::string const& text) {
        auto const head_end = text.find("\r\n\r\n") + 4;
        auto const request =
            Request{text.substr(0, text.find("\r\n")), text.substr(0, head_end), text.substr(head_end)};
        auto const lock = std::lock_guard{mutex_};
        requests_.push_back(request);
        if (expired_.contains(token_of(request.line))) return json_answer(R"({"errcode":42001,"errmsg":"expired"})");
        auto& waiting = answers_[api_of(request.line)];
        if (waiting.empty()) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        auto next = waiting.front();
        if (waiting.size() > 1) waiting.pop_front();
        return next;
    }

    std::mutex mutex_;
    std::map<std::string, std::deque<std::string>> answers_;
    std::vector<Request> requests_;
    std::set<std::string> expired_;
    http::tests::ScriptedServer server_{[this](http::tests::ScriptedServer::Peer& peer, int) {
        for (;;) {
            auto const request = peer.read_request();
            if (request.empty()) return;
            auto const answer = answer_to(request);
            if (answer == hang_up || !peer.send(answer)) return;
        }
    }};
};

}  // namespace wescrm::wecom::tests
