#include "tasks.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/agenda/reminders.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/task_row.hpp>
#include <wescrm/sales/undo.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::agenda {
namespace {

using database::bind;
using operation::Power;

Result<EmployeeId> assignee_for(operation::Context& ctx, std::optional<UserId> const& wanted) {
    if (!wanted || *wanted == ctx.actor().user_id) {
        if (ctx.actor().is_system()) return invalid_field("assignee_user_id", "必填");
        return ctx.actor().employee;
    }
    if (!ctx.may("task.assign")) return Error{Errc::forbidden, "task.assign", "您没有给他人派任务的权限"};
    auto const found = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", *wanted)});
    if (!found) return invalid_field("assignee_user_id", "没有这位在职员工");
    return *found;
}

Result<void> check_target(operation::Context& ctx, CreateTask const& input) {
    if (input.target_type.has_value() != input.target_id.has_value())
        return invalid_field("target_id", "对象类型和对象要一起填写");
    if (!input.target_type) return {};
    if (is_document(*input.target_type)) return invalid_field("target_type", "任务可以关联客户、联系人、商机或线索");
    auto const kind = std::string{boost::describe::enum_to_string(*input.target_type, "")};
    if (!ctx.scope().allows(kind, operation::Power::read, input.target_id->value()))
        return invalid_field("target_id", "没有这个对象，或您看不到它");
    return {};
}

// When somebody is to be reminded: at an instant, or some minutes before the task is due.
Result<std::optional<Instant>> reminder_of(operation::Context& ctx, std::optional<Instant> at,
                                           std::optional<std::int64_t> before, std::optional<Instant> due) {
    if (!before) return at;
    if (at) return invalid_field("remind_before_minutes", "提醒时间和提前多久提醒填写其中一个");
    if (!due) return invalid_field("due_at", "要提前提醒，请填写截止时间");
    auto const reminded = *due - minutes{*before};
    if (reminded <= ctx.now()) return invalid_field("remind_before_minutes", "这个提醒时间已经过去，请缩短提前量");
    return std::optional{reminded};
}

// A task that is moved takes its reminder along: as long before it as it was.
std::optional<Instant> moved_reminder(Task const& before, std::optional<Instant> due) {
    if (before.remind_at == before.due_at) return due;
    if (!before.remind_at || !before.due_at || !due || *before.remind_at > *before.due_at) return before.remind_at;
    return *due - (*before.due_at - *before.remind_at);
}

void set_reminder(operation::Context& ctx, TaskId id, std::optional<Instant> at) {
    if (at)
        ctx.timers().schedule({"task_reminder", "task", id.value(), *at});
    else
        ctx.timers().cancel("task", id.value(), "task_reminder");
}

void tell_assigned(operation::Context& ctx, Task const& task, EmployeeId to) {
    sales::tell_assigned(ctx, {task.id.value(), task.version, task.due_at, to}, operation::write_output(task));
}

// Who closed the task and when, as a second one who wants to is told: "已由 李雷 于 14:03 完成".
Error closed_already(operation::Context& ctx, Task const& task, std::string reason, std::string_view verb) {
    auto const last = ctx.sql().row<std::optional<std::string>, Instant>(
        "select e.name, a.at from audit_log a left join employee e on e.tenant_id = a.tenant_id and e.id = a.actor_id "
        "where a.tenant_id = :tenant and a.object = 'task' and a.object_id = :id and a.action in ('task.complete', "
        "'task.cancel') order by a.at desc limit 1",
        {bind("tenant", ctx.tenant()), bind("id", task.id)});
    auto words = "任务「" + task.title + "」已";
    if (last)
        words += "由 " + std::get<0>(*last).value_or("系统") + " 于 " +
                 format_for_people(std::get<1>(*last), ctx.zone(), ctx.now()) + " ";
    return {Errc::conflict, std::move(reason), words + std::string{verb}};
}

// The open task, locked, that the actor may change.
Result<Task> open_task(operation::Context& ctx, TaskId id, std::optional<std::int64_t> version) {
    ctx.sql().execute("select 1 from task where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto const task = find_task(ctx, id);
    if (!task || !may_touch(ctx, *task, Power::read)) return no_task();
    if (!may_touch(ctx, *task, Power::write))
        return Error{Errc::forbidden, "task_edit", "您可以查看但不能修改这个任务"};
    if (version && *version != task->version) return Error{Errc::stale, "version", "这个任务刚被修改过，请刷新后再改"};
    if (task->status == "done") return closed_already(ctx, *task, "task_done", "完成");
    if (task->status == "cancelled") return closed_already(ctx, *task, "task_cancelled", "取消");
    return *task;
}

void remember(operation::Context& ctx, Task const& before, Task const& after, std::string const& verb) {
    sales::remember_for_undo(ctx, {0, "task", after.id.value(), "change", after.version, verb + " " + after.title,
                                   json::write(operation::write_output(before))});
}

Result<Task> close(operation::Context& ctx, OneTask const& input, TaskStatus status, std::string action,
                   std::string const& verb) {
    auto const before = open_task(ctx, input.id, input.version);
    if (!before) return before.error();
    ctx.sql().execute(
        "update task set status = :status, done_at = :now, updated_at = :now, version = version + 1 where tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id),
         bind("status", boost::describe::enum_to_string(status, "")), bind("now", ctx.now())});
    cancel_reminder(ctx, input.id);
    auto const after = find_task(ctx, input.id).value();
    audit_task(ctx, input.id, std::move(action), *before, after);
    remember(ctx, *before, after, verb);
    return after;
}

}  // namespace

