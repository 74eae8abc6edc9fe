#include "tasks.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "dialog.hpp"
#include "values.hpp"

namespace wescrm::pages::record {
namespace {

constexpr int tasks_shown = 100;
constexpr auto usual_notice = "15";  // minutes

Words notices() {
    return {{"0", "准时提醒"},      {"15", "提前 15 分钟"}, {"30", "提前 30 分钟"}, {"60", "提前 1 小时"},
            {"120", "提前 2 小时"}, {"1440", "提前 1 天"},  {"2880", "提前 2 天"}};
}

Field due_field(std::string_view label) { return {"due_at", Field::Ask::by_type, {}, {}, label}; }
Field notice_field() { return {"remind_before_minutes", Field::Ask::choice, notices(), {}, "提醒"}; }

std::vector<Field> const& all_fields() {
    static auto const fields =
        std::vector<Field>{{"title"},
                           due_field("时间"),
                           notice_field(),
                           {"assignee_user_id", Field::Ask::person, {}, {}, "负责人（空为自己）", {}, "assignee_name"}};
    return fields;
}
std::vector<Field> const& postponed_fields() {
    static auto const fields = std::vector<Field>{due_field("推迟到")};
    return fields;
}

std::string base_of(web::PageCall const& call, Kind const& kind) {
    return std::string{kind.path} + "/" + call.path("id");
}
std::string tab_of(web::PageCall const& call, Kind const& kind, std::string_view done = {}) {
    return base_of(call, kind) + "?tab=tasks" + (done.empty() ? "" : "&done=" + std::string{done});
}

// Nothing to be reminded before where nothing is due.
Entries typed_task(web::PageCall& call, Asking const& asking) {
    auto entries = typed_in(call, asking);
    if (entries["due_at"].empty()) entries.erase("remind_before_minutes");
    return entries;
}

// ---- a new one

Result<web::View> ask_new(web::PageCall& call, Kind const& kind, Entries const& entries, Error const* problem) {
    auto const* entry = usable(call, "task.create");
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有新建任务的权限"};
    auto dialog = Dialog{"新建任务", base_of(call, kind) + "/tasks/new", tab_of(call, kind)};
    dialog.sentence = "到时间由企业微信提醒负责人；派给同事时他会立即收到通知。";
    auto const asking = Asking{*entry, all_fields()};
    return dialog_view(call, dialog, &asking, entries, problem);
}

Result<web::View> show_new_task(web::PageCall& call, Kind const& kind) {
    return ask_new(call, kind, {{"title", call.value("title")}, {"remind_before_minutes", usual_notice}}, nullptr);
}

Result<web::View> create_task(web::PageCall& call, Kind const& kind) {
    auto const* entry = usable(call, "task.create");
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有新建任务的权限"};
    auto const asking = Asking{*entry, all_fields()};
    auto const entries = typed_task(call, asking);
    auto input = input_from(call, asking, entries, false);
    if (input) {
        json::set(*input, "target_type", kind.object, input->GetAllocator());
        json::set(*input, "target_id", call.path("id"), input->GetAllocator());
    }
    auto const made = input ? call.perform(entry->name, *input) : Result<json::Document>{input.error()};
    if (made) return web::View::to(tab_of(call, kind, "task_created"));
    auto const problem = made.error();
    if (problem.code == Errc::unavailable) return problem;
    return ask_new(call, kind, entries, &problem);
}

// ---- one that is there

/// What is asked of an open task.
struct Changing {
    std::string_view verb;  ///< in the address
    std::string_view title;
    std::string_view submit;
    std::vector<Field> const& fields;
    std::string_view done;
};
Changing const& edit_task() {
    static auto const changing = Changing{"edit", "修改任务", "保存", all_fields(), "task_saved"};
    return changing;
}
Changing const& postpone() {
    static auto const changing = Changing{"postpone", "推迟任务", "推迟", postponed_fields(), "task_postponed"};
    return changing;
}

std::string place_of(web::PageCall const& call, Kind const& kind, std::string_view verb) {
    return base_of(call, kind) + "/tasks/" + call.path("task") + "/" + std::string{verb};
}

Result<json::Document> task_of(web::PageCall& call) {
    return call.perform("task.show", input_of({{"id", call.path("task")}}));
}

// How long before it is due somebody is reminded, if that is one of the choices.
std::string notice_of(json::Value const& task) {
    auto const due = parse_rfc3339(json::find_string(task, "due_at").value_or(""));
    auto const remind = parse_rfc3339(json::find_string(task, "remind_at").value_or(""));
    if (!due || !remind || *remind > *due) return {};
    auto const before = std::to_string(std::chrono::duration_cast<minutes>(*due - *remind).count());
    for (auto const& word : notices())
        if (word.value == before) return before;
    return {};
}

Entries stored(web::PageCall& call, Asking const& asking) {
    auto entries = stored_in(call, asking);
    entries["remind_before_minutes"] = notice_of(*asking.record);
    return entries;
}

struct AskedTask {
    operation::Entry const& entry;
    json::Document task;
};
Result<AskedTask> asked_task(web::PageCall& call) {
    auto const* entry = usable(call, "task.change");
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有修改任务的权限"};
    auto task = task_of(call);
    if (!task) return task.error();
    return AskedTask{*entry, std::move(*task)};
}

web::View changing_view(web::PageCall& call, Kind const& kind, Changing const& changing, AskedTask const& what,
                        Entries const* typed, Error const* problem) {
    auto dialog = Dialog{std::string{changing.title}, place_of(call, kind, changing.verb), tab_of(call, kind)};
    dialog.submit = changing.submit;
    dialog.sentence = &changing == &postpone()
                          ? "「" + json::find_string(what.task, "title").value_or("") + "」的提醒一起推迟。"
                          : std::string{};
    dialog.version = json::find_integer(what.task, "version").value_or(0);
    auto const asking = Asking{what.entry, changing.fields, &what.task};
    return dialog_view(call, dialog, &asking, typed ? *typed : stored(call, asking), problem);
}

Result<web::View> ask_task_change(web::PageCall& call, Kind const& kind, Changing const& changing) {
    auto const what = asked_task(call);
    if (!what) return what.error();
    return changing_view(call, kind, changing, *what, nullptr, nullptr);
}

// What stays as it is is not sent: moving a task keeps its reminder's distance.
Result<json::Document> task_change_from(web::PageCall& call, Changing const& changing, AskedTask const& what,
                                        Entries const& entries) {
    auto const asking = Asking{what.entry, changing.fields, &what.task};
    auto const now = stored(call, asking);
    auto changed = std::vector<Field>{};
    for (auto const& field : changing.fields)
        if (!is_same(field, entries, now)) changed.push_back(field);
    if (auto const title = entries.find("title"); title != entries.end() && title->second.empty())
        return invalid_field("title", "请填写任务内容");
    auto input = input_from(call, {what.entry, changed, &what.task}, entries, true);
    if (!input) return input;
    json::set(*input, "id", call.path("task"), input->GetAllocator());
    add_version(call, *input);
    return input;
}

Result<web::View> change_task(web::PageCall& call, Kind const& kind, Changing const& changing) {
    auto const what = asked_task(call);
    if (!what) return what.error();
    auto const entries = typed_task(call, {what->entry, changing.fields, &what->task});
    auto const input = task_change_from(call, changing, *what, entries);
    auto const done = input ? call.perform(what->entry.name, *input) : Result<json::Document>{input.error()};
    if (done) return web::View::to(tab_of(call, kind, changing.done));
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return changing_view(call, kind, changing, *what, &entries, &problem);
}

Result<web::View> complete_task(web::PageCall& call, Kind const& kind) {
    auto const done = call.perform("task.complete", input_of({{"id", call.path("task")}}));
    if (!done) return done.error();
    return web::View::to(tab_of(call, kind, "task_completed"));
}

Result<web::View> ask_task_delete(web::PageCall& call, Kind const& kind, Error const* problem) {
    auto const task = task_of(call);
    if (!task) return task.error();
    auto dialog = Dialog{"删除任务", place_of(call, kind, "delete"), tab_of(call, kind)};
    dialog.sentence = "删除「" + json::find_string(*task, "title").value_or("") + "」？不再提醒，也不能恢复。";
    dialog.is_danger = true;
    dialog.version = json::find_integer(*task, "version").value_or(0);
    return dialog_view(call, dialog, nullptr, {}, problem);
}

Result<web::View> remove_task(web::PageCall& call, Kind const& kind) {
    auto input = input_of({{"id", call.path("task")}});
    add_version(call, input);
    auto const done = call.perform("task.delete", input);
    if (done) return web::View::to(tab_of(call, kind, "task_deleted"));
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return ask_task_delete(call, kind, &problem);
}

// ---- the tab

void add_rights(web::PageCall const& call, json::Value& task, std::string const& path, json::Allocator& allocator) {
    auto const is_open = json::find_string(task, "status") == "open";
    json::set(task, "task_complete", is_open && usable(call, "task.complete") ? path + "/complete" : "", allocator);
    json::set(task, "task_postpone", is_open && usable(call, "task.change") ? path + "/postpone" : "", allocator);
    json::set(task, "task_edit", is_open && usable(call, "task.change") ? path + "/edit" : "", allocator);
    json::set(task, "task_delete", usable(call, "task.delete") ? path + "/delete" : "", allocator);
}

void add_task_rows(web::PageCall& call, Kind const& kind, json::Value const& items, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto tasks = json::Value{};
    tasks.CopyFrom(items, allocator);
    add_time_texts(tasks, "due_at", call.ctx.zone(), call.ctx.now(), allocator);
    add_time_texts(tasks, "remind_at", call.ctx.zone(), call.ctx.now(), allocator);
    for (auto& task : tasks.GetArray()) {
        auto const status = json::find_string(task, "status");
        auto const due = parse_rfc3339(json::find_string(task, "due_at").value_or(""));
        json::set(task, "task_open", json::Value{status == "open"}, allocator);
        json::set(task, "task_done", json::Value{status == "done"}, allocator);
        json::set(task, "task_cancelled", json::Value{status == "cancelled"}, allocator);
        json::set(task, "task_late", json::Value{status == "open" && due && *due < call.ctx.now()}, allocator);
        add_rights(call, task, base_of(call, kind) + "/tasks/" + json::find_string(task, "id").value_or(""), allocator);
    }
    json::set(view.data, "tasks", std::move(tasks), allocator);
}

// What the stage of an opportunity demands before it is left.
void add_demands(web::PageCall& call, Kind const& kind, web::View& view) {
    if (kind.object != "opportunity") return;
    auto const found = call.perform("opportunity.required_tasks", input_of({{"id", call.path("id")}}));
    if (!found) return;
    auto& allocator = view.data.GetAllocator();
    auto demands = json::Value{rapidjson::kArrayType};
    for (auto const& item : (*found)["items"].GetArray()) {
        auto const title = json::find_string(item, "title").value_or("");
        auto const status = json::find_string(item, "status");
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "demand_title", title, allocator);
        json::set(row, "demand_done", json::Value{status == "done"}, allocator);
        json::set(row, "demand_open", json::Value{status == "open"}, allocator);
        json::set(row, "demand_missing", json::Value{status == "missing"}, allocator);
        demands.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "demands", std::move(demands), allocator);
}

}  // namespace

