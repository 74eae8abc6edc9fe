#include "invoices.hpp"

#include "contracts.hpp"
#include "currency.hpp"
#include "fields/store.hpp"
#include "money_bearer.hpp"
#include "numbers.hpp"

#include <wescrm/sales/sales_rules.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct InvoiceRow : Invoice {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(InvoiceRow, (Invoice), (sort_key))

std::string const& invoice_columns() {
    static auto const all =
        "d.id, d.no, d.order_id, case when s.mirrors then y.no else s.no end, d.customer_id, c.name, d.contract_id, "
        "x.no, d.title_name, d.title_kind, "
        "d.tax_no, d.bank, d.account, d.address, d.phone, d.kind, "
        "d.tax_bp::float8 / 100, o.user_id, o.name, d.currency, d.amount_fen, d.applied_on, d.invoice_no, d.issued_on, "
        "d.delivery, "
        "d.remark, "
        "d.status, d.status_reason, " +
        pending_approval(invoice_kind) + ", " + shown_custom("invoice", "d") +
        ", d.version, d.created_at, d.updated_at, k.user_id";
    return all;
}
std::string const invoice_joins =
    " from invoice d join sales_order s on s.tenant_id = d.tenant_id and s.id = d.order_id join customer c on "
    "c.tenant_id = "
    "d.tenant_id and c.id = d.customer_id join employee o on o.tenant_id = d.tenant_id and o.id = d.owner_id left join "
    "employee k on k.tenant_id = d.tenant_id and k.id = d.created_by left join contract x on x.tenant_id = d.tenant_id "
    "and x.id = d.contract_id left join contract y on y.tenant_id = s.tenant_id and y.id = s.contract_id";

}  // namespace

Invoice find_invoice(operation::Context& ctx, InvoiceId id) {
    return ctx.sql()
        .record<Invoice>("select " + invoice_columns() + invoice_joins + " where d.tenant_id = :tenant and d.id = :id",
                         {bind("tenant", ctx.tenant()), bind("id", id)})
        .value();
}

namespace {

OrderId order_id_of(operation::Context& ctx, InvoiceId id) {
    return ctx.sql()
        .value<OrderId>("select order_id from invoice where tenant_id = :tenant and id = :id",
                        {bind("tenant", ctx.tenant()), bind("id", id)})
        .value();
}

// Those that stand, with those that wait for consent, stay within the order's amount.
Result<void> insist_room(operation::Context& ctx, LockedDocument const& order, InvoiceId self, Money amount) {
    if (amount <= Money{}) return invalid_field("amount_fen", "应大于 0");
    auto const is_of_received = sales_rules(ctx).invoice_limit == InvoiceLimit::received;
    auto const room =
        ctx.sql()
            .value<Money>(
                "select case when :received::boolean then o.received_fen else o.amount_fen end - coalesce((select "
                "sum(i.amount_fen) from invoice i where i.tenant_id = "
                "o.tenant_id and i.order_id = o.id and i.id <> :self and i.status in ('in_review', 'waiting', "
                "'issued')), 0)::bigint from sales_order o where o.tenant_id = :tenant and o.id = :order",
                {bind("tenant", ctx.tenant()), bind("order", order.id), bind("self", self),
                 bind("received", is_of_received)})
            .value();
    if (amount > room)
        return invalid_field("amount_fen",
                             "开票合计不能超过" +
                                 (is_of_received ? "已回款金额" : std::string{bearer_title(ctx)} + "金额") +
                                 "，最多还可开 " + format_for_people(std::max(room, Money{}), order.currency));
    return {};
}

Result<void> insist_live(operation::Context& ctx, LockedDocument const& order) {
    if (is_live(order.status)) return {};
    return Error{Errc::conflict, "order_state",
                 called(ctx, order) + " 现在是「" + std::string{status_label(order.status)} + "」，生效后才能开票"};
}

void recompute_invoiced(operation::Context& ctx, OrderId order) {
    ctx.sql().execute(
        "update sales_order set invoiced_fen = coalesce((select sum(i.amount_fen) from invoice i where i.tenant_id = "
        ":tenant and i.order_id = :order and i.status in ('waiting', 'issued')), 0), updated_at = :now where tenant_id "
        "= "
        ":tenant and id = :order",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("now", ctx.now())});
}

struct TitleNow {
    std::string name;
    std::string kind;
    std::string tax_no;
    std::string bank;
    std::string account;
    std::string address;
    std::string phone;
};
BOOST_DESCRIBE_STRUCT(TitleNow, (), (name, kind, tax_no, bank, account, address, phone))

