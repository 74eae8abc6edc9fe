#include "tasks.hpp"

#include <wescrm/sales/undo.hpp>

namespace wescrm::agenda {
namespace {

using database::bind;

std::optional<Instant> instant_in(json::Value const& before, std::string_view name) {
    auto const text = json::find_string(before, name);
    return text ? parse_rfc3339(*text) : std::nullopt;
}

void put_back(operation::Context& ctx, Task const& now, json::Value const& before) {
    auto const remind_at = instant_in(before, "remind_at");
    ctx.sql().execute(
        "update task set title = :title, due_at = :due, remind_at = :remind, status = :status, done_at = null, "
        "assignee_id = (select id from "
        "employee where tenant_id = :tenant and user_id = :user), updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", now.id), bind("title", json::find_string(before, "title")),
         bind("due", instant_in(before, "due_at")), bind("remind", remind_at),
         bind("status", json::find_string(before, "status")),
         bind("user", json::find_string(before, "assignee_user_id")), bind("now", ctx.now())});
    if (remind_at && *remind_at > ctx.now())
        ctx.timers().schedule({"task_reminder", "task", now.id.value(), *remind_at});
    else
        ctx.timers().cancel("task", now.id.value(), "task_reminder");
}

Result<void> take_back_task(operation::Context& ctx, sales::UndoEntry const& entry) {
    auto const now = find_task(ctx, TaskId{entry.object_id});
    if (!now || now->version != entry.version)
        return Error{Errc::stale, "changed_since",
                     "「" + entry.label + "」之后又有人修改过，不能直接撤销，请打开任务核对"};
    cancel_reminder(ctx, now->id);
    if (entry.action == "create") {
        ctx.sql().execute("delete from task where tenant_id = :tenant and id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", now->id)});
        audit_task(ctx, now->id, "task.undo", *now, std::nullopt);
        return {};
    }
    auto const before = json::parse(entry.before);
    if (!before) return before.error();
    put_back(ctx, *now, *before);
    audit_task(ctx, now->id, "task.undo", *now, find_task(ctx, now->id));
    return {};
}

}  // namespace

Result<Undone> undo_last(operation::Context& ctx, UndoLast const&) {
    auto const entry = sales::last_undoable(ctx);
    if (!entry) return Error{Errc::not_found, "nothing_to_undo", "24 小时内没有可以撤销的操作"};
    auto const done = entry->object == "task" ? take_back_task(ctx, *entry) : sales::take_back(ctx, *entry);
    if (!done) return done.error();
    sales::mark_undone(ctx, entry->id);
    return Undone{entry->label, entry->object, RecordId{entry->object_id}, entry->action};
}

}  // namespace wescrm::agenda
