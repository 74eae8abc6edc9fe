#include "rules/entry_values.hpp"

#include "rules/field_values.hpp"
#include "rules/typed_text.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/tables/cells.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::sales {
namespace {

constexpr std::string_view own_prefix = "custom.";
constexpr int most_days = 3'650;

std::optional<std::int64_t> whole_number(std::string_view typed) {
    auto number = std::int64_t{0};
    auto const [end, problem] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (problem != std::errc{} || end != typed.data() + typed.size()) return std::nullopt;
    return number;
}

Error refused(EntryValue const& value, std::string const& why) { return invalid_field(value.field, why); }

}  // namespace

std::optional<Date> entry_day(std::string_view typed, Date today) {
    auto const text = text::trim(typed);
    if (!text.starts_with('+')) return tables::read_date(text);
    auto const days = whole_number(text.substr(1));
    if (!days || *days < 0 || *days > most_days) return std::nullopt;
    return add_days(today, static_cast<int>(*days));
}

Result<void> set_entry_field(EntryFields& fields, EntryValue const& value, EntryMoment const& at) {
    auto const typed = std::string{text::trim(value.value)};
    for (auto const& [name, place] : {std::pair{std::string_view{"source"}, &fields.source},
                                      {"competitor", &fields.competitor},
                                      {"remark", &fields.remark}})
        if (value.field == name) {
            *place = typed;
            return {};
        }
    if (value.field == "probability") {
        fields.probability = whole_number(typed);
        if (fields.probability && *fields.probability >= 0 && *fields.probability <= 100) return {};
        return refused(value, "赢率应为 0 到 100 的整数");
    }
    if (value.field == "expected_close_date") {
        fields.expected_close_date = entry_day(typed, at.today);
        if (fields.expected_close_date) return {};
        return refused(value, "预计成交日期应为日期，或 +30 这样的天数");
    }
    return refused(value, "不能由阶段填写这个字段：" + value.field);
}

Result<json::Document> entry_custom(std::vector<Field> const& fields, EntryValue const& value, EntryMoment const& at) {
    auto const key = value.field.starts_with(own_prefix) ? value.field.substr(own_prefix.size()) : std::string{};
    auto const field = std::ranges::find(fields, key, &Field::key);
    if (field == fields.end()) return refused(value, "商机没有这个自定义字段：" + value.field);
    if (!is_fillable(*field) || field->unique) return refused(value, "「" + field->label + "」不能由阶段填写");
    auto typed = std::string{text::trim(value.value)};
    if (field->type == FieldType::date)
        if (auto const day = entry_day(typed, at.today)) typed = format_date(*day);
    auto document = json::Document{};
    auto made = value_of_text(*field, typed, at.zone, document.GetAllocator());
    if (!made) return refused(value, "「" + field->label + "」不能填写「" + typed + "」");
    static_cast<json::Value&>(document) = std::move(*made);
    if (auto const good = typed_value(*field, document, {}); !good)
        return refused(value, "「" + field->label + "」" + good.error().message);
    return document;
}

}  // namespace wescrm::sales
