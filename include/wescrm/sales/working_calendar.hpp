#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/operation/context.hpp>

#include <functional>

namespace wescrm::sales {

/// Whether the company works on that day: its own calendar before the official one. Reads the calendar once.
[[nodiscard]] std::function<bool(Date)> working_calendar(operation::Context& ctx);

}  // namespace wescrm::sales
