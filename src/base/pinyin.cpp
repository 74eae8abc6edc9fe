#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

namespace wescrm::text {
namespace {

// ICU's transliterators are not to be shared between threads without a lock, and take long to make and to run: what a
// character sounds like is asked once.
class Romaniser {
public:
    Romaniser() {
        auto status = U_ZERO_ERROR;
        transliterator_.reset(
            icu::Transliterator::createInstance("Han-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
        if (U_FAILURE(status)) throw std::runtime_error{"ICU has no Han-Latin transliteration"};
    }
    std::string of(UChar32 character) {
        auto const lock = std::lock_guard{mutex_};
        auto const known = sounds_.find(character);
        if (known != sounds_.end()) return known->second;
        auto value = icu::UnicodeString{character};
        transliterator_->transliterate(value);
        auto sound = std::string{};
        value.toUTF8String(sound);
        return sounds_.emplace(character, std::move(sound)).first->second;
    }

private:
    std::unique_ptr<icu::Transliterator> transliterator_;
    std::unordered_map<UChar32, std::string> sounds_;
    std::mutex mutex_;
};

}  // namespace

Pinyin pinyin_of(std::string_view utf8) {
    static auto romaniser = Romaniser{};
    auto const text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
    auto result = Pinyin{};
    auto starts = true;
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
        auto const character = text.char32At(at);
        auto const is_han = u_hasBinaryProperty(character, UCHAR_IDEOGRAPHIC);  // a syllable of its own
        starts = starts || is_han;
        for (auto c : romaniser.of(character)) {
            if (c == ' ') {
                starts = true;
                continue;
            }
            result.full += c;
            if (starts) result.initials += c;
            starts = c >= '0' && c <= '9';
        }
        starts = starts || is_han;
    }
    return result;
}

std::string normalised(std::string_view utf8) {
    auto status = U_ZERO_ERROR;
    auto const* nfkc = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error{"ICU has no NFKC data"};
    auto const value =
        nfkc->normalize(icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())}), status);
    auto result = std::string{};
    value.toUTF8String(result);
    return result;
}

}  // namespace wescrm::text
