#include "rules/closing.hpp"

#include <algorithm>

namespace wescrm::sales {

CloseDecision decide_closing(Date due, int warn_days, std::optional<CloseWarning> const& warning, Date today) {
    auto const earliest = add_days(today, warn_days);
    if (!warning) {
        if (due > earliest) return {};
        return {CloseAction::warn, std::max(due, earliest)};
    }
    if (today <= warning->close_on) return {};
    if (!warning->is_delivered) return {CloseAction::warn_again, earliest};
    return {CloseAction::close, warning->close_on};
}

}  // namespace wescrm::sales
