#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/ids.hpp>

#include <string>
#include <vector>

namespace wescrm::sales {

/// tag.*, customer.tag.
void add_tag_operations(operation::Catalogue& catalogue);

[[nodiscard]] std::vector<std::string> tags_of(operation::Context& ctx, CustomerId customer);
/// Takes back a change of tags; `before` is {"tags": [names]}.
Result<void> put_tags_back(operation::Context& ctx, CustomerId customer, json::Value const& before);

}  // namespace wescrm::sales
