#pragma once
#include <optional>

#include "characters.hpp"

#include <wescrm/language/entities.hpp>

namespace wescrm::language {

struct FoundTime {
    EntityValue value;
    std::size_t end = 0;
    bool is_deadline = false;  ///< 之前, 以内, 截止
};

/// A date, moment, period or duration that begins at `at`.
[[nodiscard]] std::optional<FoundTime> parse_time(Characters const& text, std::size_t at, Reference const& reference);

}  // namespace wescrm::language
