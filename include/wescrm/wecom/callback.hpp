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
// (events), 90970 (contacts), 92130 (customer contact), 97299 (acquisition), 91815 (approval), 90613 (suites), 100719
// and 101027 (robots).
namespace wescrm::wecom {

struct Text {
    std::string content;
};
struct Image {
    std::string media_id;
    std::string picture_url;  ///< the only one of the two that a robot is told
};
struct Voice {
    std::string media_id;
    std::string format;   ///< amr, speex
    std::string words{};  ///< what was said; robots only
};
struct Video {
    std::string media_id;
    std::string thumb_media_id;
    std::string url{};  ///< robots only
};
struct Location {
    double latitude = 0;
    double longitude = 0;
    int scale = 0;
    std::string label;
    std::string place{};  ///< its name, if the menu's place was a known one
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
    std::string message{};
};
/// An item of the app's menu. `action`: click, view, view_miniprogram, scancode_push, scancode_waitmsg, pic_sysphoto,
/// pic_photo_or_album, pic_weixin, location_select.
struct MenuPress {
    std::string action;
    std::string key;
    std::string scan_result;
    std::vector<std::string> picture_md5s;
    std::optional<Location> location;
    std::string scan_type{};
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
    std::vector<bool> leads{};  ///< in the order of `departments`
    std::optional<std::int64_t> main_department{};
    std::vector<UserId> direct_leaders{};
    std::optional<int> status{};  ///< 1 active 2 disabled 4 not activated 5 left
    std::optional<std::string> name{};
    std::optional<std::string> alias{};
    std::optional<std::string> position{};
    std::optional<std::string> mobile{};
    std::optional<std::string> telephone{};
    std::optional<std::string> email{};
};
struct DepartmentChange {
    enum class Kind { created, updated, deleted };
    Kind kind = Kind::updated;
    std::int64_t id = 0;
    std::optional<std::int64_t> parent;
    std::optional<std::string> name{};
    std::optional<std::int64_t> order{};
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
    std::string template_id{};
    std::string name{};
    std::vector<UserId> approvers{};  ///< all of them, in the order of the steps
    std::vector<UserId> notified{};
    std::optional<int> step{};  ///< of our own: the one under way, from 0
};
struct ExternalContactChange {
    std::string change;  ///< add_external_contact, edit_…, add_half_…, del_…, del_follow_user, transfer_fail,
                         ///< msg_audit_approved
    UserId user;
    std::string external_user;
    std::string state;
    std::string welcome_code;
    std::string reason;  ///< of a failed transfer, or DELETE_BY_TRANSFER
};
struct ExternalChatChange {
    std::string change;  ///< create, update, dismiss
    std::string chat;
    std::string detail;  ///< of an update: add_member, del_member, change_owner, change_name, change_notice
    std::vector<std::string> members;  ///< who came or went
    std::string last_version;          ///< of the member list: if it is not the one we hold, an event was lost
    std::string version;
    std::optional<int> scene{};  ///< how they came (JoinScene) or went (QuitScene)
};
struct ExternalTagChange {
    std::string change;  ///< create, update, delete, shuffle
    std::string id;      ///< of a shuffle: the group, empty for all groups
    std::string type;    ///< tag, tag_group
    std::string strategy{};
};
/// balance_low, balance_exhausted, balance_increased, link_unavailable, delete_link, quota_expire_soon, open_profile,
/// friend_request, customer_start_chat, message_from_customer.
struct AcquisitionChange {
    std::string change;
    std::string link;
    std::string state;
    UserId user;
    std::string external_user;
    std::optional<Instant> expires{};  ///< when `expiring` uses end
    std::int64_t expiring = 0;
    std::string chat_key{};
};
/// Something about the app itself: share_agent_change, share_chain_change, inactive_alert, close_inactive_agent,
/// reopen_inactive_agent, low_active_alert, low_active, active_restored, change_app_admin, unlicensed_notify.
struct AppNews {
    std::string event;
    std::optional<Instant> takes_effect;
};
struct ArchiveNews {};       ///< there are new messages to be fetched from the chat archive
struct ServiceDeskMessage {  ///< 微信客服
    std::string token;       ///< for kf/sync_msg, ten minutes
    std::string desk;
};
struct ServiceDeskGrant {
    std::vector<std::string> added;
    std::vector<std::string> removed;
};
struct MediaJob {
    std::string id;
};
struct WorkbenchMode {
    bool is_on = false;
};
struct AddressesChanged {};  ///< WeCom's domains or addresses are others now
struct LiveStream {
    std::string id;
    int status = 0;  ///< 0 booked 1 live 2 ended 4 cancelled
};
/// What a provider's suite is told: suite_ticket, create_auth, change_auth, cancel_auth, reset_permanent_code, …
struct SuiteChange {
    std::string event;
    std::string suite;
    std::string corp;       ///< the authorising company, where it is known
    std::string auth_code;  ///< for ten minutes, once
    std::string ticket;
    std::string state;
};
struct MixedMessage {  ///< text and pictures in one, robots only
    std::string text;
    std::vector<std::string> picture_urls;
};
struct FileMessage {  ///< robots only
    std::string url;
};
struct StreamRefresh {  ///< the robot is asked for more of its answer
    std::string id;
};
struct AnswerFeedback {
    std::string id;
    int type = 0;  ///< 1 accurate 2 not 3 withdrawn
    std::string content;
    std::vector<int> reasons;
};
struct Unknown {};

using Content =
    std::variant<Unknown, Text, Image, Voice, Video, Location, Link, VisibilityChange, EnterApp, ReportedPosition,
                 BatchJob, MenuPress, CardPress, MemberChange, DepartmentChange, MemberTagChange, ApprovalChange,
                 ExternalContactChange, ExternalChatChange, ExternalTagChange, AcquisitionChange, AppNews, ArchiveNews,
                 ServiceDeskMessage, ServiceDeskGrant, MediaJob, WorkbenchMode, AddressesChanged, LiveStream,
                 SuiteChange, MixedMessage, FileMessage, StreamRefresh, AnswerFeedback>;

/// Where a message to a smart robot was written.
struct RobotOrigin {
    std::string robot;
    std::string chat;  ///< empty: a single chat
    std::string response_url;
    std::string quoted;  ///< the text that the person quoted
};

struct Callback {
    std::string corp_id;  ///< ToUserName, covered by the signature
    std::string from;     ///< a userid, or "sys"
    Instant created;      ///< CreateTime
    std::int64_t agent_id = 0;
    std::string message_id;  ///< MsgId of messages; empty for events
    /// "text", "event.click", "event.change_contact.update_user", "suite.suite_ticket", "robot.text",
    /// "robot.event.enter_chat": for metrics and handlers
    std::string kind;
    std::string lane;  ///< the actor of a conversation or the entity of a change: what must keep its order
    Content content;
    std::optional<RobotOrigin> robot{};
};

/// Parses a decrypted message, XML or JSON. What is not known becomes Unknown with its kind. Every text is UTF-8
/// without NUL. invalid_input "malformed" only if there is no such document or it has no type at all.
[[nodiscard]] Result<Callback> parse_callback(std::string_view message);

}  // namespace wescrm::wecom
