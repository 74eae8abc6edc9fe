#include "export_job.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/base/unit_price.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/tables/cells.hpp>

#include <algorithm>

namespace wescrm::exchange {
namespace {

constexpr std::string_view own_prefix = "custom.";
constexpr std::int64_t fen_per_yuan = 100;

std::string yuan(std::int64_t fen) {
    auto const rest = std::abs(fen % fen_per_yuan);
    auto text = (fen < 0 ? "-" : "") + std::to_string(std::abs(fen / fen_per_yuan));
    if (rest != 0) text += (rest < 10 ? ".0" : ".") + std::to_string(rest);
    return text;
}

std::string shown_text(std::string_view value, Zone const& zone) {
    auto const is_instant = value.size() >= 20 && value[4] == '-' && value[10] == 'T';
    auto const at = is_instant ? parse_rfc3339(value) : std::nullopt;
    if (!at) return std::string{value};
    auto const local = zone.local(*at);
    auto const minute = std::chrono::duration_cast<minutes>(local.time_of_day).count();
    auto const two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return format_date(local.date) + " " + two(minute / 60) + ":" + two(minute % 60);
}

std::string shown(json::Value const& value, std::string_view field, Zone const& zone,
                  std::function<std::string(std::string)> const& word) {
    if (value.IsBool()) return value.GetBool() ? "是" : "否";
    if (value.IsInt64() && field.ends_with("_e4"))
        return text::replace_all(format_unit_price(UnitPrice::from_e4(value.GetInt64())), ",", "");
    if (value.IsInt64()) return field.ends_with("_fen") ? yuan(value.GetInt64()) : std::to_string(value.GetInt64());
    if (value.IsNumber()) return tables::plain_number(json::write(value)).value_or(json::write(value));
    if (value.IsString()) return word(shown_text(json::view(value), zone));
    if (!value.IsArray()) return {};
    auto parts = std::vector<std::string>{};
    for (auto const& entry : value.GetArray())
        if (entry.IsString()) parts.push_back(word(std::string{json::view(entry)}));
    return text::join(parts, "、");
}

}  // namespace

std::string cell_of(json::Value const& record, ExportColumn const& column, OwnWords const& own_words,
                    Zone const& zone) {
    auto const is_own = column.field.starts_with(own_prefix);
    auto const* holder = is_own ? json::find(record, "custom") : &record;
    auto const* value =
        holder ? json::find(*holder, is_own ? column.field.substr(own_prefix.size()) : column.field) : nullptr;
    if (!value || value->IsNull()) return operation::is_told_masked(record, column.field) ? "***" : "";
    auto const word = [&](std::string text) {
        auto const given = std::ranges::find(column.words, text, &ExportWord::value);
        if (given != column.words.end()) return given->text;
        auto const known = own_words.find(column.field);
        if (known == own_words.end()) return text;
        auto const label = known->second.find(text);
        return label == known->second.end() ? text : label->second;
    };
    // Own money is kept in fen like all money; its definition says so with a word of its own.
    auto const known = own_words.find(column.field);
    auto const is_money = known != own_words.end() && known->second.contains("\x01money");
    return shown(*value, is_money ? "_fen" : column.field, zone, word);
}

}  // namespace wescrm::exchange
