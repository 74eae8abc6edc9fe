#pragma once
#include "commands.hpp"

namespace wescrm::bot {

/// 同意, 拒绝 or 详情 on the card of a request to recycle a record later. Who refuses is asked why.
void press_extension(Turn& turn, std::string_view verb, std::string_view id);
/// Refuses with the reason in the slot "content".
void refuse_extension(Turn& turn, Command command);

}  // namespace wescrm::bot
