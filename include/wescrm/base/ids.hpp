#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace wescrm {

/// A value that cannot be mistaken for another of the same representation.
template <class Tag, class Rep = std::string>
class StrongId {
public:
    using Representation = Rep;
    StrongId() = default;  ///< the empty id (0 or ""), which no record has
    explicit StrongId(Rep value) : value_{std::move(value)} {}
    [[nodiscard]] Rep const& value() const noexcept { return value_; }
    [[nodiscard]] bool is_empty() const noexcept { return value_ == Rep{}; }
    friend auto operator<=>(StrongId const&, StrongId const&) = default;

private:
    Rep value_{};
};

using TenantId = StrongId<struct TenantIdTag, std::int64_t>;      ///< a company on this installation
using EmployeeId = StrongId<struct EmployeeIdTag, std::int64_t>;  ///< ours; never changes
using UserId = StrongId<struct UserIdTag>;                        ///< WeCom's userid of an employee; may be renamed
using DepartmentId = StrongId<struct DepartmentIdTag, std::int64_t>;  ///< ours, not WeCom's number

}  // namespace wescrm

template <class Tag, class Rep>
struct std::hash<wescrm::StrongId<Tag, Rep>> {
    std::size_t operator()(wescrm::StrongId<Tag, Rep> const& id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
