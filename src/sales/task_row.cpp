#include <wescrm/sales/task_row.hpp>

namespace wescrm::sales {

using database::bind;

std::int64_t insert_task(operation::Context& ctx, NewTask const& task) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<std::int64_t>(
                "insert into task (tenant_id, title, due_at, remind_at, assignee_id, target_type, target_id, "
                "created_at, updated_at, created_by) values (:tenant, :title, :due, :remind, :assignee, :type, "
                ":target, :now, :now, :actor) returning id",
                {bind("tenant", ctx.tenant()), bind("title", task.title), bind("due", task.due),
                 bind("remind", task.remind), bind("assignee", task.assignee), bind("type", task.target_type),
                 bind("target", task.target_id), bind("now", ctx.now()), bind("actor", actor)})
            .value();
    if (task.remind && *task.remind > ctx.now()) ctx.timers().schedule({"task_reminder", "task", id, *task.remind});
    return id;
}

void tell_assigned(operation::Context& ctx, AssignedTask const& task, json::Document data) {
    auto& allocator = data.GetAllocator();
    json::set(data, "actor_name", ctx.actor().is_system() ? std::string{"系统"} : ctx.actor().name, allocator);
    json::set(data, "due_text", task.due ? format_for_people(*task.due, ctx.zone(), ctx.now()) : "未定", allocator);
    auto notice = operation::Notice{};
    notice.effect_key = "task_assigned:" + std::to_string(task.id) + ":" + std::to_string(task.version);
    notice.to = task.to;
    notice.kind = "task_assigned";
    notice.data = std::move(data);
    notice.source_kind = "task";
    notice.source_id = task.id;
    ctx.outbox().tell(notice);
}

}  // namespace wescrm::sales
