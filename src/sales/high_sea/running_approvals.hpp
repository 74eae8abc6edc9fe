#pragma once
#include <wescrm/operation/context.hpp>

#include <cstdint>
#include <set>
#include <vector>

namespace wescrm::sales {

/// Those of these customers about whose documents or opportunities somebody's consent is outstanding.
[[nodiscard]] std::set<std::int64_t> in_approval(operation::Context& ctx, std::vector<std::int64_t> const& customers);

}  // namespace wescrm::sales
