#include "pool_commands.hpp"

#include "reading.hpp"

#include <algorithm>

// 推荐给我: records of pools that fit what somebody has sold, with a button to claim each.
namespace wescrm::bot {
namespace {

constexpr std::size_t most_buttons = 6;  // of a card, developer.work.weixin.qq.com/document/path/90236
constexpr std::string_view pooled_customer = "pooled_customer";
constexpr std::string_view pooled_lead = "pooled_lead";

struct Offer {
    std::string id, name, company, pool, reason;
    std::int64_t score = 0;
};

/// The best of all pools, and whether there was anything to go by.
struct Offers {
    std::vector<Offer> best;
    bool has_deals = false;
};

std::size_t shown(Turn const& turn) { return std::min(turn.config.choices, most_buttons); }

void add_offers(json::Value const& answer, std::string const& pool, Offers& offers) {
    if (json::find_bool(answer, "has_deals").value_or(false)) offers.has_deals = true;
    for (auto const& item : answer["items"].GetArray())
        offers.best.push_back({text_at(item, "id"), text_at(item, "name"), text_at(item, "company"), pool,
                               text_at(item, "match_reason"), integer_at(item, "score")});
}

Result<Offers> find_offers(Turn& turn, std::string const& object) {
    auto asked = Data{{"object", object}};
    asked.flag("enabled");
    auto const pools = turn.crm.invoke("high_sea.list", asked);
    if (!pools) return pools.error();
    auto offers = Offers{};
    auto asked_pools = std::size_t{0};
    for (auto const& pool : (*pools)["items"].GetArray()) {
        if (asked_pools++ == turn.config.pools) break;
        auto query = Data{{"id", text_at(pool, "id")}};
        query.set("limit", static_cast<std::int64_t>(shown(turn)));
        auto const found = turn.crm.invoke("high_sea.recommended", query);
        if (found) add_offers(*found, text_at(pool, "name"), offers);
    }
    std::ranges::stable_sort(offers.best, std::ranges::greater{}, &Offer::score);
    if (offers.best.size() > shown(turn)) offers.best.resize(shown(turn));
    return offers;
}

Data card_of(std::vector<Offer> const& offers, std::string_view kind) {
    auto data = Data{{"kind_title", kind == pooled_lead ? "线索" : "客户"}};
    auto items = std::vector<Data>{};
    for (auto const& offer : offers) {
        auto item = Data{{"id", offer.id}, {"name", offer.name}, {"reason", offer.reason}, {"kind", kind}};
        item.set("no", static_cast<std::int64_t>(items.size() + 1));
        if (!offer.company.empty() && kind == pooled_lead) item.set("company", " · " + offer.company);
        items.push_back(std::move(item));
    }
    return data.set("items", items).copy();
}

void show_claimed(Turn& turn, std::string_view kind, json::Value const& claimed) {
    auto const object = kind == pooled_lead ? "lead" : "customer";
    turn.remember(Record{object, text_at(claimed, "id"), text_at(claimed, "name")});
    turn.say("reply_claimed", Data{{"name", text_at(claimed, "name")}});
}

}  // namespace

bool is_pooled(std::string_view kind) { return kind == pooled_customer || kind == pooled_lead; }

void recommend(Turn& turn, Command command) {
    auto const is_lead = command.slots.text("object") == "lead";
    auto const offers = find_offers(turn, is_lead ? "lead" : "customer");
    if (!offers) return turn.refuse("推荐", offers.error());
    auto said = Data{{"kind_title", is_lead ? "线索" : "客户"}};
    if (offers->has_deals) said.flag("has_deals");
    if (offers->best.empty()) return turn.say("reply_no_recommended", std::move(said));
    turn.say("recommended_card", card_of(offers->best, is_lead ? pooled_lead : pooled_customer));
}

// What is left stays on the card, so that the next one can be claimed too.
void press_pooled(Turn& turn, std::string_view kind, std::string_view id) {
    auto const object = std::string{kind == pooled_lead ? "lead" : "customer"};
    auto const claimed = turn.crm.invoke(object + ".claim", Data{{"id", id}});
    auto const left = find_offers(turn, object);
    turn.card = left && !left->best.empty() ? CardAnswer{{}, "recommended_card", card_of(left->best, kind)}
                                            : CardAnswer{claimed ? "已领取" : "已失效", {}, {}};
    if (!claimed) return turn.refuse("领取", claimed.error());
    show_claimed(turn, kind, *claimed);
}

}  // namespace wescrm::bot
