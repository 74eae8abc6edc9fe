#include "../customers.hpp"
#include "../duplicate/entering.hpp"
#include "../followups.hpp"
#include "../hanging.hpp"
#include "collaboration.hpp"
#include "conversion_mapping.hpp"
#include "conversion_tags.hpp"
#include "leads.hpp"
#include "scores.hpp"

#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/lead_conversion.hpp>
#include <wescrm/sales/names.hpp>

// Before and after a conversion: who might be the customer, several leads at once, and taking it back within a day.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

constexpr auto kept_for = hours{24};

struct Conversion {
    CustomerId customer;
    bool made_customer = false;
    std::optional<ContactId> contact;
    bool made_contact = false;
    std::optional<RecordId> opportunity;
    std::string former_status;
    json::Document filled;
    std::int64_t customer_version = 0;
    Instant at;
};

std::optional<Conversion> last_conversion(operation::Context& ctx, LeadId lead) {
    auto const row = ctx.sql()
                         .row<CustomerId, bool, std::optional<ContactId>, bool, std::optional<RecordId>, std::string,
                              std::string, std::int64_t, Instant>(
                             "select customer_id, made_customer, contact_id, made_contact, opportunity_id, "
                             "former_status, filled::text, "
                             "customer_version, at from lead_conversion where tenant_id = :tenant and lead_id = :lead "
                             "and undone_at is null "
                             "order by at desc limit 1 for update",
                             {bind("tenant", ctx.tenant()), bind("lead", lead)});
    if (!row) return std::nullopt;
    auto const& [customer, made, contact, made_contact, opportunity, status, filled, version, at] = *row;
    auto read = json::parse(filled);
    return Conversion{customer,
                      made,
                      contact,
                      made_contact,
                      opportunity,
                      status,
                      read ? std::move(*read) : json::Document{rapidjson::kObjectType},
                      version,
                      at};
}

Error has_children(std::string const& what) { return {Errc::conflict, "has_children", what + "，不能撤销转化"}; }

// What was made may have got things of its own since.
Result<void> insist_on_untouched(operation::Context& ctx, LeadId lead, Conversion const& done) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("customer", done.customer),
                                         bind("contact", done.contact), bind("lead", lead), bind("at", done.at)};
    auto const exists = [&](std::string const& condition) {
        return ctx.sql().value<int>("select 1 where exists (" + condition + ")", params).has_value();
    };
    if (done.made_customer) {
        if (exists("select 1 from followup f where f.tenant_id = :tenant and f.customer_id = :customer and "
                   "f.deleted_at is null and not (f.target_type = 'lead' and f.target_id = :lead)"))
            return has_children("转化后的客户已有跟进记录");
        if (exists("select 1 from contact t where t.tenant_id = :tenant and t.customer_id = :customer and t.deleted_at "
                   "is null and t.id is distinct from :contact::bigint"))
            return has_children("转化后的客户已有其他联系人");
        if (exists("select 1 from lead l where l.tenant_id = :tenant and l.customer_id = :customer and l.id <> :lead"))
            return has_children("还有其他线索转化到了这个客户");
        if (exists("select 1 from task t where t.tenant_id = :tenant and t.target_type = 'customer' and t.target_id = "
                   ":customer and t.status = 'open'"))
            return has_children("转化后的客户已有任务");
        if (exists("select 1 from attachment a where a.tenant_id = :tenant and a.target_type = 'customer' and "
                   "a.target_id = :customer"))
            return has_children("转化后的客户已有附件");
    }
    return {};
}

void reopen(operation::Context& ctx, LeadId lead, Conversion const& done) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("lead", lead),
                                         bind("status", done.former_status), bind("now", ctx.now())};
    ctx.sql().execute(
        "update lead set status = :status, customer_id = null, contact_id = null, opportunity_id = null, "
        "converted_at = null, converted_by = null, converted_kind = null, updated_at = :now, version = "
        "version + 1 where tenant_id = :tenant and id = :lead",
        params);
    ctx.sql().execute(
        "update followup set customer_id = null where tenant_id = :tenant and target_type = 'lead' and "
        "target_id = :lead",
        params);
    ctx.sql().execute(
        "update lead_conversion set undone_at = :now where tenant_id = :tenant and lead_id = :lead and "
        "undone_at is null",
        params);
    ctx.sql().execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, actor_id, channel, reason, at) select :tenant, 'lead', l.id, 'convert', l.owner_id, "
        "l.owner_id, e.main_department_id, e.main_department_id, :me::bigint, :channel, '撤销转化', :now from lead l "
        "left join employee e on e.tenant_id = l.tenant_id and e.id = l.owner_id where l.tenant_id = :tenant and l.id "
        "= "
        ":lead",
        {bind("tenant", ctx.tenant()), bind("lead", lead),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee}),
         bind("channel", name_of(ctx.actor().channel)), bind("now", ctx.now())});
}