void add_tasks(web::PageCall& call, Kind const& kind, web::View& view) {
    auto input =
        input_of({{"target_type", std::string{kind.object}}, {"target_id", call.path("id")}, {"sort", "-due_at"}});
    json::set(input, "limit", json::Value{tasks_shown}, input.GetAllocator());
    auto const found = call.perform("task.list", input);
    if (!found) return;
    auto& allocator = view.data.GetAllocator();
    add_task_rows(call, kind, (*found)["items"], view);
    add_demands(call, kind, view);
    json::set(view.data, "task_new", usable(call, "task.create") ? base_of(call, kind) + "/tasks/new" : "", allocator);
    json::set(view.data, "tab_tasks", json::Value{true}, allocator);
}

void add_task_routes(web::Pages& pages, Kind const& kind) {
    auto const permission = view_permission_of(kind);
    auto const path = std::string{kind.path} + "/{id}/tasks";
    using http::Method;
    using Call = web::PageCall;
    auto const add = [&](Method method, std::string const& where, web::PageFunction run) {
        pages.add(web::PageRoute{method, path + where, permission, std::move(run)});
    };
    add(Method::get, "/new", [&kind](Call& call) { return show_new_task(call, kind); });
    add(Method::post, "/new", [&kind](Call& call) { return create_task(call, kind); });
    for (auto const* changing : {&edit_task(), &postpone()}) {
        auto const where = "/{task}/" + std::string{changing->verb};
        add(Method::get, where, [&kind, changing](Call& call) { return ask_task_change(call, kind, *changing); });
        add(Method::post, where, [&kind, changing](Call& call) { return change_task(call, kind, *changing); });
    }
    add(Method::post, "/{task}/complete", [&kind](Call& call) { return complete_task(call, kind); });
    add(Method::get, "/{task}/delete", [&kind](Call& call) { return ask_task_delete(call, kind, nullptr); });
    add(Method::post, "/{task}/delete", [&kind](Call& call) { return remove_task(call, kind); });
}

}  // namespace wescrm::pages::record
