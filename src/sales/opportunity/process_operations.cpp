#include "customers.hpp"
#include "opportunity/opportunities.hpp"
#include "opportunity/process_checks.hpp"
#include "opportunity/processes.hpp"
#include "rules/stages.hpp"
#include "trade/currency.hpp"

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <set>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::FieldRule;

Error no_process() { return {Errc::not_found, "process", "没有这个销售流程"}; }

void audit(operation::Context& ctx, ProcessId id, std::string action, std::optional<ProcessDetail> const& before,
           std::optional<ProcessDetail> const& after) {
    auto const json_of = [](std::optional<ProcessDetail> const& process) {
        return process ? operation::write_output(*process) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"process", id.value(), std::move(action), changed.before, changed.after, ""});
}

Result<void> insist_free_name(operation::Context& ctx, ProcessId self, std::string const& name) {
    auto const taken = ctx.sql().value<int>(
        "select 1 from sales_process where tenant_id = :tenant and name = :name and id <> :self and deleted_at is null",
        {bind("tenant", ctx.tenant()), bind("name", name), bind("self", self)});
    if (taken) return Error{Errc::conflict, "duplicate", "已有名为「" + name + "」的销售流程"};
    return {};
}

bool is_among(std::vector<Stage> const& stages, StageId id) {
    return std::ranges::any_of(stages, [&](auto const& stage) { return stage.id == id; });
}

// Ids that come in are those of this process, each once.
Result<void> insist_own_stages(std::vector<StageInput> const& wanted, std::vector<Stage> const& there) {
    auto seen = std::set<StageId>{};
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        if (!wanted[at].id) continue;
        auto const field = "stages[" + std::to_string(at) + "].id";
        if (!is_among(there, *wanted[at].id)) return invalid_field(field, "这个流程没有这个阶段");
        if (!seen.insert(*wanted[at].id).second) return invalid_field(field, "同一个阶段出现了两次");
    }
    return {};
}

StageKind kind_from(std::string_view word) {
    auto kind = StageKind::open;
    boost::describe::enum_from_string(std::string{word}.c_str(), kind);
    return kind;
}

std::string kind_among(std::vector<Stage> const& stages, StageId id) {
    auto const found = std::ranges::find(stages, id, &Stage::id);
    return found == stages.end() ? std::string{} : found->kind;
}

// A stage that goes away hands its opportunities to the target that was named for it.
Result<void> remove_missing(operation::Context& ctx, ChangeProcess const& input, std::vector<Stage> const& there,
                            std::vector<StageInput> const& wanted) {
    auto processes = Processes{ctx};
    for (auto const& stage : there) {
        auto const stays = std::ranges::any_of(wanted, [&](auto const& one) { return one.id == stage.id; });
        if (stays) continue;
        auto const target = std::ranges::find(input.stage_targets, stage.id, &StageTarget::stage_id);
        auto const count = processes.opportunities_in(stage.id);
        if (count > 0 && target == input.stage_targets.end())
            return invalid_field("stage_targets", "「" + stage.name + "」里还有 " + std::to_string(count) +
                                                      " 个商机，请指定它们移到哪个阶段");
        if (target != input.stage_targets.end()) {
            auto const is_there =
                std::ranges::any_of(wanted, [&](auto const& one) { return one.id == target->target_id; });
            if (!is_there || kind_among(there, target->target_id) != stage.kind)
                return invalid_field("stage_targets", "「" + stage.name + "」的目标应是本流程保留的同类阶段");
            Opportunities{ctx}.move_all(stage.id, target->target_id, "阶段「" + stage.name + "」已删除");
        }
        processes.remove_stage(stage.id);
    }
    return {};
}

// An end stage, so that it stays.
StageInput as_it_is(Stage const& end) {
    auto kept = StageInput{};
    kept.id = end.id;
    kept.name = end.name;
    kept.kind = kind_from(end.kind);
    kept.description = end.description;
    kept.mover_user_ids = end.mover_user_ids;
    kept.mover_department_ids = end.mover_department_ids;
    kept.mover_role_ids = end.mover_role_ids;
    auto guards = MoverGuard::both;
    boost::describe::enum_from_string(end.mover_guards.c_str(), guards);
    kept.mover_guards = guards;
    kept.on_entry = end.on_entry;
    auto colour = StageColour::grey;
    boost::describe::enum_from_string(end.colour.c_str(), colour);
    kept.colour = colour;
    return kept;
}

// A stage that is named without a kind keeps its own, and an end that is not named stays: a process has all three.
void keep_ends(std::vector<StageInput>& given, std::vector<Stage> const& there) {
    for (auto& stage : given)
        if (stage.id && !stage.kind) stage.kind = kind_from(kind_among(there, *stage.id));
    for (auto const& old : there) {
        auto const kind = kind_from(old.kind);
        auto const is_given = std::ranges::any_of(
            given, [&](auto const& one) { return one.id == old.id || one.kind.value_or(StageKind::open) == kind; });
        if (is_given || kind == StageKind::open) continue;
        given.push_back(as_it_is(old));
    }
}

