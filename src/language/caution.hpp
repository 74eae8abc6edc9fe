#pragma once
#include "answer.hpp"

namespace wescrm::language {

/// Whether an intent deletes, gives away or ends something, so that a mistake would hurt.
[[nodiscard]] bool is_destructive(std::string_view intent);

/// Whether the sentence only speaks of the action: 如果退回公海, 他说“退回”, 绿源被退回公海了, or names no plain
/// record.
[[nodiscard]] bool only_speaks_of_it(Sentence const& s, Understanding const& meant);

/// 先不转, 绿源别退公海: the action is stopped.
[[nodiscard]] bool is_stopped(Sentence const& s);

}  // namespace wescrm::language
