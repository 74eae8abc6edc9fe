#include "matching.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

// Of one place a record is in one city, which lies in its province.
int of_likeness(MatchWeights const& weights) {
    return weights.industry + weights.product + std::max(weights.city, weights.province) + weights.source;
}

int share(std::int64_t points, int all) { return all > 0 ? static_cast<int>(points * 100 / all) : 0; }

struct Part {
    int points = 0;
    std::string words;
};

std::int64_t won_of(PastDeals::Won const& won, std::string const& word) {
    auto const found = word.empty() ? won.end() : won.find(word);
    return found == won.end() ? 0 : found->second;
}

// One customer may have bought several of them: the one that most have bought speaks for all.
std::int64_t won_with(PastDeals::Won const& products, std::string const& wanted) {
    auto most = std::int64_t{0};
    if (wanted.empty()) return most;
    for (auto const& [product, count] : products)
        if (!product.empty() && wanted.find(product) != std::string::npos) most = std::max(most, count);
    return most;
}

Part part_of(std::string_view what, std::int64_t won, int points, MatchWeights const& weights) {
    if (won == 0) return {};
    return {static_cast<int>(points * won / (won + weights.half_deals)),
            std::string{what} + "成交 " + std::to_string(won) + " 家"};
}

std::vector<Part> parts_of(PastDeals const& past, Likeness const& record, MatchWeights const& weights) {
    auto const city = part_of("同城市", won_of(past.cities, record.city), weights.city, weights);
    auto const province = part_of("同省份", won_of(past.provinces, record.province), weights.province, weights);
    auto parts =
        std::vector<Part>{part_of("同行业", won_of(past.industries, record.industry), weights.industry, weights),
                          part_of("同产品", won_with(past.products, record.wanted), weights.product, weights),
                          city.points >= province.points ? city : province,
                          part_of("同来源", won_of(past.sources, record.source), weights.source, weights)};
    std::erase_if(parts, [](Part const& part) { return part.points == 0; });
    std::ranges::stable_sort(parts, std::ranges::greater{}, &Part::points);
    return parts;
}

Match sum_of(std::vector<Part> const& parts, std::size_t reasons) {
    auto sum = Match{};
    for (auto const& part : parts) {
        sum.score += part.points;
        if (sum.words.size() < reasons) sum.words.push_back(part.words);
    }
    return sum;
}

}  // namespace

std::string Match::reason() const { return text::join(words, "、"); }

Match likeness_of(PastDeals const& past, Likeness const& record, MatchWeights const& weights) {
    auto match = sum_of(parts_of(past, record, weights), weights.reasons);
    match.score = share(match.score, of_likeness(weights));
    return match;
}

Match match_of(PastDeals const& past, Likeness const& record, MatchWeights const& weights) {
    auto match = sum_of(parts_of(past, record, weights), weights.reasons);
    match.score += static_cast<int>(weights.conversion * past.converted / (past.gained + weights.untried_leads)) +
                   static_cast<int>(weights.room * weights.half_open / (weights.half_open + past.open));
    match.score = share(match.score, of_likeness(weights) + weights.conversion + weights.room);
    if (past.converted > 0) match.words.push_back("转化率 " + std::to_string(100 * past.converted / past.gained) + "%");
    match.words.push_back("在手 " + std::to_string(past.open) + " 条");
    return match;
}

}  // namespace wescrm::sales
