#include "xml.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <tinyxml2.h>

namespace wescrm::wecom {
namespace {

constexpr std::size_t largest_document = 64 * 1024;
constexpr int deepest = 32;

// One pass before the parser, over what it would accept and WeCom never sends (its attribute parsing is quadratic,
// too).
bool is_plain(std::string_view document) {
    if (document.find('\0') != std::string_view::npos || !text::is_valid_utf8(document)) return false;
    for (std::size_t at = 0; (at = document.find('<', at)) != std::string_view::npos;) {
        auto const rest = document.substr(at);
        if (rest.starts_with("<![CDATA[")) {
            auto const end = rest.find("]]>");
            if (end == std::string_view::npos) return false;
            at += end + 3;
            continue;
        }
        if (rest.starts_with("<!--")) {
            auto const end = rest.find("-->");
            if (end == std::string_view::npos) return false;
            at += end + 3;
            continue;
        }
        if (rest.starts_with("<!") || (rest.starts_with("<?") && (at != 0 || !rest.starts_with("<?xml "))))
            return false;
        auto const end = rest.find('>');
        if (end == std::string_view::npos) return false;
        auto tag = rest.substr(1, end - 1);
        if (!tag.starts_with('?')) {
            if (tag.ends_with('/')) tag.remove_suffix(1);
            while (!tag.empty() &&
                   (tag.back() == ' ' || tag.back() == '\n' || tag.back() == '\r' || tag.back() == '\t'))
                tag.remove_suffix(1);
            if (tag.find_first_of(" \t\r\n\"'=") != std::string_view::npos) return false;
        }
        at += end + 1;
    }
    return true;
}

bool convert(tinyxml2::XMLElement const& from, XmlElement& to, int depth) {
    if (depth > deepest) return false;
    to.name = from.Name();
    for (auto const* node = from.FirstChild(); node; node = node->NextSibling()) {
        if (auto const* piece = node->ToText())
            to.content += piece->Value();
        else if (auto const* element = node->ToElement()) {
            if (!convert(*element, to.children.emplace_back(), depth + 1)) return false;
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
    if (!convert(*root, converted, 1)) return std::nullopt;
    return converted;
}

}  // namespace wescrm::wecom
