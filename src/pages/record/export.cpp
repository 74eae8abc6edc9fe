#include "../org_forms.hpp"
#include "form_shape.hpp"
#include "list.hpp"
#include "parts.hpp"
#include "values.hpp"

#include <algorithm>

// The list as a file: with the filters and columns that the page has.
namespace wescrm::pages::record {
namespace {

json::Value column_view(std::string_view member, std::string_view title, Words const& words,
                        json::Allocator& allocator) {
    auto column = json::Value{rapidjson::kObjectType};
    json::set(column, "field", member, allocator);
    json::set(column, "title", title, allocator);
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& word : words) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "value", word.value, allocator);
        json::set(one, "text", word.title, allocator);
        list.PushBack(std::move(one), allocator);
    }
    json::set(column, "words", std::move(list), allocator);
    return column;
}

json::Value columns_of(web::PageCall& call, Kind const& kind, FormShape const& shape, json::Allocator& allocator) {
    auto wanted = std::vector<std::string>{};
    for (auto const& [name, value] : call.form)
        if (name == "col") wanted.push_back(value);
    auto columns = json::Value{rapidjson::kArrayType};
    auto const add = [&](Column const& column) {
        columns.PushBack(column_view(column.member, column.label, column.words, allocator), allocator);
    };
    auto const is_listed = [&kind](std::string_view member) {
        return std::ranges::any_of(kind.columns, [member](auto const& column) { return column.member == member; });
    };
    if (!is_listed(kind.name)) add({kind.name, std::string_view{"名称"}});
    if (!is_listed(kind.number) && !kind.number.empty()) add({kind.number, std::string_view{"编号"}});
    auto shown = wanted.empty() ? default_columns(kind.columns, shape) : kind.columns;
    for (auto const& column : named_columns(std::move(shown), shape))
        if (wanted.empty() || std::ranges::find(wanted, column.member) != wanted.end()) add(column);
    auto const has_currency = std::ranges::any_of(
        columns.GetArray(), [](auto const& column) { return json::find_string(column, "field") == "currency"; });
    if (is_listed("currency") && !has_currency) add(currency_column());  // no amount without it
    if (!call.value("own").empty()) add({"custom.*", "自定义字段"});
    return columns;
}

Result<web::View> begin(web::PageCall& call, Kind const& kind) {
    auto const* list = usable(call, operation_of(kind, "list"));
    if (!list) return Error{Errc::forbidden, "permission", "您的角色没有查看" + std::string{kind.title} + "的权限"};
    auto filter = list_input(call, kind, *list);
    if (!filter) return filter.error();
    auto input = input_of({{"object", std::string{kind.object}}, {"format", call.value("format")}});
    auto& allocator = input.GetAllocator();
    json::set(input, "filter", json::Value{*filter, allocator}, allocator);
    auto const shape = find_field(*list, "custom") ? shape_of(call, kind.object) : FormShape{};
    // What leaves as its lines has the columns by which it comes in again.
    if (!usable(call, operation_of(kind, "prices")))
        json::set(input, "columns", columns_of(call, kind, shape, allocator), allocator);
    auto const begun = call.perform("export.create", input);
    if (!begun) return begun.error();
    return web::View::to("/app/exports?done=begun");
}

}  // namespace

void add_list_export(web::Pages& pages, Kind const& kind) {
    pages.add(web::PageRoute{http::Method::post, std::string{kind.path} + "/export", view_permission_of(kind),
                             [&kind](web::PageCall& call) { return begin(call, kind_for(call, kind)); }});
}

}  // namespace wescrm::pages::record
