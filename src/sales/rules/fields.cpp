#include "rules/fields.hpp"

#include "rules/field_values.hpp"
#include "rules/system_fields.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace wescrm::sales {
namespace {

constexpr std::size_t most_fields = 200;
constexpr std::size_t most_options = 500;
constexpr std::size_t longest_key = 50;

using Problems = std::vector<FieldError>;
using ByKey = std::map<std::string, FieldDefinition const*, std::less<>>;

bool is_key(std::string_view key) {
    auto const is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !key.empty() && key.size() <= longest_key && is_letter(key.front()) &&
           std::ranges::all_of(key, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

bool has_options(FieldType type) {
    return type == FieldType::choice || type == FieldType::multi_choice || type == FieldType::cascade;
}

bool may_be_unique(FieldType type) {
    auto const storage = storage_of(type);
    return (storage == Storage::text || storage == Storage::number) && type != FieldType::textarea &&
           type != FieldType::boolean && type != FieldType::choice;
}

void check_options(FieldDefinition const& field, std::string const& at, Problems& problems) {
    if (!has_options(field.type)) {
        if (!field.options.empty()) problems.push_back({at + "options", "这种字段没有选项"});
        return;
    }
    if (field.options.empty()) problems.push_back({at + "options", "至少要有一个选项"});
    if (field.options.size() > most_options)
        problems.push_back({at + "options", "最多 " + std::to_string(most_options) + " 个选项"});
    auto keys = std::set<std::string>{};
    for (auto const& option : field.options)
        if (!keys.insert(option.key).second) problems.push_back({at + "options", "选项重复：" + option.key});
    for (auto const& option : field.options)
        if (option.parent && (!keys.contains(*option.parent) || field.type != FieldType::cascade))
            problems.push_back({at + "options", "没有上级选项：" + *option.parent});
}

void check_links(FieldDefinition const& field, ByKey const& all, std::string const& at, Problems& problems) {
    if (field.depends_on) {
        auto const parent = all.find(*field.depends_on);
        if (parent == all.end() || parent->second->type != FieldType::choice || *field.depends_on == field.key)
            problems.push_back({at + "depends_on", "应为另一个单选字段"});
    }
    auto const check = [&](std::optional<FieldCondition> const& condition, std::string_view name) {
        if (!condition) return;
        if (!all.contains(condition->field) || condition->field == field.key)
            problems.push_back({at + std::string{name}, "条件应引用另一个字段"});
    };
    check(field.visible_when, "visible_when");
    check(field.required_when, "required_when");
    if ((field.type == FieldType::reference || field.type == FieldType::references) && !field.reference_object)
        problems.push_back({at + "reference_object", "请选择引用哪种记录"});
}

// Nothing can be found by what is sealed, and what somebody does not see must not be shown by what depends on it.
void check_secrecy(FieldDefinition const& field, ByKey const& all, std::string const& at, Problems& problems) {
    auto const is_secret = [](FieldDefinition const& one) {
        return one.masked.value_or(false) || one.encrypted.value_or(false);
    };
    if (field.masked.value_or(false) && !is_plain_text(field.type))
        problems.push_back({at + "masked", "这种字段不能脱敏，只有文字、电话、邮箱、网址和代码可以"});
    if (field.encrypted.value_or(false) && !is_plain_text(field.type))
        problems.push_back({at + "encrypted", "这种字段不能加密，只有文字、电话、邮箱、网址和代码可以"});
    if (field.encrypted.value_or(false) && field.unique) problems.push_back({at + "unique", "加密的字段不能要求唯一"});
    for (auto const& [condition, name] :
         {std::pair{&field.visible_when, "visible_when"}, {&field.required_when, "required_when"}}) {
        if (!*condition) continue;
        auto const other = all.find((*condition)->field);
        if (other != all.end() && is_secret(*other->second))
            problems.push_back({at + name, "条件不能引用脱敏或加密的字段"});
    }
}

void check_one(FieldDefinition const& field, std::string const& at, Problems& problems) {
    if (!is_key(field.key)) problems.push_back({at + "key", "应以小写字母开头，只含小写字母、数字和下划线"});
    if (field.unique && !may_be_unique(field.type)) problems.push_back({at + "unique", "这种字段不能要求唯一"});
    if (field.required && (field.type == FieldType::divider || field.type == FieldType::auto_number || field.read_only))
        problems.push_back({at + "required", "不能填写的字段不能必填"});
    if (field.min && field.max && *field.min > *field.max) problems.push_back({at + "max", "不能小于最小值"});
    if (field.decimals && (*field.decimals < 0 || *field.decimals > 6))
        problems.push_back({at + "decimals", "应在 0 到 6 之间"});
    check_options(field, at, problems);
}

Result<void> refused(Problems problems) {
    if (problems.empty()) return {};
    auto message = "字段定义有误：" + problems.front().message;
    return Error{Errc::invalid_input, "invalid", std::move(message), std::move(problems)};
}

bool holds(FieldCondition const& condition, json::Value const& values) {
    for (auto const& word : words_of(json::find(values, condition.field)))
        if (std::ranges::find(condition.values, word) != condition.values.end()) return true;
    return false;
}

bool is_empty(json::Value const* value) {
    return !value || value->IsNull() || (value->IsString() && text::trim(json::view(*value)).empty()) ||
           (value->IsArray() && value->Empty());
}

std::optional<json::Document> default_of(Field const& field, CustomCheck const& check) {
    if (!field.default_) return std::nullopt;
    auto const& word = *field.default_;
    auto value = json::Document{};
    auto const text = word == "@me"      ? check.me.value()
                      : word == "@today" ? format_date(check.zone.date(check.now))
                      : word == "@now"   ? format_rfc3339(check.now)
                                         : word;
    auto const storage = storage_of(field.type);
    if (storage == Storage::number || field.type == FieldType::boolean || storage == Storage::texts) {
        auto parsed = json::parse(text);
        if (parsed) return std::move(*parsed);
        if (storage != Storage::texts) return std::nullopt;
        value.SetArray();
        value.PushBack(json::make_string(text, value.GetAllocator()), value.GetAllocator());
        return value;
    }
    value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), value.GetAllocator());
    return value;
}

/// The check under way: the values as they will be, what changed, and what was wrong.
struct Work {
    CustomCheck const& check;
    json::Document values{rapidjson::kObjectType};
    std::map<std::string, CustomChange, std::less<>> changes{};
    Problems problems{};

