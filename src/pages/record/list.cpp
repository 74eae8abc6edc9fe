#include "list.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "actions.hpp"
#include "own_list.hpp"
#include "pick.hpp"
#include "sight.hpp"
#include "tags.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/scenes.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr int list_rows_shown = 25;
constexpr std::string_view columns_parameter = "col";

FormShape shape_for(web::PageCall& call, Kind const& kind, operation::Entry const& list) {
    return find_field(list, "custom") ? shape_of(call, kind.object) : FormShape{};
}

std::vector<Column> chosen_columns(web::PageCall const& call, Kind const& kind, FormShape const& shape) {
    auto wanted = std::vector<std::string>{};
    for (auto const& [name, value] : call.request.query)
        if (name == columns_parameter) wanted.push_back(value);
    auto columns = default_columns(kind.columns, shape);
    if (!wanted.empty()) columns = kind.columns;
    std::erase_if(columns, [&](Column const& column) {
        return !wanted.empty() && std::count(wanted.begin(), wanted.end(), column.member) == 0;
    });
    for (auto& column : columns)
        if (column.is_extra) column.is_wide_only = false;  // somebody asked for it, on a phone too
    return named_columns(std::move(columns), shape);
}

void put_tags(web::PageCall const& call, Filter const& filter, json::Document& input) {
    auto const chosen = chosen_tags(call, filter.parameter);
    if (chosen.empty()) return;
    json::set(input, filter.parameter, tags_from(chosen, input.GetAllocator()), input.GetAllocator());
    if (call.value("tags_match") == "all") json::set(input, "tags_match", "all", input.GetAllocator());
}

// What was typed into a filter becomes the list's parameter; a person's name becomes his userid.
Result<void> put_filter(web::PageCall& call, Filter const& filter, operation::Entry const& list,
                        json::Document& input) {
    if (filter.ask == Filter::Ask::tags) {
        put_tags(call, filter, input);
        return {};
    }
    auto typed = call.value(filter.parameter);
    auto const* field = find_field(list, filter.parameter);
    if (typed.empty() || !field) return {};
    if (filter.ask == Filter::Ask::person) {
        auto user = person_from(call, filter.parameter, typed);
        if (!user) return user.error();
        typed = std::move(*user);
    }
    auto value = value_from(typed, *field, call.ctx.zone(), input.GetAllocator());
    if (!value) return value.error();
    json::set(input, filter.parameter, std::move(*value), input.GetAllocator());
    return {};
}

json::Value list_filter_view(web::PageCall& call, Kind const& kind, Filter const& filter, FormShape const& shape,
                             json::Allocator& allocator) {
    using Ask = Filter::Ask;
    auto const label = own_label(shape, filter.parameter);
    auto view = json::Value{rapidjson::kObjectType};
    auto const typed = call.value(filter.parameter);
    json::set(view, "f_name", filter.parameter, allocator);
    json::set(view, "f_label", label.empty() ? filter.label : label, allocator);
    json::set(view, "f_value", typed, allocator);
    json::set(view, "f_set", json::Value{!typed.empty()}, allocator);
    for (auto const& [ask, flag] :
         {std::pair{Ask::text, "f_text"}, {Ask::person, "f_person"}, {Ask::date, "f_date"}, {Ask::yes, "f_yes"}})
        json::set(view, flag, json::Value{filter.ask == ask}, allocator);
    auto const is_choice = filter.ask == Ask::choice || filter.ask == Ask::department;
    json::set(view, "f_choice", json::Value{is_choice}, allocator);
    json::set(view, "f_tags", json::Value{false}, allocator);
    if (filter.ask == Ask::tags) {
        json::set(view, "f_groups",
                  tag_choices(call, kind.object, chosen_tags(call, filter.parameter), ChosenFor::lists, allocator),
                  allocator);
        json::set(view, "f_all", json::Value{call.value("tags_match") == "all"}, allocator);
        json::set(view, "f_tags", json::Value{!view["f_groups"].Empty()}, allocator);
        return view;
    }
    if (filter.ask == Ask::department) {
        if (auto options = department_options(call, {typed}, allocator))
            json::set(view, "departments", std::move(*options), allocator);
    } else if (is_choice) {
        json::set(view, "options",
                  filter.words.empty() ? choices_of(call, filter.source, nullptr, typed, allocator)
                                       : choices_of(filter.words, typed, allocator),
                  allocator);
    }
    return view;
}

