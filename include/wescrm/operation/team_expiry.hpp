#pragma once
#include <wescrm/operation/context.hpp>

namespace wescrm::operation {

/// Takes out of teams whose time is over, at most `most` at once, and tells them. They see nothing since their time was
/// over; this only clears the rows. Returns how many.
int remove_expired_members(Context& ctx, int most);

}  // namespace wescrm::operation
