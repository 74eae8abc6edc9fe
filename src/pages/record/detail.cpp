#include "detail.hpp"

#include "../figures.hpp"
#include "../org_forms.hpp"
#include "../showing.hpp"
#include "actions.hpp"
#include "custom_controls.hpp"
#include "extras.hpp"
#include "followups.hpp"
#include "form_shape.hpp"
#include "linked.hpp"
#include "list.hpp"
#include "side.hpp"
#include "sight.hpp"
#include "stage_bar.hpp"
#include "tags.hpp"
#include "tasks.hpp"
#include "team.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr int children_shown = 50;
constexpr std::size_t shown_of_name = 2;

// The first two characters.
std::string beginning_of(std::string const& text) {
    auto at = std::size_t{0};
    for (auto count = std::size_t{0}; count < shown_of_name && at < text.size(); ++count) do
            ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    return text.substr(0, at);
}

struct Tab {
    std::string_view name;
    std::string_view title;
};

std::vector<Tab> tabs_of(web::PageCall& call, Kind const& kind) {
    auto tabs = std::vector<Tab>{};
    if (kind.has_followups && !kind.has_files) tabs.push_back({"timeline", "时间线"});
    tabs.push_back({"info", "资料"});
    if (kind.has_followups && kind.has_files) tabs.push_back({"timeline", "时间线"});
    for (auto const& child : kind.children)
        if (auto const* other = find_kind(child.object); other && usable(call, operation_of(*other, "list")))
            tabs.push_back({child.tab, child.title});
    if ((kind.has_followups || kind.has_files) && usable(call, "attachment.list"))
        tabs.push_back({"files", kind.pictures.empty() ? "文件" : "图片"});
    if (kind.has_tasks && usable(call, "task.list")) tabs.push_back({"tasks", "任务"});
    tabs.push_back({"log", "操作日志"});
    return tabs;
}

json::Value cells_of(web::PageCall const& call, std::vector<Column> const& columns, json::Value const& record,
                     json::Allocator& allocator, std::string_view object = {}) {
    auto cells = json::Value{rapidjson::kArrayType};
    for (auto const& column : columns)
        if (json::find(record, column.member))
            cells.PushBack(cell_of(call, column, record, allocator, object), allocator);
    return cells;
}

// Where the records of a kind are listed; of what hangs on another record: there.
std::string list_path(Kind const& kind, json::Value const& record) {
    if (kind.parent_path.empty()) return std::string{kind.path};
    return std::string{kind.parent_path} + "/" + json::find_string(record, kind.parent_member).value_or("");
}

// What people call it besides: below the name, with the way to change it.
void add_tags(web::PageCall& call, Kind const& kind, json::Value const& known, web::View& view) {
    constexpr auto all_of_them = std::size_t{50};
    auto& allocator = view.data.GetAllocator();
    // Their colours are asked for only where there are any.
    auto const has_any = known.IsArray() && !known.Empty();
    auto const tags =
        has_any ? tags_of_record(call, kind.object, call.path("id"), allocator) : json::Value{rapidjson::kArrayType};
    json::set(view.data, "shows_tags", json::Value{true}, allocator);
    json::set(view.data, "chips", chips_of(tags, all_of_them, allocator), allocator);
    if (usable(call, operation_of(kind, "tag")))
        json::set(view.data, "tag_href", std::string{kind.path} + "/" + call.path("id") + "/do/tag", allocator);
}