void add_list_filters(web::PageCall& call, Kind const& kind, FormShape const& shape, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto first = json::Value{rapidjson::kArrayType};
    auto more = json::Value{rapidjson::kArrayType};
    auto set_below = 0;
    auto is_filtered = !call.value("q").empty();
    for (auto const& filter : kind.filters) {
        auto const is_set = !call.value(filter.parameter).empty();
        is_filtered |= is_set;
        set_below += !filter.is_first && is_set ? 1 : 0;
        auto shown = list_filter_view(call, kind, filter, shape, allocator);
        auto const* options = json::find(shown, "options");
        auto const is_empty = !filter.source.operation.empty() && options && options->IsArray() && options->Empty();
        if (is_empty && !is_set) continue;  // nothing to choose from
        (filter.is_first ? first : more).PushBack(std::move(shown), allocator);
    }
    json::set(view.data, "first_filters", std::move(first), allocator);
    json::set(view.data, "more_filters", std::move(more), allocator);
    json::set(view.data, "more_open", json::Value{set_below > 0}, allocator);
    json::set(view.data, "filtered", json::Value{is_filtered}, allocator);
    for (auto const* name : {"q", "scene", "sort"}) json::set(view.data, name, call.value(name), allocator);
}

void add_scenes(web::PageCall& call, Kind const& kind, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view name, std::string_view title) {
        auto scene = json::Value{rapidjson::kObjectType};
        json::set(scene, "scene_title", title, allocator);
        json::set(scene, "scene_href", std::string{kind.path} + (name.empty() ? "" : "?scene=" + std::string{name}),
                  allocator);
        json::set(scene, "scene_current", json::Value{call.value("scene") == name}, allocator);
        list.PushBack(std::move(scene), allocator);
    };
    add("", "全部");
    for (auto const& scene : operation::scenes())
        if (std::count(kind.scenes.begin(), kind.scenes.end(), scene.name) > 0) add(scene.name, scene.title);
    json::set(view.data, "scenes", kind.scenes.empty() ? json::Value{} : std::move(list), allocator);
}

void add_saved_views(web::PageCall& call, Kind const& kind, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto const found = call.perform("saved_view.list", input_of({{"object", std::string{kind.object}}}));
    if (!found) return;
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& item : (*found)["items"].GetArray()) {
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "view_id", json::find_string(item, "id").value_or(""), allocator);
        json::set(shown, "view_title", json::find_string(item, "name").value_or(""), allocator);
        json::set(shown, "view_href", std::string{kind.path} + "?" + json::find_string(item, "query").value_or(""),
                  allocator);
        list.PushBack(std::move(shown), allocator);
    }
    json::set(view.data, "views", std::move(list), allocator);
    json::set(view.data, "query", query_with(call.request.query, "cursor", "").substr(1), allocator);
}

json::Value sortable_heads(web::PageCall& call, std::vector<Column> const& columns, json::Allocator& allocator) {
    auto heads = heads_of(columns, allocator);
    auto const sort = call.value("sort");
    for (auto i = rapidjson::SizeType{0}; i < heads.Size(); ++i) {
        auto const name = std::string{columns[i].sort};
        if (name.empty()) continue;
        auto const is_up = sort == name;
        auto const next = is_up ? "-" + name : name;
        json::set(heads[i], "head_href", query_with(call.request.query, "sort", next), allocator);
        json::set(heads[i], "head_up", json::Value{is_up}, allocator);
        json::set(heads[i], "head_down", json::Value{sort == "-" + name}, allocator);
    }
    return heads;
}

void add_list_columns(web::PageCall& call, Kind const& kind, FormShape const& shape, std::vector<Column> const& shown,
                      web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& column : named_columns(kind.columns, shape)) {
        auto const is_shown =
            std::any_of(shown.begin(), shown.end(), [&](auto const& one) { return one.member == column.member; });
        auto choice = json::Value{rapidjson::kObjectType};
        json::set(choice, "col_member", column.member, allocator);
        json::set(choice, "col_label", column.label, allocator);
        json::set(choice, "col_shown", json::Value{is_shown}, allocator);
        list.PushBack(std::move(choice), allocator);
    }
    json::set(view.data, "columns", std::move(list), allocator);
    json::set(view.data, "heads", sortable_heads(call, shown, allocator), allocator);
    auto kept = json::Value{rapidjson::kArrayType};
    for (auto const& [name, value] : call.request.query) {
        if (name == "cursor" || name == columns_parameter || value.empty()) continue;
        auto pair = json::Value{rapidjson::kObjectType};
        json::set(pair, "kept_name", name, allocator);
        json::set(pair, "kept_value", value, allocator);
        kept.PushBack(std::move(pair), allocator);
    }
    json::set(view.data, "kept", std::move(kept), allocator);
}

