#pragma once
#include <wescrm/sales/followup.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::sales {

/// The table of what can be followed up.
[[nodiscard]] inline std::string_view table_of(TargetType type) {
    return type == TargetType::order ? std::string_view{"sales_order"} : boost::describe::enum_to_string(type, "");
}

}  // namespace wescrm::sales
