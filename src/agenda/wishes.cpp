#include "wishes.hpp"

#include <algorithm>

// How much and when somebody is told.
namespace wescrm::agenda {
namespace {

using database::bind;

constexpr int default_budget = 20;

std::optional<QuietHours> hours_between(std::string const& from_text, std::string const& to_text) {
    auto const from = time_of_day(from_text);
    auto const to = time_of_day(to_text);
    if (!from || !to || *from == *to) return std::nullopt;
    return QuietHours{*from, *to};
}

}  // namespace

bool Manners::hears(std::string_view kind) const { return std::ranges::find(muted, kind) == muted.end(); }

Manners manners_of(operation::Context& ctx, EmployeeId who) {
    auto manners = Manners{};
    auto const row = ctx.sql().row<std::string, std::string, std::int64_t>(
        "select coalesce(w.quiet_from, t.settings ->> 'quiet_from', '21:00'), coalesce(w.quiet_to, t.settings ->> "
        "'quiet_to', '08:00'), coalesce((t.settings ->> 'reminder_budget')::bigint, :budget) from tenant t left join "
        "reminder_wish w on w.tenant_id = :tenant and w.employee_id = :who where t.id = :tenant",
        {bind("budget", default_budget), bind("tenant", ctx.tenant()), bind("who", who)});
    if (!row) return manners;
    manners.quiet = hours_between(std::get<0>(*row), std::get<1>(*row));
    manners.budget = static_cast<int>(std::get<2>(*row));
    manners.muted = ctx.sql().values<std::string>(
        "select unnest(muted) from reminder_wish where tenant_id = :tenant and employee_id = :who",
        {bind("tenant", ctx.tenant()), bind("who", who)});
    return manners;
}

CompanyMorning company_morning(operation::Context& ctx) {
    auto const row = ctx.sql().row<std::string, bool>(
        "select coalesce(settings ->> 'digest_at', '08:30'), coalesce((settings ->> 'morning_digest')::boolean, true) "
        "from tenant where id = :tenant",
        {bind("tenant", ctx.tenant())});
    return row ? CompanyMorning{std::get<0>(*row), std::get<1>(*row)} : CompanyMorning{"08:30", true};
}

bool spend(operation::Context& ctx, EmployeeId who, int budget) {
    return ctx.sql()
        .value<int>(
            "insert into reminder_budget as b (tenant_id, employee_id, day, said) select :tenant, :who, :day, 1 where "
            ":budget::int > 0 on conflict (tenant_id, employee_id, day) do update set said = b.said + 1 where b.said < "
            ":budget::int returning 1",
            {bind("tenant", ctx.tenant()), bind("who", who), bind("day", ctx.today()), bind("budget", budget)})
        .has_value();
}

void hold(operation::Context& ctx, EmployeeId who, Manners const& manners, std::vector<Reminded> const& list) {
    for (auto const& [timer, what] : list)
        ctx.sql().execute(
            "insert into reminder_held (tenant_id, employee_id, kind, ref_kind, ref_id, occurrence, due_at) values "
            "(:tenant, :who, :kind, :ref_kind, :ref, :occurrence, :due) on conflict do nothing",
            {bind("tenant", ctx.tenant()), bind("who", who), bind("kind", timer.kind), bind("ref_kind", timer.ref_kind),
             bind("ref", timer.ref_id), bind("occurrence", timer.occurrence), bind("due", timer.due)});
    auto notice = operation::Notice{};
    notice.effect_key = "reminder_budget:" + std::to_string(who.value()) + ":" + format_date(ctx.today());
    notice.to = who;
    notice.kind = "reminders_held";
    notice.data = json::Document{rapidjson::kObjectType};
    json::set(notice.data, "budget", std::to_string(manners.budget), notice.data.GetAllocator());
    notice.expires_after = hours{12};
    notice.not_before = after_quiet_hours(ctx.now(), manners.quiet, ctx.zone());
    ctx.outbox().tell(notice);
}

std::vector<Reminded> take_held(operation::Context& ctx, EmployeeId who) {
    auto taken = std::vector<Reminded>{};
    for (auto const& [kind, ref_kind, ref, occurrence, due] :
         ctx.sql().rows<std::string, std::string, std::int64_t, int, Instant>(
             "delete from reminder_held where tenant_id = :tenant and employee_id = :who returning kind, ref_kind, "
             "ref_id, occurrence, due_at",
             {bind("tenant", ctx.tenant()), bind("who", who)})) {
        auto timer = operation::Timer{kind, ref_kind, ref, due};
        timer.occurrence = occurrence;
        auto what = reminding_of(ctx, timer);
        if (what && what->to == who) taken.push_back({std::move(timer), std::move(*what)});
    }
    std::ranges::sort(taken, {}, [](Reminded const& one) { return one.timer.due; });
    return taken;
}

}  // namespace wescrm::agenda