Result<void> change_stages(operation::Context& ctx, ChangeProcess const& input) {
    auto processes = Processes{ctx};
    auto const there = processes.stages(input.id);
    auto given = *input.stages;
    if (auto const own = insist_own_stages(given, there); !own) return own.error();
    if (auto const known = check_references(ctx, given, there); !known) return known.error();
    keep_ends(given, there);
    auto const stages = complete_stages(std::move(given));
    if (!stages) return stages.error();
    for (auto const& stage : *stages) {
        auto const is_other =
            stage.id && kind_from(kind_among(there, *stage.id)) != stage.kind.value_or(StageKind::open);
        if (is_other && processes.opportunities_in(*stage.id) > 0)
            return invalid_field("stages", "「" + stage.name + "」里已有商机，不能改变阶段类型");
    }
    if (auto const removed = remove_missing(ctx, input, there, *stages); !removed) return removed.error();
    processes.put_stages(input.id, *stages);
    return {};
}

}  // namespace

std::vector<FieldRule> field_rules(EntryTask const*) {
    return {{"title", "任务标题", {.max_length = 100}, "安排现场演示"},
            {"due_days", "几天内完成", {.min = 0, .max = 365}},
            {"assignee", "给谁"}};
}
std::vector<FieldRule> field_rules(EntryValue const*) {
    return {{"field", "字段", {.max_length = 100}}, {"value", "填入的内容", {.max_length = 500}}};
}
std::vector<FieldRule> field_rules(EntryActions const*) {
    return {{"tasks", "新建任务", {.max_items = 10}},
            {"reminder_days", "几天后提醒负责人", {.min = 1, .max = 365}},
            {"values", "填写字段", {.max_items = 20}}};
}

