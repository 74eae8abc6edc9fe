#pragma once
#include <wescrm/base/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wescrm::bot {

/// A JSON object made member by member. Empty texts are left out, so that a template's "$if" and a slot's absence
/// agree.
class Data {
public:
    Data() : document_{rapidjson::kObjectType} {}
    Data(std::initializer_list<std::pair<std::string_view, std::string_view>> members) : Data{} {
        for (auto const& [name, value] : members) set(name, value);
    }
    explicit Data(json::Value const& object) : Data{} { document_.CopyFrom(object, document_.GetAllocator()); }

    Data& set(std::string_view name, std::string_view value) {
        if (!value.empty()) json::set(document_, name, value, document_.GetAllocator());
        return *this;
    }
    Data& set(std::string_view name, std::int64_t value) {
        json::set(document_, name, json::Value{value}, document_.GetAllocator());
        return *this;
    }
    Data& flag(std::string_view name) {
        json::set(document_, name, json::Value{true}, document_.GetAllocator());
        return *this;
    }
    Data& set(std::string_view name, json::Value const& value) {
        json::set(document_, name, json::Value{value, document_.GetAllocator()}, document_.GetAllocator());
        return *this;
    }
    Data& set(std::string_view name, std::vector<Data> const& items) {
        auto array = json::Value{rapidjson::kArrayType};
        for (auto const& item : items)
            array.PushBack(json::Value{item.value(), document_.GetAllocator()}, document_.GetAllocator());
        json::set(document_, name, std::move(array), document_.GetAllocator());
        return *this;
    }
    Data& erase(std::string_view name) {
        auto const key = json::Value{rapidjson::StringRef(name.data(), name.size())};
        document_.RemoveMember(key);
        return *this;
    }

    [[nodiscard]] bool has(std::string_view name) const { return json::find(document_, name) != nullptr; }
    [[nodiscard]] std::string text(std::string_view name) const {
        return json::find_string(document_, name).value_or("");
    }
    [[nodiscard]] json::Value const& value() const noexcept { return document_; }
    [[nodiscard]] json::Document document() const {
        auto copy = json::Document{};
        copy.CopyFrom(document_, copy.GetAllocator());
        return copy;
    }
    [[nodiscard]] Data copy() const { return Data{document_}; }

private:
    json::Document document_;
};

}  // namespace wescrm::bot
