#pragma once
#include <wescrm/sales/product.hpp>

namespace wescrm::sales {

/// Every category of :tenant as (id, path); the path is the names from the top.
inline std::string const category_paths =
    "with recursive tree (id, path) as (select r.id, r.name from product_category r where r.tenant_id = :tenant and "
    "r.parent_id is null union all select b.id, t.path || '/' || b.name from tree t join product_category b on "
    "b.tenant_id "
    "= :tenant and b.parent_id = t.id) select id, path from tree";

[[nodiscard]] bool category_exists(operation::Context& ctx, ProductCategoryId id);
/// Of names from the top, "软件/基础版"; what is not there is made.
[[nodiscard]] ProductCategoryId category_by_path(operation::Context& ctx, std::string const& path);

}  // namespace wescrm::sales
