#include "rules/closing.hpp"

#include "../grace.hpp"
#include "customers.hpp"
#include "opportunity/opportunities.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/opportunity_closing.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;

constexpr std::size_t batch = 500;
constexpr std::size_t named = 10;  // in one message

/// An open opportunity whose stage has a limit.
struct Limited {
    OpportunityId id;
    std::string no;
    std::string name;
    EmployeeId owner;
    bool has_ear = false;  ///< the owner works here
    std::string stage;
    std::string basis;
    std::int64_t close_after = 0;
    std::int64_t warn_days = 0;
    Instant stage_entered_at;
    Instant last_touched_at;
    std::optional<Date> expected_on;
};
BOOST_DESCRIBE_STRUCT(Limited, (),
                      (id, no, name, owner, has_ear, stage, basis, close_after, warn_days, stage_entered_at,
                       last_touched_at, expected_on))

std::vector<Limited> limited_after(Context& ctx, std::int64_t after) {
    return ctx.sql().records<Limited>(
        "select p.id, p.no, p.name, p.owner_id, e.status = 'active', g.name, g.close_basis, g.close_after, "
        "s.close_warn_days, p.stage_entered_at, greatest(p.stage_entered_at, coalesce(p.last_follow_at, "
        "p.created_at)), p.expected_close_date from opportunity p join sales_stage g on g.tenant_id = p.tenant_id and "
        "g.id = p.stage_id join sales_process s on s.tenant_id = p.tenant_id and s.id = p.process_id join employee e "
        "on e.tenant_id = p.tenant_id and e.id = p.owner_id where p.tenant_id = :tenant and p.id > :after and "
        "p.status = 'open' and p.deleted_at is null and g.close_after is not null order by p.id limit :limit for "
        "update of p",
        {bind("tenant", ctx.tenant()), bind("after", after), bind("limit", batch)});
}

// The last day on which it is still kept.
std::optional<Date> due_of(Context& ctx, Limited const& one) {
    auto const count = static_cast<int>(one.close_after);
    if (one.basis == "expected")
        return one.expected_on ? std::optional{add_days(*one.expected_on, count)} : std::nullopt;
    auto const since = one.basis == "stage" ? one.stage_entered_at : one.last_touched_at;
    return add_days(ctx.zone().date(since), count);
}

using Warnings = std::map<std::pair<std::int64_t, Date>, CloseWarning>;

Warnings warnings_of(Context& ctx, std::vector<Limited> const& all) {
    auto ids = std::vector<std::int64_t>{};
    for (auto const& one : all) ids.push_back(one.id.value());
    auto known = Warnings{};
    for (auto const& [id, due, close_on, delivered] : ctx.sql().rows<std::int64_t, Date, Date, bool>(
             "select opportunity_id, due_on, close_on, delivered_at is not null from opportunity_close_warning where "
             "tenant_id = :tenant and opportunity_id = any(:ids::bigint[])",
             {bind("tenant", ctx.tenant()), bind("ids", ids)}))
        known.emplace(std::pair{id, due}, CloseWarning{close_on, delivered});
    return known;
}

struct Told {
    Limited const* record;
    Date due{};
    Date day{};  ///< through which it is kept, or after which it was closed
};

// One message for each owner about everything that this piece decided for him.
void tell(Context& ctx, std::string const& card, std::string const& key, EmployeeId to, std::vector<Told> const& told) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "count", std::to_string(told.size()), allocator);
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& one : told) {
        if (items.Size() == named) break;
        auto item = json::Value{rapidjson::kObjectType};
        json::set(item, "name", one.record->name, allocator);
        json::set(item, "stage", one.record->stage, allocator);
        json::set(item, "day_text", format_date(one.day), allocator);
        items.PushBack(std::move(item), allocator);
    }
    json::set(data, "items", std::move(items), allocator);
    json::set(data, "more", told.size() > named ? std::to_string(told.size() - named) : std::string{}, allocator);
    auto notice = operation::Notice{};
    notice.effect_key = key;
    notice.to = to;
    notice.kind = card;
    notice.data = std::move(data);
    notice.source_kind = "opportunity_run";
    ctx.outbox().tell(notice);
}

std::map<EmployeeId, std::vector<Told>> by_owner(std::vector<Told> const& all) {
    auto parts = std::map<EmployeeId, std::vector<Told>>{};
    for (auto const& one : all) parts[one.record->owner].push_back(one);
    return parts;
}

