#include "assigning.hpp"

#include <algorithm>

namespace wescrm::sales {
namespace {

bool holds(std::vector<std::string> const& wanted, std::string const& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool is_before(AssignMode mode, AssignCandidate const& a, AssignCandidate const& b) {
    if (mode == AssignMode::least_open && a.open != b.open) return a.open < b.open;
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
    return holds(conditions.sources, lead.source) && holds(conditions.channels, lead.channel) &&
           holds(conditions.provinces, lead.province) && holds(conditions.cities, lead.city) &&
           (words.empty() || std::any_of(words.begin(), words.end(), [&](auto const& word) {
                return lead.intended.find(word) != std::string::npos;
            }));
}

}  // namespace wescrm::sales