std::vector<FieldRule> field_rules(StageInput const*) {
    return {{"id", "阶段"},
            {"name", "阶段名称", {.max_length = 30}, "需求确认"},
            {"probability", "赢率", {.min = 0, .max = 100}, "30"},
            {"kind", "类型"},
            {"expected_days", "预计天数", {.min = 1, .max = 3'650}},
            {"description", "说明", {.max_length = 500}},
            {"required_fields", "必填字段", {.max_items = 50}},
            {"min_followups", "最少跟进数", {.min = 0, .max = 100}},
            {"required_tasks", "须完成的任务", {.max_items = 20}},
            {"min_attachments", "最少附件数", {.min = 0, .max = 50}},
            {"needs_approval", "须审批通过"},
            {"close_after", "多少天后自动输单", {.min = 1, .max = 3'650}},
            {"close_basis", "从何时算起"},
            {"position", "第几个"},
            {"mover_user_ids", "可以移动的人", {.max_items = 100}},
            {"mover_department_ids", "可以移动的部门", {.max_items = 100}},
            {"mover_role_ids", "可以移动的角色", {.max_items = 50}},
            {"mover_guards", "限制移入还是移出"},
            {"mover_names", "谁可以移动", {.max_items = 300}},
            {"on_entry", "进入阶段时"},
            {"colour", "颜色"}};
}

std::vector<FieldRule> field_rules(CreateProcess const*) {
    return {{"name", "流程名称", {.max_length = 50}, "大客户流程"},
            {"stages", "阶段", {.max_items = 100}},
            {"enabled", "启用"},
            {"is_default", "默认流程"},
            {"department_ids", "适用部门", {.max_items = 200}},
            {"role_ids", "适用角色", {.max_items = 50}},
            {"customer_levels", "适用的客户级别", {.max_items = 50}},
            {"currency", "币种", {.max_length = 3}, "CNY"},
            {"roll_back", "退回前面的阶段"},
            {"can_skip", "可以跳过阶段"},
            {"can_reopen", "可以重新打开"},
            {"idle_days", "多少天不跟进算停滞", {.min = 1, .max = 3'650}},
            {"overrun_percent", "超出预计天数的百分比算停滞", {.min = 50, .max = 1'000}},
            {"close_warn_days", "自动输单前几天提醒", {.min = 1, .max = 30}}};
}

std::vector<FieldRule> field_rules(ChangeProcess const*) {
    auto rules = field_rules(static_cast<CreateProcess const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    rules.push_back({"stage_targets", "删除的阶段移到", {.max_items = 100}});
    rules.push_back({"opportunities", "进行中的商机"});
    rules.push_back({"created_at", "创建时间"});
    rules.push_back({"updated_at", "更新时间"});
    rules.push_back({"created_by", "创建人"});
    return rules;
}

Result<ProcessDetail> create_process(operation::Context& ctx, CreateProcess const& input) {
    for (std::size_t at = 0; at < input.stages.size(); ++at)
        if (input.stages[at].id)
            return invalid_field("stages[" + std::to_string(at) + "].id", "新流程的阶段还没有编号");
    auto const stages = complete_stages(input.stages);
    if (!stages) return stages.error();
    if (auto const free = insist_free_name(ctx, {}, input.name); !free) return free.error();
    if (auto const right = check_currency(input.currency); !right) return right.error();
    if (auto const known = check_scope(ctx, input.department_ids, input.role_ids); !known) return known.error();
    if (auto const known = check_references(ctx, input.stages, {}); !known) return known.error();
    if (input.is_default.value_or(false) && !input.enabled.value_or(true))
        return invalid_field("enabled", "默认流程需要启用");
    auto processes = Processes{ctx};
    auto const id = processes.insert(input);
    processes.put_stages(id, *stages);
    if (input.is_default.value_or(false)) processes.only_default(id);
    processes.keep_version(id);
    auto const made = processes.detail(id);
    audit(ctx, id, "process.create", std::nullopt, made);
    return made;
}

Result<ProcessDetail> show_process(operation::Context& ctx, OneProcess const& input) {
    if (!Processes{ctx}.find(input.id)) return no_process();
    return Processes{ctx}.detail(input.id);
}

Result<ProcessPage> list_processes(operation::Context& ctx, ListProcesses const& input) {
    auto page = ProcessPage{};
    auto const ids = ctx.sql().values<ProcessId>(
        "select id from sales_process where tenant_id = :tenant and deleted_at is null and (:enabled::boolean is null "
        "or is_enabled = :enabled::boolean) order by is_default desc, created_at, id",
        {bind("tenant", ctx.tenant()), bind("enabled", input.enabled)});
    for (auto const id : ids) page.items.push_back(Processes{ctx}.in_list(id));
    return page;
}

Result<ProcessDetail> change_process(operation::Context& ctx, ChangeProcess const& input) {
    auto processes = Processes{ctx};
    auto const locked = processes.lock(input.id);
    if (!locked) return no_process();
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    if (input.name)
        if (auto const free = insist_free_name(ctx, input.id, *input.name); !free) return free.error();
    if (auto const right = check_currency(input.currency); !right) return right.error();
    auto const known = check_scope(ctx, input.department_ids.value_or(std::vector<DepartmentId>{}),
                                   input.role_ids.value_or(std::vector<RecordId>{}));
    if (!known) return known.error();
    auto const stays_default = input.is_default.value_or(locked->is_default) || locked->is_default;
    if (locked->is_default && input.is_default && !*input.is_default)
        return invalid_field("is_default", "请把另一个流程设为默认");
    if (stays_default && !input.enabled.value_or(locked->enabled)) return invalid_field("enabled", "默认流程需要启用");
    auto const before = processes.detail(input.id);
    processes.keep_version(input.id);
    processes.update(input);
    if (input.stages)
        if (auto const changed = change_stages(ctx, input); !changed) return changed.error();
    if (input.is_default.value_or(false)) processes.only_default(input.id);
    processes.keep_version(input.id);
    auto const after = processes.detail(input.id);
    audit(ctx, input.id, "process.change", before, after);
    return after;
}

Result<Nothing> delete_process(operation::Context& ctx, OneProcess const& input) {
    auto const locked = Processes{ctx}.lock(input.id);
    if (!locked) return no_process();
    if (auto const fresh = insist_version(input.version, locked->version); !fresh) return fresh.error();
    if (locked->is_default) return Error{Errc::conflict, "default_process", "默认流程不能删除，请先设另一个为默认"};
    auto const used = ctx.sql().value<int>(
        "select 1 from opportunity where tenant_id = :tenant and process_id = :id and deleted_at is null limit 1",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (used) return Error{Errc::conflict, "in_use", "流程「" + locked->name + "」里还有商机，只能停用"};
    auto const before = Processes{ctx}.detail(input.id);
    ctx.sql().execute(
        "update sales_process set deleted_at = :now, version = version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    audit(ctx, input.id, "process.delete", before, std::nullopt);
    return Nothing{};
}

Result<ProcessVersions> list_process_versions(operation::Context& ctx, OneProcess const& input) {
    if (!Processes{ctx}.find(input.id)) return no_process();
    auto versions = ProcessVersions{};
    for (auto const& [version, definition, at, user, name] :
         ctx.sql().rows<std::int64_t, std::string, Instant, std::optional<UserId>, std::optional<std::string>>(
             "select v.version, v.definition::text, v.changed_at, e.user_id, e.name from sales_process_version v left "
             "join employee e on e.tenant_id = v.tenant_id and e.id = v.changed_by where v.tenant_id = :tenant and "
             "v.process_id = :id order by v.version desc",
             {bind("tenant", ctx.tenant()), bind("id", input.id)})) {
        auto parsed = json::parse(definition);
        if (!parsed) return parsed.error();
        versions.items.push_back({version, std::move(*parsed), at, user, name});
    }
    return versions;
}

}  // namespace wescrm::sales
