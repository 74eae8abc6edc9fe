#include "rules/field_values.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace wescrm::sales {
namespace {

constexpr std::int64_t short_text = 200;
constexpr std::int64_t long_text = 5'000;
constexpr std::int64_t rich_text = 20'000;
constexpr std::size_t indexed_length = 200;  // code points: an entry of an index has its limit
constexpr std::size_t most_entries = 50;
constexpr double largest_number = 1e15;
constexpr std::size_t mobile_length = 11;

using Typed = Result<TypedValue>;

Error wrong(std::string message) { return {Errc::invalid_input, "invalid", std::move(message)}; }

json::Document text_document(std::string_view text) {
    auto document = json::Document{};
    document.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), document.GetAllocator());
    return document;
}

std::string shortened(std::string const& text) {
    return text::length(text) <= indexed_length ? text : text::truncate(text, indexed_length);
}

TypedValue text_value(std::string const& text) {
    auto made = TypedValue{};
    made.value = text_document(text);
    made.index.push_back({shortened(text), {}, {}});
    return made;
}

TypedValue texts_value(std::vector<std::string> const& texts) {
    auto made = TypedValue{};
    made.value.SetArray();
    for (auto const& text : texts) {
        made.value.PushBack(json::make_string(text, made.value.GetAllocator()), made.value.GetAllocator());
        made.index.push_back({shortened(text), {}, {}});
    }
    return made;
}

Result<std::string> plain_text(FieldDefinition const& field, json::Value const& in, std::int64_t most) {
    if (!in.IsString()) return wrong("应为文字");
    auto const text = std::string{text::trim(json::view(in))};
    if (text.find('\0') != std::string::npos) return wrong("含有不允许的字符");
    auto const limit = std::min(field.max_length.value_or(most), most);
    if (static_cast<std::int64_t>(text::length(text)) > limit) return wrong("最多 " + std::to_string(limit) + " 个字");
    return text;
}

std::string number_text(double number) {
    auto buffer = std::array<char, 64>{};
    auto const [end, problem] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return problem == std::errc{} ? std::string{buffer.data(), end} : std::string{"0"};
}

Result<void> within(FieldDefinition const& field, double number) {
    if (field.min && number < *field.min) return wrong("不能小于 " + number_text(*field.min));
    if (field.max && number > *field.max) return wrong("不能大于 " + number_text(*field.max));
    if (std::abs(number) > largest_number) return wrong("数字过大");
    return {};
}

Typed integer_value(FieldDefinition const& field, json::Value const& in) {
    if (!in.IsInt64()) return wrong("应为整数");
    if (auto const good = within(field, static_cast<double>(in.GetInt64())); !good) return good.error();
    if (field.type == FieldType::rating &&
        (in.GetInt64() < 0 || static_cast<double>(in.GetInt64()) > field.max.value_or(5)))
        return wrong("评分超出范围");
    if ((field.type == FieldType::duration || field.type == FieldType::money) && in.GetInt64() < 0 && !field.min)
        return wrong("不能小于 0");
    auto made = TypedValue{};
    made.value.SetInt64(in.GetInt64());
    made.index.push_back({{}, std::to_string(in.GetInt64()), {}});
    return made;
}

Typed decimal_value(FieldDefinition const& field, json::Value const& in) {
    if (!in.IsNumber() || !std::isfinite(in.GetDouble())) return wrong("应为数字");
    if (auto const good = within(field, in.GetDouble()); !good) return good.error();
    auto const scale = std::pow(10.0, static_cast<double>(field.decimals.value_or(2)));
    auto const rounded = std::round(in.GetDouble() * scale) / scale;
    if (std::abs(rounded - in.GetDouble()) > std::abs(rounded) * std::numeric_limits<double>::epsilon() * 4)
        return wrong("最多 " + std::to_string(field.decimals.value_or(2)) + " 位小数");
    auto made = TypedValue{};
    made.value.SetDouble(rounded);
    made.index.push_back({{}, number_text(rounded), {}});
    return made;
}

