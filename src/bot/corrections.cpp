#include "corrections.hpp"

#include "answers.hpp"
#include "commands.hpp"

#include <wescrm/base/text.hpp>

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr auto heads = std::array<std::string_view, 10>{"不对", "不是", "错了", "说错了", "写错了",
                                                        "改成", "改为", "改到", "应该是", "更正"};
constexpr auto fillers =
    std::array<std::string_view, 10>{"，", ",", "。", " ", "、", "应该是", "应为", "改成", "改为", "是"};

// What follows "不对, 是"; nullopt if the sentence does not begin like a correction.
std::optional<std::string> corrected_part(std::string_view sentence) {
    auto rest = text::trim(sentence);
    auto is_correction = false;
    for (auto const head : heads)
        if (rest.starts_with(head)) {
            rest.remove_prefix(head.size());
            is_correction = true;
            break;
        }
    if (!is_correction) return std::nullopt;
    for (auto is_changed = true; is_changed;) {
        is_changed = false;
        for (auto const filler : fillers)
            if (rest.starts_with(filler)) {
                rest.remove_prefix(filler.size());
                is_changed = true;
            }
    }
    return std::string{rest};
}

bool names_the_thing(std::string_view slot) {
    return slot == "target" || slot == "customer" || slot == "content" || slot == "title";
}

// The slots that the corrected part fills when it stands in a sentence like the one that was carried out.
Data new_slots(Turn& turn, Command const& command, std::string const& part) {
    auto filled = Data{};
    auto const understood = turn.understand(head_for(command, "") + part, turn.sent_at, turn.zone);
    if (understood.intent != command.intent) return filled;
    for (auto const& slot : understood.slots.GetObject()) {
        auto const name = json::view(slot.name);
        auto const* old = json::find(command.slots.value(), name);
        if (names_the_thing(name) || (old && *old == slot.value)) continue;
        filled.set(name, static_cast<json::Value const&>(slot.value));
    }
    return filled;
}

}  // namespace

bool correct(Turn& turn, std::string_view sentence) {
    auto const& written = turn.dialogue.written;
    auto const part = corrected_part(sentence);
    if (!part || !written || turn.now - written->at > turn.config.correctable) return false;
    auto command = Command{written->command.intent, written->command.slots.copy()};
    auto const changed = new_slots(turn, command, *part);
    if (changed.value().ObjectEmpty()) {
        turn.say("reply_correct_how", Data{{"title", written->record.title}});
        return true;
    }
    if (command.intent == "task.create") command.slots.erase("remind_at").erase("due_at");
    for (auto const& slot : changed.value().GetObject())
        command.slots.set(json::view(slot.name), static_cast<json::Value const&>(slot.value));
    auto const undone = turn.crm.undo();
    turn.dialogue.written.reset();
    if (!undone)
        turn.refuse("更正", undone.error());
    else
        run_command(turn, std::move(command));
    return true;
}

}  // namespace wescrm::bot
