#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace wescrm::simulator {

/// XML as WeCom writes it: names as they are, text in CDATA, numbers plain.
class XmlOut {
public:
    XmlOut& open(std::string_view name);
    XmlOut& close(std::string_view name);
    XmlOut& text(std::string_view name, std::string_view value);
    XmlOut& number(std::string_view name, std::int64_t value);
    XmlOut& decimal(std::string_view name, double value);  ///< three digits after the point
    [[nodiscard]] std::string take() && { return std::move(text_); }

private:
    std::string text_;
};

/// The envelope of an encrypted push.
[[nodiscard]] std::string envelope(std::string_view corp_id, std::string_view agent_id, std::string_view encrypted);

/// The text of the first element of that name; empty if there is none. Good for WeCom's flat XML only.
[[nodiscard]] std::string element_text(std::string_view xml, std::string_view name);

}  // namespace wescrm::simulator
