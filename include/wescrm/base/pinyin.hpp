#pragma once
#include <string>
#include <string_view>

namespace wescrm::text {

/// How Chinese text is typed on a keyboard, lower case without tones: for search keys, never for display (words with several readings
/// get the commonest). Other characters stay.
struct Pinyin {
    std::string full;      ///< 宏达科技 → "hongdakeji"
    std::string initials;  ///< "hdkj"
};

/// Safe from any thread; the first call takes about 0.1 s.
[[nodiscard]] Pinyin pinyin_of(std::string_view utf8);

/// NFKC: full-width letters, digits and punctuation become ASCII.
[[nodiscard]] std::string normalised(std::string_view utf8);

}  // namespace wescrm::text
