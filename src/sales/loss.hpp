#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::sales {

/// A record that went from one person to another.
struct Loss {
    std::string_view object;  ///< "customer"
    std::string_view title;   ///< 客户
    std::int64_t id = 0;
    std::string name;
    EmployeeId from;  ///< empty: nobody had it
    EmployeeId to;
    std::string reason;
    std::int64_t version = 0;  ///< after the change: the notice is sent once for it
};
/// Tells the former owner who has it now, unless he did it himself.
void tell_loss(operation::Context& ctx, Loss const& loss);

}  // namespace wescrm::sales
