#include "duplicates.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

constexpr std::size_t most_rules = 20;
constexpr std::size_t most_groups = 10;

constexpr std::array customer_kinds{DuplicateKind::name, DuplicateKind::name_core, DuplicateKind::credit_code,
                                    DuplicateKind::mobile, DuplicateKind::phone};
constexpr std::array lead_kinds{DuplicateKind::name,  DuplicateKind::name_core, DuplicateKind::mobile,
                                DuplicateKind::phone, DuplicateKind::email,     DuplicateKind::wechat,
                                DuplicateKind::person};
constexpr std::array contact_kinds{DuplicateKind::customer_mobile, DuplicateKind::customer_name, DuplicateKind::name,
                                   DuplicateKind::mobile,          DuplicateKind::phone,         DuplicateKind::email,
                                   DuplicateKind::wechat};
constexpr std::array business{DuplicateWith::customer, DuplicateWith::pool, DuplicateWith::lead};
constexpr std::array people{DuplicateWith::contact};

bool holds(DuplicateGroup const& group, DuplicateHit const& hit, std::optional<DuplicateKinds> const& fresh) {
    auto const is_common = [&hit](DuplicateKind kind) { return hit.kinds.contains(kind); };
    auto const is_fresh = [&fresh](DuplicateKind kind) { return !fresh || fresh->contains(kind); };
    return std::ranges::all_of(group.conditions, is_common) && std::ranges::any_of(group.conditions, is_fresh);
}

// The kinds by which the rule holds; none: it does not.
DuplicateKinds kinds_of(DuplicateRule const& rule, DuplicateHit const& hit,
                        std::optional<DuplicateKinds> const& fresh) {
    auto kinds = DuplicateKinds{};
    if (!rule.enabled || std::ranges::find(rule.compare, hit.with) == rule.compare.end()) return kinds;
    for (auto const& group : rule.groups)
        if (holds(group, hit, fresh)) kinds.insert(group.conditions.begin(), group.conditions.end());
    return kinds;
}

DuplicateRule rule_of(std::string name, std::vector<DuplicateGroup> groups, std::vector<DuplicateWith> compare) {
    auto rule = DuplicateRule{};
    rule.name = std::move(name);
    rule.groups = std::move(groups);
    rule.compare = std::move(compare);
    return rule;
}

std::string problem_of_groups(DuplicateObject object, DuplicateRule const& rule) {
    if (rule.groups.empty()) return "请至少设置一组条件";
    if (rule.groups.size() > most_groups) return "一条规则最多 10 组条件";
    auto const usable = kinds_for(object);
    for (auto const& group : rule.groups) {
        if (group.conditions.empty()) return "每组至少选一个条件";
        for (auto const kind : group.conditions)
            if (std::ranges::find(usable, kind) == usable.end())
                return "这类记录没有「" + std::string{title_of(kind)} + "」可以比较";
        auto const kinds = DuplicateKinds{group.conditions.begin(), group.conditions.end()};
        if (kinds == DuplicateKinds{DuplicateKind::name} && object == DuplicateObject::contact)
            return "联系人不能只按姓名比较，请再加一个条件，或选「同一客户下同名」";
    }
    return {};
}

std::string problem_of_compare(DuplicateObject object, DuplicateRule const& rule) {
    if (rule.compare.empty()) return "请选择和哪些记录比较";
    auto const usable = compared_with(object);
    for (auto const with : rule.compare)
        if (std::ranges::find(usable, with) == usable.end()) return "这类记录不能和所选的记录比较";
    return {};
}

}  // namespace

DuplicateAction action_of(DuplicateActions const& actions, DuplicateEntry entry) {
    switch (entry) {
        case DuplicateEntry::manual:
            return actions.manual;
        case DuplicateEntry::chat:
            return actions.chat;
        case DuplicateEntry::import_:
            return actions.import_;
        case DuplicateEntry::api:
            return actions.api;
        case DuplicateEntry::conversion:
            return actions.conversion;
        case DuplicateEntry::claim:
            return actions.claim;
    }
    return actions.manual;
}

