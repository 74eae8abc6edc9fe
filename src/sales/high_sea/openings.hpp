#pragma once
#include "pools.hpp"

namespace wescrm::sales {

/// Counts that the actor opens a record of a pool, once a day each. conflict "view_limit" when he has opened as many
/// others today as the pool allows; its admins may open all.
Result<void> note_opening(operation::Context& ctx, PoolObject object, HighSeaId pool, std::int64_t id);

}  // namespace wescrm::sales
