#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>

#include <optional>
#include <string>

// What a follow-up does to its customer, and how customers are numbered. Pure functions.
namespace wescrm::sales {

struct ContactInstants {
    std::optional<Instant> last_follow_at;
    std::optional<Instant> next_contact_at;
    friend bool operator==(ContactInstants const&, ContactInstants const&) = default;
};

/// The customer's instants after a follow-up. A plan that the follow-up fulfils (not later than it) is gone unless a
/// new one is given; one noted afterwards does not turn last_follow_at back.
[[nodiscard]] ContactInstants after_followup(ContactInstants now, Instant followed_at,
                                             std::optional<Instant> next_contact_at);

/// invalid_input naming followed_at (in the future) or next_contact_at (not after the follow-up).
[[nodiscard]] Result<void> check_followup(Instant now, Instant followed_at, std::optional<Instant> next_contact_at);

/// For 24 hours its author may change and delete a follow-up.
[[nodiscard]] bool may_author_change(Instant created_at, Instant now);

}  // namespace wescrm::sales
