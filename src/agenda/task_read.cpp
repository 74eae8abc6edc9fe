#include "tasks.hpp"

#include <wescrm/operation/paging.hpp>
#include <wescrm/sales/date_field.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::agenda {
namespace {

using database::bind;
using operation::Power;
using operation::SortField;

struct TaskRow : Task {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(TaskRow, (Task), (sort_key))

struct Condition {
    std::string sql;
    database::Params params;
    template <class T>
    void add(std::string_view more, std::string name, T const& value) {
        sql += " and " + std::string{more};
        params.add(database::named(std::move(name), value));
    }
};

Condition seen_by(operation::Context& ctx) {
    auto const scope = ctx.scope().rows("task", Power::read, "t");
    auto condition = Condition{" and " + scope.sql, {}};
    condition.params = {bind("tenant", ctx.tenant())};
    condition.params.add(scope.params);
    return condition;
}

std::string contains(std::string_view typed) {
    auto pattern = std::string{"%"};
    for (auto c : typed) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

// The tasks of a lead stand at the customer that it became, too.
void add_target(Condition& condition, ListTasks const& input) {
    auto const is_customer = input.target_type == sales::TargetType::customer && input.target_id;
    if (is_customer)
        return condition.add(
            "((t.target_type = 'customer' and t.target_id = :target_id) or (t.target_type = 'lead' and t.target_id in "
            "(select l.id from lead l where l.tenant_id = :tenant and l.customer_id = :target_id and l.deleted_at is "
            "null)))",
            "target_id", *input.target_id);
    if (input.target_type)
        condition.add("t.target_type = :target_type", "target_type",
                      boost::describe::enum_to_string(*input.target_type, ""));
    if (input.target_id) condition.add("t.target_id = :target_id", "target_id", *input.target_id);
}

std::vector<Task> own_open_tasks(operation::Context& ctx, std::string_view condition, Instant from, Instant to) {
    return ctx.sql().records<Task>(
        "select " + task_columns + task_joins + " and t.owner_id = :me and t.status = 'open' and " +
            std::string{condition} + " order by coalesce(t.due_at, t.remind_at), t.id limit 200",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("from", from), bind("to", to)});
}

std::vector<PlannedContact> own_contacts(operation::Context& ctx, std::string_view condition, Instant from,
                                         Instant to) {
    return ctx.sql().records<PlannedContact>(
        "select id, name, next_contact_at from customer where tenant_id = :tenant and owner_id = :me and deleted_at is "
        "null and "
        "next_contact_at is not null and " +
            std::string{condition} + " order by next_contact_at, id limit 200",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("from", from), bind("to", to)});
}

std::vector<PlannedLead> own_leads(operation::Context& ctx, std::string_view condition, Instant from, Instant to) {
    return ctx.sql().records<PlannedLead>(
        "select id, name, next_contact_at from lead where tenant_id = :tenant and owner_id = :me and deleted_at is "
        "null and status in ('pending', 'following') and next_contact_at is not null and " +
            std::string{condition} + " order by next_contact_at, id limit 200",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("from", from), bind("to", to)});
}

}  // namespace

std::string const task_columns =
    "t.id, t.title, t.due_at, t.remind_at, e.user_id, e.name, t.status, t.target_type, t.target_id, c.name, t.version, "
    "t.created_at, "
    "t.updated_at, k.user_id";
std::string const task_joins =
    " from (select task.*, task.assignee_id as owner_id from task) t join employee e on e.tenant_id = t.tenant_id and "
    "e.id = t.assignee_id left "
    "join employee k on k.tenant_id = t.tenant_id and k.id = t.created_by left join contact p on p.tenant_id = "
    "t.tenant_id and t.target_type = 'contact' and p.id = t.target_id left join opportunity b on b.tenant_id = "
    "t.tenant_id and t.target_type = 'opportunity' and b.id = t.target_id left join customer c on c.tenant_id = "
    "t.tenant_id and c.id = case t.target_type when 'customer' then t.target_id when 'contact' then p.customer_id when "
    "'opportunity' then b.customer_id end where t.tenant_id = :tenant";

