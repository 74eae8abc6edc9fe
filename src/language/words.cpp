#include "words.hpp"

#include <algorithm>

namespace wescrm::language {

std::optional<std::pair<int, std::size_t>> word_at(Characters const& text, std::size_t at,
                                                   std::span<Word const> words) {
    auto found = std::optional<std::pair<int, std::size_t>>{};
    for (auto const& word : words)
        if (text.starts(at, word.text) && (!found || at + word.text.size() > found->second))
            found = std::pair{word.value, at + word.text.size()};
    return found;
}

std::optional<std::size_t> after_any(Characters const& text, std::size_t at,
                                     std::initializer_list<std::u32string_view> words) {
    auto found = std::optional<std::size_t>{};
    for (auto word : words)
        if (text.starts(at, word)) found = std::max(found.value_or(0), at + word.size());
    return found;
}

bool ends_any(Characters const& text, std::size_t at, std::initializer_list<std::u32string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](auto word) {
        return at >= word.size() && at <= text.size() && text.view().substr(at - word.size(), word.size()) == word;
    });
}

bool is_one_of(char32_t c, std::u32string_view characters) { return characters.find(c) != std::u32string_view::npos; }

}  // namespace wescrm::language
