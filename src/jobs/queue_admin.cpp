#include <algorithm>
#include <array>
#include <charconv>

#include "arrival.hpp"

#include <wescrm/jobs/queue_admin.hpp>
#include <wescrm/jobs/retry.hpp>

namespace wescrm::jobs {

using database::bind;
using database::Blob;
using database::Session;

namespace {

constexpr std::array<std::string_view, 5> timer_states{"waiting", "fired", "cancelled", "", "dead"};

std::vector<std::string> state_names(std::string_view queue) {
    auto names = std::vector<std::string>{};
    if (queue == "inbox")
        for (auto i = 0; i <= 5; ++i) names.emplace_back(name_of(static_cast<InboxState>(i)));
    else if (queue == "outbox")
        for (auto i = 0; i <= 8; ++i) names.emplace_back(name_of(static_cast<OutboxState>(i)));
    else
        for (auto name : timer_states) names.emplace_back(name);
    return names;
}

// The numbers of the states that are wanted; those that still need somebody if none is named.
std::vector<int> wanted_states(std::string_view queue, std::string_view state) {
    if (state.empty()) {
        if (queue == "inbox") return {0, 1, 3, 4};
        if (queue == "outbox") return {0, 1, 3, 4, 5, 7, 8};
        return {0, 4};
    }
    auto const names = state_names(queue);
    auto const found = std::find(names.begin(), names.end(), state);
    if (found == names.end()) return {};
    return {static_cast<int>(found - names.begin())};
}

struct Query {
    std::string_view queue;
    std::string_view sql;
};
constexpr std::array<Query, 3> queries{{
    {"inbox", "select tenant_id, id, state, kind, attempts, coalesce(last_error, ''), received_at from inbox where (:tenant::bigint = 0 or tenant_id = "
              ":tenant) and state = any(:states::smallint[]) order by received_at desc, id desc limit :limit"},
    {"outbox", "select tenant_id, id, state, case when kind = '' then endpoint else kind end, attempts, coalesce(errcode || ' ', '') || "
               "coalesce(errmsg, ''), created_at from outbox where (:tenant::bigint = 0 or tenant_id = :tenant::bigint) and state = any(:states::smallint[]) order "
               "by created_at desc, id desc limit :limit"},
    {"timer", "select tenant_id, id, state, kind, attempts, coalesce(last_error, ''), due_at from timer where (:tenant::bigint = 0 or tenant_id = :tenant::bigint) "
              "and state = any(:states::smallint[]) and (state <> 0 or :with_future::boolean or due_at <= now()) order by due_at desc, id desc limit :limit"},
}};

struct RowId {
    std::string queue;
    std::int64_t id = 0;
};
std::optional<RowId> parse_id(std::string_view text) {
    auto const dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    auto row = RowId{std::string{text.substr(0, dash)}, 0};
    auto const digits = text.substr(dash + 1);
    auto const [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), row.id);
    if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (row.queue != "inbox" && row.queue != "outbox" && row.queue != "timer") return std::nullopt;
    return row;
}

Error no_row() { return {Errc::not_found, "queue_row", "没有这条队列记录"}; }

}  // namespace

Result<std::vector<QueueRow>> list_queue(Session& sql, QueueFilter const& filter) {
    auto rows = std::vector<QueueRow>{};
    auto is_known = false;
    for (auto const& query : queries) {
        if (!filter.queue.empty() && filter.queue != query.queue) continue;
        auto const states = wanted_states(query.queue, filter.state);
        if (states.empty()) continue;
        is_known = true;
        auto const names = state_names(query.queue);
        for (auto& [tenant, id, state, kind, attempts, error, at] :
             sql.rows<TenantId, std::int64_t, int, std::string, int, std::string, Instant>(
                 query.sql, {bind("tenant", filter.tenant), bind("states", states), bind("limit", filter.limit), bind("with_future", !filter.state.empty())}))
            rows.push_back({std::string{query.queue} + "-" + std::to_string(id), std::string{query.queue}, names[static_cast<std::size_t>(state)],
                            std::move(kind), attempts, std::move(error), at, tenant});
    }
    if (!is_known) return Error{Errc::invalid_input, "state", "没有这种状态：" + filter.state};
    return rows;
}

