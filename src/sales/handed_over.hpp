#pragma once
#include <wescrm/operation/handover.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::sales {

/// Writes that records of `object` went from a leaver to somebody else: an ownership event each.
void append_handed_over(operation::Context& ctx, std::string_view object, operation::Handover const& handover,
                        std::vector<std::int64_t> const& ids);
/// And an audit entry each, "<object>.handover".
void audit_handed_over(operation::Context& ctx, std::string_view object, operation::Handover const& handover,
                       std::vector<std::int64_t> const& ids);

}  // namespace wescrm::sales