Result<TitleNow> title_for(operation::Context& ctx, CustomerId customer, std::optional<InvoiceTitleId> const& id) {
    auto const found = ctx.sql().record<TitleNow>(
        "select name, kind, tax_no, bank, account, address, phone from invoice_title where tenant_id = :tenant and "
        "customer_id = :customer and (id = "
        ":id::bigint or (:id::bigint is null and is_default)) limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("id", id)});
    if (found) return *found;
    return invalid_field("title_id", id ? "该客户没有这个开票抬头" : "该客户还没有开票抬头，请先添加");
}

struct LockedInvoice {
    LockedDocument invoice;
    LockedDocument order;
};
// The order before the invoice, always.
Result<LockedInvoice> lock_invoice(operation::Context& ctx, InvoiceId id, std::optional<std::int64_t> version,
                                   std::initializer_list<std::string_view> states, std::string_view verb) {
    if (!ctx.scope().allows("invoice", operation::Power::read, id.value())) return no_document(invoice_kind);
    auto const order = lock_unasked(ctx, order_kind, order_id_of(ctx, id).value());
    auto const invoice = lock_document(ctx, invoice_kind, id.value(), Need::write);
    if (!invoice) return invoice.error();
    if (auto const may = insist_state(invoice_kind, *invoice, version, states, verb); !may) return may.error();
    return LockedInvoice{*invoice, order.value()};
}

Result<std::int64_t> tax_of(std::optional<double> const& typed, double old) {
    auto const tax = exact_percent(typed.value_or(old));
    if (!tax) return invalid_field("tax_percent", "应在 0 到 100 之间，最多 2 位小数");
    return *tax;
}

// One of the customer's that stands; without one asked for, the order's.
Result<std::optional<ContractId>> contract_for(operation::Context& ctx, LockedDocument const& order,
                                               std::optional<ContractId> const& wanted) {
    if (!wanted)
        return ctx.sql().value<ContractId>(
            "select contract_id from sales_order where tenant_id = :tenant and id = :id and contract_id is not null",
            {bind("tenant", ctx.tenant()), bind("id", order.id)});
    if (auto const may = insist_on_contracts(ctx); !may) return may.error();
    if (mirror_of(ctx, *wanted) == OrderId{order.id}) return wanted;
    if (is_borne_by_contracts(ctx)) return invalid_field("contract_id", "发票记在它的合同上，不能改到另一份合同");
    auto const is_there = ctx.sql().value<int>(
        "select 1 from contract where tenant_id = :tenant and id = :id and customer_id = :customer and status <> "
        "'void'",
        {bind("tenant", ctx.tenant()), bind("id", *wanted), bind("customer", order.customer)});
    if (!is_there || !ctx.scope().allows("contract", operation::Power::read, wanted->value()))
        return invalid_field("contract_id", "该客户没有这份合同，或您看不到它");
    return wanted;
}

struct NewInvoice {
    TitleNow title;
    std::optional<ContractId> contract;
    EmployeeId owner;
    std::int64_t tax = 0;
};

InvoiceId insert(operation::Context& ctx, CreateInvoice const& input, LockedDocument const& order,
                 NewInvoice const& fresh) {
    auto const& title = fresh.title;
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<InvoiceId>(
            "insert into invoice (tenant_id, no, order_id, customer_id, contract_id, title_name, title_kind, tax_no, "
            "bank, "
            "account, address, phone, delivery, kind, tax_bp, "
            "owner_id, owner_department_id, currency, amount_fen, applied_on, remark, created_at, updated_at, "
            "created_by) select "
            ":tenant, :no, :order::bigint, :customer::bigint, :contract::bigint, :title, :title_kind, :tax_no, :bank, "
            ":account, :address, "
            ":phone, :delivery, :kind, :tax::integer, "
            ":owner::bigint, e.main_department_id, :currency, :amount::bigint, :today::date, :remark, "
            ":now::timestamptz, "
            ":now::timestamptz, :actor::bigint from employee e where e.tenant_id = :tenant and e.id = :owner::bigint "
            "returning id",
            {bind("tenant", ctx.tenant()),     bind("no", next_number(ctx, "invoice")),
             bind("order", order.id),          bind("customer", order.customer),
             bind("title", title.name),        bind("title_kind", title.kind),
             bind("tax_no", title.tax_no),     bind("kind", word_of(input.kind.value_or(InvoiceKind::normal))),
             bind("tax", fresh.tax),           bind("owner", fresh.owner),
             bind("contract", fresh.contract), bind("bank", title.bank),
             bind("account", title.account),   bind("address", title.address),
             bind("phone", title.phone),       bind("delivery", input.delivery.value_or("")),
             bind("currency", order.currency), bind("amount", input.amount_fen),
             bind("today", ctx.today()),       bind("remark", input.remark.value_or("")),
             bind("now", ctx.now()),           bind("actor", actor)})
        .value();
}

void audit(operation::Context& ctx, InvoiceId id, std::string action, std::optional<Invoice> const& before,
           std::optional<Invoice> const& after) {
    auto const json_of = [](std::optional<Invoice> const& invoice) {
        return invoice ? operation::write_output(*invoice) : json::Document{rapidjson::kObjectType};
    };
    audit_document(ctx, invoice_kind, id.value(), std::move(action), json_of(before), json_of(after));
}

Result<Invoice> end(operation::Context& ctx, VoidInvoice const& input, std::initializer_list<std::string_view> from,
                    std::string_view to, std::string_view action, std::string_view verb) {
    auto const locked = lock_invoice(ctx, input.id, std::nullopt, from, verb);
    if (!locked) return locked.error();
    auto const moved = move_to(ctx, invoice_kind, locked->invoice, to, action, input.reason);
    if (!moved) return moved.error();
    recompute_invoiced(ctx, OrderId{locked->order.id});
    return find_invoice(ctx, input.id);
}

}  // namespace

