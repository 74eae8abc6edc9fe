#pragma once
#include "turn.hpp"

#include <string_view>

namespace wescrm::bot {

/// Reads a sentence as the answer to the open question; if it fits, the waiting command runs on. False: it does not
/// fit.
[[nodiscard]] bool take_answer(Turn& turn, std::string_view sentence, Understood const& understood);

}  // namespace wescrm::bot