DuplicateVerdict judge(std::span<DuplicateRule const> rules, DuplicateEntry entry,
                       std::vector<DuplicateHit> const& hits, std::optional<DuplicateKinds> const& fresh) {
    auto verdict = DuplicateVerdict{};
    for (auto const& hit : hits) {
        auto action = DuplicateAction::allow;
        auto found = DuplicateHit{hit.with, hit.id, {}};
        for (auto const& rule : rules) {
            auto const wanted = action_of(rule.actions, entry);
            if (wanted == DuplicateAction::allow || wanted < action) continue;
            auto const kinds = kinds_of(rule, hit, fresh);
            if (kinds.empty()) continue;
            if (wanted > action) found.kinds.clear();
            action = wanted;
            found.kinds.insert(kinds.begin(), kinds.end());
        }
        if (action == DuplicateAction::allow || action < verdict.action) continue;
        if (action > verdict.action) verdict.hits.clear();
        verdict.action = action;
        verdict.hits.push_back(std::move(found));
    }
    return verdict;
}

std::span<DuplicateKind const> kinds_for(DuplicateObject object) {
    if (object == DuplicateObject::customer) return customer_kinds;
    if (object == DuplicateObject::lead) return lead_kinds;
    return contact_kinds;
}

std::span<DuplicateWith const> compared_with(DuplicateObject object) {
    if (object == DuplicateObject::contact) return people;
    return business;
}

std::vector<DuplicateRule> first_duplicate_rules(DuplicateObject object) {
    using Kind = DuplicateKind;
    if (object == DuplicateObject::customer)
        return {rule_of("名称或手机相同", {{{Kind::name_core}}, {{Kind::mobile}}},
                        {DuplicateWith::customer, DuplicateWith::pool})};
    if (object == DuplicateObject::lead)
        return {rule_of("手机或同公司联系人相同", {{{Kind::mobile}}, {{Kind::person}}}, {DuplicateWith::lead})};
    return {rule_of("同一客户下电话相同", {{{Kind::customer_mobile}}}, {DuplicateWith::contact})};
}

std::vector<FieldError> problems_of(DuplicateObject object, std::span<DuplicateRule const> rules) {
    auto problems = std::vector<FieldError>{};
    if (rules.size() > most_rules) problems.push_back({"rules", "最多 20 条规则"});
    auto names = std::set<std::string>{};
    for (auto i = std::size_t{0}; i < rules.size(); ++i) {
        auto const& rule = rules[i];
        auto const at = "rules[" + std::to_string(i) + "].";
        auto const name = std::string{text::trim(rule.name)};
        if (name.empty()) problems.push_back({at + "name", "请填写规则名称"});
        if (!name.empty() && !names.insert(name).second) problems.push_back({at + "name", "规则名称不能重复"});
        if (auto message = problem_of_groups(object, rule); !message.empty())
            problems.push_back({at + "groups", std::move(message)});
        if (auto message = problem_of_compare(object, rule); !message.empty())
            problems.push_back({at + "compare", std::move(message)});
    }
    return problems;
}

std::string_view title_of(DuplicateKind kind) {
    switch (kind) {
        case DuplicateKind::name:
            return "全称相同";
        case DuplicateKind::name_core:
            return "名称相同（不计地名和公司后缀）";
        case DuplicateKind::credit_code:
            return "统一社会信用代码相同";
        case DuplicateKind::mobile:
            return "手机相同";
        case DuplicateKind::phone:
            return "任一电话相同（手机或固话）";
        case DuplicateKind::email:
            return "邮箱相同";
        case DuplicateKind::wechat:
            return "微信相同";
        case DuplicateKind::person:
            return "公司和联系人都相同";
        case DuplicateKind::customer_mobile:
            return "同一客户下电话相同";
        case DuplicateKind::customer_name:
            return "同一客户下同名";
    }
    return {};
}

std::string_view word_of(DuplicateKind kind) {
    switch (kind) {
        case DuplicateKind::name:
        case DuplicateKind::name_core:
            return "名称";
        case DuplicateKind::credit_code:
            return "信用代码";
        case DuplicateKind::mobile:
        case DuplicateKind::phone:
        case DuplicateKind::customer_mobile:
            return "电话";
        case DuplicateKind::email:
            return "邮箱";
        case DuplicateKind::wechat:
            return "微信";
        case DuplicateKind::person:
            return "联系人";
        case DuplicateKind::customer_name:
            return "姓名";
    }
    return {};
}

}  // namespace wescrm::sales
