#include "snapshot_check.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <unordered_map>

namespace wescrm::org::rules {

std::string key_of(UserId const& user) { return text::to_lower(user.value()); }

std::optional<std::string> order_departments(std::vector<wecom::ApiDepartment>& departments,
                                             wecom::ApiRange const& range) {
    auto const sees_only_people = range.departments.empty() && range.tags.empty() && !range.users.empty();
    if (departments.empty() && !sees_only_people) return "部门列表为空";
    auto by_id = std::unordered_map<std::int64_t, std::size_t>{};
    for (std::size_t at = 0; at < departments.size(); ++at)
        if (!by_id.emplace(departments[at].id, at).second)
            return "部门 " + std::to_string(departments[at].id) + " 重复出现";

    auto children = std::unordered_map<std::int64_t, std::vector<std::size_t>>{};
    auto pending = std::vector<std::size_t>{};
    for (std::size_t at = 0; at < departments.size(); ++at) {
        auto const& department = departments[at];
        // What a tag brings into the range is not told.
        auto const is_top = department.id == 1 || !range.tags.empty() ||
                            std::ranges::find(range.departments, department.id) != range.departments.end();
        if (by_id.contains(department.parent))
            children[department.parent].push_back(at);
        else if (is_top)
            pending.push_back(at);
        else
            return "部门 " + std::to_string(department.id) + " 的上级部门不在列表中";
    }
    auto ordered = std::vector<wecom::ApiDepartment>{};
    ordered.reserve(departments.size());
    for (std::size_t next = 0; next < pending.size(); ++next) {
        auto const& below = children[departments[pending[next]].id];
        pending.insert(pending.end(), below.begin(), below.end());
    }
    if (pending.size() != departments.size()) return "部门列表中存在循环";
    for (auto const at : pending) ordered.push_back(std::move(departments[at]));
    departments = std::move(ordered);
    return std::nullopt;
}

bool is_same(wecom::ApiMember const& a, wecom::ApiMember const& b) {
    auto const memberships = [](wecom::ApiMember const& member) {
        auto all = std::vector<std::tuple<std::int64_t, bool, std::int64_t>>{};
        for (auto const& m : member.departments) all.emplace_back(m.department, m.is_leader, m.order);
        std::ranges::sort(all);
        return all;
    };
    return a.name == b.name && a.position == b.position && a.mobile == b.mobile && a.status == b.status &&
           a.main_department == b.main_department && a.direct_leader == b.direct_leader &&
           memberships(a) == memberships(b);
}

std::string digest_of(wecom::ApiRange range) {
    std::ranges::sort(range.users);
    std::ranges::sort(range.departments);
    std::ranges::sort(range.tags);
    auto text = std::string{};
    for (auto const& user : range.users) text += user + "\n";
    for (auto const id : range.departments) text += "d" + std::to_string(id) + "\n";
    for (auto const id : range.tags) text += "t" + std::to_string(id) + "\n";
    return to_base64url(sha256(text));
}

}  // namespace wescrm::org::rules
