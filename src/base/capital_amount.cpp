#include <wescrm/base/capital_amount.hpp>

#include <array>
#include <string_view>

namespace wescrm {
namespace {

constexpr std::array<std::string_view, 10> numerals{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
constexpr std::array<std::string_view, 4> places{"", "拾", "佰", "仟"};
constexpr std::int64_t of_group = 10'000;

std::string_view digit(std::int64_t value) { return numerals[static_cast<std::size_t>(value)]; }

// Four digits: 1050 → 壹仟零伍拾.
std::string group_text(std::int64_t group) {
    auto text = std::string{};
    auto is_gap = false;
    for (auto [place, unit] = std::pair{3, std::int64_t{1'000}}; place >= 0; --place, unit /= 10) {
        auto const value = group / unit % 10;
        if (value == 0) {
            is_gap = !text.empty();
            continue;
        }
        if (is_gap) text += numerals[0];
        is_gap = false;
        text += digit(value);
        text += places[static_cast<std::size_t>(place)];
    }
    return text;
}

std::string yuan_text(std::int64_t yuan) {
    auto const groups = std::array{yuan / of_group / of_group / of_group, yuan / of_group / of_group % of_group,
                                   yuan / of_group % of_group, yuan % of_group};
    // Ten thousand times a hundred million is said with both words, with one if hundreds of millions follow.
    auto const units = std::array<std::string_view, 4>{groups[1] == 0 ? "万亿" : "万", "亿", "万", ""};
    auto text = std::string{};
    auto is_gap = false;
    for (std::size_t at = 0; at < groups.size(); ++at) {
        if (groups[at] == 0) {
            is_gap = !text.empty();
            continue;
        }
        if (!text.empty() && (is_gap || groups[at] < 1'000)) text += numerals[0];
        is_gap = false;
        text += group_text(groups[at]);
        text += units[at];
    }
    return text;
}

}  // namespace

std::string capital_amount(Money amount) {
    auto const fen = amount.fen() < 0 ? -amount.fen() : amount.fen();
    auto const yuan = fen / 100;
    auto const jiao = fen / 10 % 10;
    auto const rest = fen % 10;
    auto text = std::string{amount.fen() < 0 ? "负" : ""};
    if (fen == 0) return "零元整";
    if (yuan > 0) text += yuan_text(yuan) + "元";
    if (jiao > 0) text += std::string{digit(jiao)} + "角";
    if (jiao == 0 && rest > 0 && yuan > 0) text += numerals[0];
    if (rest > 0) return text + std::string{digit(rest)} + "分";
    return text + "整";
}

}  // namespace wescrm
