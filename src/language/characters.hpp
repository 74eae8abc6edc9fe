#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace wescrm::language {

/// A sentence as code points in the form in which it is compared (half width, lower case, simplified), one to one with
/// the original.
class Characters {
public:
    explicit Characters(std::string_view utf8);

    [[nodiscard]] std::size_t size() const noexcept { return normal_.size(); }
    [[nodiscard]] char32_t operator[](std::size_t at) const noexcept {
        return at < normal_.size() ? normal_[at] : U'\0';
    }
    [[nodiscard]] bool starts(std::size_t at, std::u32string_view word) const noexcept {
        return view().substr(std::min(at, size())).starts_with(word);
    }
    [[nodiscard]] std::u32string_view view() const noexcept { return normal_; }
    /// The original text of a part.
    [[nodiscard]] std::string original(std::size_t from, std::size_t to) const;

private:
    std::u32string normal_;
    std::u32string original_;
};

[[nodiscard]] std::string to_utf8(std::u32string_view text);
[[nodiscard]] std::u32string to_code_points(std::string_view utf8);

[[nodiscard]] bool is_digit(char32_t c) noexcept;
[[nodiscard]] bool is_latin(char32_t c) noexcept;
[[nodiscard]] bool is_blank(char32_t c) noexcept;
[[nodiscard]] bool is_separator(char32_t c) noexcept;  ///< blank, comma, semicolon, colon, slash …

}  // namespace wescrm::language
