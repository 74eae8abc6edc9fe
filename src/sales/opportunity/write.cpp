#include "contact_links.hpp"
#include "customers.hpp"
#include "followups.hpp"
#include "opportunity/entry.hpp"
#include "opportunity/opportunities.hpp"
#include "opportunity/permit.hpp"
#include "opportunity/process_scope.hpp"
#include "opportunity/processes.hpp"
#include "trade/unit_prices.hpp"

#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/deal_status.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/undo.hpp>

#include <algorithm>

// Opportunities made, changed, deleted and restored.
namespace wescrm::sales {
namespace {

using database::bind;

Result<EmployeeId> owner_for(operation::Context& ctx, std::optional<UserId> const& wanted) {
    if (!wanted || *wanted == ctx.actor().user_id) {
        if (ctx.actor().is_system()) return invalid_field("owner_user_id", "必填");
        return ctx.actor().employee;
    }
    if (!ctx.may("opportunity.transfer"))
        return Error{Errc::forbidden, "opportunity.transfer", "您没有为他人新建商机的权限"};
    auto const owner = active_employee(ctx, *wanted);
    if (!owner) return invalid_field("owner_user_id", "没有这位在职员工");
    return *owner;
}

Result<void> insist_contact(operation::Context& ctx, CustomerId customer, ContactId contact, std::string const& field) {
    if (!works_at(ctx, contact, customer)) return invalid_field(field, "这个客户没有这位联系人");
    return {};
}

bool is_product(operation::Context& ctx, RecordId id) {
    return ctx.sql()
        .value<int>("select 1 from product where tenant_id = :tenant and id = :id",
                    {bind("tenant", ctx.tenant()), bind("id", id)})
        .has_value();
}

Result<void> check_lines(operation::Context& ctx, std::vector<LineInput> const& lines) {
    for (std::size_t at = 0; at < lines.size(); ++at) {
        auto const field = "lines[" + std::to_string(at) + "].";
        auto const quantity = lines[at].quantity.value_or(1);
        auto const discount = lines[at].discount_percent.value_or(0);
        if (lines[at].product_id && !is_product(ctx, *lines[at].product_id))
            return invalid_field(field + "product_id", "没有这个产品");
        if (quantity < 0.001 || quantity > 100'000'000) return invalid_field(field + "quantity", "数量应大于 0");
        if (discount < 0 || discount > 100) return invalid_field(field + "discount_percent", "折扣应在 0 到 100 之间");
        auto const price = given_price(lines[at].price_fen, lines[at].price_e4, field + "price_fen");
        if (!price) return price.error();
        if (!*price) return invalid_field(field + "price_fen", "必填");
        if (**price < UnitPrice{}) return invalid_field(field + "price_fen", "单价不能小于 0");
        // So that neither a subtotal nor a sum of them can overflow.
        auto const fen = (*price)->rounded().fen();
        if (fen > 1'000'000'000'00 || static_cast<double>(fen) * quantity > 1e14)
            return invalid_field(field + "price_fen", "金额过大");
    }
    return {};
}

Result<void> check_contacts(operation::Context& ctx, CustomerId customer, std::vector<ContactInput> const& contacts) {
    for (std::size_t at = 0; at < contacts.size(); ++at)
        if (auto const good = insist_contact(ctx, customer, contacts[at].contact_id,
                                             "contacts[" + std::to_string(at) + "].contact_id");
            !good)
            return good.error();
    return {};
}

struct Start {
    Process process;
    Stage stage;
};

// Where a new one begins: the process that was named, or that of the owner's department, or the default one.
Result<Start> start_of(operation::Context& ctx, CreateOpportunity const& input, EmployeeId owner) {
    auto processes = Processes{ctx};
    auto const place = ProcessPlace{owner, input.customer_id};
    auto const id = input.process_id ? input.process_id : start_process(ctx, place);
    auto const process = id ? processes.find(*id) : std::nullopt;
    if (!process) return invalid_field("process_id", "没有这个销售流程");
    if (!process->enabled) return invalid_field("process_id", "这个销售流程已停用");
    if (input.process_id)
        if (auto const open = check_open(ctx, *id, place); !open) return open.error();
    auto const stages = processes.stages(*id);
    auto const found = input.stage_id ? std::ranges::find(stages, *input.stage_id, &Stage::id) : stages.begin();
    if (found == stages.end()) return invalid_field("stage_id", "这个销售流程没有这个阶段");
    if (found->kind != "open") return invalid_field("stage_id", "新商机应从进行中的阶段开始");
    // Beginning at the beginning is no move.
    if (found != stages.begin())
        if (auto const may = permit_start(ctx, *found); !may) return may.error();
    return Start{*process, *found};
}

Result<void> check_new(operation::Context& ctx, CreateOpportunity const& input) {
    auto const customer = lock_permitted(ctx, input.customer_id, Need::read);
    if (!customer || customer->is_deleted) return invalid_field("customer_id", "没有这个客户，或您看不到它");
    if (input.amount_fen && *input.amount_fen < Money{}) return invalid_field("amount_fen", "商机金额不能小于 0");
    if (input.contact_id)
        if (auto const good = insist_contact(ctx, input.customer_id, *input.contact_id, "contact_id"); !good)
            return good.error();
    if (input.next_contact_at && *input.next_contact_at <= ctx.now())
        return invalid_field("next_contact_at", "下次联系时间应晚于现在");
    if (auto const good = check_lines(ctx, input.lines); !good) return good.error();
    return check_contacts(ctx, input.customer_id, input.contacts);
}

// The fields that are columns of their own; what is absent stays.
void update_fields(operation::Context& ctx, ChangeOpportunity const& input) {
    auto const text = [](operation::Patch<std::string> const& patch) {
        return patch.is_present ? std::optional{patch.value.value_or("")} : std::nullopt;
    };
    ctx.sql().execute(
        "update opportunity set name = coalesce(:name, name), source = coalesce(:source, source), competitor = "
        "coalesce(:competitor, competitor), remark = coalesce(:remark, remark), contact_id = case when "
        ":has_contact::boolean then :contact::bigint else contact_id end, expected_close_date = case when "
        ":has_expected::boolean then :expected::date else expected_close_date end, main_lead_id = case when "
        ":has_lead::boolean then :lead::bigint else main_lead_id end, next_contact_at = case when :has_next::boolean "
        "then :next::timestamptz else next_contact_at end, version = version + 1, updated_at = :now where tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now()), bind("name", input.name),
         bind("source", text(input.source)), bind("competitor", text(input.competitor)),
         bind("remark", text(input.remark)), bind("has_contact", input.contact_id.is_present),
         bind("contact", input.contact_id.value), bind("has_expected", input.expected_close_date.is_present),
         bind("expected", input.expected_close_date.value), bind("has_lead", input.main_lead_id.is_present),
         bind("lead", input.main_lead_id.value), bind("has_next", input.next_contact_at.is_present),
         bind("next", input.next_contact_at.value)});
}

// Typed, or what follows from the lines and the stage.
void update_figures(operation::Context& ctx, ChangeOpportunity const& input) {
    ctx.sql().execute(
        "update opportunity p set is_amount_typed = case when :has_amount::boolean then :amount::bigint is not null "
        "else is_amount_typed end, amount_fen = case when not :has_amount::boolean then amount_fen when "
        ":amount::bigint is not null then :amount::bigint else (select coalesce(sum(l.subtotal_fen), 0) from "
        "opportunity_line l where l.tenant_id = :tenant and l.opportunity_id = :id) end, is_probability_typed = case "
        "when :has_rate::boolean then :rate::integer is not null else is_probability_typed end, probability = case "
        "when not :has_rate::boolean then probability else coalesce(:rate::integer, (select g.probability from "
        "sales_stage g where g.tenant_id = :tenant and g.id = p.stage_id)) end where p.tenant_id = :tenant and p.id = "
        ":id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("has_amount", input.amount_fen.is_present),
         bind("amount", input.amount_fen.value), bind("has_rate", input.probability.is_present),
         bind("rate", input.probability.value)});
}

