#include "../customers.hpp"
#include "../duplicate/entering.hpp"
#include "../high_sea/records.hpp"
#include "assignment.hpp"
#include "leads.hpp"
#include "scores.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/names.hpp>
#include <wescrm/sales/sales_rules.hpp>
#include <wescrm/sales/undo.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Patch;

Result<std::optional<std::string>> checked_mobile(std::optional<std::string> const& typed) {
    if (!typed) return std::optional<std::string>{};
    auto const normal = normal_phone(*typed);
    if (!normal) return invalid_field("mobile", "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234");
    return std::optional{*normal};
}

/// Where a new lead goes: an owner, or a pool if there is none.
struct Arrival {
    EmployeeId owner;
    std::optional<HighSeaId> pool;
    std::optional<Assignment> by_rule;
};

// Whoever wants to keep it where the company has them assigned names himself.
bool goes_by_rules(operation::Context& ctx, CreateLead const& input) {
    if (input.assign_by_rules) return true;
    return !input.owner_user_id && !input.high_sea_id && sales_rules(ctx).assign_leads;
}

Result<Arrival> place_of(operation::Context& ctx, CreateLead const& input, std::vector<std::string> const& tags,
                         MatchWeights const& weights) {
    if (input.high_sea_id && (input.owner_user_id || input.assign_by_rules))
        return invalid_field("high_sea_id", "放入线索池的线索没有负责人，两项只能填一项");
    if (input.high_sea_id) {
        auto const pool = pool_for_entry(ctx, PoolObject::lead, *input.high_sea_id);
        if (!pool) return pool.error();
        return Arrival{{}, pool->id, {}};
    }
    if (goes_by_rules(ctx, input)) {
        auto const assigned = Assigner{ctx, Assigner::For::giving, ctx.now(), weights}.place(subject_of(input, tags));
        if (!assigned) return assigned.error();
        return Arrival{assigned->owner, assigned->pool, *assigned};
    }
    if (!input.owner_user_id || *input.owner_user_id == ctx.actor().user_id) {
        if (ctx.actor().is_system()) return invalid_field("owner_user_id", "请指定负责人或线索池");
        return Arrival{ctx.actor().employee, {}, {}};
    }
    if (!ctx.may("lead.assign")) return operation::no_permission("lead.assign");
    auto const owner = active_employee(ctx, *input.owner_user_id);
    if (!owner) return invalid_field("owner_user_id", "没有这位在职员工");
    return Arrival{*owner, {}, {}};
}

Result<void> insist_on_open(LockedLead const& lead) {
    if (lead.is_deleted) return Error{Errc::not_found, "lead", "这条线索在回收站里，请先恢复"};
    if (lead.status == "converted") return Error{Errc::conflict, "converted", "已转换的线索只能查看"};
    return {};
}

void write(operation::Context& ctx, ChangeLead const& input, Lead const& before,
           std::optional<std::string> const& mobile) {
    auto const company = patched(input.company, before.company);
    ctx.sql().execute(
        "update lead set name = :name, company = :company, company_core = :core, mobile = :mobile, phone = :phone, "
        "wechat = :wechat, email = :email, position = :position, province = :province, city = :city, address = "
        ":address, source = :source, channel = :channel, level = :level, intended = :intended, remark = :remark, "
        "next_contact_at = :next, status = case when :follows and status = 'pending' then 'following' else status end, "
        "version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()),
         bind("id", input.id),
         bind("name", input.name.value_or(before.name)),
         bind("company", company),
         bind("core", company.empty() ? "" : name_core(company)),
         bind("mobile", mobile),
         bind("phone", patched(input.phone, before.phone)),
         bind("wechat", patched(input.wechat, before.wechat)),
         bind("email", patched(input.email, before.email)),
         bind("position", patched(input.position, before.position)),
         bind("province", patched(input.province, before.province)),
         bind("city", patched(input.city, before.city)),
         bind("address", patched(input.address, before.address)),
         bind("source", patched(input.source, before.source)),
         bind("channel", patched(input.channel, before.channel)),
         bind("level", patched(input.level, before.level)),
         bind("intended", patched(input.intended, before.intended)),
         bind("remark", patched(input.remark, before.remark)),
         bind("next", input.next_contact_at.is_present ? input.next_contact_at.value : before.next_contact_at),
         bind("follows", input.status.has_value()),
         bind("now", ctx.now())});
}

void remind(operation::Context& ctx, LeadId id, std::optional<Instant> at) {
    ctx.timers().cancel("lead", id.value(), "next_contact");
    if (at && *at > ctx.now()) ctx.timers().schedule({"next_contact", "lead", id.value(), *at});
}

}  // namespace

