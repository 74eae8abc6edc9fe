#include "caution.hpp"

#include <algorithm>
#include <array>

namespace wescrm::language {

bool is_destructive(std::string_view intent) {
    static constexpr auto intents = std::to_array<std::string_view>(
        {"customer.delete", "customer.release", "customer.transfer", "customer.merge", "customer.assign",
         "lead.release", "lead.invalidate", "lead.transfer", "lead.assign", "opportunity.lose", "employee.hand_over",
         "employee.disable", "employee.set_role", "high_sea.set_rule", "task.cancel"});
    return std::find(intents.begin(), intents.end(), intent) != intents.end();
}

namespace {

// A name is one word; what carries a verb or a break is a statement.
bool is_plain_name(std::string_view value) {
    auto const words = to_code_points(value);
    if (words.size() > 24) return false;
    for (std::u32string_view mark : {U"把", U"已经", U"说", U"了", U"的资料", U"报价", U"合同给", U"邮件", U"文件"})
        if (words.find(mark) != std::u32string::npos) return false;
    return std::none_of(words.begin(), words.end(), [](char32_t c) { return is_separator(c); });
}

}  // namespace

bool only_speaks_of_it(Sentence const& s, Understanding const& meant) {
    if (has_any(s, {U"如果", U"要是", U"假如", U"万一", U"他说", U"她说", U"对方说", U"客户说", U"老板说", U"说要",
                    U"被退", U"被转", U"被分", U"会不会", U"为什么", U"什么时候", U"是谁"}))
        return true;
    for (char const* slot : {"customer", "lead", "opportunity", "employee", "into", "to"})
        if (auto const value = json::find_string(meant.slots, slot); value && !is_plain_name(*value)) return true;
    return false;
}

bool is_stopped(Sentence const& s) {
    return has_any(
        s, {U"先不退", U"先不转", U"先不分", U"先不删", U"先不合并", U"先别",   U"别删",     U"别退",   U"别转",
            U"别分",   U"别合并", U"不要删", U"不要退", U"不要转",   U"不要分", U"不要合并", U"暂不",   U"暂时不",
            U"还没退", U"没有退", U"还没转", U"不用退", U"不用转",   U"不退回", U"不转给",   U"不能退", U"不能删"});
}

}  // namespace wescrm::language
