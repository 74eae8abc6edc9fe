#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wescrm::org::rules {

/// What our tables say; ids are ours unless they are called wecom.
struct StoredDepartment {
    std::int64_t id = 0;
    std::optional<std::int64_t> wecom_id;
    std::optional<std::int64_t> parent_id;
    std::string name;
    std::int64_t order = 0;
    std::vector<std::int64_t> path;
    std::optional<Instant> missing_since;
    bool is_removed = false;
    std::optional<Instant> last_event_at;
};

struct Seat {
    std::int64_t department_id = 0;
    bool is_leader = false;
    std::int64_t order = 0;
    bool is_local = false;       ///< given by hand: WeCom's list says nothing about it
    bool is_local_head = false;  ///< head by hand, whatever WeCom says
    friend auto operator<=>(Seat const&, Seat const&) = default;
};

struct StoredEmployee {
    std::int64_t id = 0;
    UserId user;
    std::string name;
    std::string status;  ///< active, disabled, left
    std::string position;
    std::string mobile;
    std::optional<std::int64_t> main_department_id;
    std::optional<std::int64_t> superior_id;
    std::optional<std::int64_t> superior_override_id;
    std::string wecom_superior;
    std::string left_reason;  ///< "admin": disabled here, so WeCom does not enable again
    std::optional<Instant> missing_since;
    std::optional<Instant> last_event_at;
    bool is_administrator = false;
    bool is_kept = false;     ///< an administrator said that he stays although the lists lack him
    bool is_local = false;    ///< kept by hand: his absence in WeCom's list says nothing
    std::vector<Seat> seats;  ///< by department
};

struct Stored {
    std::vector<StoredDepartment> departments;
    std::vector<StoredEmployee> employees;
};

}  // namespace wescrm::org::rules
