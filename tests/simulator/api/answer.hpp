#pragma once
#include "model/world.hpp"
#include "protocol/json_out.hpp"

#include <wescrm/http/message.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wescrm::simulator::api {

/// What an API says: an errcode with further members, or something that is no JSON (a download).
struct Answer {
    int errcode = 0;
    std::string message = "ok";
    std::string members = "{}";  ///< JSON object that is merged into the answer
    std::optional<http::Response> download{};

    [[nodiscard]] static Answer ok(JsonOut& members) { return {.members = members.take()}; }
    [[nodiscard]] static Answer fail(int errcode, std::string_view about = {});
};

/// A call with a valid token. `corp` is never null; `app` is, when the token belongs to a secret without an app.
struct Call {
    http::Request const& request;
    Corp* corp = nullptr;
    App* app = nullptr;
    Grant grant = Grant::app;
    json::Document body{};
    std::string detail{};  ///< for the log
    Fault const* list_fault = nullptr;

    [[nodiscard]] std::string query(std::string_view name) const {
        return std::string{request.query.find(name).value_or("")};
    }
};

using Function = std::function<Answer(World&, Call&)>;

/// The text that WeCom documents for an errcode.
[[nodiscard]] std::string_view text_of(int errcode);

/// A number in the query; nullopt if it is absent or no number.
[[nodiscard]] std::optional<std::int64_t> query_number(Call const& call, std::string_view name);

}  // namespace wescrm::simulator::api