void add_head(web::PageCall& call, Kind const& kind, json::Value const& record, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto const name = json::find_string(record, kind.name).value_or("");
    json::set(view.data, "name", name, allocator);
    auto const called = json::find_string(record, "short_name").value_or("");
    json::set(view.data, "picture", first_picture(kind, record), allocator);
    json::set(view.data, "short", beginning_of(called.empty() ? name : called), allocator);
    json::set(view.data, "number", json::find_string(record, kind.number).value_or(""), allocator);
    json::set(view.data, "kind_path", kind.path, allocator);
    json::set(view.data, "crumb_path", list_path(kind, record), allocator);
    json::set(view.data, "kind_title", kind.title, allocator);
    json::set(view.data, "object", kind.object, allocator);
    json::set(view.data, "id", call.path("id"), allocator);
    auto tags = json::Value{rapidjson::kArrayType};
    for (auto const& column : kind.columns) {
        if (column.show != Show::tag) continue;
        auto cell = cell_of(call, column, record, allocator);
        if (json::find_bool(cell, "cell_tag").value_or(false)) tags.PushBack(std::move(cell), allocator);
    }
    json::set(view.data, "head_tags", std::move(tags), allocator);
    if (auto const* known = json::find(record, "tags")) add_tags(call, kind, *known, view);
    json::set(view.data, "facts", cells_of(call, kind.facts, record, allocator, kind.object), allocator);
    json::set(view.data, "may_edit", json::Value{usable(call, operation_of(kind, "change")) != nullptr}, allocator);
    auto const address = std::string{kind.path} + "/" + call.path("id");
    json::set(view.data, "print_href", kind.is_printable ? address + "/print" : std::string{}, allocator);
    json::set(view.data, "main_actions", actions_for(call, kind, record, true, allocator), allocator);
    json::set(view.data, "actions", actions_for(call, kind, record, false, allocator), allocator);
    auto const followed = call.perform(
        "favourite.show", input_of({{"object", std::string{kind.object}}, {"object_id", call.path("id")}}));
    json::set(view.data, "may_star", json::Value{followed.has_value()}, allocator);
    json::set(view.data, "followed", json::Value{followed && json::find_bool(*followed, "is_followed").value_or(false)},
              allocator);
}

void add_detail_tabs(web::PageCall& call, Kind const& kind, std::string const& current, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& tab : tabs_of(call, kind)) {
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "tab_title", tab.title, allocator);
        json::set(shown, "tab_href", std::string{kind.path} + "/" + call.path("id") + "?tab=" + std::string{tab.name},
                  allocator);
        json::set(shown, "tab_current", json::Value{tab.name == current}, allocator);
        list.PushBack(std::move(shown), allocator);
    }
    json::set(view.data, "tabs", std::move(list), allocator);
}

Result<json::Document> children_of(web::PageCall& call, Kind const& other, Child const& child) {
    auto input = input_of({{child.parameter.data(), call.path("id")}});
    auto const* list = usable(call, operation_of(other, "list"));
    if (list && find_field(*list, "limit"))
        json::set(input, "limit", json::Value{children_shown}, input.GetAllocator());
    return call.perform(operation_of(other, "list"), input);
}

Result<void> add_children(web::PageCall& call, Kind const& kind, Child const& child, web::View& view) {
    auto const* other = &kind_for(call, *find_kind(child.object));
    auto found = children_of(call, *other, child);
    if (!found) return found.error();
    auto& allocator = view.data.GetAllocator();
    auto columns = std::vector<Column>{};
    for (auto const& column : other->columns)
        if (!column.is_extra && column.link_id != child.parameter) columns.push_back(column);
    auto const* list = usable(call, operation_of(*other, "list"));
    auto const shape = list && find_field(*list, "custom") ? shape_of(call, other->object) : FormShape{};
    columns = named_columns(std::move(columns), shape);
    add_record_tags(call, *other, columns, (*found)["items"], found->GetAllocator());
    auto table = json::Value{rapidjson::kObjectType};
    json::set(table, "heads", heads_of(columns, allocator), allocator);
    json::set(table, "items", rows_of(call, *other, columns, (*found)["items"], allocator), allocator);
    json::set(table, "child_title", child.title, allocator);
    json::set(table, "child_icon", other->icon, allocator);
    if (!child.preset.empty() && usable(call, operation_of(*other, "create")))
        json::set(table, "child_new",
                  std::string{other->path} + "/new?" + std::string{child.preset} + "=" + call.path("id"), allocator);
    add_linked(call, kind, child, columns, table, allocator);
    json::set(view.data, "children", std::move(table), allocator);
    return {};
}

