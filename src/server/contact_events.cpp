#include "contact_events.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/scrm/corp_tags.hpp>

namespace wescrm::server {
namespace {

// Coming into the app's range or leaving it is a change of the member as far as we can see him.
wecom::Callback as_member_change(wecom::Callback callback) {
    if (!std::holds_alternative<wecom::VisibilityChange>(callback.content)) return callback;
    auto change = wecom::MemberChange{};
    change.kind = wecom::MemberChange::Kind::updated;
    change.user = UserId{callback.from};
    callback.content = std::move(change);
    return callback;
}

// Outside the app's visible range WeCom tells us nothing (60011, 60123): as if the event had not come.
bool is_out_of_sight(Error const& error) { return error.code == Errc::forbidden; }

Async<org::ContactChange> read(ContactEvents events, TenantId tenant, wecom::Callback event) {
    auto account = events.companies.account(tenant, jobs::CallbackChannel::app);
    if (!account) co_return account.error();
    auto source = org::WecomContacts{events.client, std::move(*account), 0};
    auto change = co_await org::read_change(events.db, tenant, source, std::move(event));
    co_return change;
}

// An Error would fit into std::any as well, so the alternative is named.
Result<std::any> refused(Error error) { return {boost::system::in_place_error, std::move(error)}; }

Async<std::any> prepare(ContactEvents events, TenantId tenant, Bytes message) {
    auto callback = wecom::parse_callback(message);
    if (!callback) co_return refused(callback.error());
    auto change = co_await read(events, tenant, as_member_change(std::move(*callback)));
    if (!change && is_out_of_sight(change.error())) co_return Result<std::any>{};
    if (!change) co_return refused(change.error());
    co_return std::any{std::move(*change)};
}

}  // namespace

jobs::InboxHandlers contact_handlers(ContactEvents events) {
    auto handler = jobs::InboxHandler{};
    handler.prepare = [events](jobs::InboxItem const& item) { return prepare(events, item.tenant, item.message); };
    handler.handle = [limits = events.limits](operation::Context& ctx, jobs::InboxItem const& item) -> Result<void> {
        auto const* change = std::any_cast<org::ContactChange>(&item.prepared);
        if (!change) return {};
        return org::apply_change(ctx, *change, limits);
    };
    auto handlers = jobs::InboxHandlers{};
    for (auto const* kind : {"event.change_contact", "event.subscribe", "event.unsubscribe"})
        handlers.emplace(kind, handler);
    auto tags = jobs::InboxHandler{};
    tags.handle = [](operation::Context& ctx, jobs::InboxItem const& item) -> Result<void> {
        auto const callback = wecom::parse_callback(item.message);
        return callback ? scrm::note_corp_tag(ctx, *callback) : Result<void>{};
    };
    handlers.emplace("event.change_external_tag", tags);
    return handlers;
}

asio::awaitable<void> read_again(ContactEvents events, Clock const& clock, operation::Services const& services,
                                 TenantId tenant, UserId user) {
    auto event = wecom::Callback{};
    event.from = user.value();
    event.content = wecom::VisibilityChange{};
    auto change = co_await read(events, tenant, as_member_change(std::move(event)));
    if (!change) {
        log::info("employee_not_read", {{"tenant", tenant.value()}, {"reason", change.error().reason}});
        co_return;
    }
    auto job = [tenant, &clock, &services, &change, limits = events.limits](database::Session& sql) -> Result<int> {
        auto ctx =
            operation::Context{sql, operation::system_actor(tenant, operation::Channel::sync), clock.now(), services};
        auto const applied = org::apply_change(ctx, *change, limits);
        if (!applied) return applied.error();
        return 0;
    };
    auto const done = co_await events.db.run(database::Pool::worker, database::Scope::of(tenant), std::move(job));
    if (!done) log::info("employee_not_merged", {{"tenant", tenant.value()}, {"reason", done.error().reason}});
}

}  // namespace wescrm::server
