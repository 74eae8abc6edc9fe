#include "commands.hpp"
#include "own_fields.hpp"
#include "people.hpp"
#include "possible_duplicate.hpp"
#include "whose.hpp"

#include <wescrm/base/text.hpp>

#include <array>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr auto text_fields = std::array<std::string_view, 8>{"name",  "mobile",   "contact", "short_name",
                                                             "level", "industry", "source",  "address"};

List list_of(std::vector<Customer> const& customers, Command command, std::string cursor) {
    auto list = List{{}, std::move(command), std::move(cursor)};
    for (auto const& customer : customers) list.records.push_back({"customer", customer.id, customer.name});
    return list;
}

std::vector<Data> lines_of(Turn const& turn, std::vector<Customer> const& customers) {
    auto lines = std::vector<Data>{};
    auto number = std::int64_t{0};
    for (auto const& customer : customers) {
        auto line = Data{{"name", customer.name}, {"level", customer.level}, {"owner", customer.owner}};
        line.set("no", ++number);
        auto facts = std::string{};
        if (!customer.level.empty()) facts += " · " + customer.level;
        if (!customer.owner.empty() && customer.owner_user_id != turn.person.user_id) facts += " · " + customer.owner;
        if (customer.next_contact_at) facts += " · 下次联系 " + turn.spoken(customer.next_contact_at);
        line.set("facts", facts);
        lines.push_back(std::move(line));
    }
    return lines;
}

// What customer.list takes of the slots; whoever's they are, only what the person may see.
Data query_of(Turn const& turn, Data const& slots, Whose const& whose) {
    auto query =
        Data{{"level", slots.text("level")}, {"industry", slots.text("industry")}, {"source", slots.text("source")},
             {"q", slots.text("q")},         {"tag", slots.text("tag")},           {"cursor", slots.text("cursor")}};
    query.set("owner", whose.user_id).set("department", whose.department).set("scene", whose.scene);
    if (auto const status = slots.text("deal_status"); !status.empty())
        query.set("deal_status", status == "won" ? "closed" : status);
    if (auto const days = json::find_integer(slots.value(), "not_followed_days")) query.set("not_followed_days", *days);
    if (auto const period = slots.text("period"); period.size() == 22)
        query.set("from", period.substr(0, 10)).set("to", period.substr(12));
    query.set("limit", static_cast<std::int64_t>(turn.config.list_length));
    return query;
}

void show_page(Turn& turn, Command command, CustomerPage const& page, Whose const& whose) {
    auto data = Data{{"whose", whose.title}};
    if (page.items.empty()) return turn.say("reply_no_customers", std::move(data));
    data.set("items", lines_of(turn, page.items));
    if (whose.is_mine) data.flag("is_mine");
    if (!whose.is_mine && whose.title.empty()) data.flag("is_everybody");
    if (!page.next_cursor.empty()) data.flag("has_more");
    turn.say("reply_customers", std::move(data));
    turn.remember(list_of(page.items, std::move(command), page.next_cursor));
}

}  // namespace

void create_customer(Turn& turn, Command command) {
    if (command.slots.text("name").empty()) return turn.ask(std::move(command), "name", "ask_customer_name");
    auto fields = Data{};
    for (auto const name : text_fields) fields.set(name, command.slots.text(name));
    fields.set("remark", command.slots.text("remark"));
    put_moment(turn, fields, "next_contact_at", command.slots.text("next_contact_at"));
    if (names_unsayable(turn, "customer", command.slots)) return;
    put_own(turn, "customer", command.slots, fields);
    put_reason(command, fields);
    auto const customer = turn.crm.create_customer(fields);
    if (!customer && ask_own(turn, "customer", command, customer.error())) return;
    auto const what = "新建客户 " + command.slots.text("name");
    if (!customer && ask_duplicate(turn, command, what, customer.error())) return;
    if (!customer) return turn.refuse(what, customer.error());
    note_write(turn, command, {"customer", customer->id, customer->name});
    show_card(turn, *customer, "is_created");
}

void find_customer(Turn& turn, Command command) {
    if (auto const record = find_record(turn, command, "customer", "ask_customer")) show_card(turn, record->id);
}

void list_customers(Turn& turn, Command command) {
    auto const whose = whose_records(turn, command);
    if (!whose) return;
    auto const page = turn.crm.list_customers(query_of(turn, command.slots, *whose));
    if (!page) return turn.refuse("列出客户", page.error());
    show_page(turn, std::move(command), *page, *whose);
}

