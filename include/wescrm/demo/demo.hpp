#pragma once
#include <wescrm/base/crypto.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/database.hpp>

#include <functional>
#include <string>
#include <string_view>

// A company with believable data, the same every time, placed in time around the given clock's today.
namespace wescrm::demo {

enum class Size {
    small,   ///< 60 employees, 400 customers
    medium,  ///< 5,000 employees, 20,000 customers
    large,   ///< 5,000 employees, 200,000 customers, 5 million follow-ups
    huge     ///< 5,000 employees, 2,000,000 customers, 7 million follow-ups
};
/// "small", "medium", "large", "huge"; anything else is small.
[[nodiscard]] Size size_named(std::string_view name) noexcept;

inline constexpr std::string_view corp_id = "wwdemo0000000000";
inline constexpr std::int64_t agent_id = 1'000'002;

struct Loaded {
    TenantId tenant;
    std::size_t employees = 0;
    std::size_t customers = 0;
    bool was_there = false;  ///< nothing was changed
};

/// Called with what was done so far, e.g. ("客户", 2000, 400000); from the calling thread.
using Progress = std::function<void(std::string_view what, std::size_t done, std::size_t total)>;

/// Loads the company; blocks the calling thread. `presets`: config/presets. A second load finds it there and changes
/// nothing.
[[nodiscard]] Result<Loaded> load(database::Database& db, Sealer const& sealer, std::string const& presets, Size size,
                                  Clock const& clock, Progress const& progress);

/// The same organisation and credentials as the simulator's --org file (JSON).
[[nodiscard]] std::string org_file(Size size);

}  // namespace wescrm::demo
