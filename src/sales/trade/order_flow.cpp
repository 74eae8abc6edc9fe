#include "order_flow.hpp"

#include "rules/order_moves.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <set>

// What a company has made of the states of orders: kept, shown and changed.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::FieldRule;

constexpr std::size_t longest_name = 20;
constexpr std::size_t most_states = 30;
constexpr std::size_t most_moves = 200;

/// As it lies in the table.
struct Stored {
    OrderStateNames names;
    std::vector<OrderMove> moves;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (names, moves))

std::vector<OwnPlace> places_in(std::vector<OrderStateInput> const& states) {
    auto places = std::vector<OwnPlace>{};
    for (auto const& state : states) places.push_back({state.name, word_of(state.phase)});
    return places;
}

std::vector<OrderStateInput> as_input(OrderFlow const& flow) {
    auto states = std::vector<OrderStateInput>{};
    for (auto const& state : flow.states)
        states.push_back(
            {state.id, state.name, state.phase == "in_force" ? OrderPhase::in_force : OrderPhase::executing});
    return states;
}

std::string at(std::string_view list, std::size_t index, std::string_view field) {
    return std::string{list} + "[" + std::to_string(index) + "]." + std::string{field};
}

OrderStateNames tidied(OrderStateNames names) {
    for (auto* name : {&names.in_force, &names.executing, &names.completed})
        if (*name) *name = text::trim(**name).empty() ? std::nullopt : std::optional{std::string{text::trim(**name)}};
    return names;
}

// Words that already mean a place of their own.
std::set<std::string, std::less<>> taken_names(OrderStateNames const& names) {
    auto taken = std::set<std::string, std::less<>>{};
    for (std::string_view const status :
         {"draft", "in_review", "in_force", "executing", "completed", "rejected", "void"}) {
        taken.emplace(status);
        taken.emplace(status_label(status));
    }
    for (auto const* name : {&names.in_force, &names.executing, &names.completed})
        if (*name) taken.insert(**name);
    return taken;
}

Result<std::vector<OrderStateInput>> checked_states(OrderFlow const& before, std::vector<OrderStateInput> states,
                                                    OrderStateNames const& names) {
    auto taken = taken_names(names);
    auto seen = std::set<OrderStateId>{};
    for (std::size_t n = 0; n < states.size(); ++n) {
        auto& state = states[n];
        state.name = std::string{text::trim(state.name)};
        if (!taken.insert(state.name).second)
            return invalid_field(at("states", n, "name"), "「" + state.name + "」已是另一个状态的名称");
        if (!state.id) continue;
        auto const known = std::ranges::find(before.states, *state.id, &OrderState::id);
        if (known == before.states.end() || !seen.insert(*state.id).second)
            return invalid_field(at("states", n, "id"), "没有这个状态");
        if (known->phase != word_of(state.phase) && known->orders > 0)
            return Error{Errc::conflict, "used",
                         std::to_string(known->orders) + " 张订单处于「" + known->name + "」，不能改变它所属的阶段"};
    }
    for (auto const& old : before.states)
        if (!seen.contains(old.id) && old.orders > 0)
            return Error{Errc::conflict, "used",
                         std::to_string(old.orders) + " 张订单处于「" + old.name + "」，请先把它们移到别的状态"};
    return states;
}

Result<std::vector<OrderMove>> checked_moves(operation::Context& ctx, std::vector<OrderMove> const& moves,
                                             std::vector<OwnPlace> const& places) {
    auto pairs = std::set<std::pair<std::string, std::string>>{};
    for (std::size_t n = 0; n < moves.size(); ++n) {
        auto const& move = moves[n];
        for (auto const& [field, place] : {std::pair{"from", &move.from}, {"to", &move.to}})
            if (phase_of(places, *place).empty())
                return invalid_field(at("moves", n, field), "没有状态「" + *place + "」");
        if (!is_within_life(places, move.from, move.to))
            return invalid_field(at("moves", n, "to"), "订单不能这样流转：已完成的不再变，执行中的不能退回生效");
        if (!pairs.emplace(move.from, move.to).second)
            return invalid_field(at("moves", n, "to"), "同样的流转出现了两次");
        auto const known = ctx.sql().value<std::int64_t>(
            "select count(*) from role where tenant_id = :tenant and id = any(:ids::bigint[])",
            {bind("tenant", ctx.tenant()), bind("ids", move.role_ids)});
        if (known.value_or(0) != std::ssize(move.role_ids))
            return invalid_field(at("moves", n, "role_ids"), "没有这个角色");
    }
    return moves;
}

// Moves follow a state that was renamed and go with one that was left out.
std::vector<OrderMove> followed(OrderFlow const& before, std::vector<OrderStateInput> const& states) {
    auto const now = [&](std::string const& place) -> std::optional<std::string> {
        auto const old = std::ranges::find(before.states, place, &OrderState::name);
        if (old == before.states.end()) return place;
        auto const found = std::ranges::find(states, std::optional{old->id}, &OrderStateInput::id);
        return found == states.end() ? std::nullopt : std::optional{found->name};
    };
    auto const places = places_in(states);
    auto moves = std::vector<OrderMove>{};
    for (auto const& move : before.moves) {
        auto const from = now(move.from);
        auto const to = now(move.to);
        if (from && to && is_within_life(places, *from, *to))
            moves.push_back({*from, *to, move.role_ids, move.needs_reason});
    }
    return moves;
}

