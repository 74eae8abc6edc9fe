#include "contents.hpp"
#include "fields.hpp"

// A smart robot's callbacks: https://developer.work.weixin.qq.com/document/path/100719 (messages), 101027 (events).
namespace wescrm::wecom {
namespace {

using fields::inside;
using fields::string;

std::string text_in(XmlElement const& in) { return std::string{inside(in, "text").text("content")}; }

MixedMessage mixed(XmlElement const& in) {
    auto message = MixedMessage{};
    for (auto const* item : fields::all(inside(in, "mixed"), "msg_item")) {
        auto const type = string(*item, "msgtype");
        if (type == "text") message.text += text_in(*item);
        if (type == "image") message.picture_urls.push_back(string(inside(*item, "image"), "url"));
    }
    return message;
}

// The words of what was quoted; a picture or file has none.
std::string quoted(XmlElement const& quote) {
    auto const type = string(quote, "msgtype");
    if (type == "text") return text_in(quote);
    if (type == "mixed") return mixed(quote).text;
    return type == "voice" ? string(inside(quote, "voice"), "content") : std::string{};
}

CardPress robot_card_press(XmlElement const& in) {
    auto press = CardPress{string(in, "event_key"), string(in, "task_id"), string(in, "card_type"), {}, {}, false};
    for (auto const* item : fields::all(inside(in, "selected_items"), "selected_item")) {
        auto& selection = press.selections.emplace_back(Selection{string(*item, "question_key"), {}});
        for (auto const& option : inside(*item, "option_ids").children)
            selection.options.push_back(fields::content(option));
    }
    return press;
}

AnswerFeedback feedback(XmlElement const& in) {
    auto result = AnswerFeedback{string(in, "id"), fields::small_number(in, "type"), string(in, "content"), {}};
    for (auto const* reason : fields::all(in, "inaccurate_reason_list"))
        result.reasons.push_back(fields::small_number(*reason));
    return result;
}

Content event(std::string_view name, XmlElement const& in) {
    if (name == "enter_chat") return EnterApp{};
    if (name == "template_card_event") return robot_card_press(inside(in, "template_card_event"));
    if (name == "feedback_event") return feedback(inside(in, "feedback_event"));
    return Unknown{};
}

Content message(std::string_view type, XmlElement const& in) {
    if (type == "text") return Text{text_in(in)};
    if (type == "image") return Image{{}, string(inside(in, "image"), "url")};
    if (type == "mixed") return mixed(in);
    if (type == "voice") return Voice{{}, {}, std::string{inside(in, "voice").text("content")}};
    if (type == "file") return FileMessage{string(inside(in, "file"), "url")};
    if (type == "video") return Video{{}, {}, string(inside(in, "video"), "url")};
    if (type == "stream") return StreamRefresh{string(inside(in, "stream"), "id")};
    return Unknown{};
}

}  // namespace

Callback robot_callback(XmlElement const& in) {
    auto callback = Callback{};
    callback.from = string(inside(in, "from"), "userid");
    callback.corp_id = string(inside(in, "from"), "corpid");
    callback.created = fields::instant(in, "create_time");
    callback.message_id = string(in, "msgid");
    callback.robot = RobotOrigin{string(in, "aibotid"), string(in, "chatid"), string(in, "response_url"),
                                 quoted(inside(in, "quote"))};
    auto const type = string(in, "msgtype");
    if (type == "event") {
        auto const& details = inside(in, "event");
        auto const name = string(details, "eventtype");
        callback.kind = "robot.event." + plain_word(name);
        callback.content = event(name, details);
    } else {
        callback.kind = "robot." + plain_word(type);
        callback.content = message(type, in);
    }
    return callback;
}

}  // namespace wescrm::wecom
