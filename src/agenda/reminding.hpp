#pragma once
#include <wescrm/agenda/reminders.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::agenda {

/// What a timer has to say as things stand now.
struct Reminding {
    EmployeeId to;
    std::string kind;       ///< task, contact, lead: what somebody may switch off
    std::string card;       ///< the template of it alone
    std::string title;      ///< of the line in a digest
    bool is_own = true;     ///< whether he set the moment himself; then it is kept, day and night
    json::Document data{};  ///< of the card
};
/// nullopt: completed, moved or deleted meanwhile, or nobody may be told.
[[nodiscard]] std::optional<Reminding> reminding_of(operation::Context& ctx, operation::Timer const& timer);

/// One line of a digest.
struct Reminded {
    operation::Timer timer;
    Reminding what;
};
struct Manners;
/// Takes the other timers of this kind that are due for the same person: they count as fired from here on.
[[nodiscard]] std::vector<Reminded> take_others(operation::Context& ctx, operation::Timer const& timer, EmployeeId to);
/// The digest of them: `kind` reminders_due or reminders_missed.
void say_together(operation::Context& ctx, std::string_view kind, std::string effect_key, EmployeeId to,
                  Manners const& manners, std::vector<Reminded> const& list);
/// Whether it may be said now, after the quiet hours or on the next working day: a moment that he typed himself is
/// kept, unless we are late.
[[nodiscard]] Instant moment_for(operation::Context& ctx, Manners const& manners, Reminded const& one);
/// The handlers of the morning digest.
void add_morning(std::map<std::string, TimerHandler>& handlers, ReminderConfig const& config);

}  // namespace wescrm::agenda
