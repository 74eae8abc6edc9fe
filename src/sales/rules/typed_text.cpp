#include "rules/typed_text.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/tables/cells.hpp>

#include <cmath>

namespace wescrm::sales {
namespace {

constexpr double fen_per_yuan = 100;
constexpr double greatest_whole = 9e15;

std::vector<std::string> entries_of(std::string text) {
    for (auto const* separator : {"，", "；", ",", ";", "|", "\n"}) text = text::replace_all(text, separator, "、");
    auto entries = std::vector<std::string>{};
    auto rest = std::string_view{text};
    constexpr std::string_view between = "、";
    while (!rest.empty()) {
        auto const at = rest.find(between);
        auto const entry = text::trim(rest.substr(0, at));
        if (!entry.empty()) entries.emplace_back(entry);
        rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + between.size());
    }
    return entries;
}

std::optional<bool> yes_or_no(std::string const& typed) {
    auto const word = text::to_lower(typed);
    for (auto const* yes : {"是", "true", "1", "yes", "y", "√"})
        if (word == yes) return true;
    for (auto const* no : {"否", "false", "0", "no", "n"})
        if (word == no) return false;
    return std::nullopt;
}

std::optional<json::Value> number_from(Field const& field, std::string const& typed) {
    auto const plain = tables::plain_number(text::replace_all(text::replace_all(typed, ",", ""), "%", ""));
    if (!plain) return std::nullopt;
    auto const value = std::stod(*plain) * (field.type == FieldType::money ? fen_per_yuan : 1.0);
    auto const is_whole = field.type != FieldType::decimal && field.type != FieldType::percent;
    if (!is_whole) return json::Value{value};
    if (std::abs(value) > greatest_whole) return std::nullopt;
    auto const rounded = std::llround(value);
    if (field.type != FieldType::money && static_cast<double>(rounded) != value) return std::nullopt;
    return json::Value{static_cast<std::int64_t>(rounded)};
}

}  // namespace

std::string quoted(std::string const& typed) {
    constexpr std::size_t shown_words = 30;
    return "「" + text::truncate(typed, shown_words) + "」";
}

bool is_fillable(Field const& field) {
    switch (field.type) {
        case FieldType::rich_text:
        case FieldType::cascade:
        case FieldType::region:
        case FieldType::location:
        case FieldType::department:
        case FieldType::departments:
        case FieldType::reference:
        case FieldType::references:
        case FieldType::image:
        case FieldType::file:
        case FieldType::signature:
        case FieldType::auto_number:
        case FieldType::divider:
            return false;
        default:
            return !field.read_only && !field.hidden;
    }
}

std::optional<json::Value> value_of_text(Field const& field, std::string const& typed, Zone const& zone,
                                         json::Allocator& allocator) {
    switch (field.type) {
        case FieldType::integer:
        case FieldType::decimal:
        case FieldType::percent:
        case FieldType::money:
        case FieldType::duration:
        case FieldType::rating:
            return number_from(field, typed);
        case FieldType::date: {
            auto const day = tables::read_date(typed);
            if (!day) return std::nullopt;
            return json::make_string(format_date(*day), allocator);
        }
        case FieldType::datetime: {
            auto const at = tables::read_instant(typed, zone);
            if (!at) return std::nullopt;
            return json::make_string(format_rfc3339(*at), allocator);
        }
        case FieldType::boolean: {
            auto const yes = yes_or_no(typed);
            if (!yes) return std::nullopt;
            return json::Value{*yes};
        }
        case FieldType::multi_choice:
        case FieldType::tags:
        case FieldType::employees: {
            auto list = json::Value{rapidjson::kArrayType};
            for (auto const& entry : entries_of(typed)) list.PushBack(json::make_string(entry, allocator), allocator);
            return list;
        }
        case FieldType::mobile:
        case FieldType::phone: {
            auto const digits = tables::phone_of(typed);
            if (!digits) return std::nullopt;
            return json::make_string(*digits, allocator);
        }
        default:
            return json::make_string(typed, allocator);
    }
}

}  // namespace wescrm::sales
