#pragma once
#include <wescrm/language/understanding.hpp>

#include <string>
#include <string_view>

// Short forms of what was found, for tables of cases.
namespace wescrm::language {

/// Wednesday afternoon, as in the examples of the chat contract.
inline Instant wednesday() { return parse_rfc3339("2026-11-25T16:30:00+08:00").value(); }

inline std::vector<Entity> found_in(std::string_view text, Lean lean = Lean::none, Instant sent = wednesday()) {
    return find_entities(text, {sent, Zone{}, lean});
}

/// The first date or moment as a slot has it.
inline std::string moment_in(std::string_view text, Lean lean = Lean::future, Instant sent = wednesday()) {
    for (auto const& entity : found_in(text, lean, sent))
        if (auto moment = format_moment(entity.value); !moment.empty()) return moment;
    return {};
}

/// The first period: "FROM..TO" of days, both inclusive; of moments with their times.
inline std::string period_in(std::string_view text, Lean lean = Lean::none, Instant sent = wednesday()) {
    for (auto const& entity : found_in(text, lean, sent)) {
        auto const* range = entity.period ? &*entity.period : std::get_if<RangeValue>(&entity.value);
        if (!range) continue;
        if (range->is_dates) return format_date(range->start.date) + ".." + format_date(add_days(range->end.date, -1));
        return format_moment(MomentValue{range->start}) + ".." + format_moment(MomentValue{range->end});
    }
    return {};
}

template <class Value>
inline std::optional<Value> first_in(std::string_view text) {
    for (auto const& entity : found_in(text))
        if (auto const* value = std::get_if<Value>(&entity.value)) return *value;
    return std::nullopt;
}

}  // namespace wescrm::language
