#pragma once
#include <wescrm/operation/context.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wescrm::agenda {

/// Fires what became due, inside a transaction of the system actor of the company. Firing twice says it once (effect
/// keys), and what was completed, moved or deleted meanwhile says nothing.
using TimerHandler = std::function<Result<void>(operation::Context&, operation::Timer const&)>;

/// By kind: task_reminder (ref task), next_contact (ref followup or customer). What else became due for the same person
/// and kind within ten minutes is said in the same message, and its timers are marked fired.
[[nodiscard]] std::map<std::string, TimerHandler> timer_handlers();

/// Timers of these kinds that were missed while the server was down, as one digest for each person.
[[nodiscard]] Result<void> tell_missed(operation::Context& ctx, std::vector<operation::Timer> const& missed);

/// The hours in which nobody is disturbed by what he did not ask for at that time; over midnight if `from` is later.
struct QuietHours {
    seconds from{21 * 3600};
    seconds to{8 * 3600};
};
/// Of the company (settings quiet_from, quiet_to); nullopt if it has none.
[[nodiscard]] std::optional<QuietHours> quiet_hours(operation::Context& ctx);
/// When something may be said that should be said at `at`: at once, or at the end of the quiet hours.
[[nodiscard]] Instant after_quiet_hours(Instant at, std::optional<QuietHours> const& quiet, Zone const& zone);

/// "" within a quarter of an hour, else how late it is: "晚了 40 分钟", "晚了 3 小时", "晚了 2 天".
[[nodiscard]] std::string lateness(Instant due, Instant now);
/// Tomorrow at 09:00 of the company's calendar.
[[nodiscard]] Instant tomorrow_morning(Instant now, Zone const& zone);

}  // namespace wescrm::agenda
