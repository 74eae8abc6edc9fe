#pragma once
#include "turn.hpp"

#include <string_view>

namespace wescrm::bot {

/// "不对, 是明天", "改成下周四" right after a write: takes it back and writes it anew with what was said. False: the
/// sentence is no correction, or there is nothing to correct.
[[nodiscard]] bool correct(Turn& turn, std::string_view sentence);

}  // namespace wescrm::bot
