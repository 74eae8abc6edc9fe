#pragma once
#include <string>

namespace wescrm::org {

/// SQL: the department's name with those above it, "全公司/销售部/一组".
[[nodiscard]] inline std::string full_name_of(std::string const& alias) {
    return "(select string_agg(up.name, '/' order by above.place) from unnest(" + alias +
           ".path) with ordinality above(id, place) join department up on up.tenant_id = " + alias +
           ".tenant_id and up.id = above.id)";
}

}  // namespace wescrm::org
