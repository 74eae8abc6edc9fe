#include <wescrm/agenda/operations.hpp>
#include <wescrm/agenda/reminder_wishes.hpp>
#include <wescrm/agenda/task.hpp>

namespace wescrm::agenda {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::int64_t longest_notice = 30 * 24 * 60;

constexpr Operation<CreateTask, Task> task_create{"task.create",  "新建任务",  "task.create",
                                                  Effect::writes, create_task, {"POST", "/tasks", 201}};
constexpr Operation<OneTask, Task> task_show{"task.show",   "查看任务", "task.view",
                                             Effect::reads, show_task,  {"GET", "/tasks/{id}"}};
constexpr Operation<ListTasks, TaskPage> task_list{"task.list",   "任务列表", "task.view",
                                                   Effect::reads, list_tasks, {"GET", "/tasks"}};
constexpr Operation<ChangeTask, Task> task_change{"task.change",  "修改任务",  "task.edit",
                                                  Effect::writes, change_task, {"PATCH", "/tasks/{id}"}};
constexpr Operation<OneTask, Task> task_complete{"task.complete", "完成任务",    "task.edit",
                                                 Effect::writes,  complete_task, {"POST", "/tasks/{id}/complete"}};
constexpr Operation<OneTask, Task> task_cancel{"task.cancel",  "取消任务",  "task.edit",
                                               Effect::writes, cancel_task, {"POST", "/tasks/{id}/cancel"}};
constexpr Operation<OneTask, sales::Nothing> task_delete{"task.delete",    "删除任务",  "task.delete",
                                                         Effect::confirms, delete_task, {"DELETE", "/tasks/{id}", 204}};
constexpr Operation<SnoozeTask, Task> task_snooze{"task.snooze",  "推迟提醒",  "task.edit",
                                                  Effect::writes, snooze_task, {"POST", "/tasks/{id}/snooze"}};
constexpr Operation<AskToday, Today> agenda_today{"agenda.today", "今天要做什么", "self",
                                                  Effect::reads,  today,          {"GET", "/agenda/today"}};
constexpr Operation<ListReminders, ReminderPage> reminder_list{"reminder.list", "我的提醒",     "self",
                                                               Effect::reads,   list_reminders, {"GET", "/reminders"}};
constexpr Operation<UndoLast, Undone> chat_undo{"chat.undo", "撤销", "self", Effect::writes, undo_last, {}};

}  // namespace

std::vector<FieldRule> field_rules(CreateTask const*) {
    return {{"title", "任务内容", {.max_length = 200}, "给王总打电话"},
            {"due_at", "截止时间", {}, "明天下午3点"},
            {"remind_at", "提醒时间", {}, "明天上午9点"},
            {"assignee_user_id", "负责人", {.max_length = 64}},
            {"target_type", "相关对象类型"},
            {"target_id", "相关对象"},
            {"remind_before_minutes", "提前提醒（分钟）", {.min = 0, .max = longest_notice}}};
}

std::vector<FieldRule> field_rules(ChangeTask const*) {
    auto rules = field_rules(static_cast<CreateTask const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    rules.push_back({"status", "状态"});
    return rules;
}

void add_operations(operation::Catalogue& catalogue) {
    catalogue.add(task_create);
    catalogue.add(task_show);
    catalogue.add(task_list);
    catalogue.add(task_change);
    catalogue.add(task_complete);
    catalogue.add(task_cancel);
    catalogue.add(task_delete);
    catalogue.add(task_snooze);
    catalogue.add(agenda_today);
    catalogue.add(reminder_list);
    catalogue.add(chat_undo);
    add_wish_operations(catalogue);
}

}  // namespace wescrm::agenda
