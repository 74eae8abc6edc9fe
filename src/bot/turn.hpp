#pragma once
#include "crm.hpp"
#include "data.hpp"
#include "dialogue.hpp"

#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/bot/config.hpp>
#include <wescrm/bot/understanding.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::bot {

/// One message to the person: a template and what fills it.
struct Reply {
    std::string kind;
    Data data;
};

/// What becomes of the card whose button was pressed: other buttons, or a new card.
struct CardAnswer {
    std::string button_text;  ///< replaces all buttons, if not empty
    std::string kind;
    Data data;
};

struct Person {
    std::string name;
    std::string user_id;
};

/// One message of one person and everything that answering it may touch. The dialogue and the replies are its outcome.
struct Turn {
    Crm const& crm;
    Understand const& understand;
    Config const& config;
    Person const& person;
    Zone const& zone;
    Instant now;
    Instant sent_at;
    Dialogue& dialogue;
    std::vector<Reply> replies{};
    std::optional<CardAnswer> card{};
    std::string intent = "none";  ///< of the last command that ran; "unknown" if the sentence was not understood
    bool was_refused = false;

    void say(std::string_view kind, Data data = {});
    /// Asks for one slot of `command`, which runs when the answer is in.
    void ask(Command command, std::string_view slot, std::string_view wording, Data data = {});
    /// Asks which of `choices` was meant by `asked_name`; the answer fills `slot` and `slot`_id.
    void offer(Command command, std::string_view slot, std::vector<Record> choices, std::string_view asked_name,
               Data data);
    /// Runs `command` only after 确认; it carries the slot "confirmed" then.
    void confirm(Command command, std::string_view wording, Data data);
    /// Says why `what` was not done, and the way out.
    void refuse(std::string_view what, Error const& error);

    void remember(Record record);
    void remember(List list);
    [[nodiscard]] bool remembers() const { return now - dialogue.remembered_at <= config.record_remembered; }
    [[nodiscard]] std::optional<Record> remembered_record() const;
    /// The n-th entry of the last list; -1: the last.
    [[nodiscard]] std::optional<Record> remembered_entry(int index) const;

    /// "12月2日 周三 15:00"; "" without an instant.
    [[nodiscard]] std::string spoken(std::optional<Instant> const& at) const;
    /// A moment of the chat language; a date without a time of day is 09:00.
    [[nodiscard]] std::optional<Instant> moment(std::string_view text) const;
};

/// Keeps the command that was just carried out, so that the next sentence can correct it.
void note_write(Turn& turn, Command const& command, Record record);

/// The moment that `text` says becomes the field; nothing if it says none.
void put_moment(Turn const& turn, Data& fields, std::string_view name, std::string const& text);

/// "138****5678"
[[nodiscard]] std::string masked(std::string_view phone);

}  // namespace wescrm::bot