void add_bulk(web::PageCall& call, Kind const& kind, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& action : kind.actions) {
        if (!action.is_bulk || !usable(call, action.operation)) continue;
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "action_name", action.name, allocator);
        json::set(shown, "action_title", action.title, allocator);
        json::set(shown, "action_icon", action.icon, allocator);
        json::set(shown, "action_danger", json::Value{action.is_danger}, allocator);
        list.PushBack(std::move(shown), allocator);
    }
    if (auto const items = view.data.FindMember("items"); items != view.data.MemberEnd())
        for (auto& row : items->value.GetArray()) json::set(row, "row_pick", json::Value{!list.Empty()}, allocator);
    json::set(view.data, "bulk", std::move(list), allocator);
    auto const may_export = std::string{kind.object} + ".export";
    json::set(view.data, "may_export", json::Value{operation::find_permission(may_export) && call.ctx.may(may_export)},
              allocator);
    auto const may_import = std::string{kind.object} + ".import";
    json::set(view.data, "may_import", json::Value{operation::find_permission(may_import) && call.ctx.may(may_import)},
              allocator);
    json::set(view.data, "kind_object", kind.object, allocator);
    json::set(view.data, "may_create", json::Value{usable(call, operation_of(kind, "create")) != nullptr}, allocator);
}

void describe_list(Kind const& kind, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    for (auto const& [name, value] : {std::pair{"kind_path", kind.path},
                                      {"kind_title", kind.title},
                                      {"measure", kind.measure},
                                      {"kind_icon", kind.icon},
                                      {"search_hint", kind.search_hint},
                                      {"chat_hint", kind.chat_hint},
                                      {"board", kind.board}})
        json::set(view.data, name, value, allocator);
}

Result<web::View> show_list(web::PageCall& call, Kind const& kind) {
    auto const operation = operation_of(kind, "list");
    auto const* list = usable(call, operation);
    if (!list) return Error{Errc::forbidden, "permission", "您的角色没有查看" + std::string{kind.title} + "的权限"};
    auto view = web::View{};
    view.page = "record/list";
    view.title = kind.title;
    describe_list(kind, view);
    auto& allocator = view.data.GetAllocator();
    auto const shape = shape_for(call, kind, *list);
    auto const columns = chosen_columns(call, kind, shape);
    auto const input = list_input(call, kind, *list);
    auto found = input ? call.perform(operation, *input) : Result<json::Document>{input.error()};
    if (found) add_record_tags(call, kind, columns, (*found)["items"], found->GetAllocator());
    if (!found && found.error().code != Errc::invalid_input) return found.error();
    if (found) {
        json::set(view.data, "items", rows_of(call, kind, columns, (*found)["items"], allocator), allocator);
        auto const next = json::find_string(*found, "next_cursor");
        json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
        json::set(view.data, "shown_count", std::to_string((*found)["items"].Size()), allocator);
    } else {
        json::set(view.data, "problem",
                  found.error().fields.empty() ? found.error().message : found.error().fields.front().message,
                  allocator);
        json::set(view.data, "items", json::Value{rapidjson::kArrayType}, allocator);
        view.status = 422;
    }
    json::set(view.data, "first", call.value("cursor").empty() ? "" : query_with(call.request.query, "cursor", ""),
              allocator);
    add_list_filters(call, kind, shape, view);
    add_scenes(call, kind, view);
    add_saved_views(call, kind, view);
    add_list_columns(call, kind, shape, columns, view);
    auto const nothing = json::Value{rapidjson::kArrayType};
    add_own_fields(call, kind, *list, shape, found ? (*found)["items"] : nothing, view);
    add_bulk(call, kind, view);
    view.toast = done_sentence(kind, call.value("done"));
    return view;
}

