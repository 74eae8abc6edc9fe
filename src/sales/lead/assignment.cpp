#include "assignment.hpp"

#include "../rules/assigning.hpp"

// Which colleague gets a new lead.
namespace wescrm::sales {
namespace {

using database::bind;

struct Rule {
    std::int64_t id = 0;
    std::string name;
    std::vector<std::string> sources, channels, provinces, cities, intended;
    std::string mode;
    std::optional<int> daily_cap;
    bool working_hours_only = false;
    std::optional<HighSeaId> fallback;
};
BOOST_DESCRIBE_STRUCT(Rule, (),
                      (id, name, sources, channels, provinces, cities, intended, mode, daily_cap, working_hours_only,
                       fallback))

AssignMode mode_from(std::string const& word) {
    if (word == "weighted") return AssignMode::weighted;
    return word == "least_open" ? AssignMode::least_open : AssignMode::round_robin;
}

bool is_working_time(operation::Context& ctx) {
    auto const at = ctx.zone().local(ctx.now());
    auto const [begins, ends] =
        ctx.sql()
            .row<std::int64_t, std::int64_t>(
                "select extract(epoch from coalesce(settings ->> 'working_from', '09:00')::interval)::bigint, "
                "extract(epoch from coalesce(settings ->> 'working_to', '18:00')::interval)::bigint from tenant where "
                "id = :tenant",
                {bind("tenant", ctx.tenant())})
            .value();
    return working_calendar(ctx)(at.date) && at.time_of_day >= seconds{begins} && at.time_of_day < seconds{ends};
}

// Locked, so that two leads at once do not both go to the one whose turn it is.
std::vector<AssignCandidate> candidates(operation::Context& ctx, std::int64_t rule) {
    (void)ctx.sql().value<int>("select 1 from lead_assignment_rule where tenant_id = :tenant and id = :rule for update",
                               {bind("tenant", ctx.tenant()), bind("rule", rule)});
    auto found = std::vector<AssignCandidate>{};
    for (auto& [id, name, weight, on_duty, given, today, open, turn] :
         ctx.sql().rows<std::int64_t, std::string, int, bool, std::int64_t, std::int64_t, std::int64_t, std::int64_t>(
             "select e.id, e.name, m.weight, m.on_duty and e.status = 'active', m.given, (select count(*) from "
             "ownership_event v where v.tenant_id = :tenant and v.to_id = e.id and v.at >= :today and v.object = "
             "'lead' and v.kind = 'assign' and v.rule_id is not null), (select count(*) from lead l where "
             "l.tenant_id = :tenant and l.owner_id = e.id and l.deleted_at is null and l.status in ('pending', "
             "'following')), row_number() over (order by m.last_given_at nulls first, m.position, e.id) from "
             "lead_assignment_member m join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id where "
             "m.tenant_id = :tenant and m.rule_id = :rule order by 8",
             {bind("tenant", ctx.tenant()), bind("rule", rule), bind("today", ctx.zone().start_of(ctx.today()))}))
        found.push_back({id, std::move(name), weight, on_duty, given, today, open, turn});
    return found;
}

Result<Assignment> fallback_of(operation::Context& ctx, std::optional<HighSeaId> const& wanted, std::string reason) {
    auto pools = Pools{ctx};
    if (wanted) {
        auto const pool = pools.find(*wanted);
        if (pool && pool->enabled) return Assignment{{}, pool->id, {}, std::move(reason)};
    }
    auto const enabled = pools.enabled(PoolObject::lead);
    if (enabled.empty()) return Error{Errc::conflict, "no_pool", "没有启用的线索池，无法放入线索"};
    return Assignment{{}, enabled.back(), {}, std::move(reason)};
}

}  // namespace

Result<Assignment> assign_by_rules(operation::Context& ctx, CreateLead const& input) {
    auto const subject =
        AssignSubject{input.source.value_or(""), input.channel.value_or(""), input.province.value_or(""),
                      input.city.value_or(""), input.intended.value_or("")};
    auto const rules = ctx.sql().records<Rule>(
        "select id, name, sources, channels, provinces, cities, intended, mode, daily_cap, working_hours_only, "
        "fallback_high_sea_id from lead_assignment_rule where tenant_id = :tenant and enabled order by position, id",
        {bind("tenant", ctx.tenant())});
    for (auto const& rule : rules) {
        if (!fits({rule.sources, rule.channels, rule.provinces, rule.cities, rule.intended}, subject)) continue;
        auto const label = "规则「" + rule.name + "」：";
        if (rule.working_hours_only && !is_working_time(ctx))
            return fallback_of(ctx, rule.fallback, label + "非工作时间，放入线索池");
        auto free = candidates(ctx, rule.id);
        std::erase_if(free, [&](auto const& one) {
            return !insist_on_room(ctx, PoolObject::lead, EmployeeId{one.id}, std::nullopt);
        });
        auto const chosen = choose(mode_from(rule.mode), free, rule.daily_cap);
        if (!chosen) return fallback_of(ctx, rule.fallback, label + "没有可分配的人，放入线索池");
        return Assignment{EmployeeId{chosen->id}, {}, rule.id, label + chosen->reason};
    }
    return fallback_of(ctx, std::nullopt, "没有适用的分配规则，放入线索池");
}

void note_assignment(operation::Context& ctx, LeadId id, Assignment const& assignment) {
    ctx.sql().execute(
        "update lead set assign_rule_id = :rule, assign_reason = :reason where tenant_id = :tenant and id "
        "= :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("rule", assignment.rule),
         bind("reason", assignment.reason)});
    if (!assignment.rule) return;
    ctx.sql().execute(
        "update lead_assignment_member set given = given + 1, last_given_at = :now where tenant_id = "
        ":tenant and rule_id = :rule and employee_id = :owner",
        {bind("tenant", ctx.tenant()), bind("rule", assignment.rule), bind("owner", assignment.owner),
         bind("now", ctx.now())});
}

}  // namespace wescrm::sales
