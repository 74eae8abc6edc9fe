#include "../past_deals.hpp"
#include "pool_items.hpp"
#include "pool_views.hpp"

#include <wescrm/operation/field_sight.hpp>

#include <algorithm>

// 推荐给我: which records of a pool are most like what the actor has sold.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr int usual_rows = 20;

struct AskRecommended {
    HighSeaId id;
    std::optional<std::int64_t> limit;  ///< absent: 20
};
BOOST_DESCRIBE_STRUCT(AskRecommended, (), (id, limit))
struct RecommendedItem : PoolItem {
    std::int64_t score = 0;    ///< 1–100
    std::string match_reason;  ///< "同行业成交 6 家、同城市成交 2 家"
};
BOOST_DESCRIBE_STRUCT(RecommendedItem, (PoolItem), (score, match_reason))
struct Recommended {
    std::vector<RecommendedItem> items;  ///< the best first
    bool has_deals = false;              ///< of his own: without any there is nothing to go by
};
BOOST_DESCRIBE_STRUCT(Recommended, (), (items, has_deals))

std::vector<FieldRule> field_rules(AskRecommended const*) { return {{"limit", "条数", {.min = 1, .max = 50}}}; }

struct RecommendedCandidate {
    std::int64_t id = 0;
    Likeness record;
    Match match{};
};

// The words of most of his deals.
std::vector<std::string> top_words(PastDeals::Won const& won, std::size_t most) {
    auto counted = std::vector<std::pair<std::int64_t, std::string>>{};
    for (auto const& [word, count] : won) counted.emplace_back(-count, word);
    std::ranges::sort(counted);
    auto words = std::vector<std::string>{};
    for (auto& [count, word] : counted)
        if (words.size() < most) words.push_back(std::move(word));
    return words;
}

// Each part reads the front of an index and brings along what is compared, so that the records are read once: however
// many lie in the pool, these are a few hundred.
std::vector<RecommendedCandidate> candidates_in(operation::Context& ctx, HighSea const& pool, PastDeals const& past,
                                                RecommendConfig const& config) {
    auto const is_lead = object_of(pool) == PoolObject::lead;
    auto const in_pool = std::string{"select r.id, "} + (is_lead ? "''" : "r.industry") +
                         " as industry, r.province, r.city, r.source, " + (is_lead ? "r.intended" : "''") +
                         " as wanted, r.pool_entered_at, r.former_owner_id from " + pool.object +
                         " r where r.tenant_id = :tenant and r.high_sea_id = :pool and r.deleted_at is null" +
                         (is_lead ? " and r.status = 'unassigned'" : "");
    auto const of_words = [&](std::string const& column) {
        return " union select r.* from unnest(:" + column + "::text[]) w(word) cross join lateral (" + in_pool +
               " and r." + column + " = w.word order by r.pool_entered_at desc limit :of_word) r";
    };
    auto params = database::Params{bind("tenant", ctx.tenant()),
                                   bind("pool", pool.id),
                                   bind("me", ctx.actor().employee),
                                   bind("of_word", config.of_word),
                                   bind("latest", config.latest),
                                   bind("province", top_words(past.provinces, config.words)),
                                   bind("city", top_words(past.cities, config.words))};
    if (!is_lead) params.add(bind("industry", top_words(past.industries, config.words)));
    auto candidates = std::vector<RecommendedCandidate>{};
    for (auto& [id, industry, province, city, source, wanted] :
         ctx.sql().rows<std::int64_t, std::string, std::string, std::string, std::string, std::string>(
             "select c.id, c.industry, c.province, c.city, c.source, c.wanted from ((" + in_pool +
                 " order by r.pool_entered_at desc limit :latest)" + of_words("province") + of_words("city") +
                 (is_lead ? "" : of_words("industry")) +
                 ") c where c.former_owner_id is distinct from :me::bigint order by c.pool_entered_at desc, c.id",
             params))
        candidates.push_back(
            {id, {std::move(industry), std::move(province), std::move(city), std::move(source), std::move(wanted)}});
    return candidates;
}

// What he may not read before he claims it is no reason either.
void cover(operation::Context& ctx, SeenPool const& seen, Likeness& record) {
    auto const is_covered = [&](std::string_view field) {
        return seen.hides(ctx, field) || operation::is_hidden(ctx.actor(), seen.pool.object, field);
    };
    if (is_covered("industry")) record.industry.clear();
    if (is_covered("source")) record.source.clear();
    if (is_covered("intended")) record.wanted.clear();
    if (is_covered("province")) record.province.clear();
    if (is_covered("city")) record.city.clear();
}

std::vector<RecommendedCandidate> best_of(operation::Context& ctx, SeenPool const& seen, PastDeals const& past,
                                          RecommendConfig const& config, MatchWeights const& weights,
                                          std::size_t limit) {
    auto candidates = candidates_in(ctx, seen.pool, past, config);
    for (auto& one : candidates) {
        cover(ctx, seen, one.record);
        one.match = likeness_of(past, one.record, weights);
    }
    std::erase_if(candidates, [](RecommendedCandidate const& one) { return one.match.score == 0; });
    // Of two alike the one that came later.
    std::ranges::stable_sort(candidates, std::ranges::greater{},
                             [](RecommendedCandidate const& one) { return one.match.score; });
    if (candidates.size() > limit) candidates.resize(limit);
    return candidates;
}

Result<Recommended> recommend(operation::Context& ctx, RecommendConfig const& config, MatchWeights const& weights,
                              AskRecommended const& input) {
    auto const seen = seen_pool(ctx, input.id);
    if (!seen) return seen.error();
    auto shown = Recommended{};
    auto const is_lead = object_of(seen->pool) == PoolObject::lead;
    auto const deals = past_deals(ctx, {ctx.actor().employee}, {.products = is_lead, .deals = config.deals});
    auto const mine = deals.find(ctx.actor().employee);
    if (mine == deals.end()) return shown;
    shown.has_deals = true;
    auto const best =
        best_of(ctx, *seen, mine->second, config, weights, static_cast<std::size_t>(input.limit.value_or(usual_rows)));
    auto ids = std::vector<std::int64_t>{};
    for (auto const& one : best) ids.push_back(one.id);
    if (ids.empty()) return shown;
    auto items =
        ctx.sql().records<PoolItem>(select_pool_items(ctx, *seen, "") +
                                        " and r.id = any(:ids::bigint[]) order by array_position(:ids::bigint[], r.id)",
                                    {bind("tenant", ctx.tenant()), bind("ids", ids)});
    for (auto& item : items) {
        auto const found = std::ranges::find(best, item.id.value(), &RecommendedCandidate::id);
        auto one = RecommendedItem{};
        static_cast<PoolItem&>(one) = std::move(item);
        one.score = found->match.score;
        one.match_reason = found->match.reason();
        shown.items.push_back(std::move(one));
    }
    return shown;
}

constexpr Operation<AskRecommended, Recommended> high_sea_recommended{"high_sea.recommended",
                                                                      "公海里推荐给我的",
                                                                      "high_sea.view",
                                                                      Effect::reads,
                                                                      nullptr,
                                                                      {"GET", "/high-seas/{id}/recommended"}};

}  // namespace

void add_recommended(operation::Catalogue& catalogue, RecommendConfig const& config, MatchWeights const& weights) {
    catalogue.add(high_sea_recommended, [config, weights](operation::Context& ctx, AskRecommended const& input) {
        return recommend(ctx, config, weights, input);
    });
}

}  // namespace wescrm::sales