Result<web::View> save_view(web::PageCall& call, Kind const& kind) {
    auto input = input_of({{"object", std::string{kind.object}}, {"query", call.value("query")}});
    json::set(input, "name", call.value("name"), input.GetAllocator());
    auto const saved = call.perform("saved_view.save", input);
    if (!saved) return saved.error();
    return web::View::to(std::string{kind.path} + "?" + json::find_string(*saved, "query").value_or(""));
}

Result<web::View> forget_view(web::PageCall& call, Kind const& kind) {
    auto const gone = call.perform("saved_view.delete", input_of({{"id", call.path("view")}}));
    if (!gone) return gone.error();
    return web::View::to(std::string{kind.path});
}

}  // namespace

Result<json::Document> list_input(web::PageCall& call, Kind const& kind, operation::Entry const& list) {
    auto input = input_of({{"q", call.value("q")},
                           {"scene", call.value("scene")},
                           {"sort", call.value("sort")},
                           {"cursor", call.value("cursor")}});
    json::set(input, "limit", json::Value{list_rows_shown}, input.GetAllocator());
    for (auto const& filter : kind.filters)
        if (auto const put = put_filter(call, filter, list, input); !put) return put.error();
    if (auto const put = put_own_filters(call, kind, list, input); !put) return put.error();
    return input;
}

json::Value heads_of(std::vector<Column> const& columns, json::Allocator& allocator) {
    auto heads = json::Value{rapidjson::kArrayType};
    for (auto const& column : columns) {
        auto head = json::Value{rapidjson::kObjectType};
        json::set(head, "head_label", column.label, allocator);
        json::set(head, "head_href", "", allocator);
        auto const is_number = column.show == Show::money || column.show == Show::unit_price ||
                               column.show == Show::number || column.show == Show::percent;
        json::set(head, "head_number", json::Value{is_number}, allocator);
        heads.PushBack(std::move(head), allocator);
    }
    return heads;
}

std::string first_picture(Kind const& kind, json::Value const& record) {
    auto const* ids = kind.pictures.empty() ? nullptr : json::find(record, kind.pictures);
    if (!ids || !ids->IsArray() || ids->Empty()) return {};
    return "/files/" + std::string{json::view((*ids)[0])};
}

json::Value rows_of(web::PageCall const& call, Kind const& kind, std::vector<Column> const& columns,
                    json::Value const& items, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& item : items.GetArray()) {
        auto row = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(item, "id").value_or("");
        json::set(row, "row_id", id, allocator);
        json::set(row, "row_name", json::find_string(item, kind.name).value_or(id), allocator);
        json::set(row, "row_number", json::find_string(item, kind.number).value_or(""), allocator);
        json::set(row, "row_image", first_picture(kind, item), allocator);
        json::set(row, "row_href", std::string{kind.path} + "/" + id, allocator);
        auto cells = json::Value{rapidjson::kArrayType};
        for (auto const& column : columns)
            cells.PushBack(cell_of(call, column, item, allocator, kind.object), allocator);
        json::set(row, "cells", std::move(cells), allocator);
        rows.PushBack(std::move(row), allocator);
    }
    return rows;
}

void add_list(web::Pages& pages, Kind const& kind) {
    add_list_export(pages, kind);
    auto const permission = view_permission_of(kind);
    auto const path = std::string{kind.path};
    pages.add(web::PageRoute{http::Method::get, path, permission, [&kind](web::PageCall& call) {
                                 return show_list(call, seen_by(call.ctx.actor(), kind_for(call, kind)));
                             }});
    pages.add(web::PageRoute{http::Method::post, path + "/views", permission,
                             [&kind](web::PageCall& call) { return save_view(call, kind_for(call, kind)); }});
    pages.add(web::PageRoute{http::Method::post, path + "/views/{view}/delete", permission,
                             [&kind](web::PageCall& call) { return forget_view(call, kind_for(call, kind)); }});
    if (!kind.is_in_navigation) return;
    auto covered = std::vector<std::string>{};
    for (auto const& other : kinds())
        if (other.parent_path == kind.path) covered.emplace_back(other.path);
    pages.add(
        web::NavigationItem{path, std::string{kind.title}, std::string{kind.icon}, permission, "", std::move(covered)});
}

}  // namespace wescrm::pages::record