    void complain(Field const& field, std::string message) {
        problems.push_back({"custom." + field.key, std::move(message)});
    }
    void remove(Field const& field) {
        if (!json::find(values, field.key)) return;
        values.RemoveMember(field.key.c_str());
        changes[field.key] = {&field, "", {}, {}};
    }
    void put(Field const& field, json::Value const& in) {
        auto context = ValueContext{};
        if (field.depends_on) {
            auto const parent = words_of(json::find(values, *field.depends_on));
            if (!parent.empty()) context.parent = parent.front();
        }
        context.before = words_of(json::find(check.stored, field.key));
        auto typed = typed_value(field, in, context);
        if (!typed) return complain(field, typed.error().message);
        auto change = CustomChange{&field, json::write(typed->value), std::move(typed->index), {}};
        if (field.unique && !change.index.empty())
            change.unique = unique_form(change.index.front().text.value_or(change.index.front().number.value_or("")));
        json::set(values, field.key, json::Value{typed->value, values.GetAllocator()}, values.GetAllocator());
        changes[field.key] = std::move(change);
    }
};

void take_given(Work& work) {
    for (auto const& member : work.check.given.GetObject()) {
        auto const key = json::view(member.name);
        auto const found = std::ranges::find(work.check.fields, key, &Field::key);
        if (found == work.check.fields.end() || found->type == FieldType::divider) {
            work.problems.push_back({"custom." + text::truncate(key, 64), "没有这个字段"});
            continue;
        }
        if (found->read_only || found->type == FieldType::auto_number) {
            work.complain(*found, "这一项由系统填写");
            continue;
        }
    }
    // In the order of the form, so that a choice stands before those that depend on it.
    auto const take = [&](bool dependent) {
        for (auto const& field : work.check.fields) {
            auto const* value = json::find(work.check.given, field.key);
            if (!value || field.depends_on.has_value() != dependent || field.read_only ||
                field.type == FieldType::auto_number || field.type == FieldType::divider)
                continue;
            if (is_empty(value))
                work.remove(field);
            else
                work.put(field, *value);
        }
    };
    take(false);
    take(true);
}

// What another field decided: invisible ones have no value, a dependent choice goes with what it depended on.
void settle(Work& work) {
    for (auto is_moving = true; is_moving;) {
        is_moving = false;
        for (auto const& field : work.check.fields) {
            auto const* value = json::find(work.values, field.key);
            if (!value || is_visible(field, work.values)) continue;
            work.remove(field);
            is_moving = true;
        }
    }
    for (auto const& field : work.check.fields) {
        auto const* value = json::find(work.values, field.key);
        if (!value || !field.depends_on || json::find(work.check.given, field.key)) continue;
        if (!json::find(work.check.given, *field.depends_on)) continue;
        auto const parent = words_of(json::find(work.values, *field.depends_on));
        for (auto const& word : words_of(value)) {
            auto const option = std::ranges::find(field.options, word, &FieldOption::key);
            auto const fits =
                option == field.options.end() || option->parents.empty() ||
                (!parent.empty() && std::ranges::find(option->parents, parent.front()) != option->parents.end());
            if (!fits) {
                work.remove(field);
                break;
            }
        }
    }
}

void ask_for_required(Work& work) {
    for (auto const& field : work.check.fields) {
        auto const is_needed = field.required || (field.required_when && holds(*field.required_when, work.values));
        if (!is_needed || !is_visible(field, work.values) || field.read_only || field.type == FieldType::divider)
            continue;
        auto const is_asked = work.check.is_create || json::find(work.check.given, field.key) ||
                              (field.required_when && json::find(work.check.given, field.required_when->field));
        auto const is_wrong = std::ranges::any_of(
            work.problems, [&](auto const& problem) { return problem.field == "custom." + field.key; });
        if (is_asked && !is_wrong && is_empty(json::find(work.values, field.key)))
            work.complain(field, "请填写" + field.label);
    }
}

}  // namespace

