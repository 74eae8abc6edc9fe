#include "extras.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "followups.hpp"
#include "list.hpp"
#include "values.hpp"

#include <wescrm/base/encoding.hpp>

#include <cstdio>
#include <map>

namespace wescrm::pages::record {
namespace {

constexpr int files_in_timeline = 20;
constexpr int files_in_tab = 60;

std::string extra_size_text(std::int64_t bytes) {
    constexpr std::int64_t kilobyte = 1024;
    if (bytes < kilobyte) return std::to_string(bytes) + " B";
    if (bytes < kilobyte * kilobyte) return std::to_string((bytes + kilobyte / 2) / kilobyte) + " KB";
    auto const tenths = bytes * 10 / (kilobyte * kilobyte);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

std::string_view extra_kind_word(std::string_view kind) {
    if (kind == "image") return "图片";
    if (kind == "voice") return "语音";
    return kind == "video" ? "视频" : "文件";
}

json::Value file_view(web::PageCall const& call, json::Value const& file, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const text = [&file](char const* member) { return json::find_string(file, member).value_or(""); };
    auto const word = extra_kind_word(text("kind"));
    auto const name = text("file_name");
    json::set(view, "file_id", text("id"), allocator);
    json::set(view, "file_href", "/files/" + text("id"), allocator);
    json::set(view, "file_name", name.empty() ? std::string{word} : name, allocator);
    json::set(view, "file_word", word, allocator);
    json::set(view, "file_who", text("author_name"), allocator);
    json::set(view, "file_time", short_time(file, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
    json::set(view, "file_size", extra_size_text(json::find_integer(file, "bytes").value_or(0)), allocator);
    auto const state = text("state");
    json::set(view, "file_picture", json::Value{state == "stored" && text("kind") == "image"}, allocator);
    json::set(view, "file_plain", json::Value{state == "stored" && text("kind") != "image"}, allocator);
    json::set(view, "file_waiting", json::Value{state == "waiting"}, allocator);
    json::set(view, "file_failed", json::Value{state == "failed"}, allocator);
    json::set(view, "file_problem", text("problem"), allocator);
    return view;
}

json::Value files_of(web::PageCall const& call, json::Value const& list, json::Allocator& allocator) {
    auto files = json::Value{rapidjson::kArrayType};
    for (auto const& file : list.GetArray()) files.PushBack(file_view(call, file, allocator), allocator);
    return files;
}

json::Value comments_of(web::PageCall const& call, json::Value const& list, json::Allocator& allocator) {
    auto comments = json::Value{rapidjson::kArrayType};
    auto names = std::map<std::string, std::string>{};
    for (auto const& comment : list.GetArray()) {
        auto view = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(comment, "id").value_or("");
        auto const author = json::find_string(comment, "author_name").value_or("");
        names[id] = author;
        auto const parent = names.find(json::find_string(comment, "parent_id").value_or(""));
        json::set(view, "comment_id", id, allocator);
        json::set(view, "comment_author", author, allocator);
        json::set(view, "comment_to", parent == names.end() ? "" : parent->second, allocator);
        json::set(view, "comment_text", json::find_string(comment, "content").value_or(""), allocator);
        json::set(view, "comment_time", short_time(comment, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
        comments.PushBack(std::move(view), allocator);
    }
    return comments;
}

std::string extra_place_text(json::Value const& place) {
    auto const address = json::find_string(place, "address").value_or("");
    auto const* latitude = json::find(place, "latitude");
    if (!latitude || !latitude->IsNumber()) return address;
    auto coordinates = std::array<char, 64>{};
    auto const number = [&place](char const* member) {
        auto const* value = json::find(place, member);
        return value && value->IsNumber() ? value->GetDouble() : 0.0;
    };
    std::snprintf(coordinates.data(), coordinates.size(), "（%.5f, %.5f）", number("latitude"), number("longitude"));
    return address + coordinates.data();
}

Result<json::Document> attachments_of(web::PageCall& call, Kind const& kind, std::string const& id, int limit) {
    auto input = input_of({{"target_type", std::string{kind.object}}, {"target_id", id}});
    json::set(input, "limit", json::Value{limit}, input.GetAllocator());
    return call.perform("attachment.list", input);
}

// Whether they were changed, and what the visitor may still do with them.
void add_states(web::PageCall& call, json::Document const& ids, json::Value& moments, json::Allocator& allocator) {
    auto const found = call.perform("followup.states", ids);
    if (!found) return;
    auto states = std::map<std::string, json::Value const*>{};
    for (auto const& one : (*found)["items"].GetArray()) states[json::find_string(one, "id").value_or("")] = &one;
    auto const may_change = usable(call, "followup.change") != nullptr;
    auto const may_delete = usable(call, "followup.delete") != nullptr;
    for (auto& moment : moments.GetArray()) {
        auto const known = states.find(json::find_string(moment, "moment_followup").value_or(""));
        if (known == states.end()) continue;
        auto const& state = *known->second;
        auto const is = [&state](char const* right) { return json::find_bool(state, right).value_or(false); };
        json::set(moment, "moment_number", json::find_string(state, "target_no").value_or(""), allocator);
        json::set(moment, "moment_edited", json::Value{json::find_string(state, "edited_at").has_value()}, allocator);
        json::set(moment, "moment_may_change", json::Value{may_change && is("may_change")}, allocator);
        json::set(moment, "moment_may_delete", json::Value{may_delete && is("may_delete")}, allocator);
    }
}

// Colleagues who may be mentioned, while somebody types a name after an @.
Result<web::View> suggest_mentions(web::PageCall& call) {
    auto input = input_of({{"target_type", call.value("object")}, {"target_id", call.value("id")}});
    if (auto const q = call.value("q"); !q.empty()) json::set(input, "q", q, input.GetAllocator());
    auto const found = call.perform("followup.readers", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "record/mentions";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    auto people = json::Value{rapidjson::kArrayType};
    for (auto const& one : (*found)["items"].GetArray()) {
        auto person = json::Value{rapidjson::kObjectType};
        for (auto const* member : {"user_id", "name", "department"})
            json::set(person, std::string{"person_"} + member, json::find_string(one, member).value_or(""), allocator);
        people.PushBack(std::move(person), allocator);
    }
    json::set(view.data, "people", std::move(people), allocator);
    return view;
}

Result<web::View> comment(web::PageCall& call, Kind const& kind) {
    auto input = input_of({{"id", call.path("followup")}});
    auto& allocator = input.GetAllocator();
    json::set(input, "content", call.value("content"), allocator);
    if (auto const parent = call.value("parent_id"); !parent.empty()) json::set(input, "parent_id", parent, allocator);
    auto people = json::Value{rapidjson::kArrayType};
    for (auto const& user : mentioned_in(call)) people.PushBack(json::make_string(user, allocator), allocator);
    json::set(input, "mention_user_ids", std::move(people), allocator);
    auto const done = call.perform("followup.comment", input);
    if (!done) return done.error();
    return web::View::to(timeline_path(kind, call.path("id"), "commented") + "#followup-" + call.path("followup"));
}

Result<web::View> remove_extra(web::PageCall& call, Kind const& kind) {
    auto const done = call.perform("attachment.delete", input_of({{"id", call.path("file")}}));
    if (!done) return done.error();
    return web::View::to(std::string{kind.path} + "/" + call.path("id") + "?tab=files");
}

// The picture that stands for the record, and which others could.
void mark_first(web::PageCall& call, Kind const& kind, web::View& view, bool may_change) {
    auto const record = call.perform(operation_of(kind, "show"), input_of({{"id", call.path("id")}}));
    if (!record) return;
    auto const first = first_picture(kind, *record);
    auto& allocator = view.data.GetAllocator();
    for (auto& file : view.data["files"].GetArray()) {
        auto const is_first = json::find_string(file, "file_href") == first;
        json::set(file, "file_first", json::Value{is_first}, allocator);
        json::set(file, "file_may_lead", json::Value{may_change && !is_first}, allocator);
    }
}

Result<web::View> put_first(web::PageCall& call, Kind const& kind) {
    auto const record = call.perform(operation_of(kind, "show"), input_of({{"id", call.path("id")}}));
    if (!record) return record.error();
    auto input = input_of({{"id", call.path("id")}, {"first_image_id", call.path("file")}});
    json::set(input, "version", json::Value{json::find_integer(*record, "version").value_or(0)}, input.GetAllocator());
    auto const done = call.perform(operation_of(kind, "change"), input);
    if (!done) return done.error();
    return web::View::to(std::string{kind.path} + "/" + call.path("id") + "?tab=files");
}

// Not a fragment: a form with a file is sent by the browser itself, without script.
Result<web::View> upload_extra(web::PageCall& call) {
    auto const* kind = find_kind(call.value("target_type"));
    if (!kind) return Error{Errc::not_found, "target_type", "没有这种对象"};
    if (call.files.empty()) return invalid_field("content", "请选择一个文件");
    auto const& file = call.files.front();
    auto input = input_of({{"target_type", call.value("target_type")},
                           {"target_id", call.value("target_id")},
                           {"file_name", file.file_name}});
    json::set(input, "content", to_base64(file.content), input.GetAllocator());
    auto const done = call.perform("attachment.upload", input);
    auto const back = std::string{kind->path} + "/" + call.value("target_id") + "?tab=files";
    if (done) return web::View::to(back);
    if (done.error().code != Errc::invalid_input || done.error().fields.empty()) return done.error();
    auto view = web::View{};
    view.page = "record/upload_refused";
    view.title = "没有上传";
    view.status = 422;
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "problem", done.error().fields.front().message, allocator);
    json::set(view.data, "back", back, allocator);
    return view;
}

}  // namespace

void add_extras(web::PageCall& call, json::Value& moments, json::Allocator& allocator) {
    auto input = json::Document{rapidjson::kObjectType};
    auto ids = json::Value{rapidjson::kArrayType};
    for (auto const& moment : moments.GetArray())
        if (auto const id = json::find_string(moment, "moment_followup"); id && !id->empty())
            ids.PushBack(json::make_string(*id, input.GetAllocator()), input.GetAllocator());
    if (ids.Empty()) return;
    json::set(input, "ids", std::move(ids), input.GetAllocator());
    add_states(call, input, moments, allocator);
    auto const found = call.perform("followup.extras", input);
    if (!found) return;
    auto extras = std::map<std::string, json::Value const*>{};
    for (auto const& one : (*found)["items"].GetArray())
        extras[json::find_string(one, "followup_id").value_or("")] = &one;
    for (auto& moment : moments.GetArray()) {
        auto const one = extras.find(json::find_string(moment, "moment_followup").value_or(""));
        if (one == extras.end()) continue;
        auto const& extra = *one->second;
        json::set(moment, "moment_files", files_of(call, extra["attachments"], allocator), allocator);
        json::set(moment, "moment_comments", comments_of(call, extra["comments"], allocator), allocator);
        json::set(moment, "comment_count", std::to_string(extra["comments"].Size()), allocator);
        if (auto const* place = json::find(extra, "place"); place && place->IsObject())
            json::set(moment, "moment_place", extra_place_text(*place), allocator);
    }
}

std::vector<FileMoment> file_moments(web::PageCall& call, Kind const& kind, std::string const& id,
                                     json::Allocator& allocator) {
    auto moments = std::vector<FileMoment>{};
    auto const found = attachments_of(call, kind, id, files_in_timeline);
    if (!found) return moments;
    for (auto const& file : (*found)["items"].GetArray()) {
        if (json::find_string(file, "followup_id")) continue;
        auto view = json::Value{rapidjson::kObjectType};
        auto shown = file_view(call, file, allocator);
        json::set(view, "moment_icon", "link", allocator);
        json::set(view, "moment_title",
                  json::find_string(shown, "file_word").value_or("") + " · " +
                      json::find_string(shown, "file_who").value_or(""),
                  allocator);
        json::set(view, "moment_time", json::find_string(shown, "file_time").value_or(""), allocator);
        auto files = json::Value{rapidjson::kArrayType};
        files.PushBack(std::move(shown), allocator);
        json::set(view, "moment_files", std::move(files), allocator);
        moments.push_back({json::find_string(file, "created_at").value_or(""), std::move(view)});
    }
    return moments;
}

Result<void> add_files(web::PageCall& call, Kind const& kind, web::View& view) {
    auto const found = attachments_of(call, kind, call.path("id"), files_in_tab);
    if (!found) return found.error();
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "files", files_of(call, (*found)["items"], allocator), allocator);
    json::set(view.data, "tab_files", json::Value{true}, allocator);
    json::set(view.data, "files_title", kind.pictures.empty() ? "文件" : "图片", allocator);
    json::set(view.data, "files_hint",
              kind.pictures.empty() ? "图片和视频 10 MB、语音 2 MB、文档 20 MB 以内；在企业微信里直接发图片也会放到这里"
                                    : "JPG、PNG、GIF 等，每张 10 MB 以内；首图用于产品列表",
              allocator);
    auto const may_add = kind.pictures.empty() || usable(call, operation_of(kind, "change"));
    json::set(view.data, "may_upload", json::Value{may_add && usable(call, "attachment.upload")}, allocator);
    if (!kind.pictures.empty()) mark_first(call, kind, view, may_add);
    return {};
}

std::vector<std::string> mentioned_in(web::PageCall const& call) {
    auto people = std::vector<std::string>{};
    for (auto const& [name, value] : call.form)
        if (name == "mention" && !value.empty()) people.push_back(value);
    return people;
}

void add_extra_routes(web::Pages& pages, Kind const& kind) {
    auto const path = std::string{kind.path} + "/{id}";
    using http::Method;
    pages.add(web::PageRoute{Method::post, path + "/followups/{followup}/comments", "followup.view",
                             [&kind](web::PageCall& call) { return comment(call, kind); }});
    pages.add(web::PageRoute{Method::post, path + "/files/{file}/delete", "followup.create",
                             [&kind](web::PageCall& call) { return remove_extra(call, kind); }});
    if (!kind.pictures.empty())
        pages.add(web::PageRoute{Method::post, path + "/files/{file}/first", "product.edit",
                                 [&kind](web::PageCall& call) { return put_first(call, kind); }});
}

void add_uploads(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/mentions", "followup.view", suggest_mentions});
    pages.add(web::PageRoute{http::Method::post, "/app/files/upload", "followup.create", upload_extra});
}

}  // namespace wescrm::pages::record
