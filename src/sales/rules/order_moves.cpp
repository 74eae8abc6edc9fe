#include "order_moves.hpp"

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

constexpr std::array<std::string_view, 3> phases{"in_force", "executing", "completed"};

}  // namespace

std::string phase_of(std::vector<OwnPlace> const& own, std::string_view place) {
    if (std::ranges::find(phases, place) != phases.end()) return std::string{place};
    auto const found = std::ranges::find(own, place, &OwnPlace::name);
    return found == own.end() ? std::string{} : found->phase;
}

bool is_within_life(std::vector<OwnPlace> const& own, std::string_view from, std::string_view to) {
    auto const before = std::ranges::find(phases, phase_of(own, from));
    auto const after = std::ranges::find(phases, phase_of(own, to));
    return before != phases.end() && after != phases.end() && before <= after && from != to && from != phases.back();
}

}  // namespace wescrm::sales
