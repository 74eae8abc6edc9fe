#include "parts.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <deque>
#include <set>

// The pages of a company that works with contracts alone: whatever would show, ask for or lead to an order shows the
// contract, which has the plans, payments and invoices that an order has elsewhere.
namespace wescrm::pages::record {
namespace {

/// Kinds are made once; what their words become lives as long.
std::string_view of_contracts(std::string_view words) {
    static auto kept = std::deque<std::string>{};
    if (words.find("订单") == std::string_view::npos) return words;
    return kept.emplace_back(text::replace_all(text::replace_all(std::string{words}, "下单", "签约"), "订单", "合同"));
}

Column contract_column() { return {"contract_no", "合同", Show::link, {}, {}, "/app/contracts/", "contract_id"}; }

void name_contract(std::vector<Column>& columns) {
    auto seen = std::set<std::string_view>{};
    for (auto& column : columns) {
        if (column.link_id == "order_id") column = contract_column();
        column.label = of_contracts(column.label);
    }
    std::erase_if(columns, [&seen](Column const& column) { return !seen.insert(column.member).second; });
}

void ask_for_contract(std::vector<Field>& form) {
    auto const order = std::ranges::find(form, "order_id", &Field::name);
    if (order == form.end()) return;
    std::erase_if(form, [](Field const& field) { return field.name == "contract_id"; });
    auto& field = *std::ranges::find(form, "order_id", &Field::name);
    field = Field{"contract_id", Field::Ask::record, {}, {}, "合同", "contract", "contract_no"};
    field.is_needed = field.is_only_for_new = true;
}

void accept_as_contract(std::vector<Action>& actions) {
    auto const accept = std::ranges::find(actions, "accept", &Action::name);
    if (accept == actions.end()) return;
    accept->operation = "quote.accept_as_contract";
    accept->title = "转为合同";
    accept->icon = "log";
    accept->fields.clear();
    accept->sentence = "客户接受了报价：按报价的金额生成一份合同草稿，回款和开票记在合同上。";
    accept->done = "已生成合同";
}

/// An opportunity leads to contracts; the customer's page has them already.
void follow_contracts(Kind& kind) {
    auto const leads_to = [&kind](std::string_view object) {
        return std::ranges::find(kind.children, object, &Child::object) != kind.children.end();
    };
    if (!leads_to("order")) return;
    if (kind.object == "opportunity")
        kind.children.push_back({"contracts", "合同", "contract", "opportunity_id", "opportunity_id"});
    std::erase_if(kind.children, [](Child const& child) { return child.object == "order"; });
}

/// What an order's page has.
void bear_money(Kind& kind) {
    auto const order = order_kind();
    kind.children = order.children;
    for (auto& child : kind.children) child.parameter = child.preset = "contract_id";
    auto split = *std::ranges::find(order.actions, "split", &Action::name);
    split.id_as = "contract_id";
    split.fits = in({"draft", "rejected", "in_force", "expired"});
    kind.actions.insert(kind.actions.begin() + 1, std::move(split));
    for (auto const* member : {"received_fen", "outstanding_fen", "invoiced_fen"})
        kind.columns.insert(kind.columns.end() - 1, *std::ranges::find(order.columns, member, &Column::member));
    for (auto const* member : {"received_fen", "outstanding_fen"})
        kind.facts.insert(kind.facts.end() - 1, *std::ranges::find(order.facts, member, &Column::member));
    for (auto const* member : {"planned_fen", "invoiced_fen"})
        kind.properties.insert(kind.properties.end() - 2,
                               *std::ranges::find(order.properties, member, &Column::member));
    for (auto& action : kind.actions) {
        if (action.name == "terminate")
            action.sentence = "合同提前结束，不能再安排回款计划；已有的计划和回款不受影响。";
        if (action.name == "transfer") action.sentence = "原负责人名下的回款计划随合同一起转移，客户和其他单据不变。";
    }
}

}  // namespace

Kind without_orders(Kind kind) {
    if (kind.object == "order") return kind;
    for (auto* columns : {&kind.columns, &kind.facts, &kind.properties, &kind.money}) name_contract(*columns);
    ask_for_contract(kind.form);
    if (kind.object == "quote") accept_as_contract(kind.actions);
    follow_contracts(kind);
    if (kind.object == "contract") bear_money(kind);
    for (auto& action : kind.actions) action.sentence = of_contracts(action.sentence);
    kind.search_hint = of_contracts(kind.search_hint);
    kind.chat_hint = of_contracts(kind.chat_hint);
    return kind;
}

}  // namespace wescrm::pages::record