// Arrays that the record brings along.
void add_tables(web::PageCall& call, Kind const& kind, json::Value const& record, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto tables = json::Value{rapidjson::kArrayType};
    for (auto const& table : kind.tables) {
        auto const* lines = json::find(record, table.member);
        if (!lines || !lines->IsArray() || lines->Empty()) continue;
        auto rows = json::Value{rapidjson::kArrayType};
        for (auto const& line : lines->GetArray()) {
            auto row = json::Value{rapidjson::kObjectType};
            auto cells = json::Value{rapidjson::kArrayType};
            for (auto const& column : table.columns) cells.PushBack(cell_of(call, column, line, allocator), allocator);
            json::set(row, "cells", std::move(cells), allocator);
            rows.PushBack(std::move(row), allocator);
        }
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "table_title", table.title, allocator);
        json::set(shown, "heads", heads_of(table.columns, allocator), allocator);
        json::set(shown, "table_rows", std::move(rows), allocator);
        tables.PushBack(std::move(shown), allocator);
    }
    json::set(view.data, "tables", std::move(tables), allocator);
}

Result<void> add_detail_content(web::PageCall& call, Kind const& kind, json::Value const& record,
                                std::string const& tab, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    if (tab == "files") return add_files(call, kind, view);
    if (tab == "timeline") {
        auto next = std::string{};
        json::set(view.data, "moments", timeline_of(call, kind, call.path("id"), next, allocator), allocator);
        json::set(view.data, "older", next.empty() ? "" : query_with(call.request.query, "before", next), allocator);
        json::set(view.data, "tab_timeline", json::Value{true}, allocator);
        json::set(view.data, "may_follow", json::Value{usable(call, "followup.create") != nullptr}, allocator);
        json::set(view.data, "place_address", json::find_string(record, "address").value_or(""), allocator);
    } else if (tab == "info") {
        auto const values = values_of(call, kind.object, call.path("id"));
        auto shape = FormShape{};
        take_system(values, shape);
        json::set(view.data, "facts", cells_of(call, detail_columns(kind.facts, shape), record, allocator, kind.object),
                  allocator);
        auto cells = cells_of(call, detail_columns(kind.properties, shape), record, allocator, kind.object);
        add_custom_cells(call, kind.object, call.path("id"), values, cells, allocator);
        json::set(view.data, "properties", std::move(cells), allocator);
        add_tables(call, kind, record, view);
    } else if (tab == "tasks") {
        add_tasks(call, kind, view);
    } else if (tab == "log") {
        auto history = history_of(call, kind, call.path("id"), allocator);
        if (!history) return history.error();
        json::set(view.data, "history", std::move(*history), allocator);
        json::set(view.data, "tab_log", json::Value{true}, allocator);
    }
    for (auto const& child : kind.children)
        if (child.tab == tab) return add_children(call, kind, child, view);
    return {};
}

// Beside the time line: the people of a customer.
void add_side(web::PageCall& call, json::Value const& record, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    if (auto const* people = json::find(record, "contacts"); people && people->IsArray()) {
        json::set(view.data, "people", people_in_short(call, *people, allocator), allocator);
        json::set(view.data, "people_card", json::Value{true}, allocator);
        json::set(view.data, "has_side", json::Value{true}, allocator);
    }
}

