#include "commands.hpp"
#include "own_fields.hpp"
#include "possible_duplicate.hpp"
#include "words.hpp"

#include <utility>

// News about a contact person: another phone, another position.
namespace wescrm::bot {
namespace {

std::string described(Contact const& contact) {
    auto text = contact.name;
    if (!contact.position.empty()) text += " · " + contact.position;
    return text + " · " + contact.customer;
}

// Which contact is meant: at the customer that the sentence names, else at any that the person sees.
std::optional<std::string> find_contact_id(Turn& turn, Command& command) {
    if (auto const id = command.slots.text("contact_id"); !id.empty()) return id;
    auto const words = command.slots.text("contact");
    auto customer = std::string{};
    if (!command.slots.text("customer").empty()) {
        auto const record = find_record(turn, command, "customer", "ask_customer");
        if (!record) return std::nullopt;
        customer = record->id;
    }
    auto const found = turn.crm.find_contacts(words, customer, turn.config.choices + 1);
    if (!found) {
        turn.refuse("查找联系人", found.error());
        return std::nullopt;
    }
    if (found->empty()) {
        turn.say("reply_no_contact", Data{{"name", words}});
        return std::nullopt;
    }
    if (found->size() == 1) return found->front().id;
    auto choices = std::vector<Record>{};
    for (auto const& contact : *found)
        if (choices.size() < turn.config.choices) choices.push_back({"contact", contact.id, described(contact)});
    auto data = Data{};
    if (found->size() > turn.config.choices) data.flag("has_more");
    turn.offer(std::move(command), "contact", std::move(choices), words, std::move(data));
    return std::nullopt;
}

// WeChat and mail stand in the remark, where creating a contact puts them too.
void add_to_remark(Data& fields, Contact const& contact, std::string_view label, std::string const& value) {
    auto const line = std::string{label} + " " + value;
    auto const old = fields.has("remark") ? fields.text("remark") : contact.remark;
    fields.set("remark", old.empty() ? line : old + "，" + line);
}

Data fields_of(Contact const& contact, json::Value const& set) {
    auto fields = Data{};
    for (auto const& member : set.GetObject()) {
        auto const name = json::view(member.name);
        auto const& value = static_cast<json::Value const&>(member.value);
        if (name.starts_with("custom.")) continue;
        if (name == "wechat" && value.IsString())
            add_to_remark(fields, contact, "微信", std::string{json::view(value)});
        else if (name == "email" && value.IsString())
            add_to_remark(fields, contact, "邮箱", std::string{json::view(value)});
        else
            fields.set(name, value);
    }
    return fields;
}

}  // namespace

void change_contact(Turn& turn, Command command) {
    auto const* set = json::find(command.slots.value(), "set");
    if (!set || !set->IsObject() || set->ObjectEmpty()) return turn.say("reply_change_what");
    if (command.slots.text("contact").empty()) return turn.ask(std::move(command), "contact", "ask_contact");
    auto const id = find_contact_id(turn, command);
    if (!id) return;
    auto const before = turn.crm.show_contact(*id);
    if (!before) return turn.refuse("修改联系人", before.error());
    auto const* wanted = json::find(command.slots.value(), "set");
    auto fields = fields_of(*before, *wanted);
    if (names_unsayable(turn, "contact", Data{*wanted})) return;
    put_own(turn, "contact", Data{*wanted}, fields);
    put_reason(command, fields);
    auto const after = turn.crm.change_contact(*before, fields);
    if (!after && ask_duplicate(turn, command, "修改联系人 " + before->name, after.error())) return;
    if (!after) return turn.refuse("修改联系人 " + before->name, after.error());
    auto data = Data{
        {"name", after->name}, {"position", after->position}, {"mobile", after->mobile}, {"remark", after->remark}};
    if (after->is_primary) data.flag("is_primary");
    if (auto const customer = turn.crm.show_customer(after->customer_id)) {
        turn.remember(Record{"customer", customer->id, customer->name});
        data.set("customer", customer->name);
    }
    turn.say("reply_contact_changed", std::move(data));
}

}  // namespace wescrm::bot
