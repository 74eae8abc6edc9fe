#pragma once
#include <string_view>

namespace wescrm::sales {

/// SQL for the colour of the stage `g`.
inline constexpr std::string_view stage_colour =
    "coalesce(g.colour, case g.kind when 'won' then 'green' when 'lost' then 'red' when 'invalid' then 'grey' else "
    "'blue' end)";

}  // namespace wescrm::sales
