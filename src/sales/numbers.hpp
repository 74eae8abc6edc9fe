#pragma once
#include "rules/numbering.hpp"

#include <wescrm/operation/context.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::sales {

/// The company's rule for records of this kind, or what holds until it has one.
[[nodiscard]] NumberingRule numbering_of(operation::Context& ctx, std::string_view object);
/// Numbers of today that nobody else gets.
[[nodiscard]] std::vector<std::string> next_numbers(operation::Context& ctx, std::string_view object,
                                                    std::int64_t count);
[[nodiscard]] std::string next_number(operation::Context& ctx, std::string_view object);

}  // namespace wescrm::sales
