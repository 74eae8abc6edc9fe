#include "values.hpp"

#include "../figures.hpp"
#include "../showing.hpp"
#include "tags.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/base/unit_price.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/operations.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace wescrm::pages::record {
namespace {

constexpr int soon_days = 7;
constexpr std::string_view masked_text = "***";
constexpr std::size_t most_chips = 3;  // in a row of a list

// What a cell shows, before it becomes JSON.
struct Shown {
    std::string text;
    std::string_view tone{};
    std::string href{};
};

std::string values_plain(json::Value const& value) {
    if (value.IsString()) return std::string{json::view(value)};
    if (value.IsBool()) return value.GetBool() ? "true" : "false";
    if (value.IsInt64()) return std::to_string(value.GetInt64());
    if (value.IsDouble()) {
        auto text = std::array<char, 32>{};
        std::snprintf(text.data(), text.size(), "%.12g", value.GetDouble());  // a hundred million with four decimals
        return text.data();
    }
    if (!value.IsArray()) return {};
    auto parts = std::vector<std::string>{};
    for (auto const& item : value.GetArray()) parts.push_back(values_plain(item));
    return text::join(parts, "、");
}

Shown word(Words const& words, std::string const& value) {
    auto const found =
        std::find_if(words.begin(), words.end(), [&](Word const& known) { return known.value == value; });
    if (found == words.end()) return {value == "true" || value == "false" ? std::string{} : value};
    return {std::string{found->title}, found->tone};
}

Shown days_left(Date due, Date today) {
    auto const left = static_cast<int>((std::chrono::sys_days{due} - std::chrono::sys_days{today}).count());
    if (left < 0) return {"已到期", "danger"};
    if (left == 0) return {"今天到期", "danger"};
    return {"剩 " + std::to_string(left) + " 天", left <= soon_days ? "warn" : ""};
}

Shown values_moment(Column const& column, std::string const& text, web::PageCall const& call) {
    auto const at = parse_rfc3339(text);
    if (!at) return {text};
    auto const& zone = call.ctx.zone();
    if (column.show == Show::left) return days_left(zone.date(*at), call.ctx.today());
    auto shown = Shown{short_time(*at, zone, call.ctx.now())};
    if (column.show == Show::due && *at < call.ctx.now()) shown.tone = "danger";
    return shown;
}

// In front of money that is not the home currency's.
std::string foreign_sign(json::Value const& record) {
    auto const currency = json::find_string(record, "currency").value_or("");
    return is_foreign(currency) ? currency + " " : std::string{};
}

Shown values_number(Column const& column, json::Value const& value, json::Value const& record) {
    if (column.show == Show::money && value.IsInt64()) return {foreign_sign(record) + yuan(value.GetInt64())};
    auto text = values_plain(value);
    return {column.show == Show::percent ? text + "%" : text};
}

// Of a tag without words: "stage_name" has the colour that stands in "stage_colour".
std::string_view own_tone(Column const& column, json::Value const& record) {
    constexpr std::string_view name = "name";
    if (!column.member.ends_with(name)) return {};
    auto const member = std::string{column.member.substr(0, column.member.size() - name.size())} + "colour";
    return tone_of(json::find_string(record, member).value_or(""));
}

// The company's own word, in the colour of what it is.
Shown own_word(Column const& column, json::Value const& record, Shown usual) {
    if (column.own.empty()) return usual;
    if (auto own = json::find_string(record, column.own).value_or(""); !own.empty()) usual.text = std::move(own);
    return usual;
}

Shown shown_of(web::PageCall const& call, Column const& column, json::Value const& record) {
    auto const is_exact = column.show == Show::unit_price;
    auto const* value = json::find(record, is_exact ? exact_name(column.member) : std::string{column.member});
    if ((!value || value->IsNull()) && column.member == "owner_name" && json::find_string(record, "high_sea_id"))
        return {"公海"};
    if ((!value || value->IsNull()) && operation::is_told_masked(record, column.member))
        return {std::string{masked_text}};
    if (!value || value->IsNull()) return {};
    switch (column.show) {
        case Show::tag:
            if (!column.flag.empty() && json::find_bool(record, column.flag).value_or(false))
                return word(column.words, std::string{column.flag});
            if (column.words.empty()) return {values_plain(*value), own_tone(column, record)};
            return own_word(column, record, word(column.words, values_plain(*value)));
        case Show::instant:
        case Show::due:
        case Show::left:
            return values_moment(column, values_plain(*value), call);
        case Show::unit_price:
            return {foreign_sign(record) +
                    format_unit_price(UnitPrice::from_e4(value->IsInt64() ? value->GetInt64() : 0))};
        case Show::money:
        case Show::number:
        case Show::percent:
            return values_number(column, *value, record);
        case Show::link: {
            auto const id = json::find_string(record, column.link_id).value_or("");
            if (values_plain(*value).empty() || id.empty()) return {values_plain(*value)};
            return {values_plain(*value), {}, std::string{column.link_path} + id};
        }
        case Show::tags:
        case Show::text:
        case Show::date:
        case Show::phone:
            break;
    }
    return {values_plain(*value)};
}

// Where what is masked is opened: "/app/reveal/customer/17/mobile".
std::string reveal_path(web::PageCall const& call, Column const& column, json::Value const& record,
                        std::string const& text, std::string_view object) {
    auto const is_masked = (column.show == Show::phone && text.find('*') != std::string::npos) ||
                           operation::is_told_masked(record, column.member);
    if (!is_masked || object.empty() || !call.operations.catalogue().find(std::string{object} + ".reveal")) return {};
    return "/app/reveal/" + std::string{object} + "/" + json::find_string(record, "id").value_or("") + "/" +
           std::string{column.member};
}

// Dates, states and short words stand in one line; names and remarks may take two.
bool is_short(Column const& column, std::string const& text) {
    constexpr auto most = std::size_t{8};
    if (column.show == Show::link) return false;
    return column.show != Show::tags && (column.show != Show::text || text::length(text) <= most);
}

}  // namespace

