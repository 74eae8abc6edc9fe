#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace wescrm::bot {
namespace {

// U+FF01 … U+FF5E are the ASCII characters in full width: EF BC 81 … EF BD 9E.
std::string narrow(std::string_view text) {
    auto narrowed = std::string{};
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const at = [&](std::size_t offset) { return static_cast<unsigned char>(text[i + offset]); };
        if (at(0) == 0xEF && i + 2 < text.size() && (at(1) == 0xBC || at(1) == 0xBD)) {
            auto const code = (at(1) == 0xBC ? 0x20 : 0x60) + (at(2) & 0x3F);
            if (code > 0x20 && code < 0x7F) {
                narrowed += static_cast<char>(code);
                i += 2;
                continue;
            }
        }
        narrowed += text[i];
    }
    return narrowed;
}

bool is_one_of(std::string_view text, std::span<std::string_view const> words) {
    return std::find(words.begin(), words.end(), plain_answer(text)) != words.end();
}

constexpr std::array<std::string_view, 10> digits{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

std::optional<int> number_from(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return text.size() <= 2 ? std::optional{std::stoi(std::string{text})} : std::nullopt;
    if (text == "两") return 2;
    if (text == "十") return 10;
    for (std::size_t i = 0; i < digits.size(); ++i)
        if (text == digits[i]) return static_cast<int>(i);
    return std::nullopt;
}

}  // namespace

std::string plain_answer(std::string_view text) {
    constexpr auto closing = std::array<std::string_view, 16>{"。", "！", "!",  ".",  "~",  "～", "，", ",",
                                                              "吧", "呀", "啊", "哈", "了", "的", "、", ";"};
    auto plain = text::to_lower(narrow(text::trim(text)));
    for (auto is_changed = true; is_changed;) {
        is_changed = false;
        for (auto const ending : closing)
            if (plain.size() > ending.size() && plain.ends_with(ending)) {
                plain.resize(plain.size() - ending.size());
                plain = std::string{text::trim(plain)};
                is_changed = true;
            }
    }
    return plain;
}

bool is_confirmation(std::string_view text) {
    static constexpr auto words = std::array<std::string_view, 8>{"确认", "确定", "是", "好", "y", "yes", "ok", "对"};
    return is_one_of(text, words);
}
bool is_refusal(std::string_view text) {
    static constexpr auto words =
        std::array<std::string_view, 9>{"不", "不是", "否", "不行", "不要", "不对", "别", "n", "no"};
    return is_one_of(text, words);
}
bool is_cancellation(std::string_view text) {
    static constexpr auto words = std::array<std::string_view, 7>{"取消", "算", "不用", "退出", "放弃", "停", "cancel"};
    return is_one_of(text, words);
}
bool is_none_of_them(std::string_view text) {
    static constexpr auto words =
        std::array<std::string_view, 6>{"都不是", "都不对", "没有", "没有我要", "不在里面", "0"};
    return is_one_of(text, words);
}
bool is_skip(std::string_view text) {
    static constexpr auto words = std::array<std::string_view, 5>{"跳过", "不填", "无", "略过", "skip"};
    return is_one_of(text, words);
}
bool is_resumption(std::string_view text) {
    static constexpr auto words = std::array<std::string_view, 2>{"继续", "接着"};
    return is_one_of(text, words);
}
bool is_pronoun(std::string_view text) {
    static constexpr auto words = std::array<std::string_view, 16>{
        "它",       "他",       "她",     "这个客户",     "该客户",   "这家",   "这家公司", "这个",
        "那个客户", "刚才那个", "上一个", "刚才那个客户", "刚才那家", "这客户", "那家",     "刚才"};
    return is_one_of(text, words);
}

std::optional<int> index_from(std::string_view text) {
    auto const plain = plain_answer(text);
    auto rest = std::string_view{plain};
    for (auto const lead : {"上面", "选择", "选", "我要", "就"})
        if (rest.starts_with(lead)) rest.remove_prefix(std::string_view{lead}.size());
    if (rest == "最后一个" || rest == "最后1个") return -1;
    auto const is_ordinal = rest.starts_with("第");
    if (is_ordinal) rest.remove_prefix(std::string_view{"第"}.size());
    for (auto const measure : {"个", "家", "条", "项", "位", "号"})
        if (rest.ends_with(measure)) {
            rest.remove_suffix(std::string_view{measure}.size());
            break;
        }
    auto const number = number_from(rest);
    return number && *number > 0 ? number : std::nullopt;
}

bool begins_with_command(std::string_view text) {
    constexpr auto words = std::array<std::string_view, 30>{
        "新建",       "新增",     "录入",   "录个客户", "添加",     "加客户",   "加个客户", "跟进 ",
        "写跟进",     "记跟进",   "提醒我", "设提醒",   "我的客户", "我的待办", "我的提醒", "我的跟进",
        "今天的待办", "今日待办", "查询",   "查找",     "搜索",     "客户列表", "下一页",   "撤销",
        "撤回",       "帮助",     "菜单",   "功能",     "使用说明", "怎么"};
    auto const plain = plain_answer(text);
    return std::any_of(words.begin(), words.end(), [&plain](std::string_view word) { return plain.starts_with(word); });
}

}  // namespace wescrm::bot
