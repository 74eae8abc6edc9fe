#pragma once
#include "matching.hpp"

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// To whom a new lead goes. Pure.
namespace wescrm::sales {

enum class AssignMode { round_robin, weighted, least_open, match };
BOOST_DESCRIBE_ENUM(AssignMode, round_robin, weighted, least_open, match)

struct AssignCandidate {
    std::int64_t id = 0;
    std::string name;
    int weight = 1;
    bool on_duty = true;
    std::int64_t given = 0;        ///< by the rule so far
    std::int64_t given_today = 0;  ///< leads that rules gave him today
    std::int64_t open = 0;         ///< leads that he has and has not settled
    std::int64_t turn = 0;         ///< when he was last given one: smaller is longer ago
    Match match{};                 ///< of AssignMode::match
    std::string user{};            ///< his account
};

struct Chosen {
    std::int64_t id = 0;
    std::string reason;  ///< Chinese: "轮流分配", "按权重 2，已分 3 条", "未完成线索最少（4 条）",
                         ///< "推荐 62 分：同行业成交 6 家、在手 12 条"
};

/// Among those on duty below the cap; nullopt if there is none.
[[nodiscard]] std::optional<Chosen> choose(AssignMode mode, std::vector<AssignCandidate> const& candidates,
                                           std::optional<int> daily_cap);

struct AssignConditions {
    std::vector<std::string> sources, channels, provinces, cities, intended, tags;
};
struct AssignSubject {
    std::string source, channel, province, city, intended;
    std::vector<std::string> tags{};
};
/// Every list that is not empty holds the lead's value, or one of its tags; `intended` stands somewhere in what it
/// wants.
[[nodiscard]] bool fits(AssignConditions const& conditions, AssignSubject const& lead);

enum class AssignDays { any, working, free };
BOOST_DESCRIBE_ENUM(AssignDays, any, working, free)
/// When a rule counts, in the company's time.
struct AssignTimes {
    AssignDays days = AssignDays::any;
    std::optional<int> from;  ///< minute of the day
    std::optional<int> to;    ///< the first one after; not after `from`: over midnight
};
struct AssignMoment {
    bool is_working_day = true;
    int minute = 0;
};
[[nodiscard]] bool fits(AssignTimes const& times, AssignMoment const& now);
/// "9:30", "09:30" → 570; "24:00" is the end of the day. nullopt: no time of day.
[[nodiscard]] std::optional<int> minute_of_day(std::string_view text);

}  // namespace wescrm::sales
