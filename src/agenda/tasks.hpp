#pragma once
#include <wescrm/agenda/task.hpp>

namespace wescrm::agenda {

extern std::string const task_columns;
extern std::string const task_joins;  ///< t: the task with owner_id; ends with the condition on the tenant

[[nodiscard]] std::optional<Task> find_task(operation::Context& ctx, TaskId id);
/// Whether the actor sees (changes) it: his own, made by him, or within reach.
[[nodiscard]] bool may_touch(operation::Context& ctx, Task const& task, operation::Power power);
[[nodiscard]] Error no_task();
/// Withdraws the reminder and what was not sent yet.
void cancel_reminder(operation::Context& ctx, TaskId id);
void audit_task(operation::Context& ctx, TaskId id, std::string action, std::optional<Task> const& before,
                std::optional<Task> const& after);

}  // namespace wescrm::agenda
