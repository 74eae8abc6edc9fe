#include "leads.hpp"

#include "../numbers.hpp"
#include "../rules/consequences.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/names.hpp>

namespace wescrm::sales {

using database::bind;

std::string const lead_columns =
    "l.id, l.no, l.name, l.company, l.mobile, l.phone, l.wechat, l.email, l.position, l.province, l.city, l.address, "
    "l.source, l.channel, l.level, l.intended, l.remark, l.score, l.status, l.invalid_reason, o.user_id, o.name, "
    "l.high_sea_id, "
    "l.acquired_kind, l.acquired_at, l.assign_reason, nullif(l.protected_until, 'infinity'), l.recycle_due_at, "
    "l.last_follow_at, l.next_contact_at, "
    "l.customer_id, l.contact_id, l.opportunity_id, l.converted_at, " +
    shown_custom("lead", "l") + ", l.version, l.created_at, l.updated_at, k.user_id";
std::string const lead_joins =
    " from lead l left join employee o on o.tenant_id = l.tenant_id and o.id = l.owner_id left join employee k on "
    "k.tenant_id = l.tenant_id and k.id = l.created_by ";

namespace {

constexpr int shown_followups = 5;

template <class Id>
std::optional<Id> some(Id id) {
    return id.is_empty() ? std::nullopt : std::optional{id};
}

std::string lead_search_keys(std::string_view name, std::string_view company, std::string_view no) {
    return search_keys(name, company, no);
}

}  // namespace

std::optional<LockedLead> Leads::lock(LeadId id) {
    auto const row = sql_.row<std::string, std::string, std::optional<EmployeeId>, std::optional<HighSeaId>,
                              std::int64_t, bool, std::optional<Instant>, std::optional<Instant>>(
        "select name, status, owner_id, high_sea_id, version, deleted_at is not null, last_follow_at, "
        "next_contact_at from lead where tenant_id = :tenant and id = :id for update",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [name, status, owner, pool, version, is_deleted, last, next] = *row;
    return LockedLead{name, status, owner.value_or(EmployeeId{}), pool.value_or(HighSeaId{}), version, is_deleted,
                      last, next};
}

std::optional<Lead> Leads::find(LeadId id) {
    return sql_.record<Lead>("select " + lead_columns + lead_joins + "where l.tenant_id = :tenant and l.id = :id",
                             {bind("tenant", ctx_.tenant()), bind("id", id)});
}

LeadDetail Leads::detail(LeadId id) {
    auto shown = LeadDetail{};
    static_cast<Lead&>(shown) = find(id).value();
    shown.team = sql_.records<TeamMember>(
        "select e.user_id, t.power, t.expires_at, t.children from team_member t join employee e on e.tenant_id = "
        "t.tenant_id and e.id = t.employee_id where t.tenant_id = :tenant and t.object = 'lead' and t.object_id = :id "
        "order by t.created_at, e.user_id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    shown.followups = lead_followups(ctx_, id, shown_followups);
    shown.score_reasons = sql_.records<ScoreReason>(
        "select r.name, r.points from lead l cross join lateral jsonb_to_recordset(l.score_reasons) r(name text, "
        "points "
        "integer) where l.tenant_id = :tenant and l.id = :id order by abs(r.points) desc, r.name",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    return shown;
}

LeadId Leads::insert(CreateLead const& input, std::optional<std::string> const& mobile, EmployeeId owner,
                     std::optional<std::int64_t> const& rule, std::string const& reason) {
    auto const no = next_number(ctx_, "lead");
    auto const me = some(ctx_.actor().employee);
    auto const is_own = owner.is_empty() || (owner == ctx_.actor().employee && !rule);
    auto const company = input.company.value_or("");
    auto const id =
        sql_.value<LeadId>(
                "insert into lead (tenant_id, no, name, company, company_core, search_keys, mobile, phone, wechat, "
                "email, position, province, city, address, source, channel, level, intended, remark, status, owner_id, "
                "high_sea_id, pool_entered_at, pool_entry, acquired_kind, acquired_at, next_contact_at, created_at, "
                "updated_at, created_by) values (:tenant, :no, :name, :company, :core, :keys, :mobile, :phone, "
                ":wechat, :email, :position, :province, :city, :address, :source, :channel, :level, :intended, "
                ":remark, :status, :owner::bigint, :pool::bigint, case when :pool::bigint is not null then "
                ":now::timestamptz end, case when :pool::bigint is not null then 'create' end, :kind, :now, :next, "
                ":now, :now, :me) returning id",
                {bind("tenant", ctx_.tenant()),
                 bind("no", no),
                 bind("name", input.name),
                 bind("company", company),
                 bind("core", company.empty() ? "" : name_core(company)),
                 bind("keys", lead_search_keys(input.name, company, no)),
                 bind("mobile", mobile),
                 bind("phone", input.phone.value_or("")),
                 bind("wechat", input.wechat.value_or("")),
                 bind("email", input.email.value_or("")),
                 bind("position", input.position.value_or("")),
                 bind("province", input.province.value_or("")),
                 bind("city", input.city.value_or("")),
                 bind("address", input.address.value_or("")),
                 bind("source", input.source.value_or("")),
                 bind("channel", input.channel.value_or("")),
                 bind("level", input.level.value_or("")),
                 bind("intended", input.intended.value_or("")),
                 bind("remark", input.remark.value_or("")),
                 bind("status", owner.is_empty() ? "unassigned" : "pending"),
                 bind("owner", some(owner)),
                 bind("pool", input.high_sea_id),
                 bind("kind", is_own ? "create" : "assign"),
                 bind("now", ctx_.now()),
                 bind("next", input.next_contact_at),
                 bind("me", me)})
            .value();
    sql_.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, high_sea_id, "
        "actor_id, channel, rule_id, reason, at) select :tenant, 'lead', :id, :kind, :owner::bigint, (select "
        "main_department_id from employee where tenant_id = :tenant and id = :owner::bigint), :pool::bigint, "
        ":me::bigint, :channel, :rule::bigint, :reason, :now::timestamptz",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("kind", is_own ? "create" : "assign"),
         bind("owner", some(owner)), bind("pool", input.high_sea_id), bind("me", me),
         bind("channel", name_of(ctx_.actor().channel)), bind("rule", rule), bind("reason", reason),
         bind("now", ctx_.now())});
    return id;
}

void Leads::set_status(LeadId id, std::string_view status, std::string_view reason) {
    sql_.execute(
        "update lead set status = :status, invalid_reason = :reason, updated_at = :now, version = version + 1 "
        "where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("status", status), bind("reason", reason),
         bind("now", ctx_.now())});
}

void Leads::set_instants(LeadId id, std::optional<Instant> last_follow_at, std::optional<Instant> next_contact_at) {
    sql_.execute(
        "update lead set last_follow_at = :last, next_contact_at = :next, status = case when status = "
        "'pending' then 'following' else status end where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("last", last_follow_at), bind("next", next_contact_at)});
}

void Leads::rewrite_words(LeadId id) {
    auto const key = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    sql_.execute("delete from lead_word where tenant_id = :tenant and lead_id = :id", key);
    auto const row = sql_.row<std::string, std::string, std::string, std::vector<std::string>>(
        "select name, company, no, array(select p from (values (mobile), (nullif(phone, ''))) x(p) where p is not "
        "null) from lead where tenant_id = :tenant and id = :id and deleted_at is null",
        key);
    if (!row) return;
    auto const& [name, company, no, phones] = *row;
    sql_.execute(
        "insert into lead_word (tenant_id, word, lead_id) select distinct :tenant::bigint, w, :id::bigint from "
        "unnest(:words::text[]) w",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("words", search_words(name, company, phones))});
    sql_.execute("update lead set search_keys = :keys where tenant_id = :tenant and id = :id and search_keys <> :keys",
                 {bind("tenant", ctx_.tenant()), bind("id", id), bind("keys", lead_search_keys(name, company, no))});
}

Error no_lead() { return {Errc::not_found, "lead", "没有这条线索，或您看不到它"}; }

Result<LockedLead> lock_lead(operation::Context& ctx, LeadId id, LeadNeed need) {
    auto const found = Leads{ctx}.lock(id);
    auto const scope = ctx.scope();
    if (!found || !scope.allows("lead", operation::Power::read, id.value())) return no_lead();
    if (need == LeadNeed::write && !scope.allows("lead", operation::Power::write, id.value()))
        return Error{Errc::forbidden, "lead_edit", "您可以查看但不能修改「" + found->name + "」，请联系它的负责人"};
    return *found;
}

std::vector<Followup> lead_followups(operation::Context& ctx, LeadId id, int count) {
    auto list = ListFollowups{};
    list.target_type = TargetType::lead;
    list.target_id = RecordId{id.value()};
    list.limit = count;
    auto page = list_followups(ctx, list);
    return page ? std::move(page->items) : std::vector<Followup>{};
}

void audit_lead(operation::Context& ctx, LeadId id, std::string action, std::optional<Lead> const& before,
                std::optional<Lead> const& after, std::string reason) {
    auto const json_of = [](std::optional<Lead> const& lead) {
        return lead ? operation::write_output(*lead) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"lead", id.value(), std::move(action), changed.before, changed.after, std::move(reason)});
}

}  // namespace wescrm::sales
