#pragma once
#include <wescrm/sales/product.hpp>

#include <optional>

namespace wescrm::sales {

/// Keeps the company's words in step with its products: name and code of what was made or changed, and not any more
/// those that no product has now.
void follow_product_words(operation::Context& ctx, std::optional<Product> const& before,
                          std::optional<Product> const& after);

}  // namespace wescrm::sales
