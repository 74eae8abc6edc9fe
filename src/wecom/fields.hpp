#pragma once
#include "xml.hpp"

#include <wescrm/base/ids.hpp>
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads single fields of WeCom's documents. Nothing here fails: what is absent or no number is empty or zero.
namespace wescrm::wecom::fields {

/// The element's own text without the blanks around it.
[[nodiscard]] std::string content(XmlElement const& element);
/// The text of a child without the blanks around it: some of WeCom's own samples have them.
[[nodiscard]] std::string string(XmlElement const& in, std::string_view name);
[[nodiscard]] std::optional<std::string> optional_string(XmlElement const& in, std::string_view name);
[[nodiscard]] std::int64_t number(XmlElement const& in, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> optional_number(XmlElement const& in, std::string_view name);
[[nodiscard]] int small_number(XmlElement const& element);  ///< its own content
[[nodiscard]] int small_number(XmlElement const& in, std::string_view name);
[[nodiscard]] std::optional<int> optional_small_number(XmlElement const& in, std::string_view name);
[[nodiscard]] double decimal(XmlElement const& in, std::string_view name);
/// Unix seconds, from 1970 to 9999.
[[nodiscard]] Instant instant(XmlElement const& in, std::string_view name);
[[nodiscard]] UserId user(XmlElement const& in, std::string_view name);
/// "1,2,3"
[[nodiscard]] std::vector<std::int64_t> numbers(XmlElement const& in, std::string_view name);
[[nodiscard]] std::vector<UserId> users(XmlElement const& in, std::string_view name);

/// The child, or an empty element.
[[nodiscard]] XmlElement const& inside(XmlElement const& in, std::string_view name);
/// The children of that name, whose letters may be large or small: the pages disagree with themselves.
[[nodiscard]] std::vector<XmlElement const*> all(XmlElement const& in, std::string_view name);

}  // namespace wescrm::wecom::fields
