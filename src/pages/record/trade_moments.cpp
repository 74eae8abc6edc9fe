#include "trade_moments.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "kind.hpp"
#include "values.hpp"

#include <wescrm/base/currency.hpp>

#include <algorithm>
#include <array>

namespace wescrm::pages::record {
namespace {

struct MomentWord {
    std::string_view object;
    std::string_view word;
    std::string_view icon;
};
constexpr auto moment_words = std::to_array<MomentWord>({{"opportunity", "商机", "target"},
                                                         {"quote", "报价单", "stamp"},
                                                         {"order", "订单", "order"},
                                                         {"contract", "合同", "stamp"},
                                                         {"payment", "回款", "money"}});

std::string amount_words(json::Value const& item) {
    auto const amount = json::find_integer(item, "amount_fen");
    if (!amount) return {};
    auto const currency = text_of(item, "currency");
    return is_foreign(currency) ? format_for_people(Money::from_fen(*amount), currency) : yuan(*amount) + " 元";
}

TradeMoment moment_of(web::PageCall const& call, json::Value const& item, std::string_view member,
                      std::string_view what, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const object = text_of(item, "object");
    auto const* const known = std::ranges::find(moment_words, object, &MomentWord::object);
    auto const who = text_of(item, "owner_name");
    auto text = text_of(item, "name");
    if (text.empty()) text = text_of(item, "no");
    json::set(view, "moment_icon", known->icon, allocator);
    json::set(view, "moment_title", std::string{known->word} + std::string{what} + (who.empty() ? "" : " · " + who),
              allocator);
    json::set(view, "moment_text", text, allocator);
    json::set(view, "moment_more", amount_words(item), allocator);
    json::set(view, "moment_time", short_time(item, member, call.ctx.zone(), call.ctx.now()), allocator);
    json::set(view, "moment_system", json::Value{true}, allocator);
    return {text_of(item, member), std::move(view)};
}

std::string_view end_word(std::string const& status) {
    if (status == "won") return "赢单";
    return status == "lost" ? "输单" : "无效";
}

}  // namespace

std::vector<TradeMoment> trade_moments(web::PageCall& call, std::string const& customer, json::Allocator& allocator) {
    auto moments = std::vector<TradeMoment>{};
    if (!usable(call, "customer.moments")) return moments;
    auto const found = call.perform("customer.moments", input_of({{"id", customer}}));
    if (!found) return moments;
    for (auto const& item : (*found)["items"].GetArray()) {
        moments.push_back(moment_of(call, item, "created_at", "新建", allocator));
        if (json::find_string(item, "closed_at"))
            moments.push_back(moment_of(call, item, "closed_at", end_word(text_of(item, "status")), allocator));
    }
    return moments;
}

}  // namespace wescrm::pages::record
