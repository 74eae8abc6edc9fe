#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The decrypted messages and events: https://developer.work.weixin.qq.com/document/path/90239 (messages), 90240
// (events), 90970 (contacts), 92130 (customer contact), 90269 (approval).
namespace wescrm::wecom {

struct Text {
    std::string content;
};
struct Image {
    std::string media_id;
    std::string picture_url;
};
struct Voice {
    std::string media_id;
    std::string format;
};
struct Video {
    std::string media_id;
    std::string thumb_media_id;
};
struct Location {
    double latitude = 0;
    double longitude = 0;
    int scale = 0;
    std::string label;
};
struct Link {
    std::string title;
    std::string description;
    std::string url;
    std::string picture_url;
};
struct VisibilityChange {  ///< subscribe, unsubscribe: the member came into or left the app's visible range
    bool is_visible = false;
};
struct EnterApp {};
struct ReportedPosition {
    double latitude = 0;
    double longitude = 0;
    double precision = 0;
};
struct BatchJob {
    std::string id;
    std::string type;
    int errcode = 0;
};
/// An item of the app's menu. `action`: click, view, view_miniprogram, scancode_push, scancode_waitmsg, pic_sysphoto,
/// pic_photo_or_album, pic_weixin, location_select.
struct MenuPress {
    std::string action;
    std::string key;
    std::string scan_result;
    std::vector<std::string> picture_md5s;
    std::optional<Location> location;
};
struct Selection {
    std::string question;
    std::vector<std::string> options;
};
/// A button of a card, or an item of its upper-right menu.
struct CardPress {
    std::string key;
    std::string task_id;
    std::string card_type;
    std::string response_code;  ///< for one update of this card
    std::vector<Selection> selections;
    bool is_menu = false;
};
/// A member was created, updated or deleted. Since August 2022 mostly ids only, so everything but the id is a hint.
struct MemberChange {
    enum class Kind { created, updated, deleted };
    Kind kind = Kind::updated;
    UserId user;
    std::optional<UserId> new_user;  ///< the userid was renamed
    std::vector<std::int64_t> departments;
};
struct DepartmentChange {
    enum class Kind { created, updated, deleted };
    Kind kind = Kind::updated;
    std::int64_t id = 0;
    std::optional<std::int64_t> parent;
};
struct MemberTagChange {
    std::int64_t tag = 0;
    std::vector<UserId> added;
    std::vector<UserId> removed;
    std::vector<std::int64_t> added_departments;
    std::vector<std::int64_t> removed_departments;
};
/// open_approval_change (our own flow, number = ThirdNo) or sys_approval_change (WeCom's approval app, number = SpNo).
struct ApprovalChange {
    bool is_own = false;
    std::string number;
    int status = 0;  ///< 1 under way 2 approved 3 rejected 4 withdrawn …
    UserId applicant;
    int change = 0;  ///< StatuChangeEvent; 0 for our own
};
struct ExternalContactChange {
    std::string change;  ///< add_external_contact, edit_…, add_half_…, del_…, del_follow_user, transfer_fail,
                         ///< msg_audit_approved
    UserId user;
    std::string external_user;
    std::string state;
    std::string welcome_code;
    std::string reason;
};
struct ExternalChatChange {
    std::string change;  ///< create, update, dismiss
    std::string chat;
    std::string detail;  ///< of an update: add_member, del_member, change_owner, change_name, change_notice
    std::vector<std::string> members;  ///< who came or went
    std::string last_version;          ///< of the member list: if it is not the one we hold, an event was lost
    std::string version;
};
struct ExternalTagChange {
    std::string change;  ///< create, update, delete, shuffle
    std::string id;
    std::string type;
};
struct AcquisitionChange {
    std::string change;
    std::string link;
    std::string state;
    UserId user;
    std::string external_user;
};
/// Something about the app itself: share_agent_change, share_chain_change, inactive_alert, close_inactive_agent, …
struct AppNews {
    std::string event;
    std::optional<Instant> takes_effect;
};
struct Unknown {};

using Content =
    std::variant<Unknown, Text, Image, Voice, Video, Location, Link, VisibilityChange, EnterApp, ReportedPosition,
                 BatchJob, MenuPress, CardPress, MemberChange, DepartmentChange, MemberTagChange, ApprovalChange,
                 ExternalContactChange, ExternalChatChange, ExternalTagChange, AcquisitionChange, AppNews>;

struct Callback {
    std::string corp_id;  ///< ToUserName, covered by the signature
    std::string from;     ///< a userid, or "sys"
    Instant created;      ///< CreateTime
    std::int64_t agent_id = 0;
    std::string message_id;  ///< MsgId of messages; empty for events
    std::string kind;        ///< "text", "event.click", "event.change_contact.update_user": for metrics and handlers
    std::string lane;        ///< the actor of a conversation or the entity of a change: what must keep its order
    Content content;
};

/// Parses a decrypted message, XML or JSON. What is not known becomes Unknown with its kind. invalid_input "malformed"
/// only if there is no document at all or no MsgType.
[[nodiscard]] Result<Callback> parse_callback(std::string_view message);

}  // namespace wescrm::wecom