// A condition that names a label means the option.
bool is_visible(Field const& field, json::Value const& values) {
    return !field.visible_when || holds(*field.visible_when, values);
}

Storage storage_of(FieldType type) noexcept {
    switch (type) {
        case FieldType::integer:
        case FieldType::decimal:
        case FieldType::percent:
        case FieldType::money:
        case FieldType::duration:
        case FieldType::rating:
            return Storage::number;
        case FieldType::datetime:
            return Storage::instant;
        case FieldType::multi_choice:
        case FieldType::cascade:
        case FieldType::region:
        case FieldType::employees:
        case FieldType::departments:
        case FieldType::references:
        case FieldType::image:
        case FieldType::file:
        case FieldType::tags:
            return Storage::texts;
        case FieldType::rich_text:
        case FieldType::location:
            return Storage::unindexed;
        case FieldType::divider:
            return Storage::nothing;
        default:
            return Storage::text;
    }
}

bool may_become(FieldType from, FieldType to) noexcept {
    switch (from) {
        case FieldType::text:
        case FieldType::url:
        case FieldType::credit_code:
        case FieldType::phone:
        case FieldType::email:
            return to == from || to == FieldType::text || to == FieldType::textarea;
        case FieldType::mobile:
            return to == from || to == FieldType::phone || to == FieldType::text || to == FieldType::textarea;
        case FieldType::integer:
        case FieldType::percent:
            return to == from || to == FieldType::decimal;
        case FieldType::rating:
        case FieldType::duration:
            return to == from || to == FieldType::integer || to == FieldType::decimal;
        case FieldType::image:
            return to == from || to == FieldType::file;
        default:
            return to == from;
    }
}

