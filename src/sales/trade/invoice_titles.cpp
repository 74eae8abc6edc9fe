#include "documents.hpp"

#include <wescrm/sales/invoice.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

std::string const select =
    "select d.id, d.customer_id, d.kind, d.name, d.tax_no, d.bank, d.account, d.address, d.phone, d.is_default, "
    "d.version, "
    "d.created_at, d.updated_at, k.user_id from invoice_title d left join employee k on k.tenant_id = d.tenant_id and "
    "k.id "
    "= d.created_by where d.tenant_id = :tenant";

std::optional<InvoiceTitle> find_title(operation::Context& ctx, InvoiceTitleId id) {
    return ctx.sql().record<InvoiceTitle>(select + " and d.id = :id", {bind("tenant", ctx.tenant()), bind("id", id)});
}

std::optional<Error> refuse(operation::Context& ctx, CreateInvoiceTitle const& input) {
    if (input.kind.value_or(TitleKind::company) == TitleKind::company && input.tax_no.value_or("").empty())
        return invalid_field("tax_no", "单位抬头必须填写税号");
    if (ctx.sql().value<int>(
            "select 1 from invoice_title where tenant_id = :tenant and customer_id = :customer and name = :name",
            {bind("tenant", ctx.tenant()), bind("customer", input.customer_id), bind("name", input.name)}))
        return invalid_field("name", "该客户已有同名抬头");
    return std::nullopt;
}

InvoiceTitleId insert(operation::Context& ctx, CreateInvoiceTitle const& input, bool is_default) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<InvoiceTitleId>(
            "insert into invoice_title (tenant_id, customer_id, kind, name, tax_no, bank, account, address, phone, "
            "is_default, created_at, updated_at, created_by) values (:tenant, :customer, :kind, :name, :tax, :bank, "
            ":account, :address, :phone, :default, :now, :now, :actor) returning id",
            {bind("tenant", ctx.tenant()), bind("customer", input.customer_id),
             bind("kind", word_of(input.kind.value_or(TitleKind::company))), bind("name", input.name),
             bind("tax", input.tax_no.value_or("")), bind("bank", input.bank.value_or("")),
             bind("account", input.account.value_or("")), bind("address", input.address.value_or("")),
             bind("phone", input.phone.value_or("")), bind("default", is_default), bind("now", ctx.now()),
             bind("actor", actor)})
        .value();
}

}  // namespace

Result<InvoiceTitle> create_invoice_title(operation::Context& ctx, CreateInvoiceTitle const& input) {
    auto const customer = lock_permitted(ctx, input.customer_id, Need::write);
    if (!customer && customer.error().code == Errc::not_found)
        return invalid_field("customer_id", "没有这个客户，或您看不到它");
    if (!customer) return customer.error();
    if (auto refused = refuse(ctx, input)) return *refused;
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("customer", input.customer_id)};
    auto const is_first = !ctx.sql().value<int>(
        "select 1 from invoice_title where tenant_id = :tenant and customer_id = :customer limit 1", params);
    auto const is_default = input.is_default.value_or(false) || is_first;
    if (is_default)
        ctx.sql().execute(
            "update invoice_title set is_default = false where tenant_id = :tenant and customer_id = :customer",
            params);
    auto made = find_title(ctx, insert(ctx, input, is_default)).value();
    auto const changed = operation::difference(json::Document{rapidjson::kObjectType}, operation::write_output(made));
    ctx.audit({"invoice_title", made.id.value(), "invoice_title.create", changed.before, changed.after, {}});
    return made;
}

Result<InvoiceTitleList> list_invoice_titles(operation::Context& ctx, ListInvoiceTitles const& input) {
    if (auto const visible = insist_visible(ctx, input.customer_id); !visible) return visible.error();
    return InvoiceTitleList{
        ctx.sql().records<InvoiceTitle>(select + " and d.customer_id = :customer order by d.is_default desc, d.id",
                                        {bind("tenant", ctx.tenant()), bind("customer", input.customer_id)})};
}

Result<Nothing> delete_invoice_title(operation::Context& ctx, OneInvoiceTitle const& input) {
    auto const title = find_title(ctx, input.id);
    auto const no_title = Error{Errc::not_found, "invoice_title", "没有这个开票抬头"};
    if (!title) return no_title;
    auto const customer = lock_permitted(ctx, title->customer_id, Need::write);
    if (!customer) return customer.error().code == Errc::not_found ? no_title : customer.error();
    if (auto const fresh = insist_version(input.version, title->version); !fresh) return fresh.error();
    ctx.sql().execute("delete from invoice_title where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const changed = operation::difference(operation::write_output(*title), json::Document{rapidjson::kObjectType});
    ctx.audit({"invoice_title", input.id.value(), "invoice_title.delete", changed.before, changed.after, {}});
    return Nothing{};
}

}  // namespace wescrm::sales
