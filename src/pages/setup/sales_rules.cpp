#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <array>

// 交易规则: what a deal needs before it is won, money in advance, how much may be invoiced, who gets new leads, and the
// reasons to choose from.
namespace wescrm::pages {
namespace {

using record::Words;

constexpr std::string_view sales_rules_path = "/admin/sales-rules";
constexpr std::array<char const*, 3> ruled_lists{"lost_reasons", "invalid_reasons", "return_reasons"};

Words requirements() {
    return {{"nothing", "没有要求"},
            {"order", "有已生效的订单"},
            {"contract", "有已生效的合同"},
            {"either", "有已生效的订单或合同"}};
}
Words ruled_limits(web::PageCall const& call) {
    return {{"order_amount", operation::is_switched_off(call.ctx.actor(), "order") ? "合同金额" : "订单金额"},
            {"received", "已回款金额"}};
}

// What hangs on contracts or orders is not offered where the company does without them.
Words offered(web::PageCall const& call, Words words) {
    for (auto const* object : {"contract", "order"})
        if (operation::is_switched_off(call.ctx.actor(), object))
            std::erase_if(words, [object](auto const& word) { return word.value == object || word.value == "either"; });
    return words;
}

bool is_ticked_or(web::PageCall const& call, json::Value const& rules, char const* name, bool is_typed) {
    return is_typed ? call.value(name) == "on" : json::find_bool(rules, name).value_or(true);
}

Words deal_events() { return {{"order", "订单生效"}, {"contract", "合同生效"}, {"opportunity", "商机赢单"}}; }

json::Value deal_choices(web::PageCall const& call, json::Value const& rules, bool is_typed,
                         json::Allocator& allocator) {
    auto boxes = json::Value{rapidjson::kArrayType};
    auto const* stored = json::find(rules, "deal_events");
    for (auto const& [value, title, tone] : deal_events()) {
        auto const is_stored = stored && std::any_of(stored->Begin(), stored->End(),
                                                     [&](auto const& one) { return json::view(one) == value; });
        auto box = json::Value{rapidjson::kObjectType};
        json::set(box, "d_name", "deal_" + std::string{value}, allocator);
        json::set(box, "d_title", title, allocator);
        auto const is_on = is_typed ? call.value("deal_" + std::string{value}) == "on" : is_stored;
        json::set(box, "d_on", json::Value{is_on}, allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    return boxes;
}

std::string sales_rule_lines(json::Value const& rules, char const* name) {
    auto words = std::vector<std::string>{};
    if (auto const* list = json::find(rules, name); list && list->IsArray())
        for (auto const& word : list->GetArray()) words.emplace_back(json::view(word));
    return text::join(words, "\n");
}

// How far the customers have been worked through after the rule of deals was changed.
void add_progress(web::PageCall& call, web::View& view) {
    auto const work = call.perform("sales_rules.progress", json::Document{rapidjson::kObjectType});
    if (!work || !json::find_string(*work, "started_at")) return;
    auto& allocator = view.data.GetAllocator();
    auto const number = [&](char const* name) { return std::to_string(json::find_integer(*work, name).value_or(0)); };
    auto const is_running = json::find_bool(*work, "is_running").value_or(false);
    json::set(view.data, "deal_running", json::Value{is_running}, allocator);
    json::set(view.data, "deal_done", number("done"), allocator);
    json::set(view.data, "deal_total", number("total"), allocator);
    json::set(view.data, "deal_ended",
              is_running ? std::string{}
                         : short_time(*work, "finished_at", call.ctx.zone(), call.ctx.now()) + " 已按成交规则核对 " +
                               number("done") + " 个客户，" + number("changed") + " 个的成交状态有变化",
              allocator);
}

Result<web::View> show_sales_rules(web::PageCall& call, std::optional<Error> const& problem) {
    auto const rules = call.perform("sales_rules.show", json::Document{rapidjson::kObjectType});
    if (!rules) return rules.error();
    auto view = web::View{};
    view.page = "setup/sales_rules";
    view.title = "交易规则";
    auto& allocator = view.data.GetAllocator();
    auto const typed = [&](char const* name, std::string const& stored) { return problem ? call.value(name) : stored; };
    auto const text = [&](char const* name) { return typed(name, json::find_string(*rules, name).value_or("")); };
    json::set(view.data, "version", typed("version", std::to_string(json::find_integer(*rules, "version").value_or(0))),
              allocator);
    json::set(view.data, "won_choices",
              record::choices_of(offered(call, requirements()), text("won_requires"), allocator), allocator);
    json::set(view.data, "limit_choices", record::choices_of(ruled_limits(call), text("invoice_limit"), allocator),
              allocator);
    json::set(view.data, "deal_choices", deal_choices(call, *rules, problem.has_value(), allocator), allocator);
    auto const is_on =
        problem ? call.value("prepayment") == "on" : json::find_bool(*rules, "prepayment").value_or(false);
    json::set(view.data, "prepayment", json::Value{is_on}, allocator);
    auto const by_rules =
        problem ? call.value("assign_leads") == "on" : json::find_bool(*rules, "assign_leads").value_or(false);
    json::set(view.data, "assign_leads", json::Value{by_rules}, allocator);
    auto const tells =
        problem ? call.value("tell_claims") == "on" : json::find_bool(*rules, "tell_claims").value_or(false);
    json::set(view.data, "tell_claims", json::Value{tells}, allocator);
    json::set(view.data, "decline_hours",
              typed("decline_hours", std::to_string(json::find_integer(*rules, "decline_hours").value_or(0))),
              allocator);
    for (auto const* name : {"contracts", "orders"})
        json::set(view.data, name, json::Value{is_ticked_or(call, *rules, name, problem.has_value())}, allocator);
    json::set(view.data, "flow", json::Value{!operation::is_switched_off(call.ctx.actor(), "order")}, allocator);
    for (auto const* name : ruled_lists)
        json::set(view.data, name, typed(name, sales_rule_lines(*rules, name)), allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  allocator);
    }
    add_progress(call, view);
    if (call.value("done") == "saved") view.toast = "已保存";
    return view;
}

Result<web::View> save_sales_rules(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    add_version(call, input);
    for (auto const* name : {"won_requires", "invoice_limit"}) json::set(input, name, call.value(name), allocator);
    json::set(input, "prepayment", json::Value{call.value("prepayment") == "on"}, allocator);
    json::set(input, "assign_leads", json::Value{call.value("assign_leads") == "on"}, allocator);
    json::set(input, "tell_claims", json::Value{call.value("tell_claims") == "on"}, allocator);
    for (auto const* name : {"contracts", "orders"})
        json::set(input, name, json::Value{call.value(name) == "on"}, allocator);
    json::set(input, "decline_hours", json::Value{std::atoi(call.value("decline_hours").c_str())}, allocator);
    auto events = json::Value{rapidjson::kArrayType};
    for (auto const& event : deal_events())
        if (call.value("deal_" + std::string{event.value}) == "on")
            events.PushBack(json::make_string(event.value, allocator), allocator);
    json::set(input, "deal_events", std::move(events), allocator);
    for (auto const* name : ruled_lists) {
        auto words = json::Value{rapidjson::kArrayType};
        for (auto const& line : text::split(text::replace_all(call.value(name), "\r", ""), '\n'))
            if (auto const word = text::trim(line); !word.empty())
                words.PushBack(json::make_string(word, allocator), allocator);
        json::set(input, name, std::move(words), allocator);
    }
    auto const saved = call.perform("sales_rules.change", input);
    if (saved) return web::View::to(std::string{sales_rules_path} + "?done=saved");
    if (saved.error().code == Errc::unavailable || saved.error().code == Errc::forbidden) return saved.error();
    return show_sales_rules(call, saved.error());
}

}  // namespace

void add_sales_rules(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{sales_rules_path};
    pages.add(web::PageRoute{Method::get, path, "company.edit",
                             [](web::PageCall& call) { return show_sales_rules(call, std::nullopt); }});
    pages.add(web::PageRoute{Method::post, path, "company.edit", save_sales_rules});
    pages.add(web::NavigationItem{path, "交易规则", "check", "company.edit", "管理", {"/admin/order-flow"}});
}

}  // namespace wescrm::pages