std::string key_for(Context& ctx, std::string const& what, EmployeeId owner, OpportunityId first) {
    return what + ":" + format_date(ctx.today()) + ":" + std::to_string(owner.value()) + ":" +
           std::to_string(first.value());
}

void warn(Context& ctx, std::vector<Told> const& all) {
    for (auto const& [owner, told] : by_owner(all)) {
        auto const key = key_for(ctx, "opportunity_closing", owner, told.front().record->id);
        for (auto const& one : told)
            ctx.sql().execute(
                "insert into opportunity_close_warning (tenant_id, opportunity_id, due_on, close_on, owner_id, "
                "effect_key, warned_at) values (:tenant, :id, :due, :day, :owner, :key, :now) on conflict (tenant_id, "
                "opportunity_id, due_on) do update set close_on = excluded.close_on, owner_id = excluded.owner_id, "
                "effect_key = excluded.effect_key, warned_at = excluded.warned_at",
                {bind("tenant", ctx.tenant()), bind("id", one.record->id), bind("due", one.due), bind("day", one.day),
                 bind("owner", owner), bind("key", key), bind("now", ctx.now())});
        tell(ctx, "opportunity_closing", key, owner, told);
    }
}

std::string reason_of(Limited const& one) {
    auto const since = one.basis == "stage" ? "进入" : one.basis == "idle" ? "最后跟进" : "预计成交日期";
    return "系统自动输单：「" + one.stage + "」阶段" + since + "后超过 " + std::to_string(one.close_after) + " 天";
}

void close(Context& ctx, std::vector<Told> const& all) {
    auto closed = std::vector<Told>{};
    for (auto const& one : all) {
        auto const done = operation::under_savepoint(ctx.sql(), [&]() -> Result<void> {
            auto const locked = Opportunities{ctx}.lock(one.record->id);
            if (!locked || locked->status != "open") return Error{Errc::conflict, "closed"};
            return close_stalled(ctx, one.record->id, *locked, reason_of(*one.record));
        });
        if (done)
            closed.push_back(one);
        else
            log::warning("opportunity_not_closed", {{"tenant", ctx.tenant().value()}, {"id", one.record->id.value()}});
    }
    for (auto const& [owner, told] : by_owner(closed))
        tell(ctx, "opportunity_closed", key_for(ctx, "opportunity_closed", owner, told.front().record->id), owner,
             told);
}

void note_close_deliveries(Context& ctx) {
    ctx.sql().execute(
        "update opportunity_close_warning w set delivered_at = o.sent_at from outbox o where w.tenant_id = :tenant "
        "and w.delivered_at is null and o.tenant_id = :tenant and o.effect_key = w.effect_key and o.state = 2 and "
        "o.sent_at is not null",
        {bind("tenant", ctx.tenant())});
}

void go_on(Context& ctx, std::int64_t after) {
    auto next = operation::Timer{"opportunity_closing", "opportunity_run", after, ctx.now()};
    next.grace = work_grace;
    ctx.timers().schedule(next);
}

Result<void> on_closing(Context& ctx, operation::Timer const& timer) {
    auto const all = limited_after(ctx, timer.ref_id);
    auto const known = warnings_of(ctx, all);
    auto to_warn = std::vector<Told>{};
    auto to_close = to_warn;
    for (auto const& one : all) {
        auto const due = due_of(ctx, one);
        if (!due || !one.has_ear) continue;  // with nobody to tell it stays
        auto const warning = known.find({one.id.value(), *due});
        auto const what =
            decide_closing(*due, static_cast<int>(one.warn_days),
                           warning == known.end() ? std::nullopt : std::optional{warning->second}, ctx.today());
        if (what.action == CloseAction::close) to_close.push_back({&one, *due, what.close_on});
        if (what.action == CloseAction::warn || what.action == CloseAction::warn_again)
            to_warn.push_back({&one, *due, what.close_on});
    }
    warn(ctx, to_warn);
    close(ctx, to_close);
    if (all.size() == batch) go_on(ctx, all.back().id.value());
    return {};
}

}  // namespace

void begin_closing_run(Context& ctx) {
    note_close_deliveries(ctx);
    if (ctx.sql().value<int>("select 1 from sales_stage where tenant_id = :tenant and close_after is not null and "
                             "deleted_at is null limit 1",
                             {bind("tenant", ctx.tenant())}))
        go_on(ctx, 0);
}

std::map<std::string, TradeTimerHandler> opportunity_timer_handlers() { return {{"opportunity_closing", on_closing}}; }

}  // namespace wescrm::sales
