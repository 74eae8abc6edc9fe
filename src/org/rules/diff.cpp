#include "diff.hpp"

#include "change_text.hpp"
#include "snapshot_check.hpp"
#include "superiors.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace wescrm::org::rules {
namespace {

constexpr std::int64_t wecom_root = 1;

class Differ {
public:
    explicit Differ(DiffInput const& input) : in_{input} {}

    Plan run() {
        compare_departments();
        compare_members();
        resolve_superiors();
        return std::move(plan_);
    }

private:
    [[nodiscard]] bool is_newer(std::optional<Instant> const& event) const { return event && *event > in_.at; }

    void note(Change change) {
        if (plan_.changes.size() < in_.max_changes) plan_.changes.push_back(std::move(change));
    }

    void compare_departments() {
        auto by_wecom = std::unordered_map<std::int64_t, StoredDepartment const*>{};
        for (auto const& stored : in_.stored.departments) {
            if (stored.wecom_id) by_wecom.emplace(*stored.wecom_id, &stored);
            paths_[stored.id] = stored.path;
            names_[stored.id] = stored.name;
            parents_[stored.id] = stored.parent_id;
        }
        department_ids_[wecom_root] = in_.root_id;
        for (auto const& listed : in_.snapshot.departments) {
            auto const found = by_wecom.find(listed.id);
            take_department(listed, found == by_wecom.end() ? nullptr : found->second);
        }
        for (auto const& stored : in_.stored.departments) {
            if (!stored.wecom_id || *stored.wecom_id == wecom_root || stored.is_removed ||
                department_ids_.contains(*stored.wecom_id))
                continue;
            department_ids_.emplace(*stored.wecom_id, stored.id);
            if (is_newer(stored.last_event_at)) continue;
            plan_.missing_departments.push_back(stored);
            note({"missing", "department", std::to_string(*stored.wecom_id), stored.name, "不在通讯录列表中"});
        }
    }

    // The list has parents first, so a parent's id and path are known.
    void take_department(wecom::ApiDepartment const& listed, StoredDepartment const* stored) {
        auto wanted = stored ? *stored : StoredDepartment{};
        if (!stored) wanted.id = listed.id == wecom_root ? in_.root_id : in_.new_id();
        department_ids_[listed.id] = wanted.id;
        for (auto const& leader : listed.leaders) leaders_[wanted.id].insert(key_of(UserId{leader}));
        if (stored && stored->missing_since && !is_newer(stored->last_event_at))
            plan_.found_departments.push_back(stored->id);
        if (listed.id == wecom_root || (stored && is_newer(stored->last_event_at)))
            return;  // the company's name is its own
        auto const parent = department_ids_.find(listed.parent);
        wanted.wecom_id = listed.id;
        wanted.parent_id = parent == department_ids_.end() ? in_.root_id : parent->second;
        if (!listed.name.empty()) wanted.name = listed.name;
        if (wanted.name.empty()) wanted.name = nameless(listed.id);
        wanted.order = listed.order;
        wanted.is_removed = false;
        wanted.path = paths_[*wanted.parent_id];
        wanted.path.push_back(wanted.id);
        paths_[wanted.id] = wanted.path;
        names_[wanted.id] = wanted.name;
        parents_[wanted.id] = wanted.parent_id;
        if (stored && wanted.name == stored->name && wanted.order == stored->order && wanted.path == stored->path &&
            !stored->is_removed)
            return;
        note_department(listed, stored, wanted);
        plan_.departments.push_back({stored == nullptr, std::move(wanted)});
    }

    void note_department(wecom::ApiDepartment const& listed, StoredDepartment const* stored,
                         StoredDepartment const& wanted) {
        ++(stored ? plan_.changed : plan_.added);
        auto const moved = stored && stored->parent_id != wanted.parent_id;
        auto const renamed = stored && stored->name != wanted.name ? "原名 " + stored->name : std::string{};
        auto sides = sides_of(stored, wanted, namer());
        note({stored ? (moved ? "move" : "change") : "add", "department", std::to_string(listed.id), wanted.name,
              renamed, std::move(sides.before), std::move(sides.after)});
    }

