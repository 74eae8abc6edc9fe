#include "assignment.hpp"

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>

// Which colleague gets a new lead.
namespace wescrm::sales {
namespace {

using database::bind;

AssignMode mode_from(std::string const& word) {
    auto mode = AssignMode::round_robin;
    boost::describe::enum_from_string(word.c_str(), mode);
    return mode;
}

AssignTimes times_of(StoredAssignRule const& rule) {
    auto times = AssignTimes{};
    if (rule.days == "working") times.days = AssignDays::working;
    if (rule.days == "free") times.days = AssignDays::free;
    if (rule.time_from) times.from = minute_of_day(*rule.time_from);
    if (rule.time_to) times.to = minute_of_day(*rule.time_to);
    return times;
}

// The company's working hours, as minutes of the day.
std::pair<std::int64_t, std::int64_t> working_minutes(operation::Context& ctx) {
    auto const row =
        ctx.sql()
            .row<std::int64_t, std::int64_t>(
                "select extract(epoch from coalesce(settings ->> 'working_from', '09:00')::interval)::bigint / 60, "
                "extract(epoch from coalesce(settings ->> 'working_to', '18:00')::interval)::bigint / 60 from tenant "
                "where id = :tenant",
                {bind("tenant", ctx.tenant())})
            .value();
    return {std::get<0>(row), std::get<1>(row)};
}

}  // namespace

std::string const tags_of_rule =
    "array(select coalesce(t.name, '已删除的标签') from unnest(r.tags) with ordinality u(id, place) left join tag t on "
    "t.tenant_id = r.tenant_id and t.id = u.id order by u.place)";

Assigner::Assigner(operation::Context& ctx, For purpose, Instant at, MatchWeights const& weights)
    : ctx_{ctx}, purpose_{purpose}, weights_{weights} {
    auto const local = ctx.zone().local(at);
    moment_.is_working_day = working_calendar(ctx)(local.date);
    moment_.minute = static_cast<int>(std::chrono::duration_cast<minutes>(local.time_of_day).count());
    auto const [begins, ends] = working_minutes(ctx);
    is_working_time_ = moment_.is_working_day && moment_.minute >= begins && moment_.minute < ends;
    rules_ = ctx.sql().records<StoredAssignRule>(
        "select r.id, r.name, r.sources, r.channels, r.provinces, r.cities, r.intended, " + tags_of_rule +
            ", r.mode, r.daily_cap, r.working_hours_only, r.days, r.time_from, r.time_to, r.fallback_high_sea_id from "
            "lead_assignment_rule r where r.tenant_id = :tenant and r.enabled order by r.position, r.id",
        {bind("tenant", ctx.tenant())});
}

bool Assigner::holds(StoredAssignRule const& rule, AssignSubject const& lead) const {
    return fits({rule.sources, rule.channels, rule.provinces, rule.cities, rule.intended, rule.tags}, lead) &&
           fits(times_of(rule), moment_);
}

std::vector<std::pair<StoredAssignRule, bool>> Assigner::judge(AssignSubject const& lead) {
    auto judged = std::vector<std::pair<StoredAssignRule, bool>>{};
    for (auto const& rule : rules_) judged.emplace_back(rule, holds(rule, lead));
    return judged;
}

Result<Assignment> Assigner::fallback(std::optional<HighSeaId> const& wanted, std::string reason) {
    auto pools = Pools{ctx_};
    if (wanted) {
        auto const pool = pools.find(*wanted);
        if (pool && pool->enabled) return Assignment{{}, pool->id, {}, std::move(reason)};
    }
    auto const enabled = pools.enabled(PoolObject::lead);
    if (enabled.empty()) return Error{Errc::conflict, "no_pool", "没有启用的线索池，无法放入线索"};
    return Assignment{{}, enabled.back(), {}, std::move(reason)};
}

// Locked, so that two leads at once do not both go to the one whose turn it is.
std::vector<AssignCandidate>& Assigner::candidates(std::int64_t rule) {
    auto const known = candidates_.find(rule);
    if (known != candidates_.end()) return known->second;
    if (purpose_ == For::giving)
        (void)ctx_.sql().value<int>(
            "select 1 from lead_assignment_rule where tenant_id = :tenant and id = :rule for update",
            {bind("tenant", ctx_.tenant()), bind("rule", rule)});
    auto found = std::vector<AssignCandidate>{};
    for (auto& [id, name, weight, on_duty, given, today, open, turn, user] :
         ctx_.sql()
             .rows<std::int64_t, std::string, int, bool, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                   std::string>(
                 "select e.id, e.name, m.weight, m.on_duty and e.status = 'active', m.given, (select count(*) from "
                 "ownership_event v where v.tenant_id = :tenant and v.to_id = e.id and v.at >= :today and v.object = "
                 "'lead' and v.kind = 'assign' and v.rule_id is not null), (select count(*) from lead l where "
                 "l.tenant_id = :tenant and l.owner_id = e.id and l.deleted_at is null and l.status in ('pending', "
                 "'following')), row_number() over (order by m.last_given_at nulls first, m.given, m.position, e.id), "
                 "e.user_id from "
                 "lead_assignment_member m join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id where "
                 "m.tenant_id = :tenant and m.rule_id = :rule order by 8",
                 {bind("tenant", ctx_.tenant()), bind("rule", rule),
                  bind("today", ctx_.zone().start_of(ctx_.today()))})) {
        auto const before = people_.find(id);
        auto const more = before == people_.end() ? 0 : before->second.given;
        found.push_back({id, std::move(name), weight, on_duty, given, today + more, open + more, turn, {}, user});
        last_turn_ = std::max(last_turn_, turn);
    }
    read_rooms(found);
    return candidates_.emplace(rule, std::move(found)).first->second;
}

// Once for all leads that are placed at the same time: they change no deals, and open ones are counted along.
void Assigner::read_deals(std::vector<AssignCandidate> const& people) {
    auto unread = std::vector<EmployeeId>{};
    for (auto const& one : people)
        if (deals_.try_emplace(one.id).second) unread.push_back(EmployeeId{one.id});
    if (unread.empty()) return;
    for (auto& [person, deals] : past_deals(ctx_, unread, {.products = true, .leads = true}))
        deals_[person.value()] = std::move(deals);
}

std::vector<AssignCandidate> Assigner::matched(StoredAssignRule const& rule, AssignSubject const& lead) {
    auto people = candidates(rule.id);
    if (mode_from(rule.mode) != AssignMode::match) return people;
    read_deals(people);
    for (auto& one : people) {
        auto& deals = deals_[one.id];
        deals.open = one.open;
        one.match = match_of(deals, {{}, lead.province, lead.city, lead.source, lead.intended}, weights_);
    }
    return people;
}

std::vector<AssignCandidate> Assigner::ranked(StoredAssignRule const& rule, AssignSubject const& lead) {
    if (mode_from(rule.mode) != AssignMode::match) return {};
    auto people = matched(rule, lead);
    std::ranges::stable_sort(people, [](auto const& a, auto const& b) {
        return a.match.score != b.match.score ? a.match.score > b.match.score : a.open < b.open;
    });
    return people;
}

// In the order of their ids, as everybody waits for people.
void Assigner::read_rooms(std::vector<AssignCandidate> const& people) {
    auto ids = std::vector<std::int64_t>{};
    for (auto const& one : people)
        if (one.on_duty && !people_.contains(one.id)) ids.push_back(one.id);
    std::ranges::sort(ids);
    for (auto const id : ids) {
        auto const person = EmployeeId{id};
        auto& reserve = people_[id];
        auto const cap = cap_for(ctx_, PoolObject::lead, person, std::nullopt);
        if (!cap) continue;
        if (purpose_ == For::giving) queue_up(ctx_, person);
        reserve.room = cap->most - PoolRecords{ctx_, PoolObject::lead}.held_by(person);
    }
}

void Assigner::give(std::int64_t rule, std::int64_t person) {
    auto& reserve = people_[person];
    ++reserve.given;
    if (reserve.room) --*reserve.room;
    ++last_turn_;
    for (auto& [of, people] : candidates_)
        for (auto& one : people) {
            if (one.id != person) continue;
            ++one.given_today;
            ++one.open;
            if (of != rule) continue;
            ++one.given;
            one.turn = last_turn_;
        }
}

Result<Assignment> Assigner::place(AssignSubject const& lead) {
    for (auto const& rule : rules_) {
        if (!holds(rule, lead)) continue;
        auto const label = "规则「" + rule.name + "」：";
        if (rule.working_hours_only && !is_working_time_)
            return fallback(rule.fallback, label + "非工作时间，放入线索池");
        auto free = matched(rule, lead);
        std::erase_if(free, [this](auto const& one) {
            auto const known = people_.find(one.id);
            return known != people_.end() && known->second.room && *known->second.room <= 0;
        });
        auto const chosen = choose(mode_from(rule.mode), free, rule.daily_cap);
        if (!chosen) return fallback(rule.fallback, label + "没有可分配的人，放入线索池");
        give(rule.id, chosen->id);
        return Assignment{EmployeeId{chosen->id}, {}, rule.id, label + chosen->reason};
    }
    return fallback(std::nullopt, "没有适用的分配规则，放入线索池");
}

AssignSubject subject_of(CreateLead const& input, std::vector<std::string> const& tags) {
    return {input.source.value_or(""), input.channel.value_or(""),  input.province.value_or(""),
            input.city.value_or(""),   input.intended.value_or(""), tags};
}

void note_assignments(operation::Context& ctx, std::vector<std::pair<LeadId, Assignment>> const& given) {
    auto ids = std::vector<std::int64_t>{};
    auto rules = std::vector<std::optional<std::int64_t>>{};
    auto reasons = std::vector<std::string>{};
    auto owners = std::vector<std::optional<EmployeeId>>{};
    for (auto const& [id, assignment] : given) {
        ids.push_back(id.value());
        rules.push_back(assignment.rule);
        reasons.push_back(assignment.reason);
        owners.push_back(assignment.owner.is_empty() ? std::nullopt : std::optional{assignment.owner});
    }
    ctx.sql().execute(
        "update lead l set assign_rule_id = n.rule, assign_reason = n.reason, acquired_kind = case when n.rule is null "
        "then l.acquired_kind else 'assign' end from unnest(:ids::bigint[], :rules::bigint[], :reasons::text[]) n(id, "
        "rule, reason) where l.tenant_id = :tenant and l.id = n.id",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("rules", rules), bind("reasons", reasons)});
    ctx.sql().execute(
        "update lead_assignment_member m set given = m.given + n.times, last_given_at = :now::timestamptz + n.last * "
        "interval '1 microsecond' from (select x.rule, x.owner, count(*) as times, max(x.place) as last from "
        "unnest(:rules::bigint[], :owners::bigint[]) with ordinality x(rule, owner, place) where x.rule is not null "
        "group by x.rule, x.owner) n where m.tenant_id = :tenant and m.rule_id = n.rule and m.employee_id = n.owner",
        {bind("tenant", ctx.tenant()), bind("rules", rules), bind("owners", owners), bind("now", ctx.now())});
}

}  // namespace wescrm::sales