Result<LeadDetail> make_lead(operation::Context& ctx, CreateLead const& given, std::vector<std::string> const& tags,
                             MatchWeights const& weights) {
    auto input = given;
    auto const mobile = checked_mobile(input.mobile);
    if (!mobile) return mobile.error();
    auto const place = place_of(ctx, input, tags, weights);
    if (!place) return place.error();
    input.high_sea_id = place->pool;
    if (!place->owner.is_empty())
        if (auto const room = insist_on_room(ctx, PoolObject::lead, place->owner, std::nullopt); !room)
            return room.error();
    auto leads = Leads{ctx};
    auto const by_rule = place->by_rule.value_or(Assignment{});
    auto const id = leads.insert(input, *mobile, place->owner, by_rule.rule, by_rule.reason);
    auto const entered =
        enter_record(ctx, DuplicateObject::lead, id.value(), Entering{.reason = input.duplicate_reason});
    if (!entered) return entered.error();
    leads.rewrite_words(id);
    auto const kept = write_custom(ctx, {"lead", "lead", id.value()}, input.custom, CustomWrite::create);
    if (!kept) return kept.error();
    if (place->by_rule) note_assignments(ctx, {{id, *place->by_rule}});
    recompute_due(ctx, PoolObject::lead, {id.value()});
    rescore_leads(ctx, {id.value()});
    if (!place->owner.is_empty()) remind(ctx, id, input.next_contact_at);
    auto const made = leads.find(id);
    audit_lead(ctx, id, "lead.create", std::nullopt, made, *entered);
    remember_for_undo(ctx, {0, "lead", id.value(), "create", made->version, "新建线索 " + made->name, "{}"});
    if (!place->owner.is_empty())
        tell_gain(ctx, PoolObject::lead, PoolRecords{ctx, PoolObject::lead}.lock(id.value()).value(), place->owner,
                  made->assign_reason);
    return leads.detail(id);
}

Result<LeadDetail> change_lead(operation::Context& ctx, ChangeLead const& input) {
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    if (auto const open = insist_on_open(*locked); !open) return open.error();
    if (input.version != locked->version) return Error{Errc::stale, "version", "这条线索刚被别人修改过，请刷新后再改"};
    if (input.status && *input.status != "following" && *input.status != locked->status)
        return invalid_field("status", "只能改为 following；其他状态请用对应的操作");
    if (input.team) {
        auto const done =
            operation::Team{ctx, {"lead", input.id.value(), locked->name, locked->owner}}.replace(*input.team);
        if (!done) return done.error();
    }
    auto leads = Leads{ctx};
    auto const before = leads.find(input.id).value();
    auto const mobile = checked_mobile(input.mobile.is_present ? input.mobile.value : before.mobile);
    if (!mobile) return mobile.error();
    write(ctx, input, before, *mobile);
    auto const kept = write_custom(ctx, {"lead", "lead", input.id.value()}, input.custom, CustomWrite::change);
    if (!kept) return kept.error();
    auto const changed = leads.find(input.id).value();
    auto const entered =
        enter_changed(ctx, DuplicateObject::lead, input.id.value(),
                      Entering{.reason = input.duplicate_reason, .fresh = changed_kinds(before, changed)});
    if (!entered) return entered.error();
    leads.rewrite_words(input.id);
    recompute_due(ctx, PoolObject::lead, {input.id.value()});
    rescore_leads(ctx, {input.id.value()});
    if (input.next_contact_at.is_present) remind(ctx, input.id, input.next_contact_at.value);
    auto const after = leads.find(input.id).value();
    audit_lead(ctx, input.id, "lead.change", before, after, *entered);
    remember_for_undo(ctx, {0, "lead", input.id.value(), "change", after.version, "修改线索 " + after.name,
                            json::write(operation::write_output(before))});
    return leads.detail(input.id);
}

Result<Nothing> delete_lead(operation::Context& ctx, OneLead const& input) {
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    if (auto const open = insist_on_open(*locked); !open) return open.error();
    if (input.version && *input.version != locked->version)
        return Error{Errc::stale, "version", "这条线索刚被别人修改过，请刷新后再删"};
    auto leads = Leads{ctx};
    auto const before = leads.find(input.id);
    ctx.sql().execute(
        "update lead set deleted_at = :now, deleted_by = :me::bigint, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    leads.rewrite_words(input.id);
    ctx.timers().cancel("lead", input.id.value());
    ctx.outbox().cancel("lead", input.id.value());
    audit_lead(ctx, input.id, "lead.delete", before, std::nullopt);
    return Nothing{};
}

Result<LeadDetail> restore_lead(operation::Context& ctx, RestoreLead const& input) {
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    if (!locked->is_deleted) return Error{Errc::conflict, "not_deleted", "这条线索不在回收站里"};
    ctx.sql().execute(
        "update lead set deleted_at = null, deleted_by = null, updated_at = :now, version = version + 1 where "
        "tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    auto leads = Leads{ctx};
    auto const restored = leads.find(input.id).value();
    auto const entered =
        enter_record(ctx, DuplicateObject::lead, input.id.value(), Entering{.reason = input.duplicate_reason});
    if (!entered) return entered.error();
    leads.rewrite_words(input.id);
    recompute_due(ctx, PoolObject::lead, {input.id.value()});
    rescore_leads(ctx, {input.id.value()});
    remind(ctx, input.id, restored.next_contact_at);
    audit_lead(ctx, input.id, "lead.restore", std::nullopt, restored, *entered);
    return leads.detail(input.id);
}

}  // namespace wescrm::sales
