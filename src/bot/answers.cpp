#include "answers.hpp"

#include "commands.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr std::size_t longest_name = 60;  // code points; more is no name but a sentence

Question take_question(Turn& turn) { return *std::exchange(turn.dialogue.question, std::nullopt); }

void go_on(Turn& turn, Command command) {
    turn.dialogue.misunderstood = 0;
    run_command(turn, std::move(command));
}

std::optional<Record> chosen_from(std::vector<Record> const& choices, std::string_view sentence) {
    if (auto const index = index_from(sentence)) {
        if (*index == -1) return choices.back();
        return static_cast<std::size_t>(*index) <= choices.size()
                   ? std::optional{choices[static_cast<std::size_t>(*index) - 1]}
                   : std::nullopt;
    }
    if (choices.size() == 1 && is_confirmation(sentence)) return choices.front();
    auto const words = text::trim(sentence);
    auto const fits = [&words](Record const& choice) {
        return !words.empty() && choice.title.find(words) != std::string::npos;
    };
    if (std::count_if(choices.begin(), choices.end(), fits) != 1) return std::nullopt;
    return *std::find_if(choices.begin(), choices.end(), fits);
}

void remember_choice(Turn& turn, std::string const& name, std::string const& id) {
    auto& chosen = turn.dialogue.chosen;
    std::erase_if(chosen, [&name](auto const& pair) { return pair.first == name; });
    chosen.emplace_back(name, id);
    if (chosen.size() > turn.config.names_remembered) chosen.erase(chosen.begin());
}

bool take_choice(Turn& turn, std::string_view sentence) {
    if (is_none_of_them(sentence) || is_refusal(sentence)) {
        auto const question = take_question(turn);
        turn.say("reply_none_of_them", Data{{"name", question.asked_name}});
        return true;
    }
    auto const record = chosen_from(turn.dialogue.question->choices, sentence);
    if (!record) return false;
    auto question = take_question(turn);
    remember_choice(turn, question.asked_name, record->id);
    question.command.slots.set(question.slot, record->title).set(question.slot + "_id", record->id);
    go_on(turn, std::move(question.command));
    return true;
}

bool take_confirmation(Turn& turn, std::string_view sentence) {
    if (is_refusal(sentence)) {
        turn.dialogue.question.reset();
        turn.say("reply_cancelled");
        return true;
    }
    if (!is_confirmation(sentence)) return false;
    auto question = take_question(turn);
    question.command.slots.flag("confirmed");
    go_on(turn, std::move(question.command));
    return true;
}

void merge(Data& into, json::Value const& slots) {
    for (auto const& slot : slots.GetObject())
        if (!into.has(json::view(slot.name)))
            into.set(json::view(slot.name), static_cast<json::Value const&>(slot.value));
}

// The answer is the value of a field, whatever else it could mean.
bool is_field_slot(std::string_view slot) { return slot.starts_with("custom.") || slot.starts_with("system."); }
bool is_moment_slot(std::string_view slot) { return slot.ends_with("_at") && !is_field_slot(slot); }
bool is_free_text(std::string_view slot) { return slot == "content" || slot == "title"; }

bool take_slot(Turn& turn, std::string_view sentence) {
    auto const& open = *turn.dialogue.question;
    auto const words = text::trim(sentence);
    if (is_skip(sentence) && open.data.has("can_skip")) {
        auto question = take_question(turn);
        question.command.slots.set(question.slot + "_skipped", "yes");
        go_on(turn, std::move(question.command));
        return true;
    }
    auto filled = Data{};
    if (is_field_slot(open.slot)) {
        filled.set(open.slot, words);
    } else if (auto const head = head_for(open.command, open.slot); !head.empty()) {
        auto const whole = turn.understand(head + std::string{words}, turn.sent_at, turn.zone);
        if (whole.intent == open.command.intent) filled = Data{whole.slots};
    }
    if (is_moment_slot(open.slot) && !filled.has("due_at") && !filled.has("remind_at")) return false;
    if (!is_moment_slot(open.slot) && !filled.has(open.slot)) {
        if (!is_free_text(open.slot) && text::length(words) > longest_name) return false;
        filled.set(open.slot, words);
    }
    auto question = take_question(turn);
    merge(question.command.slots, filled.value());
    go_on(turn, std::move(question.command));
    return true;
}

}  // namespace

std::string head_for(Command const& command, std::string_view slot) {
    auto const& intent = command.intent;
    if (intent == "customer.create" && slot == "name") return "新建客户 ";
    if (intent == "customer.create") return "新建客户 " + command.slots.text("name") + " ";
    if (intent == "lead.create" && slot == "name") return "新建线索 ";
    if (intent == "lead.create") return "新建线索 " + command.slots.text("name") + " ";
    if (intent == "followup.create" && slot != "target") return "跟进 " + command.slots.text("target") + " ";
    if (intent == "task.create") return "提醒我";
    if (intent == "task.reschedule") return "任务改到";
    if (intent == "contact.create" && slot == "name") return command.slots.text("customer") + "新增联系人 ";
    if (intent == "contact.create" && slot != "customer")
        return command.slots.text("customer") + "新增联系人 " + command.slots.text("name") + " ";
    return {};
}

bool take_answer(Turn& turn, std::string_view sentence) {
    switch (turn.dialogue.question->kind) {
        case Question::Kind::choice:
            return take_choice(turn, sentence);
        case Question::Kind::confirm:
            return take_confirmation(turn, sentence);
        case Question::Kind::slot:
            break;
    }
    return take_slot(turn, sentence);
}

}  // namespace wescrm::bot
