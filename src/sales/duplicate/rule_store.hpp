#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/duplicate_rule.hpp>

#include <string_view>

namespace wescrm::sales {

/// As they are stored: JSON of a list.
[[nodiscard]] std::vector<DuplicateRule> duplicate_rules_from(std::string_view stored);
/// duplicate_rule.*: list, show, change, preview, reset.
void add_duplicate_rule_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
