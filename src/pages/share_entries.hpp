#pragma once
#include "org_forms.hpp"

#include <wescrm/operation/rule_conditions.hpp>

#include <map>
#include <string>
#include <vector>

// What the list and the form of 数据共享 have in common, and what stands in the form.
namespace wescrm::pages {

inline constexpr std::size_t share_condition_rows = 3;

/// What stands in the form: of a rule, or as it was typed.
struct ShareEntries {
    std::map<std::string, std::string> texts;
    Texts objects;
    bool below = true;
    bool enabled = true;

    [[nodiscard]] std::string text(std::string const& name) const {
        auto const found = texts.find(name);
        return found == texts.end() ? std::string{} : found->second;
    }
};

[[nodiscard]] std::vector<std::string> texts_of(json::Value const& array);
[[nodiscard]] std::vector<operation::RuleCondition> conditions_of(json::Value const& rule);
/// The text of a member that is there.
[[nodiscard]] std::string_view member(json::Value const& object, char const* name);
/// The name of a part ("field", "test", "values") of a row of conditions.
[[nodiscard]] std::string condition_name(std::size_t row, char const* part);

/// Adds the pages of the form of a rule.
void add_share_form(web::Pages& pages);

[[nodiscard]] ShareEntries entries_of_share(json::Value const& rule, Zone const& zone);
[[nodiscard]] ShareEntries typed_share(web::PageCall& call);
/// What the entries say, as input of share.create and share.change; what cannot be said goes to `problems`.
[[nodiscard]] json::Document share_from(web::PageCall& call, ShareEntries const& entries,
                                        std::vector<FieldError>& problems);

}  // namespace wescrm::pages
