#include "matching.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

// Of what his deals can come to.
constexpr int points_of_industry = 20;
constexpr int points_of_products = 20;
constexpr int points_of_city = 20;
constexpr int points_of_province = 12;
constexpr int points_of_source = 10;
constexpr int points_of_likeness = points_of_industry + points_of_products + points_of_city + points_of_source;

constexpr int points_of_conversion = 15;
constexpr int points_of_room = 15;
constexpr int half_deals = 2;       ///< that many deals come to half the points, more of them to ever less
constexpr int half_open = 20;       ///< that many leads at hand leave half the points
constexpr int untried_leads = 5;    ///< so many unconverted ones are added, so that one lucky lead is no proof
constexpr std::size_t is_told = 4;  ///< so many reasons say why

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

Part part_of(std::string_view what, std::int64_t won, int points) {
    if (won == 0) return {};
    return {static_cast<int>(points * won / (won + half_deals)),
            std::string{what} + "成交 " + std::to_string(won) + " 家"};
}

std::vector<Part> parts_of(PastDeals const& past, Likeness const& record) {
    auto const city = part_of("同城市", won_of(past.cities, record.city), points_of_city);
    auto const province = part_of("同省份", won_of(past.provinces, record.province), points_of_province);
    auto parts = std::vector<Part>{part_of("同行业", won_of(past.industries, record.industry), points_of_industry),
                                   part_of("同产品", won_with(past.products, record.wanted), points_of_products),
                                   city.points >= province.points ? city : province,
                                   part_of("同来源", won_of(past.sources, record.source), points_of_source)};
    std::erase_if(parts, [](Part const& part) { return part.points == 0; });
    std::ranges::stable_sort(parts, std::ranges::greater{}, &Part::points);
    return parts;
}

Match sum_of(std::vector<Part> const& parts) {
    auto sum = Match{};
    for (auto const& part : parts) {
        sum.score += part.points;
        if (sum.words.size() < is_told) sum.words.push_back(part.words);
    }
    return sum;
}

}  // namespace

std::string Match::reason() const { return text::join(words, "、"); }

Match likeness_of(PastDeals const& past, Likeness const& record) {
    auto match = sum_of(parts_of(past, record));
    match.score = match.score * 100 / points_of_likeness;
    return match;
}

Match match_of(PastDeals const& past, Likeness const& record) {
    auto match = sum_of(parts_of(past, record));
    match.score += static_cast<int>(points_of_conversion * past.converted / (past.gained + untried_leads)) +
                   static_cast<int>(points_of_room * half_open / (half_open + past.open));
    if (past.converted > 0) match.words.push_back("转化率 " + std::to_string(100 * past.converted / past.gained) + "%");
    match.words.push_back("在手 " + std::to_string(past.open) + " 条");
    return match;
}

}  // namespace wescrm::sales
