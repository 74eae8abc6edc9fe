#include "rules/order_moves.hpp"

#include "changes.hpp"
#include "order_flow.hpp"
#include "orders.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

// An order on its way from coming into force to its end, through the company's own states.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct Nobody {};
BOOST_DESCRIBE_STRUCT(Nobody, (), ())

Result<OrderFlow> show_flow(operation::Context& ctx, Nobody const&) { return order_flow(ctx); }
Result<OrderStates> list_states(operation::Context& ctx, Nobody const&) { return OrderStates{order_flow(ctx).states}; }

constexpr Operation<Nobody, OrderFlow> flow_show{"order_flow.show", "查看订单状态", "self",
                                                 Effect::reads,     show_flow,      {"GET", "/order-flow"}};
constexpr Operation<ChangeOrderFlow, OrderFlow> flow_change{
    "order_flow.change", "修改订单状态", "company.edit", Effect::writes, change_order_flow, {"PATCH", "/order-flow"}};
constexpr Operation<Nobody, OrderStates> state_list{"order_state.list", "企业的订单状态", "self",
                                                    Effect::reads,      list_states,      {"GET", "/order-states"}};
constexpr Operation<OneOrder, NextStates> order_next{"order.next_states", "订单可以到的状态",
                                                     "order.view",        Effect::reads,
                                                     next_states,         {"GET", "/orders/{id}/next-states"}};
constexpr Operation<MoveOrder, OrderDetail> order_move{"order.move",   "流转订单状态", "order.edit",
                                                       Effect::writes, move_order,     {"POST", "/orders/{id}/move"}};

std::vector<OwnPlace> places_of(OrderFlow const& flow) {
    auto places = std::vector<OwnPlace>{};
    for (auto const& state : flow.states) places.push_back({state.name, state.phase});
    return places;
}

std::string title_of(OrderFlow const& flow, std::string const& place) {
    if (place == "in_force" && flow.names.in_force) return *flow.names.in_force;
    if (place == "executing" && flow.names.executing) return *flow.names.executing;
    if (place == "completed" && flow.names.completed) return *flow.names.completed;
    return std::string{status_label(place)};
}

std::vector<std::string> all_places(OrderFlow const& flow) {
    auto places = std::vector<std::string>{};
    for (std::string const phase : {"in_force", "executing"}) {
        places.push_back(phase);
        for (auto const& state : flow.states)
            if (state.phase == phase) places.push_back(state.name);
    }
    places.emplace_back("completed");
    return places;
}

// A place by its word or by what people call it.
std::optional<std::string> place_of(OrderFlow const& flow, std::string_view said) {
    auto const places = all_places(flow);
    for (auto const& place : places)
        if (place == said) return place;
    for (auto const& place : places)
        if (title_of(flow, place) == said || status_label(place) == said) return place;
    return std::nullopt;
}

std::string where_is(operation::Context& ctx, LockedDocument const& locked) {
    return ctx.sql()
        .value<std::string>(
            "select w.name from sales_order d join order_state w on w.tenant_id = d.tenant_id and w.id = d.state_id "
            "where d.tenant_id = :tenant and d.id = :id",
            {bind("tenant", ctx.tenant()), bind("id", locked.id)})
        .value_or(locked.status);
}

bool holds_one_of(operation::Context& ctx, std::vector<FlowRoleId> const& roles) {
    if (roles.empty() || ctx.actor().is_administrator || ctx.actor().is_system()) return true;
    return ctx.sql()
        .value<int>(
            "select 1 from role_member where tenant_id = :tenant and employee_id = :me and role_id = "
            "any(:roles::bigint[]) limit 1",
            {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("roles", roles)})
        .has_value();
}

/// The rule that allows it; null where the company has none.
Result<OrderMove const*> rule_for(OrderFlow const& flow, std::string const& from, std::string const& to) {
    auto const words = "从「" + title_of(flow, from) + "」到「" + title_of(flow, to) + "」";
    if (!is_within_life(places_of(flow), from, to)) return Error{Errc::conflict, "order_state", "订单不能" + words};
    if (flow.moves.empty()) return nullptr;
    auto const found =
        std::ranges::find_if(flow.moves, [&](OrderMove const& move) { return move.from == from && move.to == to; });
    if (found == flow.moves.end())
        return Error{Errc::conflict, "order_state", "企业的交易规则没有开放" + words + "的流转"};
    return &*found;
}

