#include <wescrm/base/text.hpp>
#include <wescrm/operation/binding.hpp>

#include <algorithm>
#include <cmath>

namespace wescrm::operation::detail {

Reading Reading::at(std::string_view name, FieldRule const& inner) const {
    return {path.empty() ? std::string{name} : path + "." + std::string{name}, inner, problems};
}

Reading Reading::at(std::size_t index) const { return {path + "[" + std::to_string(index) + "]", rule, problems}; }

void read_text(json::Value const& in, std::string& out, Reading const& at) {
    if (!in.IsString()) return at.complain("应为文字");
    auto const trimmed = text::trim(json::view(in));
    if (trimmed.empty()) return at.complain("不能为空");
    if (trimmed.find('\0') != std::string_view::npos) return at.complain("含有不允许的字符");
    if (text::length(trimmed) > at.rule.limits.max_length)
        return at.complain("最多 " + std::to_string(at.rule.limits.max_length) + " 个字，现有 " +
                           std::to_string(text::length(trimmed)) + " 个");
    out = trimmed;
}

void read_integer(json::Value const& in, std::int64_t& out, Reading const& at) {
    if (!in.IsInt64()) return at.complain("应为整数");
    auto const value = in.GetInt64();
    auto const& limits = at.rule.limits;
    if (value < limits.min) return at.complain("不能小于 " + std::to_string(limits.min));
    if (value > limits.max) return at.complain("不能大于 " + std::to_string(limits.max));
    out = value;
}

void read_number(json::Value const& in, double& out, Reading const& at) {
    if (!in.IsNumber() || !std::isfinite(in.GetDouble())) return at.complain("应为数字");
    out = in.GetDouble();
}

void read_bool(json::Value const& in, bool& out, Reading const& at) {
    if (!in.IsBool()) return at.complain("应为 true 或 false");
    out = in.GetBool();
}

void read_id(json::Value const& in, std::int64_t& out, Reading const& at) {
    if (!in.IsString()) return at.complain("应为编号（文字）");
    auto const digits = json::view(in);
    auto value = std::int64_t{0};
    auto const is_number = !digits.empty() && digits.size() <= 18 &&
                           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    // 19 digits may still fit 64 bits.
    if (!is_number && digits.size() != 19) return at.complain("不是有效的编号");
    for (auto c : digits) {
        if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, c - '0', &value))
            return at.complain("不是有效的编号");
    }
    out = value;
}

void read_instant(json::Value const& in, Instant& out, Reading const& at) {
    auto const parsed = in.IsString() ? parse_rfc3339(json::view(in)) : std::nullopt;
    if (!parsed) return at.complain("应为带时区的时间，例如 2026-12-02T15:00:00+08:00");
    auto const year = static_cast<int>(Date{std::chrono::floor<days>(*parsed)}.year());
    if (year < 1970 || year > 2200) return at.complain("时间应在 1970 年到 2200 年之间");
    out = *parsed;
}

void read_date(json::Value const& in, Date& out, Reading const& at) {
    auto const parsed = in.IsString() ? parse_date(json::view(in)) : std::nullopt;
    if (!parsed) return at.complain("应为日期，例如 2026-12-02");
    if (static_cast<int>(parsed->year()) < 1900 || static_cast<int>(parsed->year()) > 2200)
        return at.complain("日期应在 1900 年到 2200 年之间");
    out = *parsed;
}

namespace {

void refuse_unknown(json::Value const& in, Table members, Reading const& at) {
    for (auto const& member : in.GetObject()) {
        auto const name = json::view(member.name);
        if (std::ranges::find(members, name, &Member::name) == members.end())
            at.at(text::truncate(name, 64), {}).complain("没有这个字段");
    }
}

FieldRule rule_for(std::vector<FieldRule> const& rules, std::string_view name) {
    auto const found = std::find_if(rules.begin(), rules.end(),
                                    [&](FieldRule const& rule) { return outside_name(rule.name) == name; });
    return found == rules.end() ? FieldRule{} : *found;
}

}  // namespace

void read_members(json::Value const& in, void* object, Table members, std::vector<FieldRule> const& rules,
                  Reading const& at) {
    if (!is_object_or_complain(in, at)) return;
    for (auto const& member : members) {
        auto const inner = at.at(member.name, rule_for(rules, member.name));
        auto const* value = json::find(in, member.name);
        if (value && !(value->IsNull() && !member.takes_null && member.may_be_absent))
            member.read(*value, member.of(object), inner);
        else if (!member.may_be_absent)
            inner.complain("必填");
    }
    refuse_unknown(in, members, at);
}

json::Value write_members(void const* object, Table members, json::Allocator& allocator) {
    auto written = json::Value{rapidjson::kObjectType};
    // `of` only adds to the address; nothing is written through it here.
    for (auto const& member : members)
        written.AddMember(json::make_string(member.name, allocator),
                          member.write(member.of(const_cast<void*>(object)), allocator), allocator);
    return written;
}

std::vector<FieldDescription> describe_members(Table members, std::vector<FieldRule> const& rules) {
    auto fields = std::vector<FieldDescription>{};
    fields.reserve(members.size());
    for (auto const& member : members) {
        auto& field = fields.emplace_back();
        field.name = member.name;
        auto const rule = rule_for(rules, field.name);
        field.label = rule.label;
        field.hint = rule.hint;
        field.limits = rule.limits;
        field.is_required = !member.may_be_absent;
        member.describe(field);
    }
    return fields;
}

std::vector<std::string> names_of(Enumerators known) {
    auto names = std::vector<std::string>{};
    for (auto const& entry : known) names.emplace_back(entry.name);
    return names;
}

std::optional<std::int64_t> read_enumerator(json::Value const& in, Enumerators known, Reading const& at) {
    if (in.IsString())
        for (auto const& entry : known)
            if (entry.name == json::view(in)) return entry.value;
    at.complain("应为其中之一：" + text::join(names_of(known), "、"));
    return std::nullopt;
}

json::Value write_enumerator(std::int64_t value, Enumerators known, json::Allocator& allocator) {
    for (auto const& entry : known)
        if (entry.value == value) return json::make_string(entry.name, allocator);
    return json::make_string("", allocator);
}

bool is_object_or_complain(json::Value const& in, Reading const& at) {
    if (!in.IsObject()) at.complain("应为对象");
    return in.IsObject();
}

Error invalid(std::vector<FieldError> problems) {
    auto message = std::string{"内容有误"};
    if (!problems.empty())
        message +=
            "：" + (problems.front().field.empty() ? "" : problems.front().field + " ") + problems.front().message;
    return Error{Errc::invalid_input, "invalid", std::move(message), std::move(problems)};
}

}  // namespace wescrm::operation::detail
