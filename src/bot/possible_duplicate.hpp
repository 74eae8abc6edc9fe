#pragma once
#include "turn.hpp"

// Records that may be there already: the company's rules only warn, and the person says whether it is another one.
namespace wescrm::bot {

/// Puts the reason into the operation's input once the person has said yes.
void put_reason(Command const& command, Data& fields);
/// Asks whether to write it all the same, if `error` says that it may be there already; else false.
[[nodiscard]] bool ask_duplicate(Turn& turn, Command const& command, std::string_view what, Error const& error);

}  // namespace wescrm::bot
