#include "scores.hpp"

#include "../rules/scoring.hpp"

#include <wescrm/base/json.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <array>

// The stored scores of leads: computed when something that a rule asks for changes, never by looking through all leads.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::int64_t rescored_at_once = 1'000;
constexpr auto texts =
    std::to_array<std::string_view>({"source", "channel", "level", "province", "city", "intended", "company",
                                     "position", "mobile", "phone", "wechat", "email", "remark", "next_contact_at"});

ScoreTest test_from(std::string const& word) {
    auto test = ScoreTest::known;
    boost::describe::enum_from_string(word.c_str(), test);
    return test;
}

std::vector<ScoringRule> rules_in_force(operation::Context& ctx) {
    auto rules = std::vector<ScoringRule>{};
    for (auto& [name, fact, test, words, least, points] :
         ctx.sql()
             .rows<std::string, std::string, std::string, std::vector<std::string>, std::optional<std::int64_t>, int>(
                 "select name, fact, test, words, least, points from lead_score_rule where tenant_id = :tenant and "
                 "enabled order by position, id",
                 {bind("tenant", ctx.tenant())}))
        rules.push_back({std::move(name), std::move(fact), test_from(test), std::move(words), least, points});
    return rules;
}

std::string facts_sql() {
    auto sql = std::string{"select l.id, l.score, l.score_reasons::text, array["};
    for (auto const text : texts)
        sql += (text == texts.front() ? "coalesce(l." : ", coalesce(l.") + std::string{text} + "::text, '')";
    return sql +
           "], (select count(*) from followup f where f.tenant_id = l.tenant_id and f.target_type = 'lead' and "
           "f.target_id = l.id and f.deleted_at is null) from lead l where l.tenant_id = :tenant and l.id = "
           "any(:ids::bigint[]) and l.status <> 'converted' for update of l";
}

std::string reasons_text(Score const& score) {
    auto list = json::Document{rapidjson::kArrayType};
    auto& allocator = list.GetAllocator();
    for (auto const& reason : score.reasons) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "name", reason.name, allocator);
        json::set(one, "points", json::Value{reason.points}, allocator);
        list.PushBack(std::move(one), allocator);
    }
    return json::write(list);
}

}  // namespace

void rescore_leads(operation::Context& ctx, std::vector<std::int64_t> const& ids) {
    if (ids.empty()) return;
    auto const rules = rules_in_force(ctx);
    auto changed = std::vector<std::int64_t>{};
    auto values = std::vector<std::int64_t>{};
    auto reasons = std::vector<std::string>{};
    for (auto const& [id, stored, stored_reasons, known, followups] :
         ctx.sql().rows<std::int64_t, std::int64_t, std::string, std::vector<std::string>, std::int64_t>(
             facts_sql(), {bind("tenant", ctx.tenant()), bind("ids", ids)})) {
        auto lead = ScoredLead{};
        for (auto i = std::size_t{0}; i < texts.size(); ++i) lead.texts[std::string{texts[i]}] = known[i];
        lead.numbers["followups"] = followups;
        auto const score = score_of(rules, lead);
        changed.push_back(id);
        values.push_back(score.value);
        reasons.push_back(reasons_text(score));
    }
    if (changed.empty()) return;
    ctx.sql().execute(
        "update lead l set score = n.score, score_reasons = n.reasons::jsonb from unnest(:ids::bigint[], "
        ":scores::integer[], :reasons::text[]) n(id, score, reasons) where l.tenant_id = :tenant and l.id = n.id and "
        "(l.score, l.score_reasons) is distinct from (n.score, n.reasons::jsonb)",
        {bind("tenant", ctx.tenant()), bind("ids", changed), bind("scores", values), bind("reasons", reasons)});
}

void rescore_all(operation::Context& ctx) {
    ctx.sql().execute(
        "update timer set state = 2 where tenant_id = :tenant and state = 0 and kind = 'lead_rescore' and ref_kind = "
        "'lead'",
        {bind("tenant", ctx.tenant())});
    rescore_from(ctx, 0);
}

void rescore_from(operation::Context& ctx, std::int64_t after) {
    auto const ids = ctx.sql().values<std::int64_t>(
        "select id from lead where tenant_id = :tenant and id > :after and deleted_at is null and status <> "
        "'converted' "
        "order by id limit :limit",
        {bind("tenant", ctx.tenant()), bind("after", after), bind("limit", rescored_at_once)});
    rescore_leads(ctx, ids);
    if (std::ssize(ids) == rescored_at_once) ctx.timers().schedule({"lead_rescore", "lead", ids.back(), ctx.now()});
}

}  // namespace wescrm::sales
