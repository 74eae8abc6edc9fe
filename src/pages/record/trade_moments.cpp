#include "trade_moments.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "kind.hpp"
#include "values.hpp"

namespace wescrm::pages::record {
namespace {

constexpr int shown_of_each = 10;

/// A kind whose records are moments of their customer.
struct MomentSource {
    std::string_view object;
    std::string_view word;
    std::string_view icon;
    std::string_view amount;
};
constexpr auto sources = std::to_array<MomentSource>({{"opportunity", "商机", "target", "amount_fen"},
                                                      {"quote", "报价单", "stamp", "amount_fen"},
                                                      {"order", "订单", "order", "amount_fen"},
                                                      {"contract", "合同", "stamp", "amount_fen"},
                                                      {"payment", "回款", "money", "amount_fen"}});

TradeMoment moment_of(web::PageCall const& call, MomentSource const& source, json::Value const& item,
                      std::string_view member, std::string_view what, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const who = text_of(item, "owner_name");
    auto text = text_of(item, "name");
    if (text.empty()) text = text_of(item, "no");
    auto const amount = json::find_integer(item, source.amount);
    json::set(view, "moment_icon", source.icon, allocator);
    json::set(view, "moment_title", std::string{source.word} + std::string{what} + (who.empty() ? "" : " · " + who),
              allocator);
    json::set(view, "moment_text", text, allocator);
    json::set(view, "moment_more", amount ? yuan(*amount) + " 元" : "", allocator);
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
    for (auto const& source : sources) {
        auto const list = std::string{source.object} + ".list";
        auto const* entry = usable(call, list);
        if (!entry) continue;
        auto input = input_of({{"customer_id", customer}, {"sort", "-created_at"}});
        json::set(input, "limit", json::Value{shown_of_each}, input.GetAllocator());
        auto const found = call.perform(list, input);
        if (!found) continue;
        for (auto const& item : (*found)["items"].GetArray()) {
            moments.push_back(moment_of(call, source, item, "created_at", "新建", allocator));
            if (json::find_string(item, "closed_at"))
                moments.push_back(
                    moment_of(call, source, item, "closed_at", end_word(text_of(item, "status")), allocator));
        }
    }
    return moments;
}

}  // namespace wescrm::pages::record
