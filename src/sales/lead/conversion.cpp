#include "../contact_profile.hpp"
#include "../customers.hpp"
#include "../decided_once.hpp"
#include "../duplicate/entering.hpp"
#include "../fields/carry.hpp"
#include "../followups.hpp"
#include "../high_sea/moves.hpp"
#include "../high_sea/offers.hpp"
#include "../rules/field_values.hpp"
#include "../rules/lead_states.hpp"
#include "../rules/profile.hpp"
#include "conversion_mapping.hpp"
#include "conversion_tags.hpp"
#include "leads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/lead_conversion.hpp>
#include <wescrm/sales/names.hpp>

// A lead becomes a customer: a new one, or one that is there already and of which nothing filled is overwritten.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

struct Target {
    CustomerId id;
    bool is_new = false;
    bool was_claimed = false;
    json::Document filled{rapidjson::kObjectType};
    std::vector<FieldConflict> differences;
};

struct Person {
    std::optional<ContactId> id;
    bool is_new = false;
};

std::optional<std::string> some(std::string text) {
    return text.empty() ? std::nullopt : std::optional{std::move(text)};
}

// The lead is no duplicate of what it becomes.
Entering converting(Lead const& lead, std::optional<std::string> const& reason) {
    return {.entry = DuplicateEntry::conversion, .reason = reason, .but = lead.id.value()};
}

// ---- the customer

Result<Target> new_customer(operation::Context& ctx, Lead const& lead, LeadCustomer const& wanted) {
    if (!ctx.may("customer.create"))
        return Error{Errc::forbidden, "permission", "您没有新建客户的权限，不能把线索转化为新客户"};
    auto input = CreateCustomer{};
    input.name = wanted.name.value_or(customer_name_of(lead));
    input.short_name = wanted.short_name;
    input.level = wanted.level ? wanted.level : some(lead.level);
    input.industry = wanted.industry;
    input.source = wanted.source ? wanted.source : some(lead.source);
    input.mobile = wanted.mobile ? wanted.mobile : lead.mobile;
    input.address = wanted.address ? wanted.address : some(address_of(lead));
    input.remark = wanted.remark ? wanted.remark : some(lead.remark);
    input.province = some(lead.province);
    input.city = some(lead.city);
    if (auto const phone = normal_phone(lead.phone)) input.phone = *phone;
    input.custom =
        values_from(carried_values(ctx, FieldObject::lead, lead.custom, FieldObject::customer), wanted.custom);
    auto const made = create_customer_by(ctx, input, converting(lead, wanted.duplicate_reason));
    if (!made) return made.error();
    auto target = Target{};
    target.id = made->id;
    target.is_new = true;
    return target;
}

// The company's own fields, by the same rule.
bool fill_own(operation::Context& ctx, Customer const& customer, Lead const& lead, Target& target,
              ChangeCustomer& change) {
    auto const stored = json::parse(customer.custom.json);
    auto filled = std::vector<CarriedValue>{};
    for (auto& one : carried_values(ctx, FieldObject::lead, lead.custom, FieldObject::customer)) {
        auto const* kept = stored ? json::find(*stored, one.field.key) : nullptr;
        auto const name = "custom." + one.field.key;
        if (kept && *kept == one.value) continue;
        if (kept || !one.fits) {
            target.differences.push_back(
                {name, kept ? text::join(words_of(kept), "、") : "", text::join(words_of(&one.value), "、")});
            continue;
        }
        auto& memory = target.filled.GetAllocator();
        json::set(target.filled, name, json::Value{one.value, memory}, memory);
        filled.push_back(std::move(one));
    }
    change.custom = values_from(filled);
    return !filled.empty();
}

// Empty fields of the customer take the lead's value; where both say something, the customer's stays.
Result<void> fill(operation::Context& ctx, Customer const& customer, Lead const& lead, Target& target) {
    auto change = ChangeCustomer{};
    change.id = customer.id;
    change.version = customer.version;
    auto is_filled = false;
    for (auto const& mapped : conversion_mapping(customer, lead)) {
        if (mapped.differs()) target.differences.push_back({std::string{mapped.field}, mapped.kept, mapped.lead_value});
        if (!mapped.fills()) continue;
        patch_of(change, mapped.field) = {true, mapped.lead_value};
        json::set(target.filled, mapped.field, mapped.lead_value, target.filled.GetAllocator());
        is_filled = true;
    }
    is_filled |= fill_own(ctx, customer, lead, target, change);
    if (!is_filled) return {};
    auto const changed = change_customer(ctx, change);
    if (!changed) return changed.error();
    return {};
}

