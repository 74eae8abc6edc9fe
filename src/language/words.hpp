#pragma once
#include "characters.hpp"

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace wescrm::language {

struct Word {
    std::u32string_view text;
    int value;
};

/// The longest of the words that begins at `at`: its value and the position behind it.
[[nodiscard]] std::optional<std::pair<int, std::size_t>> word_at(Characters const& text, std::size_t at,
                                                                 std::span<Word const> words);

/// The position behind the longest of the words that begins at `at`.
[[nodiscard]] std::optional<std::size_t> after_any(Characters const& text, std::size_t at,
                                                   std::initializer_list<std::u32string_view> words);

/// Whether one of the words ends at `at`.
[[nodiscard]] bool ends_any(Characters const& text, std::size_t at, std::initializer_list<std::u32string_view> words);

[[nodiscard]] bool is_one_of(char32_t c, std::u32string_view characters);

}  // namespace wescrm::language
