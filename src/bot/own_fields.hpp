#pragma once
#include "turn.hpp"

// A company's own fields in sentences: values by their labels, and questions for those that must be filled.
namespace wescrm::bot {

/// What the slots "custom.KEY" say, as `custom` of the operation's input, and what "system.KEY" say as its members.
void put_own(Turn& turn, std::string_view object, Data const& slots, Data& fields);
/// Asks for the field that `error` names, if it is one of the company's own or one that it requires, or says where it
/// is filled in if a sentence cannot; else false.
[[nodiscard]] bool ask_own(Turn& turn, std::string_view object, Command& command, Error const& error);
/// Says where a field is filled in that `slots` name and that nobody can say: pictures, places, other records.
[[nodiscard]] bool names_unsayable(Turn& turn, std::string_view object, Data const& slots);
constexpr std::size_t lines_of_card = 6;  ///< as WeCom allows
constexpr std::size_t own_on_card = 3;
/// What the company made of a record's card.
struct OwnView {
    std::vector<Data> lines;  ///< {label, text} of its own fields
    Data labels;              ///< its words for other fields, by their names: templates say {label.level|级别}
};
/// `only_cards`: those own fields that are marked for cards.
[[nodiscard]] OwnView own_view(Turn const& turn, std::string_view object, std::string_view id, bool only_cards);

}  // namespace wescrm::bot