std::optional<Task> find_task(operation::Context& ctx, TaskId id) {
    return ctx.sql().record<Task>("select " + task_columns + task_joins + " and t.id = :id",
                                  {bind("tenant", ctx.tenant()), bind("id", id)});
}

bool may_touch(operation::Context& ctx, Task const& task, Power power) {
    return ctx.scope().allows("task", power, task.id.value());
}

Error no_task() { return {Errc::not_found, "task", "没有这个任务，或您看不到它"}; }

Result<Task> show_task(operation::Context& ctx, OneTask const& input) {
    auto const task = find_task(ctx, input.id);
    if (!task || !may_touch(ctx, *task, Power::read)) return no_task();
    return *task;
}

Result<TaskPage> list_tasks(operation::Context& ctx, ListTasks const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"due_at", "coalesce(t.due_at, 'infinity')", "timestamptz"},
                                                 {"created_at", "t.created_at", "timestamptz"},
                                                 {"updated_at", "t.updated_at", "timestamptz"}},
                                                "due_at", "t.id");
    if (!paging) return paging.error();
    auto const dated = sales::date_column(
        input.date_field, {{"created_at", "t.created_at"}, {"due_at", "t.due_at"}, {"remind_at", "t.remind_at"}});
    if (!dated) return dated.error();
    auto condition = seen_by(ctx);
    if (input.q) condition.add("t.title like :q", "q", contains(*input.q));
    if (input.owner) condition.add("e.user_id = :owner", "owner", *input.owner);
    if (input.department)
        condition.add(
            "exists (select 1 from employee_department m join department d on d.tenant_id = m.tenant_id and d.id = "
            "m.department_id where "
            "m.tenant_id = :tenant and m.employee_id = t.assignee_id and :department = any(d.path))",
            "department", *input.department);
    if (input.status) condition.add("t.status = :status", "status", boost::describe::enum_to_string(*input.status, ""));
    if (input.overdue) condition.add("t.status = 'open' and t.due_at < :overdue_at", "overdue_at", ctx.now());
    add_target(condition, input);
    if (input.from) condition.add(*dated + " >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) condition.add(*dated + " < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    auto const after = paging->after();
    condition.params.add(after.params);
    auto rows = ctx.sql().records<TaskRow>("select " + task_columns + ", " + paging->key_column() + task_joins +
                                               condition.sql + after.sql + paging->order(),
                                           condition.params);
    auto page = TaskPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

Result<Today> today(operation::Context& ctx, AskToday const&) {
    auto const from = ctx.zone().start_of(ctx.today());
    auto const to = ctx.zone().start_of(add_days(ctx.today(), 1));
    auto plan = Today{};
    plan.overdue = own_open_tasks(ctx, "t.due_at < :from and :to::timestamptz is not null", from, to);
    plan.due = own_open_tasks(ctx,
                              "((t.due_at >= :from and t.due_at < :to) or (coalesce(t.due_at, :to) >= :from and "
                              "t.remind_at >= :from and t.remind_at < :to))",
                              from, to);
    auto const is_planned = std::string_view{"next_contact_at >= :from and next_contact_at < :to"};
    auto const is_overdue = std::string_view{
        "next_contact_at < :from and :to::timestamptz is not null and coalesce(last_follow_at < next_contact_at, "
        "true)"};
    plan.contacts = own_contacts(ctx, is_planned, from, to);
    plan.overdue_contacts = own_contacts(ctx, is_overdue, from, to);
    plan.leads = own_leads(ctx, is_planned, from, to);
    plan.overdue_leads = own_leads(ctx, is_overdue, from, to);
    return plan;
}

}  // namespace wescrm::agenda
