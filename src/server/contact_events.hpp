#pragma once
#include <wescrm/jobs/inbox_item.hpp>
#include <wescrm/org/events.hpp>
#include <wescrm/wecom/client.hpp>

namespace wescrm::server {

/// What contact events work with. The references outlive the handlers.
struct ContactEvents {
    database::Database& db;
    jobs::Companies const& companies;
    wecom::Client& client;
    org::EventLimits limits;
};

/// The handlers of change_contact, subscribe and unsubscribe: the event is a hint, so WeCom is asked before the
/// transaction, and what it says is merged inside.
[[nodiscard]] jobs::InboxHandlers contact_handlers(ContactEvents events);

/// Reads one employee again and merges what WeCom says, outside of any callback: after a message to him was refused
/// as unknown.
asio::awaitable<void> read_again(ContactEvents events, Clock const& clock, operation::Services const& services,
                                 TenantId tenant, UserId user);

}  // namespace wescrm::server
