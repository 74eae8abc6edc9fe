#include "reminding.hpp"
#include "tasks.hpp"
#include "wishes.hpp"

namespace wescrm::agenda {
namespace {

using database::bind;

constexpr auto useful_for = hours{24};

std::string effect_key(operation::Timer const& timer) {
    return timer.kind + ":" + std::to_string(timer.ref_id) + ":" + std::to_string(timer.occurrence);
}

void say(operation::Context& ctx, Manners const& manners, Reminded one) {
    auto const not_before = moment_for(ctx, manners, one);
    auto& [timer, what] = one;
    auto& allocator = what.data.GetAllocator();
    json::set(what.data, "late_text", lateness(timer.due, ctx.now()), allocator);
    json::set(what.data, "at_text", format_for_people(timer.due, ctx.zone(), ctx.now()), allocator);
    auto notice = operation::Notice{};
    notice.effect_key = effect_key(timer);
    notice.to = what.to;
    notice.kind = what.card;
    notice.data = std::move(what.data);
    notice.expires_after = useful_for;
    notice.not_before = not_before;
    notice.source_kind = timer.ref_kind;
    notice.source_id = timer.ref_id;
    ctx.outbox().tell(notice);
}

std::optional<Reminding> about_task(operation::Context& ctx, operation::Timer const& timer) {
    auto const task = find_task(ctx, TaskId{timer.ref_id});
    if (!task || task->status != "open" || task->remind_at != timer.due) return std::nullopt;
    auto const to = ctx.sql().value<EmployeeId>(
        "select e.id from task t join employee e on e.tenant_id = t.tenant_id and e.id = t.assignee_id where "
        "t.tenant_id = "
        ":tenant and t.id = :id and e.status = 'active'",
        {bind("tenant", ctx.tenant()), bind("id", timer.ref_id)});
    if (!to) return std::nullopt;  // disabled or gone: nothing is pushed to him
    auto data = operation::write_output(*task);
    json::set(data, "due_text", task->due_at ? format_for_people(*task->due_at, ctx.zone(), ctx.now()) : "未定",
              data.GetAllocator());
    auto const is_own = !task->created_by || *task->created_by == task->assignee_user_id;
    return Reminding{*to, "task", "task_reminder", task->title, is_own, std::move(data)};
}

struct Plan {
    sales::CustomerId customer_id;
    std::string customer_name;
    EmployeeId to;
    std::string last_content;
    std::optional<EmployeeId> owner;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (customer_id, customer_name, to, last_content, owner))

// The plan as it stands now: gone if the follow-up or the customer was deleted, or the plan moved.
std::optional<Plan> plan_of(operation::Context& ctx, operation::Timer const& timer) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("id", timer.ref_id), bind("due", timer.due)};
    if (timer.ref_kind == "followup")
        return ctx.sql().record<Plan>(
            "select c.id, c.name, f.author_id, f.content, c.owner_id from followup f join customer c on c.tenant_id = "
            "f.tenant_id "
            "and c.id = f.customer_id "
            "where f.tenant_id = :tenant and f.id = :id and f.next_contact_at = :due and f.deleted_at is null and "
            "c.deleted_at is null",
            params);
    if (timer.ref_kind == "opportunity")
        return ctx.sql().record<Plan>(
            "select c.id, c.name, p.owner_id, p.name, p.owner_id from opportunity p join customer c on c.tenant_id = "
            "p.tenant_id and c.id = p.customer_id where p.tenant_id = :tenant and p.id = :id and p.next_contact_at = "
            ":due and p.status = 'open' and p.deleted_at is null and c.deleted_at is null",
            params);
    return ctx.sql().record<Plan>(
        "select id, name, owner_id, remark, owner_id from customer where tenant_id = :tenant and id = :id and "
        "next_contact_at = "
        ":due and owner_id is not "
        "null and deleted_at is null",
        params);
}

struct LeadPlan {
    std::string id;
    std::string name;
    std::string company;
    EmployeeId to;
    std::string last_content;
};
BOOST_DESCRIBE_STRUCT(LeadPlan, (), (id, name, company, to, last_content))

// The same of a lead: its owner is reminded as long as it is open and his.
std::optional<LeadPlan> lead_plan_of(operation::Context& ctx, operation::Timer const& timer) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("id", timer.ref_id), bind("due", timer.due)};
    auto const is_open = " and e.status = 'active' and l.deleted_at is null and l.status in ('pending', 'following')";
    if (timer.ref_kind == "followup")
        return ctx.sql().record<LeadPlan>(
            std::string{"select l.id, l.name, l.company, e.id, f.content from followup f join lead l on l.tenant_id = "
                        "f.tenant_id and l.id = f.target_id and f.target_type = 'lead' join employee e on e.tenant_id "
                        "= l.tenant_id and e.id = l.owner_id where f.tenant_id = :tenant and f.id = :id and "
                        "f.next_contact_at = :due and f.deleted_at is null"} +
                is_open,
            params);
    if (timer.ref_kind != "lead") return std::nullopt;
    return ctx.sql().record<LeadPlan>(
        std::string{"select l.id, l.name, l.company, e.id, l.remark from lead l join employee e on e.tenant_id = "
                    "l.tenant_id and e.id = l.owner_id where l.tenant_id = :tenant and l.id = :id and "
                    "l.next_contact_at = :due"} +
            is_open,
        params);
}

