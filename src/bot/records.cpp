#include "commands.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <utility>

// Which record the words of a person mean.
namespace wescrm::bot {
namespace {

constexpr std::int64_t last_exact_rank = 2;  // full name, number, phone, short name
constexpr std::int64_t first_fuzzy_rank = 5;
constexpr std::int64_t near_rank = 7;  // nobody is called so: asked whether it was meant

std::string described(Turn const& turn, Customer const& customer) {
    auto text = customer.name;
    if (!customer.owner.empty()) text += " · " + customer.owner;
    if (!customer.address.empty()) text += " · " + text::truncate(customer.address, 12);
    if (customer.last_follow_at)
        text += " · 最近跟进 " + format_for_people(*customer.last_follow_at, turn.zone, turn.now, false);
    return text;
}

// What this person meant by the same words before comes first.
void put_earlier_choice_first(Turn const& turn, std::string const& words, std::vector<Customer>& found) {
    for (auto const& [name, id] : turn.dialogue.chosen) {
        if (name != words) continue;
        for (std::size_t i = 1; i < found.size(); ++i)
            if (found[i].id == id) std::swap(found[0], found[i]);
    }
}

void offer_customers(Turn& turn, Command& command, std::string_view slot, std::string const& words,
                     std::vector<Customer> const& found) {
    auto choices = std::vector<Record>{};
    for (auto const& customer : found)
        if (choices.size() < turn.config.choices)
            choices.push_back({"customer", customer.id, described(turn, customer)});
    auto data = Data{};
    if (found.size() > turn.config.choices) data.flag("has_more");
    if (found.front().search_rank >= near_rank) data.flag("is_near");
    turn.offer(std::move(command), slot, std::move(choices), words, std::move(data));
}

bool is_write(std::string const& intent) { return intent.ends_with(".create") || intent.ends_with(".update"); }

// A guess about somebody else's customer is asked before anything is written to it.
bool asks_about_guess(Turn& turn, Command& command, std::string_view slot, Customer const& customer) {
    auto const is_guess = customer.search_rank >= first_fuzzy_rank && customer.owner_user_id != turn.person.user_id;
    if (!is_guess || !is_write(command.intent)) return false;
    command.slots.set(slot, customer.name).set(std::string{slot} + "_id", customer.id);
    turn.confirm(std::move(command), "confirm_guess", Data{{"name", customer.name}, {"owner", customer.owner}});
    return true;
}

std::optional<Record> remembered(Turn& turn, std::string const& words) {
    if (is_pronoun(words)) return turn.remembered_record();
    auto const index = index_from(words);
    return index ? turn.remembered_entry(*index) : std::nullopt;
}

}  // namespace

bool offer_near_customers(Turn& turn, Command& command, std::string_view slot, std::string const& words) {
    auto near = turn.crm.near_customers(words, turn.config.choices);
    if (!near || near->empty()) return false;
    put_earlier_choice_first(turn, words, *near);
    offer_customers(turn, command, slot, words, *near);
    return true;
}

std::optional<Record> find_record(Turn& turn, Command& command, std::string_view slot, std::string_view wording) {
    auto const id_slot = std::string{slot} + "_id";
    auto const words = command.slots.text(slot);
    if (command.slots.has(id_slot)) return Record{"customer", command.slots.text(id_slot), words};
    if (auto const record = remembered(turn, words); record && record->kind == "customer") return record;
    if (words.empty() || is_pronoun(words)) {
        command.slots.erase(slot);
        turn.ask(std::move(command), slot, wording);
        return std::nullopt;
    }
    auto found = turn.crm.search_customers(words, turn.config.choices + 1);
    if (!found) {
        turn.refuse("查找客户", found.error());
        return std::nullopt;
    }
    if (found->empty()) {
        if (command.intent == "customer.find" && show_hidden(turn, words)) return std::nullopt;
        if (!offer_near_customers(turn, command, slot, words)) turn.say("reply_not_found", Data{{"name", words}});
        return std::nullopt;
    }
    auto const is_clear =
        found->size() == 1 || ((*found)[0].search_rank > 0 && (*found)[0].search_rank <= last_exact_rank &&
                               (*found)[1].search_rank > last_exact_rank);
    if (!is_clear) {
        put_earlier_choice_first(turn, words, *found);
        offer_customers(turn, command, slot, words, *found);
        return std::nullopt;
    }
    auto const& customer = found->front();
    if (asks_about_guess(turn, command, slot, customer)) return std::nullopt;
    return Record{"customer", customer.id, customer.name};
}

}  // namespace wescrm::bot
