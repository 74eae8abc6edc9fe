#pragma once
#include <wescrm/operation/access_scope.hpp>

#include <cstdint>
#include <string_view>

namespace wescrm::operation {

/// What AccessScope::rows(kind, Power::read, alias) says, for rows that hang on this one customer. Where its owner
/// decides for all of them, which is so nearly always, the answer is "true" or "false", and the statement that takes it
/// is far quicker planned and run.
[[nodiscard]] Predicate rows_of_customer(database::Session& sql, Actor const& actor, AccessScope const& scope,
                                         std::string_view kind, std::string_view alias, std::int64_t customer);

}  // namespace wescrm::operation
