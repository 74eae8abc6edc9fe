#pragma once
#include <wescrm/sales/order.hpp>

namespace wescrm::sales {

/// What a customer is offered, until a day. A new revision takes the place of the one before, which stays to be read.
struct Quote {
    QuoteId id;
    std::string no;
    std::int64_t revision = 1;
    std::optional<QuoteId> replaces_id;
    std::string name;
    CustomerId customer_id;
    std::string customer_name;
    std::optional<ContactId> contact_id;
    std::optional<std::string> contact_name;
    std::optional<OpportunityId> opportunity_id;
    UserId owner_user_id;
    std::string owner_name;
    Date quoted_on;
    std::optional<Date> valid_until;
    std::string terms;
    std::string remark;
    double discount_percent = 0;  ///< taken off the whole, after the discounts of the lines
    std::string currency;         ///< of all its money: "CNY"
    Money amount_fen;             ///< the sum of the lines less that
    std::string status;           ///< draft, in_review, in_force, accepted, expired, rejected, void
    std::string status_reason;
    std::optional<OrderId> order_id;  ///< made when it was accepted
    std::optional<std::string> order_no;
    std::optional<ContractId> contract_id;  ///< that order's
    std::optional<std::string> contract_no;
    std::optional<PendingApprovalId> approval_id;
    std::optional<Instant> in_force_at;
    CustomValues custom{};  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Quote, (),
                      (id, no, revision, replaces_id, name, customer_id, customer_name, contact_id, contact_name,
                       opportunity_id, owner_user_id, owner_name, quoted_on, valid_until, terms, remark,
                       discount_percent, currency, amount_fen, status, status_reason, order_id, order_no, contract_id,
                       contract_no, approval_id, in_force_at, custom, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Quote const*) { return "quote"; }

struct QuoteDetail : Quote {
    std::vector<OrderLine> lines;
};
BOOST_DESCRIBE_STRUCT(QuoteDetail, (Quote), (lines))
constexpr std::string_view record_kind_of(QuoteDetail const*) { return "quote"; }

struct CreateQuote {
    CustomerId customer_id;
    std::optional<std::string> name;
    std::optional<ContactId> contact_id;
    std::optional<OpportunityId> opportunity_id;
    std::optional<UserId> owner_user_id;
    std::optional<Date> quoted_on;  ///< absent: today
    std::optional<Date> valid_until;
    std::optional<std::string> terms;
    std::optional<std::string> remark;
    std::optional<double> discount_percent;  ///< taken off the whole; up to two decimals
    std::optional<std::string> currency;     ///< absent: that of the customer's price book, or CNY
    std::vector<OrderLineInput> lines;       ///< at least one
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(CreateQuote, (),
                      (customer_id, name, contact_id, opportunity_id, owner_user_id, quoted_on, valid_until, terms,
                       remark, discount_percent, currency, lines, custom))

struct ChangeQuote {
    QuoteId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<ContactId> contact_id;
    operation::Patch<Date> valid_until;
    operation::Patch<std::string> terms;
    operation::Patch<std::string> remark;
    std::optional<double> discount_percent;
    std::optional<std::vector<OrderLineInput>> lines;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(ChangeQuote, (),
                      (id, version, name, contact_id, valid_until, terms, remark, discount_percent, lines, custom))

struct OneQuote {
    QuoteId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneQuote, (), (id, version))
struct AcceptQuote {
    QuoteId id;
    std::optional<std::int64_t> version;
    bool with_contract = false;  ///< a draft of a contract too, in which the order stands
};
BOOST_DESCRIBE_STRUCT(AcceptQuote, (), (id, version, with_contract))
struct VoidQuote {
    QuoteId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(VoidQuote, (), (id, reason))

enum class QuoteStatus { draft, in_review, in_force, accepted, expired, rejected, void_ };
BOOST_DESCRIBE_ENUM(QuoteStatus, draft, in_review, in_force, accepted, expired, rejected, void_)

struct ListQuotes {
    std::optional<std::string> q;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<CustomerId> customer_id;
    std::optional<OpportunityId> opportunity_id;
    std::vector<QuoteStatus> status;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), quoted_on, valid_until
    std::vector<std::string> custom;        ///< "key=value", "key>=value", …
    std::optional<std::string> sort;        ///< created_at, updated_at, amount_fen, no; default -created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuotes, (),
                      (q, owner, department, customer_id, opportunity_id, status, from, to, date_field, custom, sort,
                       limit, cursor))
struct QuotePage {
    std::vector<Quote> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(QuotePage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(CreateQuote const*);
std::vector<operation::FieldRule> field_rules(ChangeQuote const*);
std::vector<operation::FieldRule> field_rules(AcceptQuote const*);
std::vector<operation::FieldRule> field_rules(VoidQuote const*);

Result<QuoteDetail> create_quote(operation::Context& ctx, CreateQuote const& input);
Result<QuoteDetail> show_quote(operation::Context& ctx, OneQuote const& input);
Result<QuotePage> list_quotes(operation::Context& ctx, ListQuotes const& input);
/// Only a draft or rejected one; later ones get a new revision.
Result<QuoteDetail> change_quote(operation::Context& ctx, ChangeQuote const& input);
Result<Nothing> delete_quote(operation::Context& ctx, OneQuote const& input);
Result<QuoteDetail> submit_quote(operation::Context& ctx, OneQuote const& input);
/// A draft with the same lines; the former revision is void.
Result<QuoteDetail> revise_quote(operation::Context& ctx, OneQuote const& input);
/// Makes a draft of an order with the quote's lines and prices, and of its contract if that is wanted (permission
/// contract.create).
Result<QuoteDetail> accept_quote(operation::Context& ctx, AcceptQuote const& input);
/// The same where the company has no orders: a draft of a contract that bears the money; else conflict "orders".
Result<QuoteDetail> accept_quote_as_contract(operation::Context& ctx, OneQuote const& input);
Result<QuoteDetail> void_quote(operation::Context& ctx, VoidQuote const& input);

}  // namespace wescrm::sales
