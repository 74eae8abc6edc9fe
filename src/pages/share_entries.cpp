#include "share_entries.hpp"

#include <wescrm/base/text.hpp>

#include <array>

// From a rule to what stands in its form, and back.
namespace wescrm::pages {
namespace {

constexpr std::array<char const*, 9> text_names{
    "source_department", "source_person", "target_department", "target_person", "target_role",
    "target_group",      "right",         "valid_from",        "valid_to"};

// The Chinese of a value, or the value for the Chinese, among the kinds that are shared.
std::string share_translated(std::string const& field, std::string const& value, Texts const& kinds, bool to_chinese) {
    for (auto const& kind : kinds)
        for (auto const& known : operation::rule_fields(kind))
            for (auto const& [word, title] : known.values)
                if (known.name == field && (to_chinese ? word : title) == value) return to_chinese ? title : word;
    return value;
}

// Exactly one of the fields of an end; its type is the field's.
void add_end(web::PageCall& call, std::string const& end, std::vector<std::string> const& kinds, json::Document& input,
             std::vector<FieldError>& problems) {
    auto filled = std::vector<std::string>{};
    for (auto const& kind : kinds)
        if (!call.value(end + "_" + kind).empty()) filled.push_back(kind);
    if (filled.size() != 1) {
        problems.push_back({end + "_id", filled.empty() ? "请选择" : "只能选择其中一种"});
        return;
    }
    auto const typed_in = call.value(end + "_" + filled.front());
    auto const is_person = filled.front() == "person";
    auto& allocator = input.GetAllocator();
    json::set(input, end + "_type", is_person ? "employee" : filled.front(), allocator);
    json::set(input, end + "_id", is_person ? user_of(call, typed_in) : typed_in, allocator);
}

void add_conditions(ShareEntries const& entries, json::Document& input) {
    auto& allocator = input.GetAllocator();
    auto conditions = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < share_condition_rows; ++row) {
        auto const field = entries.texts.at(condition_name(row, "field"));
        auto const said = entries.texts.at(condition_name(row, "values"));
        if (field.empty() && said.empty()) continue;
        auto values = json::Value{rapidjson::kArrayType};
        auto const separated = text::replace_all(text::replace_all(said, "，", ","), "、", ",");
        for (auto const& part : text::split(separated, ','))
            if (auto const value = text::trim(part); !value.empty())
                values.PushBack(
                    json::make_string(share_translated(field, std::string{value}, entries.objects, false), allocator),
                    allocator);
        auto condition = json::Value{rapidjson::kObjectType};
        json::set(condition, "field", field, allocator);
        json::set(condition, "test", entries.texts.at(condition_name(row, "test")) == "is_not" ? "is_not" : "is",
                  allocator);
        json::set(condition, "values", std::move(values), allocator);
        conditions.PushBack(std::move(condition), allocator);
    }
    json::set(input, "conditions", std::move(conditions), allocator);
}

void add_days_of_validity(web::PageCall& call, json::Document& input, std::vector<FieldError>& problems) {
    for (auto const& [name, later] : {std::pair{"valid_from", 0}, std::pair{"valid_to", 1}}) {
        auto const said = call.value(name);
        auto const day = parse_date(said);
        if (!said.empty() && !day) problems.push_back({name, "应为日期"});
        auto const at = day ? format_rfc3339(call.ctx.zone().start_of(add_days(*day, later))) : std::string{};
        auto value = day ? json::make_string(at, input.GetAllocator()) : json::Value{};
        json::set(input, name, std::move(value), input.GetAllocator());
    }
}

}  // namespace

std::vector<std::string> texts_of(json::Value const& array) {
    auto texts = std::vector<std::string>{};
    for (auto const& one : array.GetArray()) texts.emplace_back(json::view(one));
    return texts;
}

std::vector<operation::RuleCondition> conditions_of(json::Value const& rule) {
    return operation::conditions_from_json(json::write(rule["conditions"]));
}

std::string_view member(json::Value const& object, char const* name) { return json::view(object[name]); }

std::string condition_name(std::size_t row, char const* part) {
    return "condition." + std::to_string(row) + "." + part;
}

ShareEntries entries_of_share(json::Value const& rule, Zone const& zone) {
    auto entries = ShareEntries{};
    for (auto const& object : texts_of(rule["objects"])) entries.objects.insert(object);
    entries.below = json::find_bool(rule, "include_sub_departments").value_or(true);
    entries.enabled = json::find_bool(rule, "enabled").value_or(true);
    auto& texts = entries.texts;
    auto const type = [&](char const* name) {
        auto const word = std::string{member(rule, name)};
        return word == "employee" ? std::string{"person"} : word;
    };
    texts["source_" + type("source_type")] = member(rule, "source_id");
    texts["target_" + type("target_type")] = member(rule, "target_id");
    texts["right"] = member(rule, "right");
    auto const day = [&](char const* name, microseconds back) {
        auto const at = json::find_string(rule, name);
        if (at) texts[name] = format_date(zone.date(parse_rfc3339(*at).value() - back));
    };
    day("valid_from", microseconds{0});
    day("valid_to", microseconds{1});  // the last day
    auto row = std::size_t{0};
    for (auto const& condition : conditions_of(rule)) {
        auto values = std::vector<std::string>{};
        for (auto const& value : condition.values)
            values.push_back(share_translated(condition.field, value, entries.objects, true));
        texts[condition_name(row, "field")] = condition.field;
        texts[condition_name(row, "test")] = condition.test == operation::RuleTest::is ? "is" : "is_not";
        texts[condition_name(row++, "values")] = text::join(values, "，");
    }
    return entries;
}

ShareEntries typed_share(web::PageCall& call) {
    auto entries = ShareEntries{};
    entries.objects = ticked(call, "object.");
    for (auto const* name : text_names) entries.texts[name] = call.value(name);
    for (auto row = std::size_t{0}; row < share_condition_rows; ++row)
        for (auto const* part : {"field", "test", "values"})
            entries.texts[condition_name(row, part)] = call.value(condition_name(row, part));
    entries.below = !call.value("below").empty();
    entries.enabled = !call.value("enabled").empty();
    return entries;
}

json::Document share_from(web::PageCall& call, ShareEntries const& entries, std::vector<FieldError>& problems) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto objects = json::Value{rapidjson::kArrayType};
    for (auto const& object : entries.objects) objects.PushBack(json::make_string(object, allocator), allocator);
    json::set(input, "objects", std::move(objects), allocator);
    add_end(call, "source", {"department", "person"}, input, problems);
    add_end(call, "target", {"department", "person", "role", "group"}, input, problems);
    add_conditions(entries, input);
    add_days_of_validity(call, input, problems);
    json::set(input, "right", call.value("right"), allocator);
    json::set(input, "include_sub_departments", json::Value{entries.below}, allocator);
    json::set(input, "enabled", json::Value{entries.enabled}, allocator);
    return input;
}

}  // namespace wescrm::pages