void next_page(Turn& turn, Command) {
    auto& list = turn.dialogue.list;
    if (!turn.remembers() || list.records.empty()) return turn.say("reply_no_list");
    if (list.next_cursor.empty()) return turn.say("reply_last_page");
    auto command = Command{list.command.intent, list.command.slots.copy()};
    command.slots.set("cursor", list.next_cursor);
    list_customers(turn, std::move(command));
}

void change_customer(Turn& turn, Command command) {
    auto const* set = json::find(command.slots.value(), "set");
    if (!set || !set->IsObject() || set->ObjectEmpty()) return turn.say("reply_change_what");
    auto fields = Data{};
    if (names_unsayable(turn, "customer", Data{*set})) return;
    put_own(turn, "customer", Data{*set}, fields);
    for (auto const& member : set->GetObject()) {
        auto const name = json::view(member.name);
        if (name.starts_with("custom.")) continue;
        auto const value = member.value.IsString() ? std::string{json::view(member.value)} : json::write(member.value);
        if (name.ends_with("_at"))
            put_moment(turn, fields, name, value);
        else
            fields.set(name, value);
    }
    auto const record = find_record(turn, command, "customer", "ask_customer");
    if (!record) return;
    auto const before = turn.crm.show_customer(record->id);
    if (!before) return turn.refuse("修改客户", before.error());
    put_reason(command, fields);
    auto const after = turn.crm.change_customer(record->id, before->version, fields);
    command.slots.set("customer", before->name).set("customer_id", before->id);
    if (!after && ask_duplicate(turn, command, "修改客户 " + before->name, after.error())) return;
    if (!after) return turn.refuse("修改客户 " + before->name, after.error());
    command.slots.set("customer", after->name).set("customer_id", after->id);
    note_write(turn, command, *record);
    show_card(turn, *after, "is_changed");
}

void delete_customer(Turn& turn, Command command) {
    auto const record = find_record(turn, command, "customer", "ask_customer");
    if (!record) return;
    if (!command.slots.has("confirmed")) {
        auto const customer = turn.crm.show_customer(record->id);
        if (!customer) return turn.refuse("删除客户", customer.error());
        command.slots.set("customer", customer->name).set("customer_id", customer->id);
        return turn.confirm(std::move(command), "confirm_delete",
                            Data{{"name", customer->name}, {"no", customer->no}, {"owner", customer->owner}});
    }
    auto const deleted = turn.crm.delete_customer(record->id);
    if (!deleted) return turn.refuse("删除客户 " + record->title, deleted.error());
    if (turn.dialogue.record && turn.dialogue.record->id == record->id) turn.dialogue.record.reset();
    turn.say("reply_deleted", Data{{"name", record->title}});
}

void search(Turn& turn, Command command) {
    auto const words = command.slots.text("query");
    if (words.empty()) return turn.ask(std::move(command), "query", "ask_customer");
    auto found = turn.crm.search_customers(words, turn.config.list_length);
    if (!found) return turn.refuse("查找", found.error());
    if (found->empty() && show_contacts(turn, words)) return;
    if (found->empty() && command.slots.has("is_guess")) return not_understood(turn, words, true);
    if (found->empty()) {
        auto shown = Command{"customer.find", Data{}};
        if (!offer_near_customers(turn, shown, "customer", words)) turn.say("reply_not_found", Data{{"name", words}});
        return;
    }
    if (found->size() == 1) return show_card(turn, found->front().id);
    auto data = Data{{"name", words}};
    data.set("items", lines_of(turn, *found));
    turn.say("reply_found", std::move(data));
    turn.remember(list_of(*found, std::move(command), {}));
}

void select_entry(Turn& turn, Command command) {
    auto const index = static_cast<int>(json::find_integer(command.slots.value(), "index").value_or(0));
    auto const record = turn.remembered_entry(index);
    if (!record) return turn.say("reply_no_list");
    if (record->kind == "customer") return show_card(turn, record->id);
    if (record->kind == "employee") return show_person(turn, record->id);
    if (record->kind == "intent") return run_command(turn, {record->id, Data{}});
    turn.remember(*record);
    turn.say("reply_task_chosen", Data{{"title", record->title}});
}

}  // namespace wescrm::bot
