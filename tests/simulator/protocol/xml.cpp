#include "protocol/xml.hpp"

#include <wescrm/base/text.hpp>

#include <array>
#include <charconv>

namespace wescrm::simulator {
namespace {

constexpr auto cdata_open = std::string_view{"<![CDATA["};
constexpr auto cdata_close = std::string_view{"]]>"};

}  // namespace

XmlOut& XmlOut::open(std::string_view name) {
    text_.append("<").append(name).append(">");
    return *this;
}

XmlOut& XmlOut::close(std::string_view name) {
    text_.append("</").append(name).append(">");
    return *this;
}

XmlOut& XmlOut::text(std::string_view name, std::string_view value) {
    open(name);
    text_.append(cdata_open)
        .append(text::replace_all(std::string{value}, cdata_close, "]]]]><![CDATA[>"))
        .append(cdata_close);
    return close(name);
}

XmlOut& XmlOut::number(std::string_view name, std::int64_t value) {
    open(name);
    text_.append(std::to_string(value));
    return close(name);
}

XmlOut& XmlOut::decimal(std::string_view name, double value) {
    auto digits = std::array<char, 32>{};
    auto const [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 3);
    open(name);
    if (error == std::errc{}) text_.append(digits.data(), end);
    return close(name);
}

std::string envelope(std::string_view corp_id, std::string_view agent_id, std::string_view encrypted) {
    auto out = XmlOut{};
    out.open("xml").text("ToUserName", corp_id).text("Encrypt", encrypted);
    if (!agent_id.empty()) out.text("AgentID", agent_id);
    out.close("xml");
    return std::move(out).take();
}

std::string element_text(std::string_view xml, std::string_view name) {
    auto const opening = "<" + std::string{name} + ">";
    auto const begin = xml.find(opening);
    if (begin == std::string_view::npos) return {};
    auto const from = begin + opening.size();
    auto const end = xml.find("</" + std::string{name} + ">", from);
    if (end == std::string_view::npos) return {};
    auto content = text::trim(xml.substr(from, end - from));
    if (content.starts_with(cdata_open) && content.ends_with(cdata_close)) {
        content.remove_prefix(cdata_open.size());
        content.remove_suffix(cdata_close.size());
    }
    return std::string{content};
}

}  // namespace wescrm::simulator
