#pragma once
#include <string_view>

// The words of high seas on pages.
namespace wescrm::pages::pool {

/// Kinds of the rules by which records go into a pool: "no_follow" → "未跟进".
[[nodiscard]] std::string_view rule_word(std::string_view kind);
/// How a record came into the pool: "recycle" → "自动".
[[nodiscard]] std::string_view entry_word(std::string_view entry);

}  // namespace wescrm::pages::pool
