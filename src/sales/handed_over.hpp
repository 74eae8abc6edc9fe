#pragma once
#include <wescrm/operation/handover.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::sales {

/// One record or several of a kind that went from one person to another.
struct OwnerChange {
    std::string_view object;
    std::string_view kind;  ///< of the event: transfer, handover
    EmployeeId from;
    EmployeeId to;
    std::string reason;
};
/// An ownership event each, with the departments that both belong to now.
void append_owner_change(operation::Context& ctx, OwnerChange const& change, std::vector<std::int64_t> const& ids);

/// Writes that records of `object` went from a leaver to somebody else: an ownership event each.
void append_handed_over(operation::Context& ctx, std::string_view object, operation::Handover const& handover,
                        std::vector<std::int64_t> const& ids);
/// And an audit entry each, "<object>.handover".
void audit_handed_over(operation::Context& ctx, std::string_view object, operation::Handover const& handover,
                       std::vector<std::int64_t> const& ids);

}  // namespace wescrm::sales
