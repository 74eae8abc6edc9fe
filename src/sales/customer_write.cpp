#include "customer_profile.hpp"
#include "customers.hpp"
#include "duplicate/entering.hpp"
#include "followups.hpp"
#include "hanging.hpp"
#include "high_sea/records.hpp"

#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/names.hpp>
#include <wescrm/sales/undo.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

Result<std::optional<std::string>> checked_phone(std::optional<std::string> const& typed) {
    if (!typed) return std::optional<std::string>{};
    auto const normal = normal_phone(*typed);
    if (!normal) return invalid_field("mobile", "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234");
    return std::optional{*normal};
}

// Empty: into a pool.
Result<EmployeeId> owner_for(operation::Context& ctx, CreateCustomer const& input) {
    auto const& wanted = input.owner_user_id;
    if (input.high_sea_id) {
        if (wanted) return invalid_field("owner_user_id", "放入公海的客户没有负责人，两项只能填一项");
        auto const pool = pool_for_entry(ctx, PoolObject::customer, *input.high_sea_id);
        if (!pool) return pool.error();
        return EmployeeId{};
    }
    if (!wanted || *wanted == ctx.actor().user_id) return ctx.actor().employee;
    if (!ctx.may("customer.assign")) return Error{Errc::forbidden, "customer.assign", "您没有为他人新建客户的权限"};
    auto const owner = active_employee(ctx, *wanted);
    if (!owner) return invalid_field("owner_user_id", "没有这位在职员工");
    return *owner;
}

void audit(operation::Context& ctx, CustomerId id, std::string action, operation::Difference const& changed,
           std::string reason = {}) {
    ctx.audit({"customer", id.value(), std::move(action), changed.before, changed.after, std::move(reason)});
}

operation::Difference changes(std::optional<Customer> const& before, std::optional<Customer> const& after) {
    auto const json_of = [](std::optional<Customer> const& customer) {
        return customer ? operation::write_output(*customer) : json::Document{rapidjson::kObjectType};
    };
    return operation::difference(json_of(before), json_of(after));
}

Result<void> change_team(operation::Context& ctx, ChangeCustomer const& input, LockedCustomer const& locked) {
    if (!ctx.may("customer.share")) return operation::no_permission("customer.share");
    return operation::Team{ctx, {"customer", input.id.value(), locked.name, locked.owner}}.replace(*input.team);
}

bool is_merged(operation::Context& ctx, CustomerId id) {
    return ctx.sql()
        .value<int>("select 1 from customer where tenant_id = :tenant and id = :id and merged_into_id is not null",
                    {bind("tenant", ctx.tenant()), bind("id", id)})
        .has_value();
}

}  // namespace

Result<CustomerDetail> create_customer(operation::Context& ctx, CreateCustomer const& input) {
    return create_customer_by(ctx, input, Entering{.reason = input.duplicate_reason});
}

Result<CustomerDetail> create_customer_by(operation::Context& ctx, CreateCustomer const& input, Entering const& how) {
    auto const mobile = checked_phone(input.mobile);
    if (!mobile) return mobile.error();
    if (name_core(input.name).empty()) return invalid_field("name", "名称里至少要有一个字或字母");
    auto const profile = wanted_profile(ctx, input);
    if (!profile) return profile.error();
    auto const owner = owner_for(ctx, input);
    if (!owner) return owner.error();
    if (!owner->is_empty())
        if (auto const room = insist_on_room(ctx, PoolObject::customer, *owner, std::nullopt); !room)
            return room.error();

    auto customers = Customers{ctx};
    auto const id = customers.insert(input, *mobile, *owner);
    if (*profile != CustomerProfile{})
        if (auto const kept = write_profile(ctx, id, *profile); !kept) return kept.error();
    auto const entered = enter_record(ctx, DuplicateObject::customer, id.value(), how);
    if (!entered) return entered.error();
    if (input.contact) {
        auto const person = add_contact(ctx, {id, *input.contact, *mobile, {}, true, {}}, *mobile);
        auto const met = enter_record(ctx, DuplicateObject::contact, person.id.value(), how);
        if (!met) return met.error();
    } else {
        customers.rewrite_words(id);
    }
    auto const is_given = !owner->is_empty() && *owner != ctx.actor().employee;
    customers.append_ownership(
        {id, is_given ? "assign" : "create", {}, *owner, "", input.high_sea_id.value_or(HighSeaId{})});
    recompute_due(ctx, PoolObject::customer, {id.value()});
    if (input.next_contact_at && !owner->is_empty())
        ctx.timers().schedule({"next_contact", "customer", id.value(), *input.next_contact_at});
    auto const is_asked_for = !how.but;  // not what a lead becomes
    auto const kept =
        write_custom(ctx, {"customer", "customer", id.value(), is_asked_for}, input.custom, CustomWrite::create);
    if (!kept) return kept.error();
    auto const made = customers.find(id);
    audit(ctx, id, "customer.create", changes(std::nullopt, made), *entered);
    remember_for_undo(ctx, {0, "customer", id.value(), "create", made->version, "新建客户 " + made->name, "{}"});
    return detail_of(ctx, id);
}

