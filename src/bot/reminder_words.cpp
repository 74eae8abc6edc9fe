#include "reminder_words.hpp"

#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace wescrm::bot {
namespace {

using Words = std::span<std::string_view const>;

constexpr auto off_words = std::array<std::string_view, 7>{"关闭", "关掉", "停用", "不要", "不再", "别再", "屏蔽"};
constexpr auto on_words = std::array<std::string_view, 5>{"打开", "开启", "恢复", "启用", "重新打开"};
constexpr auto digest_words = std::array<std::string_view, 5>{"早报", "晨报", "每日待办", "今日待办推送", "每天的待办"};
constexpr auto asking =
    std::array<std::string_view, 6>{"提醒设置", "我的提醒设置", "推送设置", "提醒开关", "设置提醒时间", "免打扰设置"};

/// Takes one of the words from the front; false if it begins with none.
bool take_front(std::string_view& text, Words words) {
    for (auto const word : words)
        if (text.starts_with(word)) {
            text.remove_prefix(word.size());
            return true;
        }
    return false;
}

bool take_back(std::string_view& text, Words words) {
    for (auto const word : words)
        if (text.ends_with(word)) {
            text.remove_suffix(word.size());
            return true;
        }
    return false;
}

std::string without_spaces(std::string_view text) {
    auto packed = std::string{};
    for (auto const c : text)
        if (c != ' ' && c != '\t') packed += c;
    return packed;
}

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

constexpr std::array<std::string_view, 11> numerals{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

// Takes 7, 22, 十, 十二, 二十一 from the front.
std::optional<int> take_number(std::string_view& text) {
    auto digits = std::size_t{0};
    while (digits < text.size() && digits < 2 && text[digits] >= '0' && text[digits] <= '9') ++digits;
    if (digits > 0) {
        auto const number = std::stoi(std::string{text.substr(0, digits)});
        text.remove_prefix(digits);
        return number;
    }
    auto number = std::optional<int>{};
    for (auto found = true; found;) {
        found = false;
        if (text.starts_with("两")) {
            text.remove_prefix(std::string_view{"两"}.size());
            return 2;
        }
        for (std::size_t i = 0; i < numerals.size(); ++i)
            if (text.starts_with(numerals[i])) {
                text.remove_prefix(numerals[i].size());
                auto const value = static_cast<int>(i);
                number = value == 10 ? number.value_or(1) * 10 : number.value_or(0) + value;
                found = true;
                break;
            }
    }
    return number;
}

std::optional<ReminderWish> switched(std::string_view text) {
    auto wish = ReminderWish{};
    auto const is_off = take_front(text, off_words);
    if (!is_off && !take_front(text, on_words)) return std::nullopt;
    wish.is_on = !is_off;
    if (text == "免打扰") {
        wish.drops_quiet = is_off;
        return is_off ? std::optional{wish} : std::nullopt;
    }
    static constexpr auto tails = std::array<std::string_view, 3>{"提醒", "推送", "通知"};
    static constexpr auto fillers = std::array<std::string_view, 5>{"给我", "发", "我的", "再", "的"};
    while (take_front(text, fillers)) {
    }
    auto rest = text;
    if (take_front(rest, digest_words) && (rest.empty() || take_front(rest, tails))) {
        wish.switches = {"morning_digest"};
        return rest.empty() ? std::optional{wish} : std::nullopt;
    }
    if (!take_back(text, tails)) return std::nullopt;
    static constexpr auto kinds =
        std::array<std::pair<std::string_view, std::string_view>, 9>{{{"任务", "task_reminders"},
                                                                      {"待办", "task_reminders"},
                                                                      {"客户联系", "contact_reminders"},
                                                                      {"客户", "contact_reminders"},
                                                                      {"联系", "contact_reminders"},
                                                                      {"跟进", "contact_reminders"},
                                                                      {"线索联系", "lead_reminders"},
                                                                      {"线索", "lead_reminders"},
                                                                      {"早", "morning_digest"}}};
    for (auto const& [word, member] : kinds)
        if (text == word) wish.switches = {std::string{member}};
    static constexpr auto all = std::array<std::string_view, 5>{"", "全部", "所有", "全部的", "一切"};
    if (std::ranges::find(all, text) != all.end())
        wish.switches = {"task_reminders", "contact_reminders", "lead_reminders"};
    return wish.switches.empty() ? std::nullopt : std::optional{wish};
}

std::optional<ReminderWish> quieted(std::string_view text) {
    static constexpr auto names = std::array<std::string_view, 3>{"免打扰时间", "免打扰", "请勿打扰"};
    static constexpr auto leads = std::array<std::string_view, 4>{"改到", "改成", "设为", "时间"};
    static constexpr auto closing = std::array<std::string_view, 3>{"别打扰我", "不要打扰我", "不打扰"};
    auto const is_named = take_front(text, names) || take_back(text, names) || take_back(text, closing);
    if (!is_named) return std::nullopt;
    take_front(text, leads);
    for (auto const between : {"到", "至", "-", "~", "～", "—"}) {
        auto const at = text.find(between);
        if (at == std::string_view::npos) continue;
        auto const from = clock_time(text.substr(0, at));
        auto const to = clock_time(text.substr(at + std::string_view{between}.size()));
        if (!from || !to) return std::nullopt;
        auto wish = ReminderWish{};
        wish.quiet_from = *from;
        wish.quiet_to = *to;
        return wish;
    }
    return std::nullopt;
}

std::optional<ReminderWish> digested(std::string_view text) {
    static constexpr auto leads = std::array<std::string_view, 6>{"时间改到", "改到", "改成", "设为", "时间", "推送"};
    if (!take_front(text, digest_words)) return std::nullopt;
    take_front(text, leads);
    auto const at = clock_time(text);
    if (!at) return std::nullopt;
    auto wish = ReminderWish{};
    wish.digest_at = *at;
    return wish;
}

}  // namespace

std::optional<std::string> clock_time(std::string_view words) {
    static constexpr auto before_noon = std::array<std::string_view, 4>{"早上", "上午", "凌晨", "清晨"};
    static constexpr auto after_noon = std::array<std::string_view, 5>{"下午", "晚上", "傍晚", "夜里", "晚"};
    auto const is_morning = take_front(words, before_noon);
    auto const is_evening = !is_morning && take_front(words, after_noon);
    auto hour = take_number(words);
    if (!hour) return std::nullopt;
    auto minute = std::optional<int>{0};
    static constexpr auto marks = std::array<std::string_view, 3>{"点", "时", ":"};
    static constexpr auto ends = std::array<std::string_view, 2>{"分", "整"};
    if (!take_front(words, marks)) return std::nullopt;
    if (words == "半") {
        minute = 30;
        words = {};
    } else if (!words.empty() && words != "钟" && words != "整") {
        minute = take_number(words);
        take_front(words, ends);
    } else {
        words = {};
    }
    if (!minute || !words.empty()) return std::nullopt;
    if (is_evening && *hour < 12) *hour += 12;
    if (*hour > 24 || *minute > 59 || (*hour == 24 && *minute > 0)) return std::nullopt;
    return two(*hour) + ":" + two(*minute);
}

std::optional<ReminderWish> reminder_wish_in(std::string_view sentence) {
    auto const plain = without_spaces(plain_answer(sentence));
    if (std::ranges::find(asking, plain) != asking.end()) return ReminderWish{};
    if (auto wish = switched(plain)) return wish;
    if (auto wish = quieted(plain)) return wish;
    return digested(plain);
}

}  // namespace wescrm::bot
