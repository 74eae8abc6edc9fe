#include "../record/tags.hpp"

#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"
#include "corp_tags.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

// 标签管理: the company's groups at the left, the tags of one at the right; and 我的标签, where everybody has his own.
namespace wescrm::pages {
namespace {

using record::Words;

/// Which groups a page is about, and where it is.
struct Place {
    std::string_view path;
    std::string_view title;
    bool is_personal;
};
constexpr auto company_place = Place{"/admin/tags", "标签管理", false};
constexpr auto personal_place = Place{"/app/me/tags", "我的标签", true};

Words tag_colours() {
    return {{"blue", "蓝色"}, {"green", "绿色"},  {"orange", "橙色"},
            {"red", "红色"},  {"violet", "紫色"}, {"grey", "灰色"}};
}
Words own_colours() {
    auto words = tag_colours();
    words.insert(words.begin(), {"group", "同分组"});
    return words;
}
constexpr auto tag_objects = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"customer", "客户"}, {"lead", "线索"}, {"contact", "联系人"}, {"opportunity", "商机"}});

bool is_tag_set(json::Value const& from, std::string_view name) { return json::find_bool(from, name).value_or(false); }
std::string tag_number(json::Value const& from, std::string_view name) {
    return std::to_string(json::find_integer(from, name).value_or(0));
}

std::string where(Place const& place, std::string const& group, std::string_view done = {}) {
    auto path = std::string{place.path} + "?group=" + group;
    return done.empty() ? path : path + "&done=" + std::string{done};
}

std::string done_words(std::string const& done) {
    if (done == "saved") return "已保存";
    if (done == "by_hand") return "规则已删除，标签留在记录上，改由人工维护";
    if (done == "made") return "已新建";
    if (done == "gone") return "已删除";
    if (done == "syncing") return "已开始与企业微信比较";
    if (done == "replacing") return "正在替换，记录较多，可以先做别的；完成后这个标签会删除";
    if (done == "replaced") return "已替换并删除，原来的记录都换成了新标签";
    return {};
}

// ---- what is shown

std::vector<std::string> tag_words(json::Value const& group) {
    auto titles = std::vector<std::string>{};
    for (auto const& object : group["objects"].GetArray())
        for (auto const& [name, title] : tag_objects)
            if (json::view(object) == name) titles.emplace_back(title);
    return titles;
}

json::Value tag_group_row(Place const& place, json::Value const& group, bool is_current, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const titles = tag_words(group);
    json::set(row, "gr_id", text_of(group, "id"), allocator);
    json::set(row, "gr_name", text_of(group, "name"), allocator);
    json::set(row, "gr_href", where(place, text_of(group, "id")), allocator);
    json::set(row, "gr_tone", record::tone_of(text_of(group, "colour")), allocator);
    json::set(row, "gr_count", std::to_string(group["tags"].Size()), allocator);
    json::set(row, "gr_for", titles.size() == tag_objects.size() ? "全部对象" : text::join(titles, "、"), allocator);
    json::set(row, "gr_single", json::Value{is_tag_set(group, "single")}, allocator);
    json::set(row, "gr_current", json::Value{is_current}, allocator);
    return row;
}

std::string_view tag_title(std::string const& object) {
    for (auto const& [name, title] : tag_objects)
        if (object == name) return title;
    return {};
}

