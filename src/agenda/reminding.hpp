#pragma once
#include <wescrm/agenda/reminders.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::agenda {

/// What a timer has to say as things stand now.
struct Reminding {
    EmployeeId to;
    std::string title;    ///< of the line in a digest
    json::Document data;  ///< of the card of its kind
};
/// nullopt: completed, moved or deleted meanwhile, or nobody may be told.
[[nodiscard]] std::optional<Reminding> reminding_of(operation::Context& ctx, operation::Timer const& timer);

/// One line of a digest.
struct Reminded {
    operation::Timer timer;
    Reminding what;
};
/// Takes the other timers of this kind that are due for the same person: they count as fired from here on.
[[nodiscard]] std::vector<Reminded> take_others(operation::Context& ctx, operation::Timer const& timer, EmployeeId to);
/// The digest of them: `kind` reminders_due or reminders_missed.
void say_together(operation::Context& ctx, std::string_view kind, std::string effect_key, EmployeeId to,
                  std::vector<Reminded> const& list);
/// Whether it may be said now or after the quiet hours: a moment that somebody typed is kept, unless we are late.
[[nodiscard]] Instant moment_for(operation::Context& ctx, Instant due);

}  // namespace wescrm::agenda
