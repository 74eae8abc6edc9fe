#pragma once
#include <wescrm/operation/context.hpp>

#include <map>
#include <set>
#include <string>

namespace wescrm::sales {

/// What a stage can require of opportunities, as the company calls it: "amount_fen", "custom.key" → 商机金额. What its
/// form hides is not among it.
[[nodiscard]] std::map<std::string, std::string> needable_fields(operation::Context& ctx);
/// The company's own ones that the form does not ask for, with these values of the others: {"custom.key"}.
[[nodiscard]] std::set<std::string> unasked_fields(operation::Context& ctx, json::Value const& values);

}  // namespace wescrm::sales
