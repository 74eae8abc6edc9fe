#include "tasks.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/operation/handover.hpp>

// A leaver's open tasks. Their reminders stay set; they go to whoever has the task when they are due.
namespace wescrm::agenda {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;

std::int64_t count(Context& ctx, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>(
            "select count(*) from task where tenant_id = :tenant and assignee_id = :from and status = 'open'",
            {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

Result<std::int64_t> move(Context& ctx, Handover const& handover) {
    auto const ids = ctx.sql().values<TaskId>(
        "select id from task where tenant_id = :tenant and assignee_id = :from and status = 'open' order by id for "
        "update",
        {bind("tenant", ctx.tenant()), bind("from", handover.from)});
    for (auto const id : ids) {
        auto const before = find_task(ctx, id);
        ctx.sql().execute(
            "update task set assignee_id = :to, updated_at = :now, version = version + 1 where tenant_id = :tenant and "
            "id = :id",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("to", handover.to), bind("now", ctx.now())});
        ctx.outbox().cancel("task", id.value());
        audit_task(ctx, id, "task.handover", before, find_task(ctx, id));
    }
    return static_cast<std::int64_t>(ids.size());
}

}  // namespace

void add_handovers(operation::HandoverKinds& kinds) {
    auto tasks = operation::HandoverKind{};
    tasks.name = "task";
    tasks.title = "未完成的任务";
    tasks.hint = "提醒时间不变，由接收人收到提醒";
    tasks.count = count;
    tasks.move = move;
    kinds.add(std::move(tasks));
}

}  // namespace wescrm::agenda