// What was agreed with a customer and what came of it; nothing for somebody who sees no orders.
void add_money(web::PageCall& call, Kind const& kind, web::View& view) {
    auto const operation = operation_of(kind, "money");
    if (kind.money.empty() || !usable(call, operation)) return;
    auto const money = call.perform(operation, input_of({{"id", call.path("id")}}));
    if (!money) return;
    auto& allocator = view.data.GetAllocator();
    auto cells = cells_of(call, kind.money, *money, allocator);
    auto const fen = [&](std::string_view name) { return json::find_integer(*money, name).value_or(0); };
    for (auto i = rapidjson::SizeType{0}; i < cells.Size(); ++i)
        if (kind.money[i].member == "overdue_fen" && fen("overdue_fen") > 0)
            json::set(cells[i], "cell_tone", "danger", allocator);
    json::set(view.data, "money", std::move(cells), allocator);
    if (fen("ordered_fen") <= 0 || !json::find_integer(*money, "received_fen")) return;
    json::set(view.data, "paid_rate", share_text(fen("received_fen"), fen("ordered_fen")), allocator);
    json::set(view.data, "paid_share", std::to_string(per_mille(fen("received_fen"), fen("ordered_fen"))), allocator);
}

Result<web::View> follow(web::PageCall& call, Kind const& kind, std::string_view operation) {
    auto const done =
        call.perform(operation, input_of({{"object", std::string{kind.object}}, {"object_id", call.path("id")}}));
    if (!done) return done.error();
    return web::View::to(std::string{kind.path} + "/" + call.path("id"));
}

Result<web::View> show_seen(web::PageCall& call, Kind const& kind) {
    auto input = input_of({{"id", call.path("id")}});
    // Those of the time line are read for it.
    if (auto const* show = usable(call, operation_of(kind, "show")); show && find_field(*show, "followups"))
        json::set(input, "followups", json::Value{0}, input.GetAllocator());
    auto const record = call.perform(operation_of(kind, "show"), input);
    if (!record) return record.error();
    auto view = web::View{};
    view.page = "record/detail";
    view.title = json::find_string(*record, kind.name).value_or(std::string{kind.title});
    auto const tabs = tabs_of(call, kind);
    auto const wanted = call.value("tab");
    auto const is_known = std::any_of(tabs.begin(), tabs.end(), [&](auto const& tab) { return tab.name == wanted; });
    auto const tab = is_known ? wanted : std::string{tabs.front().name};
    add_head(call, kind, *record, view);
    add_stage_bar(call, *record, view);
    add_detail_tabs(call, kind, tab, view);
    if (auto const added = add_detail_content(call, kind, *record, tab, view); !added) return added.error();
    if (tab == tabs.front().name) {
        add_side(call, *record, view);
        add_team(call, kind, view);
        auto cards = side_cards(call, kind, *record, view.data.GetAllocator());
        if (!cards.Empty()) json::set(view.data, "has_side", json::Value{true}, view.data.GetAllocator());
        json::set(view.data, "cards", std::move(cards), view.data.GetAllocator());
        add_money(call, kind, view);
    }
    view.toast = done_sentence(kind, call.value("done"));
    return view;
}

}  // namespace

Result<web::View> show_record(web::PageCall& call, Kind const& kind) {
    return show_seen(call, seen_by(call.ctx.actor(), kind_for(call, kind)));
}

void add_detail(web::Pages& pages, Kind const& kind) {
    auto const permission = view_permission_of(kind);
    auto const path = std::string{kind.path} + "/{id}";
    using http::Method;
    pages.add(web::PageRoute{Method::get, path, permission,
                             [&kind](web::PageCall& call) { return show_record(call, kind); }});
    pages.add(web::PageRoute{Method::post, path + "/follow", permission,
                             [&kind](web::PageCall& call) { return follow(call, kind, "favourite.add"); }});
    pages.add(web::PageRoute{Method::post, path + "/unfollow", permission,
                             [&kind](web::PageCall& call) { return follow(call, kind, "favourite.remove"); }});
    if (kind.has_followups || kind.has_files) add_extra_routes(pages, kind);
    if (kind.has_followups) add_followup_routes(pages, kind);
    if (kind.has_tasks) add_task_routes(pages, kind);
    add_team_routes(pages, kind);
}

}  // namespace wescrm::pages::record
