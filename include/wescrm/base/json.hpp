#pragma once
// The one door to RapidJSON: a failed assertion of the library (a missing member, a wrong type) is an exception here,
// and text from outside is parsed without recursion, with a bounded depth and checked UTF-8.
#include <stdexcept>
#define RAPIDJSON_ASSERT(x) \
    ((x) ? static_cast<void>(0) : throw ::std::logic_error{"RapidJSON: " #x})
#define RAPIDJSON_ASSERT_THROWS 1
#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wescrm/base/result.hpp>

namespace wescrm::json {

using Document = rapidjson::Document;
using Value = rapidjson::Value;
using Allocator = Document::AllocatorType;
using Buffer = rapidjson::StringBuffer;
using Writer = rapidjson::Writer<Buffer>;  ///< writes raw UTF-8, no \u escapes beyond those that JSON demands

struct Limits {
    std::size_t depth = 32;
    std::size_t values = 20'000;  ///< members and elements together
    std::size_t string_bytes = 256 * 1024;
    bool comments = false;  ///< // and /* */ are skipped (configuration files)
};

/// invalid_input "json" with the position if the text is no JSON, is no UTF-8, or is beyond the limits. Duplicate names
/// within an object are refused too.
[[nodiscard]] Result<Document> parse(std::string_view text, Limits const& limits = {});

[[nodiscard]] std::string write(Value const& value);
[[nodiscard]] std::string write_pretty(Value const& value);

/// The member, or null if `object` is no object or has no such member.
[[nodiscard]] Value const* find(Value const& object, std::string_view name);
/// The member's value if it is there and of that type.
[[nodiscard]] std::optional<std::string> find_string(Value const& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> find_integer(Value const& object, std::string_view name);
[[nodiscard]] std::optional<bool> find_bool(Value const& object, std::string_view name);

[[nodiscard]] Value make_string(std::string_view text, Allocator& allocator);
[[nodiscard]] inline std::string_view view(Value const& text) { return {text.GetString(), text.GetStringLength()}; }
/// Adds or replaces a member.
void set(Value& object, std::string_view name, Value value, Allocator& allocator);
void set(Value& object, std::string_view name, std::string_view value, Allocator& allocator);

}  // namespace wescrm::json
