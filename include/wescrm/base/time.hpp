#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <wescrm/base/result.hpp>

namespace wescrm {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;  ///< UTC; the precision of timestamptz
using Date = std::chrono::year_month_day;                          ///< a day of the company's calendar
using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Where the present comes from. The real one is in base/clock.hpp; tests hand in their own.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

/// A calendar moment: what the wall clock shows in some zone.
struct LocalTime {
    Date date;
    seconds time_of_day{};  ///< 0 … 86,399
    friend auto operator<=>(LocalTime const&, LocalTime const&) = default;
};

/// A time zone of the IANA database, e.g. "Asia/Shanghai". Cheap to copy.
class Zone {
public:
    Zone();  ///< Asia/Shanghai
    /// invalid_input "zone" if the database has no such name.
    [[nodiscard]] static Result<Zone> named(std::string_view iana_name);

    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] LocalTime local(Instant at) const;
    [[nodiscard]] Date date(Instant at) const { return local(at).date; }
    /// The instant of a wall-clock time. One that does not exist or exists twice gives the first valid instant.
    [[nodiscard]] Instant instant(LocalTime at) const;
    [[nodiscard]] Instant start_of(Date day) const { return instant({day, seconds{0}}); }

private:
    explicit Zone(void const* zone) : zone_{zone} {}
    void const* zone_;  // a date::time_zone, which lives as long as the process
};

[[nodiscard]] inline Date add_days(Date day, int count) { return Date{std::chrono::sys_days{day} + days{count}}; }
/// Calendar months, clamped to the month's end (31 January + 1 = 28 or 29 February).
[[nodiscard]] Date add_months(Date day, int count);

[[nodiscard]] std::string format_rfc3339(Instant at);                ///< "2026-11-25T08:30:00Z", fraction if not zero
[[nodiscard]] std::string format_rfc3339(Instant at, Zone const& in);  ///< "2026-11-25T16:30:00+08:00"
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);
[[nodiscard]] std::string format_date(Date day);  ///< "2026-11-25"
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);

/// For people, as short as possible without doubt: "12月2日 周三 15:00"; another year than that of `now` is named; midnight of
/// a moment without a time of day is left out when `with_time` is false.
[[nodiscard]] std::string format_for_people(Instant at, Zone const& in, Instant now, bool with_time = true);

}  // namespace wescrm
