#include "xml.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/wecom/callback.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>

namespace wescrm::wecom {
namespace {

constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

template <class Number = std::int64_t>
Number number(std::string_view text) {
    text = text::trim(text);
    auto value = Number{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

double decimal(std::string_view text) {
    auto const value = number<double>(text);
    return std::isfinite(value) ? value : 0;
}

int small_number(std::string_view text) { return number<int>(text); }

Instant instant(std::string_view text) {
    return Instant{seconds{std::clamp<std::int64_t>(number(text), 0, last_second)}};
}

// Ids and words may stand between blanks; only a person's own text keeps them.
std::string string_of(XmlElement const& root, std::string_view name) {
    return std::string{text::trim(root.text(name))};
}

std::vector<std::int64_t> numbers(std::string_view list) {
    auto all = std::vector<std::int64_t>{};
    for (auto const& part : text::split(list, ','))
        if (!text::trim(part).empty()) all.push_back(number(part));
    return all;
}

std::vector<UserId> users(std::string_view list) {
    auto all = std::vector<UserId>{};
    for (auto const& part : text::split(list, ','))
        if (auto const user = text::trim(part); !user.empty()) all.emplace_back(std::string{user});
    return all;
}

XmlElement const& inside(XmlElement const& root, std::string_view name) {
    static auto const nothing = XmlElement{};
    auto const* found = root.child(name);
    return found ? *found : nothing;
}

using Parser = std::function<Content(XmlElement const&)>;
using Parsers = std::map<std::string, Parser, std::less<>>;

Location location_from(XmlElement const& in) {
    return {decimal(in.text("Location_X")), decimal(in.text("Location_Y")), small_number(in.text("Scale")),
            string_of(in, "Label")};
}

Parsers const messages{
    {"text", [](XmlElement const& in) -> Content { return Text{std::string{in.text("Content")}}; }},
    {"image", [](XmlElement const& in) -> Content { return Image{string_of(in, "MediaId"), string_of(in, "PicUrl")}; }},
    {"voice", [](XmlElement const& in) -> Content { return Voice{string_of(in, "MediaId"), string_of(in, "Format")}; }},
    {"video",
     [](XmlElement const& in) -> Content { return Video{string_of(in, "MediaId"), string_of(in, "ThumbMediaId")}; }},
    {"location", [](XmlElement const& in) -> Content { return location_from(in); }},
    {"link",
     [](XmlElement const& in) -> Content {
         return Link{string_of(in, "Title"), string_of(in, "Description"), string_of(in, "Url"),
                     string_of(in, "PicUrl")};
     }},
};

Content menu_press(XmlElement const& in) {
    auto press = MenuPress{
        string_of(in, "Event"), string_of(in, "EventKey"), string_of(inside(in, "ScanCodeInfo"), "ScanResult"), {}, {}};
    for (auto const& item : inside(inside(in, "SendPicsInfo"), "PicList").children)
        press.picture_md5s.push_back(string_of(item, "PicMd5Sum"));
    if (auto const* place = in.child("SendLocationInfo")) press.location = location_from(*place);
    return press;
}

Content card_press(XmlElement const& in) {
    auto press = CardPress{string_of(in, "EventKey"),
                           string_of(in, "TaskId"),
                           string_of(in, "CardType"),
                           string_of(in, "ResponseCode"),
                           {},
                           string_of(in, "Event") == "template_card_menu_event"};
    for (auto const& item : inside(in, "SelectedItems").children) {
        auto& selection = press.selections.emplace_back(Selection{string_of(item, "QuestionKey"), {}});
        for (auto const* spelling : {"OptionIds", "OpitonIds"})  // both have been seen
            for (auto const& option : inside(item, spelling).children)
                selection.options.emplace_back(text::trim(option.content));
    }
    return press;
}

Content contact_change(XmlElement const& in) {
    auto const change = string_of(in, "ChangeType");
    if (change.ends_with("_user")) {
        auto result = MemberChange{};
        result.kind = change == "create_user"   ? MemberChange::Kind::created
                      : change == "delete_user" ? MemberChange::Kind::deleted
                                                : MemberChange::Kind::updated;
        result.user = UserId{string_of(in, "UserID")};
        if (auto renamed = string_of(in, "NewUserID"); !renamed.empty() && renamed != result.user.value())
            result.new_user = UserId{std::move(renamed)};
        result.departments = numbers(in.text("Department"));
        return result;
    }
    if (change.ends_with("_party")) {
        auto result = DepartmentChange{};
        result.kind = change == "create_party"   ? DepartmentChange::Kind::created
                      : change == "delete_party" ? DepartmentChange::Kind::deleted
                                                 : DepartmentChange::Kind::updated;
        result.id = number(in.text("Id"));
        if (in.child("ParentId")) result.parent = number(in.text("ParentId"));
        return result;
    }
    if (change == "update_tag")
        return MemberTagChange{number(in.text("TagId")), users(in.text("AddUserItems")), users(in.text("DelUserItems")),
                               numbers(in.text("AddPartyItems")), numbers(in.text("DelPartyItems"))};
    return Unknown{};
}

Content own_approval(XmlElement const& in) {
    auto const& info = inside(in, "ApprovalInfo");
    return ApprovalChange{true, string_of(info, "ThirdNo"), small_number(info.text("OpenSpStatus")),
                          UserId{string_of(info, "ApplyUserId")}, 0};
}

Content wecom_approval(XmlElement const& in) {
    auto const& info = inside(in, "ApprovalInfo");
    auto const text_number = string_of(info, "SpNoStr");
    return ApprovalChange{false, text_number.empty() ? string_of(info, "SpNo") : text_number,
                          small_number(info.text("SpStatus")), UserId{string_of(inside(info, "Applyer"), "UserId")},
                          small_number(info.text("StatuChangeEvent"))};
}

Content external_contact(XmlElement const& in) {
    auto const reason = string_of(in, "FailReason");
    return ExternalContactChange{string_of(in, "ChangeType"),     UserId{string_of(in, "UserID")},
                                 string_of(in, "ExternalUserID"), string_of(in, "State"),
                                 string_of(in, "WelcomeCode"),    reason.empty() ? string_of(in, "Source") : reason};
}

Content app_news(XmlElement const& in) {
    auto news = AppNews{string_of(in, "Event"), std::nullopt};
    if (in.child("EffectTime")) news.takes_effect = instant(in.text("EffectTime"));
    return news;
}

Parsers const events{
    {"subscribe", [](XmlElement const&) -> Content { return VisibilityChange{true}; }},
    {"unsubscribe", [](XmlElement const&) -> Content { return VisibilityChange{false}; }},
    {"enter_agent", [](XmlElement const&) -> Content { return EnterApp{}; }},
    {"LOCATION",
     [](XmlElement const& in) -> Content {
         return ReportedPosition{decimal(in.text("Latitude")), decimal(in.text("Longitude")),
                                 decimal(in.text("Precision"))};
     }},
    {"batch_job_result",
     [](XmlElement const& in) -> Content {
         auto const& job = inside(in, "BatchJob");
         return BatchJob{string_of(job, "JobId"), string_of(job, "JobType"), small_number(job.text("ErrCode"))};
     }},
    {"click", menu_press},
    {"view", menu_press},
    {"view_miniprogram", menu_press},
    {"scancode_push", menu_press},
    {"scancode_waitmsg", menu_press},
    {"pic_sysphoto", menu_press},
    {"pic_photo_or_album", menu_press},
    {"pic_weixin", menu_press},
    {"location_select", menu_press},
    {"template_card_event", card_press},
    {"template_card_menu_event", card_press},
    {"taskcard_click", card_press},
    {"change_contact", contact_change},
    {"open_approval_change", own_approval},
    {"sys_approval_change", wecom_approval},
    {"change_external_contact", external_contact},
    {"change_external_chat",
     [](XmlElement const& in) -> Content {
         auto change = ExternalChatChange{string_of(in, "ChangeType"),   string_of(in, "ChatId"),
                                          string_of(in, "UpdateDetail"), {},
                                          string_of(in, "LastMemVer"),   string_of(in, "CurMemVer")};
         for (auto const& item : inside(in, "MemChangeList").children)
             change.members.emplace_back(text::trim(item.content));
         return change;
     }},
    {"change_external_tag",
     [](XmlElement const& in) -> Content {
         return ExternalTagChange{string_of(in, "ChangeType"), string_of(in, "Id"), string_of(in, "TagType")};
     }},
    {"customer_acquisition",
     [](XmlElement const& in) -> Content {
         return AcquisitionChange{string_of(in, "ChangeType"), string_of(in, "LinkId"), string_of(in, "State"),
                                  UserId{string_of(in, "UserID")}, string_of(in, "ExternalUserID")};
     }},
    {"share_agent_change", app_news},
    {"share_chain_change", app_news},
    {"inactive_alert", app_news},
    {"close_inactive_agent", app_news},
    {"reopen_inactive_agent", app_news},
    {"low_active_alert", app_news},
    {"low_active", app_news},
    {"active_restored", app_news},
};

// Anything in a kind that is not a plain word would make a mess of metrics and logs.
std::string word(std::string_view text) {
    auto const is_plain = !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    return is_plain ? std::string{text} : "unknown";
}

std::string lane_of(Callback const& callback) {
    if (auto const* member = std::get_if<MemberChange>(&callback.content)) return "user:" + member->user.value();
    if (auto const* department = std::get_if<DepartmentChange>(&callback.content))
        return "department:" + std::to_string(department->id);
    if (auto const* external = std::get_if<ExternalContactChange>(&callback.content))
        return "external:" + external->external_user;
    if (auto const* chat = std::get_if<ExternalChatChange>(&callback.content)) return "chat:" + chat->chat;
    if (auto const* approval = std::get_if<ApprovalChange>(&callback.content)) return "approval:" + approval->number;
    return "from:" + callback.from;
}

// The JSON form has the same field names; arrays become elements of one name.
void convert(json::Value const& from, XmlElement& to) {
    if (from.IsString())
        to.content = json::view(from);
    else if (from.IsObject()) {
        for (auto const& member : from.GetObject()) {
            auto const name = std::string{json::view(member.name)};
            if (member.value.IsArray()) {
                for (auto const& element : member.value.GetArray()) {
                    to.children.push_back({name, {}, {}});
                    convert(element, to.children.back());
                }
            } else {
                to.children.push_back({name, {}, {}});
                convert(member.value, to.children.back());
            }
        }
    } else if (!from.IsNull()) {
        to.content = json::write(from);
    }
}

std::optional<XmlElement> parse_document(std::string_view message) {
    auto const first = message.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return std::nullopt;
    if (message[first] != '{') return parse_xml(message);
    auto const document = json::parse(message);
    if (!document) return std::nullopt;
    auto root = XmlElement{"xml", {}, {}};
    convert(*document, root);
    return root;
}

}  // namespace

Result<Callback> parse_callback(std::string_view message) {
    auto const root = parse_document(message);
    auto const type = root ? string_of(*root, "MsgType") : std::string{};
    if (type.empty()) return Error{Errc::invalid_input, "malformed", "no message"};
    auto callback = Callback{};
    callback.corp_id = string_of(*root, "ToUserName");
    callback.from = string_of(*root, "FromUserName");
    callback.created = instant(root->text("CreateTime"));
    callback.agent_id = number(root->child("AgentID") ? root->text("AgentID") : root->text("AgentId"));
    callback.message_id = string_of(*root, "MsgId");
    auto const is_event = type == "event";
    auto const name = is_event ? string_of(*root, "Event") : type;
    callback.kind = is_event ? "event." + word(name) : word(name);
    if (is_event && root->child("ChangeType")) callback.kind += "." + word(string_of(*root, "ChangeType"));
    auto const& parsers = is_event ? events : messages;
    if (auto const known = parsers.find(name); known != parsers.end()) callback.content = known->second(*root);
    callback.lane = lane_of(callback);
    return callback;
}

}  // namespace wescrm::wecom
