#pragma once
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/sales_process.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The values that a stage gives to fields of opportunities that come into it. Pure functions.
namespace wescrm::sales {

/// A company's day and zone, for dates.
struct EntryMoment {
    Date today{};
    Zone zone{};
};

/// What is set of the fields that every company has.
struct EntryFields {
    std::optional<std::string> source;
    std::optional<std::string> competitor;
    std::optional<std::string> remark;
    std::optional<std::int64_t> probability;
    std::optional<Date> expected_close_date;
};

/// "+30": so many days after today; else a day as people write it.
[[nodiscard]] std::optional<Date> entry_day(std::string_view typed, Date today);
/// Sets a field that every company has. invalid_input naming it: unknown, or the value cannot be one of it.
[[nodiscard]] Result<void> set_entry_field(EntryFields& fields, EntryValue const& value, EntryMoment const& at);
/// The value of a company's own field. invalid_input naming custom.key: gone, or the value cannot be one of it.
[[nodiscard]] Result<json::Document> entry_custom(std::vector<Field> const& fields, EntryValue const& value,
                                                  EntryMoment const& at);

}  // namespace wescrm::sales