Result<void> put_invoice_waiting(operation::Context& ctx, LockedDocument const& locked) {
    auto const order_id = order_id_of(ctx, InvoiceId{locked.id});
    auto const order = lock_unasked(ctx, order_kind, order_id.value());
    if (auto const live = insist_live(ctx, order.value()); !live) return live.error();
    if (auto const room = insist_room(ctx, order.value(), InvoiceId{locked.id}, locked.amount); !room)
        return Error{Errc::conflict, "amount", "发票 " + locked.no + "：" + room.error().fields.front().message};
    if (auto const moved = move_to(ctx, invoice_kind, locked, "waiting", "accept"); !moved) return moved.error();
    recompute_invoiced(ctx, order_id);
    return {};
}

Result<Invoice> create_invoice(operation::Context& ctx, CreateInvoice const& input) {
    // Of an order, the contract is only what the invoice names.
    auto const bearer = is_borne_by_contracts(ctx) ? input.contract_id : std::nullopt;
    auto const order = lock_bearer(ctx, input.order_id, bearer, Need::read);
    if (!order) return order.error();
    if (auto const live = insist_live(ctx, *order); !live) return live.error();
    auto const owner = document_owner(ctx, input.owner_user_id);
    if (!owner) return owner.error();
    if (auto const room = insist_room(ctx, *order, {}, input.amount_fen); !room) return room.error();
    auto const title = title_for(ctx, order->customer, input.title_id);
    if (!title) return title.error();
    auto const tax = tax_of(input.tax_percent, 0);
    if (!tax) return tax.error();
    auto const contract = contract_for(ctx, *order, input.contract_id);
    if (!contract) return contract.error();
    auto const id = insert(ctx, input, *order, {*title, *contract, *owner, *tax});
    if (auto const own = insist_own_or_below(ctx, invoice_kind, id.value()); !own) return own.error();
    if (auto const kept = write_custom(ctx, {"invoice", "invoice", id.value()}, input.custom, CustomWrite::create);
        !kept)
        return kept.error();
    auto made = find_invoice(ctx, id);
    audit(ctx, id, "invoice.create", std::nullopt, made);
    return made;
}

Result<Invoice> show_invoice(operation::Context& ctx, OneInvoice const& input) {
    if (!ctx.scope().allows("invoice", operation::Power::read, input.id.value())) return no_document(invoice_kind);
    return find_invoice(ctx, input.id);
}

