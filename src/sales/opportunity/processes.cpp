#include "opportunity/processes.hpp"

#include "opportunity/stage_colour.hpp"

#include <wescrm/base/currency.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::string_view select_process =
    "select s.id, s.name, s.is_enabled, s.is_default, s.department_ids, s.role_ids, s.customer_levels, s.currency, "
    "s.roll_back, s.can_skip, s.can_reopen, s.idle_days, s.overrun_percent, s.close_warn_days, s.version, "
    "s.created_at, s.updated_at, k.user_id from "
    "sales_process s left join "
    "employee k on k.tenant_id = s.tenant_id and k.id = s.created_by where s.tenant_id = :tenant and s.id = :id and "
    "s.deleted_at is null";

// The columns of Stage in their order.
std::string const select_stage =
    "select g.id, g.name, g.probability, g.kind, g.position, g.expected_days, nullif(g.description, ''), "
    "g.required_fields, g.min_followups, g.required_tasks, g.min_attachments, g.needs_approval, g.close_after, "
    "g.close_basis, array(select e.user_id from employee e where e.tenant_id = g.tenant_id and e.id = "
    "any(g.mover_ids) order by e.user_id), g.mover_department_ids, g.mover_role_ids, g.mover_guards, array(select "
    "e.name from employee e where e.tenant_id = g.tenant_id and e.id = any(g.mover_ids) order by e.user_id) || "
    "array(select d.name from department d where d.tenant_id = g.tenant_id and d.id = any(g.mover_department_ids) "
    "order by d.id) || array(select r.name from role r where r.tenant_id = g.tenant_id and r.id = "
    "any(g.mover_role_ids) order by r.id), g.on_entry::text, " +
    std::string{stage_colour} +
    " from sales_stage g where g.tenant_id = :tenant and "
    "g.deleted_at is null ";

template <class Enum>
std::string word(Enum value) {
    return boost::describe::enum_to_string(value, "");
}

}  // namespace

