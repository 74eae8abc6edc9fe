#include "xml.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <tinyxml2.h>

namespace wescrm::wecom {
namespace {

constexpr int deepest = 32;

// "&#65;" and "&#x41;" name a character; NUL, surrogates and what lies beyond Unicode would be dropped or cut the text.
bool is_reference_good(std::string_view after_hash) {
    auto const end = after_hash.find(';');
    if (end == 0 || end == std::string_view::npos) return false;
    auto digits = after_hash.substr(0, end);
    auto const is_hex = digits.starts_with('x');
    if (is_hex) digits.remove_prefix(1);
    auto point = std::uint32_t{0};
    auto const [stopped, error] = std::from_chars(digits.begin(), digits.end(), point, is_hex ? 16 : 10);
    if (error != std::errc{} || stopped != digits.end()) return false;
    return point > 0 && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

bool are_references_good(std::string_view text) {
    for (std::size_t at = 0; (at = text.find("&#", at)) != std::string_view::npos; at += 2)
        if (!is_reference_good(text.substr(at + 2, 16))) return false;
    return true;
}

bool is_tag_plain(std::string_view tag) {
    if (tag.ends_with('/')) tag.remove_suffix(1);
    auto const end = tag.find_last_not_of(" \t\r\n");
    tag = tag.substr(0, end == std::string_view::npos ? 0 : end + 1);
    return tag.find_first_of(" \t\r\n\"'=") == std::string_view::npos;
}

// Where the construct that begins with the '<' at the start of `rest` ends; nullopt for what WeCom never sends.
std::optional<std::size_t> length_of_construct(std::string_view rest, bool is_first) {
    auto const up_to = [rest](std::string_view end, std::size_t from = 1) -> std::optional<std::size_t> {
        auto const at = rest.find(end, from);
        return at == std::string_view::npos ? std::nullopt : std::optional{at + end.size()};
    };
    if (rest.starts_with("<![CDATA[")) return up_to("]]>", 9);
    if (rest.starts_with("<!--")) return up_to("-->", 4);
    if (rest.starts_with("<!")) return std::nullopt;
    if (rest.starts_with("<?")) return is_first && rest.starts_with("<?xml ") ? up_to("?>") : std::nullopt;
    auto const size = up_to(">");
    return size && is_tag_plain(rest.substr(1, *size - 2)) ? size : std::nullopt;
}

// One pass before the parser, over what it would accept and WeCom never sends (its attribute parsing is quadratic,
// too).
bool is_plain(std::string_view document) {
    if (document.find('\0') != std::string_view::npos || !text::is_valid_utf8(document)) return false;
    for (std::size_t at = 0;;) {
        auto const tag = document.find('<', at);
        if (!are_references_good(document.substr(at, tag - at))) return false;
        if (tag == std::string_view::npos) return true;
        auto const length = length_of_construct(document.substr(tag), tag == 0);
        if (!length) return false;
        at = tag + *length;
    }
}

bool convert_text(tinyxml2::XMLElement const& from, XmlElement& to, int depth) {
    if (depth > deepest) return false;
    to.name = from.Name();
    for (auto const* node = from.FirstChild(); node; node = node->NextSibling()) {
        if (auto const* piece = node->ToText())
            to.content += piece->Value();
        else if (auto const* element = node->ToElement()) {
            if (!convert_text(*element, to.children.emplace_back(), depth + 1)) return false;
        }
    }
    return true;
}

}  // namespace

XmlElement const* XmlElement::child(std::string_view wanted) const {
    auto const found = std::find_if(children.begin(), children.end(),
                                    [&](XmlElement const& element) { return element.name == wanted; });
    return found == children.end() ? nullptr : &*found;
}

std::size_t XmlElement::count(std::string_view wanted) const {
    return static_cast<std::size_t>(std::count_if(children.begin(), children.end(),
                                                  [&](XmlElement const& element) { return element.name == wanted; }));
}

std::string_view XmlElement::text(std::string_view wanted) const {
    auto const* found = child(wanted);
    return found ? std::string_view{found->content} : std::string_view{};
}

std::optional<XmlElement> parse_xml(std::string_view document) {
    if (document.starts_with("\xEF\xBB\xBF")) document.remove_prefix(3);
    if (document.size() > largest_document || !is_plain(document)) return std::nullopt;
    auto parser = tinyxml2::XMLDocument{};
    if (parser.Parse(document.data(), document.size()) != tinyxml2::XML_SUCCESS) return std::nullopt;
    auto const* root = parser.RootElement();
    if (!root || std::string_view{root->Name()} != "xml" || root->NextSiblingElement() ||
        root->PreviousSiblingElement())
        return std::nullopt;
    auto converted = XmlElement{};
    if (!convert_text(*root, converted, 1)) return std::nullopt;
    return converted;
}

}  // namespace wescrm::wecom