CustomValues own_emptied(Conversion const& done, Customer const& customer) {
    auto const stored = json::parse(customer.custom.json);
    auto emptied = json::Document{rapidjson::kObjectType};
    constexpr std::string_view prefix = "custom.";
    for (auto const& member : done.filled.GetObject()) {
        auto const name = json::view(member.name);
        if (!name.starts_with(prefix) || !stored) continue;
        auto const* now = json::find(*stored, name.substr(prefix.size()));
        if (now && *now == member.value)
            json::set(emptied, name.substr(prefix.size()), json::Value{}, emptied.GetAllocator());
    }
    return {json::write(emptied)};
}

// Fields that the lead filled are emptied again where they still say what the lead said.
Result<void> empty_again(operation::Context& ctx, Conversion const& done) {
    if (done.filled.ObjectEmpty()) return {};
    auto const customer = Customers{ctx}.find(done.customer).value();
    auto change = ChangeCustomer{};
    change.id = done.customer;
    change.version = customer.version;
    for (auto const& mapped : conversion_mapping(customer, {}))
        if (!mapped.kept.empty() && json::find_string(done.filled, mapped.field) == mapped.kept)
            patch_of(change, mapped.field) = {true, std::nullopt};
    change.custom = own_emptied(done, customer);
    auto const changed = change_customer(ctx, change);
    if (!changed) return changed.error();
    return {};
}

Result<void> take_back_children(operation::Context& ctx, Conversion const& done, OpportunityUndo const& undo) {
    if (done.opportunity) {
        if (!undo) return has_children("转化时生成了商机");
        if (auto const gone = undo(ctx, *done.opportunity); !gone) return gone.error();
    }
    if (done.made_contact && done.contact)
        if (auto const there = hanging_on(ctx, *done.contact); !there.empty())
            return has_children("转化时新建的联系人已有" + there);
    if (done.made_customer)
        if (auto const there = hanging_on(ctx, done.customer); !there.empty())
            return has_children("转化后的客户已有" + there);
    if (done.made_contact && done.contact && !done.made_customer) {
        auto const gone = delete_contact(ctx, {*done.contact, std::nullopt});
        if (!gone) return gone.error();
    }
    if (done.made_customer) {
        auto const gone = delete_customer(ctx, {done.customer, std::nullopt});
        if (!gone) return gone.error();
        return {};
    }
    return empty_again(ctx, done);
}

AskableCandidate candidate_of(operation::Context& ctx, Customer const& customer, std::string matched) {
    auto one = AskableCandidate{};
    auto const scope = ctx.scope();
    auto const is_seen = scope.allows("customer", Power::read, customer.id.value());
    one.matched = std::move(matched);
    one.owner_name = customer.owner_name;
    one.name = is_seen ? customer.name : masked_name(customer.name);
    one.way = "hidden";
    if (!customer.high_sea_id && !scope.allows("customer", Power::write, customer.id.value())) one.ask_id = customer.id;
    if (!is_seen) return one;
    one.id = customer.id;
    one.no = customer.no;
    one.high_sea_id = customer.high_sea_id;
    one.way = customer.high_sea_id                                          ? "claim"
              : scope.allows("customer", Power::write, customer.id.value()) ? "attach"
                                                                            : "ask";
    return one;
}

}  // namespace

Result<Candidates> conversion_candidates(operation::Context& ctx, OneLead const& input) {
    auto const found = askable_candidates(ctx, input);
    if (!found) return found.error();
    auto shown = Candidates{};
    for (auto const& one : found->items) shown.items.push_back(one);
    return shown;
}

Result<AskableCandidates> askable_candidates(operation::Context& ctx, OneLead const& input) {
    if (!ctx.scope().allows("lead", Power::read, input.id.value())) return no_lead();
    auto const lead = Leads{ctx}.find(input.id).value();
    auto const name = name_core(lead.company.empty() ? lead.name : lead.company);
    auto found = AskableCandidates{};
    for (auto const& [id, matched] : ctx.sql().rows<CustomerId, std::string>(
             "select object_id, min(case kind when 'name_core' then 'name' else kind end) from (select k.object_id, "
             "k.kind from duplicate_key k where k.tenant_id = :tenant and k.object = 'customer' and ((k.kind = "
             "'name_core' and k.value = :name) or (k.kind = 'mobile' and k.value = :mobile)) union all select "
             "t.customer_id, 'mobile' from contact t join customer c on c.tenant_id = t.tenant_id and c.id = "
             "t.customer_id and c.deleted_at is null where t.tenant_id = :tenant and t.mobile = :mobile and "
             "t.deleted_at "
             "is null) x group by object_id order by 2 desc, 1 limit 10",
             {bind("tenant", ctx.tenant()), bind("name", name), bind("mobile", lead.mobile)}))
        if (auto const customer = Customers{ctx}.find(id)) found.items.push_back(candidate_of(ctx, *customer, matched));
    return found;
}

