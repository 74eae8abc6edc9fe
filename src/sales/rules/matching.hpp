#pragma once
#include <wescrm/sales/limits.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// How well a record and a person fit each other, by what he has sold before. Pure.
namespace wescrm::sales {

/// What a record is like, as far as matching asks; "" says nothing.
struct Likeness {
    std::string industry, province, city, source;
    std::string wanted;  ///< products, as somebody has written them
};

/// What somebody has sold, and how much he has at hand.
struct PastDeals {
    using Won = std::map<std::string, std::int64_t, std::less<>>;  ///< customers by a word of theirs
    Won industries, provinces, cities, sources, products;
    std::int64_t gained = 0;     ///< leads of the last year
    std::int64_t converted = 0;  ///< of these
    std::int64_t open = 0;       ///< leads that he has not settled
};

struct Match {
    int score = 0;                   ///< 0–100
    std::vector<std::string> words;  ///< "同行业成交 6 家", the weightiest first

    /// "同行业成交 6 家、同省份成交 3 家、在手 12 条"
    [[nodiscard]] std::string reason() const;
};

/// By his deals alone: which records fit one person best.
[[nodiscard]] Match likeness_of(PastDeals const& past, Likeness const& record, MatchWeights const& weights = {});
/// By these, his conversion of leads and how little he has at hand: which person fits a record best.
[[nodiscard]] Match match_of(PastDeals const& past, Likeness const& record, MatchWeights const& weights = {});

}  // namespace wescrm::sales
