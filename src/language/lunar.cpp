#include "lunar.hpp"

#include <array>
#include <cstdint>

namespace wescrm::language {
namespace {

// A year a value: bits 0–12 say which of its months, in order, have 30 days; bits 13–16 which month is followed by a
// leap month (0: none); from bit 17 on how many days its first day lies after 1 January. As printed calendars have it;
// ICU's computation is a day off where a new moon falls close to midnight (new year of 2027).
constexpr std::array<std::uint32_t, last_lunar_year - first_lunar_year + 1> years{
    0x34be92, 0x5a0e92, 0x440d26, 0x2c6a56, 0x500a57, 0x3d14d6, 0x62035a, 0x4a06d5, 0x36b6c9, 0x5c0749,
    0x460693, 0x2e952b, 0x54052b, 0x3e0a5b, 0x2a555a, 0x4e056a, 0x38fb55, 0x600ba4, 0x4a0b49, 0x32ba93,
    0x580a95, 0x42052d, 0x2c8aad, 0x500ab5, 0x3d35aa, 0x6205d2, 0x4c0da5, 0x36dd4a, 0x5c0d4a, 0x460c95,
    0x30952e, 0x540556, 0x3e0ab5, 0x2a55b2, 0x5006d2, 0x38cea5, 0x5e0725, 0x48064b, 0x32ac97, 0x560cab,
    0x42055a, 0x2c6ad6, 0x520b69, 0x3d7752, 0x620b52, 0x4c0b25, 0x36da4b, 0x5a0a4b, 0x4404ab, 0x2ea55b,
    0x5405ad, 0x3e0b6a, 0x2a5b52, 0x500d92, 0x3afd25, 0x5e0d25, 0x480a55, 0x32b4ad, 0x5804b6, 0x4005b5,
    0x2c6daa, 0x520ec9, 0x3f1e92, 0x620e92, 0x4c0d26, 0x36ca56, 0x5a0a57, 0x4404d6, 0x2e86d5, 0x540755};

struct Year {
    explicit Year(std::uint32_t code) : code_{code} {}
    [[nodiscard]] int leap_month() const { return static_cast<int>(code_ >> 13 & 15U); }
    [[nodiscard]] int first_day() const { return static_cast<int>(code_ >> 17); }
    [[nodiscard]] int length(int place) const {
        return 29 + static_cast<int>(code_ >> static_cast<unsigned>(place) & 1U);
    }
    /// Where a month stands among the year's twelve or thirteen.
    [[nodiscard]] int place(int month) const { return month - 1 + (leap_month() > 0 && month > leap_month() ? 1 : 0); }

private:
    std::uint32_t code_;
};

std::optional<Year> lunar_year(int year, int month) {
    if (year < first_lunar_year || year > last_lunar_year || month < 1 || month > 12) return std::nullopt;
    return Year{years[static_cast<std::size_t>(year - first_lunar_year)]};
}

}  // namespace

std::optional<int> lunar_month_length(int year, int month) {
    auto const lunar = lunar_year(year, month);
    if (!lunar) return std::nullopt;
    return lunar->length(lunar->place(month));
}

std::optional<Date> from_lunar(int year, int month, int day) {
    auto const lunar = lunar_year(year, month);
    if (!lunar || day < 1 || day > lunar->length(lunar->place(month))) return std::nullopt;
    auto days_before = lunar->first_day();
    for (auto place = 0; place < lunar->place(month); ++place) days_before += lunar->length(place);
    return add_days(std::chrono::year{year} / std::chrono::January / std::chrono::day{1}, days_before + day - 1);
}

}  // namespace wescrm::language
