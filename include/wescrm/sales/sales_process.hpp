#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

using ProcessId = StrongId<struct ProcessIdTag, std::int64_t>;
using StageId = StrongId<struct StageIdTag, std::int64_t>;

enum class StageKind { open, won, lost, invalid };
BOOST_DESCRIBE_ENUM(StageKind, open, won, lost, invalid)
enum class RollBack { allowed, with_reason, forbidden };
BOOST_DESCRIBE_ENUM(RollBack, allowed, with_reason, forbidden)

enum class TaskFor { owner, superior };
BOOST_DESCRIBE_ENUM(TaskFor, owner, superior)

/// A task that is made whenever an opportunity comes into a stage.
struct EntryTask {
    std::string title;
    std::optional<std::int64_t> due_days;  ///< 0: the same day; absent: no date
    std::optional<TaskFor> assignee;       ///< default owner; who has no superior gets it himself
};
BOOST_DESCRIBE_STRUCT(EntryTask, (), (title, due_days, assignee))

/// A field that is set then.
struct EntryValue {
    std::string field;  ///< source, competitor, remark, probability, expected_close_date, custom.key
    std::string value;  ///< as people type it; of a date also "+30", days from then on
};
BOOST_DESCRIBE_STRUCT(EntryValue, (), (field, value))

struct EntryActions {
    std::vector<EntryTask> tasks;
    std::optional<std::int64_t> reminder_days;  ///< after so many days the owner is reminded, if it is still there
    std::vector<EntryValue> values;
};
BOOST_DESCRIBE_STRUCT(EntryActions, (), (tasks, reminder_days, values))

/// A step of a sales process. Everybody refers to it by its id, which stays when it is renamed or moved.
struct Stage {
    StageId id;
    std::string name;
    std::int64_t probability = 0;  ///< percent; 100 of won, 0 of lost and invalid
    std::string kind;              ///< open, won, lost, invalid
    std::int64_t position = 0;     ///< from 1
    std::optional<std::int64_t> expected_days;
    std::optional<std::string> description;
    std::vector<std::string> required_fields;  ///< to leave it: "amount_fen", "contact_id", "lines", "custom.key", …
    std::int64_t min_followups = 0;            ///< to leave it: written while the opportunity was in it
    std::vector<std::string> required_tasks;   ///< to leave it: tasks of these titles are done
    std::int64_t min_attachments = 0;          ///< to leave it: so many files are there
    bool needs_approval = false;               ///< to leave it: granted while the opportunity was in it
    std::optional<std::int64_t> close_after;   ///< days after which one in it is lost by itself
    std::string close_basis;                   ///< counted from: stage, idle, expected
    std::vector<UserId> mover_user_ids;        ///< who may move one; with the next two empty: whoever may change it
    std::vector<DepartmentId> mover_department_ids;  ///< those below included
    std::vector<RecordId> mover_role_ids;
    std::string mover_guards;              ///< which moves they alone make: both, into, out
    std::vector<std::string> mover_names;  ///< the movers as people call them
    EntryActions on_entry;                 ///< what happens when one comes into it
    std::string colour;                    ///< grey, blue, green, orange, red, violet
};
BOOST_DESCRIBE_STRUCT(Stage, (),
                      (id, name, probability, kind, position, expected_days, description, required_fields,
                       min_followups, required_tasks, min_attachments, needs_approval, close_after, close_basis,
                       mover_user_ids, mover_department_ids, mover_role_ids, mover_guards, mover_names, on_entry,
                       colour))

/// Those of tags.
enum class StageColour { grey, blue, green, orange, red, violet };
BOOST_DESCRIBE_ENUM(StageColour, grey, blue, green, orange, red, violet)

/// The moves of a stage that are left to its movers.
enum class MoverGuard { both, into, out };
BOOST_DESCRIBE_ENUM(MoverGuard, both, into, out)

