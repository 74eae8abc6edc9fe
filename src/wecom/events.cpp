#include "contents.hpp"
#include "fields.hpp"

#include <functional>
#include <map>

// The events of an app (https://developer.work.weixin.qq.com/document/path/90240), of customer contact (path/92130),
// of acquisition links (path/97299) and the smaller ones, and of a provider's suite (path/90613).
namespace wescrm::wecom {
namespace {

using fields::inside;
using fields::string;

using EventParser = std::function<Content(XmlElement const&)>;

BatchJob batch_job(XmlElement const& in) {
    auto const& job = inside(in, "BatchJob");
    return {string(job, "JobId"), string(job, "JobType"), fields::small_number(job, "ErrCode"), string(job, "ErrMsg")};
}

MenuPress menu_press(XmlElement const& in) {
    auto press = MenuPress{string(in, "Event"), string(in, "EventKey"), {}, {}, {}};
    auto const& scan = inside(in, "ScanCodeInfo");
    press.scan_result = string(scan, "ScanResult");
    press.scan_type = string(scan, "ScanType");
    for (auto const& item : inside(inside(in, "SendPicsInfo"), "PicList").children)
        press.picture_md5s.push_back(string(item, "PicMd5Sum"));
    if (auto const* place = in.child("SendLocationInfo"))
        press.location =
            Location{fields::decimal(*place, "Location_X"), fields::decimal(*place, "Location_Y"),
                     fields::small_number(*place, "Scale"), string(*place, "Label"), string(*place, "Poiname")};
    return press;
}

CardPress card_press(XmlElement const& in) {
    auto press = CardPress{string(in, "EventKey"),
                           string(in, "TaskId"),
                           string(in, "CardType"),
                           string(in, "ResponseCode"),
                           {},
                           string(in, "Event") == "template_card_menu_event"};
    for (auto const* item : fields::all(inside(in, "SelectedItems"), "SelectedItem")) {
        auto& selection = press.selections.emplace_back(Selection{string(*item, "QuestionKey"), {}});
        for (auto const* spelling : {"OptionIds", "OpitonIds"})  // both have been seen
            for (auto const& option : inside(*item, spelling).children)
                selection.options.push_back(fields::content(option));
    }
    return press;
}

ExternalContactChange external_contact(XmlElement const& in) {
    auto reason = string(in, "FailReason");
    if (reason.empty()) reason = string(in, "Source");
    return {string(in, "ChangeType"), fields::user(in, "UserID"), string(in, "ExternalUserID"),
            string(in, "State"),      string(in, "WelcomeCode"),  std::move(reason)};
}

ExternalChatChange external_chat(XmlElement const& in) {
    auto change = ExternalChatChange{string(in, "ChangeType"), string(in, "ChatId"),   string(in, "UpdateDetail"), {},
                                     string(in, "LastMemVer"), string(in, "CurMemVer")};
    for (auto const& item : inside(in, "MemChangeList").children) change.members.push_back(fields::content(item));
    if (change.detail == "add_member") change.scene = fields::optional_small_number(in, "JoinScene");
    if (change.detail == "del_member") change.scene = fields::optional_small_number(in, "QuitScene");
    return change;
}

AcquisitionChange acquisition(XmlElement const& in) {
    auto change = AcquisitionChange{string(in, "ChangeType"), string(in, "LinkId"), string(in, "State"),
                                    fields::user(in, "UserID"), string(in, "ExternalUserID")};
    if (in.child("ExpireTime")) change.expires = fields::instant(in, "ExpireTime");
    change.expiring = fields::number(in, "ExpireQuotaNum");
    change.chat_key = string(in, "ChatKey");
    return change;
}

AppNews app_news(XmlElement const& in) {
    auto news = AppNews{string(in, "Event"), std::nullopt};
    if (in.child("EffectTime")) news.takes_effect = fields::instant(in, "EffectTime");
    return news;
}

ServiceDeskGrant desk_grant(XmlElement const& in) {
    auto grant = ServiceDeskGrant{};
    for (auto const* desk : fields::all(in, "AuthAddOpenKfId")) grant.added.push_back(fields::content(*desk));
    for (auto const* desk : fields::all(in, "AuthDelOpenKfId")) grant.removed.push_back(fields::content(*desk));
    return grant;
}

Content security(XmlElement const& in) {
    if (string(in, "ChangeType") == "change_domain_ip") return AddressesChanged{};
    return Unknown{};
}

std::map<std::string_view, EventParser> const event_parsers{
    {"subscribe", [](XmlElement const&) { return VisibilityChange{true}; }},
    {"unsubscribe", [](XmlElement const&) { return VisibilityChange{false}; }},
    {"enter_agent", [](XmlElement const&) { return EnterApp{}; }},
    {"LOCATION",
     [](XmlElement const& in) {
         return ReportedPosition{fields::decimal(in, "Latitude"), fields::decimal(in, "Longitude"),
                                 fields::decimal(in, "Precision")};
     }},
    {"batch_job_result", batch_job},
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
    {"change_external_chat", external_chat},
    {"change_external_tag",
     [](XmlElement const& in) {
         return ExternalTagChange{string(in, "ChangeType"), string(in, "Id"), string(in, "TagType"),
                                  string(in, "StrategyId")};
     }},
    {"customer_acquisition", acquisition},
    {"share_agent_change", app_news},
    {"share_chain_change", app_news},
    {"inactive_alert", app_news},
    {"close_inactive_agent", app_news},
    {"reopen_inactive_agent", app_news},
    {"low_active_alert", app_news},
    {"low_active", app_news},
    {"active_restored", app_news},
    {"change_app_admin", app_news},
    {"unlicensed_notify", app_news},
    {"msgaudit_notify", [](XmlElement const&) { return ArchiveNews{}; }},
    {"kf_msg_or_event",
     [](XmlElement const& in) {
         return ServiceDeskMessage{string(in, "Token"), string(in, "OpenKfId")};
     }},
    {"kf_account_auth_change", desk_grant},
    {"upload_media_job_finish", [](XmlElement const& in) { return MediaJob{string(in, "JobId")}; }},
    {"switch_workbench_mode", [](XmlElement const& in) { return WorkbenchMode{fields::number(in, "Mode") == 1}; }},
    {"security", security},
    {"living_status_change",
     [](XmlElement const& in) {
         return LiveStream{string(in, "LivingId"), fields::small_number(in, "Status")};
     }},
};

// Contact and customer events reach a suite with the same fields below another head.
bool is_shared_with_apps(std::string_view event) {
    return event == "change_contact" || event == "change_external_contact" || event == "change_external_chat" ||
           event == "change_external_tag" || event == "customer_acquisition";
}

}  // namespace

Content event_content(std::string_view event, XmlElement const& in) {
    auto const known = event_parsers.find(event);
    return known == event_parsers.end() ? Content{Unknown{}} : known->second(in);
}

Content suite_content(std::string_view event, XmlElement const& in) {
    if (is_shared_with_apps(event)) return event_content(event, in);
    for (auto const* known :
         {"suite_ticket", "create_auth", "change_auth", "cancel_auth", "reset_permanent_code", "share_agent_change",
          "share_chain_change", "corp_arch_auth", "approve_special_auth", "cancel_special_auth"})
        if (event == known) {
            auto corp = string(in, "AuthCorpId");
            if (corp.empty()) corp = string(in, "CorpId");
            return SuiteChange{std::string{event},     string(in, "SuiteId"),     std::move(corp),
                               string(in, "AuthCode"), string(in, "SuiteTicket"), string(in, "State")};
        }
    return Unknown{};
}

}  // namespace wescrm::wecom