Result<void> insist_rule(operation::Context& ctx, OrderFlow const& flow, std::string const& from, std::string const& to,
                         std::string const& reason) {
    auto const rule = rule_for(flow, from, to);
    if (!rule) return rule.error();
    if (!*rule) return {};
    if (!holds_one_of(ctx, (*rule)->role_ids))
        return Error{Errc::forbidden, "order_move", "您的角色不能把订单转到「" + title_of(flow, to) + "」"};
    if ((*rule)->needs_reason && text::trim(reason).empty())
        return invalid_field("reason", "转到「" + title_of(flow, to) + "」需要填写原因");
    return {};
}

void put_into(operation::Context& ctx, OrderFlow const& flow, LockedDocument const& locked, std::string const& from,
              std::string const& to, std::string const& reason) {
    auto const own = std::ranges::find(flow.states, to, &OrderState::name);
    auto const phase = phase_of(places_of(flow), to);
    ctx.sql().execute(
        "update sales_order set status = :status, state_id = :state, status_reason = :reason, updated_at = :now, "
        "version = version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", locked.id), bind("status", phase),
         bind("state", own == flow.states.end() ? std::nullopt : std::optional{own->id}), bind("reason", reason),
         bind("now", ctx.now())});
    auto const words = [&](std::string_view status, std::string const& place) {
        auto value = json::Document{rapidjson::kObjectType};
        json::set(value, "status", status, value.GetAllocator());
        json::set(value, "state_name", title_of(flow, place), value.GetAllocator());
        return value;
    };
    audit_document(ctx, order_kind, locked.id, "order.move", words(locked.status, from), words(phase, to), reason);
}

}  // namespace

std::vector<FieldRule> field_rules(MoveOrder const*) {
    return {{"to", "新的状态", {.max_length = 20}}, {"reason", "原因", {.max_length = 200}}};
}

Result<void> insist_move(operation::Context& ctx, LockedDocument const& locked, std::string const& to,
                         std::string const& reason) {
    return insist_rule(ctx, order_flow(ctx), where_is(ctx, locked), to, reason);
}

Result<NextStates> next_states(operation::Context& ctx, OneOrder const& input) {
    auto const found = show_order(ctx, input);
    if (!found) return found.error();
    auto next = NextStates{};
    auto const flow = order_flow(ctx);
    auto const from = found->state_id ? found->state_name : found->status;
    for (auto const& place : all_places(flow)) {
        auto const rule = rule_for(flow, from, place);
        if (!rule || (*rule && !holds_one_of(ctx, (*rule)->role_ids))) continue;
        next.items.push_back({place, title_of(flow, place), *rule && (*rule)->needs_reason});
    }
    return next;
}

Result<OrderDetail> move_order(operation::Context& ctx, MoveOrder const& input) {
    auto const locked = lock_document(ctx, order_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const may = insist_state(order_kind, *locked, input.version, {"in_force", "executing"}, "流转");
    if (!may) return may.error();
    if (auto const free = insist_not_changing(ctx, order_kind, *locked); !free) return free.error();
    auto const flow = order_flow(ctx);
    auto const to = place_of(flow, text::trim(input.to));
    if (!to) return invalid_field("to", "没有订单状态「" + input.to + "」");
    auto const from = where_is(ctx, *locked);
    auto const reason = input.reason.value_or("");
    if (auto const allowed = insist_rule(ctx, flow, from, *to, reason); !allowed) return allowed.error();
    put_into(ctx, flow, *locked, from, *to, reason);
    return order_detail(ctx, input.id);
}

void add_order_flow_operations(operation::Catalogue& catalogue) {
    catalogue.add(flow_show);
    catalogue.add(flow_change);
    catalogue.add(state_list);
    catalogue.add(order_next);
    catalogue.add(order_move);
}

}  // namespace wescrm::sales