/// From when the days of automatic closing count: since it came into the stage, since the last follow-up, since the
/// expected date of the deal.
enum class CloseBasis { stage, idle, expected };
BOOST_DESCRIBE_ENUM(CloseBasis, stage, idle, expected)

struct Process {
    ProcessId id;
    std::string name;
    bool enabled = true;
    bool is_default = false;
    std::vector<DepartmentId> department_ids;  ///< whose opportunities may be in it, those below included …
    std::vector<RecordId> role_ids;            ///< … and of which roles, …
    std::vector<std::string> customer_levels;  ///< … with customers of which levels; empty: of all
    std::string currency;                      ///< of the opportunities that begin in it: "CNY"
    std::string roll_back;                     ///< allowed, with_reason, forbidden
    bool can_skip = true;
    bool can_reopen = true;
    std::int64_t idle_days = 0;
    std::int64_t overrun_percent = 0;
    std::int64_t close_warn_days = 0;  ///< so long before one is closed by itself its owner is told
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Process, (),
                      (id, name, enabled, is_default, department_ids, role_ids, customer_levels, currency, roll_back,
                       can_skip, can_reopen, idle_days, overrun_percent, close_warn_days, version, created_at,
                       updated_at, created_by))

struct ProcessDetail : Process {
    std::vector<Stage> stages;                  ///< open ones first, in order
    std::optional<std::int64_t> opportunities;  ///< in it, open ones; not told in lists
};
BOOST_DESCRIBE_STRUCT(ProcessDetail, (Process), (stages, opportunities))

struct StageInput {
    std::optional<StageId> id;  ///< of one that is there; absent: a new one
    std::string name;
    std::optional<std::int64_t> probability;  ///< of an open one required
    std::optional<StageKind> kind;            ///< default open
    std::optional<std::int64_t> expected_days;
    std::optional<std::string> description;
    std::vector<std::string> required_fields;
    std::optional<std::int64_t> min_followups;
    std::vector<std::string> required_tasks;
    std::optional<std::int64_t> min_attachments;
    std::optional<bool> needs_approval;
    std::optional<std::int64_t> close_after;
    std::optional<CloseBasis> close_basis;  ///< default idle
    std::optional<std::int64_t> position;   ///< as it was read; where a stage stands in the list decides
    std::vector<UserId> mover_user_ids;
    std::vector<DepartmentId> mover_department_ids;
    std::vector<RecordId> mover_role_ids;
    std::optional<MoverGuard> mover_guards;  ///< default both
    std::vector<std::string> mover_names;    ///< as they were read; nothing looks at them
    std::optional<EntryActions> on_entry;
    std::optional<StageColour> colour;  ///< default by its kind: blue, green, red, grey
};
BOOST_DESCRIBE_STRUCT(StageInput, (),
                      (id, name, probability, kind, expected_days, description, required_fields, min_followups,
                       required_tasks, min_attachments, needs_approval, close_after, close_basis, position,
                       mover_user_ids, mover_department_ids, mover_role_ids, mover_guards, mover_names, on_entry,
                       colour))

/// Where the opportunities of a removed stage go.
struct StageTarget {
    StageId stage_id;
    StageId target_id;
};
BOOST_DESCRIBE_STRUCT(StageTarget, (), (stage_id, target_id))

struct CreateProcess {
    std::string name;
    std::vector<StageInput> stages;  ///< missing end stages are added
    std::optional<bool> enabled;
    std::optional<bool> is_default;
    std::vector<DepartmentId> department_ids;
    std::vector<RecordId> role_ids;
    std::vector<std::string> customer_levels;
    std::optional<std::string> currency;  ///< default CNY
    std::optional<RollBack> roll_back;
    std::optional<bool> can_skip;
    std::optional<bool> can_reopen;
    std::optional<std::int64_t> idle_days;
    std::optional<std::int64_t> overrun_percent;
    std::optional<std::int64_t> close_warn_days;
};
BOOST_DESCRIBE_STRUCT(CreateProcess, (),
                      (name, stages, enabled, is_default, department_ids, role_ids, customer_levels, currency,
                       roll_back, can_skip, can_reopen, idle_days, overrun_percent, close_warn_days))

