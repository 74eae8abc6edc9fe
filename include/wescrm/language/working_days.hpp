#pragma once
#include <wescrm/base/time.hpp>

namespace wescrm::language {

/// Whether people in mainland China work on that day: by the official table where it is known, else Monday to Friday
/// without the usual holidays.
[[nodiscard]] bool is_working_day(Date day);

}  // namespace wescrm::language
