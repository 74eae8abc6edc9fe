#pragma once
#include "commands.hpp"

namespace wescrm::bot {

/// What the person's pools hold that is most like what he has sold; the slot "object" says "lead" or nothing.
void recommend(Turn& turn, Command command);
/// Whether a button's kind is that of a recommended record: "pooled_customer", "pooled_lead".
[[nodiscard]] bool is_pooled(std::string_view kind);
/// The button 领取 of one.
void press_pooled(Turn& turn, std::string_view kind, std::string_view id);

}  // namespace wescrm::bot