void cancel_reminder(operation::Context& ctx, TaskId id) {
    ctx.timers().cancel("task", id.value());
    ctx.outbox().cancel("task", id.value());
}

void audit_task(operation::Context& ctx, TaskId id, std::string action, std::optional<Task> const& before,
                std::optional<Task> const& after) {
    auto const json_of = [](std::optional<Task> const& task) {
        return task ? operation::write_output(*task) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"task", id.value(), std::move(action), changed.before, changed.after, ""});
}

Result<Task> create_task(operation::Context& ctx, CreateTask const& input) {
    auto const asked = reminder_of(ctx, input.remind_at, input.remind_before_minutes, input.due_at);
    if (!asked) return asked.error();
    auto const remind_at = *asked ? *asked : input.due_at;
    if (input.remind_at && *input.remind_at <= ctx.now()) return invalid_field("remind_at", "提醒时间应晚于现在");
    auto const assignee = assignee_for(ctx, input.assignee_user_id);
    if (!assignee) return assignee.error();
    if (auto const right = check_target(ctx, input); !right) return right.error();
    auto const type = input.target_type
                          ? std::optional<std::string>{boost::describe::enum_to_string(*input.target_type, "")}
                          : std::nullopt;
    auto const target = input.target_id ? std::optional{input.target_id->value()} : std::nullopt;
    auto const id = TaskId{sales::insert_task(ctx, {input.title, input.due_at, remind_at, *assignee, type, target})};
    auto const made = find_task(ctx, id).value();
    audit_task(ctx, id, "task.create", std::nullopt, made);
    if (*assignee != ctx.actor().employee) tell_assigned(ctx, made, *assignee);
    sales::remember_for_undo(ctx, {0, "task", id.value(), "create", made.version, "新建任务 " + made.title, "{}"});
    return made;
}

Result<Task> change_task(operation::Context& ctx, ChangeTask const& input) {
    if (input.status == TaskStatus::done) return complete_task(ctx, {input.id, input.version});
    if (input.status == TaskStatus::cancelled) return cancel_task(ctx, {input.id, input.version});
    auto const before = open_task(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const due_at = input.due_at.is_present ? input.due_at.value : before->due_at;
    auto const asked = reminder_of(ctx, input.remind_at.value, input.remind_before_minutes, due_at);
    if (!asked) return asked.error();
    auto remind_at = input.remind_at.is_present ? input.remind_at.value : before->remind_at;
    if (*asked)
        remind_at = *asked;
    else if (input.due_at.is_present && !input.remind_at.is_present)
        remind_at = moved_reminder(*before, due_at);
    auto const has_new_reminder = remind_at != before->remind_at;
    if (has_new_reminder && input.remind_at.is_present && remind_at && *remind_at <= ctx.now())
        return invalid_field("remind_at", "提醒时间应晚于现在");
    auto const assignee =
        assignee_for(ctx, input.assignee_user_id ? input.assignee_user_id : std::optional{before->assignee_user_id});
    if (!assignee && input.assignee_user_id) return assignee.error();
    ctx.sql().execute(
        "update task set title = :title, due_at = :due, remind_at = :remind, assignee_id = coalesce(:assignee, "
        "assignee_id), updated_at = :now, "
        "version = version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("title", input.title.value_or(before->title)),
         bind("due", due_at), bind("remind", remind_at),
         bind("assignee", input.assignee_user_id ? std::optional{*assignee} : std::nullopt), bind("now", ctx.now())});
    auto const is_handed_over = input.assignee_user_id && *input.assignee_user_id != before->assignee_user_id;
    if (has_new_reminder || is_handed_over) ctx.outbox().cancel("task", input.id.value());
    if (has_new_reminder) set_reminder(ctx, input.id, remind_at && *remind_at > ctx.now() ? remind_at : std::nullopt);
    auto const after = find_task(ctx, input.id).value();
    audit_task(ctx, input.id, "task.change", *before, after);
    if (is_handed_over && *assignee != ctx.actor().employee) tell_assigned(ctx, after, *assignee);
    remember(ctx, *before, after, "修改任务");
    return after;
}

