#include "rules/consequences.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

constexpr auto clock_skew = minutes{5};
constexpr auto author_may_change_for = hours{24};

}  // namespace

ContactInstants after_followup(ContactInstants now, Instant followed_at, std::optional<Instant> next_contact_at) {
    if (!now.last_follow_at || *now.last_follow_at < followed_at) now.last_follow_at = followed_at;
    if (next_contact_at)
        now.next_contact_at = next_contact_at;
    else if (now.next_contact_at && *now.next_contact_at <= followed_at)
        now.next_contact_at.reset();
    return now;
}

Result<void> check_followup(Instant now, Instant followed_at, std::optional<Instant> next_contact_at) {
    if (followed_at > now + clock_skew)
        return invalid_field("followed_at", "跟进时间不能晚于现在；以后的安排请写在下次联系时间");
    if (next_contact_at && *next_contact_at <= now) return invalid_field("next_contact_at", "下次联系时间应晚于现在");
    return {};
}

bool may_author_change(Instant created_at, Instant now) { return now < created_at + author_may_change_for; }

}  // namespace wescrm::sales