Result<ConversionPreview> preview_conversion(operation::Context& ctx, PreviewConversion const& input) {
    auto const scope = ctx.scope();
    if (!scope.allows("lead", Power::read, input.id.value())) return no_lead();
    auto const lead = Leads{ctx}.find(input.id).value();
    auto customer = std::optional<Customer>{Customer{}};
    if (input.customer_id) customer = Customers{ctx}.find(*input.customer_id);
    if (!customer || (input.customer_id && !scope.allows("customer", Power::read, input.customer_id->value())))
        return invalid_field("customer_id", "没有这个客户，或您看不到它");
    auto preview = ConversionPreview{};
    preview.customer_name = input.customer_id ? customer->name : customer_name_of(lead);
    for (auto const& mapped : conversion_mapping(*customer, lead)) {
        if (operation::is_hidden(ctx.actor(), "customer", mapped.field)) continue;
        auto const is_phone = mapped.field == "mobile" || mapped.field == "phone";
        auto const shown = [is_phone](std::string const& value) { return is_phone ? masked_phone(value) : value; };
        auto const field = std::string{mapped.field};
        if (mapped.fills()) preview.fills.push_back({field, shown(mapped.lead_value)});
        if (mapped.differs()) preview.differences.push_back({field, shown(mapped.kept), shown(mapped.lead_value)});
    }
    return preview;
}

Result<ConvertOutcomes> convert_leads(operation::Context& ctx, ConvertLeads const& input) {
    auto outcomes = ConvertOutcomes{};
    auto into = input.customer_id;
    for (auto const id : input.ids) {
        auto one = ConvertOutcome{};
        one.id = id;
        auto convert = ConvertLead{};
        convert.id = id;
        if (into)
            convert.customer_id = into;
        else
            convert.customer = input.customer;
        auto const done = operation::under_savepoint(ctx.sql(), [&] { return convert_lead(ctx, convert, {}); });
        one.is_converted = done.has_value();
        if (done) {
            one.customer_id = done->customer_id;
            if (input.customer) into = done->customer_id;  // the one that was made first takes the others
        } else {
            one.code = done.error().reason;
            one.message = done.error().message;
        }
        outcomes.items.push_back(std::move(one));
    }
    ctx.nothing_to_audit();
    return outcomes;
}

Result<LeadDetail> undo_conversion(operation::Context& ctx, OneLead const& input, OpportunityUndo const& undo) {
    auto const locked = lock_lead(ctx, input.id, LeadNeed::write);
    if (!locked) return locked.error();
    if (locked->status != "converted") return Error{Errc::conflict, "status", "这条线索没有转化，不需要撤销"};
    if (locked->owner != ctx.actor().employee && !ctx.actor().is_administrator)
        return Error{Errc::forbidden, "lead_edit", "只有线索的负责人或企业管理员可以撤销转化"};
    auto const done = last_conversion(ctx, input.id);
    if (!done || done->at + kept_for <= ctx.now())
        return Error{Errc::conflict, "too_late", "转化已超过 24 小时，不能撤销"};
    if (auto const free = insist_on_untouched(ctx, input.id, *done); !free) return free.error();
    auto leads = Leads{ctx};
    auto const before = leads.find(input.id);
    take_back_tags(ctx, input.id);
    reopen(ctx, input.id, *done);
    if (auto const gone = take_back_children(ctx, *done, undo); !gone) return gone.error();
    if (!done->made_customer) recompute_instants(ctx, done->customer);
    auto const entered =
        enter_record(ctx, DuplicateObject::lead, input.id.value(),
                     Entering{.but = done->made_customer ? std::nullopt : std::optional{done->customer.value()},
                              .is_taking_back = true});
    if (!entered) return entered.error();
    recompute_due(ctx, PoolObject::lead, {input.id.value()});
    rescore_leads(ctx, {input.id.value()});
    audit_lead(ctx, input.id, "lead.undo_conversion", before, leads.find(input.id));
    return leads.detail(input.id);
}

}  // namespace wescrm::sales
