#pragma once
#include <wescrm/operation/context.hpp>

#include <functional>
#include <map>
#include <string>

namespace wescrm::sales {

using FieldTimerHandler = std::function<Result<void>(operation::Context&, operation::Timer const&)>;
/// field_purge: what was filled into a deleted field goes after 30 days.
[[nodiscard]] std::map<std::string, FieldTimerHandler> field_timer_handlers();

}  // namespace wescrm::sales
