#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>
#include <mutex>
#include <stdexcept>

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::text {
namespace {

// ICU's transliterators are not to be shared between threads without a lock, and take long to make.
class Romaniser {
public:
    Romaniser() {
        auto status = U_ZERO_ERROR;
        transliterator_.reset(icu::Transliterator::createInstance("Han-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
        if (U_FAILURE(status)) throw std::runtime_error{"ICU has no Han-Latin transliteration"};
    }
    // Syllables separated by spaces.
    std::string run(std::string_view utf8) {
        auto value = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
        {
            auto const lock = std::lock_guard{mutex_};
            transliterator_->transliterate(value);
        }
        auto result = std::string{};
        value.toUTF8String(result);
        return result;
    }

private:
    std::unique_ptr<icu::Transliterator> transliterator_;
    std::mutex mutex_;
};

}  // namespace

Pinyin pinyin_of(std::string_view utf8) {
    static auto romaniser = Romaniser{};
    auto result = Pinyin{};
    auto starts = true;
    for (auto c : romaniser.run(utf8)) {
        if (c == ' ') {
            starts = true;
            continue;
        }
        result.full += c;
        if (starts) result.initials += c;
        starts = c >= '0' && c <= '9';
    }
    return result;
}

std::string normalised(std::string_view utf8) {
    auto status = U_ZERO_ERROR;
    auto const* nfkc = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error{"ICU has no NFKC data"};
    auto const value = nfkc->normalize(icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())}), status);
    auto result = std::string{};
    value.toUTF8String(result);
    return result;
}

}  // namespace wescrm::text