Result<Target> existing_customer(operation::Context& ctx, Lead const& lead, CustomerId id) {
    auto const scope = ctx.scope();
    auto target = Target{};
    target.id = id;
    auto customers = Customers{ctx};
    auto found = customers.find(id);
    if (!found || !scope.allows("customer", Power::read, id.value()))
        return invalid_field("customer_id", "没有这个客户，或您看不到它");
    if (found->high_sea_id) {
        // Somebody has just chosen this one among those that it may be.
        auto const claimed = claim_record(ctx, PoolObject::customer, id.value(), "转化线索 " + lead.no + " 时选定");
        if (!claimed) return claimed.error();
        if (claimed->decided_at)
            return Error{Errc::conflict, "fair_claim",
                         "「" + found->name + "」所在的公海采用公平领取，请先领取它，公布结果后再转化"};
        target.was_claimed = true;
        found = customers.find(id);
    }
    auto const locked = lock_permitted(ctx, id, Need::write);
    if (!locked && locked.error().code == Errc::forbidden)
        return Error{Errc::forbidden, "customer_edit",
                     "「" + found->name + "」由 " + found->owner_name.value_or("同事") +
                         " 负责，您不能修改；可以在线索上申请协作、把线索转给他，或另选客户"};
    if (!locked) return locked.error();
    if (locked->is_deleted) return invalid_field("customer_id", "这个客户在回收站里，请先恢复");
    if (auto const filled = fill(ctx, *found, lead, target); !filled) return filled.error();
    return target;
}

Error candidates_first(Candidates const& candidates) {
    auto names = std::string{};
    for (auto const& one : candidates.items)
        names += (names.empty() ? "「" : "、「") + one.name + "」" +
                 (one.owner_name ? "（" + *one.owner_name + "）" : std::string{});
    return {Errc::conflict, "candidates",
            "公司里可能已有这个客户：" + names + "。请选择其中一个（customer_id），或填写 customer 新建"};
}

Result<Target> target_of(operation::Context& ctx, Lead const& lead, ConvertLead const& input) {
    if (input.customer && input.customer_id) return invalid_field("customer_id", "新客户和已有客户只能选一个");
    if (input.customer_id) return existing_customer(ctx, lead, *input.customer_id);
    if (!input.customer) {
        auto const candidates = conversion_candidates(ctx, {lead.id, {}});
        if (candidates && !candidates->items.empty()) return candidates_first(*candidates);
    }
    return new_customer(ctx, lead, input.customer.value_or(LeadCustomer{}));
}

// ---- the contact

