#include "actions.hpp"

#include "../org_forms.hpp"
#include "controls.hpp"
#include "form.hpp"
#include "values.hpp"

#include <algorithm>
#include <array>

namespace wescrm::pages::record {
namespace {

constexpr std::size_t most_action_rows = 1'000;
constexpr std::size_t refusals_shown = 20;

Action const* find_action(Kind const& kind, std::string_view name) {
    auto const found =
        std::find_if(kind.actions.begin(), kind.actions.end(), [name](auto const& one) { return one.name == name; });
    return found == kind.actions.end() ? nullptr : &*found;
}

Error no_such_action() { return {Errc::not_found, "action", "没有这个操作，或您的角色没有权限"}; }

struct Asked {
    Kind const& kind;
    Action const& action;
    operation::Entry const& entry;
    std::vector<std::string> ids;
    bool is_bulk = false;
    std::optional<json::Document> record{};  ///< of a single one whose fields choose from it

    [[nodiscard]] Asking asking() const { return {entry, action.fields, record ? &*record : nullptr}; }
};

// The action, if the visitor may do it, and the records it is for.
Result<Asked> asked_action(web::PageCall& call, Kind const& kind, bool is_bulk) {
    auto const* action = find_action(kind, is_bulk ? call.value("action") : call.path("action"));
    auto const* entry = action ? usable(call, action->operation) : nullptr;
    if (!entry || (is_bulk ? !action->is_bulk : !action->is_single)) return no_such_action();
    auto asked = Asked{kind, *action, *entry, {}, is_bulk};
    if (!is_bulk) {
        asked.ids.push_back(call.path("id"));
        if (auto found = call.perform(operation_of(kind, "show"), input_of({{"id", asked.ids.front()}})))
            asked.record = std::move(*found);
        return asked;
    }
    for (auto const& sent : {call.form, call.request.query})
        for (auto const& [name, value] : sent)
            if (name == "id") asked.ids.push_back(value);
    if (asked.ids.size() > most_action_rows)
        return invalid_field("id", "一次最多处理 " + std::to_string(most_action_rows) + " 条，请分几次进行");
    if (asked.ids.empty()) return invalid_field("id", "请先在列表中勾选" + std::string{kind.title});
    return asked;
}

std::string action_title(Asked const& asked) {
    if (!asked.is_bulk) return std::string{asked.action.title};
    return std::string{asked.action.title} + " " + std::to_string(asked.ids.size()) + " " +
           std::string{asked.kind.measure} + std::string{asked.kind.title};
}

web::View dialog(web::PageCall& call, Asked const& asked, Entries const& entries, Error const* problem) {
    auto view = web::View{};
    view.page = "record/form";
    view.title = action_title(asked);
    auto& allocator = view.data.GetAllocator();
    auto const path = std::string{asked.kind.path};
    auto const where = asked.is_bulk ? path + "/bulk?action=" + std::string{asked.action.name}
                                     : path + "/" + asked.ids.front() + "/do/" + std::string{asked.action.name};
    json::set(view.data, "form_title", view.title, allocator);
    json::set(view.data, "sentence", asked.action.sentence, allocator);
    json::set(view.data, "action", where, allocator);
    json::set(view.data, "back", asked.is_bulk ? path : path + "/" + asked.ids.front(), allocator);
    json::set(view.data, "submit", view.title, allocator);
    auto const has_lines =
        std::ranges::any_of(asked.action.fields, [](Field const& field) { return field.ask == Field::Ask::lines; });
    json::set(view.data, "is_wide", json::Value{has_lines}, allocator);
    json::set(view.data, "is_danger", json::Value{asked.action.is_danger}, allocator);
    if (asked.is_bulk) {
        auto ids = json::Value{rapidjson::kArrayType};
        for (auto const& id : asked.ids) ids.PushBack(json::make_string(id, allocator), allocator);
        json::set(view.data, "ids", std::move(ids), allocator);
    }
    json::set(view.data, "controls", controls_of(call, asked.asking(), entries, problem, allocator), allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        if (problem->reason == "possible_duplicate")
            ask_reason(call, view, *problem);
        else
            json::set(view.data, "problem", problem->message, allocator);
    }
    return view;
}

// The version that the visitor has seen, where the operation wants one: what he sees is what he acts on.
void add_version_of(web::PageCall& call, Kind const& kind, operation::Entry const& entry, json::Document& input) {
    auto const* field = find_field(entry, "version");
    if (!field || !field->is_required) return;
    auto const id = json::find_string(input, "id").value_or("");
    auto const found = call.perform(operation_of(kind, "show"), input_of({{"id", id}}));
    if (found)
        json::set(input, "version", json::Value{json::find_integer(*found, "version").value_or(0)},
                  input.GetAllocator());
}

Result<json::Document> perform(web::PageCall& call, Asked const& asked, json::Document const& input,
                               std::string const& id) {
    auto own = json::Document{};
    own.CopyFrom(input, own.GetAllocator());
    json::set(own, asked.action.id_as, id, own.GetAllocator());
    if (find_field(asked.entry, "duplicate_reason")) add_reason(call, own);
    add_version_of(call, asked.kind, asked.entry, own);
    return call.perform(asked.action.operation, own);
}

std::string action_name(web::PageCall& call, Kind const& kind, std::string const& id) {
    auto const found = call.perform(operation_of(kind, "show"), input_of({{"id", id}}));
    return found ? json::find_string(*found, kind.name).value_or(id) : "一条看不到的记录";
}

// Each record by itself: those that are refused are named with the reason, the others are done.
web::View bulk_result(web::PageCall& call, Asked const& asked, json::Document const& input) {
    auto view = web::View{};
    view.page = "record/result";
    view.title = action_title(asked);
    auto& allocator = view.data.GetAllocator();
    auto refusals = json::Value{rapidjson::kArrayType};
    auto done = std::size_t{0};
    auto refused = std::size_t{0};
    for (auto const& id : asked.ids) {
        auto const answer = perform(call, asked, input, id);
        done += answer ? 1 : 0;
        refused += answer ? 0 : 1;
        if (answer || refusals.Size() >= refusals_shown) continue;
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "refused_name", action_name(call, asked.kind, id), allocator);
        json::set(line, "refused_because", answer.error().message, allocator);
        refusals.PushBack(std::move(line), allocator);
    }
    json::set(view.data, "done_text",
              std::string{asked.action.done} + " " + std::to_string(done) + " " + std::string{asked.kind.measure},
              allocator);
    json::set(view.data, "refused_count", refused == 0 ? "" : std::to_string(refused), allocator);
    json::set(view.data, "refusals", std::move(refusals), allocator);
    json::set(view.data, "measure", asked.kind.measure, allocator);
    json::set(view.data, "back", asked.kind.path, allocator);
    return view;
}

// Whoever handed a record on may see it no more.
bool is_out_of_sight(web::PageCall& call, Asked const& asked) {
    auto const found = call.perform(operation_of(asked.kind, "show"), input_of({{"id", asked.ids.front()}}));
    return !found && found.error().code == Errc::not_found;
}

// Back to the record, or if it is gone to its list or to what it hung on.
std::string place_after(web::PageCall& call, Asked const& asked) {
    auto const& kind = asked.kind;
    if (!asked.action.leaves && !is_out_of_sight(call, asked)) return std::string{kind.path} + "/" + asked.ids.front();
    if (kind.parent_path.empty() || !asked.record) return std::string{kind.path};
    return std::string{kind.parent_path} + "/" + json::find_string(*asked.record, kind.parent_member).value_or("");
}

Result<web::View> show_action(web::PageCall& call, Kind const& kind, bool is_bulk) {
    auto const what = asked_action(call, kind, is_bulk);
    if (!what) return what.error();
    auto entries = is_bulk || what->action.is_blank ? Entries{} : stored_in(call, what->asking());
    if (what->action.is_blank)
        for (auto const& field : what->action.fields)
            if (auto const given = call.value(field.name); !given.empty()) entries[std::string{field.name}] = given;
    return dialog(call, *what, entries, nullptr);
}

Result<web::View> run(web::PageCall& call, Kind const& kind, bool is_bulk) {
    auto const what = asked_action(call, kind, is_bulk);
    if (!what) return what.error();
    auto const entries = typed_in(call, what->asking());
    auto const input = input_from(call, what->asking(), entries, false);
    if (!input) {
        auto const problem = input.error();
        return dialog(call, *what, entries, &problem);
    }
    if (is_bulk) return bulk_result(call, *what, *input);
    auto const done = perform(call, *what, *input, what->ids.front());
    if (!done) {
        auto const problem = done.error();
        if (problem.code == Errc::unavailable) return problem;
        return dialog(call, *what, entries, &problem);
    }
    return web::View::to(place_after(call, *what) + "?done=" + std::string{what->action.name});
}

}  // namespace

