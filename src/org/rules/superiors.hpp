#pragma once
#include <wescrm/base/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace wescrm::org::rules {

/// Who leads whom: the override, else whom WeCom names, else the head of the main department, or of the next one above
/// for a head.
class Superiors {
public:
    struct Person {
        std::int64_t id = 0;
        std::string wecom_superior;
        std::optional<std::int64_t> override_id;
        std::optional<std::int64_t> main_department_id;
    };

    void add_department(std::int64_t id, std::optional<std::int64_t> parent) { parents_[id] = parent.value_or(0); }
    /// `key`: rules::key_of the userid. Active people only: nobody else is anybody's superior.
    void add_active(std::int64_t id, std::string key) { active_[std::move(key)] = id, active_ids_[id] = true; }
    void add_head(std::int64_t department, std::int64_t employee) { heads_[department].push_back(employee); }

    [[nodiscard]] std::optional<std::int64_t> of(Person const& person) const;

private:
    std::unordered_map<std::int64_t, std::int64_t> parents_;
    std::unordered_map<std::string, std::int64_t> active_;
    std::unordered_map<std::int64_t, bool> active_ids_;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> heads_;
};

/// Cuts every circle at the person with the smallest id in it.
void cut_circles(std::unordered_map<std::int64_t, std::optional<std::int64_t>>& superiors);

}  // namespace wescrm::org::rules
