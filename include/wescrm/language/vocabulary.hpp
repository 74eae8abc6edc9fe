#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wescrm::language {

/// What a word of the company stands for.
enum class WordKind { level, source, industry, tag, product };

/// The company's own words, by which slots are recognised that no label names: 展会 is one of its sources, 重点 one of
/// its levels. Empty without a database. Reading a sentence takes time with its length, not with the number of words.
class Vocabulary {
public:
    struct Word {
        std::u32string compared;
        std::string text;  ///< as the company writes it
        WordKind kind = WordKind::level;
    };

    /// `kind`: "level", "source", "industry", "tag", "product"; others, single characters, and words that mean nothing
    /// by themselves (其他) are left out.
    void add(std::string_view kind, std::string_view word);

    /// The words that begin at `at` of a sentence in its compared form, the longest first.
    [[nodiscard]] std::vector<Word const*> words_at(std::u32string_view sentence, std::size_t at) const;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// A field of the company's own, by its label: 行业分类.
    struct OwnField {
        std::string object;  ///< "customer", "contact"
        std::string key;
        std::string type;      ///< "money", "date", …: how its value is read
        std::u32string label;  ///< as compared
    };
    void add_own(std::string_view object, std::string_view key, std::string_view type, std::string_view label);
    [[nodiscard]] std::vector<OwnField> const& own_fields() const noexcept { return own_; }

    bool weeks_begin_on_sunday = false;  ///< 本周, 下周日 in this company
    int fiscal_year_start = 1;           ///< 本季度, 本年度 in this company

private:
    std::unordered_map<char32_t, std::vector<Word>> by_first_;  // each longest first
    std::size_t size_ = 0;
    std::vector<OwnField> own_;  // longest label first
};

}  // namespace wescrm::language
