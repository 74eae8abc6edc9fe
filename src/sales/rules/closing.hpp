#pragma once
#include <wescrm/base/time.hpp>

#include <optional>

// When an opportunity is lost by itself. Pure functions.
namespace wescrm::sales {

/// A warning about one due day.
struct CloseWarning {
    Date close_on{};  ///< the day through which it is kept
    bool is_delivered = false;
};

enum class CloseAction {
    wait,
    warn,        ///< for the first time
    warn_again,  ///< nobody got the first one: the days begin anew
    close,
};
struct CloseDecision {
    CloseAction action = CloseAction::wait;
    Date close_on{};  ///< of a warning: the day that it names
};

/// `due` is the last day of the stage's limit, `warn_days` how long before it the owner hears of it. Nothing is closed
/// without a warning that was delivered, nor before the day that it named is over.
[[nodiscard]] CloseDecision decide_closing(Date due, int warn_days, std::optional<CloseWarning> const& warning,
                                           Date today);

}  // namespace wescrm::sales
