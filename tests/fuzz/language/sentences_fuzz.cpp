// Any bytes as a chat message, and as a line of `wescrm nlu`.
#include "fuzz/language/invariants.hpp"

#include <wescrm/language/understanding.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace wescrm;
    if (size > 4'096) return 0;
    auto const text = std::string_view{reinterpret_cast<char const*>(data), size};
    auto const sent = Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25}} + hours{8};
    auto const meant = language::understand(text, sent, Zone{});
    language::require(!meant.intent.empty() && meant.slots.IsObject());
    for (auto const& slot : meant.slots.GetObject()) language::require(!slot.value.IsNull());
    language::check_entities(meant.entities, text.size());
    auto const answer = json::parse(language::answer_line(text));
    language::require(answer && answer->IsObject());
    return 0;
}
