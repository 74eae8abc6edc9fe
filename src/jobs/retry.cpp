#include <wescrm/jobs/retry.hpp>

#include <algorithm>
#include <array>
#include <span>

#include <wescrm/base/json.hpp>

namespace wescrm::jobs {
namespace {

using Waits = std::span<microseconds const>;

constexpr std::array<microseconds, 3> chat_waits{milliseconds{500}, seconds{2}, seconds{6}};
constexpr std::array<microseconds, 10> event_waits{seconds{1},  seconds{5}, seconds{30}, minutes{2}, minutes{10},
                                                   hours{1},    hours{2},   hours{4},    hours{8},   hours{8}};
constexpr std::array<microseconds, 4> bug_waits{seconds{1}, seconds{5}, seconds{30}, minutes{2}};
constexpr std::array<microseconds, 7> busy_waits{seconds{1},  seconds{3},  seconds{9}, seconds{30},
                                                 minutes{2}, minutes{10}, hours{1}};
constexpr std::array<microseconds, 3> unnamed_waits{seconds{1}, seconds{3}, seconds{9}};
constexpr auto blocked_wait = microseconds{seconds{10}};
constexpr auto longest_event_age = microseconds{hours{24}};

// ±20 %, so that what failed together does not come back together.
microseconds jittered(microseconds wait, double jitter) {
    return microseconds{static_cast<std::int64_t>(static_cast<double>(wait.count()) * (0.8 + 0.4 * std::clamp(jitter, 0.0, 1.0)))};
}

microseconds wait_at(Waits waits, int attempts, double jitter) {
    auto const at = static_cast<std::size_t>(std::max(attempts, 1) - 1);
    return jittered(waits[std::min(at, waits.size() - 1)], jitter);
}

bool is_over(Waits waits, int attempts) { return attempts > static_cast<int>(waits.size()); }

}  // namespace

std::string_view name_of(InboxState state) noexcept {
    constexpr auto names = std::array<std::string_view, 6>{"ready", "running", "done", "retry", "dead", "ignored"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view name_of(OutboxState state) noexcept {
    constexpr auto names =
        std::array<std::string_view, 9>{"ready", "sending", "sent", "retry", "dead", "expired", "cancelled", "uncertain", "held"};
    return names[static_cast<std::size_t>(state)];
}

FailureClass class_of(Error const& error) noexcept {
    switch (error.code) {
        case Errc::unavailable: return error.reason == "breaker" || error.reason == "paused" ? FailureClass::blocked : FailureClass::transient;
        case Errc::timed_out: return FailureClass::transient;
        case Errc::rate_limited: return FailureClass::blocked;
        case Errc::conflict: return error.reason == "serialization" ? FailureClass::transient : FailureClass::permanent;
        default: return FailureClass::permanent;
    }
}

InboxDecision after_failure(FailureClass failure, bool someone_waits, int attempts, microseconds age, double jitter) {
    switch (failure) {
        case FailureClass::permanent: return {InboxState::done, microseconds{0}, true};
        case FailureClass::blocked:
            if (age > longest_event_age) return {InboxState::dead, microseconds{0}, true};
            return {InboxState::retry, jittered(blocked_wait, jitter), false};
        case FailureClass::bug:
            if (is_over(bug_waits, attempts)) return {InboxState::dead, microseconds{0}, true};
            return {InboxState::retry, wait_at(someone_waits ? Waits{chat_waits} : Waits{bug_waits}, attempts, jitter), true};
        case FailureClass::transient: break;
    }
    auto const waits = someone_waits ? Waits{chat_waits} : Waits{event_waits};
    if (someone_waits ? is_over(waits, attempts) : age > longest_event_age) return {InboxState::dead, microseconds{0}, true};
    return {InboxState::retry, wait_at(waits, attempts, jitter), true};
}

CrashDecision after_crash(int crashes) noexcept {
    if (crashes <= 1) return CrashDecision::again;
    if (crashes == 2) return CrashDecision::alone;
    return crashes == 3 ? CrashDecision::last_chance : CrashDecision::dead;
}

SendClass class_of_answer(wecom::ErrorClass failure, int errcode, bool is_card_update) noexcept {
    constexpr auto response_code_used = 60140;
    constexpr auto media_id_invalid = 40007;
    if (errcode == response_code_used && is_card_update) return SendClass::sent;
    if (errcode == media_id_invalid) return SendClass::media;
    switch (failure) {
        case wecom::ErrorClass::none: return SendClass::sent;
        case wecom::ErrorClass::busy: return errcode == -1 || errcode == 6000 ? SendClass::busy : SendClass::unnamed;
        case wecom::ErrorClass::token: return SendClass::token;
        case wecom::ErrorClass::rate: return SendClass::rate;
        case wecom::ErrorClass::concurrency: return SendClass::concurrency;
        case wecom::ErrorClass::configuration: return SendClass::configuration;
        case wecom::ErrorClass::recipient: return SendClass::recipient;
        case wecom::ErrorClass::payload: return SendClass::payload;
        case wecom::ErrorClass::not_sent: return SendClass::not_sent;
        case wecom::ErrorClass::unknown: break;
    }
    return SendClass::unknown;
}

SendDecision after_refusal(SendClass failure, int tries, double jitter) {
    switch (failure) {
        case SendClass::sent: return {OutboxState::sent, microseconds{0}};
        case SendClass::not_sent:
        case SendClass::busy: return {OutboxState::retry, wait_at(busy_waits, tries, jitter)};
        case SendClass::rate: return {OutboxState::retry, microseconds{0}};
        case SendClass::concurrency: return {OutboxState::retry, jittered(milliseconds{1'500}, jitter)};
        case SendClass::token:
        case SendClass::configuration: return {OutboxState::held, microseconds{0}};
        case SendClass::media: return tries <= 1 ? SendDecision{OutboxState::retry, microseconds{0}} : SendDecision{};
        case SendClass::recipient:
        case SendClass::payload: return {OutboxState::dead, microseconds{0}};
        case SendClass::unknown:
        case SendClass::unnamed: break;
    }
    if (is_over(unnamed_waits, tries)) return {OutboxState::dead, microseconds{0}};
    return {OutboxState::retry, wait_at(unnamed_waits, tries, jitter)};
}

BodyTraits traits_of(std::string_view endpoint, std::string_view body) {
    auto traits = BodyTraits{};
    traits.is_card_update = endpoint == "message/update_template_card";
    auto const parsed = json::parse(body);
    if (!parsed) return traits;
    if (auto const* card = json::find(*parsed, "template_card"); card && card->IsObject())
        traits.is_interactive_card = json::find_string(*card, "task_id").value_or("") != "";
    if (json::find_integer(*parsed, "enable_duplicate_check").value_or(0) == 1)
        traits.duplicate_check = seconds{json::find_integer(*parsed, "duplicate_check_interval").value_or(1'800)};
    return traits;
}

SendDecision after_unknown(BodyTraits const& traits, int priority, int tries, microseconds since_first_try, double jitter) {
    auto const again = SendDecision{OutboxState::retry, wait_at(busy_waits, tries, jitter)};
    auto const is_within_check = traits.duplicate_check.count() > 0 && since_first_try + again.wait < traits.duplicate_check - seconds{60};
    if (traits.is_card_update || traits.is_interactive_card || is_within_check) return again;
    if (priority == 1 && tries <= 1) return again;
    return {OutboxState::uncertain, microseconds{0}};
}

microseconds rate_pause(int count, Instant now) {
    if (count <= 1) return seconds{60};
    if (count == 2) return std::chrono::ceil<hours>(now + microseconds{1}) - now;
    constexpr auto shanghai = hours{8};  // no daylight saving since 1991
    return std::chrono::ceil<days>(now + shanghai + microseconds{1}) - (now + shanghai);
}

Lateness lateness_of(Instant due, microseconds grace, Instant now) noexcept {
    auto const late = now - due;
    if (late <= minutes{10}) return Lateness::on_time;
    return late <= grace ? Lateness::late : Lateness::missed;
}

}  // namespace wescrm::jobs
