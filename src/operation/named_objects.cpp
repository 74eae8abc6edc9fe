#include "named_objects.hpp"

#include <algorithm>
#include <array>

namespace wescrm::operation {
namespace {

constexpr auto all = std::to_array<NamedObject>({{"employee", "employee", "name"},
                                                 {"department", "department", "name"},
                                                 {"role", "role", "name"},
                                                 {"user_group", "user_group", "name"},
                                                 {"api_key", "api_key", "name"},
                                                 {"tag", "tag", "name"},
                                                 {"tag_group", "tag_group", "name"},
                                                 {"high_sea", "high_sea", "name"},
                                                 {"sales_process", "sales_process", "name"},
                                                 {"product", "product", "name"},
                                                 {"price_book", "price_book", "name"},
                                                 {"lead", "lead", "name", true},
                                                 {"customer", "customer", "name", true},
                                                 {"contact", "contact", "name", true},
                                                 {"opportunity", "opportunity", "name", true},
                                                 {"quote", "quote", "no", true},
                                                 {"contract", "contract", "no", true},
                                                 {"order", "sales_order", "no", true},
                                                 {"payment", "payment", "no", true},
                                                 {"invoice", "invoice", "no", true}});

}  // namespace

std::span<NamedObject const> named_objects() { return all; }

std::string sql_name_of(std::string_view object, std::string_view id) {
    auto const found = std::ranges::find(all, object, &NamedObject::object);
    if (found == all.end()) return "''";
    auto sql = std::string{"coalesce((select x."};
    sql.append(found->column).append(" from ").append(found->table);
    return sql.append(" x where x.tenant_id = :tenant and x.id = ").append(id).append("), '')");
}

}  // namespace wescrm::operation
