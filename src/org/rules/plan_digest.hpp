#pragma once
#include "diff.hpp"

#include <string>

namespace wescrm::org::rules {

/// Equal for two plans that do the same, whatever ids their new rows got.
[[nodiscard]] std::string digest_of(Plan const& plan);

}  // namespace wescrm::org::rules
