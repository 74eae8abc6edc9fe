#pragma once
#include <wescrm/sales/high_sea.hpp>

namespace wescrm::sales {

inline constexpr std::string_view spares_tag = "tag:";  ///< begins an exemption

/// The company's tag for such records of that name or id; invalid_input names `field`.
Result<std::int64_t> company_tag(operation::Context& ctx, PoolObject object, std::string const& named,
                                 std::string const& field);

/// Rules keep the ids of tags, so that another name changes nothing; who writes a rule may name them. invalid_input
/// names the rule whose tag is none of the company's for such records.
Result<std::vector<HighSeaRule>> with_tag_ids(operation::Context& ctx, std::vector<HighSeaRule> rules,
                                              PoolObject object);

}  // namespace wescrm::sales
