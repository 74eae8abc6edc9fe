#pragma once
#include <wescrm/base/ids.hpp>

#include <cstdint>
#include <string_view>

namespace wescrm::operation {

/// Work of a company belongs to one of 256 buckets and thus to one node at a time.
[[nodiscard]] inline std::int16_t bucket_of(TenantId tenant) noexcept {
    return static_cast<std::int16_t>(tenant.value() % 256);
}

/// What must keep its order runs in one lane. The same on every node: part of a SHA-256, not std::hash.
[[nodiscard]] std::int64_t lane_of(TenantId tenant, std::int64_t app, std::string_view who);

}  // namespace wescrm::operation
