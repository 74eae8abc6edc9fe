#pragma once
#include "commands.hpp"

namespace wescrm::bot {

/// 同意, 拒绝 or 详情 on the card of an approval. Who refuses is asked why; the card of everybody who holds one shows
/// the outcome.
void press_approval(Turn& turn, std::string_view verb, std::string_view id);
/// Refuses with the reason in the slot "content".
void refuse_approval(Turn& turn, Command command);

}  // namespace wescrm::bot
