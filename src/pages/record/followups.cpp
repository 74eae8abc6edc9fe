#include "followups.hpp"

#include "../org_forms.hpp"
#include "detail.hpp"
#include "dialog.hpp"
#include "extras.hpp"
#include "parts.hpp"
#include "values.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr std::size_t quoted_length = 60;

// Whoever was mentioned in it gets a card; the follow-up stands whether or not he sees it.
void tell_mentioned(web::PageCall& call, std::string const& followup) {
    auto const people = mentioned_in(call);
    if (people.empty()) return;
    auto input = input_of({{"id", followup}});
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& user : people) list.PushBack(json::make_string(user, input.GetAllocator()), input.GetAllocator());
    json::set(input, "user_ids", std::move(list), input.GetAllocator());
    if (auto const told = call.perform("followup.mention", input); !told)
        log::warning("mention_failed", {{"followup", followup}, {"reason", told.error().reason}});
}

// What the form says of a follow-up; with a place it is a check-in.
Result<json::Document> followup_input(web::PageCall& call, Kind const& kind, operation::Entry const& entry) {
    auto input = input_of({{"target_type", std::string{kind.object}}, {"target_id", call.path("id")}});
    auto& allocator = input.GetAllocator();
    for (std::string const name : {"method", "content", "next_contact_at", "latitude", "longitude", "address"}) {
        auto const* field = find_field(entry, name);
        auto const typed = call.value(name);
        if (!field || (typed.empty() && !field->is_required)) continue;
        auto value = value_from(typed, *field, call.ctx.zone(), allocator);
        if (!value) return value.error();
        json::set(input, name, std::move(*value), allocator);
    }
    return input;
}

// Writing a follow-up on the page is the same operation as saying it in the chat.
Result<web::View> write(web::PageCall& call, Kind const& kind) {
    auto const is_check_in = std::ranges::any_of(call.form, [](auto const& sent) { return sent.first == "address"; });
    auto const* entry = usable(call, is_check_in ? "followup.check_in" : "followup.create");
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有写跟进的权限"};
    auto const input = followup_input(call, kind, *entry);
    if (!input) return input.error();
    auto const written = call.perform(entry->name, *input);
    if (written) {
        tell_mentioned(call, json::find_string(*written, "id").value_or(""));
        return web::View::to(timeline_path(kind, call.path("id"), is_check_in ? "checked_in" : "followed"));
    }
    if (written.error().code != Errc::invalid_input) return written.error();
    auto view = show_record(call, kind);
    if (!view) return view;
    view->status = 422;
    auto& allocator = view->data.GetAllocator();
    json::set(view->data, "followup_problem",
              written.error().fields.empty() ? written.error().message : written.error().fields.front().message,
              allocator);
    json::set(view->data, "followup_text", call.value("content"), allocator);
    return view;
}

std::string path_of(web::PageCall const& call, Kind const& kind, std::string_view verb) {
    return std::string{kind.path} + "/" + call.path("id") + "/followups/" + call.path("followup") + "/" +
           std::string{verb};
}

std::string back_to(web::PageCall const& call, Kind const& kind, std::string_view done) {
    return timeline_path(kind, call.path("id"), done) + "#followup-" + call.path("followup");
}

/// A follow-up that is to be changed, and what may be.
struct Editing {
    operation::Entry const& entry;
    json::Document followup;
    std::vector<Field> fields{{"content"},
                              {"method", Field::Ask::choice, method_words(), {}, "方式"},
                              {"next_contact_at", Field::Ask::by_type, {}, {}, "下次联系"}};

    [[nodiscard]] Asking asking() const { return {entry, fields, &followup}; }
};

Result<Editing> editing(web::PageCall& call) {
    auto const* entry = usable(call, "followup.change");
    if (!entry) return Error{Errc::forbidden, "permission", "您的角色没有修改跟进的权限"};
    auto followup = call.perform("followup.show", input_of({{"id", call.path("followup")}}));
    if (!followup) return followup.error();
    return Editing{*entry, std::move(*followup)};
}

Dialog edit_dialog(web::PageCall const& call, Kind const& kind, Editing const& editing) {
    auto dialog = Dialog{"修改跟进", path_of(call, kind, "edit"), timeline_path(kind, call.path("id"), "")};
    dialog.submit = "保存";
    dialog.sentence = "写下后 24 小时内可以修改，时间线上会标明已编辑。";
    dialog.version = json::find_integer(editing.followup, "version").value_or(0);
    return dialog;
}