json::Value tag_row(json::Value const& tag, bool is_personal, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    json::set(row, "t_id", text_of(tag, "id"), allocator);
    json::set(row, "t_version", tag_number(tag, "version"), allocator);
    json::set(row, "t_name", text_of(tag, "name"), allocator);
    json::set(row, "t_tone", record::tone_of(text_of(tag, "colour")), allocator);
    json::set(row, "t_uses", tag_number(tag, "uses"), allocator);
    if (auto const* work = json::find(tag, "replacing"); work && work->IsObject())
        json::set(row, "t_replacing",
                  "正在替换为「" + text_of(*work, "by") + "」：" + tag_number(*work, "done") + "/" +
                      tag_number(*work, "records"),
                  allocator);
    json::set(row, "t_rulable", json::Value{!is_personal}, allocator);
    if (auto const rule = text_of(tag, "rule"); !rule.empty())
        json::set(row, "t_rule", std::string{tag_title(text_of(tag, "automatic_for"))} + "：" + rule, allocator);
    json::set(row, "t_disabled", json::Value{is_tag_set(tag, "disabled")}, allocator);
    auto const own = text_of(tag, "own_colour");
    json::set(row, "t_colours", record::choices_of(own_colours(), own.empty() ? "group" : own, allocator), allocator);
    return row;
}

void add_current(web::View& view, json::Value const& group, CorpTagWords const& corp) {
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "has_current", json::Value{true}, allocator);
    json::set(view.data, "group_id", text_of(group, "id"), allocator);
    json::set(view.data, "group_version", tag_number(group, "version"), allocator);
    json::set(view.data, "group_name", text_of(group, "name"), allocator);
    json::set(view.data, "group_default", json::Value{is_tag_set(group, "is_default")}, allocator);
    json::set(view.data, "group_single", json::Value{is_tag_set(group, "single")}, allocator);
    auto boxes = json::Value{rapidjson::kArrayType};
    for (auto const& [name, title] : tag_objects) {
        auto box = json::Value{rapidjson::kObjectType};
        auto const& chosen = group["objects"];
        auto const is_on = std::any_of(chosen.Begin(), chosen.End(),
                                       [&word = name](auto const& one) { return json::view(one) == word; });
        json::set(box, "ob_name", name, allocator);
        json::set(box, "ob_title", title, allocator);
        json::set(box, "ob_on", json::Value{is_on}, allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    json::set(view.data, "group_objects", std::move(boxes), allocator);
    auto chips = json::Value{rapidjson::kArrayType};
    for (auto const& colour : tag_colours()) {
        auto chip = json::Value{rapidjson::kObjectType};
        json::set(chip, "co_value", colour.value, allocator);
        json::set(chip, "co_title", colour.title, allocator);
        json::set(chip, "co_tone", record::tone_of(colour.value), allocator);
        json::set(chip, "co_on", json::Value{text_of(group, "colour") == colour.value}, allocator);
        chips.PushBack(std::move(chip), allocator);
    }
    json::set(view.data, "group_colours", std::move(chips), allocator);
    auto tags = json::Value{rapidjson::kArrayType};
    auto is_replacing = false;
    for (auto const& tag : group["tags"].GetArray()) {
        auto const* work = json::find(tag, "replacing");
        is_replacing |= work && work->IsObject();
        auto row = tag_row(tag, is_tag_set(group, "personal"), allocator);
        corp.add_to_tag(row, text_of(group, "id"), text_of(tag, "id"), text_of(tag, "name"), allocator);
        tags.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "is_replacing", json::Value{is_replacing}, allocator);
    json::set(view.data, "tag_rows", std::move(tags), allocator);
}

Result<json::Document> groups_of(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "with_uses", json::Value{true}, input.GetAllocator());
    return call.perform("tag_group.list", input);
}

Result<web::View> show_tags(web::PageCall& call, Place const& place, std::string const& wanted, Error const* problem) {
    auto const found = groups_of(call);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "setup/tags";
    view.title = std::string{place.title};
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "path", place.path, allocator);
    json::set(view.data, "heading", place.title, allocator);
    json::set(view.data, "personal", json::Value{place.is_personal}, allocator);
    json::Value const* current = nullptr;
    for (auto const& group : (*found)["items"].GetArray())
        if (is_tag_set(group, "personal") == place.is_personal && (!current || text_of(group, "id") == wanted))
            current = &group;
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& group : (*found)["items"].GetArray())
        if (is_tag_set(group, "personal") == place.is_personal)
            rows.PushBack(tag_group_row(place, group, &group == current, allocator), allocator);
    json::set(view.data, "group_rows", std::move(rows), allocator);
    if (current) {
        auto const corp = place.is_personal ? CorpTagWords{} : CorpTagWords::of(call);
        add_current(view, *current, corp);
        corp.add_to(view, call, text_of(*current, "id"));
    }
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  allocator);
        json::set(view.data, "typed_names", call.value("names"), allocator);
    }
    view.toast = done_words(call.value("done"));
    return view;
}

