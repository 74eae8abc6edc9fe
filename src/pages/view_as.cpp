#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

constexpr int stand_in_rows_shown = 20;
constexpr int names_offered = 200;

json::Document with(std::initializer_list<std::pair<std::string_view, std::string>> values) {
    auto input = json::Document{rapidjson::kObjectType};
    for (auto const& [name, value] : values) json::set(input, name, value, input.GetAllocator());
    return input;
}

// The grants by object and action, in the order of the catalogue: "客户: 查看 本人 (销售员), 全部 (经理)".
json::Value grouped(json::Value const& grants, json::Allocator& allocator) {
    auto groups = json::Value{rapidjson::kArrayType};
    auto last = std::string{};
    for (auto const& grant : grants.GetArray()) {
        auto const object = json::find_string(grant, "object_title").value_or("");
        if (object != last) {
            auto group = json::Value{rapidjson::kObjectType};
            json::set(group, "object", object, allocator);
            json::set(group, "actions", json::Value{rapidjson::kArrayType}, allocator);
            groups.PushBack(std::move(group), allocator);
            last = object;
        }
        auto& actions = groups[groups.Size() - 1]["actions"];
        auto const what = json::find_string(grant, "title").value_or("");
        if (actions.Empty() || json::find_string(actions[actions.Size() - 1], "what") != what) {
            auto action = json::Value{rapidjson::kObjectType};
            json::set(action, "what", what, allocator);
            json::set(action, "ways", json::Value{rapidjson::kArrayType}, allocator);
            actions.PushBack(std::move(action), allocator);
        }
        auto way = json::Value{rapidjson::kObjectType};
        json::set(way, "how_far", json::find_string(grant, "reach_title").value_or(""), allocator);
        json::set(way, "from_role", json::find_string(grant, "role_name").value_or(""), allocator);
        actions[actions.Size() - 1]["ways"].PushBack(std::move(way), allocator);
    }
    return groups;
}

json::Value reasons_of(json::Value const& answer, json::Allocator& allocator) {
    auto value = json::Value{rapidjson::kObjectType};
    auto reasons = json::Value{rapidjson::kArrayType};
    for (auto const& reason : answer["because"].GetArray())
        reasons.PushBack(json::make_string(json::view(reason), allocator), allocator);
    json::set(value, "yes", json::Value{json::find_bool(answer, "allowed").value_or(false)}, allocator);
    json::set(value, "reasons", std::move(reasons), allocator);
    return value;
}

// Why he sees the customer, or why not. The administrator looks for it among what he sees himself.
Result<json::Value> explained(web::PageCall& call, std::string const& user, std::string const& words,
                              json::Allocator& allocator) {
    auto value = json::Value{rapidjson::kObjectType};
    auto const found = call.perform("customer.search", with({{"words", words}}));
    if (!found) return found.error();
    if ((*found)["items"].Empty()) {
        json::set(value, "nothing_found", json::Value{true}, allocator);
        return value;
    }
    auto const& customer = (*found)["items"][0];
    auto const id = json::find_string(customer, "id").value_or("");
    auto const answer = call.perform("customer.explain", with({{"id", id}, {"user_id", user}}));
    if (!answer) return answer.error();
    json::set(value, "nothing_found", json::Value{false}, allocator);
    json::set(value, "record", json::find_string(customer, "name").value_or(""), allocator);
    json::set(value, "read", reasons_of((*answer)["read"], allocator), allocator);
    json::set(value, "write", reasons_of((*answer)["write"], allocator), allocator);
    return value;
}

// The first page of customers as he gets it: the same operation, run for him, only for reading.
Result<json::Value> customers_of(web::PageCall& call, operation::Actor const& as, json::Allocator& allocator) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "limit", json::Value{stand_in_rows_shown}, input.GetAllocator());
    auto const page = call.preview(as, "customer.list", input);
    auto rows = json::Value{rapidjson::kArrayType};
    if (!page && page.error().code == Errc::forbidden) return rows;
    if (!page) return page.error();
    rows.CopyFrom((*page)["items"], allocator);
    add_time_texts(rows, "last_follow_at", call.ctx.zone(), call.ctx.now(), allocator);
    return rows;
}

Result<web::View> ask_whom(web::PageCall& call) {
    auto view = web::View{};
    view.page = "admin/view_as";
    view.title = "以此人视角查看";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "user_id", call.value("user_id"), allocator);
    json::set(view.data, "q", call.value("q"), allocator);
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "limit", json::Value{names_offered}, input.GetAllocator());
    auto const people = call.perform("employee.list", input);
    if (!people) return people.error();
    json::set(view.data, "people", json::Value{(*people)["items"], allocator}, allocator);
    return view;
}

Result<web::View> show_stand_in(web::PageCall& call) {
    auto view = ask_whom(call);
    auto const user = user_of(call, call.value("user_id"));
    if (user.empty()) return view;
    auto& allocator = view->data.GetAllocator();
    auto const access = call.perform("employee.access", with({{"user_id", user}}));
    if (!access && access.error().code == Errc::not_found) {
        view->status = 404;
        json::set(view->data, "problem", "没有这个员工", allocator);
        return view;
    }
    if (!access) return access.error();
    auto person = json::Value{rapidjson::kObjectType};
    json::set(person, "name", json::find_string(*access, "name").value_or(""), allocator);
    json::set(person, "all_rights", json::Value{json::find_bool(*access, "is_administrator").value_or(false)},
              allocator);
    json::set(person, "roles", json::Value{(*access)["role_names"], allocator}, allocator);
    json::set(person, "groups", grouped((*access)["grants"], allocator), allocator);
    auto const actor = operation::load_actor(call.ctx.sql(), call.ctx.tenant(), UserId{user}, operation::Channel::page);
    json::set(person, "is_off", json::Value{actor.has_error()}, allocator);
    if (actor) {
        auto rows = customers_of(call, *actor, allocator);
        if (!rows) return rows.error();
        json::set(person, "customers", std::move(*rows), allocator);
    }
    if (auto const words = call.value("q"); !words.empty()) {
        auto answer = explained(call, user, words, allocator);
        if (!answer) return answer.error();
        json::set(person, "explained", std::move(*answer), allocator);
    }
    json::set(view->data, "seen", std::move(person), allocator);
    return view;
}

}  // namespace

void add_view_as(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/roles/view-as", "org.manage", show_stand_in});
}

}  // namespace wescrm::pages
