#pragma once
#include "turn.hpp"

#include <string_view>

namespace wescrm::bot {

/// Reads a sentence as the answer to the open question; if it fits, the waiting command runs on. False: it does not
/// fit.
[[nodiscard]] bool take_answer(Turn& turn, std::string_view sentence);

/// The head of a sentence that would say the same as an answer for `slot`, so that dates and phones in an answer are
/// understood too;
/// "" where there is none.
[[nodiscard]] std::string head_for(Command const& command, std::string_view slot);

}  // namespace wescrm::bot
