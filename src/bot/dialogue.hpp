#pragma once
#include "data.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::bot {

/// A record as a conversation speaks of it.
struct Record {
    std::string kind;  ///< "customer", "task"
    std::string id;
    std::string title;
};

/// An understood sentence on its way to an operation.
struct Command {
    std::string intent;
    Data slots;
};

/// What the app waits for.
struct Question {
    enum class Kind { slot, choice, confirm };
    Kind kind = Kind::slot;
    Command command;              ///< runs when the answer is in
    std::string slot;             ///< where the answer goes
    std::string wording;          ///< the template of the question
    Data data;                    ///< what fills it
    std::vector<Record> choices;  ///< of Kind::choice
    std::string asked_name;       ///< of Kind::choice: the ambiguous words
    Instant expires;
    int misses = 0;  ///< answers that did not fit
};

/// The last list shown, for 第二个 and 下一页.
struct List {
    std::vector<Record> records;
    Command command;
    std::string next_cursor;
};

/// The last write, for "不对, 是下周四": the command runs again with other slots.
struct Written {
    Command command;
    Record record;
    Instant at;
};

/// What the app is talking about with one person: one row, read and written once a turn.
struct Dialogue {
    std::optional<Question> question;
    std::optional<Question> parked;
    std::optional<Record> record;  ///< 它
    std::optional<Written> written;
    List list;
    Instant remembered_at;   ///< of record and list
    int misunderstood = 0;   ///< sentences in a row
    std::string greeted_on;  ///< a date
    std::vector<std::pair<std::string, std::string>>
        chosen;  ///< ambiguous words → id of the record that was meant, newest last
};

/// A state that cannot be read (of an older version) is an empty dialogue.
[[nodiscard]] Dialogue read_dialogue(std::string_view state);
[[nodiscard]] std::string write_dialogue(Dialogue const& dialogue);

}  // namespace wescrm::bot
