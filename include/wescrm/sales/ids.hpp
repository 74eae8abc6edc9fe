#pragma once
#include <wescrm/base/ids.hpp>

namespace wescrm::sales {

using CustomerId = StrongId<struct CustomerIdTag, std::int64_t>;
using ContactId = StrongId<struct ContactIdTag, std::int64_t>;
using FollowupId = StrongId<struct FollowupIdTag, std::int64_t>;

}  // namespace wescrm::sales
