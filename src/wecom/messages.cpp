#include "contents.hpp"
#include "fields.hpp"

#include <functional>
#include <map>

namespace wescrm::wecom {
namespace {

using fields::string;

using MessageParser = std::function<Content(XmlElement const&)>;

// https://developer.work.weixin.qq.com/document/path/90239. Only a person's own text keeps the blanks around it.
std::map<std::string_view, MessageParser> const message_parsers{
    {"text", [](XmlElement const& in) { return Text{std::string{in.text("Content")}}; }},
    {"image",
     [](XmlElement const& in) {
         return Image{string(in, "MediaId"), string(in, "PicUrl")};
     }},
    {"voice",
     [](XmlElement const& in) {
         return Voice{string(in, "MediaId"), string(in, "Format")};
     }},
    {"video",
     [](XmlElement const& in) {
         return Video{string(in, "MediaId"), string(in, "ThumbMediaId")};
     }},
    {"location",
     [](XmlElement const& in) {
         return Location{fields::decimal(in, "Location_X"), fields::decimal(in, "Location_Y"),
                         fields::small_number(in, "Scale"), string(in, "Label")};
     }},
    {"link",
     [](XmlElement const& in) {
         return Link{string(in, "Title"), string(in, "Description"), string(in, "Url"), string(in, "PicUrl")};
     }},
};

}  // namespace

Content message_content(std::string_view type, XmlElement const& in) {
    auto const known = message_parsers.find(type);
    return known == message_parsers.end() ? Content{Unknown{}} : known->second(in);
}

}  // namespace wescrm::wecom