Result<web::View> answer_tag(web::PageCall& call, Place const& place, Result<json::Document> const& done,
                             std::string const& group, std::string_view word) {
    if (done) return web::View::to(where(place, group, word));
    if (done.error().code == Errc::unavailable || done.error().code == Errc::not_found) return done.error();
    auto const problem = done.error();
    return show_tags(call, place, group, &problem);
}

// ---- what is done with groups

Result<web::View> make_group(web::PageCall& call, Place const& place) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "name", call.value("name"), allocator);
    if (place.is_personal) json::set(input, "personal", json::Value{true}, allocator);
    auto const made = call.perform("tag_group.create", input);
    return answer_tag(call, place, made, made ? text_of(*made, "id") : "", "made");
}

Result<web::View> change_group(web::PageCall& call, Place const& place) {
    auto input = input_of({{"id", call.path("id")}, {"colour", call.value("colour")}});
    auto& allocator = input.GetAllocator();
    add_version(call, input);
    json::set(input, "name", call.value("name"), allocator);
    json::set(input, "single", json::Value{call.value("single") == "true"}, allocator);
    auto chosen = json::Value{rapidjson::kArrayType};
    for (auto const& [name, value] : call.form)
        if (name == "object") chosen.PushBack(json::make_string(value, allocator), allocator);
    if (chosen.Empty()) {
        auto const problem = invalid_field("objects", "请至少选择一种适用对象");
        return show_tags(call, place, call.path("id"), &problem);
    }
    json::set(input, "objects", std::move(chosen), allocator);
    return answer_tag(call, place, call.perform("tag_group.change", input), call.path("id"), "saved");
}

Result<web::View> delete_group(web::PageCall& call, Place const& place) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    auto const done = call.perform("tag_group.delete", input);
    if (done) return web::View::to(std::string{place.path} + "?done=gone");
    return answer_tag(call, place, done, call.path("id"), "");
}

// The ids with one a step up or down.
json::Value moved(std::vector<std::string> ids, std::string const& which, bool is_up, json::Allocator& allocator) {
    auto const at = std::ranges::find(ids, which);
    if (at != ids.end() && is_up && at != ids.begin()) std::iter_swap(at, at - 1);
    if (at != ids.end() && !is_up && at + 1 != ids.end()) std::iter_swap(at, at + 1);
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& id : ids) list.PushBack(json::make_string(id, allocator), allocator);
    return list;
}

Result<web::View> move_group(web::PageCall& call, Place const& place) {
    auto const found = groups_of(call);
    if (!found) return found.error();
    auto ids = std::vector<std::string>{};
    for (auto const& group : (*found)["items"].GetArray())
        if (!is_tag_set(group, "personal")) ids.push_back(text_of(group, "id"));
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "ids", moved(ids, call.path("id"), call.value("to") == "up", input.GetAllocator()),
              input.GetAllocator());
    return answer_tag(call, place, call.perform("tag_group.order", input), call.path("id"), "");
}

// ---- what is done with tags

Result<web::View> make_tags(web::PageCall& call, Place const& place) {
    auto typed = call.value("names");
    for (auto const* mark : {"，", "、", "；", ";", "\n"}) typed = text::replace_all(std::move(typed), mark, ",");
    auto made = Result<json::Document>{invalid_field("name", "请填写标签名称")};
    for (auto const& part : text::split(typed, ',')) {
        auto const name = std::string{text::trim(part)};
        if (name.empty()) continue;
        made = call.perform("tag.create", input_of({{"name", name}, {"group_id", call.path("id")}}));
        if (!made) break;
    }
    return answer_tag(call, place, made, call.path("id"), "made");
}

