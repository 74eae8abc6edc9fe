#pragma once
#include "stored.hpp"

#include <functional>
#include <string>

namespace wescrm::org::rules {

/// What a change is about, for people: how it is here, and how it is in WeCom. Only what differs.
struct Sides {
    std::string before;  ///< "" for something new
    std::string after;
};

using NameOf = std::function<std::string(std::int64_t department)>;

[[nodiscard]] Sides sides_of(StoredEmployee const* stored, StoredEmployee const& wanted, NameOf const& name_of);
[[nodiscard]] Sides sides_of(StoredDepartment const* stored, StoredDepartment const& wanted, NameOf const& name_of);

}  // namespace wescrm::org::rules
