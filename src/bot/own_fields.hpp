#pragma once
#include "turn.hpp"

// A company's own fields in sentences: values by their labels, and questions for those that must be filled.
namespace wescrm::bot {

/// What the slots "custom.KEY" say, as `custom` of the operation's input.
void put_own(Turn& turn, std::string_view object, Data const& slots, Data& fields);
/// Asks for the field that `error` names, if it is one of the company's own, or says where it is filled in if a
/// sentence cannot; else false.
[[nodiscard]] bool ask_own(Turn& turn, std::string_view object, Command& command, Error const& error);
/// Says where a field is filled in that `slots` name and that nobody can say: pictures, places, other records.
[[nodiscard]] bool names_unsayable(Turn& turn, std::string_view object, Data const& slots);
/// {label, text} of the record's own fields for cards and lists; `only_cards`: those that are marked for cards.
[[nodiscard]] std::vector<Data> own_lines(Turn const& turn, std::string_view object, std::string_view id,
                                          bool only_cards);

}  // namespace wescrm::bot
