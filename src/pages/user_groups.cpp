#include "form_errors.hpp"
#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

#include <wescrm/base/text.hpp>

#include <cstdlib>

// 用户组: the list of named sets of people, and the form of one.
namespace wescrm::pages {
namespace {

constexpr std::size_t shown_names = 5;

struct GroupEntries {
    std::string name;
    std::string description;
    std::string members;  ///< accounts or names, one a line
};

std::vector<std::string> accounts_of(json::Value const& group) {
    auto accounts = std::vector<std::string>{};
    for (auto const& user : group["member_user_ids"].GetArray()) accounts.emplace_back(json::view(user));
    return accounts;
}

// "张伟、李梅等 12 人"
std::string members_text(web::PageCall& call, json::Value const& group) {
    auto const accounts = accounts_of(group);
    auto names = std::vector<std::string>{};
    for (auto const& account : accounts) {
        if (names.size() == shown_names) break;
        auto const person = call.perform("employee.get", input_of({{"user_id", account}}));
        names.push_back(person ? json::find_string(*person, "name").value_or(account) : account);
    }
    auto text = text::join(names, "、");
    if (accounts.size() > shown_names) text += " 等 " + std::to_string(accounts.size()) + " 人";
    return text;
}

Result<web::View> list_groups(web::PageCall& call) {
    auto const found = call.perform("group.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/groups";
    view.title = "用户组";
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& group : (*found)["items"].GetArray()) {
        auto row = json::Value{rapidjson::kObjectType};
        auto const rules = json::find_integer(group, "rules").value_or(0);
        json::set(row, "group_id", json::find_string(group, "id").value_or(""), allocator);
        json::set(row, "group_name", json::find_string(group, "name").value_or(""), allocator);
        json::set(row, "group_description", json::find_string(group, "description").value_or(""), allocator);
        json::set(row, "group_members", members_text(call, group), allocator);
        json::set(row, "group_rules", rules == 0 ? "" : std::to_string(rules) + " 条共享规则", allocator);
        rows.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "groups", std::move(rows), allocator);
    if (call.value("done") == "saved") view.toast = "已保存，立即生效";
    if (call.value("done") == "deleted") view.toast = "已删除这个用户组";
    return view;
}

// `stored`: the group; none for a new one.
Result<web::View> group_form(web::PageCall& call, json::Value const* stored, GroupEntries const& entries) {
    auto view = web::View{};
    view.page = "admin/group_form";
    view.title = stored ? "编辑用户组" : "新建用户组";
    if (stored) view.data = copy_of(*stored);
    auto& allocator = view.data.GetAllocator();
    auto people = people_options(call, allocator);
    if (!people) return people.error();
    json::set(view.data, "people", std::move(*people), allocator);
    json::set(view.data, "is_new", json::Value{stored == nullptr}, allocator);
    json::set(view.data, "group_name", entries.name, allocator);
    json::set(view.data, "group_description", entries.description, allocator);
    json::set(view.data, "group_members", entries.members, allocator);
    return view;
}

Result<json::Document> stored_group(web::PageCall& call) {
    return call.perform("group.show", input_of({{"id", call.path("id")}}));
}

Result<web::View> show_new_group(web::PageCall& call) { return group_form(call, nullptr, {}); }

Result<web::View> show_group(web::PageCall& call) {
    auto const group = stored_group(call);
    if (!group) return group.error();
    return group_form(call, &*group,
                      {json::find_string(*group, "name").value_or(""),
                       json::find_string(*group, "description").value_or(""), text::join(accounts_of(*group), "\n")});
}

// What was emptied is sent as such; a new group without a description has none.
json::Document group_input_from(web::PageCall& call, GroupEntries const& entries, bool is_new) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "name", entries.name, allocator);
    if (!entries.description.empty())
        json::set(input, "description", entries.description, allocator);
    else if (!is_new)
        json::set(input, "description", json::Value{}, allocator);
    auto members = json::Value{rapidjson::kArrayType};
    auto typed = entries.members;
    for (auto const* mark : {"\r", "\n", "，", "、", "；", ";"}) typed = text::replace_all(std::move(typed), mark, ",");
    for (auto const& part : text::split(typed, ','))
        if (auto const word = text::trim(part); !word.empty())
            members.PushBack(json::make_string(user_of(call, std::string{word}), allocator), allocator);
    json::set(input, "member_user_ids", std::move(members), allocator);
    return input;
}

Result<web::View> save_group(web::PageCall& call, bool is_new) {
    auto const entries = GroupEntries{call.value("name"), call.value("description"), call.value("members")};
    auto input = group_input_from(call, entries, is_new);
    auto before = is_new ? Result<json::Document>{json::Document{}} : stored_group(call);
    if (!before) return before.error();
    if (!is_new) {
        json::set(input, "id", call.path("id"), input.GetAllocator());
        add_version(call, input);
    }
    auto const done = call.perform(is_new ? "group.create" : "group.change", input);
    if (done) return web::View::to("/admin/groups?done=saved");
    if (!is_for_form(done.error())) return done.error();
    auto view = group_form(call, is_new ? nullptr : &*before, entries);
    if (view) show_error(*view, done.error());
    return view;
}

Result<web::View> remove_group(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    auto const gone = call.perform("group.delete", input);
    if (gone) return web::View::to("/admin/groups?done=deleted");
    if (!is_for_form(gone.error())) return gone.error();
    auto view = show_group(call);
    if (view) show_error(*view, gone.error());
    return view;
}

}  // namespace

void add_user_groups(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/admin/groups", "org.manage", list_groups});
    pages.add(web::PageRoute{Method::get, "/admin/groups/new", "org.manage", show_new_group});
    pages.add(web::PageRoute{Method::post, "/admin/groups/new", "org.manage",
                             [](web::PageCall& call) { return save_group(call, true); }});
    pages.add(web::PageRoute{Method::get, "/admin/groups/{id}", "org.manage", show_group});
    pages.add(web::PageRoute{Method::post, "/admin/groups/{id}", "org.manage",
                             [](web::PageCall& call) { return save_group(call, false); }});
    pages.add(web::PageRoute{Method::post, "/admin/groups/{id}/delete", "org.manage", remove_group});
    pages.add(web::NavigationItem{"/admin/groups", "用户组", "people", "org.manage", "管理"});
}

}  // namespace wescrm::pages
