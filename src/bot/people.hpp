#pragma once
#include "company.hpp"
#include "turn.hpp"

#include <optional>
#include <string_view>

namespace wescrm::bot {

enum class Whom { working, anybody };

/// Which colleague a slot means (kind "employee", his user id, his name): resolved, or asked for, or answered
/// (nullopt). "me" is the person himself. Whom::anybody: those who left too.
[[nodiscard]] std::optional<Record> find_person(Turn& turn, Command& command, std::string_view slot,
                                                std::string_view wording, Whom whom = Whom::working);

/// "陈磊 · 销售一部 · 客户经理", which tells namesakes apart.
[[nodiscard]] std::string described(Colleague const& colleague);

void show_person(Turn& turn, std::string_view user_id);
void show_department(Turn& turn, Department const& department);

}  // namespace wescrm::bot
