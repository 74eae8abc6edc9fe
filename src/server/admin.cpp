#include "admin.hpp"

#include <wescrm/base/json.hpp>

#include <memory>

namespace wescrm::server {
namespace {

using http::Request;
using http::Response;

constexpr auto largest_jump = days{3'660};

Response readiness_of(AdminPorts::Readiness const& state, bool is_web) {
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    auto const add = [&](char const* name, bool value) { json::set(document, name, json::Value{value}, allocator); };
    add("intake", state.intake);
    add("web", state.database && state.schema);
    add("schema", state.schema);
    add("draining", state.draining);
    auto const is_ready = !state.draining && (is_web ? state.database && state.schema : state.intake);
    return Response::json(is_ready ? 200 : 503, json::write(document));
}

std::optional<Instant> target_of(json::Value const& body, Instant now) {
    if (auto const text = json::find_string(body, "now")) return parse_rfc3339(*text);
    if (auto const step = json::find_integer(body, "advance_seconds"))
        if (*step >= 0 && *step <= std::chrono::duration_cast<seconds>(largest_jump).count())
            return now + seconds{*step};
    return std::nullopt;
}

http::Handler clock_handler(ControllableClock& clock, std::shared_ptr<AdminPorts const> ports) {
    return [&clock, ports](Request& request) -> asio::awaitable<Response> {
        auto const body = json::parse(request.body);
        if (!body) co_return http::problem(400, "json", "a JSON object is expected");
        auto const target = target_of(*body, clock.now());
        if (!target || *target > clock.now() + largest_jump)
            co_return http::problem(
                422, "clock", "expected {\"now\":\"RFC3339\"} or {\"advance_seconds\":N}, at most ten years ahead");
        if (*target < clock.now() - seconds{1}) co_return http::problem(409, "clock", "the clock only moves forward");
        co_await ports->move_clock(*target);
        auto answer = json::Document{rapidjson::kObjectType};
        json::set(answer, "now", format_rfc3339(clock.now()), answer.GetAllocator());
        co_return Response::json(200, json::write(answer));
    };
}

}  // namespace

void add_admin_routes(http::Router& router, Metrics& metrics, AdminPorts ports, ControllableClock* clock) {
    auto const shared = std::make_shared<AdminPorts const>(std::move(ports));
    router.add(http::Method::get, "/healthz",
               [](Request&) -> asio::awaitable<Response> { co_return Response::text(200, "ok"); });
    router.add(http::Method::get, "/readyz", [shared](Request& request) -> asio::awaitable<Response> {
        co_return readiness_of(shared->readiness(), request.query.find("role") == "web");
    });
    router.add(http::Method::get, "/metrics", [shared, &metrics](Request&) -> asio::awaitable<Response> {
        shared->collect(metrics);
        auto response = Response::text(200, metrics.expose());
        response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        co_return response;
    });
    if (!clock) return;
    router.add(http::Method::put, "/clock", clock_handler(*clock, shared));
    router.add(http::Method::get, "/clock", [clock](Request&) -> asio::awaitable<Response> {
        co_return Response::json(200, "{\"now\":\"" + format_rfc3339(clock->now()) + "\"}");
    });
}

}  // namespace wescrm::server
