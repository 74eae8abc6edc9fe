#pragma once
#include <string>
#include <string_view>

namespace wescrm::bot {

/// "visit" → 拜访; the words of the interface for people.
[[nodiscard]] inline std::string method_label(std::string_view method) {
    if (method == "visit") return "拜访";
    if (method == "call") return "电话";
    if (method == "wechat") return "微信";
    if (method == "wecom") return "企微会话";
    if (method == "sms") return "短信";
    if (method == "email") return "邮件";
    if (method == "meeting") return "会议";
    return "其他";
}

}  // namespace wescrm::bot
