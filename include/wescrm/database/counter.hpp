#pragma once
#include <wescrm/database/session.hpp>

#include <cstdint>
#include <string_view>

namespace wescrm::database {

/// The next value of the counter `name` of the company whose transaction `sql` is; the first is 1. It is counted at
/// once, in a transaction of its own, so that nobody who counts waits for this one to end; if this one is rolled back,
/// the value stays unused. A session that only stands before another one (a test's) counts within the transaction.
/// Counts `by` at once; the answer is the last of these values. Throws SqlError.
[[nodiscard]] std::int64_t count_up(Session& sql, std::string_view name, std::int64_t by = 1);

}  // namespace wescrm::database
