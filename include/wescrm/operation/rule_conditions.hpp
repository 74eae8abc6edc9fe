#pragma once
#include <wescrm/operation/binding.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Conditions of share rules on fields of the records: 来源是“展会”或“官网”.
namespace wescrm::operation {

enum class RuleTest { is, is_not };
BOOST_DESCRIBE_ENUM(RuleTest, is, is_not)

/// Holds if the field is (or is not) one of the values; an empty field is none of them.
struct RuleCondition {
    std::string field;
    RuleTest test = RuleTest::is;
    std::vector<std::string> values;
};
BOOST_DESCRIBE_STRUCT(RuleCondition, (), (field, test, values))
std::vector<FieldRule> field_rules(RuleCondition const*);

/// A field that conditions may name.
struct RuleField {
    std::string name;
    std::string title;
    std::vector<std::pair<std::string, std::string>> values{};  ///< word and Chinese; empty: any text
};
/// Those of a kind of records; their columns have the same names.
[[nodiscard]] std::vector<RuleField> const& rule_fields(std::string_view kind);
/// "来源是“展会”、“官网”", of the first of these kinds that has the field.
[[nodiscard]] std::string words_of(RuleCondition const& condition, std::vector<std::string> const& kinds);

/// The kinds of records that share rules may name: word and Chinese.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> shareable_kinds();

[[nodiscard]] std::string conditions_to_json(std::vector<RuleCondition> const& conditions);
[[nodiscard]] std::vector<RuleCondition> conditions_from_json(std::string_view text);

}  // namespace wescrm::operation