Result<web::View> ask_followup_change(web::PageCall& call, Kind const& kind) {
    auto const what = editing(call);
    if (!what) return what.error();
    auto const asking = what->asking();
    return dialog_view(call, edit_dialog(call, kind, *what), &asking, stored_in(call, asking), nullptr);
}

// Only what is different is sent: a plan that has passed meanwhile does not stop the words from being put right.
Result<bool> send_change(web::PageCall& call, Editing const& what, Entries const& entries) {
    auto const asking = what.asking();
    auto const now = stored_in(call, asking);
    auto changed = std::vector<Field>{};
    for (auto const& field : what.fields)
        if (!is_same(field, entries, now)) changed.push_back(field);
    if (changed.empty()) return false;
    auto const content = entries.find("content");
    if (content == entries.end() || text::trim(content->second).empty())
        return invalid_field("content", "请填写跟进内容");
    auto input = input_from(call, {what.entry, changed, &what.followup}, entries, true);
    if (!input) return input.error();
    json::set(*input, "id", call.path("followup"), input->GetAllocator());
    add_version(call, *input);
    if (auto const done = call.perform(what.entry.name, *input); !done) return done.error();
    return true;
}

Result<web::View> change_followup(web::PageCall& call, Kind const& kind) {
    auto const what = editing(call);
    if (!what) return what.error();
    auto const asking = what->asking();
    auto const entries = typed_in(call, asking);
    auto const sent = send_change(call, *what, entries);
    if (sent) return web::View::to(back_to(call, kind, *sent ? "followup_saved" : ""));
    auto const problem = sent.error();
    if (problem.code == Errc::unavailable) return problem;
    return dialog_view(call, edit_dialog(call, kind, *what), &asking, entries, &problem);
}

Result<web::View> ask_followup_delete(web::PageCall& call, Kind const& kind, Error const* problem) {
    auto const found = call.perform("followup.show", input_of({{"id", call.path("followup")}}));
    if (!found) return found.error();
    auto const content = text::truncate(json::find_string(*found, "content").value_or(""), quoted_length);
    auto dialog = Dialog{"删除跟进", path_of(call, kind, "delete"), timeline_path(kind, call.path("id"), "")};
    dialog.sentence = "删除「" + content + "」？评论和文件一起删除，最后跟进时间和公海到期日按剩下的跟进重新计算。";
    dialog.is_danger = true;
    dialog.version = json::find_integer(*found, "version").value_or(0);
    return dialog_view(call, dialog, nullptr, {}, problem);
}

Result<web::View> remove_followup(web::PageCall& call, Kind const& kind) {
    auto input = input_of({{"id", call.path("followup")}});
    add_version(call, input);
    auto const done = call.perform("followup.delete", input);
    if (done) return web::View::to(timeline_path(kind, call.path("id"), "followup_deleted"));
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return ask_followup_delete(call, kind, &problem);
}

}  // namespace

std::string timeline_path(Kind const& kind, std::string const& id, std::string_view done) {
    auto path = std::string{kind.path} + "/" + id;
    if (kind.has_files) path += "?tab=timeline";
    if (!done.empty()) path += (kind.has_files ? "&done=" : "?done=") + std::string{done};
    return path;
}

void add_followup_routes(web::Pages& pages, Kind const& kind) {
    auto const permission = view_permission_of(kind);
    auto const path = std::string{kind.path} + "/{id}/followups";
    using http::Method;
    pages.add(
        web::PageRoute{Method::post, path, permission, [&kind](web::PageCall& call) { return write(call, kind); }});
    pages.add(web::PageRoute{Method::get, path + "/{followup}/edit", permission,
                             [&kind](web::PageCall& call) { return ask_followup_change(call, kind); }});
    pages.add(web::PageRoute{Method::post, path + "/{followup}/edit", permission,
                             [&kind](web::PageCall& call) { return change_followup(call, kind); }});
    pages.add(web::PageRoute{Method::get, path + "/{followup}/delete", permission,
                             [&kind](web::PageCall& call) { return ask_followup_delete(call, kind, nullptr); }});
    pages.add(web::PageRoute{Method::post, path + "/{followup}/delete", permission,
                             [&kind](web::PageCall& call) { return remove_followup(call, kind); }});
}

}  // namespace wescrm::pages::record