    [[nodiscard]] NameOf namer() const {
        return [this](std::int64_t id) {
            auto const known = names_.find(id);
            return known == names_.end() ? std::string{} : known->second;
        };
    }

    void compare_members() {
        auto by_user = std::unordered_map<std::string, StoredEmployee const*>{};
        for (auto const& stored : in_.stored.employees) by_user.emplace(key_of(stored.user), &stored);
        auto listed_keys = std::unordered_set<std::string>{};
        for (auto const& member : in_.snapshot.members) {
            auto const key = key_of(member.user);
            listed_keys.insert(key);
            auto const found = by_user.find(key);
            take_member(member, found == by_user.end() ? nullptr : found->second);
        }
        for (auto const& stored : in_.stored.employees) {
            if (listed_keys.contains(key_of(stored.user))) continue;
            final_.push_back(stored);
            if (stored.status == "left" || stored.is_local || is_newer(stored.last_event_at)) continue;
            if (stored.user.value().starts_with('~')) continue;  // registered the company, not known to WeCom yet
            if (keeps(stored)) continue;
            plan_.leavers.push_back({stored, "left", false});
            note({"missing", "employee", stored.user.value(), stored.name, "不在通讯录列表中"});
        }
    }

    // An administrator has said that he stays; that holds until the lists have him again.
    bool keeps(StoredEmployee const& stored) {
        if (!stored.is_kept || stored.status != "active") return false;
        note({"kept", "employee", stored.user.value(), stored.name, "管理员已选择保留"});
        return true;
    }

    void take_member(wecom::ApiMember member, StoredEmployee const* stored) {
        if (stored && is_newer(stored->last_event_at)) {
            final_.push_back(*stored);
            return;
        }
        auto const key = key_of(member.user);
        for (auto& membership : member.departments) {
            auto const id = department_ids_.find(membership.department);
            auto const leaders = id == department_ids_.end() ? leaders_.end() : leaders_.find(id->second);
            if (leaders != leaders_.end() && leaders->second.contains(key)) membership.is_leader = true;
        }
        auto wanted = merged(stored ? *stored : StoredEmployee{}, member, department_ids_);
        if (!stored) wanted.id = in_.new_id();
        auto const status = status_from(member.status);
        auto const goes = stored && stored->status == "active" && status != "active";
        if (goes && !keeps(*stored)) plan_.leavers.push_back({*stored, status, true});
        if (!stored)
            wanted.status = status;
        else if (goes || is_decided_here(*stored))
            wanted.status = stored->status;
        else
            wanted.status = status;
        if (stored && !goes && (stored->missing_since || stored->is_kept)) plan_.found_employees.push_back(stored->id);
        final_.push_back(wanted);
        if (stored && is_equal(*stored, wanted)) return;
        note_member(stored, wanted);
        plan_.employees.push_back(
            {stored == nullptr, stored && stored->status != "active" && wanted.status == "active", std::move(wanted)});
    }

    static bool is_equal(StoredEmployee const& a, StoredEmployee const& b) {
        return a.user == b.user && a.name == b.name && a.status == b.status && a.position == b.position &&
               a.is_local == b.is_local && a.mobile == b.mobile && a.main_department_id == b.main_department_id &&
               a.wecom_superior == b.wecom_superior && a.seats == b.seats;
    }

    void note_member(StoredEmployee const* stored, StoredEmployee const& wanted) {
        ++(stored ? plan_.changed : plan_.added);
        auto const moved =
            stored && (stored->main_department_id != wanted.main_department_id || stored->seats != wanted.seats);
        auto detail = std::string{};
        if (stored && stored->name != wanted.name) detail = "原名 " + stored->name;
        if (stored && stored->status != wanted.status) detail += detail.empty() ? "恢复在职" : "，恢复在职";
        auto sides = sides_of(stored, wanted, namer());
        note({stored ? (moved ? "move" : "change") : "add", "employee", wanted.user.value(), wanted.name, detail,
              std::move(sides.before), std::move(sides.after)});
    }

