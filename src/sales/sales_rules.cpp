#include "trade/deal_work.hpp"
#include "trade/money_bearer.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;

constexpr std::string_view other_word = "其他";
constexpr std::size_t most_reasons = 50;
constexpr std::size_t longest_reason = 50;
constexpr int most_decline_hours = 24 * 7;

struct Nobody {};
BOOST_DESCRIBE_STRUCT(Nobody, (), ())

std::vector<std::string> const& reasons_in(SalesRules const& rules, ReasonOf of) {
    if (of == ReasonOf::lost) return rules.lost_reasons;
    return of == ReasonOf::invalid ? rules.invalid_reasons : rules.return_reasons;
}

bool fits(std::vector<std::string> const& reasons, std::string_view reason) {
    if (std::ranges::find(reasons, reason) != reasons.end()) return true;
    auto const has_other = std::ranges::find(reasons, other_word) != reasons.end();
    if (!has_other || !reason.starts_with(other_word)) return false;
    auto const rest = reason.substr(other_word.size());
    return rest.starts_with("：") || rest.starts_with(":");
}

// Each once, in the order in which they were typed.
std::vector<std::string> tidied(std::vector<std::string> const& typed) {
    auto reasons = std::vector<std::string>{};
    for (auto const& one : typed)
        if (auto word = std::string{text::trim(one)}; std::ranges::find(reasons, word) == reasons.end())
            reasons.push_back(std::move(word));
    return reasons;
}

SalesRules changed(SalesRules rules, ChangeSalesRules const& input) {
    rules.won_requires = input.won_requires.value_or(rules.won_requires);
    rules.prepayment = input.prepayment.value_or(rules.prepayment);
    rules.invoice_limit = input.invoice_limit.value_or(rules.invoice_limit);
    if (input.deal_events && !input.deal_events->empty()) rules.deal_events = *input.deal_events;
    if (input.lost_reasons) rules.lost_reasons = tidied(*input.lost_reasons);
    if (input.invalid_reasons) rules.invalid_reasons = tidied(*input.invalid_reasons);
    if (input.return_reasons) rules.return_reasons = tidied(*input.return_reasons);
    rules.assign_leads = input.assign_leads.value_or(rules.assign_leads);
    rules.tell_claims = input.tell_claims.value_or(rules.tell_claims);
    rules.decline_hours = input.decline_hours.value_or(rules.decline_hours);
    rules.contracts = input.contracts.value_or(rules.contracts);
    rules.orders = input.orders.value_or(rules.orders);
    return rules;
}

// Without orders nothing may wait for one.
Result<void> insist_without_orders(SalesRules const& rules) {
    if (rules.won_requires == WonRequires::order || rules.won_requires == WonRequires::either)
        return invalid_field("won_requires", "没有启用订单时，赢单要求请选择“有已生效的合同”或“没有要求”");
    if (rules.deal_events == std::vector{DealEvent::order})
        return invalid_field("deal_events", "没有启用订单时，请再选择合同生效或商机赢单");
    return {};
}

// Without contracts nothing may wait for one.
Result<void> insist_on_what_is_there(SalesRules const& rules) {
    if (!rules.contracts && !rules.orders)
        return invalid_field("orders", "订单和合同至少启用一种：回款、开票和业绩都记在它上面");
    if (!rules.orders) return insist_without_orders(rules);
    if (rules.contracts) return {};
    if (rules.won_requires == WonRequires::contract || rules.won_requires == WonRequires::either)
        return invalid_field("won_requires", "没有启用合同时，赢单要求请选择“有已生效的订单”或“没有要求”");
    if (rules.deal_events == std::vector{DealEvent::contract})
        return invalid_field("deal_events", "没有启用合同时，请再选择订单生效或商机赢单");
    return {};
}

Result<SalesRules> show(operation::Context& ctx, Nobody const&) { return sales_rules(ctx); }

Result<DealWork> show_progress(operation::Context& ctx, Nobody const&) { return deal_work(ctx); }

Result<Reasons> list_reasons(operation::Context& ctx, ListReasons const& input) {
    auto list = Reasons{};
    auto const rules = sales_rules(ctx);
    for (auto const& reason : reasons_in(rules, input.of)) list.items.push_back({reason});
    return list;
}

constexpr Operation<Nobody, SalesRules> rules_show{"sales_rules.show", "查看交易规则", "self",
                                                   Effect::reads,      show,           {"GET", "/sales-rules"}};
