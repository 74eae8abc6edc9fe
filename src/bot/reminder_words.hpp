#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::bot {

/// What somebody wants of his reminders: "关闭线索提醒", "晚上10点到早上7点半免打扰", "早报改到8点", "提醒设置".
struct ReminderWish {
    std::vector<std::string> switches;  ///< members of reminder_wishes.change; empty: none
    bool is_on = false;                 ///< what the switches become
    std::string quiet_from;             ///< "22:00"
    std::string quiet_to;
    bool drops_quiet = false;  ///< back to the company's quiet hours
    std::string digest_at;

    [[nodiscard]] bool only_asks() const {
        return switches.empty() && quiet_from.empty() && digest_at.empty() && !drops_quiet;
    }
};

/// nullopt: the sentence is about something else. The whole sentence must be one of those.
[[nodiscard]] std::optional<ReminderWish> reminder_wish_in(std::string_view sentence);

/// "22:00" of 22:00, 22点, 晚上10点, 早上7点半, 下午3点20分; nullopt if it is no time of day.
[[nodiscard]] std::optional<std::string> clock_time(std::string_view words);

}  // namespace wescrm::bot
