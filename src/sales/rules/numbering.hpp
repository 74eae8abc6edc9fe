#pragma once
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wescrm::sales {

/// How the records of one kind are numbered: prefix, date and a counter that begins anew.
struct NumberingRule {
    std::string prefix;             ///< "DD"
    std::string restart = "daily";  ///< daily, monthly, yearly, never: how much of the date stands in the number
    std::int64_t digits = 4;        ///< of the counter at least
};

/// What holds until a company changes it: XS, KH, SJ, BJ, HT, DD, HK, FP by day, CP without a date.
[[nodiscard]] NumberingRule default_numbering(std::string_view object);

/// "DD202611270042"
[[nodiscard]] std::string document_number(NumberingRule const& rule, Date day, std::int64_t count);
/// The counter that a document of that day takes its number from; another one as soon as the rule begins anew.
[[nodiscard]] std::string document_counter(std::string_view object, NumberingRule const& rule, Date day);

}  // namespace wescrm::sales
