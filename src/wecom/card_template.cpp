#include "message_text.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/wecom/card_template.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace wescrm::wecom {
namespace {

// What the message's client would read as markup in a value that a person typed.
enum class Markup { none, links, markdown };

using Templates = std::map<std::string, json::Document, std::less<>>;

struct Data {
    json::Value const& root;
    Markup markup = Markup::none;
    Templates const& templates;
    json::Value const* item = nullptr;

    [[nodiscard]] json::Value const* at(std::string_view path) const {
        auto const parts = text::split(path, '.');
        auto const* value = item && parts.front() == "item" ? item : &root;
        for (std::size_t i = value == item && item ? 1 : 0; value && i < parts.size(); ++i)
            value = json::find(*value, parts[i]);
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

// {label.level|级别}: the value if it is there, else the usual words.
std::string value_or_usual(std::string_view place, Data const& data) {
    auto const bar = place.find('|');
    if (bar == std::string_view::npos) return shown(data.at(place));
    auto const* value = data.at(place.substr(0, bar));
    return is_there(value) ? shown(value) : std::string{place.substr(bar + 1)};
}

// A look-alike in place of every character that could begin markup: neither text nor markdown messages know an escape.
std::string without_markup(std::string text, Markup markup) {
    if (markup == Markup::none) return text;
    text = text::replace_all(std::move(text), "<", "＜");
    if (markup == Markup::links) return text;
    for (auto const& [from, to] : {std::pair{"[", "［"}, std::pair{"*", "＊"}, std::pair{"`", "｀"}})
        text = text::replace_all(std::move(text), from, to);
    return text;
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
            filled += without_markup(value_or_usual(pattern.substr(at + 1, end - at - 1), data), data.markup);
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
        auto const inner = Data{data.root, data.markup, data.templates, &item};
        auto const condition = json::find_string(element, "$if");
        if (!condition || holds(*condition, inner)) array.PushBack(fill(element, inner, allocator), allocator);
    }
}

constexpr std::size_t bytes_of_messages = 1'400;  // of the 2,048 of a text: the rest is for the lines around them

std::string text_of_message(json::Value const& message, Data const& data) {
    static auto const nothing = json::Value{rapidjson::kObjectType};
    auto const kind = json::find_string(message, "kind").value_or("");
    auto const found = data.templates.find(kind);
    if (found == data.templates.end()) throw std::logic_error{"no template " + kind};
    auto const* content = json::find(message, "data");
    auto filled = json::Document{};
    return text_of(
        fill(found->second, Data{content ? *content : nothing, data.markup, data.templates}, filled.GetAllocator()));
}

// What the messages at `path` of each of `items` say, one text an item.
std::vector<std::string> texts_of_messages(json::Value const& items, std::string_view path, Data const& data) {
    auto texts = std::vector<std::string>{};
    for (auto const& item : items.GetArray()) {
        auto lines = std::vector<std::string>{};
        auto const inner = Data{data.root, data.markup, data.templates, &item};
        auto const* messages = inner.at(path);
        if (messages && messages->IsArray())
            for (auto const& message : messages->GetArray())
                if (json::find(message, "kind")) lines.push_back(text_of_message(message, data));
        texts.push_back(text::join(lines, "\n"));
    }
    return fitted(std::move(texts), bytes_of_messages);
}

// {"$lines": ["a line", {"$if": …, "$text": "a line"}, {"$each": …, "$text": "a line", "$messages": …}]}
std::string fill_lines(json::Value const& lines, Data const& data) {
    auto filled = std::vector<std::string>{};
    auto const add = [&filled](json::Value const& line, Data const& from) {
        auto const condition = json::find_string(line, "$if");
        if (!condition || holds(*condition, from))
            filled.push_back(fill_text(json::find_string(line, "$text").value_or(""), from));
    };
    for (auto const& line : lines.GetArray()) {
        auto const path = json::find_string(line, "$each");
        if (line.IsString()) {
            filled.push_back(fill_text(json::view(line), data));
        } else if (!path) {
            add(line, data);
        } else if (auto const* items = data.at(*path); items && items->IsArray()) {
            auto const messages = json::find_string(line, "$messages");
            auto const texts = messages ? texts_of_messages(*items, *messages, data) : std::vector<std::string>{};
            for (std::size_t i = 0; i < items->Size(); ++i) {
                add(line, Data{data.root, data.markup, data.templates, &(*items)[static_cast<rapidjson::SizeType>(i)]});
                if (messages) filled.push_back(texts[i]);
            }
        }
    }
    return text::join(filled, "\n");
}

Markup markup_of(json::Value const& message) {
    auto const type = json::find_string(message, "msgtype");
    if (type == "markdown") return Markup::markdown;
    return type == "text" || type == "textcard" ? Markup::links : Markup::none;
}

// A card has room for six facts: what stands first in the template is what matters most.
constexpr rapidjson::SizeType most_facts = 6;

json::Value fill(json::Value const& from, Data const& data, json::Allocator& allocator) {
    if (from.IsString()) return json::make_string(fill_text(json::view(from), data), allocator);
    if (from.IsArray()) {
        auto array = json::Value{rapidjson::kArrayType};
        for (auto const& element : from.GetArray()) fill_element(element, data, array, allocator);
        return array;
    }
    if (!from.IsObject()) return json::Value{from, allocator};
    if (auto const* lines = json::find(from, "$lines")) return json::make_string(fill_lines(*lines, data), allocator);
    auto object = json::Value{rapidjson::kObjectType};
    for (auto const& member : from.GetObject()) {
        if (json::view(member.name).starts_with('$')) continue;
        auto const condition = json::find_string(member.value, "$if");
        if (condition && !holds(*condition, data)) continue;
        auto filled = fill(member.value, data, allocator);
        if (json::view(member.name) == "horizontal_content_list" && filled.IsArray())
            while (filled.Size() > most_facts) filled.PopBack();
        json::set(object, json::view(member.name), std::move(filled), allocator);
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
        if (!document)
            return Error{Errc::invalid_input, "template", entry.path().string() + ": " + document.error().message};
        loaded.templates_.emplace(entry.path().stem().string(), std::move(*document));
    }
    if (failure || loaded.templates_.empty())
        return Error{Errc::invalid_input, "template", "no templates in " + folder};
    return loaded;
}

Message CardTemplates::render(std::string_view kind, json::Value const& data) const {
    auto const found = templates_.find(kind);
    if (found == templates_.end()) throw std::logic_error{"no template " + std::string{kind}};
    auto filled = json::Document{};
    auto value = fill(found->second, Data{data, markup_of(found->second), templates_}, filled.GetAllocator());
    static_cast<json::Value&>(filled) = std::move(value);
    auto message = Message::from(filled);
    if (!message) throw std::logic_error{"template " + std::string{kind} + ": " + message.error().message};
    return std::move(*message);
}

}  // namespace wescrm::wecom
