#include "numbering.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::sales {
namespace {

std::string date_part(NumberingRule const& rule, Date day) {
    auto const whole = text::replace_all(format_date(day), "-", "");
    if (rule.restart == "daily") return whole;
    if (rule.restart == "monthly") return whole.substr(0, 6);
    if (rule.restart == "yearly") return whole.substr(0, 4);
    return {};
}

}  // namespace

NumberingRule default_numbering(std::string_view object) {
    if (object == "lead") return {"XS", "daily", 4};
    if (object == "customer") return {"KH", "daily", 4};
    if (object == "opportunity") return {"SJ", "daily", 4};
    if (object == "product") return {"CP", "never", 4};
    if (object == "quote") return {"BJ", "daily", 4};
    if (object == "contract") return {"HT", "daily", 4};
    if (object == "payment") return {"HK", "daily", 4};
    if (object == "invoice") return {"FP", "daily", 4};
    return {"DD", "daily", 4};
}

std::string document_number(NumberingRule const& rule, Date day, std::int64_t count) {
    auto digits = std::to_string(count);
    auto const wanted = static_cast<std::size_t>(rule.digits);
    if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
    return rule.prefix + date_part(rule, day) + digits;
}

std::string document_counter(std::string_view object, NumberingRule const& rule, Date day) {
    return std::string{object} + ":" + rule.prefix + date_part(rule, day);
}

}  // namespace wescrm::sales