Typed date_value(json::Value const& in) {
    auto const day = in.IsString() ? parse_date(json::view(in)) : std::nullopt;
    if (!day) return wrong("应为日期，例如 2026-12-02");
    return text_value(format_date(*day));
}

Typed datetime_value(json::Value const& in) {
    auto const at = in.IsString() ? parse_rfc3339(json::view(in)) : std::nullopt;
    if (!at) return wrong("应为带时区的时间，例如 2026-12-02T15:00:00+08:00");
    auto made = TypedValue{};
    made.value = text_document(format_rfc3339(*at));
    made.index.push_back({{}, {}, *at});
    return made;
}

Typed time_value(json::Value const& in) {
    auto const text = in.IsString() ? std::string{json::view(in)} : std::string{};
    auto const is_digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    auto const has_form =
        text.size() == 5 && text[2] == ':' && is_digit(0) && is_digit(1) && is_digit(3) && is_digit(4);
    if (!has_form || text.substr(0, 2) > "23" || text.substr(3) > "59") return wrong("应为时刻，例如 15:30");
    return text_value(text);
}

FieldOption const* option_of(FieldDefinition const& field, std::string_view word) {
    for (auto const& option : field.options)
        if (option.key == word) return &option;
    for (auto const& option : field.options)
        if (option.label == word) return &option;
    return nullptr;
}

bool is_one_of(std::vector<std::string> const& all, std::string const& one) {
    return std::ranges::find(all, one) != all.end();
}

Result<std::string> chosen(FieldDefinition const& field, json::Value const& in, ValueContext const& context) {
    auto const* option = in.IsString() ? option_of(field, text::trim(json::view(in))) : nullptr;
    if (!option) {
        auto labels = std::vector<std::string>{};
        for (auto const& known : field.options)
            if (!known.disabled.value_or(false) && labels.size() < 20) labels.push_back(known.label);
        return wrong("应为其中之一：" + text::join(labels, "、"));
    }
    if (option->disabled.value_or(false) && !is_one_of(context.before, option->key))
        return wrong("选项「" + option->label + "」已停用");
    if (!option->parents.empty() && !is_one_of(option->parents, context.parent))
        return wrong("选项「" + option->label + "」与上级选项不符");
    return option->key;
}

Result<std::vector<std::string>> list_of(json::Value const& in) {
    if (!in.IsArray()) return wrong("应为列表");
    if (in.Size() > most_entries) return wrong("最多 " + std::to_string(most_entries) + " 项");
    auto words = std::vector<std::string>{};
    for (auto const& entry : in.GetArray()) {
        if (!entry.IsString()) return wrong("列表里应为文字");
        auto word = std::string{text::trim(json::view(entry))};
        if (word.empty() || text::length(word) > indexed_length) return wrong("列表里有空白或过长的内容");
        if (!is_one_of(words, word)) words.push_back(std::move(word));
    }
    return words;
}

Typed choices_value(FieldDefinition const& field, json::Value const& in, ValueContext const& context) {
    if (!in.IsArray()) return wrong("应为列表");
    auto keys = std::vector<std::string>{};
    for (auto const& entry : in.GetArray()) {
        auto const key = chosen(field, entry, context);
        if (!key) return key.error();
        if (!is_one_of(keys, *key)) keys.push_back(*key);
    }
    return texts_value(keys);
}

// From the top down; each level below the one before it.
Typed cascade_value(FieldDefinition const& field, json::Value const& in) {
    auto const path = list_of(in);
    if (!path) return path.error();
    auto keys = std::vector<std::string>{};
    for (auto const& word : *path) {
        auto const above = keys.empty() ? std::optional<std::string>{} : std::optional{keys.back()};
        auto const found = std::ranges::find_if(field.options, [&](auto const& option) {
            return option.parent == above && (option.key == word || option.label == word);
        });
        if (found == field.options.end()) return wrong("没有这一级选项：" + text::truncate(word, 30));
        keys.push_back(found->key);
    }
    return texts_value(keys);
}

