#include "commands.hpp"
#include "labels.hpp"
#include "own_fields.hpp"

#include <wescrm/base/text.hpp>

// How a customer looks in the chat.
namespace wescrm::bot {
namespace {

Data fields_of(Turn const& turn, Customer const& customer) {
    auto data = Data{{"id", customer.id},
                     {"no", customer.no},
                     {"name", customer.name},
                     {"short_name", customer.short_name},
                     {"level", customer.level},
                     {"industry", customer.industry},
                     {"source", customer.source},
                     {"address", customer.address},
                     {"remark", customer.remark},
                     {"owner", customer.owner},
                     {"owner_user_id", customer.owner_user_id},
                     {"tags", text::join(customer.tags, "、")},
                     {"app_name", turn.config.app_name}};
    data.set("next_contact_at", turn.spoken(customer.next_contact_at))
        .set("last_follow_at", turn.spoken(customer.last_follow_at));
    return data;
}

// What the company marked for cards stands there in place of what one can do without.
void make_room(Data& card, std::size_t own) {
    auto used = own;
    for (auto const* name : {"level", "phone", "owner", "next_contact_at", "source", "last_follow_at"})
        used += card.has(name) ? 1 : 0;
    for (auto const* name : {"last_follow_at", "source", "level"}) {
        if (used <= lines_of_card) return;
        if (card.has(name)) --used;
        card.erase(name);
    }
}

std::vector<Data> contacts_of(Customer const& customer) {
    auto lines = std::vector<Data>{};
    for (auto const& contact : customer.contacts) {
        auto line = Data{{"name", contact.name}, {"position", contact.position}, {"mobile", contact.mobile}};
        if (contact.is_primary) line.flag("is_primary");
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<Data> followups_of(Turn const& turn, Customer const& customer) {
    auto lines = std::vector<Data>{};
    for (auto const& followup : customer.followups)
        lines.push_back(Data{{"at", turn.spoken(followup.followed_at)},
                             {"method", method_label(followup.method)},
                             {"author", followup.author},
                             {"content", text::truncate(text::one_line(followup.content), 60)}});
    return lines;
}

}  // namespace

Data card_of(Turn const& turn, Customer const& customer) {
    auto data = fields_of(turn, customer);
    data.set("phone", masked(customer.mobile));
    if (customer.mobile.empty() && !customer.contacts.empty())
        data.set("phone", masked(customer.contacts.front().mobile));
    return data;
}

void show_card(Turn& turn, std::string_view customer_id) {
    auto const customer = turn.crm.show_customer(customer_id);
    if (!customer) return turn.refuse("打开客户", customer.error());
    show_card(turn, *customer, {});
}

void show_card(Turn& turn, Customer const& customer, std::string_view news) {
    turn.remember(Record{"customer", customer.id, customer.name});
    auto data = card_of(turn, customer);
    if (!news.empty()) data.flag(news);
    auto own = own_view(turn, "customer", customer.id, true);
    if (own.lines.size() > own_on_card) own.lines.resize(own_on_card);
    make_room(data, own.lines.size());
    data.set("own", own.lines).set("label", own.labels.value());
    turn.say("customer_card", std::move(data));
}

void show_detail(Turn& turn, std::string_view customer_id) {
    auto const customer = turn.crm.show_customer(customer_id);
    if (!customer) return turn.refuse("打开客户", customer.error());
    turn.remember(Record{"customer", customer->id, customer->name});
    auto data = fields_of(turn, *customer);
    auto const own = own_view(turn, "customer", customer->id, false);
    data.set("phone", customer->mobile)
        .set("contacts", contacts_of(*customer))
        .set("own", own.lines)
        .set("label", own.labels.value())
        .set("followups", followups_of(turn, *customer));
    turn.say("reply_customer_detail", std::move(data));
}

}  // namespace wescrm::bot
