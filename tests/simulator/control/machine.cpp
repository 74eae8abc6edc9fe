#include "control/control.hpp"
#include "protocol/json_out.hpp"

#include <algorithm>

namespace wescrm::simulator::control {
namespace {

constexpr auto clock_time = std::chrono::milliseconds{120'000};  // the server works off what became due
constexpr auto probe_time = std::chrono::milliseconds{2'000};
constexpr auto most_steps = 48;

/// Moves our clock and the server's in steps, so that what falls due on different days does not arrive in one minute.
asio::awaitable<std::string> advance(Control& control, seconds total) {
    auto const step = std::max<seconds>(hours{1}, total / most_steps);
    for (auto left = total; left > seconds{0}; left -= step) {
        auto const part = std::min(step, left);
        control.world.clock.advance(part);
        control.world.advanced += part;
        ++control.world.changes;
        control.world.news.raise();
        if (control.config.admin.empty()) continue;
        auto request = http::ClientRequest{};
        request.method = http::Method::put;
        request.url = control.config.admin + "/clock";
        request.headers.set("Content-Type", "application/json");
        request.body = "{\"advance_seconds\":" + std::to_string(part.count()) + "}";
        request.time_limit = clock_time;
        auto const response = co_await control.client.send(std::move(request));
        if (!response) co_return "服务器的时钟没有回应：" + response.error().message;
        if (response->status != 200) co_return "服务器的时钟回应 " + std::to_string(response->status);
    }
    co_return "";
}

asio::awaitable<http::Response> put_clock(Control& control, http::Request& request) {
    auto const body = read_body(request);
    if (!body) co_return refuse(400, "请求体不是 JSON 对象");
    auto step = seconds{json::find_integer(*body, "advance_seconds").value_or(0)};
    if (auto const now = json::find_string(*body, "now")) {
        auto const wanted = parse_rfc3339(*now);
        if (!wanted) co_return refuse(422, "now 不是 RFC 3339 时间");
        step = std::chrono::ceil<seconds>(*wanted - control.world.now());
    }
    if (step < seconds{0}) co_return refuse(422, "时钟只能向前");
    auto const problem = co_await advance(control, step);
    if (!problem.empty()) co_return refuse(502, problem);
    auto out = JsonOut{};
    out.object().text("now", format_rfc3339(control.world.now())).end();
    co_return http::Response::json(200, out.take());
}

/// Whether the server answers: its admin listener when known, else anything on the listener that takes callbacks.
asio::awaitable<http::Response> server_state(Control& control) {
    auto const has_admin = !control.config.admin.empty();
    auto const& server = control.deliverer.config().server;
    auto request = http::ClientRequest{};
    request.url = has_admin ? control.config.admin + "/readyz" : server + "/";
    request.time_limit = probe_time;
    auto const response = co_await control.client.send(std::move(request));
    auto const is_ready = response && (!has_admin || response->status == 200);
    auto out = JsonOut{};
    out.object().text("server", server).text("admin", control.config.admin).flag("answers", response.has_value());
    out.flag("ready", is_ready).number("status", response ? response->status : 0).end();
    co_return http::Response::json(200, out.take());
}

http::Response faults(Control& control) {
    auto out = JsonOut{};
    out.object().array("items");
    for (auto const& fault : control.world.faults.all()) out.raw(simulator::to_json(fault));
    out.end_array().end();
    return http::Response::json(200, out.take());
}

void announce(World& world) {
    ++world.changes;
    world.news.raise();
}

http::Response add_fault(Control& control, http::Request const& request) {
    auto const body = read_body(request);
    if (!body) return refuse(400, "请求体不是 JSON 对象");
    if (auto const seed = json::find_integer(*body, "seed"))
        control.world.faults.seed(static_cast<std::uint64_t>(*seed));
    auto const fault = control.world.faults.add(*body);
    if (!fault) return refuse(422, fault.error().message);
    announce(control.world);
    return http::Response::json(201, simulator::to_json(*fault));
}

http::Response limits_json(Limits const& limits) {
    auto out = JsonOut{};
    out.object().number("token_seconds", limits.token_seconds).number("per_member_minute", limits.per_member_minute);
    out.number("per_member_hour", limits.per_member_hour).number("per_account_day", limits.per_account_day);
    out.number("calls_per_minute", limits.calls_per_minute).number("calls_per_hour", limits.calls_per_hour);
    out.number("address_per_minute", limits.address_per_minute).number("address_per_hour", limits.address_per_hour);
    out.number("wrong_secrets", limits.wrong_secrets).number("tickets_per_hour", limits.tickets_per_hour);
    out.number("corp_tickets_per_hour", limits.corp_tickets_per_hour).number("groups_per_day", limits.groups_per_day);
    out.number("group_changes_per_hour", limits.group_changes_per_hour);
    out.number("group_people_per_minute", limits.group_people_per_minute);
    out.number("group_people_per_hour", limits.group_people_per_hour);
    out.number("group_member_minute", limits.group_member_minute).number("group_member_day", limits.group_member_day);
    out.number("webhook_per_minute", limits.webhook_per_minute);
    out.number("corp_tags", limits.corp_tags).end();
    return http::Response::json(200, out.take());
}

http::Response change_limits(Control& control, http::Request const& request) {
    auto const body = read_body(request);
    if (!body) return refuse(400, "请求体不是 JSON 对象");
    auto& limits = control.world.limits;
    auto const take = [&](std::string_view name, std::int64_t& value) {
        value = json::find_integer(*body, name).value_or(value);
    };
    take("token_seconds", limits.token_seconds);
    take("per_member_minute", limits.per_member_minute);
    take("per_member_hour", limits.per_member_hour);
    take("per_account_day", limits.per_account_day);
    take("calls_per_minute", limits.calls_per_minute);
    take("calls_per_hour", limits.calls_per_hour);
    take("address_per_minute", limits.address_per_minute);
    take("address_per_hour", limits.address_per_hour);
    take("wrong_secrets", limits.wrong_secrets);
    take("tickets_per_hour", limits.tickets_per_hour);
    take("corp_tickets_per_hour", limits.corp_tickets_per_hour);
    take("groups_per_day", limits.groups_per_day);
    take("group_changes_per_hour", limits.group_changes_per_hour);
    take("group_people_per_minute", limits.group_people_per_minute);
    take("group_people_per_hour", limits.group_people_per_hour);
    take("group_member_minute", limits.group_member_minute);
    take("group_member_day", limits.group_member_day);
    take("webhook_per_minute", limits.webhook_per_minute);
    take("corp_tags", limits.corp_tags);
    if (auto const pause = json::find_integer(*body, "retry_pause_ms")) {
        control.deliverer.config().retry_pause = std::chrono::milliseconds{*pause};
    }
    return limits_json(limits);
}

asio::awaitable<http::Response> verify(Control& control, http::Request& request) {
    auto const body = read_body(request);
    if (!body) co_return refuse(400, "请求体不是 JSON 对象");
    auto const corp = request.path_parameters.at("corp");
    auto const target = json::find_string(*body, "target").value_or("contacts");
    auto const problem = co_await control.deliverer.verify(corp, target);
    auto out = JsonOut{};
    out.object().flag("ok", problem.empty()).text("problem", problem).end();
    co_return http::Response::json(200, out.take());
}

}  // namespace

std::string clock_json(Control const& control) {
    auto out = JsonOut{};
    auto const ahead = std::chrono::duration_cast<milliseconds>(control.world.advanced).count();
    out.object().number("ahead_ms", ahead).flag("forwards", !control.config.admin.empty()).end();
    return out.take();
}

void add_machine_routes(http::Router& router, Control& control) {
    using http::Method;
    using Handled = asio::awaitable<http::Response>;
    router.add(Method::get, "/sim/clock", [&control](http::Request&) -> Handled {
        auto out = JsonOut{};
        out.object().text("now", format_rfc3339(control.world.now())).end();
        co_return http::Response::json(200, out.take());
    });
    for (auto const method : {Method::put, Method::post}) {
        router.add(method, "/sim/clock", [&control](http::Request& request) { return put_clock(control, request); });
    }
    router.add(Method::get, "/sim/server", [&control](http::Request&) { return server_state(control); });
    router.add(Method::get, "/sim/faults", [&control](http::Request&) -> Handled { co_return faults(control); });
    router.add(Method::post, "/sim/faults",
               [&control](http::Request& request) -> Handled { co_return add_fault(control, request); });
    router.add(Method::delete_, "/sim/faults", [&control](http::Request&) -> Handled {
        control.world.faults.clear();
        announce(control.world);
        co_return http::Response::json(200, "{}");
    });
    router.add(Method::delete_, "/sim/faults/{id}", [&control](http::Request& request) -> Handled {
        auto const id = std::strtoull(request.path_parameters.at("id").c_str(), nullptr, 10);
        if (!control.world.faults.remove(id)) co_return refuse(404, "没有这个故障");
        announce(control.world);
        co_return http::Response::json(200, "{}");
    });
    router.add(Method::get, "/sim/limits",
               [&control](http::Request&) -> Handled { co_return limits_json(control.world.limits); });
    router.add(Method::put, "/sim/limits",
               [&control](http::Request& request) -> Handled { co_return change_limits(control, request); });
    router.add(Method::post, "/sim/tokens/invalidate", [&control](http::Request&) -> Handled {
        for (auto& [text, token] : control.world.tokens) token.expires = control.world.now();
        co_return http::Response::json(200, "{}");
    });
    router.add(Method::post, "/sim/reset", [&control](http::Request&) -> Handled {
        control.world.reset();
        co_return http::Response::json(200, "{}");
    });
    router.add(Method::post, "/sim/corps/{corp}/verify",
               [&control](http::Request& request) { return verify(control, request); });
}

}  // namespace wescrm::simulator::control
