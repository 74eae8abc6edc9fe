#pragma once
#include <wescrm/operation/context.hpp>

#include <functional>
#include <map>
#include <string>

namespace wescrm::agenda {

/// Fires what became due, inside a transaction of the system actor of the company. Firing twice says it once (effect
/// keys), and what was completed, moved or deleted meanwhile says nothing.
using TimerHandler = std::function<Result<void>(operation::Context&, operation::Timer const&)>;

/// By kind: task_reminder (ref task), next_contact (ref followup or customer).
[[nodiscard]] std::map<std::string, TimerHandler> timer_handlers();

/// "" within a quarter of an hour, else how late it is: "晚了 40 分钟", "晚了 3 小时", "晚了 2 天".
[[nodiscard]] std::string lateness(Instant due, Instant now);
/// Tomorrow at 09:00 of the company's calendar.
[[nodiscard]] Instant tomorrow_morning(Instant now, Zone const& zone);

}  // namespace wescrm::agenda
