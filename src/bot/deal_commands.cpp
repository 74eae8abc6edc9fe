#include "commands.hpp"
#include "deals.hpp"
#include "own_fields.hpp"
#include "possible_duplicate.hpp"

#include <array>
#include <utility>

// 新建线索, 新建商机, and what is said of one of them.
namespace wescrm::bot {
namespace {

// A lead has no trade of its own: what was said of it stays in the remark.
std::string remark_of(Data const& slots) {
    auto remark = slots.text("remark");
    if (auto const industry = slots.text("industry"); !industry.empty())
        remark += (remark.empty() ? "行业：" : "，行业：") + industry;
    return remark;
}

Data opportunity_fields(Turn& turn, Command const& command, Record const& customer) {
    auto const& slots = command.slots;
    auto fields = Data{{"name", slots.text("name")}, {"customer_id", customer.id}, {"source", slots.text("source")}};
    if (auto const amount = json::find_integer(slots.value(), "amount_fen")) fields.set("amount_fen", *amount);
    if (auto const rate = json::find_integer(slots.value(), "probability")) fields.set("probability", *rate);
    fields.set("expected_close_date", slots.text("expected_close_date").substr(0, 10));
    put_own(turn, "opportunity", slots, fields);
    return fields;
}

}  // namespace

void create_lead(Turn& turn, Command command) {
    auto const& slots = command.slots;
    if (slots.text("name").empty()) return turn.ask(std::move(command), "name", "ask_lead_name");
    auto fields = Data{};
    for (auto const* name : {"name", "company", "mobile", "wechat", "email", "source", "position"})
        fields.set(name, slots.text(name));
    fields.set("remark", remark_of(slots));
    put_moment(turn, fields, "next_contact_at", slots.text("next_contact_at"));
    if (slots.text("assignment") == "rules") fields.flag("assign_by_rules");
    if (names_unsayable(turn, "lead", slots)) return;
    put_own(turn, "lead", slots, fields);
    put_reason(command, fields);
    auto const lead = turn.crm.invoke("lead.create", fields);
    if (!lead && ask_own(turn, "lead", command, lead.error())) return;
    auto const what = "新建线索 " + slots.text("name");
    if (!lead && ask_duplicate(turn, command, what, lead.error())) return;
    if (!lead) return turn.refuse(what, lead.error());
    turn.dialogue.written.reset();
    show_deal_card(turn, "lead", *lead, "is_created");
}

void find_lead(Turn& turn, Command command) {
    if (auto const record = find_deal(turn, command, "lead")) show_deal_card(turn, "lead", record->id);
}

void change_lead(Turn& turn, Command command) { change_deal(turn, "lead", std::move(command)); }

void create_opportunity(Turn& turn, Command command) {
    auto const customer = find_record(turn, command, "customer", "ask_customer");
    if (!customer) return;
    command.slots.set("customer", customer->title).set("customer_id", customer->id);
    if (command.slots.text("name").empty())
        return turn.ask(std::move(command), "name", "ask_opportunity_name", Data{{"customer", customer->title}});
    if (names_unsayable(turn, "opportunity", command.slots)) return;
    auto const deal = turn.crm.invoke("opportunity.create", opportunity_fields(turn, command, *customer));
    if (!deal && ask_own(turn, "opportunity", command, deal.error())) return;
    if (!deal) return turn.refuse("新建商机 " + command.slots.text("name"), deal.error());
    turn.dialogue.written.reset();
    show_deal_card(turn, "opportunity", *deal, "is_created");
}

void find_opportunity(Turn& turn, Command command) {
    if (auto const record = find_deal(turn, command, "opportunity")) show_deal_card(turn, "opportunity", record->id);
}

void change_opportunity(Turn& turn, Command command) { change_deal(turn, "opportunity", std::move(command)); }

}  // namespace wescrm::bot
