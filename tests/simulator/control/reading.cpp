#include "control/control.hpp"
#include "protocol/json_out.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator::control {
namespace {

constexpr auto longest_wait = std::chrono::milliseconds{60'000};
constexpr auto heartbeat = std::chrono::seconds{15};

struct Filter {
    std::string corp;
    std::string agent;
    std::string user;
    std::string kind;
    std::string from;
    std::uint64_t since = 0;          ///< id
    std::uint64_t changed_since = 0;  ///< change number
    std::size_t limit = 200;

    explicit Filter(http::Request const& request)
        : corp{query(request, "corp")},
          agent{query(request, "agent")},
          user{text::to_lower(query(request, "user"))},
          kind{query(request, "kind")},
          from{query(request, "from")},
          since{static_cast<std::uint64_t>(std::max<std::int64_t>(0, query_number(request, "since", 0)))},
          changed_since{
              static_cast<std::uint64_t>(std::max<std::int64_t>(0, query_number(request, "changed_since", 0)))},
          limit{static_cast<std::size_t>(std::clamp<std::int64_t>(query_number(request, "limit", 200), 1, 10'000))} {}

    [[nodiscard]] bool fits(ChatMessage const& m) const {
        return m.id > since && m.changed > changed_since && (corp.empty() || corp == m.corp_id) &&
               (agent.empty() || agent == std::to_string(m.agent_id)) &&
               (user.empty() || user == text::to_lower(m.user_id)) &&
               (kind.empty() || kind == m.kind || kind == m.card_type) &&
               (from.empty() || (from == "app") == m.from_app);
    }
    [[nodiscard]] bool fits(Delivery const& d) const {
        return d.id > since && d.changed > changed_since && (corp.empty() || corp == d.corp_id) &&
               (user.empty() || user == text::to_lower(d.user_id)) && (kind.empty() || kind == d.kind);
    }
    [[nodiscard]] bool is_of_corp(Delivery const& d) const { return corp.empty() || corp == d.corp_id; }
    [[nodiscard]] bool fits(ApiCall const& c) const {
        return c.id > since && (corp.empty() || corp == c.corp_id) && (kind.empty() || kind == c.api);
    }
};

/// The records that fit, in order. With tail=1 the last ones instead of the first.
template <class T>
std::vector<T const*> select(Journal<T>& journal, Filter const& filter, bool is_tail) {
    auto found = std::vector<T const*>{};
    if (is_tail) {
        for (auto at = journal.end(); at != journal.begin() && found.size() < filter.limit;) {
            if (filter.fits(*--at)) found.push_back(&*at);
        }
        std::ranges::reverse(found);
        return found;
    }
    auto const skip = filter.since < journal.first_id() ? 0 : filter.since - journal.first_id() + 1;
    if (skip >= journal.size()) return found;
    for (auto at = journal.begin() + static_cast<std::ptrdiff_t>(skip); at != journal.end(); ++at) {
        if (filter.fits(*at)) found.push_back(&*at);
        if (found.size() == filter.limit) break;
    }
    return found;
}

std::string whole(ChatMessage const& message, bool) { return to_json(message); }
std::string whole(ApiCall const& call, bool) { return to_json(call); }
/// `with_xml`: with the text that was encrypted.
std::string whole(Delivery const& delivery, bool with_xml) {
    auto text = to_json(delivery);
    if (!with_xml) return text;
    auto out = JsonOut{};
    out.text(delivery.xml);
    text.back() = ',';
    return text + "\"xml\":" + out.take() + "}";
}

/// Answers at once if there are `at_least` records, else when they arrive or the time is over.
template <class T>
asio::awaitable<http::Response> list(Control& control, Journal<T>& journal, http::Request& request) {
    auto const filter = Filter{request};
    auto const is_tail = query(request, "tail") == "1";
    auto const at_least = static_cast<std::size_t>(std::max<std::int64_t>(1, query_number(request, "at_least", 1)));
    auto const wait = std::min(longest_wait, std::chrono::milliseconds{query_number(request, "wait_ms", 0)});
    auto const deadline = std::chrono::steady_clock::now() + wait;
    auto found = select(journal, filter, is_tail);
    while (found.size() < at_least && std::chrono::steady_clock::now() < deadline) {
        co_await control.world.news.wait_until(deadline);
        found = select(journal, filter, is_tail);
    }
    auto out = JsonOut{};
    out.object().array("items");
    for (auto const* record : found) out.raw(whole(*record, query(request, "xml") == "1"));
    out.end_array().id("last_id", journal.last_id()).id("changes", control.world.changes).end();
    co_return http::Response::json(200, out.take());
}

void write_reading_latency(JsonOut& out, std::string_view name, Latencies const& latencies) {
    out.object(name).number("count", std::ssize(latencies.values)).real("p50", latencies.percentile(0.5));
    out.real("p90", latencies.percentile(0.9)).real("p99", latencies.percentile(0.99));
    out.real("p999", latencies.percentile(0.999)).real("max", latencies.percentile(1)).end();
}

http::Response stats(Control& control) {
    auto& world = control.world;
    auto calls = std::map<std::string, std::int64_t>{};
    for (auto const& call : world.calls) ++calls[call.api + " " + std::to_string(call.errcode)];
    auto states = std::map<std::string, std::int64_t>{};
    for (auto const& delivery : world.deliveries) ++states[delivery.state];
    auto waiting = std::size_t{0};
    for (auto const& [key, open] : world.pending) waiting += open.size();
    auto out = JsonOut{};
    out.object();
    write_reading_latency(out, "answer_ms", world.answer_latency);
    write_reading_latency(out, "callback_ms", world.callback_latency);
    out.object("deliveries");
    for (auto const& [state, count] : states) out.number(state, count);
    out.end().object("calls");
    for (auto const& [call, count] : calls) out.number(call, count);
    out.end().number("messages", std::ssize(world.messages)).number("dropped_messages", world.dropped_messages);
    out.number("unanswered", static_cast<std::int64_t>(waiting));
    out.number("open_deliveries", static_cast<std::int64_t>(control.deliverer.open())).end();
    return http::Response::json(200, out.take());
}

std::string state_json(Control& control) {
    auto out = JsonOut{};
    out.object().raw("clock", clock_json(control)).id("resets", control.world.resets).array("faults");
    for (auto const& fault : control.world.faults.all()) out.raw(simulator::to_json(fault));
    out.end_array().object("menus");
    for (auto const& [corp_id, corp] : control.world.corps) {
        for (auto const& [agent, app] : corp.apps) {
            out.raw(corp_id + "/" + std::to_string(agent), app.menu.empty() ? "{}" : app.menu);
        }
    }
    out.end().end();
    return out.take();
}

std::string event(std::string_view name, std::string const& data) {
    return "event: " + std::string{name} + "\ndata: " + data + "\n\n";
}

/// What changed after `seen`, as server-sent events; a record that changed several times comes once. Whoever fell
/// behind the log is told to read everything anew.
std::string changed_events(World& world, std::uint64_t seen, Filter const& filter) {
    auto& log = world.change_log;
    auto const first = std::ranges::upper_bound(log, seen, {}, &Change::number);
    if (first == log.begin() && !log.empty() && log.front().number > seen + 1 && seen != 0) {
        return event("behind", "{}");
    }
    auto out = std::string{};
    for (auto at = first; at != log.end(); ++at) {
        if (at->is_message) {
            auto const* message = world.messages.find(at->id);
            if (message == nullptr || message->changed != at->number || !filter.fits(*message)) continue;
            out += event("message", to_json(*message));
        } else {
            auto const* delivery = world.deliveries.find(at->id);
            if (delivery == nullptr || delivery->changed != at->number || !filter.is_of_corp(*delivery)) continue;
            out += event("delivery", to_json(*delivery));
        }
    }
    return out;
}

asio::awaitable<void> follow(Control& control, Filter filter, http::Stream& stream) {
    auto& world = control.world;
    auto seen = world.changes;
    auto seen_call = world.calls.last_id();
    auto state = state_json(control);
    if (!co_await stream.write("retry: 1000\n\n" + event("state", state))) co_return;
    for (;;) {
        co_await world.news.wait_until(std::chrono::steady_clock::now() + heartbeat);
        // A short breath, so that a burst goes out in one piece.
        co_await async::sleep_for(std::chrono::milliseconds{10});
        auto piece = changed_events(world, seen, filter);
        seen = world.changes;
        for (auto id = std::max(seen_call + 1, world.calls.first_id()); id <= world.calls.last_id(); ++id) {
            piece += event("call", to_json(*world.calls.find(id)));
        }
        seen_call = world.calls.last_id();
        auto now = state_json(control);
        if (now != state) piece += event("state", now);
        state = std::move(now);
        if (piece.empty()) piece = ": still here\n\n";
        if (!co_await stream.write(std::move(piece))) co_return;
    }
}

http::Response events(Control& control, http::Request const& request) {
    auto response = http::Response{};
    response.headers.set("Content-Type", "text/event-stream; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.stream = [&control, filter = Filter{request}](http::Stream& stream) {
        return follow(control, filter, stream);
    };
    return response;
}

}  // namespace

void add_reading_routes(http::Router& router, Control& control) {
    using http::Method;
    router.add(Method::get, "/sim/messages",
               [&control](http::Request& request) { return list(control, control.world.messages, request); });
    router.add(Method::get, "/sim/deliveries",
               [&control](http::Request& request) { return list(control, control.world.deliveries, request); });
    router.add(Method::get, "/sim/calls",
               [&control](http::Request& request) { return list(control, control.world.calls, request); });
    router.add(Method::get, "/sim/stats",
               [&control](http::Request&) -> asio::awaitable<http::Response> { co_return stats(control); });
    router.add(Method::delete_, "/sim/stats", [&control](http::Request&) -> asio::awaitable<http::Response> {
        control.world.answer_latency = {};
        control.world.callback_latency = {};
        control.world.pending.clear();
        co_return http::Response::json(200, "{}");
    });
    router.add(Method::get, "/sim/state", [&control](http::Request&) -> asio::awaitable<http::Response> {
        co_return http::Response::json(200, state_json(control));
    });
    router.add(Method::get, "/sim/events", [&control](http::Request& request) -> asio::awaitable<http::Response> {
        co_return events(control, request);
    });
}

}  // namespace wescrm::simulator::control
