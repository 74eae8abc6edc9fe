#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How names and phones are brought into the form in which they are compared and stored. Pure functions.
namespace wescrm::sales {

/// The part of a company's name that tells it from others: without place, legal suffix, brackets, punctuation and
/// spaces; lower case. "宏达科技（北京）有限公司" → "宏达科技". The whole (normalised) name if nothing would be left.
[[nodiscard]] std::string name_core(std::string_view name);

/// Everything by which a customer is found, in lower case: names, number, pinyin, initials.
[[nodiscard]] std::string search_keys(std::string_view name, std::string_view short_name, std::string_view number);

/// Pairs of neighbouring characters, each once, in byte order; a single character stands for itself.
[[nodiscard]] std::vector<std::string> character_pairs(std::string_view plain);

/// The words of table customer_word: "=whole" of name, short name and core, pairs of neighbouring characters of them and the last one,
/// "~pinyin" and "~initials", "#phone" and "#last four digits".
[[nodiscard]] std::vector<std::string> search_words(std::string_view name, std::string_view short_name,
                                                    std::vector<std::string> const& phones);

/// What somebody typed, as the words to look for: every pair must be there. Lower case, without spaces and punctuation.
struct TypedWords {
    std::string plain;
    std::vector<std::string> pairs;
    std::string sound;       ///< pinyin of all of it: what sounds the same is found when nothing is written the same
    bool is_digits = false;  ///< a phone, the end of one, or a number
    bool is_latin = false;   ///< may be pinyin
};
[[nodiscard]] TypedWords typed_words(std::string_view typed);

/// "许" of 许总, 许经理 and 许老师; "" if it is no surname with a form of address.
[[nodiscard]] std::string surname_in(std::string_view person);

/// 11 digits of a mainland mobile, or "0512-66001234[-ext]" / "400-123-4567" digits of a landline; nullopt if it is
/// neither.
[[nodiscard]] std::optional<std::string> normal_phone(std::string_view typed);

/// "宏***司", for readers who may not see the record.
[[nodiscard]] std::string masked_name(std::string_view name);

/// "138****8000", for readers who may not see the number.
[[nodiscard]] std::string masked_phone(std::string_view phone);

}  // namespace wescrm::sales
