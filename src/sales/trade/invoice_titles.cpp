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

std::optional<Error> refuse(operation::Context& ctx, InvoiceTitle const& wanted) {
    if (wanted.kind == "company" && wanted.tax_no.empty()) return invalid_field("tax_no", "单位抬头必须填写税号");
    if (ctx.sql().value<int>(
            "select 1 from invoice_title where tenant_id = :tenant and customer_id = :customer and name = :name and id "
            "<> :id",
            {bind("tenant", ctx.tenant()), bind("customer", wanted.customer_id), bind("name", wanted.name),
             bind("id", wanted.id)}))
        return invalid_field("name", "该客户已有同名抬头");
    return std::nullopt;
}

void no_default(operation::Context& ctx, CustomerId customer) {
    ctx.sql().execute(
        "update invoice_title set is_default = false where tenant_id = :tenant and customer_id = :customer and "
        "is_default",
        {bind("tenant", ctx.tenant()), bind("customer", customer)});
}

Error no_title() { return {Errc::not_found, "invoice_title", "没有这个开票抬头"}; }

/// The title, with its customer locked by somebody who may change him.
Result<InvoiceTitle> lock_title(operation::Context& ctx, InvoiceTitleId id, std::optional<std::int64_t> version) {
    auto const title = find_title(ctx, id);
    if (!title) return no_title();
    auto const customer = lock_permitted(ctx, title->customer_id, Need::write);
    if (!customer) return customer.error().code == Errc::not_found ? no_title() : customer.error();
    auto now = find_title(ctx, id);
    if (!now) return no_title();
    if (auto const fresh = insist_version(version, now->version); !fresh) return fresh.error();
    return *now;
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
    auto wanted = InvoiceTitle{};
    wanted.customer_id = input.customer_id;
    wanted.kind = word_of(input.kind.value_or(TitleKind::company));
    wanted.name = input.name;
    wanted.tax_no = input.tax_no.value_or("");
    if (auto refused = refuse(ctx, wanted)) return *refused;
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("customer", input.customer_id)};
    auto const is_first = !ctx.sql().value<int>(
        "select 1 from invoice_title where tenant_id = :tenant and customer_id = :customer limit 1", params);
    auto const is_default = input.is_default.value_or(false) || is_first;
    if (is_default) no_default(ctx, input.customer_id);
    auto made = find_title(ctx, insert(ctx, input, is_default)).value();
    auto const changed = operation::difference(json::Document{rapidjson::kObjectType}, operation::write_output(made));
    ctx.audit({"invoice_title", made.id.value(), "invoice_title.create", changed.before, changed.after, {}});
    return made;
}

Result<InvoiceTitle> show_invoice_title(operation::Context& ctx, OneInvoiceTitle const& input) {
    auto title = find_title(ctx, input.id);
    if (!title || !insist_visible(ctx, title->customer_id)) return no_title();
    return *title;
}

Result<InvoiceTitle> change_invoice_title(operation::Context& ctx, ChangeInvoiceTitle const& input) {
    auto const before = lock_title(ctx, input.id, input.version);
    if (!before) return before.error();
    auto wanted = *before;
    if (input.kind) wanted.kind = word_of(*input.kind);
    wanted.name = input.name.value_or(before->name);
    wanted.tax_no = patched(input.tax_no, before->tax_no);
    if (auto refused = refuse(ctx, wanted)) return *refused;
    if (before->is_default && !input.is_default.value_or(true))
        return invalid_field("is_default", "请把另一个抬头设为默认");
    wanted.is_default = input.is_default.value_or(before->is_default);
    if (wanted.is_default && !before->is_default) no_default(ctx, wanted.customer_id);
    ctx.sql().execute(
        "update invoice_title set kind = :kind, name = :name, tax_no = :tax, bank = :bank, account = :account, address "
        "= :address, phone = :phone, is_default = :default, version = version + 1, updated_at = :now where tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("kind", wanted.kind), bind("name", wanted.name),
         bind("tax", wanted.tax_no), bind("bank", patched(input.bank, before->bank)),
         bind("account", patched(input.account, before->account)),
         bind("address", patched(input.address, before->address)), bind("phone", patched(input.phone, before->phone)),
         bind("default", wanted.is_default), bind("now", ctx.now())});
    auto after = find_title(ctx, input.id).value();
    auto const changed = operation::difference(operation::write_output(*before), operation::write_output(after));
    ctx.audit({"invoice_title", input.id.value(), "invoice_title.change", changed.before, changed.after, {}});
    return after;
}

Result<InvoiceTitleList> list_invoice_titles(operation::Context& ctx, ListInvoiceTitles const& input) {
    if (auto const visible = insist_visible(ctx, input.customer_id); !visible) return visible.error();
    return InvoiceTitleList{
        ctx.sql().records<InvoiceTitle>(select + " and d.customer_id = :customer order by d.is_default desc, d.id",
                                        {bind("tenant", ctx.tenant()), bind("customer", input.customer_id)})};
}

Result<Nothing> delete_invoice_title(operation::Context& ctx, OneInvoiceTitle const& input) {
    auto const title = lock_title(ctx, input.id, input.version);
    if (!title) return title.error();
    ctx.sql().execute("delete from invoice_title where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const changed = operation::difference(operation::write_output(*title), json::Document{rapidjson::kObjectType});
    ctx.audit({"invoice_title", input.id.value(), "invoice_title.delete", changed.before, changed.after, {}});
    return Nothing{};
}

}  // namespace wescrm::sales
