#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

/// One event, one line, key=value (or one JSON object). `error`: a person must act; `warning`: we coped. Never tokens, keys, phone
/// numbers or message texts. Safe from any thread, at any time; before setup() it writes text at `info` to standard error.
namespace wescrm::log {

enum class Level { debug, info, warning, error };
enum class Format { text, json };

void setup(Level level, Format format);

/// A value of a log field: anything that can be shown in one line.
class Field {
public:
    Field(std::string_view key_, std::string_view value) : key{key_}, shown{value} {}
    Field(std::string_view key_, char const* value) : key{key_}, shown{value} {}
    Field(std::string_view key_, std::string const& value) : key{key_}, shown{value} {}
    Field(std::string_view key_, std::int64_t value) : key{key_}, shown{std::to_string(value)}, is_number{true} {}
    Field(std::string_view key_, int value) : Field{key_, std::int64_t{value}} {}
    Field(std::string_view key_, std::size_t value) : Field{key_, static_cast<std::int64_t>(value)} {}
    Field(std::string_view key_, bool value) : key{key_}, shown{value ? "true" : "false"}, is_number{true} {}

    std::string_view key;
    std::string shown;
    bool is_number = false;
};
using Fields = std::initializer_list<Field>;

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace wescrm::log
