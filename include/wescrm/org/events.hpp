#pragma once
#include <wescrm/database/database.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/org/contact_source.hpp>
#include <wescrm/wecom/callback.hpp>

#include <optional>
#include <vector>

namespace wescrm::org {

/// A change_contact event with what WeCom says about the entity now. Copyable.
struct ContactChange {
    wecom::Callback event;
    std::optional<wecom::ApiMember> member;
    std::vector<wecom::ApiDepartment>
        departments;       ///< parents first: the department of the event, or unknown ones of the member
    bool is_gone = false;  ///< WeCom says that the entity does not exist
};

/// The prepare step, outside of every transaction: the event is a hint, so the entity is read again, and unknown
/// departments with their parents. unavailable: try again later; forbidden: outside the app's range.
Async<ContactChange> read_change(database::Database& db, TenantId tenant, ContactSource& source, wecom::Callback event);

struct EventLimits {
    int departures = 20;  ///< more people than this …
    minutes within{10};   ///< … leaving in this time wait for the full sync and its guard
};

/// Merges the change; idempotent. To be called in the transaction that marks the event done.
Result<void> apply_change(operation::Context& ctx, ContactChange const& change, EventLimits const& limits = {});

}  // namespace wescrm::org
