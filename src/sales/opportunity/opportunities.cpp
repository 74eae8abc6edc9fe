#include "opportunity/opportunities.hpp"

#include "customers.hpp"
#include "numbers.hpp"
#include "opportunity/processes.hpp"
#include "opportunity/stage_colour.hpp"
#include "rules/stages.hpp"
#include "trade/unit_prices.hpp"

#include <wescrm/sales/custom_field.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <cmath>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr double milli = 1'000;
constexpr double basis_points = 100;

std::string const too_long =
    "(g.expected_days is not null and :now::timestamptz > p.stage_entered_at + g.expected_days * s.overrun_percent * "
    "interval '1 day' / 100)";
std::string const idle =
    "(:now::timestamptz > greatest(p.last_follow_at, p.created_at) + s.idle_days * interval '1 day')";
std::string const overdue = "(p.expected_close_date < :today::date)";

std::optional<EmployeeId> acting(operation::Context& ctx) {
    return ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
}

}  // namespace

std::string const is_stalled =
    "(p.status = 'open' and coalesce(" + too_long + " or " + idle + " or " + overdue + ", false))";
std::string const opportunity_columns =
    "p.id, p.no, p.name, p.customer_id, c.name, p.contact_id, t.name, o.user_id, o.name, p.process_id, s.name, "
    "p.stage_id, g.name, p.status, p.currency, p.amount_fen, p.probability, p.expected_close_date, p.closed_on, "
    "p.lost_reason, "
    "p.source, p.competitor, p.remark, p.main_lead_id, p.stage_entered_at, g.expected_days, case when p.status = "
    "'open' then array_remove(array[case when " +
    too_long + " then 'stage' end, case when " + idle + " then 'idle' end, case when " + overdue +
    " then 'overdue' end], null) else '{}' end, p.last_follow_at, p.next_contact_at, " +
    shown_custom("opportunity", "p") +
    ", p.version, p.created_at, "
    "p.updated_at, k.user_id, " +
    std::string{stage_colour};
std::string const opportunity_joins =
    " from opportunity p join customer c on c.tenant_id = p.tenant_id and c.id = p.customer_id join sales_process s on "
    "s.tenant_id = p.tenant_id and s.id = p.process_id join sales_stage g on g.tenant_id = p.tenant_id and g.id = "
    "p.stage_id join employee o on o.tenant_id = p.tenant_id and o.id = p.owner_id left join contact t on t.tenant_id "
    "= p.tenant_id and t.id = p.contact_id left join employee k on k.tenant_id = p.tenant_id and k.id = p.created_by "
    "where p.tenant_id = :tenant ";

void bind_today(operation::Context& ctx, database::Params& params) {
    params.add(bind("now", ctx.now()));
    params.add(bind("today", ctx.today()));
}

