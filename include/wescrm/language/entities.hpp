#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <wescrm/base/time.hpp>

// What stands in a sentence: dates, amounts, numbers, phones, … Pure functions without I/O.
namespace wescrm::language {

/// Which way an incomplete date leans: "周三" is the next one in a plan and the last one in a report.
enum class Lean { future, past, none };

struct Reference {
    Instant sent_at;  ///< when the message was sent
    Zone zone;
    Lean lean = Lean::none;
};

struct DateValue {
    Date date;
};
struct MomentValue {
    LocalTime at;
};
struct RangeValue {
    LocalTime start;
    LocalTime end;  ///< exclusive
    bool is_dates = true;  ///< whole days
};
struct DurationValue {
    std::int64_t seconds = 0;
};
struct MoneyValue {
    std::int64_t fen = 0;
    std::string currency = "CNY";
    bool is_approximate = false;
};
struct NumberValue {
    double value = 0;
};
struct PercentValue {
    double value = 0;
};
struct PhoneValue {
    std::string digits;
};
struct EmailValue {
    std::string address;
};
struct UrlValue {
    std::string url;
};
struct YesNoValue {
    bool is_yes = false;
};
using EntityValue = std::variant<DateValue, MomentValue, RangeValue, DurationValue, MoneyValue, NumberValue, PercentValue, PhoneValue, EmailValue,
                                 UrlValue, YesNoValue>;

struct Entity {
    EntityValue value;
    std::string text;         ///< as written
    std::size_t offset = 0;   ///< in code points
    std::size_t length = 0;
};

/// Everything that is found, without overlaps, in text order.
[[nodiscard]] std::vector<Entity> find_entities(std::string_view utf8, Reference const& reference);

[[nodiscard]] std::string_view kind_of(EntityValue const& value) noexcept;  ///< "date", "datetime", "range", …
/// "2026-12-02" or "2026-12-02T15:00".
[[nodiscard]] std::string format_moment(EntityValue const& value);

}  // namespace wescrm::language
