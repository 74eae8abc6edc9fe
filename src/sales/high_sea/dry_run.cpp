#include "night.hpp"
#include "pool_views.hpp"
#include "rule_tags.hpp"

#include <algorithm>

// Who would lose what, and when, by the rules of a pool as they are or as somebody thinks of changing them. Decides by
// the very functions of the nightly run, for records to which nothing happens meanwhile and warnings that arrive.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::int64_t usual_days = 30;
constexpr std::int64_t usual_items = 200;
constexpr std::size_t read_at_once = 5'000;

struct DryRun {
    HighSeaId id;
    std::optional<std::vector<HighSeaRule>> rules;  ///< absent: as they are
    std::optional<std::int64_t> days;               ///< to look ahead, default 30
    std::optional<std::int64_t> limit;              ///< records listed, default 200; the counts know all
};
BOOST_DESCRIBE_STRUCT(DryRun, (), (id, rules, days, limit))

struct WouldGo {
    RecordId id;
    std::string name;
    UserId owner_user_id;
    std::string owner_name;
    std::string rule;  ///< kind
    std::optional<HighSeaRuleId> rule_id;
    Date due_on{};       ///< stays through this day
    Date recycled_on{};  ///< day of the run that takes it
};
BOOST_DESCRIBE_STRUCT(WouldGo, (), (id, name, owner_user_id, owner_name, rule, rule_id, due_on, recycled_on))
struct DayCount {
    Date day{};
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(DayCount, (), (day, count))
struct OwnerCount {
    UserId user_id;
    std::string name;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(OwnerCount, (), (user_id, name, count))
struct DryRunResult {
    std::int64_t total = 0;
    std::int64_t examined = 0;  ///< records of the pool's members
    std::vector<DayCount> by_day;
    std::vector<OwnerCount> by_owner;
    std::vector<WouldGo> items;  ///< in the order in which they go
};
BOOST_DESCRIBE_STRUCT(DryRunResult, (), (total, examined, by_day, by_owner, items))

std::vector<FieldRule> field_rules(DryRun const*) {
    return {{"rules", "规则", {.max_items = 20}},
            {"days", "天数", {.min = 1, .max = 366}},
            {"limit", "列出条数", {.min = 1, .max = 10'000}}};
}

std::string_view word_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::no_follow:
            return "no_follow";
        case EntryKind::no_deal:
            return "no_deal";
        case EntryKind::no_opportunity:
            return "no_opportunity";
        case EntryKind::first_follow:
            return "first_follow";
        case EntryKind::contract_end:
            return "contract_end";
        case EntryKind::follow_count:
            return "follow_count";
    }
    return {};
}

/// One look ahead over the records of one pool.
class Foresight {
public:
    Foresight(operation::Context& ctx, HighSea const& pool, DryRun const& input)
        : ctx_{ctx}, object_{object_of(pool)}, pool_{pool.id}, book_{ctx, object_}, changed_{input.rules.has_value()} {
        if (input.rules) {
            auto rules = std::vector<EntryRule>{};
            for (auto const& rule : *input.rules)
                if (rule.enabled.value_or(true)) rules.push_back(entry_rule(rule));
            book_.replace(pool.id, std::move(rules));
        }
        first_ = add_days(ctx.today(), 1);
        last_ = add_days(ctx.today(), static_cast<int>(input.days.value_or(usual_days)));
    }

    std::int64_t look(std::vector<WouldGo>& found) {
        auto examined = std::int64_t{0};
        for (auto after = std::int64_t{0};;) {
            auto const ids = ctx_.sql().values<std::int64_t>(
                "select id from " + std::string{name_of(object_)} +
                    " where tenant_id = :tenant and id > :after and owner_id is not null and deleted_at is null order "
                    "by id limit :limit",
                {bind("tenant", ctx_.tenant()), bind("after", after), bind("limit", read_at_once)});
            if (ids.empty()) return examined;
            examined += look_at(ids, found);
            after = ids.back();
        }
    }

private:
    // A change of rules leaves time for the shortest warning.
    void raise_floors(std::vector<OwnedRecord>& records) const {
        if (!changed_) return;
        for (auto& record : records) {
            auto const judged = book_.judge(record);
            if (!judged.due || record.stored_due == end_of(ctx_.zone(), judged.due->day)) continue;
            auto const earliest = add_days(ctx_.today(), shortest_step(judged.due->rule->warn_days));
            if (judged.due->day < earliest) record.facts.floor = earliest;
        }
    }

    std::int64_t look_at(std::vector<std::int64_t> const& ids, std::vector<WouldGo>& found) {
        auto records = book_.load(ids);
        raise_floors(records);
        auto const warnings = warnings_of(ctx_, object_, records, book_);
        auto examined = std::int64_t{0};
        for (auto const& record : records) {
            auto const judged = book_.judge_now(record);
            if (!judged.rules || judged.rules->pool != pool_) continue;
            ++examined;
            if (!judged.due) continue;
            auto const known = warnings.find(record.id);
            auto const day = foreseen(judged.due->day, judged.due->rule->warn_days,
                                      known == warnings.end() ? std::vector<Warning>{} : known->second, first_, last_,
                                      book_.calendar());
            if (!day) continue;
            auto const rule = judged.due->rule->id;
            found.push_back({RecordId{record.id},
                             record.name,
                             UserId{std::to_string(record.owner.value())},
                             {},
                             std::string{word_of(judged.due->rule->kind)},
                             rule == 0 ? std::nullopt : std::optional{HighSeaRuleId{rule}},
                             judged.due->day,
                             *day});
        }
        return examined;
    }

    operation::Context& ctx_;
    PoolObject object_;
    HighSeaId pool_;
    RuleBook book_;
    bool changed_;
    Date first_{};
    Date last_{};
};

// Owners by their names; until now they stand there by id.
void name_owners(operation::Context& ctx, std::vector<WouldGo>& found) {
    auto names = std::map<std::string, std::pair<UserId, std::string>>{};
    for (auto& [id, user, name] : ctx.sql().rows<std::string, UserId, std::string>(
             "select id::text, user_id, name from employee where tenant_id = :tenant", {bind("tenant", ctx.tenant())}))
        names[id] = {user, std::move(name)};
    for (auto& one : found) {
        auto const& owner = names[one.owner_user_id.value()];
        one.owner_name = owner.second;
        one.owner_user_id = owner.first;
    }
}

Result<DryRunResult> dry_run(operation::Context& ctx, DryRun const& given) {
    auto input = given;
    auto pools = Pools{ctx};
    auto const pool = pools.find(input.id);
    if (!pool || (!pools.seat(input.id).is_admin && !ctx.may("high_sea.manage"))) return no_high_sea();
    if (input.rules) {
        auto rules = with_tag_ids(ctx, *input.rules, object_of(*pool));
        if (!rules) return rules.error();
        input.rules = std::move(*rules);
    }
    auto found = std::vector<WouldGo>{};
    auto result = DryRunResult{};
    result.examined = Foresight{ctx, *pool, input}.look(found);
    name_owners(ctx, found);
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
        return std::tie(a.recycled_on, a.id) < std::tie(b.recycled_on, b.id);
    });
    auto by_day = std::map<Date, std::int64_t>{};
    auto by_owner = std::map<UserId, OwnerCount>{};
    for (auto const& one : found) {
        ++by_day[one.recycled_on];
        auto& owner = by_owner[one.owner_user_id];
        owner = {one.owner_user_id, one.owner_name, owner.count + 1};
    }
    for (auto const& [day, count] : by_day) result.by_day.push_back({day, count});
    for (auto const& [user, count] : by_owner) result.by_owner.push_back(count);
    result.total = std::ssize(found);
    found.resize(std::min(found.size(), static_cast<std::size_t>(input.limit.value_or(usual_items))));
    result.items = std::move(found);
    return result;
}

constexpr Operation<DryRun, DryRunResult> high_sea_dry_run{
    "high_sea.dry_run", "试算公海规则", "high_sea.view", Effect::reads, dry_run, {"POST", "/high-seas/{id}/dry-run"}};

}  // namespace

void add_dry_run(operation::Catalogue& catalogue) { catalogue.add(high_sea_dry_run); }

}  // namespace wescrm::sales
