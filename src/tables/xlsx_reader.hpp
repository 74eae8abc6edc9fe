#pragma once
#include <wescrm/tables/read.hpp>

namespace wescrm::tables {

[[nodiscard]] Result<void> read_xlsx(std::string_view file, Limits const& limits, EachRow const& each);

}  // namespace wescrm::tables
