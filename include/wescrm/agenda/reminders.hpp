#pragma once
#include <wescrm/operation/context.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::agenda {

/// Fires what became due, inside a transaction of the system actor of the company. Firing twice says it once (effect
/// keys), and what was completed, moved or deleted meanwhile says nothing.
using TimerHandler = std::function<Result<void>(operation::Context&, operation::Timer const&)>;

struct ReminderConfig {
    std::size_t digest_batch = 200;  ///< people whose morning digest is written in one transaction
    std::size_t digest_lines = 5;    ///< of each part of a digest; the rest is a number
};

/// By kind: task_reminder (ref task), next_contact (ref followup, customer, opportunity or lead),
/// stage_reminder (ref opportunity), morning_digest (ref
/// tenant). What else became due for the same person and kind within ten minutes is said in the same message, and its
/// timers are marked fired. Beyond a person's budget of the day it waits for his next morning digest.
[[nodiscard]] std::map<std::string, TimerHandler> timer_handlers(ReminderConfig const& config = {});
/// The kinds that belong to a moment: missed ones are told together.
[[nodiscard]] std::vector<std::string> missable_kinds();

/// Sets the timer of the company's next morning digest, whoever gets it first.
void schedule_morning(operation::Context& ctx);

/// Timers of these kinds that were missed while the server was down, as one digest for each person.
[[nodiscard]] Result<void> tell_missed(operation::Context& ctx, std::vector<operation::Timer> const& missed);

/// The hours in which nobody is disturbed by what he did not ask for at that time; over midnight if `from` is later.
struct QuietHours {
    seconds from{21 * 3600};
    seconds to{8 * 3600};
};
/// When something may be said that should be said at `at`: at once, or at the end of the quiet hours.
[[nodiscard]] Instant after_quiet_hours(Instant at, std::optional<QuietHours> const& quiet, Zone const& zone);

/// The same, and not on a day on which the company does not work: then when the quiet hours of the next working day
/// end, or at 09:00 if there are none.
[[nodiscard]] Instant after_rest(Instant at, std::optional<QuietHours> const& quiet, Zone const& zone,
                                 std::function<bool(Date)> const& is_working);
/// "08:30"; nullopt if it is not of that form.
[[nodiscard]] std::optional<seconds> time_of_day(std::string_view text);

/// "" within a quarter of an hour, else how late it is: "晚了 40 分钟", "晚了 3 小时", "晚了 2 天".
[[nodiscard]] std::string lateness(Instant due, Instant now);
/// Tomorrow at 09:00 of the company's calendar.
[[nodiscard]] Instant tomorrow_morning(Instant now, Zone const& zone);

}  // namespace wescrm::agenda
