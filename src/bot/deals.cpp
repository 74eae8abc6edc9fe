#include "deals.hpp"

#include "own_fields.hpp"
#include "possible_duplicate.hpp"
#include "reading.hpp"
#include "words.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr std::int64_t last_exact_deal_rank = 2;

struct Found {
    std::string id;
    std::string name;
    std::string beside;  ///< what tells it from others of its name
    bool is_exact = false;
};

std::string status_word(std::string_view status) {
    if (status == "unassigned") return "未分配";
    if (status == "pending") return "待处理";
    if (status == "following") return "跟进中";
    if (status == "converted") return "已转换";
    if (status == "invalid") return "无效";
    if (status == "void") return "作废";
    if (status == "won") return "赢单";
    if (status == "lost") return "输单";
    return {};
}

std::string amount_of(json::Value const& deal) {
    auto const amount = json::find_integer(deal, "amount_fen");
    return amount && *amount > 0 ? format_for_people(Money::from_fen(*amount), text_at(deal, "currency"))
                                 : std::string{};
}

std::string join_beside(std::initializer_list<std::string> parts) {
    auto text = std::string{};
    for (auto const& part : parts)
        if (!part.empty()) text += (text.empty() ? "" : " · ") + part;
    return text;
}

Found found_lead(json::Value const& item) {
    auto const rank = integer_at(item, "rank");
    return {text_at(item, "id"), text_at(item, "name"),
            join_beside({text_at(item, "company"), status_word(text_at(item, "status")), text_at(item, "owner_name")}),
            rank > 0 && rank <= last_exact_deal_rank};
}

Found found_opportunity(json::Value const& item, std::string const& words) {
    auto const name = text_at(item, "name");
    return {text_at(item, "id"), name,
            join_beside({text_at(item, "customer_name"), amount_of(item), text_at(item, "owner_name")}),
            name == words || text_at(item, "no") == words};
}

Result<std::vector<Found>> search(Turn const& turn, std::string_view kind, std::string const& words) {
    auto const is_lead = kind == "lead";
    auto query = Data{{is_lead ? "words" : "q", words}};
    query.set("limit", static_cast<std::int64_t>(turn.config.choices + 1));
    auto const answer = turn.crm.invoke(is_lead ? "lead.search" : "opportunity.list", query);
    if (!answer) return answer.error();
    return list_at<Found>(*answer, "items", [&](json::Value const& item) {
        return is_lead ? found_lead(item) : found_opportunity(item, words);
    });
}

// 这条线索 is left of it as 线索.
bool names_none(std::string_view kind, std::string const& words) {
    return words.empty() || is_pronoun(words) || words == deal_word(kind);
}

std::optional<Record> remembered(Turn& turn, std::string_view kind, std::string const& words) {
    auto const index = index_from(words);
    auto const record = names_none(kind, words) ? turn.remembered_record()
                        : index                 ? turn.remembered_entry(*index)
                                                : std::nullopt;
    return record && record->kind == kind ? record : std::nullopt;
}

void offer(Turn& turn, Command& command, std::string_view kind, std::string const& words,
           std::vector<Found> const& found) {
    auto choices = std::vector<Record>{};
    for (auto const& one : found)
        if (choices.size() < turn.config.choices)
            choices.push_back({std::string{kind}, one.id, join_beside({one.name, one.beside})});
    auto data = Data{};
    if (found.size() > turn.config.choices) data.flag("has_more");
    turn.offer(std::move(command), kind, std::move(choices), words, std::move(data));
}