std::optional<Reminding> about_lead(operation::Context& ctx, operation::Timer const& timer) {
    auto const plan = lead_plan_of(ctx, timer);
    if (!plan) return std::nullopt;
    auto data = operation::write_output(*plan);
    data.RemoveMember("to");
    return Reminding{plan->to, "lead", "next_contact_lead", "联系线索 " + plan->name, true, std::move(data)};
}

// Whoever made the plan may have lost the customer, or left.
bool may_be_told(operation::Context& ctx, EmployeeId who, Plan const& plan) {
    auto const actor = operation::load_actor(ctx.sql(), ctx.tenant(), who, operation::Channel::timer);
    return actor && (who == plan.owner ||
                     ctx.scope_of(*actor).allows("customer", operation::Power::read, plan.customer_id.value()));
}

// The author's plan; if he may not be told any more, it is the owner's.
std::optional<Reminding> about_contact(operation::Context& ctx, operation::Timer const& timer) {
    auto const plan = timer.ref_kind == "lead" ? std::nullopt : plan_of(ctx, timer);
    if (!plan) return about_lead(ctx, timer);
    auto data = operation::write_output(*plan);
    for (auto const* internal : {"to", "owner"}) data.RemoveMember(internal);
    auto title = "联系 " + plan->customer_name;
    if (may_be_told(ctx, plan->to, *plan))
        return Reminding{plan->to, "contact", "next_contact", std::move(title), true, std::move(data)};
    if (plan->owner && *plan->owner != plan->to && may_be_told(ctx, *plan->owner, *plan))
        return Reminding{*plan->owner, "contact", "next_contact", std::move(title), false, std::move(data)};
    return std::nullopt;
}

struct Waiting {
    std::string id;
    std::string name;
    std::string customer_name;
    std::string stage_name;
    EmployeeId to;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (id, name, customer_name, stage_name, to))

// An opportunity that is still in the stage that wanted its owner reminded: leaving it takes the timer away.
std::optional<Reminding> about_stage(operation::Context& ctx, operation::Timer const& timer) {
    auto const waiting = ctx.sql().record<Waiting>(
        "select p.id, p.name, c.name, g.name, e.id from opportunity p join customer c on c.tenant_id = p.tenant_id and "
        "c.id = p.customer_id join sales_stage g on g.tenant_id = p.tenant_id and g.id = p.stage_id join employee e on "
        "e.tenant_id = p.tenant_id and e.id = p.owner_id and e.status = 'active' where p.tenant_id = :tenant and p.id "
        "= :id and p.deleted_at is null",
        {bind("tenant", ctx.tenant()), bind("id", timer.ref_id)});
    if (!waiting) return std::nullopt;
    auto data = operation::write_output(*waiting);
    data.RemoveMember("to");
    return Reminding{
        waiting->to, "contact",      "stage_reminder", "商机 " + waiting->name + " 在「" + waiting->stage_name + "」",
        false,       std::move(data)};
}

Result<void> remind(operation::Context& ctx, operation::Timer const& timer) {
    auto what = reminding_of(ctx, timer);
    if (!what) return {};
    auto const to = what->to;
    auto const manners = manners_of(ctx, to);
    auto list = take_others(ctx, timer, to);
    list.insert(list.begin(), Reminded{timer, std::move(*what)});
    std::erase_if(list, [&manners](Reminded const& one) { return !manners.hears(one.what.kind); });
    if (list.empty()) return {};
    if (!spend(ctx, to, manners.budget))
        hold(ctx, to, manners, list);
    else if (list.size() == 1)
        say(ctx, manners, std::move(list.front()));
    else
        say_together(ctx, "reminders_due", effect_key(timer), to, manners, list);
    return {};
}

}  // namespace

std::optional<Reminding> reminding_of(operation::Context& ctx, operation::Timer const& timer) {
    if (timer.kind == "task_reminder") return about_task(ctx, timer);
    return timer.kind == "stage_reminder" ? about_stage(ctx, timer) : about_contact(ctx, timer);
}

std::map<std::string, TimerHandler> timer_handlers(ReminderConfig const& config) {
    auto handlers = std::map<std::string, TimerHandler>{};
    for (auto const& kind : missable_kinds()) handlers.emplace(kind, remind);
    add_morning(handlers, config);
    return handlers;
}

std::vector<std::string> missable_kinds() { return {"task_reminder", "next_contact", "stage_reminder"}; }

}  // namespace wescrm::agenda
