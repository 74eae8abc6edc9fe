#include "pages.hpp"
#include "share_entries.hpp"
#include "showing.hpp"

#include <wescrm/base/text.hpp>

#include <map>

// 数据共享: rules that give the records of some owners to other people, each as a sentence.
namespace wescrm::pages {
namespace {

/// Names of departments, roles, groups and people.
class NamesOf {
public:
    explicit NamesOf(web::PageCall& call) : call_{call} {}

    Result<void> load() {
        auto const tree = call_.perform("department.tree", json::Document{rapidjson::kObjectType});
        if (!tree) return tree.error();
        auto const roles = call_.perform("role.list", json::Document{rapidjson::kObjectType});
        if (!roles) return roles.error();
        auto const groups = call_.perform("group.list", json::Document{rapidjson::kObjectType});
        if (!groups) return groups.error();
        for (auto const* items : {&(*tree)["items"], &(*roles)["items"], &(*groups)["items"]})
            for (auto const& item : items->GetArray())
                names_[json::find_string(item, "id").value_or("")] = json::find_string(item, "name").value_or("");
        return {};
    }
    std::string of(std::string const& type, std::string const& id) {
        if (type != "employee") return names_.contains(id) ? names_.at(id) : "已删除";
        auto const person = call_.perform("employee.get", input_of({{"user_id", id}}));
        return person ? json::find_string(*person, "name").value_or(id) : id;
    }

private:
    web::PageCall& call_;
    std::map<std::string, std::string> names_;
};

std::string sharing_title(std::string const& kind) {
    for (auto const& [name, title] : operation::shareable_kinds())
        if (name == kind) return title;
    return kind;
}

// "销售一部（含子部门）的客户、商机"
json::Value sharing_row(json::Value const& rule, NamesOf& names, web::PageCall& call, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const below = json::find_bool(rule, "include_sub_departments").value_or(false);
    auto const end = [&](char const* type, char const* id) {
        auto const kind = std::string{member(rule, type)};
        return names.of(kind, std::string{member(rule, id)}) + (kind == "department" && below ? "（含子部门）"
                                                                : kind == "group"             ? "（用户组）"
                                                                                              : "");
    };
    auto objects = texts_of(rule["objects"]);
    auto titles = std::vector<std::string>{};
    for (auto const& object : objects) titles.push_back(sharing_title(object));
    auto when = std::vector<std::string>{};
    for (auto const& condition : conditions_of(rule)) when.push_back(operation::words_of(condition, objects));
    auto const now = call.ctx.now();
    auto const from = json::find_string(rule, "valid_from");
    auto const to = json::find_string(rule, "valid_to");
    auto const is_over = to && parse_rfc3339(*to).value_or(now) <= now;
    auto const is_early = from && parse_rfc3339(*from).value_or(now) > now;
    auto const is_enabled = json::find_bool(rule, "enabled").value_or(false);
    json::set(row, "share_id", member(rule, "id"), allocator);
    json::set(row, "share_from", end("source_type", "source_id"), allocator);
    json::set(row, "share_what", text::join(titles, "、"), allocator);
    json::set(row, "share_to", end("target_type", "target_id"), allocator);
    json::set(row, "share_when", text::join(when, "，且"), allocator);
    json::set(row, "share_writes", json::Value{member(rule, "right") == "write"}, allocator);
    json::set(row, "share_until", short_time(rule, "valid_to", call.ctx.zone(), now), allocator);
    json::set(row, "share_on", json::Value{is_enabled && !is_over && !is_early}, allocator);
    json::set(row, "share_state",
              !is_enabled ? "已停用"
              : is_over   ? "已过期"
              : is_early  ? "未到生效时间"
                          : "",
              allocator);
    return row;
}

Result<web::View> list_share_rules(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "limit", json::Value{200}, input.GetAllocator());
    auto const found = call.perform("share.list", input);
    if (!found) return found.error();
    auto names = NamesOf{call};
    if (auto const loaded = names.load(); !loaded) return loaded.error();
    auto view = web::View{};
    view.page = "admin/shares";
    view.title = "数据共享";
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& rule : (*found)["items"].GetArray())
        rows.PushBack(sharing_row(rule, names, call, allocator), allocator);
    json::set(view.data, "shares", std::move(rows), allocator);
    if (call.value("done") == "saved") view.toast = "已保存，立即生效";
    if (call.value("done") == "deleted") view.toast = "已删除这条规则";
    return view;
}

}  // namespace

void add_shares(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/shares", "org.manage", list_share_rules});
    pages.add(web::NavigationItem{"/admin/shares", "数据共享", "eye", "org.manage", "管理"});
    add_share_form(pages);
}

}  // namespace wescrm::pages
