#pragma once
#include <wescrm/language/entities.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

// What holds for the entities of any bytes.
namespace wescrm::language {

inline void require(bool condition) {
    if (!condition) std::abort();
}

inline bool is_calendar_time(LocalTime at) {
    return at.date.ok() && at.time_of_day >= seconds{0} && at.time_of_day < hours{24};
}

struct ValueCheck {
    void operator()(DateValue const& v) const { require(v.date.ok()); }
    void operator()(MomentValue const& v) const { require(is_calendar_time(v.at)); }
    void operator()(RangeValue const& v) const {
        require(is_calendar_time(v.start) && is_calendar_time(v.end) && v.start <= v.end && v.date.ok());
    }
    void operator()(DurationValue const& v) const { require(v.seconds >= 0); }
    void operator()(MoneyValue const& v) const { require(!v.currency.empty()); }
    void operator()(MoneyRangeValue const& v) const { require(v.min_fen || v.max_fen); }
    void operator()(NumberValue const& v) const { require(v.value == v.value); }
    void operator()(PercentValue const& v) const { require(v.value == v.value); }
    void operator()(PhoneValue const& v) const { require(!v.digits.empty() && v.digits.size() <= 64); }
    void operator()(EmailValue const& v) const { require(!v.address.empty()); }
    void operator()(UrlValue const& v) const { require(!v.url.empty()); }
    void operator()(YesNoValue const&) const {}
};

/// Every value is a real one, and places lie in order inside the text; only an amount's number repeats its place.
inline void check_entities(std::vector<Entity> const& entities, std::size_t bytes) {
    auto behind = std::size_t{0};
    for (auto const& entity : entities) {
        std::visit(ValueCheck{}, entity.value);
        if (entity.period) ValueCheck{}(*entity.period);
        require(entity.length > 0 && entity.offset + entity.length <= bytes);
        auto const is_answer = std::holds_alternative<YesNoValue>(entity.value);
        auto const is_repeated =
            std::holds_alternative<NumberValue>(entity.value) && entity.offset + entity.length == behind;
        require(is_answer || is_repeated || entity.offset >= behind);
        if (!is_answer) behind = entity.offset + entity.length;
    }
}

}  // namespace wescrm::language
