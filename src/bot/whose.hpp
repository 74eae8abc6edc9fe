#pragma once
#include "turn.hpp"

#include <optional>
#include <string>

namespace wescrm::bot {

/// Of whom a list is, as its slot `scope` says: "self", "subordinates", "company", "department:销售一部",
/// "employee:张三".
struct Whose {
    bool is_mine = false;
    std::string title;       ///< of a person or department: "张三"
    std::string user_id;     ///< filter `owner`
    std::string department;  ///< filter `department`
    std::string scene;       ///< filter `scene`
};

/// Resolved, or the person is asked which colleague or department he means (nullopt).
[[nodiscard]] std::optional<Whose> whose_records(Turn& turn, Command& command);

}  // namespace wescrm::bot
