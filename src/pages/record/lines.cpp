#include "controls.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr std::size_t blank_lines = 3;
constexpr std::size_t most_line_rows = 100;

using Descriptions = std::vector<operation::FieldDescription>;

Descriptions const& element_of(operation::FieldDescription const& lines) { return lines.children.front().children; }

operation::FieldDescription const* find(Descriptions const& fields, std::string_view name) {
    auto const found = std::find_if(fields.begin(), fields.end(), [name](auto const& one) { return one.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

std::string line_control(Field const& lines, std::size_t row, Field const& column) {
    return std::string{lines.name} + "." + std::to_string(row) + "." + std::string{column.name};
}

std::string typed_at(Entries const& entries, std::string const& name) {
    auto const found = entries.find(name);
    return found == entries.end() ? std::string{} : found->second;
}

// One more than the last row in which something stands.
std::size_t rows_in(Field const& lines, Entries const& entries) {
    auto rows = std::size_t{0};
    for (auto row = std::size_t{0}; row < most_line_rows; ++row)
        for (auto const& column : lines.columns)
            if (!typed_at(entries, line_control(lines, row, column)).empty()) rows = row + 1;
    return rows;
}

json::Value line_cell(Field const& lines, std::size_t row, Field const& column, std::string_view label,
                      Entries const& entries, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const name = line_control(lines, row, column);
    json::set(view, "l_name", name, allocator);
    json::set(view, "l_label", label, allocator);
    json::set(view, "l_value", typed_at(entries, name), allocator);
    auto const is_pick = column.ask == Field::Ask::record;
    json::set(view, "l_pick", json::Value{is_pick}, allocator);
    auto const is_choice = column.ask == Field::Ask::choice;
    json::set(view, "l_choice", json::Value{is_choice}, allocator);
    json::set(view, "l_plain", json::Value{!is_pick && !is_choice}, allocator);
    if (is_choice)
        json::set(view, "l_options", choices_of(column.words, typed_at(entries, name), allocator), allocator);
    json::set(view, "l_object", column.object, allocator);
    json::set(view, "l_list", std::string{lines.name} + "-" + std::to_string(row) + "-" + std::string{column.name},
              allocator);
    return view;
}

bool is_given(json::Value const& line, std::string_view member) {
    auto const* value = json::find(line, member);
    return value && !value->IsNull();
}

// A record that was not chosen has no name to show; what a chosen one is called, and in what it is counted, is not
// typed beside it.
bool says_another(Field const& lines, Field const& column, json::Value const& line) {
    if (column.ask == Field::Ask::record) return !is_given(line, column.name);
    auto const pick = std::ranges::find(lines.columns, Field::Ask::record, &Field::ask);
    auto const is_words = column.name == "product_name" || column.name == "unit";
    return pick != lines.columns.end() && is_words && is_given(line, pick->name);
}

}  // namespace

json::Value lines_control(web::PageCall&, Field const& field, operation::FieldDescription const& description,
                          Entries const& entries, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const& fields = element_of(description);
    auto heads = json::Value{rapidjson::kArrayType};
    for (auto const& column : field.columns) {
        auto const* described = find(fields, column.name);
        heads.PushBack(json::make_string(described ? label_of(column, *described) : column.label, allocator),
                       allocator);
    }
    json::set(view, "line_heads", std::move(heads), allocator);
    auto rows = json::Value{rapidjson::kArrayType};
    auto const count = std::min(most_line_rows, rows_in(field, entries) + blank_lines);
    for (auto row = std::size_t{0}; row < count; ++row) {
        auto cells = json::Value{rapidjson::kArrayType};
        for (auto const& column : field.columns) {
            auto const* described = find(fields, column.name);
            cells.PushBack(line_cell(field, row, column, described ? label_of(column, *described) : column.label,
                                     entries, allocator),
                           allocator);
        }
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "line_cells", std::move(cells), allocator);
        rows.PushBack(std::move(line), allocator);
    }
    json::set(view, "line_rows", std::move(rows), allocator);
    return view;
}

Result<json::Value> lines_from(web::PageCall& call, Field const& field, operation::FieldDescription const& description,
                               Entries const& entries, json::Allocator& allocator) {
    auto lines = json::Value{rapidjson::kArrayType};
    auto problems = std::vector<FieldError>{};
    auto const& fields = element_of(description);
    auto const count = rows_in(field, entries);
    for (auto row = std::size_t{0}; row < count; ++row) {
        auto line = json::Value{rapidjson::kObjectType};
        for (auto const& column : field.columns) {
            auto const typed = typed_at(entries, line_control(field, row, column));
            auto const* described = find(fields, column.name);
            if (typed.empty() || !described) continue;
            auto value = value_of(call, column, *described, typed, allocator);
            if (value)
                json::set(line, member_of(column), std::move(*value), allocator);
            else
                problems.push_back(
                    {std::string{field.name} + "[" + std::to_string(row) + "]",
                     value.error().fields.empty() ? value.error().message : value.error().fields.front().message});
        }
        if (line.MemberCount() > 0) lines.PushBack(std::move(line), allocator);
    }
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "请改正明细", std::move(problems)};
    return lines;
}

void store_lines(web::PageCall const& call, Field const& field, operation::FieldDescription const& description,
                 json::Value const& lines, Entries& entries) {
    if (!lines.IsArray()) return;
    auto const& fields = element_of(description);
    auto row = std::size_t{0};
    for (auto const& line : lines.GetArray()) {
        for (auto const& column : field.columns) {
            if (says_another(field, column, line)) continue;
            auto const* described = find(fields, column.name);
            auto const* value = json::find(line, column.shown.empty() ? member_of(column) : std::string{column.shown});
            if (described && value && column.ask == Field::Ask::unit_price)
                entries[line_control(field, row, column)] = typed_price(*value);
            else if (described && value)
                entries[line_control(field, row, column)] = typed_from(*value, *described, call.ctx.zone());
        }
        ++row;
    }
}

}  // namespace wescrm::pages::record
