#pragma once
#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <wescrm/async/async.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/ids.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/operation/context.hpp>

namespace wescrm::jobs {

/// One incoming message or event, claimed by this node.
struct InboxItem {
    TenantId tenant;
    Date msg_day;
    Bytes dedupe_key;
    std::int64_t id = 0;
    CallbackChannel channel = CallbackChannel::app;
    std::int64_t agent_id = 0;
    std::int64_t lane = 0;
    std::string kind;     ///< of wecom::Callback: "text", "event.click", …
    Instant received_at;
    int attempts = 0;     ///< including this one
    std::int64_t claim = 0;
    Bytes message;        ///< decrypted, for wecom::parse_callback
    std::any prepared;    ///< what InboxHandler::prepare fetched

    // The worker's own notes.
    int crashes = 0;
    std::string effect_prefix() const { return std::to_string(id); }  ///< for effect keys: the same on every try
};

/// Lanes (conversations), each of a company: the n-th of one list belongs to the n-th of the other.
struct LaneList {
    std::vector<TenantId> tenants;
    std::vector<std::int64_t> lanes;
};

struct InboxHandler {
    /// Runs inside the transaction that marks the message done, on a database thread, under Scope::of(tenant); the context's actor is the
    /// system: a handler that acts for a person makes a Context of its own over context.sql(). A value: done. unavailable, timed_out,
    /// rate_limited: tried again later. Any other error: done without effect (answer the person instead where there is one).
    std::function<Result<void>(operation::Context&, InboxItem const&)> handle;
    /// Optional: whatever WeCom must be asked before; runs outside of every transaction and may be repeated.
    std::function<Async<std::any>(InboxItem const&)> prepare;
    /// Optional: when the message is given up, inside the transaction that marks it dead: the polite answer.
    std::function<void(operation::Context&, InboxItem const&)> give_up;
    bool someone_waits = false;  ///< chat and cards: tried for 10 s; events: for a day
};

/// By prefix of the kind; the longest that fits wins. "" takes all. A kind without handler is stored as ignored.
using InboxHandlers = std::map<std::string, InboxHandler>;
[[nodiscard]] InboxHandler const* handler_for(InboxHandlers const& handlers, std::string_view kind);

}  // namespace wescrm::jobs
