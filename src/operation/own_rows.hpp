#pragma once
#include "access_kinds.hpp"

#include <string>
#include <string_view>

namespace wescrm::operation {

/// The condition that a row is the actor's own: he owns it or is in its team with write power. `customer` is the alias
/// of the customer on which it hangs. Parameters :<prefix>tenant, :<prefix>me and :<prefix>now.
[[nodiscard]] std::string is_own_row(RecordKind const& kind, std::string_view row, std::string_view customer,
                                     std::string_view prefix);

}  // namespace wescrm::operation
