// Any bytes as a text with dates, amounts and phones, at any time of the years 1990–2060 and under each preference.
#include "fuzz/language/invariants.hpp"

#include <array>

namespace {

using namespace wescrm;

// The first five bytes: the preference and the moment of sending.
language::Reference reference_from(std::uint8_t const* data) {
    auto constexpr leans = std::array{language::Lean::none, language::Lean::future, language::Lean::past};
    auto number = std::uint64_t{0};
    for (auto at = 1; at < 5; ++at) number = number << 8 | data[at];
    auto const first = std::chrono::sys_days{std::chrono::year{1990} / 1 / 1};
    auto const span = std::chrono::sys_days{std::chrono::year{2060} / 1 / 1} - first;
    auto const after = seconds{static_cast<std::int64_t>(number) % std::chrono::duration_cast<seconds>(span).count()};
    return {Instant{first} + after, Zone{}, leans[data[0] % leans.size()]};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    constexpr auto head = std::size_t{5};
    if (size < head || size > 4'096) return 0;
    auto const text = std::string_view{reinterpret_cast<char const*>(data) + head, size - head};
    language::check_entities(language::find_entities(text, reference_from(data)), text.size());
    return 0;
}
