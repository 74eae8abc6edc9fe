#include "signal.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/jobs/outbox_sender.hpp>

#include <algorithm>

// One message: whether it may go now, its sending, and what WeCom's answer means for it.
namespace wescrm::jobs {

using Steady = std::chrono::steady_clock;

namespace {

double draw() { return static_cast<double>(static_cast<unsigned char>(random_bytes(1).front())) / 255.0; }

bool names_recipient(wecom::Answer const& answer, char const* member) {
    return answer.body.IsObject() && json::find_string(answer.body, member).value_or("") != "";
}

}  // namespace

asio::awaitable<wecom::Answer> WecomSender::send(OutboxItem const& item) {
    auto account = companies_.account(item.tenant, item.app_id);
    if (!account) {
        // A company that was added a moment ago is read soon; one without credentials waits for its administrator.
        auto const is_known = companies_.find(item.tenant) != nullptr;
        auto answer = wecom::Answer{};
        answer.failure = is_known ? wecom::ErrorClass::configuration : wecom::ErrorClass::not_sent;
        answer.message = is_known ? "no credentials" : "the company is not known here yet";
        co_return answer;
    }
    co_return co_await client_.post(std::move(*account), item.endpoint, item.body);
}

// Limits, pauses and breakers say "later", not "no".
std::optional<Instant> OutboxSender::must_wait_until(OutboxItem const& item, AppState& app) {
    auto const now = clock_.now();
    auto at = rates_.free_at(item.tenant.value(), item.lane, item.endpoint, now);
    if (auto const pause = app.paused.find(item.endpoint); pause != app.paused.end()) {
        if (pause->second <= now)
            app.paused.erase(pause);
        else
            at = std::max(at, pause->second);
    }
    if (at > now) return at;
    auto const steady = Steady::now();
    if (app.breaker.allow(steady)) return std::nullopt;
    return now + std::chrono::ceil<microseconds>(app.breaker.opens_until(steady) - steady) + milliseconds{100};
}

asio::awaitable<OutboxSender::Outcome> OutboxSender::deliver(OutboxItem item) {
    auto outcome = Outcome{item.tenant, item.id, item.claim, OutboxState::expired, clock_.now(), true, 0, {}, {}, {}};
    if (item.expires_at <= clock_.now()) co_return outcome;
    auto& app = state_of(item.tenant);
    auto const later = buckets_.owns(item.tenant) ? must_wait_until(item, app) : std::optional<Instant>{clock_.now()};
    if (later) {
        outcome.state = OutboxState::retry;
        outcome.not_before = *later;
        outcome.counts = false;
        co_return outcome;
    }
    rates_.count(item.tenant.value(), item.lane, item.endpoint, clock_.now());
    auto answer = co_await sender_.send(item);
    if (class_of_answer(answer.failure, answer.errcode, false) == SendClass::media && hooks_.refresh_media) {
        auto fresh = co_await hooks_.refresh_media(item);
        if (fresh) {
            item.body = std::move(*fresh);
            answer = co_await sender_.send(item);
        }
    }
    co_return judge(item, answer, app);
}

OutboxSender::Outcome OutboxSender::judge(OutboxItem const& item, wecom::Answer const& answer, AppState& app) {
    auto const now = clock_.now();
    auto outcome = Outcome{item.tenant, item.id, item.claim,     OutboxState::sent,
                           now,         true,    answer.errcode, text::truncate_bytes(answer.message, 500),
                           {},          {}};
    auto const traits = traits_of(item.endpoint, item.body);
    auto const klass = class_of_answer(answer.failure, answer.errcode, traits.is_card_update);
    auto const is_outage = klass == SendClass::not_sent || klass == SendClass::unknown || klass == SendClass::busy;
    if (is_outage)
        app.breaker.failed(Steady::now());
    else
        app.breaker.succeeded(Steady::now());
    if (klass == SendClass::sent) {
        ++metrics_.sent;
        if (probed_.erase({item.tenant, item.app_id}) > 0)
            loops_->start(release_held(item.tenant, item.app_id), "outbox_release");
        outcome.message.clear();
        if (answer.body.IsObject()) {
            outcome.wecom_id = json::find_string(answer.body, "msgid").value_or("");
            outcome.response_code = json::find_string(answer.body, "response_code").value_or("");
        }
        // Sent to nobody: the person is not in the visible range, or has no licence.
        if (names_recipient(answer, "invaliduser") || names_recipient(answer, "unlicenseduser")) {
            outcome.state = OutboxState::dead;
            outcome.message = names_recipient(answer, "invaliduser") ? "invaliduser" : "unlicenseduser";
            if (hooks_.on_recipient_unknown) hooks_.on_recipient_unknown(item.tenant, item.recipient);
        }
        return outcome;
    }
    auto const decision = klass == SendClass::unknown
                              ? after_unknown(traits, item.priority, item.attempts, now - item.first_try_at, draw())
                              : after_refusal(klass, item.attempts, draw());
    outcome.state = decision.next;
    outcome.not_before = now + decision.wait;
    if (klass == SendClass::rate || klass == SendClass::concurrency) note_pause(klass, item, app, outcome);
    if (klass == SendClass::recipient && hooks_.on_recipient_unknown)
        hooks_.on_recipient_unknown(item.tenant, item.recipient);
    if (outcome.state == OutboxState::held && hooks_.on_configuration)
        hooks_.on_configuration(item.tenant, item.app_id, answer.errcode);
    if (outcome.state == OutboxState::uncertain) ++metrics_.uncertain;
    if (outcome.state == OutboxState::dead)
        log::error("outbox_dead", {{"id", item.id}, {"errcode", answer.errcode}, {"endpoint", item.endpoint}});
    return outcome;
}

void OutboxSender::note_pause(SendClass failure, OutboxItem const& item, AppState& app, Outcome& outcome) {
    auto const now = clock_.now();
    if (failure == SendClass::concurrency) {
        app.limit = std::max<std::size_t>(1, app.limit / 2);
        app.raise_at = now + minutes{1};
        return;
    }
    std::erase_if(app.refusals, [now](Instant at) { return at < now - minutes{5}; });
    app.refusals.push_back(now);
    auto const until = now + rate_pause(static_cast<int>(app.refusals.size()), now);
    app.paused[item.endpoint] = until;
    outcome.not_before = until;
    outcome.counts = false;
    log::warning("wecom_rate_pause",
                 {{"tenant", item.tenant.value()}, {"endpoint", item.endpoint}, {"until", format_rfc3339(until)}});
}

}  // namespace wescrm::jobs