json::Value actions_for(web::PageCall& call, Kind const& kind, json::Value const& record, bool is_main,
                        json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto const id = json::find_string(record, "id").value_or("");
    for (auto const& action : kind.actions) {
        if (!action.is_single || action.is_main != is_main || !usable(call, action.operation) ||
            (action.fits && !action.fits(record)))
            continue;
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "action_title", action.title, allocator);
        json::set(shown, "action_icon", action.icon, allocator);
        json::set(shown, "action_danger", json::Value{action.is_danger}, allocator);
        json::set(shown, "action_href", std::string{kind.path} + "/" + id + "/do/" + std::string{action.name},
                  allocator);
        list.PushBack(std::move(shown), allocator);
    }
    return list;
}

std::string done_sentence(Kind const& kind, std::string_view done) {
    static constexpr auto sentences =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"created", "已新建"},
                                                                      {"saved", "已保存"},
                                                                      {"followed", "跟进已保存"},
                                                                      {"checked_in", "签到已保存"},
                                                                      {"commented", "评论已发表"},
                                                                      {"converted", "已转化为客户"},
                                                                      {"asked", "已发出协作申请，对方答复后会通知您"},
                                                                      {"followup_saved", "跟进已修改"},
                                                                      {"followup_deleted", "跟进已删除"},
                                                                      {"unshared", "已移除"},
                                                                      {"left", "已退出团队"},
                                                                      {"task_created", "任务已新建"},
                                                                      {"task_saved", "任务已修改"},
                                                                      {"task_postponed", "任务已推迟"},
                                                                      {"task_completed", "任务已完成"},
                                                                      {"task_deleted", "任务已删除"}});
    for (auto const& [name, sentence] : sentences)
        if (name == done) return std::string{sentence};
    auto const* action = find_action(kind, done);
    return action ? std::string{action->done} : std::string{};
}

void add_actions(web::Pages& pages, Kind const& kind) {
    auto const path = std::string{kind.path};
    auto const permission = view_permission_of(kind);
    using http::Method;
    pages.add(web::PageRoute{Method::get, path + "/bulk", permission,
                             [&kind](web::PageCall& call) { return show_action(call, kind_for(call, kind), true); }});
    pages.add(web::PageRoute{Method::post, path + "/bulk", permission,
                             [&kind](web::PageCall& call) { return run(call, kind_for(call, kind), true); }});
    pages.add(web::PageRoute{Method::get, path + "/{id}/do/{action}", permission,
                             [&kind](web::PageCall& call) { return show_action(call, kind_for(call, kind), false); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}/do/{action}", permission,
                             [&kind](web::PageCall& call) { return run(call, kind_for(call, kind), false); }});
}

}  // namespace wescrm::pages::record