struct ChangeProcess {
    ProcessId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<std::vector<StageInput>> stages;  ///< exactly these, in this order
    std::vector<StageTarget> stage_targets;         ///< for removed stages in which opportunities are
    std::optional<bool> enabled;
    std::optional<bool> is_default;
    std::optional<std::vector<DepartmentId>> department_ids;
    std::optional<std::vector<RecordId>> role_ids;
    std::optional<std::vector<std::string>> customer_levels;
    std::optional<std::string> currency;  ///< opportunities that are there keep theirs
    std::optional<RollBack> roll_back;
    std::optional<bool> can_skip;
    std::optional<bool> can_reopen;
    std::optional<std::int64_t> idle_days;
    std::optional<std::int64_t> overrun_percent;
    std::optional<std::int64_t> close_warn_days;
    // What a process shows besides, so that it can be sent back as it was read. Nothing looks at it.
    std::optional<std::int64_t> opportunities;
    std::optional<Instant> created_at;
    std::optional<Instant> updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(ChangeProcess, (),
                      (id, version, name, stages, stage_targets, enabled, is_default, department_ids, role_ids,
                       customer_levels, currency, roll_back, can_skip, can_reopen, idle_days, overrun_percent,
                       close_warn_days, opportunities, created_at, updated_at, created_by))

struct OneProcess {
    ProcessId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneProcess, (), (id, version))

struct ListProcesses {
    std::optional<bool> enabled;
};
BOOST_DESCRIBE_STRUCT(ListProcesses, (), (enabled))

struct ProcessPage {
    std::vector<ProcessDetail> items;  ///< the default one first
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ProcessPage, (), (items, next_cursor))

/// A process as it was from `changed_at` on.
struct ProcessVersion {
    std::int64_t version = 0;
    json::Document definition;
    Instant changed_at;
    std::optional<UserId> changed_by;
    std::optional<std::string> changed_by_name;
};
BOOST_DESCRIBE_STRUCT(ProcessVersion, (), (version, definition, changed_at, changed_by, changed_by_name))

struct ProcessVersions {
    std::vector<ProcessVersion> items;  ///< newest first
};
BOOST_DESCRIBE_STRUCT(ProcessVersions, (), (items))

std::vector<operation::FieldRule> field_rules(EntryTask const*);
std::vector<operation::FieldRule> field_rules(EntryValue const*);
std::vector<operation::FieldRule> field_rules(EntryActions const*);
std::vector<operation::FieldRule> field_rules(StageInput const*);
std::vector<operation::FieldRule> field_rules(CreateProcess const*);
std::vector<operation::FieldRule> field_rules(ChangeProcess const*);

/// conflict "duplicate" for a name that another process has.
Result<ProcessDetail> create_process(operation::Context& ctx, CreateProcess const& input);
Result<ProcessDetail> show_process(operation::Context& ctx, OneProcess const& input);
Result<ProcessPage> list_processes(operation::Context& ctx, ListProcesses const& input);
/// Every change is a new version. invalid_input names stage_targets if a removed stage has opportunities and no target.
Result<ProcessDetail> change_process(operation::Context& ctx, ChangeProcess const& input);
/// conflict "in_use" while opportunities are in it, "default_process" for the default one.
Result<Nothing> delete_process(operation::Context& ctx, OneProcess const& input);
Result<ProcessVersions> list_process_versions(operation::Context& ctx, OneProcess const& input);

}  // namespace wescrm::sales

namespace wescrm::database {

template <>
struct ValueOf<sales::EntryActions> {  // jsonb
    static Text to_text(sales::EntryActions const& actions);
    static sales::EntryActions from_text(std::string_view text);
};

}  // namespace wescrm::database
