#include "pick.hpp"

#include "../org_forms.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::pages::record {
namespace {

constexpr int suggested = 12;

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

Result<json::Document> people_like(web::PageCall& call, std::string const& words) {
    auto input = input_of({{"status", "active"}, {"q", words}});
    json::set(input, "limit", json::Value{suggested}, input.GetAllocator());
    return call.perform("employee.list", input);
}

Result<json::Document> customers_like(web::PageCall& call, std::string const& words) {
    auto input = input_of({{"words", words}});
    json::set(input, "limit", json::Value{suggested}, input.GetAllocator());
    return call.perform("customer.search", input);
}

// The field sends its own name with what was typed so far.
std::string typed_so_far(web::PageCall const& call) {
    for (auto const& [name, value] : call.request.query)
        if (!value.empty()) return std::string{text::trim(value)};
    return {};
}

Result<web::View> suggestions(web::PageCall& call, Result<json::Document> const& found, char const* key) {
    auto view = web::View{};
    view.page = "record/suggestions";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    if (found)
        for (auto const& item : (*found)["items"].GetArray()) {
            auto const name = json::find_string(item, "name").value_or("");
            list.PushBack(choice(name + " (" + json::find_string(item, key).value_or("") + ")", "", false, allocator),
                          allocator);
        }
    json::set(view.data, "options", std::move(list), allocator);
    static_cast<void>(call);
    return view;
}

Result<web::View> suggest_people(web::PageCall& call) {
    return suggestions(call, people_like(call, typed_so_far(call)), "user_id");
}

Result<web::View> suggest_customers(web::PageCall& call) {
    auto const words = typed_so_far(call);
    if (words.empty()) return suggestions(call, Error{Errc::not_found, "customer"}, "no");
    return suggestions(call, customers_like(call, words), "no");
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

Result<std::string> customer_from(web::PageCall& call, std::string_view field, std::string const& typed) {
    auto const words = key_in(typed);
    auto const found = customers_like(call, words);
    if (!found) return found.error();
    auto const& items = (*found)["items"];
    auto matching = std::vector<std::string>{};
    for (auto const& item : items.GetArray())
        if (json::find_string(item, "no") == words || json::find_string(item, "name") == words)
            matching.push_back(json::find_string(item, "id").value_or(""));
    if (matching.size() == 1) return matching.front();
    if (matching.empty() && items.Size() == 1) return json::find_string(items[0], "id").value_or("");
    return invalid_field(std::string{field}, items.Empty() ? "没有找到客户「" + typed + "」，或您看不到它"
                                                           : "有几家客户符合「" + typed + "」，请从提示中选择一家");
}

json::Value choices_of(web::PageCall& call, Source const& source, std::string const& chosen,
                       json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    if (!usable(call, source.operation)) return list;
    auto input = json::Document{rapidjson::kObjectType};
    if (!source.filter.empty()) json::set(input, source.filter, source.filter_value, input.GetAllocator());
    auto const found = call.perform(source.operation, input);
    if (!found) return list;
    for (auto const& item : (*found)["items"].GetArray()) {
        auto const value = json::find_string(item, source.value).value_or("");
        list.PushBack(choice(value, json::find_string(item, source.title).value_or(value), value == chosen, allocator),
                      allocator);
    }
    return list;
}

json::Value choices_of(Words const& words, std::string const& chosen, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& word : words)
        list.PushBack(choice(word.value, word.title, word.value == chosen, allocator), allocator);
    return list;
}

void add_pickers(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/pick/person", "self", suggest_people});
    pages.add(web::PageRoute{http::Method::get, "/app/pick/customer", "customer.view", suggest_customers});
}

}  // namespace wescrm::pages::record
