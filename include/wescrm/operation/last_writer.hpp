#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/context.hpp>

namespace wescrm::operation {

/// A stale version's error with who wrote the record last, when, and what, as the audit log has it: "…（王伟 10:20 修改了
/// 级别、电话）". Other errors, and records of which nothing is logged, stay as they are. Fields that the actor's
/// roles hide are not named.
[[nodiscard]] Error with_last_writer(Context& ctx, Catalogue const& catalogue, Entry const& entry,
                                     json::Value const& input, Error error);

}  // namespace wescrm::operation