Data lead_data(Turn const& turn, json::Value const& lead) {
    auto data = Data{{"id", text_at(lead, "id")},
                     {"no", text_at(lead, "no")},
                     {"name", text_at(lead, "name")},
                     {"company", text_at(lead, "company")},
                     {"position", text_at(lead, "position")},
                     {"source", text_at(lead, "source")},
                     {"wechat", text_at(lead, "wechat")},
                     {"email", text_at(lead, "email")},
                     {"address", text_at(lead, "address")},
                     {"remark", text_at(lead, "remark")},
                     {"owner", text_at(lead, "owner_name")},
                     {"mobile", text_at(lead, "mobile")},
                     {"status", status_word(text_at(lead, "status"))}};
    data.set("phone", masked(text_at(lead, "mobile")));
    data.set("next_contact_at", turn.spoken(instant_at(lead, "next_contact_at")));
    return data;
}

Data opportunity_data(Turn const& turn, json::Value const& deal) {
    auto data = Data{{"id", text_at(deal, "id")},
                     {"no", text_at(deal, "no")},
                     {"name", text_at(deal, "name")},
                     {"customer", text_at(deal, "customer_name")},
                     {"stage", text_at(deal, "stage_name")},
                     {"amount", amount_of(deal)},
                     {"expected_close_date", text_at(deal, "expected_close_date")},
                     {"probability", std::to_string(integer_at(deal, "probability")) + "%"},
                     {"source", text_at(deal, "source")},
                     {"competitor", text_at(deal, "competitor")},
                     {"remark", text_at(deal, "remark")},
                     {"owner", text_at(deal, "owner_name")}};
    data.set("next_contact_at", turn.spoken(instant_at(deal, "next_contact_at")));
    return data;
}

Data data_of(Turn const& turn, std::string_view kind, json::Value const& shown) {
    auto data = kind == "lead" ? lead_data(turn, shown) : opportunity_data(turn, shown);
    data.set("app_name", turn.config.app_name);
    return data;
}

// What the company marked for cards stands there in place of what one can do without.
void put_own_on_card(Turn const& turn, std::string_view kind, Data& card) {
    auto view = own_view(turn, kind, card.text("id"), true);
    auto& own = view.lines;
    if (own.size() > own_on_card) own.resize(own_on_card);
    auto used = own.size();
    for (auto const* name : {"company", "phone", "status", "owner", "next_contact_at", "source", "customer", "stage",
                             "amount", "expected_close_date"})
        used += card.has(name) ? 1 : 0;
    for (auto const* name : {"source", "next_contact_at", "owner", "status", "expected_close_date"}) {
        if (used <= lines_of_card) break;
        if (card.has(name)) --used;
        card.erase(name);
    }
    card.set("own", own).set("label", view.labels.value());
}

Data card_data(Turn const& turn, std::string_view kind, json::Value const& shown) {
    auto card = data_of(turn, kind, shown);
    if (kind == "opportunity") card.erase("source");
    put_own_on_card(turn, kind, card);
    return card;
}

std::string operation(std::string_view kind, std::string_view verb) {
    return std::string{kind} + "." + std::string{verb};
}

}  // namespace

bool is_deal(std::string_view kind) { return kind == "lead" || kind == "opportunity"; }

std::string_view deal_word(std::string_view kind) { return kind == "lead" ? "线索" : "商机"; }

bool is_any_deal(Turn const& turn, std::string_view kind, std::string const& words) {
    auto const found = search(turn, kind, words);
    return found && !found->empty();
}

std::optional<Record> find_deal(Turn& turn, Command& command, std::string_view kind) {
    auto const id_slot = std::string{kind} + "_id";
    auto const words = command.slots.text(kind);
    if (command.slots.has(id_slot)) return Record{std::string{kind}, command.slots.text(id_slot), words};
    if (auto const record = remembered(turn, kind, words)) return record;
    if (names_none(kind, words)) {
        command.slots.erase(kind);
        turn.ask(std::move(command), kind, "ask_deal", Data{{"kind", deal_word(kind)}});
        return std::nullopt;
    }
    auto const found = search(turn, kind, words);
    if (!found) {
        turn.refuse("查找" + std::string{deal_word(kind)}, found.error());
        return std::nullopt;
    }
    if (found->empty()) {
        turn.say("reply_no_deal", Data{{"kind", deal_word(kind)}, {"name", words}});
        return std::nullopt;
    }
    auto const exact = std::ranges::count(*found, true, &Found::is_exact);
    if (found->size() > 1 && exact != 1) {
        offer(turn, command, kind, words, *found);
        return std::nullopt;
    }
    auto const chosen = exact == 1 ? std::ranges::find(*found, true, &Found::is_exact) : found->begin();
    return Record{std::string{kind}, chosen->id, chosen->name};
}

