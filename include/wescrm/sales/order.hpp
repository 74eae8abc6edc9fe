#pragma once
#include <wescrm/sales/payment.hpp>

namespace wescrm::sales {

/// What is sold, as it was at the time.
struct OrderLine {
    std::int64_t position = 0;
    std::optional<ProductId> product_id;
    std::string product_code;
    std::string product_name;
    std::string unit;
    Money list_fen;            ///< what it costs without anybody's doing, rounded, …
    std::int64_t list_e4 = 0;  ///< … and in ten-thousandths of a yuan
    double tax_percent = 0;
    Money price_fen;            ///< price_e4, rounded
    std::int64_t price_e4 = 0;  ///< in ten-thousandths of a yuan; the subtotal comes from it
    double quantity = 0;
    double discount_percent = 0;  ///< taken off
    Money subtotal_fen;
    bool below_floor = false;
    std::string currency;  ///< the document's
};
BOOST_DESCRIBE_STRUCT(OrderLine, (),
                      (position, product_id, product_code, product_name, unit, list_fen, list_e4, tax_percent,
                       price_fen, price_e4, quantity, discount_percent, subtotal_fen, below_floor, currency))

struct OrderLineInput {
    std::optional<ProductId> product_id;      ///< absent: product_name says what it is
    std::optional<std::string> product_name;  ///< only without a product
    std::optional<std::string> unit;          ///< only without a product
    std::optional<double> quantity;           ///< default 1; up to four decimals
    std::optional<Money> price_fen;           ///< of one; absent: by price book or list; or …
    std::optional<std::int64_t> price_e4;     ///< … exactly, in ten-thousandths of a yuan
    std::optional<double> discount_percent;   ///< taken off; up to two decimals
};
BOOST_DESCRIBE_STRUCT(OrderLineInput, (),
                      (product_id, product_name, unit, quantity, price_fen, price_e4, discount_percent))

struct Order {
    OrderId id;
    std::string no;
    std::string name;
    CustomerId customer_id;
    std::string customer_name;
    std::optional<ContactId> contact_id;
    std::optional<std::string> contact_name;
    std::optional<OpportunityId> opportunity_id;
    std::optional<ContractId> contract_id;
    std::optional<std::string> contract_no;
    std::optional<QuoteId> quote_id;
    UserId owner_user_id;
    std::string owner_name;
    Date ordered_on;
    std::optional<Date> ends_on;
    std::optional<Date> delivery_on;
    std::string payment_terms;
    std::string remark;
    double discount_percent = 0;  ///< taken off the whole
    std::string currency;         ///< of all its money: "CNY"
    Money amount_fen;             ///< the sum of the lines less that, if there are any
    Money received_fen;           ///< counted payments less refunds
    Money outstanding_fen;        ///< amount − received
    Money planned_fen;            ///< by plans that are not void
    Money invoiced_fen;
    std::string status;                    ///< draft, in_review, in_force, executing, completed, rejected, void
    std::optional<OrderStateId> state_id;  ///< the company's own state within in_force or executing
    std::string state_name;                ///< what the company calls where it is; empty: as everybody does
    std::string status_reason;
    bool changing = false;  ///< 变更中: a change waits for consent; what is in force stays so until then
    std::optional<PendingApprovalId> approval_id;  ///< what it waits for
    std::optional<Instant> in_force_at;
    CustomValues custom{};  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, no, name, customer_id, customer_name, contact_id, contact_name, opportunity_id, contract_id,
                       contract_no, quote_id, owner_user_id, owner_name, ordered_on, ends_on, delivery_on,
                       payment_terms, remark, discount_percent, currency, amount_fen, received_fen, outstanding_fen,
                       planned_fen, invoiced_fen, status, state_id, state_name, status_reason, changing, approval_id,
                       in_force_at, custom, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Order const*) { return "order"; }

struct OrderDetail : Order {
    std::vector<OrderLine> lines;
    std::vector<PaymentPlan> plans;
    std::vector<Payment> payments;
};
BOOST_DESCRIBE_STRUCT(OrderDetail, (Order), (lines, plans, payments))
constexpr std::string_view record_kind_of(OrderDetail const*) { return "order"; }

struct CreateOrder {
    CustomerId customer_id;
    std::optional<std::string> name;  ///< absent: the customer's
    std::optional<ContactId> contact_id;
    std::optional<OpportunityId> opportunity_id;
    std::optional<ContractId> contract_id;
    std::optional<UserId> owner_user_id;  ///< absent: the actor
    std::optional<Date> ordered_on;       ///< absent: today
    std::optional<Date> ends_on;
    std::optional<Date> delivery_on;
    std::optional<std::string> payment_terms;
    std::optional<std::string> remark;
    std::optional<double> discount_percent;  ///< taken off the whole; only with lines
    std::optional<std::string> currency;     ///< absent: the contract's, that of the customer's price book, or CNY
    std::optional<Money> amount_fen;         ///< without lines
    std::vector<OrderLineInput> lines;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(CreateOrder, (),
                      (customer_id, name, contact_id, opportunity_id, contract_id, owner_user_id, ordered_on, ends_on,
                       delivery_on, payment_terms, remark, discount_percent, currency, amount_fen, lines, custom))

struct ChangeOrder {
    OrderId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<ContactId> contact_id;
    operation::Patch<OpportunityId> opportunity_id;
    operation::Patch<ContractId> contract_id;
    std::optional<Date> ordered_on;
    operation::Patch<Date> ends_on;
    operation::Patch<Date> delivery_on;
    operation::Patch<std::string> payment_terms;
    operation::Patch<std::string> remark;
    std::optional<double> discount_percent;
    std::optional<Money> amount_fen;
    std::optional<std::vector<OrderLineInput>> lines;  ///< exactly these
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(ChangeOrder, (),
                      (id, version, name, contact_id, opportunity_id, contract_id, ordered_on, ends_on, delivery_on,
                       payment_terms, remark, discount_percent, amount_fen, lines, custom))

struct OneOrder {
    OrderId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneOrder, (), (id, version))
struct VoidOrder {
    OrderId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(VoidOrder, (), (id, reason))

/// In lists `changing` stands for those of which a change waits.
enum class OrderStatus { draft, in_review, in_force, executing, completed, rejected, void_, changing };
BOOST_DESCRIBE_ENUM(OrderStatus, draft, in_review, in_force, executing, completed, rejected, void_, changing)

struct ListOrders {
    std::optional<std::string> q;  ///< part of number, name or customer
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<CustomerId> customer_id;
    std::optional<OpportunityId> opportunity_id;
    std::optional<ContractId> contract_id;
    std::optional<ProductId> product_id;
    std::vector<OrderStatus> status;  ///< any of these
    std::vector<OrderStateId> state;  ///< any of the company's own
    bool outstanding = false;         ///< in force and not fully received
    std::optional<Date> from;         ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), ordered_on, ends_on, in_force_at
    std::vector<std::string> custom;        ///< "key=value", "key>=value", …
    std::optional<std::string> sort;        ///< created_at, updated_at, ordered_on, amount_fen, no; default -created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListOrders, (),
                      (q, owner, department, customer_id, opportunity_id, contract_id, product_id, status, state,
                       outstanding, from, to, date_field, custom, sort, limit, cursor))
struct OrderPage {
    std::vector<Order> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(OrderPage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(OrderLineInput const*);
std::vector<operation::FieldRule> field_rules(CreateOrder const*);
std::vector<operation::FieldRule> field_rules(ChangeOrder const*);
std::vector<operation::FieldRule> field_rules(VoidOrder const*);

// A record that the actor cannot see is not_found "order"; one that he may not change is forbidden "order_edit". A
// state that does not allow it is conflict "order_state"; one that waits for consent is conflict "in_review".

/// As a draft.
Result<OrderDetail> create_order(operation::Context& ctx, CreateOrder const& input);
Result<OrderDetail> show_order(operation::Context& ctx, OneOrder const& input);
Result<OrderPage> list_orders(operation::Context& ctx, ListOrders const& input);
/// Amount and lines of an order in force only if nobody would have to agree (conflict "needs_approval"), and not below
/// what was received, planned or invoiced.
Result<OrderDetail> change_order(operation::Context& ctx, ChangeOrder const& input);
/// A draft or rejected one, for good.
Result<Nothing> delete_order(operation::Context& ctx, OneOrder const& input);
/// Into force, at once or after consent.
Result<OrderDetail> submit_order(operation::Context& ctx, OneOrder const& input);
Result<OrderDetail> execute_order(operation::Context& ctx, OneOrder const& input);
Result<OrderDetail> complete_order(operation::Context& ctx, OneOrder const& input);
/// conflict "received" while money was received and not given back.
Result<OrderDetail> void_order(operation::Context& ctx, VoidOrder const& input);

}  // namespace wescrm::sales