bool is_plain_text(FieldType type) noexcept {
    switch (type) {
        case FieldType::text:
        case FieldType::textarea:
        case FieldType::mobile:
        case FieldType::phone:
        case FieldType::email:
        case FieldType::url:
        case FieldType::credit_code:
            return true;
        default:
            return false;
    }
}

std::string_view label_of(FieldType type) noexcept {
    static constexpr auto labels =
        std::to_array<std::string_view>({"单行文本", "多行文本", "富文本",   "整数",     "小数",
                                         "百分比",   "金额",     "日期",     "日期时间", "时刻",
                                         "时长",     "单选",     "多选",     "级联选择", "是否",
                                         "手机",     "电话",     "邮箱",     "网址",     "统一社会信用代码",
                                         "省市区",   "定位",     "员工",     "多个员工", "部门",
                                         "多个部门", "引用记录", "引用多条", "图片",     "附件",
                                         "手写签名", "标签",     "评分",     "自动编号", "分割线"});
    auto const at = static_cast<std::size_t>(type);
    return at < labels.size() ? labels[at] : std::string_view{};
}

Result<void> check_definitions(std::vector<FieldDefinition> const& fields, std::string const& prefix) {
    auto problems = Problems{};
    auto all = ByKey{};
    auto last = ByKey{};
    for (auto const& field : fields) last[field.key] = &field;
    for (auto const& [key, field] : last)
        if (!is_system(key)) all.emplace(key, field);
    for (std::size_t n = 0; n < fields.size(); ++n) {
        auto const at = prefix.empty() ? std::string{} : prefix + "[" + std::to_string(n) + "].";
        if (!is_system(fields[n].key)) {
            check_one(fields[n], at, problems);
            check_links(fields[n], all, at, problems);
            check_secrecy(fields[n], all, at, problems);
        }
        if (last[fields[n].key] != &fields[n]) problems.push_back({at + "key", "与另一个字段的标识重复"});
    }
    if (all.size() > most_fields) problems.push_back({prefix, "最多 " + std::to_string(most_fields) + " 个字段"});
    return refused(std::move(problems));
}

Result<void> check_form(FieldObject object, std::vector<FieldDefinition> const& fields, std::string const& prefix) {
    auto problems = Problems{};
    if (auto const good = check_definitions(fields, prefix); !good) {
        auto const error = good.error();
        problems = error.fields;
    }
    auto const more = system_problems(object, fields, prefix);
    problems.insert(problems.end(), more.begin(), more.end());
    return refused(std::move(problems));
}

Result<CustomOutcome> check_custom(CustomCheck const& check) {
    auto work = Work{check};
    work.values.CopyFrom(check.stored, work.values.GetAllocator());
    take_given(work);
    if (check.is_create)
        for (auto const& field : check.fields)
            if (!json::find(work.values, field.key) && is_visible(field, work.values))
                if (auto const value = default_of(field, check)) work.put(field, *value);
    settle(work);
    if (check.asks_for_required) ask_for_required(work);
    if (!work.problems.empty()) {
        auto const& first = work.problems.front();
        auto const named = std::ranges::find_if(
            check.fields, [&](Field const& field) { return "custom." + field.key == first.field; });
        auto const is_asked = first.message.starts_with("请填写");
        auto const what = named == check.fields.end() ? first.field : named->label;
        auto message = "内容有误：" + (is_asked ? "" : what + " ") + first.message;
        return Error{Errc::invalid_input, "invalid", std::move(message), std::move(work.problems)};
    }
    auto outcome = CustomOutcome{json::write(work.values), {}};
    for (auto& [key, change] : work.changes) outcome.changes.push_back(std::move(change));
    return outcome;
}

}  // namespace wescrm::sales