Result<void> check_change(operation::Context& ctx, ChangeOpportunity const& input, LockedOpportunity const& locked) {
    if (input.amount_fen.value && *input.amount_fen.value < Money{})
        return invalid_field("amount_fen", "商机金额不能小于 0");
    if (locked.status == "won" && input.amount_fen.value && *input.amount_fen.value == Money{})
        return invalid_field("amount_fen", "赢单商机的金额应大于 0");
    if (input.contact_id.value)
        if (auto const good = insist_contact(ctx, locked.customer, *input.contact_id.value, "contact_id"); !good)
            return good.error();
    if (input.next_contact_at.value && *input.next_contact_at.value <= ctx.now())
        return invalid_field("next_contact_at", "下次联系时间应晚于现在");
    if (input.lines)
        if (auto const good = check_lines(ctx, *input.lines); !good) return good.error();
    if (input.contacts)
        if (auto const good = check_contacts(ctx, locked.customer, *input.contacts); !good) return good.error();
    return {};
}

// A number cannot stay what it is in another currency.
Result<void> take_currency(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked,
                           Process const& process) {
    if (locked.currency == process.currency) return {};
    auto const has_lines = ctx.sql().value<int>(
        "select 1 from opportunity_line where tenant_id = :tenant and opportunity_id = :id limit 1",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (has_lines || locked.amount != Money{})
        return invalid_field("process_id", "流程「" + process.name + "」的币种是 " + process.currency +
                                               "，这个商机的金额是 " + locked.currency +
                                               "；请先把金额改为 0 并清空产品明细，换流程后再按新币种填写");
    ctx.sql().execute("update opportunity set currency = :currency where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id), bind("currency", process.currency)});
    return {};
}

// Another process: the stage in it is named by whoever changes it.
Result<void> change_process_of(operation::Context& ctx, ChangeOpportunity const& input,
                               LockedOpportunity const& locked) {
    if (locked.status != "open")
        return Error{Errc::conflict, "closed", "商机「" + locked.name + "」已关闭，不能再换销售流程"};
    if (!input.stage_id) return invalid_field("stage_id", "换销售流程时请指定新流程里的阶段");
    auto const process = Processes{ctx}.find(*input.process_id);
    if (!process || !process->enabled) return invalid_field("process_id", "没有这个销售流程，或它已停用");
    if (auto const open = check_open(ctx, *input.process_id, {locked.owner, locked.customer}); !open)
        return open.error();
    auto const stages = Processes{ctx}.stages(*input.process_id);
    auto const found = std::ranges::find(stages, *input.stage_id, &Stage::id);
    if (found == stages.end() || found->kind != "open") return invalid_field("stage_id", "应为新流程里进行中的阶段");
    auto const permit = permit_move(ctx, locked, *input.process_id, *found);
    if (!permit) return permit.error();
    if (auto const taken = take_currency(ctx, input.id, locked, *process); !taken) return taken.error();
    enter_stage(ctx, {input.id, *permit, input.reason.value_or("更换销售流程")}, locked);
    return {};
}

Result<void> change_stage(operation::Context& ctx, ChangeOpportunity const& input, LockedOpportunity const& locked) {
    auto const moves = (input.stage_id && *input.stage_id != locked.stage) ||
                       (input.process_id && *input.process_id != locked.process);
    if (!moves) return {};
    if (!ctx.may("opportunity.advance")) return operation::no_permission("opportunity.advance");
    if (input.process_id && *input.process_id != locked.process) return change_process_of(ctx, input, locked);
    return step(ctx, {input.id, *input.stage_id, input.reason}, locked);
}

void remind(operation::Context& ctx, OpportunityId id, std::optional<Instant> at) {
    ctx.timers().cancel("opportunity", id.value(), "next_contact");
    if (at) ctx.timers().schedule({"next_contact", "opportunity", id.value(), *at});
}

}  // namespace

Result<OpportunityDetail> create_opportunity(operation::Context& ctx, CreateOpportunity const& input) {
    if (auto const good = check_new(ctx, input); !good) return good.error();
    auto const owner = owner_for(ctx, input.owner_user_id);
    if (!owner) return owner.error();
    auto const start = start_of(ctx, input, *owner);
    if (!start) return start.error();
    auto opportunities = Opportunities{ctx};
    auto const id = opportunities.insert(input, *owner, start->process, start->stage);
    opportunities.put_lines(id, input.lines);
    opportunities.put_contacts(id, input.contacts);
    opportunities.put_leads(id, input.secondary_lead_ids);
    auto const is_asked_for = !input.main_lead_id;  // not what a lead becomes
    auto const kept =
        write_custom(ctx, {"opportunity", "opportunity", id.value(), is_asked_for}, input.custom, CustomWrite::create);
    if (!kept) return kept.error();
    begin_in_stage(ctx, id, start->stage);
    opportunities.append_ownership({id, *owner == ctx.actor().employee ? "create" : "assign", {}, *owner, ""});
    recompute_due(ctx, PoolObject::customer, {input.customer_id.value()});
    if (input.next_contact_at) remind(ctx, id, input.next_contact_at);
    auto const made = opportunities.find(id).value();
    audit_opportunity(ctx, id, "opportunity.create", std::nullopt, made);
    remember_for_undo(ctx, {0, "opportunity", id.value(), "create", made.version, "新建商机 " + made.name, "{}"});
    return opportunities.detail(id);
}

Result<OpportunityDetail> change_opportunity(operation::Context& ctx, ChangeOpportunity const& input) {
    auto const locked = lock_permitted(ctx, input.id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机在回收站里，请先恢复"};
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    if (auto const good = check_change(ctx, input, *locked); !good) return good.error();
    auto opportunities = Opportunities{ctx};
    auto const before = opportunities.find(input.id);
    if (input.team) {
        auto team = operation::Team{ctx, {"opportunity", input.id.value(), locked->name, locked->owner}};
        if (auto const done = team.replace(*input.team); !done) return done.error();
    }
    update_fields(ctx, input);
    if (input.lines) opportunities.put_lines(input.id, *input.lines);
    update_figures(ctx, input);
    if (input.contacts) opportunities.put_contacts(input.id, *input.contacts);
    if (input.secondary_lead_ids) opportunities.put_leads(input.id, *input.secondary_lead_ids);
    auto const kept =
        write_custom(ctx, {"opportunity", "opportunity", input.id.value()}, input.custom, CustomWrite::change);
    if (!kept) return kept.error();
    if (auto const moved = change_stage(ctx, input, *locked); !moved) return moved.error();
    if (input.next_contact_at.is_present) remind(ctx, input.id, input.next_contact_at.value);
    auto const after = opportunities.find(input.id).value();
    audit_opportunity(ctx, input.id, "opportunity.change", before, after);
    remember_for_undo(ctx, {0, "opportunity", input.id.value(), "change", after.version, "修改商机 " + after.name,
                            json::write(operation::write_output(*before))});
    return opportunities.detail(input.id);
}

Result<Nothing> delete_opportunity(operation::Context& ctx, OneOpportunity const& input) {
    auto const locked = lock_permitted(ctx, input.id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机已在回收站里"};
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    auto const before = Opportunities{ctx}.find(input.id);
    ctx.sql().execute(
        "update opportunity set deleted_at = :now, deleted_by = :me::bigint, updated_at = :now, version = version + 1 "
        "where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    ctx.timers().cancel("opportunity", input.id.value());
    ctx.outbox().cancel("opportunity", input.id.value());
    if (locked->status == "won") recompute_deal_status(ctx, locked->customer);
    recompute_due(ctx, PoolObject::customer, {locked->customer.value()});
    audit_opportunity(ctx, input.id, "opportunity.delete", before, std::nullopt);
    return Nothing{};
}

Result<OpportunityDetail> restore_opportunity(operation::Context& ctx, OneOpportunity const& input) {
    auto const locked = lock_permitted(ctx, input.id, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (!locked->is_deleted) return Error{Errc::conflict, "not_deleted", "这个商机不在回收站里"};
    if (auto const customer = Customers{ctx}.lock(locked->customer); customer && customer->is_deleted)
        return Error{Errc::conflict, "customer_deleted", "它的客户「" + customer->name + "」在回收站里，请先恢复客户"};
    ctx.sql().execute(
        "update opportunity set deleted_at = null, deleted_by = null, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant "
        "and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    if (locked->status == "won") recompute_deal_status(ctx, locked->customer);
    recompute_due(ctx, PoolObject::customer, {locked->customer.value()});
    audit_opportunity(ctx, input.id, "opportunity.restore", std::nullopt, Opportunities{ctx}.find(input.id));
    return Opportunities{ctx}.detail(input.id);
}

}  // namespace wescrm::sales
