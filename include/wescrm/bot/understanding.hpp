#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/operation/context.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace wescrm::bot {

/// What a sentence means: intent and slots by the names of the chat language, e.g. {"customer.create", 1.0, {"name":
/// "宏达科技"}}. Moments are texts in the company's zone: "2026-12-02T15:00", or "2026-12-02" when no time of day was
/// said.
struct Understood {
    std::string intent = "unknown";
    double confidence = 0;
    json::Document slots{rapidjson::kObjectType};
};

/// Reads one sentence; `sent_at` is what "tomorrow" refers to. Pure: no I/O. Handed in by the server over the module
/// `language`.
using Understand = std::function<Understood(std::string_view text, Instant sent_at, Zone const& zone)>;

/// The same for one turn in one company, whose words it may look up when it is called. Used within the turn only.
using UnderstandIn = std::function<Understand(operation::Context& ctx)>;

}  // namespace wescrm::bot
