#pragma once
#include "characters.hpp"

#include <wescrm/language/understanding.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wescrm::language {

/// One of the company's words in a sentence.
struct KnownWord {
    WordKind kind = WordKind::level;
    std::string text;
    std::size_t from = 0;
    std::size_t to = 0;

    [[nodiscard]] char const* slot() const noexcept;  ///< level, source, industry, tag, product
};

/// Not to be shared between threads; `vocabulary` outlives it. A sentence without mention of the app and fillers at its
/// edges, and with what an intent needs to fill its slots.
class Sentence {
public:
    Sentence(std::string_view utf8, Instant sent_at, Zone const& zone, Vocabulary const& vocabulary);

    [[nodiscard]] std::u32string_view normal() const { return text_.view(); }  ///< as compared
    [[nodiscard]] Characters const& text() const noexcept { return text_; }
    [[nodiscard]] std::string original(std::size_t from, std::size_t to = std::u32string::npos) const;
    [[nodiscard]] Reference reference(Lean lean) const {
        return {sent_at_, zone_, lean, vocabulary_.weeks_begin_on_sunday, vocabulary_.fiscal_year_start};
    }
    [[nodiscard]] std::vector<Entity> entities(Lean lean, std::size_t from = 0) const;

    /// The end of the first of `words` that stands at the head; 0 if none does.
    [[nodiscard]] std::size_t head(std::initializer_list<std::u32string_view> words) const;
    [[nodiscard]] bool has(std::u32string_view word) const { return normal().find(word) != std::u32string_view::npos; }
    /// Whether the word stood at the end before fillers were taken away.
    [[nodiscard]] bool has_tail(std::u32string_view word) const { return raw_.view().ends_with(word); }
    [[nodiscard]] bool is_one_of(std::initializer_list<std::u32string_view> words) const;

    /// The company's words behind `from`, the longest of those that overlap.
    [[nodiscard]] std::vector<KnownWord> known_words(std::size_t from = 0) const;
    [[nodiscard]] std::vector<Vocabulary::OwnField> const& own_fields() const { return vocabulary_.own_fields(); }
    /// The word of the company that fills a part of the sentence, 来的 and 客户 behind it aside.
    [[nodiscard]] std::optional<KnownWord> known_word(std::size_t from, std::size_t to) const;

private:
    Instant sent_at_;
    Zone zone_;
    Vocabulary const& vocabulary_;
    Characters raw_;
    Characters text_;
    mutable std::array<std::optional<std::vector<Entity>>, 3> found_;  ///< entities by lean, once they were asked for
};

/// "电话：138…", "来源 展会": the value of a field label, until the next separator or label.
struct Labelled {
    std::string field;  ///< REST name: mobile, source, …
    std::string value;
    std::size_t from = 0;
    std::size_t to = 0;
};
[[nodiscard]] std::vector<Labelled> labelled_values(Characters const& text, std::size_t from);

/// The free words between `from` and the end that no taken part covers, as they were typed.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> free_parts(
    Characters const& text, std::size_t from, std::vector<std::pair<std::size_t, std::size_t>> taken);

/// Without politeness and particles at both ends.
[[nodiscard]] std::string without_fillers(std::string text);

}  // namespace wescrm::language
