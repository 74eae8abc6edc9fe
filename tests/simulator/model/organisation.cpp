#include "model/organisation.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator {

Member* Corp::find_member(std::string_view user_id) {
    auto const at = members.find(text::to_lower(user_id));
    return at == members.end() ? nullptr : &at->second;
}

Department* Corp::find_department(DepartmentNumber id) {
    auto const at = departments.find(id);
    return at == departments.end() ? nullptr : &at->second;
}

void Corp::index() const {
    if (index_version_ == version_) return;
    children_.clear();
    inhabitants_.clear();
    for (auto const& [id, department] : departments) children_[department.parent_id].push_back(id);
    for (auto const& [key, member] : members) {
        for (auto const id : member.departments) inhabitants_[id].push_back(key);
    }
    index_version_ = version_;
}

std::set<DepartmentNumber> Corp::descendants(DepartmentNumber id) const {
    index();
    auto found = std::set<DepartmentNumber>{};
    if (!departments.contains(id)) return found;
    auto open = std::vector<DepartmentNumber>{id};
    while (!open.empty()) {
        auto const next = open.back();
        open.pop_back();
        if (!found.insert(next).second) continue;
        auto const children = children_.find(next);
        if (children != children_.end()) open.insert(open.end(), children->second.begin(), children->second.end());
    }
    return found;
}

Corp::VisibleCache const& Corp::visible(App const& app) const {
    auto& cache = visible_[app.agent_id];
    if (cache.version == version_) return cache;
    cache = VisibleCache{};
    cache.version = version_;
    for (auto const id : app.visible_departments) cache.departments.merge(descendants(id));
    for (auto const& user : app.visible_users) cache.users.insert(text::to_lower(user));
    return cache;
}

std::set<DepartmentNumber> Corp::visible_departments(App const& app) const { return visible(app).departments; }

bool Corp::is_visible(App const& app, Member const& member) const {
    auto const& cache = visible(app);
    if (cache.users.contains(text::to_lower(member.user_id))) return true;
    return std::ranges::any_of(member.departments, [&](auto id) { return cache.departments.contains(id); });
}

std::vector<std::string> Corp::members_of(std::set<DepartmentNumber> const& of) const {
    index();
    auto found = std::set<std::string>{};
    for (auto const id : of) {
        auto const at = inhabitants_.find(id);
        if (at != inhabitants_.end()) found.insert(at->second.begin(), at->second.end());
    }
    return {found.begin(), found.end()};
}

}  // namespace wescrm::simulator
