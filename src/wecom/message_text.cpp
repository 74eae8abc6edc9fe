#include "message_text.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::wecom {
namespace {

std::string text_at(json::Value const& from, std::string_view name) {
    return json::find_string(from, name).value_or("");
}

json::Value const& object_at(json::Value const& from, std::string_view name) {
    static auto const nothing = json::Value{rapidjson::kObjectType};
    auto const* found = json::find(from, name);
    return found && found->IsObject() ? *found : nothing;
}

void add(std::vector<std::string>& lines, std::string line) {
    if (!text::trim(line).empty()) lines.push_back(std::move(line));
}

// https://developer.work.weixin.qq.com/document/path/90236: what a template card shows besides its buttons.
std::string text_of_card(json::Value const& card) {
    auto lines = std::vector<std::string>{};
    auto const& title = object_at(card, "main_title");
    auto const name = text_at(title, "title");
    add(lines, (name.empty() ? "" : "**" + name + "** ") + text_at(title, "desc"));
    auto const& emphasis = object_at(card, "emphasis_content");
    add(lines, text_at(emphasis, "title") + " " + text_at(emphasis, "desc"));
    add(lines, text_at(card, "sub_title_text"));
    if (auto const* facts = json::find(card, "horizontal_content_list"); facts && facts->IsArray())
        for (auto const& fact : facts->GetArray())
            add(lines, "> " + text_at(fact, "keyname") + "：" + text_at(fact, "value"));
    return text::join(lines, "\n");
}

// Cut behind a whole line where there is one, else between two characters.
std::string cut(std::string const& text, std::size_t bytes) {
    constexpr auto more = std::string_view{"\n…"};
    if (text.size() <= bytes) return text;
    if (bytes <= more.size()) return text::truncate_bytes(text, bytes);
    auto const end = text.rfind('\n', bytes - more.size());
    if (end == std::string::npos || end == 0) return text::truncate_bytes(text, bytes);
    return text.substr(0, end) + std::string{more};
}

}  // namespace

std::string text_of(json::Value const& payload) {
    auto const type = text_at(payload, "msgtype");
    auto const& body = object_at(payload, type);
    if (type == "template_card") return text_of_card(body);
    if (type == "textcard") return "**" + text_at(body, "title") + "**\n" + text_at(body, "description");
    return text_at(body, "content");
}

std::vector<std::string> fitted(std::vector<std::string> texts, std::size_t bytes) {
    auto lengths = std::vector<std::size_t>{};
    for (auto const& text : texts) lengths.push_back(text.size());
    std::ranges::sort(lengths);
    // Short ones keep their length; what they leave is shared by the longer ones.
    auto left = bytes;
    auto share = bytes;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        share = left / (lengths.size() - i);
        if (lengths[i] > share) break;
        left -= lengths[i];
        share = bytes;
    }
    for (auto& text : texts) text = cut(text, share);
    return texts;
}

}  // namespace wescrm::wecom
