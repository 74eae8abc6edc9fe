#include "arrival.hpp"
#include "signal.hpp"

#include <wescrm/async/offload.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/intake.hpp>
#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/wecom/callback.hpp>

#include <algorithm>

// One callback: whether it is ours, what it carries, and what WeCom is answered.
namespace wescrm::jobs {

using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

CallbackAnswer Intake::verify_url(CallbackRequest const& request, std::string_view echo) const {
    auto const company = companies_.find(request.corp_id);
    auto const* app = company ? company->app(request.channel, request.agent_id) : nullptr;
    if (!app) return {companies_.is_complete() ? 404 : 503, "unknown", "", ""};
    if (!wecom::is_well_formed(request.query) || echo.empty()) return {400, "malformed", "", ""};
    auto opened = wecom::open(app->keys_at(clock_.now()), request.query, echo, company->corp_id);
    if (!opened) return {403, "forbidden", "", ""};
    return {200, "verified", "", std::move(*opened)};
}

asio::awaitable<CallbackAnswer> Intake::accept(CallbackRequest request) {
    auto const began = Steady::now();
    auto answered = CallbackAnswer{503, "overloaded", "", ""};
    try {
        answered = co_await answer(std::move(request));
    } catch (std::exception const& e) {
        log::error("callback_failed", {{"error", e.what()}});
    }
    if (answered.status == 503) ++metrics_.refused;
    if (metrics_.on_callback)
        metrics_.on_callback(answered.kind, answered.result,
                             std::chrono::duration<double>(Steady::now() - began).count());
    co_return answered;
}

asio::awaitable<CallbackAnswer> Intake::answer(CallbackRequest request) {
    auto const company = companies_.find(request.corp_id);
    auto const* app = company ? company->app(request.channel, request.agent_id) : nullptr;
    if (!app) co_return CallbackAnswer{companies_.is_complete() ? 404 : 503, "unknown", "", ""};
    if (!wecom::is_well_formed(request.query)) co_return CallbackAnswer{400, "malformed", "", ""};
    auto const encrypted = wecom::encrypted_in(request.body);
    if (!encrypted) co_return CallbackAnswer{400, "malformed", "", ""};
    auto opened = wecom::open(app->keys_at(clock_.now()), request.query, *encrypted, company->corp_id);
    if (!opened) co_return CallbackAnswer{403, "forbidden", "", ""};
    if (company->is_disabled) co_return CallbackAnswer{200, "disabled", "", ""};

    auto arrival = arrival_from(*company, request, std::move(*opened));
    auto kind = arrival.kind;
    auto const outcome = co_await stored(std::move(arrival));
    switch (outcome) {
        case Stored::fresh:
            co_return CallbackAnswer{200, "stored", std::move(kind), ""};
        case Stored::duplicate:
            co_return CallbackAnswer{200, "duplicate", std::move(kind), ""};
        case Stored::spooled:
            co_return CallbackAnswer{200, "spooled", std::move(kind), ""};
        case Stored::unstorable:
            co_return CallbackAnswer{400, "malformed", std::move(kind), ""};
        case Stored::refused:
            break;
    }
    co_return CallbackAnswer{503, "overloaded", std::move(kind), ""};
}

Arrival Intake::arrival_from(Company const& company, CallbackRequest const& request, Bytes message) const {
    auto const now = clock_.now();
    auto arrival = Arrival{};
    arrival.tenant = company.tenant;
    arrival.channel = request.channel;
    arrival.agent_id = request.channel == CallbackChannel::app ? request.agent_id : 0;
    arrival.received_at = now;
    auto const parsed = wecom::parse_callback(message);
    auto const ignore = [&arrival](char const* why) {
        arrival.state = InboxState::ignored;
        arrival.note = why;
    };
    auto day = now;
    auto said_id = std::string{};
    if (!parsed) {
        arrival.kind = "malformed";
        ignore("malformed");
    } else {
        arrival.kind = parsed->kind;
        arrival.lane = operation::lane_of(company.tenant, 0, parsed->lane);
        if (!wecom::is_fresh(parsed->created, now))
            ignore("stale");
        else if (parsed->corp_id != company.corp_id)
            ignore("foreign");
        else if (std::holds_alternative<wecom::Unknown>(parsed->content))
            ignore("unknown");
        if (wecom::is_fresh(parsed->created, now)) {
            day = parsed->created;
            if (!parsed->message_id.empty()) said_id = parsed->message_id + "/" + parsed->from;
        }
    }
    auto const channel = name_of(request.channel);
    arrival.dedupe_key = said_id.empty()
                             ? wecom::dedupe_key(company.corp_id, channel, arrival.agent_id, message)
                             : wecom::message_dedupe_key(company.corp_id, channel, arrival.agent_id, said_id);
    arrival.sealed = sealer_.seal(message, body_context(company.tenant, arrival.dedupe_key));
    arrival.msg_day = Date{std::chrono::floor<days>(day)};
    arrival.message = std::move(message);
    return arrival;
}

}  // namespace wescrm::jobs