Result<InvoicePage> list_invoices(operation::Context& ctx, ListInvoices const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"},
                                                 {"amount_fen", "d.amount_fen", "bigint"},
                                                 {"no", "d.no", "text"}},
                                                "-created_at", "d.id");
    if (!paging) return paging.error();
    auto const dated =
        date_column(input.date_field,
                    {{"created_at", "d.created_at"}, {"applied_on", "d.applied_on"}, {"issued_on", "d.issued_on"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    add_common(ctx, filter, invoice_kind,
               {input.q,
                input.owner,
                input.department,
                input.customer_id,
                words_of(input.status),
                input.from,
                input.to,
                *dated,
                dated->ends_with("_on"),
                {"d.no", "d.title_name", "d.invoice_no"}});
    filter.where_given(input.order_id, "d.order_id = :order", "order");
    filter.where_given(input.contract_id, "d.contract_id = :contract", "contract");
    if (auto const good = add_custom_filters(ctx, filter, "invoice", "d.id", input.custom); !good) return good.error();
    return document_page<InvoicePage, InvoiceRow>(ctx, invoice_kind, filter, *paging, invoice_columns(), invoice_joins,
                                                  input.customer_id);
}

Result<Invoice> change_invoice(operation::Context& ctx, ChangeInvoice const& input) {
    auto const locked = lock_invoice(ctx, input.id, input.version, {"draft", "rejected"}, "修改");
    if (!locked) return locked.error();
    auto const before = find_invoice(ctx, input.id);
    auto const amount = input.amount_fen.value_or(before.amount_fen);
    if (auto const room = insist_room(ctx, locked->order, input.id, amount); !room) return room.error();
    auto const tax = tax_of(input.tax_percent, before.tax_percent);
    if (!tax) return tax.error();
    auto const title = input.title_id
                           ? title_for(ctx, before.customer_id, input.title_id)
                           : Result<TitleNow>{TitleNow{before.title_name, before.title_kind, before.tax_no, before.bank,
                                                       before.account, before.address, before.phone}};
    if (!title) return title.error();
    // What stands there may stay, even where the company does without contracts by now.
    auto const is_new_contract = input.contract_id.value && input.contract_id.value != before.contract_id;
    auto const contract = is_new_contract
                              ? contract_for(ctx, locked->order, input.contract_id.value)
                              : Result<std::optional<ContractId>>{input.contract_id.is_present ? input.contract_id.value
                                                                                               : before.contract_id};
    if (!contract) return contract.error();
    ctx.sql().execute(
        "update invoice set title_name = :title, title_kind = :title_kind, tax_no = :tax_no, bank = :bank, account = "
        ":account, address = :address, phone = :phone, contract_id = :contract, delivery = :delivery, amount_fen = "
        ":amount, "
        "kind = :kind, tax_bp = :tax, remark = :remark, version = version + "
        "1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("amount", amount), bind("title", title->name),
         bind("title_kind", title->kind), bind("tax_no", title->tax_no), bind("bank", title->bank),
         bind("account", title->account), bind("address", title->address), bind("phone", title->phone),
         bind("contract", *contract), bind("delivery", patched(input.delivery, before.delivery)),
         bind("kind", input.kind ? word_of(*input.kind) : before.kind), bind("tax", *tax),
         bind("remark", patched(input.remark, before.remark)), bind("now", ctx.now())});
    if (auto const kept =
            write_custom(ctx, {"invoice", "invoice", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    auto after = find_invoice(ctx, input.id);
    audit(ctx, input.id, "invoice.change", before, after);
    return after;
}

Result<Nothing> delete_invoice(operation::Context& ctx, OneInvoice const& input) {
    auto const locked = lock_invoice(ctx, input.id, input.version, {"draft", "rejected"}, "删除；请作废");
    if (!locked) return locked.error();
    auto const before = find_invoice(ctx, input.id);
    ctx.sql().execute("delete from invoice where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit(ctx, input.id, "invoice.delete", before, std::nullopt);
    return Nothing{};
}

Result<Invoice> submit_invoice(operation::Context& ctx, OneInvoice const& input) {
    auto const locked = lock_invoice(ctx, input.id, input.version, {"draft", "rejected"}, "提交");
    if (!locked) return locked.error();
    auto const& invoice = locked->invoice;
    if (auto const live = insist_live(ctx, locked->order); !live) return live.error();
    if (auto const room = insist_room(ctx, locked->order, input.id, invoice.amount); !room) return room.error();
    auto const done =
        submit(ctx, invoice_kind, invoice, {amount_trigger("invoice", "开票", invoice.amount, invoice.currency)},
               [&ctx](LockedDocument const& one) { return put_invoice_waiting(ctx, one); });
    if (!done) return done.error();
    return find_invoice(ctx, input.id);
}

Result<Invoice> issue_invoice(operation::Context& ctx, IssueInvoice const& input) {
    auto const locked = lock_invoice(ctx, input.id, std::nullopt, {"waiting"}, "开票");
    if (!locked) return locked.error();
    auto const issued_on = input.issued_on.value_or(ctx.today());
    if (std::chrono::sys_days{issued_on} > std::chrono::sys_days{ctx.today()})
        return invalid_field("issued_on", "开票日期不能晚于今天");
    ctx.sql().execute(
        "update invoice set invoice_no = :no, issued_on = :on, delivery = coalesce(:delivery, delivery) where "
        "tenant_id = "
        ":tenant and id = :id",
        {bind("delivery", input.delivery), bind("tenant", ctx.tenant()), bind("id", input.id),
         bind("no", input.invoice_no), bind("on", issued_on)});
    if (auto const moved = move_to(ctx, invoice_kind, locked->invoice, "issued", "issue"); !moved) return moved.error();
    recompute_invoiced(ctx, OrderId{locked->order.id});
    return find_invoice(ctx, input.id);
}

Result<Invoice> void_invoice(operation::Context& ctx, VoidInvoice const& input) {
    return end(ctx, input, {"draft", "rejected", "waiting", "issued"}, "void", "void", "作废");
}

Result<Invoice> reverse_invoice(operation::Context& ctx, VoidInvoice const& input) {
    return end(ctx, input, {"issued"}, "red", "reverse", "红冲");
}

}  // namespace wescrm::sales
