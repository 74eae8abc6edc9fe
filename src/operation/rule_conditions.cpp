#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/rule_conditions.hpp>

#include <algorithm>
#include <map>

namespace wescrm::operation {
namespace {

struct Conditions {
    std::vector<RuleCondition> conditions;
};
BOOST_DESCRIBE_STRUCT(Conditions, (), (conditions))

std::map<std::string, std::vector<RuleField>, std::less<>> const& fields_by_kind() {
    static auto const fields = std::map<std::string, std::vector<RuleField>, std::less<>>{
        {"customer",
         {{"source", "来源"},
          {"level", "级别"},
          {"industry", "行业"},
          {"deal_status", "成交状态", {{"open", "未成交"}, {"closed", "已成交"}}}}},
        {"lead",
         {{"source", "来源"},
          {"level", "级别"},
          {"channel", "渠道"},
          {"province", "省份"},
          {"city", "城市"},
          {"status",
           "状态",
           {{"pending", "待处理"},
            {"following", "跟进中"},
            {"converted", "已转换"},
            {"invalid", "无效"},
            {"void", "作废"}}}}},
        {"opportunity",
         {{"source", "来源"},
          {"status", "状态", {{"open", "进行中"}, {"won", "赢单"}, {"lost", "输单"}, {"invalid", "无效"}}}}},
        {"task", {{"status", "状态", {{"open", "未完成"}, {"done", "已完成"}, {"cancelled", "已取消"}}}}}};
    return fields;
}

RuleField const* find_field(std::string_view kind, std::string_view name) {
    auto const& fields = rule_fields(kind);
    auto const found =
        std::find_if(fields.begin(), fields.end(), [&](auto const& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

}  // namespace

std::vector<FieldRule> field_rules(RuleCondition const*) {
    return {{"field", "字段", {.max_length = 50}},
            {"test", "比较"},
            {"values", "值", {.max_length = 100, .max_items = 50}}};
}

std::vector<RuleField> const& rule_fields(std::string_view kind) {
    static auto const none = std::vector<RuleField>{};
    auto const found = fields_by_kind().find(kind);
    return found == fields_by_kind().end() ? none : found->second;
}

std::string words_of(RuleCondition const& condition, std::vector<std::string> const& kinds) {
    auto const* field = static_cast<RuleField const*>(nullptr);
    for (auto const& kind : kinds)
        if (!field) field = find_field(kind, condition.field);
    auto shown = std::vector<std::string>{};
    for (auto const& value : condition.values) {
        auto label = value;
        if (field)
            for (auto const& [word, title] : field->values)
                if (word == value) label = title;
        shown.push_back("“" + label + "”");
    }
    return (field ? field->title : condition.field) + (condition.test == RuleTest::is ? "是" : "不是") +
           text::join(shown, "或");
}

std::vector<std::pair<std::string, std::string>> shareable_kinds() {
    auto kinds = std::vector<std::pair<std::string, std::string>>{};
    for (auto const& permission : permissions()) {
        auto const is_record =
            permission.object != "report" && permission.object != "target" && permission.object != "approval";
        if (permission.action == "view" && permission.has_reach && is_record)
            kinds.emplace_back(permission.object, permission.object_title);
    }
    return kinds;
}

std::string conditions_to_json(std::vector<RuleCondition> const& conditions) {
    return json::write(write_output(Conditions{conditions})["conditions"]);
}

std::vector<RuleCondition> conditions_from_json(std::string_view text) {
    return read_input<Conditions>(json::parse("{\"conditions\":" + std::string{text} + "}").value()).value().conditions;
}

}  // namespace wescrm::operation