std::optional<LockedOpportunity> Opportunities::lock(OpportunityId id) {
    return sql_.record<LockedOpportunity>(
        "select name, customer_id, owner_id, process_id, stage_id, status, last_open_stage_id, stage_entered_at, "
        "currency, amount_fen, version, deleted_at is not null from opportunity where tenant_id = :tenant and id = :id "
        "for "
        "update",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::optional<Opportunity> Opportunities::find(OpportunityId id) {
    auto params = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    bind_today(ctx_, params);
    return sql_.record<Opportunity>("select " + opportunity_columns + opportunity_joins + "and p.id = :id", params);
}

std::vector<StageEntry> Opportunities::history(OpportunityId id) {
    return sql_.records<StageEntry>(
        "select h.id, h.from_stage_id, f.name, h.to_stage_id, g.name, h.at, e.user_id, e.name, h.channel, h.seconds, "
        "h.currency, h.amount_fen, h.expected_close_date, h.reason, h.approval_id, coalesce((select "
        "string_agg(distinct w.name, "
        "'、') from approval_task a join employee w on w.tenant_id = a.tenant_id and w.id = a.approver_id where "
        "a.tenant_id = h.tenant_id and a.approval_id = h.approval_id and a.status = 'approved'), '') from "
        "stage_history h join sales_stage g on g.tenant_id = "
        "h.tenant_id and g.id = h.to_stage_id left join sales_stage f on f.tenant_id = h.tenant_id and f.id = "
        "h.from_stage_id left join employee e on e.tenant_id = h.tenant_id and e.id = h.actor_id where h.tenant_id = "
        ":tenant and h.opportunity_id = :id order by h.at, h.from_stage_id nulls first, h.id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::vector<TeamMember> Opportunities::team(OpportunityId id) {
    return sql_.records<TeamMember>(
        "select e.user_id, t.power, t.expires_at, t.children from team_member t join employee e on e.tenant_id = "
        "t.tenant_id and e.id = t.employee_id where t.tenant_id = :tenant and t.object = 'opportunity' and t.object_id "
        "= :id order by t.created_at, e.user_id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::vector<OpportunityLine> Opportunities::lines(OpportunityId id) {
    return sql_.records<OpportunityLine>(
        "select l.position, l.product_id, l.name, (l.price_e4 + 50) / 100, l.price_e4, l.quantity_milli / 1000.0, "
        "l.discount_bp / 100.0, l.subtotal_fen, p.currency from opportunity_line l join opportunity p on p.tenant_id = "
        "l.tenant_id and p.id = l.opportunity_id where l.tenant_id = :tenant and l.opportunity_id = :id order by "
        "l.position",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::vector<OpportunityContact> Opportunities::contacts(OpportunityId id) {
    return sql_.records<OpportunityContact>(
        "select x.contact_id, t.name, t.position, x.role from opportunity_contact x join contact t on t.tenant_id = "
        "x.tenant_id and t.id = x.contact_id where x.tenant_id = :tenant and x.opportunity_id = :id order by t.name, "
        "t.id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

OpportunityId Opportunities::insert(CreateOpportunity const& input, EmployeeId owner, Process const& process,
                                    Stage const& stage) {
    auto const no = next_number(ctx_, "opportunity");
    return sql_
        .value<OpportunityId>(
            "insert into opportunity (tenant_id, no, name, customer_id, contact_id, owner_id, owner_department_id, "
            "process_id, stage_id, stage_entered_at, currency, amount_fen, is_amount_typed, probability, "
            "is_probability_typed, "
            "expected_close_date, source, competitor, remark, main_lead_id, next_contact_at, created_at, updated_at, "
            "created_by) select :tenant, :no, :name, :customer::bigint, :contact::bigint, :owner::bigint, (select "
            "main_department_id from employee where tenant_id = :tenant and id = :owner::bigint), :process::bigint, "
            ":stage::bigint, :now::timestamptz, :currency, :amount::bigint, :typed::boolean, :probability::integer, "
            ":rated::boolean, :expected::date, :source, :competitor, :remark, :lead::bigint, :next::timestamptz, "
            ":now::timestamptz, :now::timestamptz, :actor::bigint returning id",
            {bind("tenant", ctx_.tenant()),
             bind("no", no),
             bind("name", input.name),
             bind("customer", input.customer_id),
             bind("contact", input.contact_id),
             bind("owner", owner),
             bind("process", process.id),
             bind("currency", process.currency),
             bind("stage", stage.id),
             bind("now", ctx_.now()),
             bind("amount", input.amount_fen.value_or(Money{})),
             bind("typed", input.amount_fen.has_value() || input.lines.empty()),
             bind("probability", input.probability.value_or(stage.probability)),
             bind("rated", input.probability.has_value()),
             bind("expected", input.expected_close_date),
             bind("source", input.source.value_or("")),
             bind("competitor", input.competitor.value_or("")),
             bind("remark", input.remark.value_or("")),
             bind("lead", input.main_lead_id),
             bind("next", input.next_contact_at),
             bind("actor", acting(ctx_))})
        .value();
}

void Opportunities::put_lines(OpportunityId id, std::vector<LineInput> const& lines) {
    auto const key = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    sql_.execute("delete from opportunity_line where tenant_id = :tenant and opportunity_id = :id", key);
    auto position = std::int64_t{0};
    for (auto const& line : lines) {
        auto const quantity = std::llround(line.quantity.value_or(1) * milli);
        auto const price = given_price(line.price_fen, line.price_e4, "price_fen").value().value();
        auto const discount = std::llround(line.discount_percent.value_or(0) * basis_points);
        sql_.execute(
            "insert into opportunity_line (tenant_id, opportunity_id, position, product_id, name, price_e4, "
            "quantity_milli, discount_bp, subtotal_fen) values (:tenant, :id, :position, :product, :name, :price, "
            ":quantity, :discount, :subtotal)",
            {bind("tenant", ctx_.tenant()), bind("id", id), bind("position", ++position),
             bind("product", line.product_id), bind("name", line.name), bind("price", price.e4()),
             bind("quantity", quantity), bind("discount", discount),
             bind("subtotal", line_subtotal(price, quantity, discount))});
    }
    sql_.execute(
        "update opportunity set amount_fen = (select coalesce(sum(subtotal_fen), 0) from opportunity_line where "
        "tenant_id = :tenant and opportunity_id = :id) where tenant_id = :tenant and id = :id and not is_amount_typed",
        key);
}

void Opportunities::put_contacts(OpportunityId id, std::vector<ContactInput> const& contacts) {
    sql_.execute("delete from opportunity_contact where tenant_id = :tenant and opportunity_id = :id",
                 {bind("tenant", ctx_.tenant()), bind("id", id)});
    for (auto const& contact : contacts)
        sql_.execute(
            "insert into opportunity_contact (tenant_id, opportunity_id, contact_id, role) values (:tenant, :id, "
            ":contact, :role) on conflict (tenant_id, opportunity_id, contact_id) do update set role = excluded.role",
            {bind("tenant", ctx_.tenant()), bind("id", id), bind("contact", contact.contact_id),
             bind("role", boost::describe::enum_to_string(contact.role.value_or(ContactRole::other), ""))});
}

void Opportunities::put_leads(OpportunityId id, std::vector<RecordId> const& leads) {
    auto const params = database::Params{bind("tenant", ctx_.tenant()), bind("id", id), bind("leads", leads)};
    sql_.execute(
        "delete from opportunity_lead where tenant_id = :tenant and opportunity_id = :id and lead_id <> "
        "all(:leads::bigint[])",
        params);
    sql_.execute(
        "insert into opportunity_lead (tenant_id, opportunity_id, lead_id) select :tenant, :id, "
        "unnest(:leads::bigint[]) "
        "on conflict do nothing",
        params);
}

void Opportunities::enter(Move const& move, LockedOpportunity const& before) {
    auto const& to = move.permit.to();
    sql_.execute(
        "insert into stage_history (tenant_id, opportunity_id, process_id, from_stage_id, to_stage_id, at, actor_id, "
        "channel, seconds, currency, amount_fen, expected_close_date, reason, approval_id) select tenant_id, id, "
        ":process::bigint, "
        ":from::bigint, :to::bigint, :now::timestamptz, :actor::bigint, :channel, greatest(0, floor(extract(epoch from "
        ":now::timestamptz - stage_entered_at)))::bigint, currency, amount_fen, expected_close_date, :reason, case "
        "when "
        ":agreed::boolean then (select a.id from approval a where a.tenant_id = :tenant and a.subject_type = "
        "'opportunity' and a.subject_id = :id and a.status = 'approved' and a.created_at >= stage_entered_at order by "
        "a.created_at desc, a.id desc limit 1) end from opportunity "
        "where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", move.id), bind("process", move.permit.process()),
         bind("from", before.stage), bind("to", to.id), bind("now", ctx_.now()), bind("actor", acting(ctx_)),
         bind("channel", name_of(ctx_.actor().channel)), bind("reason", move.reason), bind("agreed", move.is_agreed)});
    sql_.execute(
        "update opportunity set process_id = :process, stage_id = :to, stage_entered_at = :now, last_open_stage_id = "
        "case when :closed::boolean and status = 'open' then :from::bigint else last_open_stage_id end, status = "
        ":kind, probability = case when is_probability_typed and not :closed::boolean then probability else "
        ":rate::integer end, is_probability_typed = is_probability_typed and not :closed::boolean, closed_at = case "
        "when :closed::boolean then :now::timestamptz end, closed_on = case when :closed::boolean then :today::date "
        "end, lost_reason = case when :kind in ('lost', 'invalid') then :reason else '' end, version = version + 1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", move.id), bind("process", move.permit.process()),
         bind("from", before.stage), bind("to", to.id), bind("now", ctx_.now()), bind("today", ctx_.today()),
         bind("kind", to.kind), bind("closed", to.kind != "open"), bind("rate", to.probability),
         bind("reason", move.reason)});
}

void Opportunities::move_all(StageId from, StageId to, std::string const& reason) {
    auto const params = database::Params{
        bind("tenant", ctx_.tenant()), bind("from", from),          bind("to", to),
        bind("now", ctx_.now()),       bind("actor", acting(ctx_)), bind("channel", name_of(ctx_.actor().channel)),
        bind("reason", reason)};
    sql_.execute(
        "insert into stage_history (tenant_id, opportunity_id, process_id, from_stage_id, to_stage_id, at, actor_id, "
        "channel, seconds, currency, amount_fen, expected_close_date, reason) select tenant_id, id, process_id, "
        "stage_id, "
        ":to::bigint, :now::timestamptz, :actor::bigint, :channel, greatest(0, floor(extract(epoch from "
        ":now::timestamptz - stage_entered_at)))::bigint, currency, amount_fen, expected_close_date, :reason from "
        "opportunity "
        "where tenant_id = :tenant and stage_id = :from",
        params);
    sql_.execute(
        "update opportunity set stage_id = :to, stage_entered_at = :now, version = version + 1, updated_at = :now "
        "where "
        "tenant_id = :tenant and stage_id = :from",
        {bind("tenant", ctx_.tenant()), bind("from", from), bind("to", to), bind("now", ctx_.now())});
    sql_.execute(
        "update opportunity set last_open_stage_id = :to where tenant_id = :tenant and last_open_stage_id = :from",
        {bind("tenant", ctx_.tenant()), bind("from", from), bind("to", to)});
}

void Opportunities::begin_history(OpportunityId id) {
    sql_.execute(
        "insert into stage_history (tenant_id, opportunity_id, process_id, to_stage_id, at, actor_id, channel, "
        "currency, amount_fen, expected_close_date) select tenant_id, id, process_id, stage_id, created_at, "
        "created_by, :channel, currency, amount_fen, expected_close_date from opportunity where tenant_id = :tenant "
        "and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("channel", name_of(ctx_.actor().channel))});
}

void Opportunities::append_ownership(Ownership const& event) {
    auto const some = [](EmployeeId id) { return id.is_empty() ? std::nullopt : std::optional{id}; };
    sql_.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, from_department_id, "
        "to_department_id, actor_id, channel, reason, at) select :tenant, 'opportunity', :id, :kind, :from::bigint, "
        ":to::bigint, (select main_department_id from employee where tenant_id = :tenant and id = :from::bigint), "
        "(select main_department_id from employee where tenant_id = :tenant and id = :to::bigint), :actor::bigint, "
        ":channel, :reason, :now::timestamptz",
        {bind("tenant", ctx_.tenant()), bind("id", event.id), bind("kind", event.kind), bind("from", some(event.from)),
         bind("to", some(event.to)), bind("actor", acting(ctx_)), bind("channel", name_of(ctx_.actor().channel)),
         bind("reason", event.reason), bind("now", ctx_.now())});
}

Result<LockedOpportunity> lock_permitted(operation::Context& ctx, OpportunityId id, OpportunityNeed need) {
    auto const found = Opportunities{ctx}.lock(id);
    auto const scope = ctx.scope();
    if (!found || !scope.allows("opportunity", operation::Power::read, id.value()))
        return Error{Errc::not_found, "opportunity", "没有这个商机，或您看不到它"};
    if (need == OpportunityNeed::write && !scope.allows("opportunity", operation::Power::write, id.value()))
        return Error{Errc::forbidden, "opportunity_edit",
                     "您可以查看但不能修改商机「" + found->name + "」，请联系它的负责人"};
    return *found;
}

void audit_opportunity(operation::Context& ctx, OpportunityId id, std::string action,
                       std::optional<Opportunity> const& before, std::optional<Opportunity> const& after,
                       std::string reason) {
    auto const json_of = [](std::optional<Opportunity> const& one) {
        if (!one) return json::Document{rapidjson::kObjectType};
        auto written = operation::write_output(*one);
        written.RemoveMember("stage_colour");  // follows the stage
        return written;
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"opportunity", id.value(), std::move(action), changed.before, changed.after, std::move(reason)});
}

}  // namespace wescrm::sales
