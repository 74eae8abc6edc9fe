#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/ids.hpp>

#include <map>
#include <string>
#include <vector>

namespace wescrm::sales {

/// The names of the tags of these records ("customer", "lead", "contact", "opportunity"), as far as the actor sees them
/// and his roles do not hide tags of such records from him. He sees the records: that is not asked again.
[[nodiscard]] std::map<std::int64_t, std::vector<std::string>> tag_names_of(operation::Context& ctx,
                                                                            std::string const& object,
                                                                            std::vector<std::int64_t> const& ids);

}  // namespace wescrm::sales
