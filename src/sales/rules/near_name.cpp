#include "near_name.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace wescrm::sales {
namespace {

constexpr double same_sound = 0.25;

struct Letter {
    std::string written;
    std::string sound;
};

std::vector<Letter> letters_of(std::string_view text) {
    auto letters = std::vector<Letter>{};
    for (std::size_t at = 0; at < text.size();) {
        auto const first = static_cast<unsigned char>(text[at]);
        auto const size = std::min<std::size_t>(first < 0x80   ? 1
                                                : first < 0xE0 ? 2
                                                : first < 0xF0 ? 3
                                                               : 4,
                                                text.size() - at);
        auto const letter = text.substr(at, size);
        letters.push_back({std::string{letter}, size == 1 ? std::string{} : text::pinyin_of(letter).full});
        at += size;
    }
    return letters;
}

double difference(Letter const& a, Letter const& b) {
    if (a.written == b.written) return 0;
    return !a.sound.empty() && a.sound == b.sound ? same_sound : 1;
}

// Of two characters one wrong one is another name; of many, two may be wrong.
double allowed(std::size_t length) {
    if (length < 2) return 0;
    if (length == 2) return 2 * same_sound;
    if (length == 3) return 1;
    return length < 6 ? 1 + same_sound : 2;
}

// The optimal alignment of all of `typed` with any part of `name` that begins like it: what follows may be left out.
double distance(std::vector<Letter> const& typed, std::vector<Letter> const& name) {
    auto const width = name.size() + 1;
    auto rows = std::vector<std::vector<double>>(typed.size() + 1, std::vector<double>(width, 0));
    for (std::size_t i = 1; i <= typed.size(); ++i) {
        rows[i][0] = static_cast<double>(i);
        for (std::size_t j = 1; j < width; ++j) {
            auto best = std::min(
                {rows[i - 1][j - 1] + difference(typed[i - 1], name[j - 1]), rows[i - 1][j] + 1, rows[i][j - 1] + 1});
            auto const is_swapped = i > 1 && j > 1 && typed[i - 1].written == name[j - 2].written &&
                                    typed[i - 2].written == name[j - 1].written;
            if (is_swapped) best = std::min(best, rows[i - 2][j - 2] + 1);
            rows[i][j] = best;
        }
    }
    return *std::ranges::min_element(rows.back());
}

}  // namespace

std::optional<double> distance_to_name(std::string_view typed, std::string_view name) {
    auto const wanted = letters_of(typed);
    auto const given = letters_of(name);
    if (wanted.size() < 2 || given.size() < 2) return std::nullopt;
    auto const far = distance(wanted, given);
    if (far > allowed(wanted.size())) return std::nullopt;
    return far;
}

}  // namespace wescrm::sales
