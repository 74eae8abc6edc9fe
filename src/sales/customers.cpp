#include "customers.hpp"

#include "numbers.hpp"
#include "rules/consequences.hpp"

#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/names.hpp>

namespace wescrm::sales {

using database::bind;

std::string const customer_columns =
    "c.id, c.no, c.name, c.short_name, c.level, c.industry, c.source, c.mobile, c.address, c.remark, "
    "c.credit_code, c.scale, c.phone, c.website, c.province, c.city, c.district, c.latitude, c.longitude, c.parent_id, "
    "c.relation, o.user_id, o.name, c.high_sea_id, c.deal_status, c.acquired_kind, c.acquired_at, c.first_deal_at, "
    "c.last_deal_at, nullif(c.protected_until, 'infinity'), c.pool_entered_at, c.recycle_due_at, c.last_follow_at, "
    "c.next_contact_at, " +
    shown_custom("customer", "c") +
    ", c.version, "
    "c.created_at, "
    "c.updated_at, k.user_id";
std::string const customer_joins =
    " from customer c left join employee o on o.tenant_id = c.tenant_id and o.id = c.owner_id "
    "left join employee k on k.tenant_id = c.tenant_id and k.id = c.created_by ";

std::optional<LockedCustomer> Customers::lock(CustomerId id) {
    auto const row = sql_.row<std::string, std::optional<EmployeeId>, std::int64_t, bool, std::optional<Instant>,
                              std::optional<Instant>>(
        "select name, owner_id, version, deleted_at is not null, last_follow_at, next_contact_at from customer where "
        "tenant_id = :tenant and "
        "id = :id for update",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [name, owner, version, is_deleted, last, next] = *row;
    return LockedCustomer{name, owner.value_or(EmployeeId{}), version, is_deleted, last, next};
}

std::optional<Customer> Customers::find(CustomerId id) {
    return sql_.record<Customer>(
        "select " + customer_columns + customer_joins + "where c.tenant_id = :tenant and c.id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::vector<TeamMember> Customers::team(CustomerId id) {
    return sql_.records<TeamMember>(
        "select e.user_id, t.power, t.expires_at, t.children from team_member t join employee e on e.tenant_id = "
        "t.tenant_id and e.id = "
        "t.employee_id where t.tenant_id = :tenant and t.object = 'customer' and t.object_id = :id order by "
        "t.created_at, e.user_id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

CustomerId Customers::insert(CreateCustomer const& input, std::optional<std::string> const& mobile, EmployeeId owner) {
    auto const no = next_number(ctx_, "customer");
    auto const actor = ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee};
    operation::keep_words(sql_, ctx_.tenant(),
                          {{"level", input.level.value_or("")},
                           {"industry", input.industry.value_or("")},
                           {"source", input.source.value_or("")}});
    return sql_
        .value<CustomerId>(
            "insert into customer (tenant_id, no, name, short_name, name_core, search_keys, level, industry, source, "
            "mobile, address, remark, "
            "owner_id, high_sea_id, pool_entered_at, pool_entry, acquired_kind, acquired_at, next_contact_at, "
            "created_at, "
            "updated_at, created_by) values (:tenant, :no, :name, :short, "
            ":core, :keys, :level, :industry, :source, :mobile, :address, :remark, :owner, :pool::bigint, case when "
            ":pool::bigint is not null then :now::timestamptz end, case when :pool::bigint is not null then 'create' "
            "end, :kind, :now, :next, :now, :now, :actor) "
            "returning id",
            {bind("tenant", ctx_.tenant()), bind("no", no), bind("name", input.name),
             bind("short", input.short_name.value_or("")), bind("core", name_core(input.name)),
             bind("keys", search_keys(input.name, input.short_name.value_or(""), no)),
             bind("level", input.level.value_or("")), bind("industry", input.industry.value_or("")),
             bind("source", input.source.value_or("")), bind("mobile", mobile),
             bind("address", input.address.value_or("")), bind("remark", input.remark.value_or("")),
             bind("owner", owner.is_empty() ? std::nullopt : std::optional{owner}), bind("pool", input.high_sea_id),
             bind("kind", owner.is_empty() || owner == ctx_.actor().employee ? "create" : "assign"),
             bind("now", ctx_.now()), bind("next", input.next_contact_at), bind("actor", actor)})
        .value();
}

void Customers::set_instants(CustomerId id, std::optional<Instant> last_follow_at,
                             std::optional<Instant> next_contact_at) {
    // Derived: the version stays, so that nobody's form becomes stale by a follow-up.
    sql_.execute(
        "update customer set last_follow_at = :last, next_contact_at = :next where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("last", last_follow_at), bind("next", next_contact_at)});
}

void Customers::rewrite_words(CustomerId id) {
    auto const key = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    sql_.execute("delete from customer_word where tenant_id = :tenant and customer_id = :id", key);
    auto const row = sql_.row<std::string, std::string, std::string, std::vector<std::string>>(
        "select name, short_name, no, array(select p from (select c.mobile as p union select t.mobile from contact t "
        "where t.tenant_id = "
        "c.tenant_id and t.customer_id = c.id and t.deleted_at is null) x where p is not null) from customer c where "
        "tenant_id = :tenant and "
        "id = :id and deleted_at is null",
        key);
    if (!row) return;
    auto const& [name, short_name, no, phones] = *row;
    sql_.execute(
        "insert into customer_word (tenant_id, word, customer_id) select :tenant, unnest(:words::text[]), :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("words", search_words(name, short_name, phones))});
    sql_.execute(
        "update customer set search_keys = :keys where tenant_id = :tenant and id = :id and search_keys <> :keys",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("keys", search_keys(name, short_name, no))});
}

void Customers::append_ownership(Ownership const& event) {
    auto const some = [](EmployeeId id) { return id.is_empty() ? std::nullopt : std::optional{id}; };
    sql_.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, high_sea_id, actor_id, "
        "channel, reason, at) select :tenant, 'customer', :id, :kind, :from::bigint, :to::bigint, "
        "(select main_department_id from employee where tenant_id = :tenant and id = :from::bigint), "
        "(select main_department_id from employee where tenant_id = :tenant and id = :to::bigint), :pool::bigint, "
        ":actor::bigint, "
        ":channel, :reason, "
        ":now::timestamptz",
        {bind("tenant", ctx_.tenant()), bind("id", event.customer), bind("kind", event.kind),
         bind("from", some(event.from)), bind("to", some(event.to)),
         bind("pool", event.high_sea.is_empty() ? std::nullopt : std::optional{event.high_sea}),
         bind("actor", some(ctx_.actor().employee)), bind("channel", name_of(ctx_.actor().channel)),
         bind("reason", event.reason), bind("now", ctx_.now())});
}

Result<LockedCustomer> lock_permitted(operation::Context& ctx, CustomerId id, Need need) {
    auto const found = Customers{ctx}.lock(id);
    auto const scope = ctx.scope();
    if (!found || !scope.allows("customer", operation::Power::read, id.value()))
        return Error{Errc::not_found, "customer", "没有这个客户，或您看不到它"};
    if (need == Need::write && !scope.allows("customer", operation::Power::write, id.value()))
        return Error{Errc::forbidden, "customer_edit", "您可以查看但不能修改「" + found->name + "」，请联系它的负责人"};
    return *found;
}

Result<void> insist_visible(operation::Context& ctx, CustomerId id) {
    if (!ctx.scope().allows("customer", operation::Power::read, id.value()))
        return Error{Errc::not_found, "customer", "没有这个客户，或您看不到它"};
    return {};
}

Result<void> insist_version(std::optional<std::int64_t> given, std::int64_t stored) {
    if (given && *given != stored) return Error{Errc::stale, "version", "这条记录刚被别人修改过，请刷新后再改"};
    return {};
}

std::optional<EmployeeId> active_employee(operation::Context& ctx, UserId const& user) {
    return ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", user)});
}

bool is_owner_known(operation::Actor const& actor) {
    return !operation::is_hidden(actor, "customer", "owner_name") &&
           !operation::is_hidden(actor, "customer", "owner_user_id");
}

}  // namespace wescrm::sales
