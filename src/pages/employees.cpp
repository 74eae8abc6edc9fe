#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

#include <map>

namespace wescrm::pages {
namespace {

constexpr int people_shown = 50;

// The tree with the chosen department marked; gives the chosen one, else the root.
json::Value const* mark_chosen(json::Value& nodes, std::string const& wanted, json::Allocator& allocator) {
    json::Value const* chosen = nullptr;
    for (auto const& node : nodes.GetArray())
        if (!chosen || json::find_string(node, "id") == wanted) chosen = &node;
    for (auto& node : nodes.GetArray()) {
        json::set(node, "chosen", json::Value{&node == chosen}, allocator);
        auto const depth = json::find_integer(node, "depth").value_or(0);
        json::set(node, "indent", json::Value{std::min<std::int64_t>(depth, 6)}, allocator);
    }
    return chosen;
}

std::map<std::string, std::string> names_by_user(json::Value const& people, web::PageCall& call) {
    auto names = std::map<std::string, std::string>{};
    for (auto const& person : people.GetArray()) {
        auto const superior = json::find_string(person, "superior_user_id");
        if (!superior || names.contains(*superior)) continue;
        auto const found = call.perform("employee.get", input_of({{"user_id", *superior}}));
        names[*superior] = found ? json::find_string(*found, "name").value_or(*superior) : *superior;
    }
    return names;
}

void describe_people(json::Value& people, web::PageCall& call, json::Allocator& allocator) {
    auto const names = names_by_user(people, call);
    for (auto& person : people.GetArray()) {
        auto const status = json::find_string(person, "status").value_or("");
        auto const is_used = json::find_string(person, "invitation_state") == "activated";
        json::set(person, "active", json::Value{status == "active"}, allocator);
        json::set(person, "in_use", json::Value{status == "active" && is_used}, allocator);
        json::set(person, "never_used", json::Value{status == "active" && !is_used}, allocator);
        auto const account = json::find_string(person, "user_id").value_or("");
        // Whoever registered the company has a userid of ours until he names his own, which cannot begin so.
        json::set(person, "account", account.starts_with('~') ? "还没有绑定企业微信账号" : account, allocator);
        json::set(person, "by_hand", json::Value{json::find_string(person, "source") == "local"}, allocator);
        json::set(person, "disabled", json::Value{status == "disabled"}, allocator);
        json::set(person, "left", json::Value{status == "left"}, allocator);
        json::set(person, "short_name", web::short_name(json::find_string(person, "name").value_or("")), allocator);
        auto const superior = json::find_string(person, "superior_user_id");
        json::set(person, "superior", superior ? names.at(*superior) : "", allocator);
    }
}

Result<web::View> show_people(web::PageCall& call) {
    auto const tree = call.perform("department.tree", json::Document{rapidjson::kObjectType});
    if (!tree) return tree.error();
    auto view = web::View{};
    view.page = "admin/employees";
    view.title = "员工与部门";
    auto& allocator = view.data.GetAllocator();
    auto nodes = json::Value{};
    nodes.CopyFrom((*tree)["items"], allocator);
    auto const* chosen = mark_chosen(nodes, call.value("department"), allocator);
    auto const department = chosen ? json::find_string(*chosen, "id").value_or("") : std::string{};
    auto input = input_of({{"department", department},
                           {"q", call.value("q")},
                           {"status", call.value("status")},
                           {"cursor", call.value("cursor")}});
    json::set(input, "limit", json::Value{people_shown}, input.GetAllocator());
    auto const people = call.perform("employee.list", input);
    if (!people) return people.error();
    auto items = json::Value{};
    items.CopyFrom((*people)["items"], allocator);
    describe_people(items, call, allocator);
    if (chosen) {
        auto copy = json::Value{};
        copy.CopyFrom(*chosen, allocator);
        json::set(view.data, "department", std::move(copy), allocator);
    }
    json::set(view.data, "tree", std::move(nodes), allocator);
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "department_id", department, allocator);
    for (auto const* name : {"q", "status"}) json::set(view.data, name, call.value(name), allocator);
    for (auto const* status : {"active", "disabled", "left"})
        json::set(view.data, std::string{"only_"} + status, json::Value{call.value("status") == status}, allocator);
    json::set(view.data, "may_import", json::Value{call.ctx.may("employee.import")}, allocator);
    json::set(view.data, "may_export", json::Value{call.ctx.may("employee.export")}, allocator);
    auto const next = json::find_string(*people, "next_cursor");
    view.toast = sentence_for(call.value("done"));
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

Result<web::View> change_status(web::PageCall& call, std::string_view operation, std::string toast) {
    auto const changed = call.perform(operation, input_of({{"user_id", call.path("user_id")}}));
    if (!changed) return changed.error();
    auto view = show_people(call);
    if (view) view->toast = std::move(toast);
    return view;
}

// The people of the page, with what the company keeps of them.
Result<web::View> begin_export(web::PageCall& call) {
    auto input = input_of({{"object", "employee"}, {"format", "xlsx"}});
    auto& allocator = input.GetAllocator();
    auto const filter =
        input_of({{"department", call.value("department")}, {"q", call.value("q")}, {"status", call.value("status")}});
    json::set(input, "filter", json::Value{filter, allocator}, allocator);
    auto const begun = call.perform("export.create", input);
    if (!begun) return begun.error();
    return web::View::to("/app/exports?done=begun");
}

}  // namespace

void add_employees(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/employees", "org.manage", show_people});
    pages.add(web::PageRoute{http::Method::post, "/admin/employees-export", "org.manage", begin_export});
    pages.add(web::PageRoute{
        http::Method::post, "/admin/employees/{user_id}/disable", "org.manage",
        [](web::PageCall& call) { return change_status(call, "employee.disable", "已停用，该员工已退出所有页面"); }});
    pages.add(web::PageRoute{http::Method::post, "/admin/employees/{user_id}/enable", "org.manage",
                             [](web::PageCall& call) { return change_status(call, "employee.enable", "已启用"); }});
    pages.add(web::NavigationItem{
        "/admin/employees", "员工部门", "tree", "org.manage", "管理", {"/admin/employee-", "/admin/department"}});
}

}  // namespace wescrm::pages
