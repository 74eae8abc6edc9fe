#pragma once
#include <string>
#include <string_view>
#include <vector>

// Where an order may go between coming into force and its end. Pure functions; a place is "in_force", "executing",
// "completed" or a state of the company's own by its name.
namespace wescrm::sales {

struct OwnPlace {
    std::string name;
    std::string phase;  ///< in_force, executing
};
/// "executing" for a state within it, "" for what is no place.
[[nodiscard]] std::string phase_of(std::vector<OwnPlace> const& own, std::string_view place);
/// Whether the life of an order allows it: never back into an earlier phase, and nowhere from the end.
[[nodiscard]] bool is_within_life(std::vector<OwnPlace> const& own, std::string_view from, std::string_view to);

}  // namespace wescrm::sales
