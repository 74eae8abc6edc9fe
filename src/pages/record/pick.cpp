#include "pick.hpp"

#include "../org_forms.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/base/unit_price.hpp>

#include <array>

namespace wescrm::pages::record {
namespace {

constexpr int suggested = 12;
constexpr std::string_view between = "、";

// "宏达科技 (KH1)" → "KH1"
std::string key_in(std::string const& typed) {
    auto const open = typed.rfind('(');
    if (open == std::string::npos || !typed.ends_with(')')) return std::string{text::trim(typed)};
    return typed.substr(open + 1, typed.size() - open - 2);
}

json::Value choice(std::string_view value, std::string_view title, bool is_chosen, json::Allocator& allocator) {
    auto made = json::Value{rapidjson::kObjectType};
    json::set(made, "o_value", value, allocator);
    json::set(made, "o_title", title, allocator);
    json::set(made, "o_chosen", json::Value{is_chosen}, allocator);
    return made;
}

// The open element after `own`; `own`, if that is the last.
std::string next_of(Source const& source, json::Value const& record, std::string const& own) {
    auto const* items = json::find(record, source.member);
    if (!items || !items->IsArray()) return own;
    for (auto n = rapidjson::SizeType{0}; n + 1 < items->Size(); ++n)
        if (json::find_string((*items)[n], source.value) == own &&
            json::find_string((*items)[n + 1], "kind").value_or("open") == "open")
            return json::find_string((*items)[n + 1], source.value).value_or(own);
    return own;
}

Result<json::Document> people_like(web::PageCall& call, std::string const& words) {
    auto input = input_of({{"status", "active"}, {"q", words}});
    json::set(input, "limit", json::Value{suggested}, input.GetAllocator());
    return call.perform("employee.list", input);
}

/// How records of a kind are found by words, and what identifies one for people.
struct Findable {
    std::string_view object;
    std::string_view operation;
    char const* parameter;
    char const* name;
    char const* key;
};
constexpr auto findable = std::array<Findable, 8>{{{"customer", "customer.search", "words", "name", "no"},
                                                   {"lead", "lead.search", "words", "name", "no"},
                                                   {"contact", "contact.list", "q", "name", "mobile"},
                                                   {"opportunity", "opportunity.list", "q", "name", "no"},
                                                   {"product", "product.list", "q", "name", "code"},
                                                   {"order", "order.list", "q", "name", "no"},
                                                   {"contract", "contract.list", "q", "name", "no"},
                                                   {"quote", "quote.list", "q", "name", "no"}}};

Findable const* how_to_find(std::string_view object) {
    for (auto const& known : findable)
        if (known.object == object) return &known;
    return nullptr;
}

Result<json::Document> records_like(web::PageCall& call, Findable const& how, std::string const& words) {
    auto input = input_of({{how.parameter, words}});
    json::set(input, "limit", json::Value{suggested}, input.GetAllocator());
    return call.perform(how.operation, input);
}

std::string choice_text(json::Value const& item, char const* name, char const* key) {
    auto const what = json::find_string(item, key).value_or("");
    return json::find_string(item, name).value_or("") + (what.empty() ? "" : " (" + what + ")");
}

// The field sends its own name with what was typed so far.
std::string typed_so_far(web::PageCall const& call) {
    for (auto const& [name, value] : call.request.query)
        if (!value.empty()) return std::string{text::trim(value)};
    return {};
}

// What a product is besides its name: its first picture, unit and price.
void describe_product(json::Value const& product, json::Value& option, json::Allocator& allocator) {
    auto about = std::vector<std::string>{};
    if (auto unit = json::find_string(product, "unit").value_or(""); !unit.empty()) about.push_back(std::move(unit));
    if (auto const price = json::find_integer(product, "price_e4"))
        about.push_back(format_unit_price(UnitPrice::from_e4(*price)) + " 元");
    json::set(option, "o_about", text::join(about, " · "), allocator);
    json::set(option, "o_name", json::find_string(product, "name").value_or(""), allocator);
    auto const* pictures = json::find(product, "image_ids");
    if (pictures && pictures->IsArray() && !pictures->Empty())
        json::set(option, "o_image", "/files/" + std::string{json::view((*pictures)[0])}, allocator);
}

web::View suggestions(Result<json::Document> const& found, char const* name, char const* key) {
    auto view = web::View{};
    view.page = "record/suggestions";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    if (found)
        for (auto const& item : (*found)["items"].GetArray()) {
            list.PushBack(choice(choice_text(item, name, key), "", false, allocator), allocator);
            if (json::find(item, "image_ids")) describe_product(item, list[list.Size() - 1], allocator);
        }
    json::set(view.data, "options", std::move(list), allocator);
    return view;
}

Result<web::View> suggest_records(web::PageCall& call) {
    auto const object = call.path("object");
    auto const words = typed_so_far(call);
    if (object == "person") return suggestions(people_like(call, words), "name", "user_id");
    auto const* how = how_to_find(object);
    if (!how || words.empty() || !usable(call, how->operation))
        return suggestions(Error{Errc::not_found, "record"}, "name", "no");
    return suggestions(records_like(call, *how, words), how->name, how->key);
}

}  // namespace

Result<std::string> person_from(web::PageCall& call, std::string_view field, std::string const& typed) {
    auto const user = user_of(call, key_in(typed));
    if (call.perform("employee.get", input_of({{"user_id", user}}))) return user;
    auto const found = people_like(call, key_in(typed));
    auto const several = found && (*found)["items"].Size() > 1;
    return invalid_field(std::string{field}, several ? "有几位同事符合「" + typed + "」，请从提示中选择一位"
                                                     : "没有找到同事「" + typed + "」，请填写姓名或账号");
}

Result<std::string> record_from(web::PageCall& call, std::string_view field, std::string_view object,
                                std::string const& typed) {
    auto const* how = how_to_find(object);
    if (!how) return typed;
    auto const words = key_in(typed);
    auto const found = records_like(call, *how, words);
    if (!found) return found.error();
    auto const& items = (*found)["items"];
    auto matching = std::vector<std::string>{};
    for (auto const& item : items.GetArray())
        if (json::find_string(item, how->key) == words || json::find_string(item, how->name) == words)
            matching.push_back(json::find_string(item, "id").value_or(""));
    if (matching.size() == 1) return matching.front();
    // What identifies it may be shown in part only: then it is the one that is called so in the suggestions.
    if (auto const open = typed.rfind(" ("); items.Empty() && open != std::string::npos)
        if (auto const named = records_like(call, *how, typed.substr(0, open)))
            for (auto const& item : (*named)["items"].GetArray())
                if (choice_text(item, how->name, how->key) == typed)
                    matching.push_back(json::find_string(item, "id").value_or(""));
    if (matching.size() == 1) return matching.front();
    if (matching.empty() && items.Size() == 1) return json::find_string(items[0], "id").value_or("");
    return invalid_field(std::string{field}, items.Empty() ? "没有找到「" + typed + "」，或您看不到它"
                                                           : "有几条记录符合「" + typed + "」，请从提示中选择一条");
}

std::string record_text(web::PageCall& call, std::string_view object, std::string const& id) {
    auto const* how = how_to_find(object);
    if (!how || id.empty()) return {};
    auto const found = call.perform(std::string{object} + ".show", input_of({{"id", id}}));
    return found ? choice_text(*found, how->name, how->key) : std::string{};
}

std::string record_texts(web::PageCall& call, std::string_view object, json::Value const& ids) {
    auto texts = std::vector<std::string>{};
    if (ids.IsArray())
        for (auto const& id : ids.GetArray())
            if (id.IsString()) texts.push_back(record_text(call, object, std::string{json::view(id)}));
    return text::join(texts, between);
}

Result<json::Value> records_from(web::PageCall& call, Field const& field, std::string const& typed,
                                 json::Allocator& allocator) {
    auto ids = json::Value{rapidjson::kArrayType};
    for (auto const& part : text::split(text::replace_all(typed, between, "\n"), '\n')) {
        auto const one = std::string{text::trim(part)};
        if (one.empty()) continue;
        auto const id = record_from(call, field.name, field.object, one);
        if (!id) return id.error();
        ids.PushBack(json::make_string(*id, allocator), allocator);
    }
    return ids;
}

json::Value choices_of(web::PageCall& call, Source const& source, json::Value const* record, std::string const& own,
                       json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto const chosen = source.is_next && record ? next_of(source, *record, own) : own;
    auto const add = [&](json::Value const& items) {
        for (auto const& item : items.GetArray()) {
            auto const value = json::find_string(item, source.value).value_or("");
            auto const title = json::find_string(item, source.title).value_or(value);
            list.PushBack(choice(value, title, value == chosen, allocator), allocator);
        }
    };
    if (!source.member.empty()) {
        auto const* items = record ? json::find(*record, source.member) : nullptr;
        if (items && items->IsArray()) add(*items);
        return list;
    }
    if (!usable(call, source.operation)) return list;
    auto input = json::Document{rapidjson::kObjectType};
    if (!source.filter_from.empty()) {
        auto const of_record = record ? json::find_string(*record, source.filter_from).value_or("") : std::string{};
        if (of_record.empty()) return list;
        json::set(input, source.filter, of_record, input.GetAllocator());
    } else if (!source.filter.empty()) {
        json::set(input, source.filter, source.filter_value, input.GetAllocator());
    }
    if (auto const found = call.perform(source.operation, input)) add((*found)["items"]);
    return list;
}

json::Value choices_of(Words const& words, std::string const& chosen, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& word : words)
        list.PushBack(choice(word.value, word.title, word.value == chosen, allocator), allocator);
    return list;
}

void add_pickers(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/pick/{object}", "self", suggest_records});
}

}  // namespace wescrm::pages::record
