#include "possible_duplicate.hpp"

namespace wescrm::bot {

void put_reason(Command const& command, Data& fields) {
    if (command.slots.has("confirmed")) fields.set("duplicate_reason", "在对话中确认");
}

bool ask_duplicate(Turn& turn, Command const& command, std::string_view what, Error const& error) {
    if (error.code != Errc::conflict || error.reason != "possible_duplicate") return false;
    auto items = std::vector<Data>{};
    for (auto const& field : error.fields) items.push_back(Data{{"message", field.message}});
    auto data = Data{{"what", what}};
    data.set("items", items);
    turn.confirm(Command{command.intent, command.slots.copy()}, "confirm_duplicate", std::move(data));
    return true;
}

}  // namespace wescrm::bot
