#include "single.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

// Rows one after another that are one record: an order with its products, a price book with its prices.
namespace wescrm::exchange {
namespace {

std::string at_row(std::int64_t number) { return "第 " + std::to_string(number) + " 行"; }

// What a later row says of the record itself must be what the first one says.
void compare(Lists const& lists, SingleKind const& kind, SingleRow const& first, SingleRow& row) {
    for (auto const& cell : kind.cells) {
        auto const* said = cell.line_key.empty() ? json::find(row.input, cell.key) : nullptr;
        if (!said) continue;
        auto const* before = json::find(first.input, cell.key);
        if (before && *before == *said) continue;
        row.problems.push_back(label_of(lists, kind, cell) + "：与同一条记录的" + at_row(first.number) + "不同");
    }
}

std::optional<std::size_t> column_of_group(Import const& import) {
    auto const object = import_object(import.object);
    if (object == ImportObject::customer || object == ImportObject::lead) return std::nullopt;
    auto const& kind = single_kind(object);
    auto const found = std::ranges::find(import.mapping, kind.group);
    if (kind.group.empty() || found == import.mapping.end()) return std::nullopt;
    return static_cast<std::size_t>(found - import.mapping.begin());
}

}  // namespace

SingleRow SingleGroup::whole(Lists const& lists, SingleKind const& kind) {
    auto& first = rows.front();
    if (rows.size() == 1) return std::move(first);
    auto made = SingleRow{};
    made.number = first.number;
    made.input.CopyFrom(first.input, made.input.GetAllocator());
    made.problems = first.problems;
    made.customer = first.customer;
    made.order = first.order;
    made.no = first.no;
    made.group = first.group;
    made.submits = first.submits;
    made.state = first.state;
    auto& allocator = made.input.GetAllocator();
    auto lines = json::Value{rapidjson::kArrayType};
    for (auto& row : rows) {
        if (row.number != first.number) compare(lists, kind, first, row);
        if (auto const* line = json::find(row.input, kind.lines))
            lines.PushBack(json::Value{(*line)[0], allocator}, allocator);
        else if (row.problems.empty())
            row.problems.emplace_back("产品：同一条记录有多行时每行必填");
        if (row.number != first.number && !row.problems.empty())
            made.problems.push_back(at_row(row.number) + "：" + text::join(row.problems, "；"));
    }
    if (made.problems.empty() && !first.problems.empty()) made.problems = first.problems;
    json::set(made.input, kind.lines, std::move(lines), allocator);
    return made;
}

std::size_t whole_groups(Import const& import, std::vector<StoredRow> const& rows) {
    auto const column = column_of_group(import);
    if (!column || rows.empty()) return rows.size();
    auto const group_of = [&](StoredRow const& row) {
        return *column < row.cells.size() ? std::string{text::trim(row.cells[*column])} : std::string{};
    };
    auto const last = group_of(rows.back());
    if (last.empty()) return rows.size();
    auto stay = rows.size();
    while (stay > 0 && group_of(rows[stay - 1]) == last) --stay;
    return stay;
}

}  // namespace wescrm::exchange