Typed phone_value(FieldDefinition const& field, json::Value const& in) {
    auto const number = in.IsString() ? normal_phone(json::view(in)) : std::nullopt;
    auto const is_mobile = number && number->size() == mobile_length && number->front() == '1';
    if (!number || (field.type == FieldType::mobile && !is_mobile))
        return wrong(field.type == FieldType::mobile ? "应为 11 位手机号" : "不是有效的电话");
    return text_value(*number);
}

bool looks_like_email(std::string_view text) {
    auto const at = text.find('@');
    auto const dot = text.rfind('.');
    return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
           dot != std::string_view::npos && dot > at + 1 && dot + 1 < text.size() &&
           text.find_first_of(" \t\r\n<>\"") == std::string_view::npos;
}

Typed formed_value(FieldDefinition const& field, json::Value const& in) {
    auto const text = plain_text(field, in, short_text);
    if (!text) return text.error();
    if (field.type == FieldType::email) {
        if (!looks_like_email(*text)) return wrong("不是有效的邮箱");
        return text_value(text::to_lower(*text));
    }
    if (field.type == FieldType::url) {
        auto const lower = text::to_lower(*text);
        if (!lower.starts_with("http://") && !lower.starts_with("https://"))
            return wrong("应为以 http:// 或 https:// 开头的网址");
        return text_value(*text);
    }
    auto code = *text;
    std::ranges::transform(code, code.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (!is_credit_code(code)) return wrong("不是有效的统一社会信用代码");
    return text_value(code);
}

Typed location_value(json::Value const& in) {
    auto const* latitude = json::find(in, "latitude");
    auto const* longitude = json::find(in, "longitude");
    auto const is_within = [](json::Value const* value, double limit) {
        return value && value->IsNumber() && std::abs(value->GetDouble()) <= limit;
    };
    if (!is_within(latitude, 90) || !is_within(longitude, 180))
        return wrong("应含 latitude 和 longitude，可带 address");
    auto made = TypedValue{};
    made.value.SetObject();
    auto& memory = made.value.GetAllocator();
    made.value.AddMember("latitude", latitude->GetDouble(), memory);
    made.value.AddMember("longitude", longitude->GetDouble(), memory);
    json::set(made.value, "address", text::truncate(json::find_string(in, "address").value_or(""), short_text), memory);
    return made;
}

bool is_number_id(std::string_view text) {
    return !text.empty() && text.size() <= 19 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Typed id_value(FieldDefinition const& field, json::Value const& in) {
    auto const text = plain_text(field, in, 64);
    if (!text) return text.error();
    if (field.type != FieldType::employee && !is_number_id(*text)) return wrong("不是有效的编号");
    return text_value(*text);
}

Typed ids_value(FieldDefinition const& field, json::Value const& in) {
    auto const ids = list_of(in);
    if (!ids) return ids.error();
    if (field.type != FieldType::employees && !std::ranges::all_of(*ids, is_number_id))
        return wrong("有不是有效编号的内容");
    return texts_value(*ids);
}

Typed text_of_kind(FieldDefinition const& field, json::Value const& in) {
    auto const most = field.type == FieldType::text       ? short_text
                      : field.type == FieldType::textarea ? long_text
                                                          : rich_text;
    auto const text = plain_text(field, in, most);
    if (!text) return text.error();
    auto made = text_value(*text);
    if (field.type == FieldType::rich_text) made.index.clear();
    return made;
}

}  // namespace

Result<TypedValue> typed_value(FieldDefinition const& field, json::Value const& in, ValueContext const& context) {
    switch (field.type) {
        case FieldType::text:
        case FieldType::textarea:
        case FieldType::rich_text:
            return text_of_kind(field, in);
        case FieldType::integer:
        case FieldType::money:
        case FieldType::duration:
        case FieldType::rating:
            return integer_value(field, in);
        case FieldType::decimal:
        case FieldType::percent:
            return decimal_value(field, in);
        case FieldType::date:
            return date_value(in);
        case FieldType::datetime:
            return datetime_value(in);
        case FieldType::time:
            return time_value(in);
        case FieldType::choice: {
            auto const key = chosen(field, in, context);
            if (!key) return key.error();
            return text_value(*key);
        }
        case FieldType::multi_choice:
            return choices_value(field, in, context);
        case FieldType::cascade:
            return cascade_value(field, in);
        case FieldType::boolean: {
            if (!in.IsBool()) return wrong("应为 true 或 false");
            auto made = text_value(in.GetBool() ? "true" : "false");
            made.value.SetBool(in.GetBool());
            return made;
        }
        case FieldType::mobile:
        case FieldType::phone:
            return phone_value(field, in);
        case FieldType::email:
        case FieldType::url:
        case FieldType::credit_code:
            return formed_value(field, in);
        case FieldType::location:
            return location_value(in);
        case FieldType::employee:
        case FieldType::department:
        case FieldType::reference:
        case FieldType::signature:
            return id_value(field, in);
        case FieldType::employees:
        case FieldType::departments:
        case FieldType::references:
        case FieldType::image:
        case FieldType::file:
            return ids_value(field, in);
        case FieldType::region:
        case FieldType::tags: {
            auto const words = list_of(in);
            if (!words) return words.error();
            return texts_value(*words);
        }
        case FieldType::auto_number:
        case FieldType::divider:
            break;
    }
    return wrong("不能填写");
}

std::vector<std::string> words_of(json::Value const* value) {
    if (!value || value->IsNull()) return {};
    if (value->IsString()) return {std::string{json::view(*value)}};
    if (value->IsBool()) return {value->GetBool() ? "true" : "false"};
    if (value->IsInt64()) return {std::to_string(value->GetInt64())};
    if (value->IsNumber()) return {number_text(value->GetDouble())};
    auto words = std::vector<std::string>{};
    if (value->IsArray())
        for (auto const& entry : value->GetArray())
            for (auto& word : words_of(&entry)) words.push_back(std::move(word));
    return words;
}

std::string unique_form(std::string_view value) {
    auto form = std::string{};
    for (auto c : text::to_lower(text::normalised(value)))
        if (c != ' ' && c != '\t') form += c;
    return form;
}

std::optional<IndexedValue> filter_value(FieldDefinition const& field, std::string const& typed) {
    auto const storage = storage_of(field.type);
    if (storage == Storage::number) {
        auto number = 0.0;
        auto const [end, problem] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
        if (problem != std::errc{} || end != typed.data() + typed.size()) return std::nullopt;
        return IndexedValue{{}, typed, {}};
    }
    if (storage == Storage::instant) {
        auto const at = parse_rfc3339(typed);
        if (!at) return std::nullopt;
        return IndexedValue{{}, {}, *at};
    }
    if (storage != Storage::text && storage != Storage::texts) return std::nullopt;
    auto const* option = option_of(field, typed);
    return IndexedValue{shortened(option ? option->key : typed), {}, {}};
}

bool is_credit_code(std::string_view code) noexcept {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    constexpr std::array<std::size_t, 17> weights{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    if (code.size() != weights.size() + 1) return false;
    auto sum = std::size_t{0};
    for (std::size_t i = 0; i < weights.size(); ++i) {
        auto const value = alphabet.find(code[i]);
        if (value == std::string_view::npos) return false;
        sum += value * weights[i];
    }
    return code.back() == alphabet[(alphabet.size() - sum % alphabet.size()) % alphabet.size()];
}

}  // namespace wescrm::sales