Result<Task> complete_task(operation::Context& ctx, OneTask const& input) {
    return close(ctx, input, TaskStatus::done, "task.complete", "完成任务");
}

Result<Task> cancel_task(operation::Context& ctx, OneTask const& input) {
    return close(ctx, input, TaskStatus::cancelled, "task.cancel", "取消任务");
}

Result<sales::Nothing> delete_task(operation::Context& ctx, OneTask const& input) {
    ctx.sql().execute("select 1 from task where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const task = find_task(ctx, input.id);
    if (!task || !may_touch(ctx, *task, Power::read)) return no_task();
    if (!may_touch(ctx, *task, Power::write))
        return Error{Errc::forbidden, "task_edit", "您可以查看但不能删除这个任务"};
    if (input.version && *input.version != task->version)
        return Error{Errc::stale, "version", "这个任务刚被修改过，请刷新后再删"};
    cancel_reminder(ctx, input.id);
    ctx.sql().execute("delete from task where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit_task(ctx, input.id, "task.delete", *task, std::nullopt);
    return sales::Nothing{};
}

void follow_merge(operation::Context& ctx, sales::CustomerId from, sales::CustomerId into) {
    ctx.sql().execute(
        "update task set target_id = :into, updated_at = :now, version = version + 1 where tenant_id = :tenant and "
        "target_type = 'customer' and target_id = :from",
        {bind("tenant", ctx.tenant()), bind("from", from), bind("into", into), bind("now", ctx.now())});
}

void follow_pool_entry(operation::Context& ctx, sales::PoolObject object, std::vector<std::int64_t> const& ids) {
    auto const kind = std::string{object == sales::PoolObject::lead ? "lead" : "customer"};
    auto const contacts =
        object == sales::PoolObject::customer
            ? " or (t.target_type = 'contact' and exists (select 1 from contact c where c.tenant_id = "
              ":tenant and c.id = t.target_id and c.customer_id = r.id)) or (t.target_type = 'lead' and exists (select "
              "1 from lead l where l.tenant_id = :tenant and l.id = t.target_id and l.customer_id = r.id))"
            : "";
    auto const tasks = ctx.sql().values<std::int64_t>(
        "update task t set status = 'cancelled', updated_at = :now, version = version + 1 where t.tenant_id = :tenant "
        "and t.status = 'open' and t.id in (select t.id from " +
            kind +
            " r join task t on t.tenant_id = r.tenant_id and t.assignee_id = r.owner_id and t.status = 'open' and "
            "((t.target_type = :kind and t.target_id = r.id)" +
            contacts + ") where r.tenant_id = :tenant and r.id = any(:ids::bigint[])) returning t.id",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("kind", kind), bind("now", ctx.now())});
    if (tasks.empty()) return;
    for (auto const id : tasks) {
        ctx.timers().cancel("task", id);
        ctx.outbox().cancel("task", id);
    }
    auto entry = operation::AuditEntry{};
    entry.object = "task";
    entry.action = "task.cancel";
    entry.before = R"({"status":"open"})";
    entry.after = R"({"status":"cancelled"})";
    entry.reason = object == sales::PoolObject::lead ? "线索进入公海" : "客户进入公海";
    operation::audit_each(ctx, entry, tasks);
}

Result<Task> snooze_task(operation::Context& ctx, SnoozeTask const& input) {
    auto const until = input.until.value_or(tomorrow_morning(ctx.now(), ctx.zone()));
    if (until <= ctx.now()) return invalid_field("until", "提醒时间应晚于现在");
    auto const before = open_task(ctx, input.id, std::nullopt);
    if (!before) return before.error();
    ctx.sql().execute(
        "update task set remind_at = :until, updated_at = :now, version = version + 1 where tenant_id = :tenant and id "
        "= :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("until", until), bind("now", ctx.now())});
    ctx.outbox().cancel("task", input.id.value());
    set_reminder(ctx, input.id, until);
    auto const after = find_task(ctx, input.id).value();
    audit_task(ctx, input.id, "task.snooze", *before, after);
    remember(ctx, *before, after, "推迟提醒");
    return after;
}

}  // namespace wescrm::agenda
