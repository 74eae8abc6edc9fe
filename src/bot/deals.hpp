#pragma once
#include "turn.hpp"

#include <optional>
#include <string_view>

// Leads and opportunities in the chat: which one a person means, and how they look.
namespace wescrm::bot {

/// "lead" or "opportunity".
[[nodiscard]] bool is_deal(std::string_view kind);
/// 线索, 商机
[[nodiscard]] std::string_view deal_word(std::string_view kind);

/// Whether the person sees any that the words find.
[[nodiscard]] bool is_any_deal(Turn const& turn, std::string_view kind, std::string const& words);
/// Which one the slot of its kind's name means; else as find_record.
[[nodiscard]] std::optional<Record> find_deal(Turn& turn, Command& command, std::string_view kind);

/// Its card; `news`: "is_created", "is_changed" or nothing. `shown` is what its operation answered.
void show_deal_card(Turn& turn, std::string_view kind, json::Value const& shown, std::string_view news);
void show_deal_card(Turn& turn, std::string_view kind, std::string_view id);
/// The button of its card: everything about it.
void press_deal(Turn& turn, std::string_view kind, std::string_view id);

/// Changes what the slot "set" says.
void change_deal(Turn& turn, std::string_view kind, Command command);

void create_lead(Turn& turn, Command command);
void find_lead(Turn& turn, Command command);
void change_lead(Turn& turn, Command command);
void create_opportunity(Turn& turn, Command command);
void find_opportunity(Turn& turn, Command command);
void change_opportunity(Turn& turn, Command command);

}  // namespace wescrm::bot
