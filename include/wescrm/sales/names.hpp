#pragma once
#include <optional>
#include <string>
#include <string_view>

// How names and phones are brought into the form in which they are compared and stored. Pure functions.
namespace wescrm::sales {

/// The part of a company's name that tells it from others: without place, legal suffix, brackets, punctuation and spaces; lower case.
/// "宏达科技（北京）有限公司" → "宏达科技". The whole (normalised) name if nothing would be left.
[[nodiscard]] std::string name_core(std::string_view name);

/// Everything by which a customer is found, in lower case: names, number, pinyin, initials.
[[nodiscard]] std::string search_keys(std::string_view name, std::string_view short_name, std::string_view number);

/// 11 digits of a mainland mobile, or "0512-66001234[-ext]" / "400-123-4567" digits of a landline; nullopt if it is neither.
[[nodiscard]] std::optional<std::string> normal_phone(std::string_view typed);

/// "138****8000", for readers who may not see the number.
[[nodiscard]] std::string masked_phone(std::string_view phone);

}  // namespace wescrm::sales
