#pragma once
#include "turn.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::bot {

/// Several commands of one message, one after the other by `hear_one`, with one numbered reply. A question that one of
/// them leads to is no question to the next: the first stays open, the reply says which commands must be sent again.
void hear_each(Turn& turn, std::vector<std::string> const& lines,
               std::function<void(Turn&, std::string_view)> const& hear_one);

}  // namespace wescrm::bot
