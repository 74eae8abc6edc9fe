#pragma once
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What stands in a sentence: dates, amounts, numbers, phones, … Pure functions without I/O.
namespace wescrm::language {

/// Which way an incomplete date leans: "周三" is the next one in a plan and the last one in a report.
enum class Lean { future, past, none };

struct Reference {
    Instant sent_at;  ///< when the message was sent
    Zone zone;
    Lean lean = Lean::none;
    bool weeks_begin_on_sunday = false;
    int fiscal_year_start = 1;  ///< the month in which 年度 and 财年 begin, and from which quarters are counted
};

struct DateValue {
    Date date;
};
struct MomentValue {
    LocalTime at;
};
struct RangeValue {
    LocalTime start;
    LocalTime end;         ///< exclusive
    bool is_dates = true;  ///< whole days
    Date date{};           ///< what it means where one date is wanted: 5月 is its last day, 周末 the Saturday
};
struct DurationValue {
    std::int64_t seconds = 0;
};
struct MoneyValue {
    std::int64_t fen = 0;
    std::string currency = "CNY";
    bool is_approximate = false;
};
struct MoneyRangeValue {
    std::optional<std::int64_t> min_fen;  ///< none: open
    std::optional<std::int64_t> max_fen;  ///< included
    std::string currency = "CNY";
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
using EntityValue = std::variant<DateValue, MomentValue, RangeValue, DurationValue, MoneyValue, NumberValue,
                                 PercentValue, PhoneValue, EmailValue, UrlValue, YesNoValue, MoneyRangeValue>;

/// 周五前 and 三天内 end at the value, 明天以后 begins there.
enum class Bound { exact, until, from };

struct Entity {
    EntityValue value;
    std::size_t offset = 0;  ///< in code points
    std::size_t length = 0;
    std::string text{};                  ///< as written
    Bound bound = Bound::exact;          ///< of dates, moments and periods
    std::optional<RangeValue> period{};  ///< what a date at the edge of something means as a period: 月底 is 21–30
};

/// Everything that is found, in text order. Parts do not overlap, but an amount without a currency (30万) is reported
/// as number too.
[[nodiscard]] std::vector<Entity> find_entities(std::string_view utf8, Reference const& reference);

[[nodiscard]] std::string_view kind_of(EntityValue const& value) noexcept;  ///< "date", "datetime", "range", …
/// "2026-12-02" or "2026-12-02T15:00"; a period as the date for which it stands in a date slot. Empty for other kinds.
[[nodiscard]] std::string format_moment(EntityValue const& value);

}  // namespace wescrm::language
