#pragma once
#include "customers.hpp"
#include "rows.hpp"
#include "rules/order_money.hpp"

#include <wescrm/approval/subject.hpp>
#include <wescrm/sales/date_field.hpp>
#include <wescrm/sales/deal_status.hpp>
#include <wescrm/sales/trade_ids.hpp>

#include <boost/describe/enum_to_string.hpp>

// What orders, contracts, quotes, payments and invoices have in common: numbers, owners, states, consent.
namespace wescrm::sales {

struct DocumentKind {
    std::string_view kind;   ///< of records, and in permissions: "order"
    std::string_view table;  ///< "sales_order"
    std::string_view title;  ///< 订单
    std::string_view name_sql;
    std::string_view number_sql = "d.no";
};
/// A contract's mirror is called by the contract's number; see money_bearer.hpp.
inline constexpr DocumentKind order_kind{
    "order", "sales_order", "订单", "d.name",
    "case when d.mirrors then (select w.no from contract w where w.tenant_id = d.tenant_id and w.id = d.contract_id) "
    "else d.no end"};
inline constexpr DocumentKind contract_kind{"contract", "contract", "合同", "d.name"};
inline constexpr DocumentKind quote_kind{"quote", "quote", "报价单", "d.name"};
inline constexpr DocumentKind payment_kind{"payment", "payment", "回款", "d.payer"};
inline constexpr DocumentKind invoice_kind{"invoice", "invoice", "发票", "d.title_name"};
/// The number of the order that d hangs on, or of the contract that it mirrors.
inline constexpr std::string_view of_order_no =
    "(select case when w.mirrors then v.no else w.no end from sales_order w left join contract v on v.tenant_id = "
    "w.tenant_id and v.id = w.contract_id where w.tenant_id = d.tenant_id and w.id = d.order_id)";
inline constexpr DocumentKind plan_kind{"payment_plan", "payment_plan", "回款计划", "'第 ' || d.period || ' 期'",
                                        of_order_no};

/// What a change needs to know of a document that is locked until the transaction ends.
struct LockedDocument {
    std::int64_t id = 0;
    std::string no;
    std::string name;
    CustomerId customer;
    std::string customer_name;
    EmployeeId owner;
    Money amount;
    std::string status;
    std::int64_t version = 0;
    std::string currency;
};

[[nodiscard]] Error no_document(DocumentKind const& kind);
/// The locked document if the actor may do it; else not_found "<kind>" or forbidden "<kind>_edit".
Result<LockedDocument> lock_document(operation::Context& ctx, DocumentKind const& kind, std::int64_t id, Need need);
/// For changes that follow from another one, whoever may see it.
[[nodiscard]] std::optional<LockedDocument> lock_unasked(operation::Context& ctx, DocumentKind const& kind,
                                                         std::int64_t id);
/// stale "version", conflict "in_review", conflict "<kind>_state" unless the document is in one of `states`.
Result<void> insist_state(DocumentKind const& kind, LockedDocument const& locked, std::optional<std::int64_t> version,
                          std::initializer_list<std::string_view> states, std::string_view verb);

/// Into another state, with its audit entry; `more` is set as well ("in_force_at = :now"). conflict "<kind>_state" if
/// there is no such way.
Result<void> move_to(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked,
                     std::string_view status, std::string_view action, std::string const& reason = {},
                     std::string_view more = {});

/// Asks for consent, or goes on at once: `put_in_force` runs then. Answers whether it waits.
Result<bool> submit(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked,
                    std::vector<approval::Trigger> triggers,
                    std::function<Result<void>(LockedDocument const&)> const& put_in_force);
/// What follows from the end of an approval.
[[nodiscard]] approval::Subject subject_of(DocumentKind const& kind,
                                           Result<void> (*put_in_force)(operation::Context&, LockedDocument const&));

/// The owner that was asked for, or the actor.
Result<EmployeeId> document_owner(operation::Context& ctx, std::optional<UserId> const& wanted);
/// The customer by name, visible and not deleted; invalid_input customer_id.
Result<std::string> customer_for(operation::Context& ctx, CustomerId id);
/// invalid_input opportunity_id unless it is one of the customer that the actor sees.
Result<void> check_opportunity(operation::Context& ctx, CustomerId customer, std::optional<OpportunityId> const& id);
/// forbidden "owner" if the actor made something for somebody whose records he may not change.
Result<void> insist_own_or_below(operation::Context& ctx, DocumentKind const& kind, std::int64_t id);

void audit_document(operation::Context& ctx, DocumentKind const& kind, std::int64_t id, std::string action,
                    json::Value const& before, json::Value const& after, std::string reason = {});

/// " and d.owner …" and so on for the filters that every document list has; `dated` is the column of from and to.
struct CommonFilters {
    std::optional<std::string> q;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<CustomerId> customer_id;
    std::vector<std::string> status;
    std::optional<Date> from;
    std::optional<Date> to;
    std::string dated = "d.created_at";
    bool is_date = false;               ///< `dated` is a date, not an instant
    std::vector<std::string> searched;  ///< columns that q looks into besides the customer
};
void add_common(operation::Context& ctx, Filter& filter, DocumentKind const& kind, CommonFilters const& wanted);

/// One page of a document list with its columns over d and `joins`; `customer`, if it is the list of one.
template <class Page, class Row>
Page document_page(operation::Context& ctx, DocumentKind const& kind, Filter const& filter,
                   operation::Paging const& paging, std::string const& columns, std::string const& joins,
                   std::optional<CustomerId> customer) {
    auto const found = scope_of(ctx, filter, customer).page(kind.kind, "d", filter.sql(), paging);
    auto params = filter.params();
    params.add(found.params);
    return page_of<Page>(
        ctx.sql().records<Row>(
            "with found as materialized (" + found.sql + ") select " + columns + ", " + paging.key_column() + joins +
                " where d.tenant_id = :tenant and d.id = any(array(select scope_id from found))" + paging.order(),
            params),
        paging);
}

template <class E>
std::string word_of(E value) {
    auto word = std::string{boost::describe::enum_to_string(value, "")};
    if (word.ends_with('_')) word.pop_back();
    return word;
}
template <class E>
std::vector<std::string> words_of(std::vector<E> const& values) {
    auto words = std::vector<std::string>{};
    for (auto const value : values) words.push_back(word_of(value));
    return words;
}

constexpr auto morning = hours{9};         ///< of reminders: the company's time of day
constexpr auto of_day = minutes{24 * 60};  ///< how late such a reminder is still of use

/// The approval that waits for d, as a column.
[[nodiscard]] std::string pending_approval(DocumentKind const& kind);

/// What an order is called that may be its contract's mirror, over s and its contract x (joined to the left).
inline constexpr std::string_view shown_order_no = "case when s.mirrors then x.no else s.no end";
/// The filter by a contract, of what hangs on an order.
inline constexpr std::string_view of_contract =
    "d.order_id in (select w.id from sales_order w where w.tenant_id = d.tenant_id and w.contract_id = :contract)";

}  // namespace wescrm::sales