std::optional<Process> Processes::find(ProcessId id) {
    return sql_.record<Process>(select_process, {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::optional<Process> Processes::lock(ProcessId id) {
    return sql_.record<Process>(std::string{select_process} + " for update of s",
                                {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::vector<Stage> Processes::stages(ProcessId id) {
    return sql_.records<Stage>(select_stage + "and g.process_id = :id order by g.position",
                               {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::optional<Stage> Processes::stage(StageId id) {
    return sql_.record<Stage>(select_stage + "and g.id = :id", {bind("tenant", ctx_.tenant()), bind("id", id)});
}

ProcessDetail Processes::in_list(ProcessId id) {
    auto detail = ProcessDetail{};
    static_cast<Process&>(detail) = find(id).value();
    detail.stages = stages(id);
    return detail;
}

ProcessDetail Processes::detail(ProcessId id) {
    auto detail = in_list(id);
    detail.opportunities = sql_.value<std::int64_t>(
                                   "select count(*) from opportunity where tenant_id = :tenant and process_id = :id "
                                   "and status = 'open' and deleted_at is null",
                                   {bind("tenant", ctx_.tenant()), bind("id", id)})
                               .value_or(0);
    return detail;
}

std::int64_t Processes::opportunities_in(StageId stage) {
    return sql_
        .value<std::int64_t>(
            "select count(*) from opportunity where tenant_id = :tenant and stage_id = :stage and deleted_at is null",
            {bind("tenant", ctx_.tenant()), bind("stage", stage)})
        .value_or(0);
}

ProcessId Processes::insert(CreateProcess const& input) {
    auto const actor = ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee};
    return sql_
        .value<ProcessId>(
            "insert into sales_process (tenant_id, name, is_enabled, department_ids, role_ids, customer_levels, "
            "currency, roll_back, can_skip, can_reopen, idle_days, overrun_percent, close_warn_days, created_at, "
            "updated_at, created_by) values (:tenant, :name, :enabled, :departments, :roles, :levels, :currency, "
            "coalesce(:roll_back, 'with_reason'), :can_skip, :can_reopen, "
            "coalesce(:idle_days::integer, 14), coalesce(:overrun::integer, 100), coalesce(:warn::integer, 3), :now, "
            ":now, :actor) returning id",
            {bind("tenant", ctx_.tenant()), bind("name", input.name), bind("enabled", input.enabled.value_or(true)),
             bind("departments", input.department_ids), bind("roles", input.role_ids),
             bind("levels", input.customer_levels),
             bind("currency", input.currency.value_or(std::string{home_currency})),
             bind("roll_back", input.roll_back ? std::optional{word(*input.roll_back)} : std::nullopt),
             bind("can_skip", input.can_skip.value_or(true)), bind("can_reopen", input.can_reopen.value_or(true)),
             bind("idle_days", input.idle_days), bind("overrun", input.overrun_percent),
             bind("warn", input.close_warn_days), bind("now", ctx_.now()), bind("actor", actor)})
        .value();
}

void Processes::update(ChangeProcess const& input) {
    sql_.execute(
        "update sales_process set name = coalesce(:name, name), is_enabled = coalesce(:enabled::boolean, is_enabled), "
        "department_ids = coalesce(:departments::bigint[], department_ids), role_ids = coalesce(:roles::bigint[], "
        "role_ids), customer_levels = coalesce(:levels::text[], customer_levels), currency = coalesce(:currency, "
        "currency), roll_back = coalesce(:roll_back, "
        "roll_back), can_skip = coalesce(:can_skip::boolean, can_skip), can_reopen = coalesce(:can_reopen::boolean, "
        "can_reopen), idle_days = coalesce(:idle_days::integer, idle_days), overrun_percent = "
        "coalesce(:overrun::integer, overrun_percent), close_warn_days = coalesce(:warn::integer, close_warn_days), "
        "version = version + 1, updated_at = :now where tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", input.id), bind("name", input.name), bind("enabled", input.enabled),
         bind("departments", input.department_ids), bind("roles", input.role_ids),
         bind("levels", input.customer_levels), bind("currency", input.currency),
         bind("roll_back", input.roll_back ? std::optional{word(*input.roll_back)} : std::nullopt),
         bind("can_skip", input.can_skip), bind("can_reopen", input.can_reopen), bind("idle_days", input.idle_days),
         bind("overrun", input.overrun_percent), bind("warn", input.close_warn_days), bind("now", ctx_.now())});
}

void Processes::put_stages(ProcessId id, std::vector<StageInput> const& stages) {
    auto position = std::int64_t{0};
    for (auto const& stage : stages) {
        auto const params =
            database::Params{bind("tenant", ctx_.tenant()),
                             bind("process", id),
                             bind("id", stage.id),
                             bind("position", ++position),
                             bind("name", stage.name),
                             bind("kind", word(stage.kind.value_or(StageKind::open))),
                             bind("probability", stage.probability.value_or(0)),
                             bind("days", stage.expected_days),
                             bind("description", stage.description.value_or("")),
                             bind("required", stage.required_fields),
                             bind("followups", stage.min_followups.value_or(0)),
                             bind("tasks", stage.required_tasks),
                             bind("files", stage.min_attachments.value_or(0)),
                             bind("approval", stage.needs_approval.value_or(false)),
                             bind("close", stage.close_after),
                             bind("basis", word(stage.close_basis.value_or(CloseBasis::idle))),
                             bind("movers", stage.mover_user_ids),
                             bind("mover_departments", stage.mover_department_ids),
                             bind("mover_roles", stage.mover_role_ids),
                             bind("guards", word(stage.mover_guards.value_or(MoverGuard::both))),
                             bind("entry", stage.on_entry.value_or(EntryActions{})),
                             bind("colour", stage.colour ? std::optional{word(*stage.colour)} : std::nullopt)};
        sql_.execute(stage.id
                         ? "update sales_stage set position = :position, name = :name, kind = :kind, probability = "
                           ":probability, expected_days = :days, description = :description, required_fields = "
                           ":required, min_followups = :followups, required_tasks = :tasks, min_attachments = :files, "
                           "needs_approval = :approval, close_after = :close, close_basis = :basis, mover_ids = "
                           "array(select e.id from employee e where e.tenant_id = :tenant and e.user_id = "
                           "any(:movers::text[])), mover_department_ids = :mover_departments::bigint[], mover_role_ids "
                           "= :mover_roles::bigint[], mover_guards = :guards, on_entry = :entry::jsonb, colour = "
                           ":colour where tenant_id = "
                           ":tenant and id = :id and "
                           "process_id = :process"
                         : "insert into sales_stage (tenant_id, id, process_id, position, name, kind, "
                           "probability, expected_days, description, required_fields, min_followups, required_tasks, "
                           "min_attachments, needs_approval, close_after, close_basis, mover_ids, "
                           "mover_department_ids, mover_role_ids, mover_guards, on_entry, colour) values (:tenant, "
                           "coalesce(:id::bigint, new_id()), :process, :position, :name, :kind, :probability, :days, "
                           ":description, :required, :followups, :tasks, :files, :approval, :close, :basis, "
                           "array(select e.id from employee e where e.tenant_id = :tenant and e.user_id = "
                           "any(:movers::text[])), :mover_departments::bigint[], :mover_roles::bigint[], :guards, "
                           ":entry::jsonb, :colour)",
                     params);
    }
    // Whoever did not type his own takes the rate of his stage.
    sql_.execute(
        "update opportunity p set probability = g.probability from sales_stage g where p.tenant_id = :tenant and "
        "p.process_id = :process and g.tenant_id = :tenant and g.id = p.stage_id and not p.is_probability_typed and "
        "p.probability <> g.probability",
        {bind("tenant", ctx_.tenant()), bind("process", id)});
}

void Processes::remove_stage(StageId id) {
    sql_.execute("update sales_stage set deleted_at = :now where tenant_id = :tenant and id = :id",
                 {bind("tenant", ctx_.tenant()), bind("id", id), bind("now", ctx_.now())});
}

void Processes::only_default(ProcessId id) {
    auto const params = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    sql_.execute("update sales_process set is_default = false where tenant_id = :tenant and id <> :id and is_default",
                 params);
    sql_.execute("update sales_process set is_default = true where tenant_id = :tenant and id = :id", params);
}

void Processes::keep_version(ProcessId id) {
    auto const actor = ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee};
    auto const now = detail(id);
    sql_.execute(
        "insert into sales_process_version (tenant_id, process_id, version, definition, changed_at, changed_by) values "
        "(:tenant, :id, :version, :definition::jsonb, :now, :actor) on conflict do nothing",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("version", now.version),
         bind("definition", json::write(operation::write_output(now))), bind("now", ctx_.now()), bind("actor", actor)});
}

}  // namespace wescrm::sales

namespace wescrm::database {

Text ValueOf<sales::EntryActions>::to_text(sales::EntryActions const& actions) {
    return json::write(operation::write_output(actions));
}

sales::EntryActions ValueOf<sales::EntryActions>::from_text(std::string_view text) {
    auto const parsed = json::parse(text);
    if (!parsed) return {};
    auto actions = operation::read_input<sales::EntryActions>(*parsed);
    return actions ? std::move(*actions) : sales::EntryActions{};
}

}  // namespace wescrm::database
