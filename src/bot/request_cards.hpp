#pragma once
#include "commands.hpp"

namespace wescrm::bot {

/// Requests that are decided on cards with 同意, 拒绝 and 详情, once: "recycle_extension", "collaboration_request",
/// "assignment_offer".
[[nodiscard]] bool is_request(std::string_view kind);
/// Who refuses is asked why.
void press_request(Turn& turn, std::string_view verb, std::string_view kind, std::string_view id);
/// Refuses with the reason in the slot "content".
void refuse_extension(Turn& turn, Command command);
void refuse_collaboration(Turn& turn, Command command);
void decline_assignment(Turn& turn, Command command);

}  // namespace wescrm::bot