void show_deal_card(Turn& turn, std::string_view kind, json::Value const& shown, std::string_view news) {
    turn.remember(Record{std::string{kind}, text_at(shown, "id"), text_at(shown, "name")});
    auto data = card_data(turn, kind, shown);
    if (!news.empty()) data.flag(news);
    if (auto const why = text_at(shown, "assign_reason"); news == "is_created" && !why.empty()) {
        auto const owner = text_at(shown, "owner_name");
        data.set("assigned", owner.empty() ? why : "由 " + owner + " 跟进：" + why);
    }
    turn.say(std::string{kind} + "_card", std::move(data));
}

void show_deal_card(Turn& turn, std::string_view kind, std::string_view id) {
    auto const shown = turn.crm.invoke(operation(kind, "show"), Data{{"id", id}});
    if (!shown) return turn.refuse("打开" + std::string{deal_word(kind)}, shown.error());
    show_deal_card(turn, kind, *shown, {});
}

void press_deal(Turn& turn, std::string_view kind, std::string_view id) {
    auto const shown = turn.crm.invoke(operation(kind, "show"), Data{{"id", id}});
    if (!shown) {
        turn.card = CardAnswer{"已失效", {}, {}};
        return turn.refuse("打开" + std::string{deal_word(kind)}, shown.error());
    }
    turn.card = CardAnswer{{}, std::string{kind} + "_card", card_data(turn, kind, *shown)};
    turn.remember(Record{std::string{kind}, text_at(*shown, "id"), text_at(*shown, "name")});
    auto data = data_of(turn, kind, *shown);
    auto const own = own_view(turn, kind, id, false);
    data.set("own", own.lines).set("label", own.labels.value());
    turn.say("reply_" + std::string{kind} + "_detail", std::move(data));
}

void change_deal(Turn& turn, std::string_view kind, Command command) {
    auto const what = std::string{deal_word(kind)};
    auto const* set = json::find(command.slots.value(), "set");
    if (!set || !set->IsObject() || set->ObjectEmpty()) return turn.say("reply_change_what");
    auto fields = Data{};
    if (names_unsayable(turn, kind, Data{*set})) return;
    put_own(turn, kind, Data{*set}, fields);
    for (auto const& member : set->GetObject()) {
        auto const name = json::view(member.name);
        if (name.starts_with("custom.") || name == "approx") continue;
        if (!name.ends_with("_at"))
            fields.set(name, static_cast<json::Value const&>(member.value));
        else if (auto const at = turn.moment(member.value.IsString() ? json::view(member.value) : std::string_view{}))
            fields.set(name, format_rfc3339(*at));
    }
    auto const record = find_deal(turn, command, kind);
    if (!record) return;
    auto const before = turn.crm.invoke(operation(kind, "show"), Data{{"id", record->id}});
    if (!before) return turn.refuse("修改" + what, before.error());
    fields.set("id", record->id).set("version", integer_at(*before, "version"));
    auto const name = text_at(*before, "name");
    if (kind == "lead") put_reason(command, fields);
    auto const after = turn.crm.invoke(operation(kind, "change"), fields);
    if (!after && ask_duplicate(turn, command, "修改" + what + " " + name, after.error())) return;
    if (!after) return turn.refuse("修改" + what + " " + name, after.error());
    turn.dialogue.written.reset();
    show_deal_card(turn, kind, *after, "is_changed");
}

}  // namespace wescrm::bot
