#include "callbacks.hpp"

#include <charconv>

namespace wescrm::server {
namespace {

using http::Request;
using http::Response;

// One line that tells nothing about keys or padding.
std::string_view reason_of(int status) {
    switch (status) {
        case 400:
            return "bad request";
        case 403:
            return "forbidden";
        case 404:
            return "not found";
        case 503:
            return "try again";
        default:
            return {};
    }
}

Response plain(int status, std::string body) {
    if (body.empty()) body = reason_of(status);
    auto response = Response::text(status, std::move(body));
    if (status == 503) response.headers.set("Retry-After", "1");
    return response;
}

// A parameter that is there exactly once and not empty.
std::optional<std::string> single(Request const& request, std::string_view name) {
    if (request.query.count(name) != 1) return std::nullopt;
    auto value = std::string{*request.query.find(name)};
    if (value.empty()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> agent_of(Request const& request) {
    auto const found = request.path_parameters.find("agent_id");
    if (found == request.path_parameters.end()) return 0;
    auto value = std::int64_t{0};
    auto const* end = found->second.data() + found->second.size();
    auto const [stopped, error] = std::from_chars(found->second.data(), end, value);
    if (error != std::errc{} || stopped != end || value < 0) return std::nullopt;
    return value;
}

std::optional<wecom::Signed> signature_of(Request const& request) {
    auto signature = single(request, "msg_signature");
    auto timestamp = single(request, "timestamp");
    auto nonce = single(request, "nonce");
    if (!signature || !timestamp || !nonce) return std::nullopt;
    return wecom::Signed{std::move(*signature), std::move(*timestamp), std::move(*nonce)};
}

http::Handler receive(jobs::Intake& intake, jobs::CallbackChannel channel) {
    return [&intake, channel](Request& request) -> asio::awaitable<Response> {
        auto const agent = agent_of(request);
        if (!agent) co_return plain(404, {});
        auto query = signature_of(request);
        if (!query) co_return plain(400, {});
        auto callback = jobs::CallbackRequest{request.path_parameters["corp_id"], channel, *agent, std::move(*query),
                                              std::move(request.body)};
        auto answer = co_await intake.accept(std::move(callback));
        co_return plain(answer.status, std::move(answer.body));
    };
}

using OnVerified = std::function<void(CallbackAddress)>;

http::Handler verify(jobs::Intake& intake, jobs::CallbackChannel channel, OnVerified const& on_verified) {
    return [&intake, channel, on_verified](Request& request) -> asio::awaitable<Response> {
        auto const agent = agent_of(request);
        if (!agent) co_return plain(404, {});
        auto query = signature_of(request);
        auto const echo = single(request, "echostr");
        if (!query || !echo) co_return plain(400, {});
        auto answer =
            intake.verify_url({request.path_parameters["corp_id"], channel, *agent, std::move(*query), {}}, *echo);
        if (answer.status == 200 && on_verified)
            on_verified({request.path_parameters["corp_id"], jobs::name_of(channel), *agent});
        co_return plain(answer.status, std::move(answer.body));
    };
}

}  // namespace

void add_callback_routes(http::Router& router, jobs::Intake& intake, OnVerified on_verified) {
    auto const add = [&](std::string_view path, jobs::CallbackChannel channel) {
        router.add(http::Method::get, path, verify(intake, channel, on_verified));
        router.add(http::Method::post, path, receive(intake, channel));
    };
    add("/wecom/{corp_id}/app/{agent_id}", jobs::CallbackChannel::app);
    add("/wecom/{corp_id}/contacts", jobs::CallbackChannel::contacts);
    add("/wecom/{corp_id}/external", jobs::CallbackChannel::external);
}

}  // namespace wescrm::server
