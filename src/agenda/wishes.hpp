#pragma once
#include "reminding.hpp"

#include <wescrm/agenda/reminder_wishes.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace wescrm::agenda {

/// How somebody is reminded: his own wishes, and the company's where he has none.
struct Manners {
    std::vector<std::string> muted;
    std::optional<QuietHours> quiet;
    int budget = 0;
    [[nodiscard]] bool hears(std::string_view kind) const;
};
[[nodiscard]] Manners manners_of(operation::Context& ctx, EmployeeId who);

/// The company's: when the digest goes out, "08:30", and whether it does at all.
struct CompanyMorning {
    std::string at;
    bool is_on = true;
};
[[nodiscard]] CompanyMorning company_morning(operation::Context& ctx);

/// Counts one message to him today; false if that was one too many.
[[nodiscard]] bool spend(operation::Context& ctx, EmployeeId who, int budget);
/// Keeps what may not be said today for his next digest, and says once a day that there is something.
void hold(operation::Context& ctx, EmployeeId who, Manners const& manners, std::vector<Reminded> const& list);
/// What was held for him and still has to be said; it is not held any more.
[[nodiscard]] std::vector<Reminded> take_held(operation::Context& ctx, EmployeeId who);

}  // namespace wescrm::agenda
