#pragma once
#include "turn.hpp"

#include <string_view>

namespace wescrm::bot {

// One turn of a conversation. Everything a person may do in the chat comes through one of these.

void hear(Turn& turn, std::string_view sentence);
/// An item of the app's menu; its key is an intent, e.g. "customer.list".
void press_menu(Turn& turn, std::string_view key);
/// A button of a card: "<verb>:<kind>:<id>", e.g. "done:task:77".
void press_button(Turn& turn, std::string_view key);
/// The person opened the app: greets once a day.
void enter(Turn& turn);

}  // namespace wescrm::bot