void write_states(operation::Context& ctx, OrderFlow const& before, std::vector<OrderStateInput> const& states) {
    auto kept = std::vector<OrderStateId>{};
    for (auto const& state : states)
        if (state.id) kept.push_back(*state.id);
    ctx.sql().execute("delete from order_state where tenant_id = :tenant and not id = any(:kept::bigint[])",
                      {bind("tenant", ctx.tenant()), bind("kept", kept)});
    // So that two may swap their names.
    if (!before.states.empty())
        ctx.sql().execute("update order_state set name = '~' || id where tenant_id = :tenant",
                          {bind("tenant", ctx.tenant())});
    auto position = std::int64_t{0};
    for (auto const& state : states)
        ctx.sql().execute(
            "insert into order_state as s (tenant_id, id, name, phase, position, created_at) values (:tenant, "
            "coalesce(:id::bigint, new_id()), :name, :phase, :position, :now) on conflict (tenant_id, id) do update "
            "set name = excluded.name, phase = excluded.phase, position = excluded.position",
            {bind("tenant", ctx.tenant()), bind("id", state.id), bind("name", state.name),
             bind("phase", word_of(state.phase)), bind("position", ++position), bind("now", ctx.now())});
}

std::vector<OrderState> states_of(operation::Context& ctx) {
    return ctx.sql().records<OrderState>(
        "select s.id, s.name, s.phase, (select count(*) from sales_order o where o.tenant_id = s.tenant_id and "
        "o.state_id = s.id) from order_state s where s.tenant_id = :tenant order by s.position",
        {bind("tenant", ctx.tenant())});
}

}  // namespace

std::vector<FieldRule> field_rules(OrderStateInput const*) {
    return {{"name", "状态名称", {.max_length = longest_name}}, {"phase", "所属阶段"}};
}
std::vector<FieldRule> field_rules(OrderStateNames const*) {
    return {{"in_force", "已生效的名称", {.max_length = longest_name}},
            {"executing", "执行中的名称", {.max_length = longest_name}},
            {"completed", "已完成的名称", {.max_length = longest_name}}};
}
std::vector<FieldRule> field_rules(OrderMove const*) {
    return {{"from", "从", {.max_length = longest_name}},
            {"to", "到", {.max_length = longest_name}},
            {"role_ids", "允许的角色", {.max_items = 50}},
            {"needs_reason", "需填写原因"}};
}
std::vector<FieldRule> field_rules(ChangeOrderFlow const*) {
    return {{"version", "版本"},
            {"states", "企业的状态", {.max_items = most_states}},
            {"names", "通用状态的名称"},
            {"moves", "允许的流转", {.max_items = most_moves}}};
}

OrderFlow order_flow(operation::Context& ctx) {
    auto flow = OrderFlow{};
    flow.states = states_of(ctx);
    auto const row = ctx.sql().row<std::string, std::int64_t>(
        "select settings::text, version from order_flow where tenant_id = :tenant", {bind("tenant", ctx.tenant())});
    if (!row) return flow;
    auto const& [text, version] = *row;
    flow.version = version;
    auto const stored = json::parse(text);
    auto read = stored ? operation::read_input<Stored>(*stored) : Result<Stored>{Error{}};
    if (!read) return flow;
    flow.names = read->names;
    flow.moves = read->moves;
    return flow;
}

Result<OrderFlow> change_order_flow(operation::Context& ctx, ChangeOrderFlow const& input) {
    ctx.sql().value<int>("select 1 from tenant where id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const before = order_flow(ctx);
    if (input.version != before.version) return Error{Errc::stale, "version", "订单状态刚被别人修改过，请刷新后再改"};
    auto const names = tidied(input.names.value_or(before.names));
    auto const states = checked_states(before, input.states.value_or(as_input(before)), names);
    if (!states) return states.error();
    auto const moves = checked_moves(ctx, input.moves.value_or(followed(before, *states)), places_in(*states));
    if (!moves) return moves.error();
    write_states(ctx, before, *states);
    ctx.sql().execute(
        "insert into order_flow as f (tenant_id, settings, updated_at, updated_by) values (:tenant, :settings::jsonb, "
        ":now, :me::bigint) on conflict (tenant_id) do update set settings = excluded.settings, version = f.version + "
        "1, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        {bind("tenant", ctx.tenant()), bind("settings", json::write(operation::write_output(Stored{names, *moves}))),
         bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    auto after = order_flow(ctx);
    auto const difference = operation::difference(operation::write_output(before), operation::write_output(after));
    ctx.audit({"company", ctx.tenant().value(), "order_flow.change", difference.before, difference.after, {}});
    return after;
}

}  // namespace wescrm::sales
