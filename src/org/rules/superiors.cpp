#include "superiors.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::org::rules {

std::optional<std::int64_t> Superiors::of(Person const& person) const {
    if (person.override_id && *person.override_id != person.id && active_ids_.contains(*person.override_id))
        return person.override_id;
    if (auto const named = active_.find(text::to_lower(person.wecom_superior));
        !person.wecom_superior.empty() && named != active_.end() && named->second != person.id)
        return named->second;
    auto department = person.main_department_id.value_or(0);
    for (int level = 0; department != 0 && level < 64; ++level) {
        auto const heads = heads_.find(department);
        if (heads != heads_.end() && std::ranges::find(heads->second, person.id) == heads->second.end() &&
            !heads->second.empty())
            return heads->second.front();
        auto const parent = parents_.find(department);
        department = parent == parents_.end() ? 0 : parent->second;
    }
    return std::nullopt;
}

void cut_circles(std::unordered_map<std::int64_t, std::optional<std::int64_t>>& superiors) {
    auto ids = std::vector<std::int64_t>{};
    for (auto const& [id, superior] : superiors) ids.push_back(id);
    std::ranges::sort(ids);
    auto visited_from = std::unordered_map<std::int64_t, std::int64_t>{};
    for (auto const start : ids) {
        auto at = std::optional{start};
        while (at && !visited_from.contains(*at)) {
            visited_from[*at] = start;
            auto const next = superiors.find(*at);
            at = next == superiors.end() ? std::nullopt : next->second;
        }
        if (!at || visited_from[*at] != start) continue;
        auto smallest = *at;
        for (auto member = superiors[*at]; member && *member != *at; member = superiors[*member])
            smallest = std::min(smallest, *member);
        superiors[smallest] = std::nullopt;
    }
}

}  // namespace wescrm::org::rules
