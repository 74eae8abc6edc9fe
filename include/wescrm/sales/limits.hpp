#pragma once
#include <cstddef>
#include <cstdint>

// How much of what a company may have, and how far work goes at a time. All of it comes from the configuration.
namespace wescrm::sales {

struct TagLimits {
    std::size_t groups = 50;  ///< of the company, or of one person
    std::size_t tags_of_group = 200;
    std::size_t rule_conditions = 10;  ///< of one automatic tag
    int rule_examples = 5;             ///< records that a trial of a rule names
    std::size_t rule_records = 5'000;  ///< that one step looks at after a change of rules
    int replaced = 500;                ///< records of one step of a replacement

    // What the configuration may go up to; the descriptions of inputs say these.
    static constexpr std::size_t highest_groups = 1'000;
    static constexpr std::size_t highest_tags_of_group = 2'000;
    static constexpr std::size_t highest_rule_conditions = 50;
};

/// Points of how well a person and a record fit; their sum counts as 100.
struct MatchWeights {
    int industry = 20, product = 20, city = 20, province = 12, source = 10;
    int conversion = 15, room = 15;
    int half_deals = 2;       ///< that many deals come to half the points, more of them to ever less
    int half_open = 20;       ///< that many leads at hand leave half the points
    int untried_leads = 5;    ///< so many unconverted ones are added, so that one lucky lead is no proof
    std::size_t reasons = 4;  ///< that say why
};

struct Limits {
    TagLimits tags{};
    MatchWeights match{};
    int product_pictures = 20;
};

}  // namespace wescrm::sales
