#pragma once
#include <wescrm/sales/payment_plan.hpp>

namespace wescrm::sales {

/// Money that came in, or with a negative amount went back. Counted once it is approved.
struct Payment {
    PaymentId id;
    std::string no;
    OrderId order_id;
    std::string order_no;
    std::optional<ContractId> contract_id;  ///< the order's, as of a plan
    std::optional<std::string> contract_no;
    CustomerId customer_id;
    std::string customer_name;
    std::optional<PaymentPlanId> plan_id;  ///< asked for, or else the first that it went to
    std::optional<std::int64_t> period;    ///< of that plan
    std::optional<PaymentId> refund_of_id;
    UserId owner_user_id;
    std::string owner_name;
    std::string currency;  ///< the order's
    Money amount_fen;
    Money refunded_fen;  ///< already given back of it
    Date paid_on;
    std::string method;
    std::string payer;
    std::string bank_account;
    std::string remark;
    std::string status;  ///< draft, in_review, approved, rejected, void
    std::string status_reason;
    std::optional<PendingApprovalId> approval_id;
    std::optional<Instant> approved_at;
    CustomValues custom{};  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, no, order_id, order_no, contract_id, contract_no, customer_id, customer_name, plan_id,
                       period, refund_of_id, owner_user_id, owner_name, currency, amount_fen, refunded_fen, paid_on,
                       method, payer, bank_account, remark, status, status_reason, approval_id, approved_at, custom,
                       version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Payment const*) { return "payment"; }

struct CreatePayment {
    std::optional<OrderId> order_id;        ///< or …
    std::optional<ContractId> contract_id;  ///< … where the company has no orders
    Money amount_fen;                       ///< negative with refund_of_id
    std::optional<PaymentId> refund_of_id;  ///< the payment that is given back, wholly or in part
    std::optional<PaymentPlanId> plan_id;   ///< absent: the oldest open one
    std::optional<Date> paid_on;            ///< absent: today
    std::optional<UserId> owner_user_id;    ///< absent: the actor
    std::optional<std::string> method;
    std::optional<std::string> payer;
    std::optional<std::string> bank_account;
    std::optional<std::string> remark;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(CreatePayment, (),
                      (order_id, contract_id, amount_fen, refund_of_id, plan_id, paid_on, owner_user_id, method, payer,
                       bank_account, remark, custom))

struct ChangePayment {
    PaymentId id;
    std::int64_t version = 0;
    std::optional<Money> amount_fen;
    operation::Patch<PaymentPlanId> plan_id;
    std::optional<Date> paid_on;
    operation::Patch<std::string> method;
    operation::Patch<std::string> payer;
    operation::Patch<std::string> bank_account;
    operation::Patch<std::string> remark;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(ChangePayment, (),
                      (id, version, amount_fen, plan_id, paid_on, method, payer, bank_account, remark, custom))

struct OnePayment {
    PaymentId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OnePayment, (), (id, version))
struct VoidPayment {
    PaymentId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(VoidPayment, (), (id, reason))

enum class PaymentStatus { draft, in_review, approved, rejected, void_ };
BOOST_DESCRIBE_ENUM(PaymentStatus, draft, in_review, approved, rejected, void_)

struct ListPayments {
    std::optional<std::string> q;  ///< of number, order, customer or payer
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<OrderId> order_id;
    std::optional<ContractId> contract_id;  ///< of all its orders
    std::optional<CustomerId> customer_id;
    std::vector<PaymentStatus> status;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), paid_on
    std::vector<std::string> custom;        ///< "key=value", "key>=value", …
    std::optional<std::string> sort;        ///< created_at, updated_at, paid_on, amount_fen, no; default -created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListPayments, (),
                      (q, owner, department, order_id, contract_id, customer_id, status, from, to, date_field, custom,
                       sort, limit, cursor))
struct PaymentPage {
    std::vector<Payment> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PaymentPage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(CreatePayment const*);
std::vector<operation::FieldRule> field_rules(ChangePayment const*);
std::vector<operation::FieldRule> field_rules(VoidPayment const*);

/// As a draft, for an order in force. invalid_input amount_fen beyond what is outstanding, or for a refund beyond what
/// is left of its payment.
Result<Payment> create_payment(operation::Context& ctx, CreatePayment const& input);
Result<Payment> show_payment(operation::Context& ctx, OnePayment const& input);
Result<PaymentPage> list_payments(operation::Context& ctx, ListPayments const& input);
/// Only a draft or rejected one.
Result<Payment> change_payment(operation::Context& ctx, ChangePayment const& input);
Result<Nothing> delete_payment(operation::Context& ctx, OnePayment const& input);
/// Counted, at once or after consent.
Result<Payment> submit_payment(operation::Context& ctx, OnePayment const& input);
/// conflict "refunded" while a counted refund stands.
Result<Payment> void_payment(operation::Context& ctx, VoidPayment const& input);

}  // namespace wescrm::sales