std::optional<ContactId> same_person(operation::Context& ctx, CustomerId customer, std::string const& name,
                                     std::optional<std::string> const& mobile) {
    return ctx.sql().value<ContactId>(
        "select t.id from contact t where t.tenant_id = :tenant and (t.customer_id = :customer or t.id in (select "
        "l.contact_id from contact_link l where l.tenant_id = :tenant and l.customer_id = :customer)) and t.deleted_at "
        "is null and (t.mobile = :mobile or (t.name = :name and (t.mobile is null or :mobile::text is null))) order by "
        "(t.mobile = :mobile) desc nulls last, t.id limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("name", name), bind("mobile", mobile)});
}

Result<Person> contact_of(operation::Context& ctx, Lead const& lead, ConvertLead const& input, CustomerId customer) {
    auto const names_person = !lead.company.empty() || input.contact;
    if (!input.with_contact.value_or(names_person)) return Person{};
    auto const wanted = input.contact.value_or(LeadContact{});
    auto const name = wanted.name.value_or(lead.name);
    auto const typed = wanted.mobile ? wanted.mobile : lead.mobile;
    auto const mobile = typed ? normal_phone(*typed) : std::nullopt;
    if (typed && !mobile) return invalid_field("contact.mobile", "不是有效的电话：手机 11 位，座机带区号");
    if (auto const there = same_person(ctx, customer, name, mobile)) return Person{there, false};
    auto const is_first = !ctx.sql().value<int>(
        "select 1 from contact where tenant_id = :tenant and customer_id = :customer and "
        "deleted_at is null limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer)});
    auto made = CreateContact{};
    made.customer_id = customer;
    made.name = name;
    made.mobile = mobile;
    made.position = wanted.position ? wanted.position : some(lead.position);
    made.is_primary = is_first;
    auto const id = add_contact(ctx, made, mobile).id;
    auto const reason = input.customer ? input.customer->duplicate_reason : std::nullopt;
    if (auto const met = enter_record(ctx, DuplicateObject::contact, id.value(), converting(lead, reason)); !met)
        return met.error();
    auto profile = ContactProfile{};
    profile.wechat = lead.wechat;
    profile.email = normal_email(lead.email).value_or("");
    if (profile != ContactProfile{}) write_profile(ctx, id, profile);
    auto const own = carried_values(ctx, FieldObject::lead, lead.custom, FieldObject::contact);
    auto const kept = write_custom(ctx, {"contact", "contact", id.value(), false}, values_from(own, wanted.custom),
                                   CustomWrite::create);
    if (!kept) return kept.error();
    return Person{id, true};
}

Result<std::optional<RecordId>> opportunity_of(operation::Context& ctx, Lead const& lead, ConvertLead const& input,
                                               CustomerId customer, Person const& person,
                                               OpportunityMaker const& maker) {
    if (!input.opportunity || input.opportunity->IsNull()) return std::optional<RecordId>{};
    if (!input.opportunity->IsObject())
        return invalid_field("opportunity", "应为一个对象，例如 {\"name\":\"年度采购\"}");
    if (!maker) return invalid_field("opportunity", "商机功能尚未开通");
    auto wanted = json::Document{};
    wanted.CopyFrom(*input.opportunity, wanted.GetAllocator());
    auto& allocator = wanted.GetAllocator();
    json::set(wanted, "customer_id", std::to_string(customer.value()), allocator);
    json::set(wanted, "main_lead_id", std::to_string(lead.id.value()), allocator);
    if (person.id) json::set(wanted, "contact_id", std::to_string(person.id->value()), allocator);
    auto given = CustomValues{};
    if (auto const* own = json::find(wanted, "custom"); own && own->IsObject()) given.json = json::write(*own);
    auto const carried = carried_values(ctx, FieldObject::lead, lead.custom, FieldObject::opportunity);
    if (auto const own = values_from(carried, given); !own.is_empty())
        json::set(wanted, "custom", json::Value{json::parse(own.json).value(), allocator}, allocator);
    auto const made = maker(ctx, wanted);
    if (!made) return made.error();
    return std::optional{*made};
}

// ---- the lead

// What was said to the lead is said to the customer as well: linked, not copied.
void link_followups(operation::Context& ctx, LeadId lead, CustomerId customer) {
    ctx.sql().execute(
        "update followup set customer_id = :customer where tenant_id = :tenant and target_type = 'lead' "
        "and target_id = :lead and customer_id is null",
        {bind("tenant", ctx.tenant()), bind("lead", lead), bind("customer", customer)});
    recompute_instants(ctx, customer);
    recompute_due(ctx, PoolObject::customer, {customer.value()});
}

void close_lead(operation::Context& ctx, Lead const& lead, Target const& target, Person const& person,
                std::optional<RecordId> const& opportunity) {
    auto const me = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const params = database::Params{bind("tenant", ctx.tenant()),
                                         bind("id", lead.id),
                                         bind("customer", target.id),
                                         bind("contact", person.id),
                                         bind("opportunity", opportunity),
                                         bind("kind", target.is_new ? "new" : "existing"),
                                         bind("now", ctx.now()),
                                         bind("me", me),
                                         bind("status", lead.status),
                                         bind("made", target.is_new),
                                         bind("made_contact", person.is_new),
                                         bind("claimed", target.was_claimed),
                                         bind("filled", json::write(target.filled)),
                                         bind("channel", name_of(ctx.actor().channel))};
    ctx.sql().execute(
        "update lead set status = 'converted', customer_id = :customer, contact_id = :contact, opportunity_id = "
        ":opportunity, converted_at = :now, converted_by = :me, converted_kind = :kind, recycle_due_at = null, "
        "recycle_rule_id = null, recycle_high_sea_id = null, next_contact_at = null, updated_at = :now, version = "
        "version + 1 where tenant_id = :tenant and id = :id",
        params);
    ctx.sql().execute(
        "insert into lead_conversion (tenant_id, lead_id, customer_id, made_customer, contact_id, made_contact, "
        "opportunity_id, claimed, former_status, filled, customer_version, at, by_id) select :tenant, :id, :customer, "
        ":made, :contact::bigint, :made_contact, :opportunity::bigint, :claimed, :status, :filled::jsonb, c.version, "
        ":now, :me::bigint from customer c where c.tenant_id = :tenant and c.id = :customer",
        params);
    ctx.sql().execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, actor_id, channel, reason, at) select :tenant, 'lead', l.id, 'convert', l.owner_id, "
        "l.owner_id, e.main_department_id, e.main_department_id, :me::bigint, :channel, '', :now from lead l left join "
        "employee e on e.tenant_id = l.tenant_id and e.id = l.owner_id where l.tenant_id = :tenant and l.id = :id",
        params);
    ctx.timers().cancel("lead", lead.id.value());
    ctx.outbox().cancel("lead", lead.id.value());
    withdraw_collaborations(ctx, {lead.id.value()});
    void_offers(ctx, PoolObject::lead, {lead.id.value()});
}

