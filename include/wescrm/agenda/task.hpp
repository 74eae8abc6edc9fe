#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/followup.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::agenda {

using TaskId = StrongId<struct TaskIdTag, std::int64_t>;
using sales::RecordId;
using sales::TargetType;

enum class TaskStatus { open, done, cancelled };
BOOST_DESCRIBE_ENUM(TaskStatus, open, done, cancelled)

/// What somebody has to do. He and who made it see it, and whose data permission task.view reaches him.
struct Task {
    TaskId id;
    std::string title;
    std::optional<Instant> due_at;
    std::optional<Instant> remind_at;
    UserId assignee_user_id;
    std::string assignee_name;
    std::string status;
    std::optional<std::string> target_type;
    std::optional<RecordId> target_id;
    std::optional<std::string> target_name;  ///< of a customer that the task is about
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Task, (),
                      (id, title, due_at, remind_at, assignee_user_id, assignee_name, status, target_type, target_id,
                       target_name, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Task const*) { return "task"; }

struct CreateTask {
    std::string title;
    std::optional<Instant> due_at;
    std::optional<Instant> remind_at;        ///< absent: at due_at
    std::optional<UserId> assignee_user_id;  ///< absent: the actor
    std::optional<TargetType> target_type;   ///< no document
    std::optional<RecordId> target_id;
    std::optional<std::int64_t> remind_before_minutes{};  ///< of due_at, instead of remind_at
};
BOOST_DESCRIBE_STRUCT(CreateTask, (),
                      (title, due_at, remind_at, assignee_user_id, target_type, target_id, remind_before_minutes))

struct ChangeTask {
    TaskId id;
    std::int64_t version = 0;
    std::optional<std::string> title;
    operation::Patch<Instant> due_at;
    operation::Patch<Instant> remind_at;
    std::optional<UserId> assignee_user_id;
    std::optional<TaskStatus> status;
    std::optional<std::int64_t> remind_before_minutes{};  ///< of due_at, instead of remind_at
};
BOOST_DESCRIBE_STRUCT(ChangeTask, (),
                      (id, version, title, due_at, remind_at, assignee_user_id, status, remind_before_minutes))

struct OneTask {
    TaskId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneTask, (), (id, version))

struct SnoozeTask {
    TaskId id;
    std::optional<Instant> until;  ///< absent: tomorrow at 09:00 in the company's zone
};
BOOST_DESCRIBE_STRUCT(SnoozeTask, (), (id, until))

struct ListTasks {
    std::optional<std::string> q;
    std::optional<UserId> owner;  ///< the assignee
    std::optional<DepartmentId> department;
    std::optional<TaskStatus> status;
    bool overdue = false;
    std::optional<TargetType> target_type;
    std::optional<RecordId> target_id;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), due_at, remind_at
    std::optional<std::string> sort;        ///< due_at, created_at, updated_at; default due_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListTasks, (),
                      (q, owner, department, status, overdue, target_type, target_id, from, to, date_field, sort, limit,
                       cursor))

struct TaskPage {
    std::vector<Task> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TaskPage, (), (items, next_cursor))

/// A customer that the actor wanted to contact.
struct PlannedContact {
    sales::CustomerId customer_id;
    std::string customer_name;
    Instant next_contact_at;
};
BOOST_DESCRIBE_STRUCT(PlannedContact, (), (customer_id, customer_name, next_contact_at))

/// The same of a lead.
struct PlannedLead {
    RecordId lead_id;
    std::string lead_name;
    Instant next_contact_at;
};
BOOST_DESCRIBE_STRUCT(PlannedLead, (), (lead_id, lead_name, next_contact_at))

struct Today {
    std::vector<Task> overdue;                     ///< due before today, oldest first
    std::vector<Task> due;                         ///< due or to be reminded of today
    std::vector<PlannedContact> contacts;          ///< planned for today
    std::vector<PlannedContact> overdue_contacts;  ///< planned earlier and not followed up since
    std::vector<PlannedLead> leads;                ///< planned for today
    std::vector<PlannedLead> overdue_leads;
};
BOOST_DESCRIBE_STRUCT(Today, (), (overdue, due, contacts, overdue_contacts, leads, overdue_leads))

using ReminderId = StrongId<struct ReminderIdTag, std::int64_t>;
enum class ReminderState { waiting, fired, cancelled };
BOOST_DESCRIBE_ENUM(ReminderState, waiting, fired, cancelled)

/// A moment at which the actor is told something.
struct Reminder {
    ReminderId id;
    std::string kind;    ///< task_reminder, next_contact, stage_reminder
    std::string object;  ///< task, followup, customer, opportunity, lead
    RecordId object_id;
    std::string title;  ///< of the task, or the customer's name
    Instant due_at;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(Reminder, (), (id, kind, object, object_id, title, due_at, state))

struct ListReminders {
    std::optional<ReminderState> state;
    std::optional<std::string> kind;
    std::optional<Date> from;  ///< of due_at, both inclusive
    std::optional<Date> to;
    std::optional<std::string> sort;  ///< due_at, -due_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListReminders, (), (state, kind, from, to, sort, limit, cursor))

struct ReminderPage {
    std::vector<Reminder> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ReminderPage, (), (items, next_cursor))

struct AskToday {};
BOOST_DESCRIBE_STRUCT(AskToday, (), ())

struct Undone {
    std::string label;  ///< "新建客户 宏达科技"
    std::string object;
    RecordId object_id;
    std::string action;  ///< create: the record is gone; change: the old values are back
};
BOOST_DESCRIBE_STRUCT(Undone, (), (label, object, object_id, action))
struct UndoLast {};
BOOST_DESCRIBE_STRUCT(UndoLast, (), ())

std::vector<operation::FieldRule> field_rules(CreateTask const*);
std::vector<operation::FieldRule> field_rules(ChangeTask const*);

/// A task for somebody else (permission task.assign) is told to him at once. invalid_input names a remind_at in the
/// past or a target.
Result<Task> create_task(operation::Context& ctx, CreateTask const& input);
Result<Task> show_task(operation::Context& ctx, OneTask const& input);
Result<TaskPage> list_tasks(operation::Context& ctx, ListTasks const& input);
/// A task that is moved keeps the time between its reminder and when it is due.
Result<Task> change_task(operation::Context& ctx, ChangeTask const& input);
/// Also withdraws what waits: the reminder and messages not sent yet. conflict "task_done" | "task_cancelled" if it is
/// no longer open.
Result<Task> complete_task(operation::Context& ctx, OneTask const& input);
Result<Task> cancel_task(operation::Context& ctx, OneTask const& input);
/// Without a trace but in the audit log; cancel_task is for what need not be done any more.
Result<sales::Nothing> delete_task(operation::Context& ctx, OneTask const& input);
Result<Task> snooze_task(operation::Context& ctx, SnoozeTask const& input);
/// The actor's own only, whatever else he may see.
Result<ReminderPage> list_reminders(operation::Context& ctx, ListReminders const& input);
Result<Today> today(operation::Context& ctx, AskToday const& input);
/// Takes back the actor's last write in a chat (customer, contact, follow-up, task) within 24 hours. not_found
/// "nothing_to_undo"; stale "changed_since".
Result<Undone> undo_last(operation::Context& ctx, UndoLast const& input);

}  // namespace wescrm::agenda
