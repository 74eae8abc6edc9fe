#include "rule_rows.hpp"

#include "pool_words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace wescrm::pages::pool {
namespace {

constexpr std::size_t most_entry_rules = 20;
constexpr std::string_view of_level = "level:";
constexpr std::string_view of_tag = "tag:";

using Words = std::vector<std::string>;
struct Choice {
    std::string_view name;
    std::string_view title;
};

constexpr auto rule_row_kinds = std::array<std::string_view, 6>{"no_follow",    "no_deal",      "no_opportunity",
                                                                "first_follow", "follow_count", "contract_end"};
constexpr auto rule_row_numbers =
    std::array<std::string_view, 6>{"days", "renewal_days", "max_days", "superior_step", "min_content", "times"};
constexpr auto exemptions = std::array<Choice, 6>{{{"closed", "已成交"},
                                                   {"protected", "已保护"},
                                                   {"open_opportunity", "有在途商机"},
                                                   {"unpaid_plan", "有未收回款"},
                                                   {"running_contract", "有执行中的合同"},
                                                   {"in_approval", "审批中"}}};
constexpr auto methods = std::array<Choice, 8>{{{"call", "电话"},
                                                {"visit", "拜访"},
                                                {"wechat", "微信"},
                                                {"wecom", "企微会话"},
                                                {"email", "邮件"},
                                                {"sms", "短信"},
                                                {"meeting", "会议"},
                                                {"other", "其他"}}};
constexpr auto origins =
    std::array<Choice, 4>{{{"create", "新建"}, {"claim", "领取"}, {"assign", "分配"}, {"transfer", "转移"}}};
// Of a new rule.
constexpr auto usual_exemptions = std::array<std::string_view, 2>{"closed", "in_approval"};

std::string rule_field(std::size_t row, std::string_view name) {
    return "rule." + std::to_string(row) + "." + std::string{name};
}

Words words_at(json::Value const& from, std::string_view member) {
    auto words = Words{};
    if (auto const* list = json::find(from, member); list && list->IsArray())
        for (auto const& item : list->GetArray())
            words.push_back(item.IsInt64() ? std::to_string(item.GetInt64())
                                           : std::string{item.IsString() ? json::view(item) : ""});
    return words;
}

using TagNames = std::map<std::string, std::string>;

// What was typed and is none stays as it was typed.
std::string name_of_tag(TagNames const& tags, std::string const& id) {
    auto const found = tags.find(id);
    return found == tags.end() ? id : found->second;
}

bool contains(Words const& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t N>
void add_choices(json::Value& view, std::string const& prefix, std::array<Choice, N> const& choices,
                 Words const& chosen, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& choice : choices) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, prefix + "_name", choice.name, allocator);
        json::set(option, prefix + "_title", choice.title, allocator);
        json::set(option, prefix + "_chosen", json::Value{contains(chosen, choice.name)}, allocator);
        list.PushBack(std::move(option), allocator);
    }
    json::set(view, prefix + "s", std::move(list), allocator);
}

// The company's tags by their ids, as rules keep them.
TagNames tags_of_company(web::PageCall& call) {
    auto names = TagNames{};
    auto const groups = call.perform("tag_group.list", json::Document{rapidjson::kObjectType});
    if (!groups) return names;
    for (auto const& group : (*groups)["items"].GetArray())
        if (!json::find_bool(group, "personal").value_or(false))
            for (auto const& tag : group["tags"].GetArray())
                names.emplace(json::find_string(tag, "id").value_or(""), json::find_string(tag, "name").value_or(""));
    return names;
}

// Levels and tags are words of the company and have fields; what this page does not know is carried along.
void add_exemptions(json::Value& view, json::Value const* rule, TagNames const& tags, json::Allocator& allocator) {
    auto const exempt = rule ? words_at(*rule, "exempt") : Words{usual_exemptions.begin(), usual_exemptions.end()};
    add_choices(view, "exempt", exemptions, exempt, allocator);
    auto levels = Words{};
    auto spared = Words{};
    auto others = Words{};
    for (auto const& word : exempt) {
        auto const is_known =
            std::any_of(exemptions.begin(), exemptions.end(), [&](Choice const& one) { return one.name == word; });
        if (word.starts_with(of_level))
            levels.push_back(word.substr(of_level.size()));
        else if (word.starts_with(of_tag))
            spared.push_back(name_of_tag(tags, word.substr(of_tag.size())));
        else if (!is_known)
            others.push_back(word);
    }
    json::set(view, "rule_exempt_tags", text::join(spared, "、"), allocator);
    json::set(view, "rule_exempt_levels", text::join(levels, "、"), allocator);
    json::set(view, "rule_exempt_others", text::join(others, "、"), allocator);
}

