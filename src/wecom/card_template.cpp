#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <wescrm/base/text.hpp>
#include <wescrm/wecom/card_template.hpp>

namespace wescrm::wecom {
namespace {

struct Data {
    json::Value const& root;
    json::Value const* item = nullptr;

    [[nodiscard]] json::Value const* at(std::string_view path) const {
        auto const parts = text::split(path, '.');
        auto const* value = item && parts.front() == "item" ? item : &root;
        for (std::size_t i = value == item && item ? 1 : 0; value && i < parts.size(); ++i) value = json::find(*value, parts[i]);
        return value;
    }
};

bool is_there(json::Value const* value) {
    if (!value || value->IsNull() || value->IsFalse()) return false;
    if (value->IsString()) return value->GetStringLength() > 0;
    return !value->IsArray() || !value->Empty();
}

bool holds(std::string_view condition, Data const& data) {
    if (condition.starts_with('!')) return !is_there(data.at(condition.substr(1)));
    return is_there(data.at(condition));
}

std::string shown(json::Value const* value) {
    if (!value || value->IsNull()) return {};
    return value->IsString() ? std::string{json::view(*value)} : json::write(*value);
}

std::string fill_text(std::string_view pattern, Data const& data) {
    auto filled = std::string{};
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern.substr(at).starts_with("{{")) {
            filled += '{';
            at += 2;
        } else if (pattern[at] == '{') {
            auto const end = pattern.find('}', at);
            if (end == std::string_view::npos) throw std::logic_error{"a template has a brace without an end"};
            filled += shown(data.at(pattern.substr(at + 1, end - at - 1)));
            at = end + 1;
        } else {
            filled += pattern[at++];
        }
    }
    return filled;
}

json::Value fill(json::Value const& from, Data const& data, json::Allocator& allocator);

void fill_element(json::Value const& element, Data const& data, json::Value& array, json::Allocator& allocator) {
    auto const path = json::find_string(element, "$each");
    if (!path) {
        auto const condition = json::find_string(element, "$if");
        if (!condition || holds(*condition, data)) array.PushBack(fill(element, data, allocator), allocator);
        return;
    }
    auto const* items = data.at(*path);
    if (!items || !items->IsArray()) return;
    for (auto const& item : items->GetArray()) {
        auto const inner = Data{data.root, &item};
        auto const condition = json::find_string(element, "$if");
        if (!condition || holds(*condition, inner)) array.PushBack(fill(element, inner, allocator), allocator);
    }
}

json::Value fill(json::Value const& from, Data const& data, json::Allocator& allocator) {
    if (from.IsString()) return json::make_string(fill_text(json::view(from), data), allocator);
    if (from.IsArray()) {
        auto array = json::Value{rapidjson::kArrayType};
        for (auto const& element : from.GetArray()) fill_element(element, data, array, allocator);
        return array;
    }
    if (!from.IsObject()) return json::Value{from, allocator};
    auto object = json::Value{rapidjson::kObjectType};
    for (auto const& member : from.GetObject()) {
        if (json::view(member.name).starts_with('$')) continue;
        auto const condition = json::find_string(member.value, "$if");
        if (condition && !holds(*condition, data)) continue;
        json::set(object, json::view(member.name), fill(member.value, data, allocator), allocator);
    }
    return object;
}

}  // namespace

Result<CardTemplates> CardTemplates::load(std::string const& folder) {
    auto loaded = CardTemplates{};
    auto failure = std::error_code{};
    for (auto const& entry : std::filesystem::directory_iterator{folder, failure}) {
        if (entry.path().extension() != ".json") continue;
        auto stream = std::ifstream{entry.path(), std::ios::binary};
        auto limits = json::Limits{};
        limits.comments = true;
        auto document = json::parse(std::string{std::istreambuf_iterator<char>{stream}, {}}, limits);
        if (!document) return Error{Errc::invalid_input, "template", entry.path().string() + ": " + document.error().message};
        loaded.templates_.emplace(entry.path().stem().string(), std::move(*document));
    }
    if (failure || loaded.templates_.empty()) return Error{Errc::invalid_input, "template", "no templates in " + folder};
    return loaded;
}

Message CardTemplates::render(std::string_view kind, json::Value const& data) const {
    auto const found = templates_.find(kind);
    if (found == templates_.end()) throw std::logic_error{"no template " + std::string{kind}};
    auto filled = json::Document{};
    auto value = fill(found->second, Data{data}, filled.GetAllocator());
    static_cast<json::Value&>(filled) = std::move(value);
    auto message = Message::from(filled);
    if (!message) throw std::logic_error{"template " + std::string{kind} + ": " + message.error().message};
    return std::move(*message);
}

}  // namespace wescrm::wecom