Result<json::Document> tag_of(web::PageCall& call) {
    return call.perform("tag.show", input_of({{"id", call.path("tag")}}));
}

Result<web::View> change_tag(web::PageCall& call, Place const& place) {
    auto const tag = tag_of(call);
    if (!tag) return tag.error();
    auto input = input_of({{"id", call.path("tag")}, {"colour", call.value("colour")}});
    add_version(call, input);
    json::set(input, "name", call.value("name"), input.GetAllocator());
    return answer_tag(call, place, call.perform("tag.change", input), text_of(*tag, "group_id"), "saved");
}

Result<web::View> toggle_tag(web::PageCall& call, Place const& place) {
    auto const tag = tag_of(call);
    if (!tag) return tag.error();
    auto input = input_of({{"id", call.path("tag")}});
    add_version(call, input);
    json::set(input, "disabled", json::Value{!is_tag_set(*tag, "disabled")}, input.GetAllocator());
    return answer_tag(call, place, call.perform("tag.change", input), text_of(*tag, "group_id"), "saved");
}

Result<web::View> move_tag(web::PageCall& call, Place const& place) {
    auto const tag = tag_of(call);
    if (!tag) return tag.error();
    auto const group = text_of(*tag, "group_id");
    auto const shown = call.perform("tag_group.show", input_of({{"id", group}}));
    if (!shown) return shown.error();
    auto ids = std::vector<std::string>{};
    for (auto const& one : (*shown)["tags"].GetArray()) ids.push_back(text_of(one, "id"));
    auto input = input_of({{"id", group}});
    json::set(input, "tag_ids", moved(ids, call.path("tag"), call.value("to") == "up", input.GetAllocator()),
              input.GetAllocator());
    return answer_tag(call, place, call.perform("tag_group.order_tags", input), group, "");
}

// A tag that is used has to be replaced; whatever is in the way is said in the dialog.
Result<web::View> ask_deletion(web::PageCall& call, Place const& place, Error const* problem) {
    auto const tag = tag_of(call);
    auto const found = groups_of(call);
    if (!tag) return tag.error();
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "setup/tag_deletion";
    view.title = "删除标签";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "path", place.path, allocator);
    json::set(view.data, "t_id", call.path("tag"), allocator);
    json::set(view.data, "t_name", text_of(*tag, "name"), allocator);
    json::set(view.data, "t_version", tag_number(*tag, "version"), allocator);
    json::set(view.data, "back", where(place, text_of(*tag, "group_id")), allocator);
    auto groups = json::Value{rapidjson::kArrayType};
    for (auto const& group : (*found)["items"].GetArray()) {
        if (is_tag_set(group, "personal") != place.is_personal) continue;
        auto options = json::Value{rapidjson::kArrayType};
        for (auto const& one : group["tags"].GetArray()) {
            if (text_of(one, "id") == call.path("tag")) {
                json::set(view.data, "t_uses", tag_number(one, "uses"), allocator);
                json::set(view.data, "t_used", json::Value{json::find_integer(one, "uses").value_or(0) > 0}, allocator);
                continue;
            }
            if (is_tag_set(one, "disabled")) continue;
            auto option = json::Value{rapidjson::kObjectType};
            json::set(option, "o_value", text_of(one, "id"), allocator);
            json::set(option, "o_title", text_of(one, "name"), allocator);
            json::set(option, "o_chosen", json::Value{text_of(one, "id") == call.value("replacement_id")}, allocator);
            options.PushBack(std::move(option), allocator);
        }
        if (options.Empty()) continue;
        auto view_of_group = json::Value{rapidjson::kObjectType};
        json::set(view_of_group, "og_name", text_of(group, "name"), allocator);
        json::set(view_of_group, "og_options", std::move(options), allocator);
        groups.PushBack(std::move(view_of_group), allocator);
    }
    json::set(view.data, "replacements", std::move(groups), allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  allocator);
    }
    return view;
}

