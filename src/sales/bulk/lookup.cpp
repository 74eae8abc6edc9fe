#include "bulk.hpp"
#include "rules/typed_text.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/lookup.hpp>
#include <wescrm/sales/names.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

}  // namespace

Result<CustomerId> customer_by_words(operation::Context& ctx, std::string const& typed) {
    auto const scope = ctx.scope();
    auto const seen = scope.rows("customer", operation::Power::read, "c");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("typed", typed), bind("core", name_core(typed))};
    params.add(seen.params);
    auto const found = ctx.sql().values<CustomerId>(
        "select c.id from customer c where c.tenant_id = :tenant and c.deleted_at is null and (c.no = :typed or c.id "
        "in (select k.object_id from duplicate_key k where k.tenant_id = :tenant and k.object = 'customer' and k.kind "
        "= 'name_core' and k.value = :core)) and " +
            seen.sql + " order by c.no <> :typed limit 2",
        params);
    if (found.empty()) return Error{Errc::not_found, "customer", "没有客户" + quoted(typed) + "，或您看不到它"};
    if (found.size() > 1) return Error{Errc::conflict, "customer", "有多个客户叫" + quoted(typed) + "，请填写客户编号"};
    return found.front();
}

Result<UserId> employee_by_words(operation::Context& ctx, std::string const& typed) {
    auto const found = ctx.sql().rows<UserId, bool>(
        "select user_id, user_id = :typed from employee where tenant_id = :tenant and status = 'active' and (user_id = "
        ":typed or name = :typed) order by 2 desc limit 2",
        {bind("tenant", ctx.tenant()), bind("typed", typed)});
    if (found.empty()) return Error{Errc::not_found, "employee", "没有这位在职员工" + quoted(typed)};
    auto const& [user, is_exact] = found.front();
    if (!is_exact && found.size() > 1)
        return Error{Errc::conflict, "employee", "有多位同名员工，请填写账号" + quoted(typed)};
    return user;
}

Result<RecordId> product_by_words(operation::Context& ctx, std::string const& typed) {
    auto const found = ctx.sql().rows<RecordId, bool>(
        "select id, code = :typed from product where tenant_id = :tenant and (code = :typed or name = :typed) order by "
        "2 desc limit 2",
        {bind("tenant", ctx.tenant()), bind("typed", typed)});
    if (found.empty()) return Error{Errc::not_found, "product", "没有产品" + quoted(typed)};
    auto const& [product, is_exact] = found.front();
    if (!is_exact && found.size() > 1)
        return Error{Errc::conflict, "product", "有多个产品叫" + quoted(typed) + "，请填写产品编码"};
    return product;
}

Result<ProcessId> process_by_words(operation::Context& ctx, std::string const& typed) {
    auto const found = ctx.sql().value<ProcessId>(
        "select id from sales_process where tenant_id = :tenant and deleted_at is null and case when :typed = '' then "
        "is_default else name = :typed end",
        {bind("tenant", ctx.tenant()), bind("typed", typed)});
    if (!found) return Error{Errc::not_found, "process", "没有销售流程" + quoted(typed)};
    return *found;
}

Result<StageId> stage_by_words(operation::Context& ctx, ProcessId process, std::string const& typed) {
    auto const found = ctx.sql().value<StageId>(
        "select id from sales_stage where tenant_id = :tenant and process_id = :process and name = :typed and kind = "
        "'open' and deleted_at is null",
        {bind("tenant", ctx.tenant()), bind("process", process), bind("typed", typed)});
    if (!found) return Error{Errc::not_found, "stage", "这个销售流程没有进行中的阶段" + quoted(typed)};
    return *found;
}

std::optional<KnownRecord> contact_by_keys(operation::Context& ctx, CustomerId customer, std::string const& name,
                                           std::optional<std::string> const& mobile) {
    return ctx.sql().record<KnownRecord>(
        "select id, version, name from contact where tenant_id = :tenant and customer_id = :customer and deleted_at is "
        "null and (mobile = :mobile or name = :name) order by (mobile = :mobile) is true desc, id limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("mobile", mobile), bind("name", name)});
}

std::optional<KnownRecord> product_by_code(operation::Context& ctx, std::string const& code) {
    return ctx.sql().record<KnownRecord>(
        "select id, version, name from product where tenant_id = :tenant and code = :code",
        {bind("tenant", ctx.tenant()), bind("code", code)});
}

std::optional<KnownRecord> opportunity_by_keys(operation::Context& ctx, std::optional<CustomerId> const& customer,
                                               std::string const& name, std::string const& no) {
    return ctx.sql().record<KnownRecord>(
        "select id, version, name from opportunity where tenant_id = :tenant and deleted_at is null and case when :no "
        "<> '' then no = :no else customer_id = :customer and name = :name end order by id limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("name", name), bind("no", no)});
}

std::optional<KnownRecord> order_by_no(operation::Context& ctx, std::string const& no) {
    return ctx.sql().record<KnownRecord>(
        "select id, version, no from sales_order where tenant_id = :tenant and no = :no",
        {bind("tenant", ctx.tenant()), bind("no", no)});
}

std::vector<BulkField> own_fields_to_fill(operation::Context& ctx, std::string const& object) {
    auto const custom = BulkCustom{ctx, object};
    auto fields = std::vector<BulkField>{};
    for (auto const& own : custom.fields())
        if (is_fillable(own)) fields.push_back(bulk_field_of(own));
    return fields;
}

json::Document own_values_from(operation::Context& ctx, std::string const& object,
                               std::map<std::string, std::string> const& texts, std::vector<std::string>& problems) {
    constexpr std::string_view prefix = "custom.";
    auto const custom = BulkCustom{ctx, object};
    auto rows = std::vector<Planned>(1);
    for (auto const& [key, typed] : texts)
        if (key.starts_with(prefix)) custom.take(rows.front(), key.substr(prefix.size()), typed);
    custom.name_people(rows);
    problems.insert(problems.end(), rows.front().problems.begin(), rows.front().problems.end());
    return std::move(rows.front().custom);
}

}  // namespace wescrm::sales