// A rule as its row shows it.
json::Value rule_view(std::size_t row, json::Value const* rule, TagNames const& tags, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const empty = json::Value{rapidjson::kObjectType};
    auto const& from = rule ? *rule : empty;
    json::set(view, "rule_row", std::to_string(row), allocator);
    json::set(view, "rule_number", std::to_string(row + 1), allocator);
    json::set(view, "rule_id", json::find_string(from, "id").value_or(""), allocator);
    json::set(view, "rule_on", json::Value{rule && json::find_bool(from, "enabled").value_or(true)}, allocator);
    json::set(view, "rule_working", json::Value{json::find_bool(from, "working_days").value_or(false)}, allocator);
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const kind : rule_row_kinds) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", kind, allocator);
        json::set(option, "o_title", rule_word(kind), allocator);
        json::set(option, "o_chosen", json::Value{json::find_string(from, "kind") == kind}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(view, "rule_kinds", std::move(options), allocator);
    for (auto const name : rule_row_numbers) {
        auto const number = json::find_integer(from, name);
        auto const is_none = !number || (name == "min_content" && *number == 0);
        json::set(view, "rule_" + std::string{name}, is_none ? std::string{} : std::to_string(*number), allocator);
    }
    json::set(view, "rule_level", json::find_string(from, "level").value_or(""), allocator);
    json::set(view, "rule_warn", rule ? joined(from, "warn_days") : "7、3、1", allocator);
    add_choices(view, "method", methods, words_at(from, "methods"), allocator);
    add_choices(view, "origin", origins, words_at(from, "origins"), allocator);
    add_exemptions(view, rule, tags, allocator);
    return view;
}

Words typed_words(web::PageCall& call, std::string const& field) {
    auto words = Words{};
    for (auto const& part : text::split(text::replace_all(call.value(field), "、", ","), ','))
        if (auto const word = std::string{text::trim(part)}; !word.empty()) words.push_back(word);
    return words;
}

template <std::size_t N>
Words ticked_words(web::PageCall& call, std::size_t row, std::string const& prefix,
                   std::array<Choice, N> const& choices) {
    auto words = Words{};
    for (auto const& choice : choices)
        if (!call.value(rule_field(row, prefix + "." + std::string{choice.name})).empty())
            words.emplace_back(choice.name);
    return words;
}

void set_words(json::Value& rule, char const* member, Words const& words, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& word : words) list.PushBack(json::make_string(word, allocator), allocator);
    json::set(rule, member, std::move(list), allocator);
}

json::Value rule_from(web::PageCall& call, std::size_t row, json::Allocator& allocator) {
    auto rule = json::Value{rapidjson::kObjectType};
    if (auto const id = call.value(rule_field(row, "id")); !id.empty()) json::set(rule, "id", id, allocator);
    json::set(rule, "kind", call.value(rule_field(row, "kind")), allocator);
    json::set(rule, "enabled", json::Value{!call.value(rule_field(row, "on")).empty()}, allocator);
    json::set(rule, "working_days", json::Value{!call.value(rule_field(row, "working")).empty()}, allocator);
    for (auto const name : rule_row_numbers)
        if (auto const typed = call.value(rule_field(row, name)); !typed.empty())
            json::set(rule, name, json::Value{std::atoi(typed.c_str())}, allocator);
    if (auto const level = call.value(rule_field(row, "level")); !level.empty())
        json::set(rule, "level", level, allocator);
    auto warn = json::Value{rapidjson::kArrayType};
    for (auto const& word : typed_words(call, rule_field(row, "warn")))
        if (auto const days_before = std::atoi(word.c_str()); days_before > 0) warn.PushBack(days_before, allocator);
    json::set(rule, "warn_days", std::move(warn), allocator);
    auto exempt = ticked_words(call, row, "exempt", exemptions);
    for (auto const& level : typed_words(call, rule_field(row, "exempt_levels")))
        exempt.push_back(std::string{of_level} + level);
    for (auto const& tag : typed_words(call, rule_field(row, "exempt_tags")))
        exempt.push_back(std::string{of_tag} + tag);
    for (auto const& other : typed_words(call, rule_field(row, "exempt_others"))) exempt.push_back(other);
    set_words(rule, "exempt", exempt, allocator);
    set_words(rule, "methods", ticked_words(call, row, "method", methods), allocator);
    set_words(rule, "origins", ticked_words(call, row, "origin", origins), allocator);
    return rule;
}

}  // namespace

std::string joined(json::Value const& object, std::string_view member) {
    return text::join(words_at(object, member), "、");
}

void add_rules(web::PageCall& call, json::Value const* rules, json::Value& data, json::Allocator& allocator) {
    auto const tags = tags_of_company(call);
    auto rows = json::Value{rapidjson::kArrayType};
    auto row = std::size_t{0};
    if (rules && rules->IsArray())
        for (auto const& rule : rules->GetArray()) rows.PushBack(rule_view(row++, &rule, tags, allocator), allocator);
    if (row < most_entry_rules) rows.PushBack(rule_view(row, nullptr, tags, allocator), allocator);
    json::set(data, "rule_rows", std::move(rows), allocator);
}

json::Value rules_from(web::PageCall& call, json::Allocator& allocator) {
    auto rules = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < most_entry_rules; ++row)
        if (!call.value(rule_field(row, "days")).empty()) rules.PushBack(rule_from(call, row, allocator), allocator);
    return rules;
}

}  // namespace wescrm::pages::pool
