#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"
#include "pick.hpp"
#include "tags.hpp"
#include "values.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_masks.hpp>

// The kanban of opportunities: a column for each stage with what the reader sees of it, sums and the first cards.
namespace wescrm::pages {
namespace {

constexpr int cards_shown = 20;

// Sums of each currency: "12 万元 + USD 3,000.00". Where nothing is in the home currency it is left out.
std::string sums_of(json::Value const& object, char const* member) {
    auto sums = std::vector<std::string>{};
    auto const home = json::find_integer(object, member).value_or(0);
    auto const& foreign = object["foreign"].GetArray();
    if (home != 0 || foreign.Empty()) sums.push_back(format_for_people(Money::from_fen(home)));
    for (auto const& one : foreign)
        sums.push_back(format_for_people(Money::from_fen(json::find_integer(one, member).value_or(0)),
                                         json::find_string(one, "currency").value_or("")));
    return text::join(sums, " + ");
}

// Nothing, if it is not for the reader.
std::string card_amount(json::Value const& card) {
    auto const amount = json::find_integer(card, "amount_fen");
    return amount ? format_for_people(Money::from_fen(*amount), json::find_string(card, "currency").value_or(""))
                  : std::string{};
}

Result<json::Value> cards_of(web::PageCall& call, std::string const& process, std::string const& stage,
                             json::Allocator& allocator) {
    auto input = input_of(
        {{"process_id", process}, {"stage_id", stage}, {"owner", call.value("owner")}, {"sort", "-updated_at"}});
    json::set(input, "limit", json::Value{cards_shown}, input.GetAllocator());
    auto const found = call.perform("opportunity.list", input);
    if (!found) return found.error();
    auto cards = json::Value{};
    cards.CopyFrom((*found)["items"], allocator);
    for (auto& card : cards.GetArray()) {
        json::set(card, "card_amount", card_amount(card), allocator);
        auto const* stalled = json::find(card, "stalled");
        json::set(card, "card_stalled", json::Value{stalled && stalled->IsArray() && !stalled->Empty()}, allocator);
    }
    return cards;
}

Result<web::View> board(web::PageCall& call) {
    auto input = input_of({{"process_id", call.value("process_id")}});
    if (auto const typed = call.value("owner"); !typed.empty()) {
        auto const user = record::person_from(call, "owner", typed);
        if (!user) return user.error();
        json::set(input, "owner", *user, input.GetAllocator());
    }
    auto const found = call.perform("opportunity.board", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "record/board";
    view.title = "商机看板";
    view.data = copy_of(*found);
    auto& allocator = view.data.GetAllocator();
    auto const process = json::find_string(view.data, "process_id").value_or("");
    auto const shows_money = !operation::is_withheld(call.ctx.actor(), "opportunity", "amount_fen");
    for (auto& column : view.data["stages"].GetArray()) {
        if (shows_money) json::set(column, "stage_amount", sums_of(column, "amount_fen"), allocator);
        auto const kind = json::find_string(column, "kind");
        json::set(column, "stage_won", json::Value{kind == "won"}, allocator);
        json::set(column, "stage_open", json::Value{kind == "open"}, allocator);
        json::set(column, "stage_tone", record::tone_of(json::find_string(column, "colour").value_or("")), allocator);
        auto cards = cards_of(call, process, json::find_string(column, "stage_id").value_or(""), allocator);
        if (!cards) return cards.error();
        json::set(column, "cards", std::move(*cards), allocator);
    }
    if (shows_money) {
        json::set(view.data, "board_amount", sums_of(view.data, "amount_fen"), allocator);
        json::set(view.data, "board_weighted", sums_of(view.data, "weighted_fen"), allocator);
    }
    json::set(view.data, "processes",
              record::choices_of(call, {"process.list", "id", "name"}, nullptr, process, allocator), allocator);
    json::set(view.data, "owner", call.value("owner"), allocator);
    return view;
}

}  // namespace

void add_board(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/opportunities-board", "opportunity.view", board});
}

}  // namespace wescrm::pages