    void resolve_superiors() {
        auto superiors = Superiors{};
        for (auto const& [id, parent] : parents_) superiors.add_department(id, parent);
        std::ranges::sort(final_, {}, &StoredEmployee::id);
        auto heads = std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>>{};
        for (auto const& employee : final_) {
            if (employee.status != "active") continue;
            superiors.add_active(employee.id, key_of(employee.user));
            for (auto const& seat : employee.seats)
                if (seat.is_leader) heads.emplace_back(-seat.order, employee.id, seat.department_id);
        }
        std::ranges::sort(heads);  // the first of a department counts
        for (auto const& [order, head, department] : heads) superiors.add_head(department, head);
        auto resolved = std::unordered_map<std::int64_t, std::optional<std::int64_t>>{};
        for (auto const& e : final_)
            resolved[e.id] = superiors.of({e.id, e.wecom_superior, e.superior_override_id, e.main_department_id});
        cut_circles(resolved);
        for (auto const& employee : final_)
            if (employee.superior_id != resolved[employee.id])
                plan_.superiors.emplace_back(employee.id, resolved[employee.id]);
    }

    DiffInput const& in_;
    Plan plan_;
    std::unordered_map<std::int64_t, std::int64_t> department_ids_;  // by WeCom's number
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> paths_;
    std::unordered_map<std::int64_t, std::string> names_;
    std::unordered_map<std::int64_t, std::optional<std::int64_t>> parents_;
    std::unordered_map<std::int64_t, std::unordered_set<std::string>> leaders_;
    std::vector<StoredEmployee> final_;  // everybody as he will be
};

}  // namespace

Plan diff(DiffInput const& input) { return Differ{input}.run(); }

std::string nameless(std::int64_t wecom_id) { return "部门" + std::to_string(wecom_id); }

bool is_decided_here(StoredEmployee const& employee) {
    return employee.left_reason == "admin" || employee.left_reason == "deleted";
}

std::string status_from(int wecom_status) {
    if (wecom_status == 2) return "disabled";
    return wecom_status == 5 ? "left" : "active";
}

StoredEmployee merged(StoredEmployee stored, wecom::ApiMember const& member,
                      std::unordered_map<std::int64_t, std::int64_t> const& departments) {
    auto const ours = [&departments](std::int64_t wecom_id) -> std::optional<std::int64_t> {
        auto const found = departments.find(wecom_id);
        return found == departments.end() ? std::nullopt : std::optional{found->second};
    };
    stored.user = member.user;
    stored.is_local = false;
    if (!member.name.empty()) stored.name = member.name;
    if (stored.name.empty()) stored.name = member.user.value();
    stored.position = member.position;
    if (!member.mobile.empty()) stored.mobile = member.mobile;  // newer apps do not get it: absence says nothing
    stored.wecom_superior = member.direct_leader;  // none, or one outside the range, who could not be found anyway
    auto const before = std::exchange(stored.seats, {});
    for (auto const& membership : member.departments)
        if (auto const id = ours(membership.department))
            stored.seats.push_back({*id, membership.is_leader, membership.order, false, false});
    for (auto const& old : before) {
        auto const listed = std::ranges::find(stored.seats, old.department_id, &Seat::department_id);
        if (listed == stored.seats.end() && old.is_local) stored.seats.push_back(old);
        if (listed == stored.seats.end() || listed->is_leader || !old.is_local_head) continue;
        listed->is_leader = listed->is_local_head = true;
    }
    std::ranges::sort(stored.seats);
    auto const is_second = [](Seat const& a, Seat const& b) { return a.department_id == b.department_id; };
    stored.seats.erase(std::unique(stored.seats.begin(), stored.seats.end(), is_second), stored.seats.end());
    auto main = ours(member.main_department);
    if (!main && !stored.seats.empty()) main = stored.seats.front().department_id;
    if (main) stored.main_department_id = main;
    return stored;
}

}  // namespace wescrm::org::rules