Result<CustomerDetail> change_customer(operation::Context& ctx, ChangeCustomer const& input) {
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户在回收站里，请先恢复"};
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    if (input.team)
        if (auto const done = change_team(ctx, input, *locked); !done) return done.error();
    auto customers = Customers{ctx};
    auto const before = customers.find(input.id).value();
    auto const mobile = checked_phone(patched(input.mobile, before.mobile));
    if (!mobile) return mobile.error();
    auto const profile = wanted_profile(ctx, input, before);
    if (!profile) return profile.error();
    if (*profile != profile_of(before))
        if (auto const kept = write_profile(ctx, input.id, *profile); !kept) return kept.error();
    auto const name = input.name.value_or(before.name);
    if (name_core(name).empty()) return invalid_field("name", "名称里至少要有一个字或字母");

    ctx.sql().execute(
        "update customer set name = :name, name_core = :core, short_name = :short, level = :level, industry = "
        ":industry, source = :source, "
        "mobile = :mobile, address = :address, remark = :remark, next_contact_at = :next, version = version + 1, "
        "updated_at = :now where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", name), bind("core", name_core(name)),
         bind("short", patched(input.short_name, before.short_name)), bind("level", patched(input.level, before.level)),
         bind("industry", patched(input.industry, before.industry)),
         bind("source", patched(input.source, before.source)), bind("mobile", *mobile),
         bind("address", patched(input.address, before.address)), bind("remark", patched(input.remark, before.remark)),
         bind("next", patched(input.next_contact_at, before.next_contact_at)), bind("now", ctx.now())});
    auto now = before;
    now.name = name;
    now.mobile = *mobile;
    now.phone = profile->phone;
    now.credit_code = profile->credit_code;
    auto const entered = enter_changed(ctx, DuplicateObject::customer, input.id.value(),
                                       Entering{.reason = input.duplicate_reason, .fresh = changed_kinds(before, now)});
    if (!entered) return entered.error();
    customers.rewrite_words(input.id);
    operation::keep_words(ctx.sql(), ctx.tenant(),
                          {{"level", input.level.value.value_or("")},
                           {"industry", input.industry.value.value_or("")},
                           {"source", input.source.value.value_or("")}});
    recompute_due(ctx, PoolObject::customer, {input.id.value()});
    if (input.next_contact_at.is_present) {
        ctx.timers().cancel("customer", input.id.value(), "next_contact");
        if (input.next_contact_at.value)
            ctx.timers().schedule({"next_contact", "customer", input.id.value(), *input.next_contact_at.value});
    }
    if (auto const kept =
            write_custom(ctx, {"customer", "customer", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    auto const after = customers.find(input.id).value();
    audit(ctx, input.id, "customer.change", changes(before, after), *entered);
    remember_for_undo(ctx, {0, "customer", input.id.value(), "change", after.version, "修改客户 " + after.name,
                            json::write(operation::write_output(before))});
    return detail_of(ctx, input.id);
}

Result<Nothing> delete_customer(operation::Context& ctx, OneCustomer const& input) {
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户已在回收站里"};
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    if (auto const alone = insist_nothing_hangs(ctx, input.id, locked->name); !alone) return alone.error();
    auto customers = Customers{ctx};
    auto const before = customers.find(input.id);
    ctx.sql().execute(
        "update customer set deleted_at = :now, deleted_by = :me::bigint, updated_at = :now, version = version + 1 "
        "where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    customers.rewrite_words(input.id);
    cancel_reminders(ctx, input.id);
    audit(ctx, input.id, "customer.delete", changes(before, std::nullopt));
    return Nothing{};
}

Result<CustomerDetail> restore_customer(operation::Context& ctx, RestoreCustomer const& input) {
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (!locked->is_deleted) return Error{Errc::conflict, "not_deleted", "这个客户不在回收站里"};
    if (is_merged(ctx, input.id)) return Error{Errc::conflict, "merged", "这个客户已合并到另一家，不能恢复"};
    ctx.sql().execute(
        "update customer set deleted_at = null, deleted_by = null, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and "
        "id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    auto customers = Customers{ctx};
    auto const restored = customers.find(input.id).value();
    auto const entered =
        enter_record(ctx, DuplicateObject::customer, input.id.value(), Entering{.reason = input.duplicate_reason});
    if (!entered) return entered.error();
    customers.rewrite_words(input.id);
    recompute_due(ctx, PoolObject::customer, {input.id.value()});
    if (restored.next_contact_at && *restored.next_contact_at > ctx.now())
        ctx.timers().schedule({"next_contact", "customer", input.id.value(), *restored.next_contact_at});
    audit(ctx, input.id, "customer.restore", changes(std::nullopt, restored), *entered);
    return detail_of(ctx, input.id);
}

}  // namespace wescrm::sales
