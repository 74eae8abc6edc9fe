#pragma once
#include <wescrm/base/time.hpp>

namespace wescrm::sales {

/// How long after its time a timer of the company's own work (night runs, closing, tags by rule) is still fired by
/// itself.
inline constexpr auto work_grace = minutes{7 * 24 * 60};

}  // namespace wescrm::sales