Column const* column_of(Kind const& kind, std::string_view member) {
    for (auto const* columns : {&kind.columns, &kind.properties, &kind.facts})
        for (auto const& column : *columns)
            if (column.member == member) return &column;
    return nullptr;
}

std::string kept_in_words(web::PageCall const& call, Column const& column, std::string const& kept) {
    auto record = json::Document{rapidjson::kObjectType};
    auto const member = column.show == Show::unit_price ? exact_name(column.member) : std::string{column.member};
    auto const parsed = column.show == Show::text || column.show == Show::phone
                            ? Result<json::Document>{Errc::not_found}
                            : json::parse(kept);
    if (parsed && (parsed->IsNumber() || parsed->IsBool()))
        json::set(record, member, json::Value{*parsed, record.GetAllocator()}, record.GetAllocator());
    else
        json::set(record, member, kept, record.GetAllocator());
    return shown_of(call, column, record).text;
}

namespace {

bool is_of_numbers(Show show) {
    return show == Show::money || show == Show::unit_price || show == Show::number || show == Show::percent;
}

// Lists bring them along as {name, colour}, single records as names.
bool are_coloured(json::Value const* tags) {
    return tags && tags->IsArray() && !tags->Empty() && (*tags)[0].IsObject();
}

Shown tags_in_words(Column const& column, json::Value const& record) {
    auto const* tags = json::find(record, column.member);
    if (!are_coloured(tags)) return {tags ? values_plain(*tags) : std::string{}};
    auto names = std::vector<std::string>{};
    for (auto const& tag : tags->GetArray()) names.push_back(json::find_string(tag, "name").value_or(""));
    return {text::join(names, "、")};
}

void add_chips(Column const& column, json::Value const& record, json::Value& cell, json::Allocator& allocator) {
    auto const* tags = json::find(record, column.member);
    if (are_coloured(tags)) json::set(cell, "cell_chips", chips_of(*tags, most_chips, allocator), allocator);
}

Error not_a(operation::FieldDescription const& field, std::string_view what) {
    return invalid_field(field.name, field.label + "应为" + std::string{what});
}

std::optional<std::int64_t> integer_from(std::string_view typed) {
    auto number = std::int64_t{0};
    auto const [end, problem] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (problem != std::errc{} || end != typed.data() + typed.size()) return std::nullopt;
    return number;
}

// "1,234.5" → 123450
std::optional<std::int64_t> fen_from(std::string typed) {
    typed = text::replace_all(text::replace_all(std::move(typed), ",", ""), "，", "");
    auto const dot = typed.find('.');
    auto cents = dot == std::string::npos ? std::string{} : typed.substr(dot + 1);
    if (cents.size() > 2) return std::nullopt;
    cents.resize(2, '0');
    auto const whole = integer_from(typed.substr(0, dot).empty() ? "0" : typed.substr(0, dot));
    auto const part = integer_from(cents);
    constexpr auto most = std::int64_t{90'000'000'000'000};
    if (!whole || !part || *part < 0 || *whole > most || *whole < -most) return std::nullopt;
    return *whole * 100 + (typed.starts_with('-') ? -*part : *part);
}

// "2026-11-25T16:30", as browsers send a moment.
std::optional<Instant> moment_from(std::string const& typed, Zone const& zone) {
    if (typed.size() < 16) return std::nullopt;
    auto const day = parse_date(typed.substr(0, 10));
    auto const hour = integer_from(typed.substr(11, 2));
    auto const minute = integer_from(typed.substr(14, 2));
    if (!day || !hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    return zone.instant({*day, hours{*hour} + minutes{*minute}});
}

json::Value words_from(std::string const& typed, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto plain = typed;
    for (auto const* separator : {"，", "、", "；", ";", "\n", " "})
        plain = text::replace_all(std::move(plain), separator, ",");
    for (auto const& part : text::split(plain, ','))
        if (auto const one = text::trim(part); !one.empty())
            list.PushBack(json::make_string(one, allocator), allocator);
    return list;
}

}  // namespace

std::string exact_name(std::string_view member) {
    constexpr std::string_view in_fen = "fen";
    auto name = std::string{member};
    if (name.ends_with(in_fen)) name.replace(name.size() - in_fen.size(), in_fen.size(), "e4");
    return name;
}

std::string yuan(std::int64_t fen) {
    auto const amount = fen < 0 ? -fen : fen;
    auto const whole = with_thousands(amount / 100);
    auto const cents = std::to_string(amount % 100);
    return (fen < 0 ? "−" : "") + whole + "." + (cents.size() < 2 ? "0" : "") + cents;
}

json::Value cell_of(web::PageCall const& call, Column const& column, json::Value const& record,
                    json::Allocator& allocator, std::string_view object) {
    auto const shown = column.show == Show::tags ? tags_in_words(column, record) : shown_of(call, column, record);
    auto cell = json::Value{rapidjson::kObjectType};
    auto const is_tag = column.show == Show::tag && !shown.text.empty() && shown.text != masked_text &&
                        (!shown.tone.empty() || column.words.empty());
    if (column.show == Show::tags) add_chips(column, record, cell, allocator);
    json::set(cell, "cell_heading", json::Value{false}, allocator);
    // A tag that is its own label: "首要" beside 首要.
    json::set(cell, "cell_label", is_tag && shown.text == column.label ? std::string_view{} : column.label, allocator);
    json::set(cell, "cell_text", shown.text, allocator);
    json::set(cell, "cell_tone", shown.tone, allocator);
    json::set(cell, "cell_href", shown.href, allocator);
    json::set(cell, "cell_tag", json::Value{is_tag}, allocator);
    auto const reveal = reveal_path(call, column, record, shown.text, object);
    auto const is_plain =
        column.show != Show::tags && !is_tag && shown.href.empty() && !shown.text.empty() && reveal.empty();
    json::set(cell, "cell_plain", json::Value{is_plain}, allocator);
    json::set(cell, "cell_reveal", reveal, allocator);
    json::set(cell, "cell_number", json::Value{is_of_numbers(column.show)}, allocator);
    json::set(cell, "cell_short", json::Value{is_short(column, shown.text)}, allocator);
    json::set(cell, "cell_minor", json::Value{column.is_wide_only || shown.text.empty()}, allocator);
    return cell;
}

std::string typed_from(json::Value const& value, operation::FieldDescription const& field, Zone const& zone) {
    if (value.IsNull()) return {};
    if (field.type == "date-time") {
        auto const at = parse_rfc3339(values_plain(value));
        return at ? format_rfc3339(*at, zone).substr(0, 16) : std::string{};
    }
    if (field.type == "money" && value.IsInt64())
        return text::replace_all(text::replace_all(yuan(value.GetInt64()), ",", ""), "−", "-");
    return values_plain(value);
}

Result<json::Value> value_from(std::string const& typed, operation::FieldDescription const& field, Zone const& zone,
                               json::Allocator& allocator) {
    if (field.type == "integer") {
        auto const number = integer_from(typed);
        if (!number) return not_a(field, "整数");
        return json::Value{*number};
    }
    if (field.type == "number") {
        auto number = 0.0;
        auto const [end, problem] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
        if (problem != std::errc{} || end != typed.data() + typed.size()) return not_a(field, "数字");
        return json::Value{number};
    }
    if (field.type == "money") {
        auto const fen = fen_from(typed);
        if (!fen) return not_a(field, "金额，例如 12800.50");
        return json::Value{*fen};
    }
    if (field.type == "boolean") return json::Value{typed == "true" || typed == "on"};
    if (field.type == "date-time") {
        auto const at = moment_from(typed, zone);
        if (!at) return not_a(field, "日期和时间，例如 2026-11-25 16:30");
        return json::make_string(format_rfc3339(*at), allocator);
    }
    if (field.type == "array") return words_from(typed, allocator);
    return json::make_string(typed, allocator);
}

operation::FieldDescription const* find_field(operation::Entry const& entry, std::string_view name) {
    auto const found =
        std::find_if(entry.input.begin(), entry.input.end(), [name](auto const& field) { return field.name == name; });
    return found == entry.input.end() ? nullptr : &*found;
}

operation::Entry const* usable(web::PageCall const& call, std::string_view operation) {
    auto const* entry = call.operations.catalogue().find(operation);
    if (!entry || (entry->permission != "self" && !call.ctx.may(entry->permission))) return nullptr;
    if (entry->effect != operation::Effect::reads && call.ctx.is_expired()) return nullptr;
    return entry;
}

std::string operation_of(Kind const& kind, std::string_view verb) {
    return std::string{kind.object} + "." + std::string{verb};
}

}  // namespace wescrm::pages::record
