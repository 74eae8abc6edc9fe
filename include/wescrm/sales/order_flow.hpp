#pragma once
#include <wescrm/sales/order.hpp>

// A company's own states of orders and who may move an order on.
namespace wescrm::sales {

/// Of the roles that module org counts.
using FlowRoleId = StrongId<struct FlowRoleIdTag, std::int64_t>;

enum class OrderPhase { in_force, executing };
BOOST_DESCRIBE_ENUM(OrderPhase, in_force, executing)

struct OrderState {
    OrderStateId id;
    std::string name;
    std::string phase;  ///< in_force, executing: an order that is in the state counts as that
    std::int64_t orders = 0;
};
BOOST_DESCRIBE_STRUCT(OrderState, (), (id, name, phase, orders))

/// What a company calls the states that every order goes through; absent: as everybody does.
struct OrderStateNames {
    std::optional<std::string> in_force;
    std::optional<std::string> executing;
    std::optional<std::string> completed;
};
BOOST_DESCRIBE_STRUCT(OrderStateNames, (), (in_force, executing, completed))

/// An allowed move. Places are "in_force", "executing", "completed" or a state of the company's own by its name.
struct OrderMove {
    std::string from;
    std::string to;
    std::vector<FlowRoleId> role_ids;  ///< who may; empty: whoever may edit the order
    bool needs_reason = false;
};
BOOST_DESCRIBE_STRUCT(OrderMove, (), (from, to, role_ids, needs_reason))

struct OrderFlow {
    std::vector<OrderState> states;  ///< in order
    OrderStateNames names;
    std::vector<OrderMove> moves;  ///< empty: every one that the life of an order allows
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(OrderFlow, (), (states, names, moves, version))

struct OrderStateInput {
    std::optional<OrderStateId> id;  ///< absent: a new one
    std::string name;
    OrderPhase phase = OrderPhase::executing;
};
BOOST_DESCRIBE_STRUCT(OrderStateInput, (), (id, name, phase))
struct ChangeOrderFlow {
    std::int64_t version = 0;
    std::optional<std::vector<OrderStateInput>> states;  ///< exactly these, in this order
    std::optional<OrderStateNames> names;
    std::optional<std::vector<OrderMove>> moves;
};
BOOST_DESCRIBE_STRUCT(ChangeOrderFlow, (), (version, states, names, moves))

struct MoveOrder {
    OrderId id;
    std::optional<std::int64_t> version;
    std::string to;  ///< a place as in OrderMove
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(MoveOrder, (), (id, version, to, reason))

struct NextState {
    std::string to;     ///< for MoveOrder
    std::string title;  ///< what people call it
    bool needs_reason = false;
};
BOOST_DESCRIBE_STRUCT(NextState, (), (to, title, needs_reason))
struct NextStates {
    std::vector<NextState> items;
};
BOOST_DESCRIBE_STRUCT(NextStates, (), (items))

struct OrderStates {
    std::vector<OrderState> items;
};
BOOST_DESCRIBE_STRUCT(OrderStates, (), (items))

std::vector<operation::FieldRule> field_rules(OrderStateInput const*);
std::vector<operation::FieldRule> field_rules(OrderStateNames const*);
std::vector<operation::FieldRule> field_rules(OrderMove const*);
std::vector<operation::FieldRule> field_rules(ChangeOrderFlow const*);
std::vector<operation::FieldRule> field_rules(MoveOrder const*);

[[nodiscard]] OrderFlow order_flow(operation::Context& ctx);
/// stale "version"; conflict "used" for a state that is left out while orders are in it; invalid_input names
/// states[n].field or moves[n].field. Moves follow a state that is renamed, and go with one that is left out.
Result<OrderFlow> change_order_flow(operation::Context& ctx, ChangeOrderFlow const& input);
/// Where the actor may move it now.
Result<NextStates> next_states(operation::Context& ctx, OneOrder const& input);
/// conflict "order_state" for a move that neither the life of an order nor the company allows, forbidden "order_move"
/// if others may, invalid_input reason if one is needed.
Result<OrderDetail> move_order(operation::Context& ctx, MoveOrder const& input);

}  // namespace wescrm::sales
