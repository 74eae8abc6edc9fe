#include "customer_profile.hpp"

#include "rules/profile.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

// The describing fields of customers, and to which other customer one belongs.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Patch;
using operation::Power;

constexpr int deepest_family = 32;

template <class Normal>
Result<void> put_in_form(std::string& value, std::string const& field, std::string const& message, Normal normal) {
    if (text::trim(value).empty()) {
        value.clear();
        return {};
    }
    auto const right = normal(value);
    if (!right) return invalid_field(field, message);
    value = *right;
    return {};
}

Result<void> insist_on_parent(operation::Context& ctx, CustomerProfile& wanted, CustomerProfile const& before) {
    if (!wanted.parent_id) {
        if (!wanted.relation.empty() && wanted.relation != before.relation)
            return invalid_field("relation", "请先选择上级客户，再填写与它的关系");
        wanted.relation.clear();
        return {};
    }
    if (wanted.parent_id == before.parent_id) return {};
    auto const is_there =
        ctx.sql().value<int>("select 1 from customer where tenant_id = :tenant and id = :parent and deleted_at is null",
                             {bind("tenant", ctx.tenant()), bind("parent", *wanted.parent_id)});
    if (!is_there || !ctx.scope().allows("customer", Power::read, wanted.parent_id->value()))
        return invalid_field("parent_id", "没有这个客户，或您看不到它");
    return {};
}

Result<CustomerProfile> checked(operation::Context& ctx, CustomerProfile wanted, CustomerProfile const& before) {
    if (auto const good =
            put_in_form(wanted.credit_code, "credit_code",
                        "不是有效的统一社会信用代码：18 位数字或大写字母，请核对营业执照", normal_credit_code);
        !good)
        return good.error();
    if (auto const good = put_in_form(wanted.website, "website", "不是有效的网址，例如 www.hongda.cn", normal_website);
        !good)
        return good.error();
    if (auto const good =
            put_in_form(wanted.phone, "phone", "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234",
                        [](std::string const& typed) { return normal_phone(typed); });
        !good)
        return good.error();
    if (auto const problem = problem_of_place(wanted.latitude, wanted.longitude))
        return invalid_field(problem->field, problem->message);
    if (auto const good = insist_on_parent(ctx, wanted, before); !good) return good.error();
    return wanted;
}

// Two who make each the parent of the other at once wait for each other here.
Result<void> insist_on_no_circle(operation::Context& ctx, CustomerId id, CustomerId parent) {
    (void)ctx.sql().value<std::string>(
        "select pg_advisory_xact_lock(hashtextextended('family', :tenant::bigint))::text",
        {bind("tenant", ctx.tenant())});
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("parent", parent),
                                         bind("deepest", deepest_family)};
    auto const up = ctx.sql().values<CustomerId>(
        "with recursive up (id, parent_id, depth) as (select c.id, c.parent_id, 1 from customer c where c.tenant_id = "
        ":tenant and c.id = :parent union all select c.id, c.parent_id, u.depth + 1 from up u join customer c on "
        "c.tenant_id = :tenant and c.id = u.parent_id where u.depth <= :deepest and u.id <> :id) select id from up "
        "order by depth",
        params);
    if (!up.empty() && up.back() == id)
        return invalid_field(
            "parent_id", parent == id ? "不能把客户设为自己的上级" : "不能选它：它本身是这个客户的下级，会形成循环");
    if (up.size() >= deepest_family) return invalid_field("parent_id", "集团层级最多 32 层");
    return {};
}

}  // namespace

CustomerProfile profile_of(Customer const& customer) {
    return {customer.credit_code, customer.scale,     customer.phone,    customer.website,
            customer.province,    customer.city,      customer.district, customer.latitude,
            customer.longitude,   customer.parent_id, customer.relation};
}

Result<CustomerProfile> wanted_profile(operation::Context& ctx, CreateCustomer const& input) {
    return checked(
        ctx,
        {input.credit_code.value_or(""), input.scale.value_or(""), input.phone.value_or(""), input.website.value_or(""),
         input.province.value_or(""), input.city.value_or(""), input.district.value_or(""), input.latitude,
         input.longitude, input.parent_id, input.relation.value_or("")},
        {});
}

Result<CustomerProfile> wanted_profile(operation::Context& ctx, ChangeCustomer const& input, Customer const& before) {
    auto const old = profile_of(before);
    return checked(
        ctx,
        {patched(input.credit_code, old.credit_code), patched(input.scale, old.scale), patched(input.phone, old.phone),
         patched(input.website, old.website), patched(input.province, old.province), patched(input.city, old.city),
         patched(input.district, old.district), patched(input.latitude, old.latitude),
         patched(input.longitude, old.longitude), patched(input.parent_id, old.parent_id),
         patched(input.relation, old.relation)},
        old);
}

Result<void> write_profile(operation::Context& ctx, CustomerId id, CustomerProfile const& profile) {
    if (profile.parent_id)
        if (auto const good = insist_on_no_circle(ctx, id, *profile.parent_id); !good) return good.error();
    ctx.sql().execute(
        "update customer set credit_code = :code, scale = :scale, phone = :phone, website = :website, province = "
        ":province, city = :city, district = :district, latitude = :latitude, longitude = :longitude, parent_id = "
        ":parent, relation = :relation where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("code", profile.credit_code), bind("scale", profile.scale),
         bind("phone", profile.phone), bind("website", profile.website), bind("province", profile.province),
         bind("city", profile.city), bind("district", profile.district), bind("latitude", profile.latitude),
         bind("longitude", profile.longitude), bind("parent", profile.parent_id), bind("relation", profile.relation)});
    return {};
}

void move_subsidiaries(operation::Context& ctx, CustomerId from, CustomerId into) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("from", from), bind("into", into),
                                         bind("deepest", deepest_family)};
    // One that stood below the other takes its place, else its parents would be its children.
    ctx.sql().execute(
        "with recursive up (id, parent_id, depth) as (select id, parent_id, 1 from customer where tenant_id = :tenant "
        "and id = :into union all select c.id, c.parent_id, u.depth + 1 from up u join customer c on c.tenant_id = "
        ":tenant and c.id = u.parent_id where u.depth <= :deepest) update customer c set parent_id = f.parent_id, "
        "relation = f.relation from customer f where c.tenant_id = :tenant and c.id = :into and f.tenant_id = :tenant "
        "and f.id = :from and exists (select 1 from up where up.id = :from)",
        params);
    ctx.sql().execute(
        "update customer set parent_id = :into, version = version + 1 where tenant_id = :tenant and parent_id = :from",
        params);
}

std::optional<std::string> parent_name_of(operation::Context& ctx, Customer const& customer) {
    if (!customer.parent_id || !ctx.scope().allows("customer", Power::read, customer.parent_id->value()))
        return std::nullopt;
    return ctx.sql().value<std::string>(
        "select name from customer where tenant_id = :tenant and id = :parent and deleted_at is null",
        {bind("tenant", ctx.tenant()), bind("parent", *customer.parent_id)});
}

}  // namespace wescrm::sales
