#pragma once
#include <wescrm/base/ids.hpp>

namespace wescrm::sales {

using CustomerId = StrongId<struct CustomerIdTag, std::int64_t>;
using ContactId = StrongId<struct ContactIdTag, std::int64_t>;
using FollowupId = StrongId<struct FollowupIdTag, std::int64_t>;
using HighSeaId = StrongId<struct HighSeaIdTag, std::int64_t>;
using OwnershipEventId = StrongId<struct OwnershipEventIdTag, std::int64_t>;
/// A record of some kind, where the kind stands beside it (target_type, object).
using RecordId = StrongId<struct RecordIdTag, std::int64_t>;

}  // namespace wescrm::sales
