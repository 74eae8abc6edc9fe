#pragma once
#include <optional>
#include <string>
#include <string_view>

// The few words that answer a question, read without the language module: exact, so that no guess ever confirms
// anything.
namespace wescrm::bot {

constexpr std::int64_t last_certain_rank = 3;  ///< the name, a surname with an address, part of the name

/// Without white space at the ends, closing punctuation and politeness; full-width digits and letters as ASCII, lower
/// case.
[[nodiscard]] std::string plain_answer(std::string_view text);

[[nodiscard]] bool is_confirmation(std::string_view text);  ///< 确认 是 好 y
[[nodiscard]] bool is_refusal(std::string_view text);       ///< 不是 否 不行
[[nodiscard]] bool is_cancellation(std::string_view text);  ///< 取消 算了 不用了
[[nodiscard]] bool is_none_of_them(std::string_view text);  ///< 都不是
[[nodiscard]] bool is_skip(std::string_view text);          ///< 跳过
[[nodiscard]] bool is_resumption(std::string_view text);    ///< 继续
[[nodiscard]] bool is_pronoun(std::string_view text);       ///< 它 这个客户 刚才那个
/// "2", "第二个", "选3", "上面第2个" → 2; "最后一个" → -1.
[[nodiscard]] std::optional<int> index_from(std::string_view text);
/// Whether the message is a command of its own even while a question is open: it begins with a command word.
[[nodiscard]] bool begins_with_command(std::string_view text);

}  // namespace wescrm::bot
