#include "control/control.hpp"
#include "protocol/json_out.hpp"
#include "protocol/xml.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <random>

namespace wescrm::simulator::control {
namespace {

struct Plan {
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::int64_t per_second = 100;
    std::int64_t seconds = 10;
    std::int64_t users = 100;
    std::int64_t wait_seconds = 30;  ///< for the last answers
    std::uint64_t seed = 1;
    std::vector<std::string> texts;
};

std::optional<Plan> read_plan(World& world, json::Document const& body) {
    auto plan = Plan{};
    plan.corp_id = json::find_string(body, "corp_id").value_or(world.corps.empty() ? "" : world.corps.begin()->first);
    auto* corp = world.find_corp(plan.corp_id);
    if (corp == nullptr || corp->apps.empty() || corp->members.empty()) return std::nullopt;
    plan.agent_id = json::find_integer(body, "agent_id").value_or(corp->apps.begin()->first);
    if (world.find_app(plan.corp_id, plan.agent_id) == nullptr) return std::nullopt;
    plan.per_second = std::clamp<std::int64_t>(json::find_integer(body, "per_second").value_or(100), 1, 5000);
    plan.seconds = std::clamp<std::int64_t>(json::find_integer(body, "seconds").value_or(10), 1, 86'400);
    plan.users =
        std::clamp<std::int64_t>(json::find_integer(body, "users").value_or(100), 1, std::ssize(corp->members));
    plan.wait_seconds = std::clamp<std::int64_t>(json::find_integer(body, "wait_seconds").value_or(30), 0, 600);
    plan.seed = static_cast<std::uint64_t>(json::find_integer(body, "seed").value_or(1));
    if (auto const* texts = json::find(body, "texts"); texts != nullptr && texts->IsArray()) {
        for (auto const& text : texts->GetArray()) {
            if (text.IsString()) plan.texts.emplace_back(json::view(text));
        }
    }
    if (plan.texts.empty()) plan.texts = {"今天有什么要做"};
    return plan;
}

/// Serial numbers go on over runs, so that answers of an earlier run are not counted for a later one.
std::uint64_t& last_serial() {
    static auto last = std::uint64_t{0};
    return last;
}

std::uint64_t push_one(Control& control, Plan const& plan, Member const& member, std::string const& text,
                       std::string const& serial) {
    auto& world = control.world;
    auto const content = text::replace_all(text, "{serial}", serial);
    auto out = XmlOut{};
    out.open("xml").text("ToUserName", plan.corp_id).text("FromUserName", member.user_id);
    out.number("CreateTime", unix_seconds(world.now())).text("MsgType", "text").text("Content", content);
    out.number("MsgId", static_cast<std::int64_t>(world.next_msg_id++)).number("AgentID", plan.agent_id).close("xml");
    auto delivery = Delivery{};
    delivery.corp_id = plan.corp_id;
    delivery.target = "app/" + std::to_string(plan.agent_id);
    delivery.user_id = member.user_id;
    delivery.kind = "text";
    delivery.detail = content;
    delivery.serial = serial;
    delivery.xml = std::move(out).take();
    return control.deliverer.push(std::move(delivery)).value_or(0);
}

struct Run {
    std::vector<std::string> serials;
    std::vector<std::uint64_t> deliveries;
    double seconds = 0;
};

asio::awaitable<void> drive(Control& control, Plan const& plan, Run& run) {
    auto users = std::vector<Member const*>{};
    for (auto const& [key, member] : control.world.corps.at(plan.corp_id).members) {
        if (std::ssize(users) == plan.users) break;
        users.push_back(&member);
    }
    auto random = std::mt19937_64{plan.seed};
    auto const begin = std::chrono::steady_clock::now();
    auto const total = plan.per_second * plan.seconds;
    for (auto sent = std::int64_t{0}; sent < total; ++sent) {
        auto const due = begin + std::chrono::microseconds{sent * 1'000'000 / plan.per_second};
        auto const now = std::chrono::steady_clock::now();
        if (due > now + std::chrono::milliseconds{1}) co_await async::sleep_for(due - now);
        auto const serial = "#L" + std::to_string(++last_serial());
        auto const& member = *users[static_cast<std::size_t>(sent) % users.size()];
        run.deliveries.push_back(push_one(control, plan, member, plan.texts[random() % plan.texts.size()], serial));
        run.serials.push_back(serial);
    }
    run.seconds = std::chrono::duration<double>{std::chrono::steady_clock::now() - begin}.count();
}

/// Waits until every accepted callback has its answer, or the time is over.
asio::awaitable<void> settle(Control& control, Plan const& plan, Run const& run) {
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds{plan.wait_seconds};
    auto first_open = std::size_t{0};
    while (std::chrono::steady_clock::now() < deadline) {
        while (first_open < run.serials.size() && control.world.replies_by_serial.contains(run.serials[first_open])) {
            ++first_open;
        }
        if (first_open == run.serials.size() && control.deliverer.open() == 0) co_return;
        co_await control.world.news.wait_until(
            std::min(deadline, std::chrono::steady_clock::now() + milliseconds{200}));
    }
}

void write_load_latency(JsonOut& out, std::string_view name, Latencies const& latencies) {
    out.object(name).number("count", std::ssize(latencies.values)).real("p50", latencies.percentile(0.5));
    out.real("p90", latencies.percentile(0.9)).real("p99", latencies.percentile(0.99));
    out.real("p999", latencies.percentile(0.999)).real("max", latencies.percentile(1)).end();
}

std::string report(Control& control, Plan const& plan, Run const& run, bool with_ledger) {
    auto& world = control.world;
    auto accepted = std::int64_t{0};
    auto answered = std::int64_t{0};
    auto twice = std::int64_t{0};
    auto ledger = JsonOut{};
    ledger.array();
    for (std::size_t i = 0; i < run.serials.size(); ++i) {
        auto const* delivery = world.deliveries.find(run.deliveries[i]);
        auto const is_accepted = delivery != nullptr && delivery->state == "accepted";
        auto const at = world.replies_by_serial.find(run.serials[i]);
        auto const replies = at == world.replies_by_serial.end() ? 0 : at->second;
        accepted += is_accepted ? 1 : 0;
        answered += replies > 0 ? 1 : 0;
        twice += replies > 1 ? 1 : 0;
        if (!with_ledger && is_accepted && replies == 1) continue;
        ledger.object().text("serial", run.serials[i]).text("user_id", delivery == nullptr ? "" : delivery->user_id);
        ledger.text("state", delivery == nullptr ? "forgotten" : delivery->state).number("replies", replies).end();
    }
    ledger.end_array();
    auto out = JsonOut{};
    out.object().number("sent", std::ssize(run.serials)).number("accepted", accepted).number("answered", answered);
    out.number("answered_twice", twice).number("unanswered", accepted - std::min(accepted, answered));
    out.number("dropped_by_limits", world.dropped_messages).number("wanted_per_second", plan.per_second);
    out.real("sent_per_second", static_cast<double>(run.serials.size()) / std::max(run.seconds, 0.001));
    write_load_latency(out, "callback_ms", world.callback_latency);
    write_load_latency(out, "answer_ms", world.answer_latency);
    out.raw(with_ledger ? "ledger" : "exceptions", ledger.take()).end();
    return out.take();
}

asio::awaitable<http::Response> load(Control& control, http::Request& request) {
    auto const body = read_body(request);
    auto const plan = body ? read_plan(control.world, *body) : std::nullopt;
    if (!plan) co_return refuse(422, "没有可用的企业、应用或员工");
    auto& world = control.world;
    auto const limits = world.limits;
    if (json::find_bool(*body, "lift_limits").value_or(true)) {
        world.limits.per_member_minute = 0;
        world.limits.per_member_hour = 0;
        world.limits.per_account_day = 0;
    }
    world.pending.clear();
    world.answer_latency = {};
    world.callback_latency = {};
    auto run = Run{};
    co_await drive(control, *plan, run);
    co_await settle(control, *plan, run);
    world.limits = limits;
    co_return http::Response::json(200, report(control, *plan, run, json::find_bool(*body, "ledger").value_or(false)));
}

}  // namespace

void add_load_routes(http::Router& router, Control& control) {
    router.add(http::Method::post, "/sim/load", [&control](http::Request& request) { return load(control, request); });
}

}  // namespace wescrm::simulator::control
