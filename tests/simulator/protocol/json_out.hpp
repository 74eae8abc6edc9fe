#pragma once
#include <wescrm/base/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wescrm::simulator {

/// JSON written in order. `raw` takes text that is JSON already.
class JsonOut {
public:
    JsonOut() = default;
    JsonOut(JsonOut const&) = delete;
    JsonOut& operator=(JsonOut const&) = delete;

    JsonOut& object() { return (writer_.StartObject(), *this); }
    JsonOut& end() { return (writer_.EndObject(), *this); }
    JsonOut& array() { return (writer_.StartArray(), *this); }
    JsonOut& end_array() { return (writer_.EndArray(), *this); }
    JsonOut& key(std::string_view name) { return (writer_.Key(name.data(), size(name)), *this); }
    JsonOut& text(std::string_view value) { return (writer_.String(value.data(), size(value)), *this); }
    JsonOut& number(std::int64_t value) { return (writer_.Int64(value), *this); }
    JsonOut& raw(std::string_view json) {
        return (writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType), *this);
    }

    JsonOut& text(std::string_view name, std::string_view value) { return key(name).text(value); }
    JsonOut& number(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonOut& real(std::string_view name, double value) { return (key(name).writer_.Double(value), *this); }
    JsonOut& flag(std::string_view name, bool value) { return (key(name).writer_.Bool(value), *this); }
    JsonOut& raw(std::string_view name, std::string_view json) { return key(name).raw(json); }
    JsonOut& object(std::string_view name) { return key(name).object(); }
    JsonOut& array(std::string_view name) { return key(name).array(); }
    /// An id that a script might round, so a string.
    JsonOut& id(std::string_view name, std::uint64_t value) { return text(name, std::to_string(value)); }

    [[nodiscard]] std::string take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
    static rapidjson::SizeType size(std::string_view value) { return static_cast<rapidjson::SizeType>(value.size()); }

    json::Buffer buffer_;
    json::Writer writer_{buffer_};
};

}  // namespace wescrm::simulator