std::string to_json(std::vector<QueueRow> const& rows) {
    auto document = json::Document{rapidjson::kArrayType};
    auto& allocator = document.GetAllocator();
    for (auto const& row : rows) {
        auto item = json::Value{rapidjson::kObjectType};
        json::set(item, "id", row.id, allocator);
        json::set(item, "queue", row.queue, allocator);
        json::set(item, "state", row.state, allocator);
        json::set(item, "kind", row.kind, allocator);
        json::set(item, "attempts", json::Value{row.attempts}, allocator);
        if (row.error.empty()) json::set(item, "error", json::Value{rapidjson::kNullType}, allocator);
        else json::set(item, "error", row.error, allocator);
        json::set(item, "received_at", format_rfc3339(row.received_at), allocator);
        document.PushBack(item, allocator);
    }
    return json::write_pretty(document);
}

Result<std::string> show_queue_row(Session& sql, Sealer const& sealer, std::string_view id) {
    auto const row = parse_id(id);
    if (!row) return no_row();
    auto const sealed_column = row->queue == "timer" ? "" : " - 'body'";
    auto const as_json = sql.value<std::string>("select (to_jsonb(q)" + std::string{sealed_column} + ")::text from " + row->queue +
                                                    " q where id = :id limit 1",
                                                {bind("id", row->id)});
    if (!as_json) return no_row();
    auto document = json::parse(*as_json);
    if (!document) return document.error();
    auto& allocator = document->GetAllocator();
    json::set(*document, "queue", row->queue, allocator);
    auto const names = state_names(row->queue);
    auto const state = static_cast<std::size_t>(json::find_integer(*document, "state").value_or(0));
    if (state < names.size()) json::set(*document, "state", names[state], allocator);
    if (row->queue == "inbox") {
        auto const body = sql.row<TenantId, Blob, Blob>("select tenant_id, dedupe_key, body from inbox where id = :id", {bind("id", row->id)});
        if (!body) return no_row();
        auto const& [tenant, key, sealed] = *body;
        json::set(*document, "message", sealer.open(sealed.bytes, body_context(tenant, key.bytes)).value_or(""), allocator);
    }
    if (row->queue == "outbox") {
        auto const body = sql.value<Blob>("select body from outbox where id = :id", {bind("id", row->id)});
        if (body) json::set(*document, "body", body->bytes, allocator);
    }
    return json::write_pretty(*document);
}

Result<std::int64_t> retry_queue(Session& sql, std::string_view id, Instant now, TenantId tenant) {
    auto const row = parse_id(id);
    if (!id.empty() && !row) return no_row();
    auto const number = row ? row->id : 0;
    auto const all = !row;
    auto changed = std::int64_t{0};
    if (all || row->queue == "inbox")
        changed += sql.execute("update inbox set state = 0, attempts = 0, run_at = :now, last_error = 'again after: ' || coalesce(last_error, '') "
                               "where (:tenant::bigint = 0 or tenant_id = :tenant::bigint) and (:all or id = :id) and (state = 4 or (state in (3, 5) and not :all))",
                               {bind("now", now), bind("all", all), bind("id", number), bind("tenant", tenant)});
    if (all || row->queue == "outbox")
        changed += sql.execute("update outbox set state = 0, attempts = 0, not_before = :now, first_try_at = null, expires_at = greatest(expires_at, "
                               ":now::timestamptz + interval '1 day') where (:tenant::bigint = 0 or tenant_id = :tenant::bigint) and (:all or id = :id) and (state = 4 or (state in (3, 5, 7, 8) and not :all))",
                               {bind("now", now), bind("all", all), bind("id", number), bind("tenant", tenant)});
    if (all || row->queue == "timer")
        changed += sql.execute("update timer set state = 0, attempts = 0 where (:tenant::bigint = 0 or tenant_id = :tenant::bigint) and (:all or id = :id) and state = 4",
                               {bind("all", all), bind("id", number), bind("tenant", tenant)});
    if (!all && changed == 0) return no_row();
    return changed;
}

std::int64_t release_queue(Session& sql, TenantId tenant) {
    return sql.execute("update outbox set state = 3 where (:tenant::bigint = 0 or tenant_id = :tenant::bigint) and state = 8", {bind("tenant", tenant)});
}

}  // namespace wescrm::jobs
