#include "people.hpp"

#include "words.hpp"

#include <utility>

// Which colleague the words of a person mean.
namespace wescrm::bot {
namespace {

bool is_me(std::string const& words) { return words == "me" || words == "我" || words == "自己"; }

std::optional<Record> remembered(Turn& turn, std::string const& words) {
    auto found = std::optional<Record>{};
    if (is_pronoun(words)) found = turn.remembered_record();
    if (auto const index = index_from(words)) found = turn.remembered_entry(*index);
    return found && found->kind == "employee" ? found : std::nullopt;
}

void offer_people(Turn& turn, Command& command, std::string_view slot, std::string const& words,
                  std::vector<Colleague> const& found) {
    auto choices = std::vector<Record>{};
    for (auto const& colleague : found)
        if (choices.size() < turn.config.choices)
            choices.push_back({"employee", colleague.user_id, described(colleague)});
    auto data = Data{};
    if (found.size() > turn.config.choices) data.flag("has_more");
    if (found.front().rank > last_certain_rank) data.flag("is_near");
    turn.offer(std::move(command), slot, std::move(choices), words, std::move(data));
}

}  // namespace

std::string described(Colleague const& colleague) {
    auto text = colleague.name;
    if (!colleague.department.empty()) text += " · " + colleague.department;
    if (!colleague.position.empty()) text += " · " + colleague.position;
    if (colleague.status == "disabled") text += " · 已停用";
    if (colleague.status == "left") text += " · 已离职";
    return text;
}

std::optional<Record> find_person(Turn& turn, Command& command, std::string_view slot, std::string_view wording,
                                  Whom whom) {
    auto const words = command.slots.text(slot);
    if (auto const id = command.slots.text(std::string{slot} + "_id"); !id.empty())
        return Record{"employee", id, words.substr(0, words.find(" · "))};
    if (is_me(words)) return Record{"employee", turn.person.user_id, turn.person.name};
    if (auto const record = remembered(turn, words)) return record;
    if (words.empty() || is_pronoun(words)) {
        command.slots.erase(slot);
        turn.ask(std::move(command), slot, wording);
        return std::nullopt;
    }
    auto const found = Company{turn.crm}.search(words, turn.config.choices + 1, whom == Whom::anybody);
    if (!found) {
        turn.refuse("查找同事", found.error());
        return std::nullopt;
    }
    if (found->empty()) {
        turn.say("reply_no_colleague", Data{{"name", words}});
        return std::nullopt;
    }
    if (found->size() > 1 || found->front().rank > last_certain_rank) {
        offer_people(turn, command, slot, words, *found);
        return std::nullopt;
    }
    return Record{"employee", found->front().user_id, found->front().name};
}

}  // namespace wescrm::bot
