#include "commands.hpp"
#include "people.hpp"

#include <utility>

// Why somebody sees or does not see a customer, and whose one is that he does not see.
namespace wescrm::bot {
namespace {

std::vector<Data> reasons(std::vector<std::string> const& because) {
    auto lines = std::vector<Data>{};
    for (auto const& reason : because) lines.push_back(Data{{"text", reason}});
    return lines;
}

}  // namespace

void explain_access(Turn& turn, Command command) {
    auto const customer = command.slots.text("customer");
    auto person = std::optional<Record>{};
    if (!command.slots.text("employee").empty()) {
        person = find_person(turn, command, "employee", "ask_employee", Whom::anybody);
        if (!person) return;
        command.slots.set("employee", person->title).set("employee_id", person->id);
    }
    if (customer.empty()) return turn.ask(std::move(command), "customer", "ask_explained_customer");
    auto const explained = Company{turn.crm}.explain(customer, person ? person->id : std::string{});
    if (!explained) return turn.refuse("查询权限", explained.error());
    if (explained->name.empty()) return turn.say("reply_nothing_to_explain", Data{{"name", customer}});
    auto const is_other = person && person->id != turn.person.user_id;
    auto data = Data{{"who", is_other ? person->title : "您"}, {"name", explained->name}, {"owner", explained->owner}};
    if (!explained->id.empty()) turn.remember(Record{"customer", explained->id, explained->name});
    if (explained->id.empty()) data.flag("is_hidden");
    if (explained->can_read) data.flag("can_read");
    if (explained->can_read && !explained->can_write) data.set("write_reasons", reasons(explained->because_write));
    if (!is_other) data.flag("is_oneself");
    turn.say("reply_explained", std::move(data.set("reasons", reasons(explained->because))));
}

bool show_hidden(Turn& turn, std::string const& words) {
    auto const explained = Company{turn.crm}.explain(words, {});
    if (!explained || explained->name.empty() || !explained->id.empty()) return false;
    turn.say("reply_hidden_customer", Data{{"name", explained->name}, {"owner", explained->owner}});
    return true;
}

}  // namespace wescrm::bot
