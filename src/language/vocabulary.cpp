#include "characters.hpp"

#include <wescrm/language/vocabulary.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace wescrm::language {
namespace {

std::optional<WordKind> kind_from(std::string_view name) {
    constexpr auto kinds = std::to_array<std::pair<std::string_view, WordKind>>({{"level", WordKind::level},
                                                                                 {"source", WordKind::source},
                                                                                 {"industry", WordKind::industry},
                                                                                 {"tag", WordKind::tag},
                                                                                 {"product", WordKind::product}});
    for (auto const& [word, kind] : kinds)
        if (word == name) return kind;
    return std::nullopt;
}

bool means_nothing(std::u32string_view word) {
    constexpr auto words = std::to_array<std::u32string_view>({U"其他", U"其它", U"未知", U"暂无", U"客户", U"公司"});
    return word.size() < 2 || std::ranges::find(words, word) != words.end();
}

}  // namespace

void Vocabulary::add(std::string_view kind, std::string_view word) {
    auto const known = kind_from(kind);
    auto compared = std::u32string{Characters{word}.view()};
    if (!known || means_nothing(compared)) return;
    auto& words = by_first_[compared.front()];
    auto const place = std::ranges::find_if(words, [&](Word const& other) {
        return other.compared.size() < compared.size() ||
               (other.compared.size() == compared.size() && other.kind > *known);
    });
    words.insert(place, {std::move(compared), std::string{word}, *known});
    ++size_;
}

void Vocabulary::add_own(std::string_view object, std::string_view key, std::string_view type, std::string_view label) {
    auto compared = std::u32string{Characters{label}.view()};
    if (compared.size() < 2) return;
    auto const place =
        std::ranges::find_if(own_, [&](OwnField const& other) { return other.label.size() < compared.size(); });
    own_.insert(place, {std::string{object}, std::string{key}, std::string{type}, std::move(compared)});
}

std::vector<Vocabulary::Word const*> Vocabulary::words_at(std::u32string_view sentence, std::size_t at) const {
    auto found = std::vector<Word const*>{};
    if (at >= sentence.size()) return found;
    auto const words = by_first_.find(sentence[at]);
    if (words == by_first_.end()) return found;
    for (auto const& word : words->second)
        if (sentence.substr(at).starts_with(word.compared)) found.push_back(&word);
    return found;
}

}  // namespace wescrm::language
