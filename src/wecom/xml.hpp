#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::wecom {

/// Bytes of a document, outer or inner. What the HTTP edge lets in is usually less.
inline constexpr std::size_t largest_document = 512 * 1024;

/// An element of WeCom's XML: it has text or children, never attributes.
struct XmlElement {
    std::string name;
    std::string content;  ///< all text and CDATA pieces joined
    std::vector<XmlElement> children;

    [[nodiscard]] XmlElement const* child(std::string_view wanted) const;
    [[nodiscard]] std::size_t count(std::string_view wanted) const;
    /// The content of a child; empty if there is none.
    [[nodiscard]] std::string_view text(std::string_view wanted) const;
};

/// The root `xml` of a document. nullopt for anything that WeCom does not send: bad UTF-8, NUL, DOCTYPE, processing
/// instructions, attributes, references to no character, a second root, another root's name, more than 32 levels, more
/// than largest_document. A byte order mark is accepted.
[[nodiscard]] std::optional<XmlElement> parse_xml(std::string_view document);

}  // namespace wescrm::wecom
