#include "assigning.hpp"

#include <algorithm>
#include <charconv>

namespace wescrm::sales {
namespace {

constexpr int minutes_an_hour = 60;
constexpr int minutes_a_day = 24 * minutes_an_hour;

bool holds(std::vector<std::string> const& wanted, std::string const& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool is_before(AssignMode mode, AssignCandidate const& a, AssignCandidate const& b) {
    if (mode == AssignMode::least_open && a.open != b.open) return a.open < b.open;
    if (mode == AssignMode::match && a.match.score != b.match.score) return a.match.score > b.match.score;
    if (mode == AssignMode::match && a.open != b.open) return a.open < b.open;
    // The smaller share after one more: (given + 1) / weight, without division.
    if (mode == AssignMode::weighted && (a.given + 1) * b.weight != (b.given + 1) * a.weight)
        return (a.given + 1) * b.weight < (b.given + 1) * a.weight;
    return a.turn < b.turn;
}

std::string reason_of(AssignMode mode, AssignCandidate const& one) {
    switch (mode) {
        case AssignMode::round_robin:
            return "轮流分配";
        case AssignMode::weighted:
            return "按权重 " + std::to_string(one.weight) + " 分配，此前已分 " + std::to_string(one.given) + " 条";
        case AssignMode::least_open:
            return "未完成线索最少（" + std::to_string(one.open) + " 条）";
        case AssignMode::match:
            return "推荐 " + std::to_string(one.match.score) + " 分：" + one.match.reason();
    }
    return {};
}

}  // namespace

std::optional<Chosen> choose(AssignMode mode, std::vector<AssignCandidate> const& candidates,
                             std::optional<int> daily_cap) {
    auto const* best = static_cast<AssignCandidate const*>(nullptr);
    for (auto const& one : candidates) {
        if (!one.on_duty || (daily_cap && one.given_today >= *daily_cap)) continue;
        if (!best || is_before(mode, one, *best)) best = &one;
    }
    if (!best) return std::nullopt;
    return Chosen{best->id, reason_of(mode, *best)};
}

bool fits(AssignConditions const& conditions, AssignSubject const& lead) {
    auto const& words = conditions.intended;
    auto const& tags = conditions.tags;
    return holds(conditions.sources, lead.source) && holds(conditions.channels, lead.channel) &&
           holds(conditions.provinces, lead.province) && holds(conditions.cities, lead.city) &&
           (words.empty() ||
            std::any_of(words.begin(), words.end(),
                        [&](auto const& word) { return lead.intended.find(word) != std::string::npos; })) &&
           (tags.empty() || std::any_of(lead.tags.begin(), lead.tags.end(), [&](auto const& tag) {
                return std::find(tags.begin(), tags.end(), tag) != tags.end();
            }));
}

bool fits(AssignTimes const& times, AssignMoment const& now) {
    if (times.days != AssignDays::any && now.is_working_day != (times.days == AssignDays::working)) return false;
    auto const from = times.from.value_or(0);
    auto const to = times.to.value_or(minutes_a_day);
    if (from < to) return now.minute >= from && now.minute < to;
    return now.minute >= from || now.minute < to;
}

std::optional<int> minute_of_day(std::string_view text) {
    auto const colon = text.find(':');
    if (colon == std::string_view::npos || text.size() - colon != 3) return std::nullopt;
    auto const number = [](std::string_view digits) -> std::optional<int> {
        auto value = 0;
        auto const [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (problem != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
        return value;
    };
    auto const hour = number(text.substr(0, colon));
    auto const minute = number(text.substr(colon + 1));
    if (!hour || !minute || *minute >= minutes_an_hour) return std::nullopt;
    auto const all = *hour * minutes_an_hour + *minute;
    return all <= minutes_a_day ? std::optional{all} : std::nullopt;
}

}  // namespace wescrm::sales
