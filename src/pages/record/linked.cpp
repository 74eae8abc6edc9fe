#include "linked.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "list.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr std::string_view contacts_path = "/app/contacts/";
constexpr std::string_view linked_word = "另任职";

// Whether the visitor sees the record itself.
bool is_linked_open(json::Value const& item) { return json::find_string(item, "customer_id").has_value(); }

// "顾问 · 主要在 宏达科技 · 周二在这边"
std::string described(json::Value const& item) {
    auto words = std::vector<std::string>{};
    for (auto const* member : {"position", "customer_name", "note"})
        if (auto text = text_of(item, member); !text.empty())
            words.push_back((member == std::string_view{"customer_name"} ? "主要在 " : "") + text);
    return text::join(words, " · ");
}

Action const* action_of(web::PageCall& call, Kind const& kind, std::string_view name) {
    auto const found = std::ranges::find(kind.actions, name, &Action::name);
    return found != kind.actions.end() && usable(call, found->operation) ? &*found : nullptr;
}

std::string dialog_of(web::PageCall const& call, Kind const& kind, Action const& action) {
    return std::string{kind.path} + "/" + call.path("id") + "/do/" + std::string{action.name};
}

}  // namespace

void add_linked(web::PageCall& call, Kind const& kind, Child const& child, std::vector<Column> const& columns,
                json::Value& table, json::Allocator& allocator) {
    auto const& linked = child.linked;
    if (linked.operation.empty() || !usable(call, linked.operation)) return;
    auto const found = call.perform(linked.operation, input_of({{"id", call.path("id")}}));
    if (!found) return;
    if (auto const* make = action_of(call, kind, linked.make)) {
        json::set(table, "child_link", dialog_of(call, kind, *make), allocator);
        json::set(table, "child_link_title", make->title, allocator);
    }
    auto const& items = (*found)["items"];
    auto rows = rows_of(call, *find_kind(child.object), columns, items, allocator);
    auto const* end = rows.Empty() ? nullptr : action_of(call, kind, linked.end);
    if (end)
        for (auto& own : table["items"].GetArray()) json::set(own, "row_end", "", allocator);
    for (auto n = rapidjson::SizeType{0}; n < rows.Size(); ++n) {
        auto& row = rows[n];
        json::set(row, "row_number", described(items[n]), allocator);
        json::set(row, "row_mark", linked_word, allocator);
        if (!is_linked_open(items[n])) json::set(row, "row_href", "", allocator);
        if (end)
            json::set(row, "row_end",
                      dialog_of(call, kind, *end) + "?" + std::string{linked.parameter} + "=" + text_of(items[n], "id"),
                      allocator);
        table["items"].PushBack(row, allocator);
    }
    json::set(table, "has_ends", json::Value{end != nullptr}, allocator);
}

json::Value people_in_short(web::PageCall& call, json::Value const& people, json::Allocator& allocator) {
    auto list = json::Value{};
    list.CopyFrom(people, allocator);
    for (auto& person : list.GetArray()) {
        auto id = text_of(person, "id");  // of an opportunity they play a role and are named apart
        if (id.empty()) id = text_of(person, "contact_id");
        json::set(person, "person_href", id.empty() ? std::string{} : std::string{contacts_path} + id, allocator);
    }
    if (usable(call, "customer.linked_contacts"))
        if (auto const linked = call.perform("customer.linked_contacts", input_of({{"id", call.path("id")}})))
            for (auto const& one : (*linked)["items"].GetArray()) {
                auto person = json::Value{};
                person.CopyFrom(one, allocator);
                json::set(person, "person_mark", linked_word, allocator);
                json::set(person, "person_href",
                          is_linked_open(one) ? std::string{contacts_path} + text_of(one, "id") : std::string{},
                          allocator);
                list.PushBack(std::move(person), allocator);
            }
    for (auto& person : list.GetArray())
        json::set(person, "person_short", web::short_name(text_of(person, "name")), allocator);
    return list;
}

}  // namespace wescrm::pages::record
