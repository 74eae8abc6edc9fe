#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/trade_ids.hpp>

namespace wescrm::sales {

/// What is to be paid when. Plans of one order never exceed its amount; what they have got is worked out from the
/// counted payments in the same transaction.
struct PaymentPlan {
    PaymentPlanId id;
    OrderId order_id;
    std::string order_no;
    std::optional<ContractId> contract_id;  ///< the order's; which bears the money where the company has no orders
    std::optional<std::string> contract_no;
    CustomerId customer_id;
    std::string customer_name;
    UserId owner_user_id;
    std::string owner_name;
    std::int64_t period = 0;
    Date due_on;
    std::string currency;  ///< the order's
    Money amount_fen;
    Money received_fen;
    Money outstanding_fen;
    std::string method;
    std::int64_t remind_days = 0;
    std::string remark;
    std::string status;  ///< pending (its order is not in force), waiting, partial, done, overdue, void
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(PaymentPlan, (),
                      (id, order_id, order_no, contract_id, contract_no, customer_id, customer_name, owner_user_id,
                       owner_name, period, due_on, currency, amount_fen, received_fen, outstanding_fen, method,
                       remind_days, remark, status, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(PaymentPlan const*) { return "payment_plan"; }

struct CreatePaymentPlan {
    std::optional<OrderId> order_id;        ///< of what is to be paid; or …
    std::optional<ContractId> contract_id;  ///< … where the company has no orders
    Date due_on;
    Money amount_fen;
    std::optional<std::int64_t> period;  ///< absent: the next
    std::optional<std::string> method;
    std::optional<std::int64_t> remind_days;
    std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(CreatePaymentPlan, (),
                      (order_id, contract_id, due_on, amount_fen, period, method, remind_days, remark))

/// One period as somebody wants it.
struct PlanPart {
    Date due_on;
    Money amount_fen;
    std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(PlanPart, (), (due_on, amount_fen, remark))
std::vector<operation::FieldRule> field_rules(PlanPart const*);

/// So many equal periods for what no plan covers yet, the first due then and each next one so many months later; or
/// `parts`, one by one.
struct SplitIntoPlans {
    std::optional<OrderId> order_id;  ///< or contract_id, as above
    std::optional<ContractId> contract_id;
    std::optional<std::int64_t> periods;  ///< needed without parts, as is first_due_on
    std::optional<Date> first_due_on;
    std::optional<std::int64_t> every_months;  ///< default 1
    std::optional<Money> amount_fen;           ///< absent: all that is not planned
    std::vector<PlanPart> parts;
    std::optional<std::string> method;
    std::optional<std::int64_t> remind_days;
};
BOOST_DESCRIBE_STRUCT(SplitIntoPlans, (),
                      (order_id, contract_id, periods, first_due_on, every_months, amount_fen, parts, method,
                       remind_days))

struct ChangePaymentPlan {
    PaymentPlanId id;
    std::int64_t version = 0;
    std::optional<Date> due_on;
    std::optional<Money> amount_fen;  ///< not below what was received
    operation::Patch<std::string> method;
    std::optional<std::int64_t> remind_days;
    operation::Patch<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(ChangePaymentPlan, (), (id, version, due_on, amount_fen, method, remind_days, remark))

struct OnePaymentPlan {
    PaymentPlanId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OnePaymentPlan, (), (id, version))

enum class PlanStatus { pending, waiting, partial, done, overdue, void_ };
BOOST_DESCRIBE_ENUM(PlanStatus, pending, waiting, partial, done, overdue, void_)

struct ListPaymentPlans {
    std::optional<std::string> q;  ///< of the order or customer
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<OrderId> order_id;
    std::optional<ContractId> contract_id;  ///< of all its orders
    std::optional<CustomerId> customer_id;
    std::vector<PlanStatus> status;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), due_on
    std::optional<std::string> sort;        ///< due_on, created_at, amount_fen; default due_on
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListPaymentPlans, (),
                      (q, owner, department, order_id, contract_id, customer_id, status, from, to, date_field, sort,
                       limit, cursor))
struct PaymentPlanPage {
    std::vector<PaymentPlan> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PaymentPlanPage, (), (items, next_cursor))
struct PlansOfOrder {
    std::vector<PaymentPlan> items;
    Money unplanned_fen;  ///< of the order's amount
};
BOOST_DESCRIBE_STRUCT(PlansOfOrder, (), (items, unplanned_fen))

std::vector<operation::FieldRule> field_rules(CreatePaymentPlan const*);
std::vector<operation::FieldRule> field_rules(SplitIntoPlans const*);
std::vector<operation::FieldRule> field_rules(ChangePaymentPlan const*);

Result<PaymentPlan> create_payment_plan(operation::Context& ctx, CreatePaymentPlan const& input);
Result<PlansOfOrder> split_into_plans(operation::Context& ctx, SplitIntoPlans const& input);
Result<PaymentPlan> show_payment_plan(operation::Context& ctx, OnePaymentPlan const& input);
Result<PaymentPlanPage> list_payment_plans(operation::Context& ctx, ListPaymentPlans const& input);
Result<PaymentPlan> change_payment_plan(operation::Context& ctx, ChangePaymentPlan const& input);
/// conflict "received" if it has money.
Result<PaymentPlan> void_payment_plan(operation::Context& ctx, OnePaymentPlan const& input);

}  // namespace wescrm::sales
