#pragma once
#include <wescrm/sales/order.hpp>

namespace wescrm::sales {

enum class TitleKind { company, person };
BOOST_DESCRIBE_ENUM(TitleKind, company, person)
enum class InvoiceKind { special, normal, electronic };
BOOST_DESCRIBE_ENUM(InvoiceKind, special, normal, electronic)

/// To whom invoices of a customer are made out; seen and changed by whoever sees and changes the customer.
struct InvoiceTitle {
    InvoiceTitleId id;
    CustomerId customer_id;
    std::string kind;  ///< company, person
    std::string name;
    std::string tax_no;
    std::string bank;
    std::string account;
    std::string address;
    std::string phone;
    bool is_default = false;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(InvoiceTitle, (),
                      (id, customer_id, kind, name, tax_no, bank, account, address, phone, is_default, version,
                       created_at, updated_at, created_by))
struct CreateInvoiceTitle {
    CustomerId customer_id;
    std::optional<TitleKind> kind;  ///< default company
    std::string name;
    std::optional<std::string> tax_no;  ///< required of a company
    std::optional<std::string> bank;
    std::optional<std::string> account;
    std::optional<std::string> address;
    std::optional<std::string> phone;
    std::optional<bool> is_default;  ///< absent: true for the first
};
BOOST_DESCRIBE_STRUCT(CreateInvoiceTitle, (),
                      (customer_id, kind, name, tax_no, bank, account, address, phone, is_default))
struct ChangeInvoiceTitle {
    InvoiceTitleId id;
    std::int64_t version = 0;
    std::optional<TitleKind> kind;
    std::optional<std::string> name;
    operation::Patch<std::string> tax_no;
    operation::Patch<std::string> bank;
    operation::Patch<std::string> account;
    operation::Patch<std::string> address;
    operation::Patch<std::string> phone;
    std::optional<bool> is_default;  ///< only true: another one takes its place by being made the default
};
BOOST_DESCRIBE_STRUCT(ChangeInvoiceTitle, (),
                      (id, version, kind, name, tax_no, bank, account, address, phone, is_default))
struct OneInvoiceTitle {
    InvoiceTitleId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneInvoiceTitle, (), (id, version))
struct ListInvoiceTitles {
    CustomerId customer_id;
};
BOOST_DESCRIBE_STRUCT(ListInvoiceTitles, (), (customer_id))
struct InvoiceTitleList {
    std::vector<InvoiceTitle> items;  ///< the default first
};
BOOST_DESCRIBE_STRUCT(InvoiceTitleList, (), (items))

/// An application for an invoice, and the invoice. Those that stand never exceed the order's amount.
struct Invoice {
    InvoiceId id;
    std::string no;
    OrderId order_id;
    std::string order_no;
    CustomerId customer_id;
    std::string customer_name;
    std::optional<ContractId> contract_id;
    std::optional<std::string> contract_no;
    std::string title_name;  ///< this and what follows as the title was at the time
    std::string title_kind;
    std::string tax_no;
    std::string bank;
    std::string account;
    std::string address;
    std::string phone;
    std::string kind;  ///< special, normal, electronic
    double tax_percent = 0;
    UserId owner_user_id;
    std::string owner_name;
    std::string currency;  ///< the order's
    Money amount_fen;
    Date applied_on;
    std::string invoice_no;
    std::optional<Date> issued_on;
    std::string delivery;  ///< how and to whom it is handed over
    std::string remark;
    std::string status;  ///< draft, in_review, waiting, issued, rejected, void, red
    std::string status_reason;
    std::optional<PendingApprovalId> approval_id;
    CustomValues custom{};  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Invoice, (),
                      (id, no, order_id, order_no, customer_id, customer_name, contract_id, contract_no, title_name,
                       title_kind, tax_no, bank, account, address, phone, kind, tax_percent, owner_user_id, owner_name,
                       currency, amount_fen, applied_on, invoice_no, issued_on, delivery, remark, status, status_reason,
                       approval_id, custom, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Invoice const*) { return "invoice"; }

struct CreateInvoice {
    std::optional<OrderId> order_id;  ///< absent only where the company has no orders: contract_id bears the money
    Money amount_fen;
    std::optional<ContractId> contract_id;   ///< absent: the order's
    std::optional<InvoiceTitleId> title_id;  ///< absent: the customer's default
    std::optional<InvoiceKind> kind;         ///< default normal
    std::optional<double> tax_percent;
    std::optional<UserId> owner_user_id;
    std::optional<std::string> delivery;
    std::optional<std::string> remark;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(CreateInvoice, (),
                      (order_id, amount_fen, contract_id, title_id, kind, tax_percent, owner_user_id, delivery, remark,
                       custom))

struct ChangeInvoice {
    InvoiceId id;
    std::int64_t version = 0;
    std::optional<Money> amount_fen;
    operation::Patch<ContractId> contract_id;
    std::optional<InvoiceTitleId> title_id;  ///< made out to another of the customer's titles
    std::optional<InvoiceKind> kind;
    std::optional<double> tax_percent;
    operation::Patch<std::string> delivery;
    operation::Patch<std::string> remark;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(ChangeInvoice, (),
                      (id, version, amount_fen, contract_id, title_id, kind, tax_percent, delivery, remark, custom))

struct OneInvoice {
    InvoiceId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneInvoice, (), (id, version))
struct IssueInvoice {
    InvoiceId id;
    std::string invoice_no;
    std::optional<Date> issued_on;  ///< absent: today
    std::optional<std::string> delivery{};
};
BOOST_DESCRIBE_STRUCT(IssueInvoice, (), (id, invoice_no, issued_on, delivery))
struct VoidInvoice {
    InvoiceId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(VoidInvoice, (), (id, reason))

enum class InvoiceStatus { draft, in_review, waiting, issued, rejected, void_, red };
BOOST_DESCRIBE_ENUM(InvoiceStatus, draft, in_review, waiting, issued, rejected, void_, red)

struct ListInvoices {
    std::optional<std::string> q;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<CustomerId> customer_id;
    std::optional<OrderId> order_id;
    std::optional<ContractId> contract_id;
    std::vector<InvoiceStatus> status;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), applied_on, issued_on
    std::vector<std::string> custom;        ///< "key=value", "key>=value", …
    std::optional<std::string> sort;        ///< created_at, updated_at, amount_fen, no; default -created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListInvoices, (),
                      (q, owner, department, customer_id, order_id, contract_id, status, from, to, date_field, custom,
                       sort, limit, cursor))
struct InvoicePage {
    std::vector<Invoice> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(InvoicePage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(CreateInvoiceTitle const*);
std::vector<operation::FieldRule> field_rules(ChangeInvoiceTitle const*);
std::vector<operation::FieldRule> field_rules(CreateInvoice const*);
std::vector<operation::FieldRule> field_rules(ChangeInvoice const*);
std::vector<operation::FieldRule> field_rules(IssueInvoice const*);
std::vector<operation::FieldRule> field_rules(VoidInvoice const*);

Result<InvoiceTitle> create_invoice_title(operation::Context& ctx, CreateInvoiceTitle const& input);
Result<InvoiceTitle> show_invoice_title(operation::Context& ctx, OneInvoiceTitle const& input);
/// Invoices that exist keep the title as it was.
Result<InvoiceTitle> change_invoice_title(operation::Context& ctx, ChangeInvoiceTitle const& input);
Result<InvoiceTitleList> list_invoice_titles(operation::Context& ctx, ListInvoiceTitles const& input);
Result<Nothing> delete_invoice_title(operation::Context& ctx, OneInvoiceTitle const& input);

Result<Invoice> create_invoice(operation::Context& ctx, CreateInvoice const& input);
Result<Invoice> show_invoice(operation::Context& ctx, OneInvoice const& input);
Result<InvoicePage> list_invoices(operation::Context& ctx, ListInvoices const& input);
Result<Invoice> change_invoice(operation::Context& ctx, ChangeInvoice const& input);
Result<Nothing> delete_invoice(operation::Context& ctx, OneInvoice const& input);
/// invalid_input amount_fen if the order's invoices would exceed its amount.
Result<Invoice> submit_invoice(operation::Context& ctx, OneInvoice const& input);
Result<Invoice> issue_invoice(operation::Context& ctx, IssueInvoice const& input);
Result<Invoice> void_invoice(operation::Context& ctx, VoidInvoice const& input);
/// 红冲: an issued one is reversed.
Result<Invoice> reverse_invoice(operation::Context& ctx, VoidInvoice const& input);

}  // namespace wescrm::sales