void tell_converted(operation::Context& ctx, LeadId id, Customer const& customer) {
    for (auto const& [person, name] : ctx.sql().rows<EmployeeId, std::string>(
             "select distinct e.id, l.name from lead l join employee e on e.tenant_id = l.tenant_id and e.id in "
             "(l.owner_id, l.created_by) and e.status = 'active' where l.tenant_id = :tenant and l.id = :id",
             {bind("tenant", ctx.tenant()), bind("id", id)})) {
        if (person == ctx.actor().employee) continue;
        auto data = json::Document{rapidjson::kObjectType};
        json::set(data, "name", name, data.GetAllocator());
        json::set(data, "customer_name", customer.name, data.GetAllocator());
        json::set(data, "actor_name", ctx.actor().name, data.GetAllocator());
        auto notice = operation::Notice{};
        notice.effect_key = "converted:" + std::to_string(id.value()) + ":" + std::to_string(person.value()) + ":" +
                            std::to_string(ctx.now().time_since_epoch().count());
        notice.to = person;
        notice.kind = "lead_converted";
        notice.data = std::move(data);
        notice.source_kind = "lead";
        notice.source_id = id.value();
        ctx.outbox().tell(notice);
    }
}

}  // namespace

Result<ConvertedLead> convert_lead(operation::Context& ctx, ConvertLead const& input, OpportunityMaker const& maker) {
    queue_up(ctx, ctx.actor().employee);
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "lead", "这条线索在回收站里，请先恢复"};
    if (auto const can = after(locked->status, LeadEvent::convert); !can) return can.error();
    auto leads = Leads{ctx};
    auto const lead = leads.find(input.id).value();
    auto target = target_of(ctx, lead, input);
    if (!target) return target.error();
    auto const person = contact_of(ctx, lead, input, target->id);
    if (!person) return person.error();
    auto const opportunity = opportunity_of(ctx, lead, input, target->id, *person, maker);
    if (!opportunity) return opportunity.error();
    link_followups(ctx, lead.id, target->id);
    close_lead(ctx, lead, *target, *person, *opportunity);
    carry_tags(ctx, lead.id, target->id, person->id, *opportunity);
    audit_lead(ctx, lead.id, "lead.convert", lead, leads.find(lead.id));
    tell_converted(ctx, lead.id, Customers{ctx}.find(target->id).value());
    auto shown = ConvertedLead{};
    static_cast<LeadDetail&>(shown) = leads.detail(lead.id);
    shown.converted_kind = target->is_new ? "new" : "existing";
    shown.differences = std::move(target->differences);
    return shown;
}

}  // namespace wescrm::sales
