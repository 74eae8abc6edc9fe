#pragma once
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How promising a lead is, by rules that a company writes. Pure.
namespace wescrm::sales {

enum class ScoreTest { is, contains, known, at_least };
BOOST_DESCRIBE_ENUM(ScoreTest, is, contains, known, at_least)

struct ScoringRule {
    std::string name;
    std::string fact;  ///< see score_facts
    ScoreTest test = ScoreTest::known;
    std::vector<std::string> words;     ///< of is and contains: any of them
    std::optional<std::int64_t> least;  ///< of at_least
    int points = 0;
};

/// What a rule can ask for, with its Chinese title; numbers are asked by at_least, texts by the other tests.
struct ScoreFact {
    std::string_view name;
    std::string_view title;
    bool is_number = false;
};
[[nodiscard]] std::vector<ScoreFact> const& score_facts();
[[nodiscard]] ScoreFact const* find_score_fact(std::string_view name);

struct ScoredLead {
    std::map<std::string, std::string, std::less<>> texts;
    std::map<std::string, std::int64_t, std::less<>> numbers;
};

struct ScorePoints {
    std::string name;
    int points = 0;
};
struct Score {
    int value = 0;                     ///< 0–100
    std::vector<ScorePoints> reasons;  ///< of the rules that matched, in their order; their sum may lie outside
};

[[nodiscard]] bool matches(ScoringRule const& rule, ScoredLead const& lead);
[[nodiscard]] Score score_of(std::vector<ScoringRule> const& rules, ScoredLead const& lead);

}  // namespace wescrm::sales
