#pragma once
#include <wescrm/base/time.hpp>

#include <optional>
#include <string>
#include <string_view>

// What stands in a cell, whatever program wrote it. Pure functions.
namespace wescrm::tables {

/// A number as a person would type it: "1.38E+10" of a spreadsheet's XML → "13800000000", "0.1", "-2.5". Nothing is
/// lost that a double holds. nullopt: no number.
[[nodiscard]] std::optional<std::string> plain_number(std::string_view text);

/// The day and time of a spreadsheet's serial number (days since 1899-12-30, or since 1904-01-01): "2026-11-27",
/// "2026-11-27 08:30", or "08:30" below 1. nullopt: beyond the calendar of spreadsheets.
[[nodiscard]] std::optional<std::string> date_of_serial(double serial, bool since_1904 = false);

/// Whether a number format shows a day or a time ("yyyy-mm-dd", "h:mm", but not "[Red]0.00" or "#,##0 \"d\"").
[[nodiscard]] bool is_date_format(std::string_view format);

/// A day as people write it: "2026-11-27", "2026/1/5", "2026.1.5", "2026年1月5日", "20260105", or a serial number.
[[nodiscard]] std::optional<Date> read_date(std::string_view text);
/// The same with an optional time of day behind it: "2026-11-27 08:30", "2026/1/5 8:30:00", RFC 3339.
[[nodiscard]] std::optional<Instant> read_instant(std::string_view text, Zone const& zone);

/// The digits of a phone that a spreadsheet turned into a number: "13800138000.0", "1.3800138E+10". Texts of another
/// form stay. nullopt: digits were lost ("1.38E+10").
[[nodiscard]] std::optional<std::string> phone_of(std::string_view text);

/// A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay ("-5", "+3.2").
[[nodiscard]] std::string safe_text(std::string_view text);
/// What safe_text was given.
[[nodiscard]] std::string original_text(std::string_view text);

}  // namespace wescrm::tables
