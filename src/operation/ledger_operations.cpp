#include "access_kinds.hpp"
#include "named_objects.hpp"
#include "own_operations.hpp"

#include <wescrm/operation/audit_seal.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/paging.hpp>

#include <algorithm>
#include <array>

// The two ledgers that everybody writes and nobody edits: the audit log and the pushes.
namespace wescrm::operation {
namespace {

using database::bind;
using LedgerId = StrongId<struct LedgerIdTag, std::int64_t>;

struct ListAudit {
    std::optional<std::string> object;
    std::optional<LedgerId> object_id;
    std::optional<UserId> user_id;
    std::optional<std::string> action;
    std::optional<Date> from;
    std::optional<Date> to;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListAudit, (), (object, object_id, user_id, action, from, to, sort, limit, cursor))
std::vector<FieldRule> field_rules(ListAudit const*) {
    return {{"limit", "每页条数", {.min = 1, .max = 200}}, {"cursor", "翻页位置", {.max_length = 2'000}}};
}

struct AuditRow {
    LedgerId id;
    Instant at;
    std::optional<UserId> user_id;
    std::string user_name;
    std::string via;
    std::string request_id;
    std::string object;
    LedgerId object_id;
    std::string action;
    std::string before;
    std::string after;
    std::string reason;
    std::string object_name;
    std::string name_then;
    std::string client;
    std::string agent;
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(AuditRow, (),
                      (id, at, user_id, user_name, via, request_id, object, object_id, action, before, after, reason,
                       object_name, name_then, client, agent, sort_key))

struct AuditItem {
    LedgerId id;
    Instant at;
    std::optional<UserId> user_id;  ///< null: the system
    std::string user_name;
    std::string via;
    std::string request_id;
    std::string object;
    LedgerId object_id;
    std::string action;
    json::Document before;
    json::Document after;
    std::string reason;
    std::string object_name;  ///< what the record is called now, or was called when it is gone; empty if it has no name
    std::string name_then;    ///< what it was called at that time, if otherwise
    std::string client;       ///< the address somebody came from; of a chat WeCom's message id
    std::string agent;        ///< his program
};
BOOST_DESCRIBE_STRUCT(AuditItem, (),
                      (id, at, user_id, user_name, via, request_id, object, object_id, action, before, after, reason,
                       object_name, name_then, client, agent))

struct AuditPage {
    std::vector<AuditItem> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(AuditPage, (), (items, next_cursor))

json::Document document_of(std::string const& text) {
    auto parsed = text.empty() ? Result<json::Document>{json::Document{}} : json::parse(text);
    return parsed ? std::move(*parsed) : json::Document{};
}

AuditItem item_of(AuditRow&& row) {
    auto item = AuditItem{};
    item.id = row.id;
    item.at = row.at;
    item.user_id = row.user_id;
    item.user_name = row.user_name;
    item.via = row.via;
    item.request_id = row.request_id;
    item.object = row.object;
    item.object_id = row.object_id;
    item.action = row.action;
    item.before = document_of(row.before);
    item.after = document_of(row.after);
    item.reason = row.reason;
    item.object_name = row.object_name;
    // Who may not see the name of today may not see the one before.
    if (!row.object_name.empty() && row.name_then != row.object_name) item.name_then = row.name_then;
    item.client = row.client;
    item.agent = row.agent;
    return item;
}

std::string name_of_object(bool is_administrator) {
    // Of those that are gone, the name they had.
    auto sql = std::string{"coalesce(case a.object"};
    auto known = std::string{};
    for (auto const& [object, table, column, is_owned] : named_objects()) {
        if (is_owned && !is_administrator) continue;
        sql.append(" when '").append(object).append("' then (select x.").append(column).append(" from ").append(table);
        sql.append(" x where x.tenant_id = a.tenant_id and x.id = a.object_id)");
        known.append(known.empty() ? "'" : ", '").append(object).append("'");
    }
    return sql + " end, case when a.object in (" + known + ") then a.object_name end, '')";
}

// The bounds of days of the company's calendar, both inclusive, as instants.
void bind_days(Context const& ctx, std::optional<Date> from, std::optional<Date> to, database::Params& params) {
    params.add(bind("from", from ? std::optional{ctx.zone().start_of(*from)} : std::optional<Instant>{}));
    params.add(bind("to", to ? std::optional{ctx.zone().start_of(add_days(*to, 1))} : std::optional<Instant>{}));
}

Result<AuditPage> list_audit(Context& ctx, ListAudit const& input) {
    auto const paging =
        Paging::from(input.sort, input.limit, input.cursor, {{"at", "a.at", "timestamptz"}}, "-at", "a.id");
    if (!paging) return paging.error();
    auto const after = paging->after();
    auto params =
        database::Params{bind("tenant", ctx.tenant()), bind("object", input.object), bind("object_id", input.object_id),
                         bind("user", input.user_id), bind("action", input.action)};
    bind_days(ctx, input.from, input.to, params);
    params.add(after.params);
    auto rows = ctx.sql().records<AuditRow>(
        "select a.id, a.at, e.user_id, coalesce(e.name, '系统'), a.via, a.request_id, a.object, a.object_id, a.action, "
        "coalesce(a.before::text, ''), coalesce(a.after::text, ''), a.reason, " +
            name_of_object(ctx.actor().is_administrator) + ", a.object_name, a.client, a.agent, " +
            paging->key_column() +
            " from audit_log a left join employee e on e.tenant_id = a.tenant_id and e.id = a.actor_id where "
            "a.tenant_id = :tenant "
            "and (:object::text is null or a.object = :object) and (:object_id::bigint is null or a.object_id = "
            ":object_id) "
            "and (:user::text is null or e.user_id = :user) and (:action::text is null or a.action = :action) "
            "and (:from::timestamptz is null or a.at >= :from) and (:to::timestamptz is null or a.at < :to)" +
            after.sql + paging->order(),
        params);
    auto page = AuditPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(item_of(std::move(row)));
    return page;
}

struct RecordHistory {
    std::string object;
    LedgerId object_id;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(RecordHistory, (), (object, object_id, limit, cursor))

void take_hidden(Actor const& actor, std::string const& object, json::Value& values, std::string const& prefix,
                 json::Allocator& allocator) {
    if (!values.IsObject()) return;
    auto hidden = std::vector<std::string>{};
    for (auto& member : values.GetObject()) {
        auto const field = prefix + std::string{json::view(member.name)};
        if (field == "custom") take_hidden(actor, object, member.value, "custom.", allocator);
        if (is_hidden(actor, object, field))
            hidden.emplace_back(json::view(member.name));
        else if (is_masked_by_role(actor, object, field, false) && !member.value.IsNull())
            member.value = json::make_string("***", allocator);
    }
    for (auto const& name : hidden) values.RemoveMember(name.c_str());
}

bool is_common_seen(Context& ctx, CommonKind const& kind, std::int64_t id) {
    auto const column = std::string{kind.is_of_customer ? "customer_id" : "id"};
    auto const found = ctx.sql().value<std::int64_t>(
        "select " + column + " from " + std::string{kind.table} + " where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!found) return false;
    return kind.is_of_customer ? ctx.scope().allows("customer", Power::read, *found) : ctx.may(kind.permission);
}

// Nothing if there is no such kind of record.
std::optional<bool> is_seen(Context& ctx, std::string const& object, std::int64_t id) {
    auto const& kinds = record_kinds();
    if (std::any_of(kinds.begin(), kinds.end(), [&](auto const& kind) { return kind.name == object; }))
        return ctx.scope().allows(object, Power::read, id);
    if (auto const* kind = common_kind(object)) return is_common_seen(ctx, *kind, id);
    return std::nullopt;
}

// The changes of one record for whoever sees it; fields that are hidden from him are left out.
Result<AuditPage> show_history(Context& ctx, RecordHistory const& input) {
    auto const seen = is_seen(ctx, input.object, input.object_id.value());
    if (!seen) return invalid_field("object", "没有这类记录");
    if (!*seen) return Error{Errc::not_found, input.object};
    auto all = ListAudit{};
    all.object = input.object;
    all.object_id = input.object_id;
    all.limit = input.limit;
    all.cursor = input.cursor;
    auto page = list_audit(ctx, all);
    if (!page || ctx.actor().is_administrator) return page;
    for (auto& item : page->items)
        for (auto* values : {&item.before, &item.after})
            take_hidden(ctx.actor(), input.object, *values, {}, values->GetAllocator());
    return page;
}

enum class PushState { queued, sent, failed, dead, merged, cancelled };
BOOST_DESCRIBE_ENUM(PushState, queued, sent, failed, dead, merged, cancelled)

struct ListNotifications {
    std::optional<UserId> user_id;
    std::optional<std::string> kind;
    std::optional<std::string> object;
    std::optional<LedgerId> object_id;
    std::optional<PushState> state;
    std::optional<Date> from;
    std::optional<Date> to;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListNotifications, (), (user_id, kind, object, object_id, state, from, to, sort, limit, cursor))
std::vector<FieldRule> field_rules(ListNotifications const*) {
    return {{"limit", "每页条数", {.min = 1, .max = 200}}, {"cursor", "翻页位置", {.max_length = 2'000}}};
}

struct PushRow {
    LedgerId id;
    UserId user_id;
    std::string kind;
    std::string object;
    LedgerId object_id;
    std::string state;
    Instant created_at;
    Instant due_at;
    std::optional<Instant> sent_at;
    std::optional<std::int64_t> errcode;
    std::optional<std::string> msgid;
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(PushRow, (),
                      (id, user_id, kind, object, object_id, state, created_at, due_at, sent_at, errcode, msgid,
                       sort_key))

struct Push {
    LedgerId id;
    UserId user_id;
    std::string kind;
    std::string object;
    LedgerId object_id;
    std::string state;
    Instant created_at;
    Instant due_at;
    std::optional<Instant> sent_at;
    std::optional<std::int64_t> errcode;
    std::optional<std::string> msgid;
};
BOOST_DESCRIBE_STRUCT(Push, (),
                      (id, user_id, kind, object, object_id, state, created_at, due_at, sent_at, errcode, msgid))

struct PushPage {
    std::vector<Push> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PushPage, (), (items, next_cursor))

constexpr std::string_view state_word =
    "case o.state when 2 then 'sent' when 3 then 'failed' when 4 then 'dead' when 5 then 'dead' when 6 then "
    "'cancelled' "
    "when 7 then 'failed' when 9 then 'merged' else 'queued' end";

std::optional<std::string> word_of(std::optional<PushState> state) {
    if (!state) return std::nullopt;
    return std::string{detail::enumerators<PushState>.at(static_cast<std::size_t>(*state)).name};
}

// Everybody sees what was sent to him; the pushes of others need a permission.
Result<PushPage> list_notifications(Context& ctx, ListNotifications const& input) {
    auto const paging =
        Paging::from(input.sort, input.limit, input.cursor,
                     {{"created_at", "o.created_at", "timestamptz"}, {"due_at", "o.not_before", "timestamptz"}},
                     "-created_at", "o.id");
    if (!paging) return paging.error();
    auto const after = paging->after();
    auto params = database::Params{bind("tenant", ctx.tenant()),       bind("all", ctx.may("notification.view")),
                                   bind("me", ctx.actor().employee),   bind("user", input.user_id),
                                   bind("kind", input.kind),           bind("object", input.object),
                                   bind("object_id", input.object_id), bind("state", word_of(input.state))};
    bind_days(ctx, input.from, input.to, params);
    params.add(after.params);
    auto const word = std::string{state_word};
    auto rows = ctx.sql().records<PushRow>(
        "select o.id, o.recipient, o.kind, o.source_kind, o.source_id, " + word +
            ", o.created_at, o.not_before, o.sent_at, o.errcode, "
            "o.wecom_msgid, " +
            paging->key_column() +
            " from outbox o where o.tenant_id = :tenant and (:all::boolean or o.employee_id = :me) "
            "and (:user::text is null or o.recipient = :user) and (:kind::text is null or o.kind = :kind) "
            "and (:object::text is null or o.source_kind = :object) and (:object_id::bigint is null or o.source_id = "
            ":object_id) "
            "and (:state::text is null or " +
            word +
            " = :state) and (:from::timestamptz is null or o.created_at >= :from) "
            "and (:to::timestamptz is null or o.created_at < :to)" +
            after.sql + paging->order(),
        params);
    auto page = PushPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows)
        page.items.push_back({row.id, row.user_id, row.kind, row.object, row.object_id, row.state, row.created_at,
                              row.due_at, row.sent_at, row.errcode, row.msgid});
    return page;
}

struct VerifyAudit {
    std::optional<Date> from;
    std::optional<Date> to;
};
BOOST_DESCRIBE_STRUCT(VerifyAudit, (), (from, to))

Result<AuditVerification> verify(Context& ctx, VerifyAudit const& input) {
    return verify_audit(ctx, input.from, input.to);
}

constexpr Operation<ListAudit, AuditPage> audit_list{"audit.list",  "操作日志", "audit.view",
                                                     Effect::reads, list_audit, {"GET", "/audit-log"}};
constexpr Operation<VerifyAudit, AuditVerification> audit_verify{
    "audit.verify", "校验操作日志", "audit.view", Effect::reads, verify, {"GET", "/audit-log/verification"}};
constexpr Operation<RecordHistory, AuditPage> record_history{
    "record.history", "记录的操作日志", "self",
    Effect::reads,    show_history,     {"GET", "/records/{object}/{object_id}/history"}};
constexpr Operation<ListNotifications, PushPage> notification_list{
    "notification.list", "推送记录", "self", Effect::reads, list_notifications, {"GET", "/notifications"}};

}  // namespace

void add_ledgers(Catalogue& catalogue) {
    catalogue.add(audit_list);
    catalogue.add(audit_verify);
    catalogue.add(record_history);
    catalogue.add(notification_list);
}

}  // namespace wescrm::operation
