#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/wecom/client.hpp>

// When is what tried again? Rules without clock, chance or I/O; `jitter` is a number from 0 to 1 that the caller drew.
namespace wescrm::jobs {

enum class InboxState : std::int16_t { ready = 0, running = 1, done = 2, retry = 3, dead = 4, ignored = 5 };
enum class OutboxState : std::int16_t {
    ready = 0,
    sending = 1,
    sent = 2,
    retry = 3,
    dead = 4,
    expired = 5,
    cancelled = 6,
    uncertain = 7,
    held = 8
};
[[nodiscard]] std::string_view name_of(InboxState state) noexcept;
[[nodiscard]] std::string_view name_of(OutboxState state) noexcept;

/// Why handling an incoming message did not succeed.
enum class FailureClass {
    transient,  ///< the database or WeCom hiccuped
    blocked,    ///< a limit or an open breaker: waiting is all there is to do
    permanent,  ///< repeating cannot help; the handler has answered the person
    bug         ///< an exception
};
[[nodiscard]] FailureClass class_of(Error const& error) noexcept;

struct InboxDecision {
    InboxState next = InboxState::dead;
    microseconds wait{0};
    bool counts = true;  ///< whether this try counts as an attempt
};
/// `attempts`: including the one that just failed. `age`: since the message came in. Who waits for an answer (chat, cards) gets it, or
/// a polite failure, within 10 s; events are tried for a day.
[[nodiscard]] InboxDecision after_failure(FailureClass failure, bool someone_waits, int attempts, microseconds age, double jitter);

/// What a lost worker (process gone, lease over) means for the message it had claimed.
enum class CrashDecision { again, alone, last_chance, dead };
/// `crashes`: including this one. The first may have hit a bystander that was claimed but not begun, so it does not count against the
/// message; afterwards it is claimed only when its handling begins, then alone, and before it is given up alone once more on a node that
/// has been up for a while: where processes are killed again and again, being under way each time proves nothing.
[[nodiscard]] CrashDecision after_crash(int crashes) noexcept;

/// What WeCom's answer to a send means for the message.
enum class SendClass { sent, not_sent, busy, token, rate, concurrency, configuration, recipient, payload, media, unknown, unnamed };
/// `is_card_update`: an update consumes a response code once, so "already used" (60140) counts as sent.
[[nodiscard]] SendClass class_of_answer(wecom::ErrorClass failure, int errcode, bool is_card_update) noexcept;

struct SendDecision {
    OutboxState next = OutboxState::dead;
    microseconds wait{0};
};
/// `tries`: including the one that just failed. rate and concurrency pause the interface, not the message: see Pauses.
[[nodiscard]] SendDecision after_refusal(SendClass failure, int tries, double jitter);

/// What makes repeating a message harmless.
struct BodyTraits {
    bool is_card_update = false;
    bool is_interactive_card = false;    ///< has a task_id, unique per app
    seconds duplicate_check{0};          ///< WeCom drops byte-identical repeats within this time; 0: it does not
};
[[nodiscard]] BodyTraits traits_of(std::string_view endpoint, std::string_view body);

/// After a send of which nobody knows whether WeCom took it. `priority` 1 (approval) is repeated once outside of every window: losing an
/// approval is worse than seeing it twice.
[[nodiscard]] SendDecision after_unknown(BodyTraits const& traits, int priority, int tries, microseconds since_first_try, double jitter);

/// 45009: the pause of (company, interface). `count`: refusals within five minutes, including this one. 60 s; until the next full hour;
/// until midnight in Shanghai.
[[nodiscard]] microseconds rate_pause(int count, Instant now);

/// How a timer that fires late is treated.
enum class Lateness { on_time, late, missed };
[[nodiscard]] Lateness lateness_of(Instant due, microseconds grace, Instant now) noexcept;

}  // namespace wescrm::jobs
