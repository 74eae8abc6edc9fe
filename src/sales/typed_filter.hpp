#pragma once
#include "rows.hpp"

#include <wescrm/operation/context.hpp>

#include <cstddef>
#include <string>
#include <string_view>

// What was typed above a list. The condition itself is a `like`, which can use no index below row-level security; so
// the tables of words (customer_word, lead_word, record_word) say first which few records it may hold for. Of words
// that many records have, every page is soon found without.
namespace wescrm::sales {

/// So many digits at the end of a phone are a word of customer_word and lead_word.
inline constexpr std::size_t phone_end = 4;

/// What of its customer (`row`.customer_id) finds a record, too: keys are names, number, pinyin and phones.
enum class ByCustomer { nothing, phones, names, keys };

/// The ways by which a list is searched.
struct TypedIn {
    std::string_view object;  ///< as in record_word
    std::string_view row;     ///< alias of the record
    ByCustomer by_customer = ByCustomer::nothing;
    bool by_order_number = false;  ///< found by the number of its order, too (`row`.order_id)
};

/// Adds `condition`, which holds for records that have `typed` in their names, their number or their pinyin (or those
/// of their customer), where it must begin a number, pinyin or phone, or end a number. Latin letters and digits within
/// a name are found anywhere.
void where_typed(operation::Context& ctx, Filter& filter, TypedIn const& in, std::string_view typed,
                 operation::Predicate const& condition);

/// The condition for customers and leads: their keys hold it, or their phone does as far as the reader may know.
[[nodiscard]] operation::Predicate keys_or_phone(operation::Context& ctx, std::string_view object, std::string_view row,
                                                 std::string_view typed);

}  // namespace wescrm::sales
