#include "rules/typed_text.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/lookup.hpp>

// Documents and what they hang on, by the words that stand in tables.
namespace wescrm::sales {
namespace {

using database::bind;

std::string title_of(std::string const& kind) {
    if (kind == "lead") return "线索";
    if (kind == "quote") return "报价单";
    if (kind == "contract") return "合同";
    if (kind == "order") return "订单";
    if (kind == "payment") return "回款";
    return kind == "opportunity" ? "商机" : "联系人";
}

// Documents are called by their numbers alone, and have no recycle bin.
bool is_document(std::string const& kind) {
    return kind == "quote" || kind == "contract" || kind == "order" || kind == "payment";
}

}  // namespace

Result<KnownOrder> order_by_words(operation::Context& ctx, std::string const& typed) {
    auto const scope = ctx.scope();
    auto const seen = scope.rows("order", operation::Power::read, "d");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("typed", typed)};
    params.add(seen.params);
    auto const found = ctx.sql().record<KnownOrder>(
        "select d.id, d.customer_id from sales_order d where d.tenant_id = :tenant and d.no = :typed and " + seen.sql,
        params);
    if (!found) return Error{Errc::not_found, "order", "没有编号为" + quoted(typed) + "的订单，或您看不到它"};
    return *found;
}

Result<KnownContract> contract_by_words(operation::Context& ctx, std::string const& typed) {
    auto const scope = ctx.scope();
    auto const seen = scope.rows("contract", operation::Power::read, "d");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("typed", typed)};
    params.add(seen.params);
    auto const found = ctx.sql().record<KnownContract>(
        "select d.id, d.customer_id, (select w.id from sales_order w where w.tenant_id = d.tenant_id and w.contract_id "
        "= d.id and w.mirrors) from contract d where d.tenant_id = :tenant and d.no = :typed and " +
            seen.sql,
        params);
    if (!found) return Error{Errc::not_found, "contract", "没有编号为" + quoted(typed) + "的合同，或您看不到它"};
    return *found;
}

Result<RecordId> target_by_words(operation::Context& ctx, std::string const& kind, std::string const& typed) {
    if (kind == "customer") {
        auto const customer = customer_by_words(ctx, typed);
        if (!customer) return customer.error();
        return RecordId{customer->value()};
    }
    auto const scope = ctx.scope();
    auto const seen = scope.rows(kind, operation::Power::read, "r");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("typed", typed)};
    params.add(seen.params);
    auto const number = kind == "contact" ? std::string{"false"} : std::string{"r.no = :typed"};
    auto const called = is_document(kind) ? number : "r.deleted_at is null and (r.name = :typed or " + number + ")";
    auto const found = ctx.sql().rows<RecordId, bool>(
        "select r.id, " + number + " from " + (kind == "order" ? "sales_order" : kind) +
            " r where r.tenant_id = :tenant and " + called + " and " + seen.sql + " order by 2 desc limit 2",
        params);
    if (found.empty())
        return Error{Errc::not_found, "target", "没有" + title_of(kind) + quoted(typed) + "，或您看不到"};
    auto const& [id, is_exact] = found.front();
    if (!is_exact && found.size() > 1)
        return Error{Errc::conflict, "target",
                     "有多个" + title_of(kind) + "叫" + quoted(typed) + (kind == "contact" ? "" : "，请填写编号")};
    return id;
}

Result<RecordId> plan_by_period(operation::Context& ctx, RecordId order, std::string const& typed) {
    auto const found = ctx.sql().value<RecordId>(
        "select id from payment_plan where tenant_id = :tenant and order_id = :order and period::text = :typed and "
        "status <> 'void'",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("typed", typed)});
    if (!found) return Error{Errc::not_found, "plan", "这个订单没有第" + quoted(typed) + "期的回款计划"};
    return *found;
}

Result<RecordId> invoice_title_by_words(operation::Context& ctx, CustomerId customer, std::string const& typed) {
    auto const found = ctx.sql().value<RecordId>(
        "select id from invoice_title where tenant_id = :tenant and customer_id = :customer and name = :typed order by "
        "is_default desc, id limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("typed", typed)});
    if (!found) return Error{Errc::not_found, "title", "该客户没有开票抬头" + quoted(typed)};
    return *found;
}

std::optional<KnownRecord> payment_by_no(operation::Context& ctx, std::string const& no) {
    return ctx.sql().record<KnownRecord>("select id, version, no from payment where tenant_id = :tenant and no = :no",
                                         {bind("tenant", ctx.tenant()), bind("no", no)});
}

std::optional<KnownRecord> invoice_by_no(operation::Context& ctx, std::string const& no) {
    return ctx.sql().record<KnownRecord>("select id, version, no from invoice where tenant_id = :tenant and no = :no",
                                         {bind("tenant", ctx.tenant()), bind("no", no)});
}

std::optional<KnownRecord> plan_of_period(operation::Context& ctx, RecordId order, std::int64_t period) {
    return ctx.sql().record<KnownRecord>(
        "select id, version, '第 ' || period || ' 期' from payment_plan where tenant_id = :tenant and order_id = "
        ":order and period = :period",
        {bind("tenant", ctx.tenant()), bind("order", order), bind("period", period)});
}

std::optional<KnownRecord> price_book_by_name(operation::Context& ctx, std::string const& name) {
    return ctx.sql().record<KnownRecord>(
        "select id, version, name from price_book where tenant_id = :tenant and name = :name",
        {bind("tenant", ctx.tenant()), bind("name", name)});
}

std::optional<KnownRecord> tag_by_name(operation::Context& ctx, std::string const& name) {
    return ctx.sql().record<KnownRecord>("select id, version, name from tag where tenant_id = :tenant and name = :name",
                                         {bind("tenant", ctx.tenant()), bind("name", name)});
}

std::optional<KnownRecord> followup_by_content(operation::Context& ctx, FollowupKeys const& keys) {
    if (!keys.followed_at) return std::nullopt;
    return ctx.sql().record<KnownRecord>(
        "select f.id, f.version, left(f.content, 30) from followup f join employee a on a.tenant_id = f.tenant_id and "
        "a.id = f.author_id where f.tenant_id = :tenant and f.target_type = :type and f.target_id = :target and "
        "f.deleted_at is null and f.followed_at = :at and f.content = :content and a.user_id = :author limit 1",
        {bind("tenant", ctx.tenant()), bind("type", keys.target_type), bind("target", keys.target),
         bind("at", *keys.followed_at), bind("content", keys.content),
         bind("author", keys.author.empty() ? ctx.actor().user_id.value() : keys.author)});
}

}  // namespace wescrm::sales
