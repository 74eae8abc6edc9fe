#include "several.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr std::size_t words_shown = 12;  // code points of a command, so that the numbers can be told apart

Data part_of(std::size_t number, std::string const& line, std::vector<Reply> const& replies) {
    auto part = Data{{"words", text::truncate(text::one_line(line), words_shown)}};
    auto messages = std::vector<Data>{};
    for (auto const& reply : replies) {
        auto message = Data{{"kind", reply.kind}};
        message.set("data", reply.data.value());
        messages.push_back(std::move(message));
    }
    part.set("no", static_cast<std::int64_t>(number)).set("messages", messages);
    return part;
}

std::vector<Data> shown(std::vector<std::string> const& lines, std::size_t from) {
    auto items = std::vector<Data>{};
    for (auto i = from; i < lines.size(); ++i)
        items.push_back(Data{{"words", text::truncate(text::one_line(lines[i]), words_shown)}});
    return items;
}

}  // namespace

void hear_each(Turn& turn, std::vector<std::string> const& lines,
               std::function<void(Turn&, std::string_view)> const& hear_one) {
    auto data = Data{};
    auto parts = std::vector<Data>{};
    auto unasked = std::vector<std::string>{};
    auto open = std::optional<Question>{};
    auto const heard = std::min(lines.size(), turn.config.lines_at_once);
    for (std::size_t i = 0; i < heard; ++i) {
        auto before = std::exchange(turn.replies, {});
        hear_one(turn, lines[i]);
        parts.push_back(part_of(i + 1, lines[i], turn.replies));
        turn.replies = std::move(before);
        auto question = std::exchange(turn.dialogue.question, std::nullopt);
        if (!question) continue;
        if (open) {
            unasked.push_back(std::to_string(i + 1));
        } else {
            open = std::move(question);
            data.set("waiting", std::to_string(i + 1));
        }
    }
    turn.dialogue.question = std::move(open);
    data.set("count", std::to_string(lines.size())).set("parts", parts).set("unasked", text::join(unasked, "、"));
    if (heard < lines.size())
        data.set("left", shown(lines, heard)).set("limit", std::to_string(turn.config.lines_at_once));
    turn.say("reply_several", std::move(data));
}

}  // namespace wescrm::bot