constexpr Operation<ChangeSalesRules, SalesRules> rules_change{"sales_rules.change", "修改交易规则",
                                                               "company.edit",       Effect::writes,
                                                               change_sales_rules,   {"PATCH", "/sales-rules"}};
constexpr Operation<Nobody, DealWork> rules_progress{"sales_rules.progress", "成交状态重算进度",
                                                     "company.edit",         Effect::reads,
                                                     show_progress,          {"GET", "/sales-rules/progress"}};
constexpr Operation<ListReasons, Reasons> reason_list{"sales_reason.list", "原因列表",   "self",
                                                      Effect::reads,       list_reasons, {"GET", "/sales-reasons"}};

}  // namespace

std::vector<operation::FieldRule> field_rules(ChangeSalesRules const*) {
    return {{"won_requires", "赢单要求"},
            {"prepayment", "允许预收"},
            {"invoice_limit", "开票上限"},
            {"deal_events", "怎样算成交", {.max_items = 3}},
            {"lost_reasons", "输单原因", {.max_length = longest_reason, .max_items = most_reasons}},
            {"invalid_reasons", "无效原因", {.max_length = longest_reason, .max_items = most_reasons}},
            {"return_reasons", "退回公海原因", {.max_length = longest_reason, .max_items = most_reasons}},
            {"assign_leads", "新线索默认自动分配"},
            {"tell_claims", "领取时通知公海管理员"},
            {"decline_hours", "分配后可以不接受的小时数", {.min = 0, .max = most_decline_hours}},
            {"contracts", "启用合同"},
            {"orders", "启用订单"}};
}

SalesRules sales_rules(operation::Context& ctx) {
    auto const row = ctx.sql().row<std::string, std::int64_t>(
        "select settings::text, version from sales_setting where tenant_id = :tenant", {bind("tenant", ctx.tenant())});
    if (!row) return {};
    auto const& [text, version] = *row;
    auto const stored = json::parse(text);
    auto read = stored ? operation::read_input<ChangeSalesRules>(*stored) : Result<ChangeSalesRules>{Error{}};
    auto rules = read ? changed({}, *read) : SalesRules{};
    rules.version = version;
    return rules;
}

Result<SalesRules> change_sales_rules(operation::Context& ctx, ChangeSalesRules const& input) {
    ctx.sql().value<int>("select 1 from tenant where id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const before = sales_rules(ctx);
    if (input.version != before.version) return Error{Errc::stale, "version", "交易规则刚被别人修改过，请刷新后再改"};
    if (input.deal_events && input.deal_events->empty()) return invalid_field("deal_events", "请至少选择一种");
    auto const wanted = changed(before, input);
    if (auto const right = insist_on_what_is_there(wanted); !right) return right.error();
    auto const stored = operation::write_output(wanted);
    ctx.sql().execute(
        "insert into sales_setting as s (tenant_id, settings, updated_at, updated_by) values (:tenant, "
        ":settings::jsonb, :now, :me::bigint) on conflict (tenant_id) do update set settings = excluded.settings, "
        "version = s.version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        {bind("tenant", ctx.tenant()), bind("settings", json::write(stored)), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    auto const after = sales_rules(ctx);
    if (after.orders != before.orders)
        if (auto const done = switch_orders(ctx, after.orders); !done) return done.error();
    if (after.deal_events != before.deal_events || after.orders != before.orders) begin_deal_work(ctx);
    auto const difference = operation::difference(operation::write_output(before), operation::write_output(after));
    ctx.audit({"company", ctx.tenant().value(), "sales_rules.change", difference.before, difference.after, {}});
    return after;
}

Result<void> insist_reason(operation::Context& ctx, ReasonOf of, std::string const& reason, std::string const& field) {
    auto const rules = sales_rules(ctx);
    auto const& reasons = reasons_in(rules, of);
    if (reasons.empty() || fits(reasons, text::trim(reason))) return {};
    return invalid_field(field,
                         "请选择其中之一：" + text::join(reasons, "、") +
                             (std::ranges::find(reasons, other_word) == reasons.end() ? "" : "，或填写“其他：”加说明"));
}

void add_sales_rules_operations(operation::Catalogue& catalogue) {
    catalogue.add(rules_show);
    catalogue.add(rules_change);
    catalogue.add(rules_progress);
    catalogue.add(reason_list);
}

}  // namespace wescrm::sales