Result<web::View> delete_tag(web::PageCall& call, Place const& place) {
    auto const tag = tag_of(call);
    if (!tag) return tag.error();
    auto const replacement = call.value("replacement_id");
    auto input = input_of({{"id", call.path("tag")}, {"replacement_id", replacement}});
    add_version(call, input);
    auto const done = call.perform(replacement.empty() ? "tag.delete" : "tag.replace", input);
    if (done) {
        auto const* word = replacement.empty() ? "gone" : is_tag_set(*done, "running") ? "replacing" : "replaced";
        return web::View::to(where(place, text_of(*tag, "group_id"), word));
    }
    if (done.error().code == Errc::unavailable) return done.error();
    auto const problem = done.error();
    return ask_deletion(call, place, &problem);
}

// ---- WeCom's corp tags

Result<web::View> map_corp(web::PageCall& call, Place const& place) {
    return answer_tag(call, place, set_corp_tags(call), call.path("id"), "saved");
}

Result<web::View> sync_corp(web::PageCall& call, Place const& place) {
    return answer_tag(call, place, start_corp_tags(call), call.path("id"), "syncing");
}

Result<web::View> relink_corp(web::PageCall& call, Place const& place) {
    auto const tag = tag_of(call);
    if (!tag) return tag.error();
    return answer_tag(call, place, relink_corp_tag(call), text_of(*tag, "group_id"), "syncing");
}

void add_place(web::Pages& pages, Place const& place, std::string const& permission) {
    using http::Method;
    auto const path = std::string{place.path};
    pages.add(web::PageRoute{Method::get, path, permission, [&place](web::PageCall& call) {
                                 return show_tags(call, place, call.value("group"), nullptr);
                             }});
    using Handler = Result<web::View> (*)(web::PageCall&, Place const&);
    for (auto const& [below, handler] :
         std::initializer_list<std::pair<std::string_view, Handler>>{{"/groups", make_group},
                                                                     {"/groups/{id}", change_group},
                                                                     {"/groups/{id}/delete", delete_group},
                                                                     {"/groups/{id}/move", move_group},
                                                                     {"/groups/{id}/tags", make_tags},
                                                                     {"/tags/{tag}", change_tag},
                                                                     {"/tags/{tag}/toggle", toggle_tag},
                                                                     {"/tags/{tag}/move", move_tag},
                                                                     {"/tags/{tag}/delete", delete_tag}})
        pages.add(web::PageRoute{Method::post, path + std::string{below}, permission,
                                 [&place, run = handler](web::PageCall& call) { return run(call, place); }});
    pages.add(web::PageRoute{Method::get, path + "/tags/{tag}/delete", permission,
                             [&place](web::PageCall& call) { return ask_deletion(call, place, nullptr); }});
    if (place.is_personal) return;
    for (auto const& [below, handler] : std::initializer_list<std::pair<std::string_view, Handler>>{
             {"/groups/{id}/corp", map_corp}, {"/groups/{id}/corp-sync", sync_corp}, {"/tags/{tag}/corp", relink_corp}})
        pages.add(web::PageRoute{Method::post, path + std::string{below}, permission,
                                 [&place, run = handler](web::PageCall& call) { return run(call, place); }});
}

}  // namespace

void add_tag_settings(web::Pages& pages) {
    add_place(pages, company_place, "tag.manage");
    add_place(pages, personal_place, "self");
    pages.add(web::NavigationItem{std::string{company_place.path}, std::string{company_place.title}, "tag",
                                  "tag.manage", "管理"});
}

}  // namespace wescrm::pages
