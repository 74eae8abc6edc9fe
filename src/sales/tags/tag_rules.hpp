#pragma once
#include "known_tags.hpp"

#include <wescrm/operation/access_scope.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Rules by which tags are put on records and taken off without anybody doing it. A rule is for one kind of records; all
// of its conditions must hold.
namespace wescrm::sales {

BOOST_DEFINE_ENUM_CLASS(TagTest, is, is_not, at_least, at_most)

/// "is" one of the values, or none of them; a number is at least or at most the only value.
struct TagCondition {
    std::string field;
    TagTest test = TagTest::is;
    std::vector<std::string> values;
};
BOOST_DESCRIBE_STRUCT(TagCondition, (), (field, test, values))
std::vector<operation::FieldRule> field_rules(TagCondition const*);

using TagConditions = std::vector<TagCondition>;

/// What a condition can ask for.
struct TagFact {
    std::string name;
    std::string title;
    std::vector<std::pair<std::string, std::string>> words{};  ///< word and Chinese; empty: any text
    std::string sql{};                                         ///< on the record's row `x`
    enum class Kind { text, texts, number } kind = Kind::text;
};
using TagFacts = std::vector<TagFact>;
/// Those of the records themselves, of what was done with them, and the company's own fields. None for kinds of records
/// that no rule is for.
[[nodiscard]] TagFacts tag_facts(operation::Context& ctx, TaggedObject object);

/// invalid_input naming conditions[n].member.
Result<void> insist_on_conditions(TaggedObject object, TagFacts const& facts, TagConditions const& conditions);
/// On the record's row `x`; `prefix` keeps the parameters of several apart. Nothing matches a condition on a field that
/// is gone.
[[nodiscard]] operation::Predicate matching(operation::Context& ctx, TagFacts const& facts,
                                            TagConditions const& conditions, std::string const& prefix);
/// Whether all that it asks for is still there.
[[nodiscard]] bool is_complete(TagFacts const& facts, TagConditions const& conditions);
/// "来源是“展会”，且未跟进天数至少 30"
[[nodiscard]] std::string words_of(TagFacts const& facts, TagConditions const& conditions);

[[nodiscard]] std::string conditions_to_json(TagConditions const& conditions);
[[nodiscard]] TagConditions tag_conditions_from(std::string_view json);

/// What the rule of a tag says.
struct RuleWords {
    TaggedObject object;
    std::string words;
};
[[nodiscard]] std::map<TagId, RuleWords> words_of_rules(operation::Context& ctx);

/// "customer"
[[nodiscard]] TaggedObject tagged_object(std::string const& name);

/// Which records of the kind rules are for at all, as a condition on the row `x`.
[[nodiscard]] std::string ruled(TaggedObject object);

/// Looks at the records that have changed since, at most `batch` of them; audited as each record's ".tag".
void work_tag_checks(operation::Context& ctx, TaggedObject object, std::size_t batch);
/// Finds those of `batch` records behind `after` that are not as the rules say; they are worked off as changed ones.
void find_tag_checks(operation::Context& ctx, TaggedObject object, std::int64_t after, std::size_t batch);
/// All records of the kind, in the background: after a change of its rules.
void schedule_tag_rules(operation::Context& ctx, TaggedObject object);
/// Everything that has rules: once a night, for what depends on time.
void schedule_all_tag_rules(operation::Context& ctx);

void add_rule_operations(operation::Catalogue& catalogue, TagLimits const& limits);

}  // namespace wescrm::sales
