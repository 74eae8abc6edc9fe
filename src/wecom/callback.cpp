#include "contents.hpp"
#include "fields.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/wecom/callback.hpp>

#include <algorithm>

namespace wescrm::wecom {
namespace {

using fields::string;

std::string lane_of(Callback const& callback) {
    auto const& content = callback.content;
    if (auto const* member = std::get_if<MemberChange>(&content)) return "user:" + member->user.value();
    if (auto const* department = std::get_if<DepartmentChange>(&content))
        return "department:" + std::to_string(department->id);
    if (auto const* external = std::get_if<ExternalContactChange>(&content))
        return "external:" + external->external_user;
    if (auto const* chat = std::get_if<ExternalChatChange>(&content)) return "chat:" + chat->chat;
    if (auto const* approval = std::get_if<ApprovalChange>(&content)) return "approval:" + approval->number;
    return "from:" + callback.from;
}

// The JSON form has the same field names; arrays become elements of one name. False for a text with NUL, which no
// database takes. The depth is the parser's limit.
bool convert(json::Value const& from, XmlElement& to) {
    if (from.IsString()) {
        to.content = json::view(from);
        return to.content.find('\0') == std::string::npos;
    }
    if (!from.IsObject()) {
        if (!from.IsNull()) to.content = json::write(from);
        return true;
    }
    for (auto const& member : from.GetObject()) {
        auto const name = std::string{json::view(member.name)};
        if (!member.value.IsArray()) {
            if (!convert(member.value, to.children.emplace_back(XmlElement{name, {}, {}}))) return false;
            continue;
        }
        for (auto const& element : member.value.GetArray())
            if (!convert(element, to.children.emplace_back(XmlElement{name, {}, {}}))) return false;
    }
    return true;
}

std::optional<XmlElement> parse_document(std::string_view message) {
    auto const first = message.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || message.size() > largest_document) return std::nullopt;
    if (message[first] != '{') return parse_xml(message);
    auto limits = json::Limits{};
    limits.string_bytes = largest_document;
    auto const document = json::parse(message, limits);
    auto root = XmlElement{"xml", {}, {}};
    if (!document || !convert(*document, root)) return std::nullopt;
    return root;
}

std::string with_change(std::string kind, XmlElement const& root) {
    if (root.child("ChangeType")) kind += "." + plain_word(string(root, "ChangeType"));
    return kind;
}

Callback app_callback(std::string_view type, XmlElement const& root) {
    auto callback = Callback{};
    callback.corp_id = string(root, "ToUserName");
    callback.from = string(root, "FromUserName");
    callback.created = fields::instant(root, "CreateTime");
    callback.agent_id = fields::number(root, root.child("AgentID") ? "AgentID" : "AgentId");
    callback.message_id = string(root, "MsgId");
    if (type == "event") {
        auto const event = string(root, "Event");
        callback.kind = with_change("event." + plain_word(event), root);
        callback.content = event_content(event, root);
    } else {
        callback.kind = plain_word(type);
        callback.content = message_content(type, root);
    }
    return callback;
}

Callback suite_callback(std::string_view event, XmlElement const& root) {
    auto callback = Callback{};
    callback.corp_id = string(root, "AuthCorpId");
    callback.from = "sys";
    callback.created = fields::instant(root, "TimeStamp");
    callback.kind = with_change("suite." + plain_word(event), root);
    callback.content = suite_content(event, root);
    return callback;
}

std::optional<Callback> callback_from(XmlElement const& root) {
    if (auto const type = string(root, "MsgType"); !type.empty()) return app_callback(type, root);
    if (auto const event = string(root, "InfoType"); !event.empty()) return suite_callback(event, root);
    if (!string(root, "msgtype").empty()) return robot_callback(root);
    return std::nullopt;
}

}  // namespace

std::string plain_word(std::string_view text) {
    auto const is_plain = !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    return is_plain ? std::string{text} : "unknown";
}

Result<Callback> parse_callback(std::string_view message) {
    auto const root = parse_document(message);
    auto callback = root ? callback_from(*root) : std::nullopt;
    if (!callback) return Error{Errc::invalid_input, "malformed", "no message"};
    callback->lane = lane_of(*callback);
    return std::move(*callback);
}

}  // namespace wescrm::wecom
