#pragma once
#include <wescrm/sales/duplicate_rule.hpp>

#include <optional>
#include <set>
#include <span>

// What a company takes for the same, as functions of values.
namespace wescrm::sales {

using DuplicateKinds = std::set<DuplicateKind>;

/// Another record, and what it has in common with the one at hand.
struct DuplicateHit {
    DuplicateWith with = DuplicateWith::customer;
    std::int64_t id = 0;
    DuplicateKinds kinds;
};

struct DuplicateVerdict {
    DuplicateAction action = DuplicateAction::allow;
    std::vector<DuplicateHit> hits;  ///< those for which `action` holds; kinds: of the groups that hold
};

/// Of one hit: the strictest action, and by which kinds. `fresh`: only groups count that ask for one of these.
[[nodiscard]] DuplicateVerdict judge(std::span<DuplicateRule const> rules, DuplicateEntry entry,
                                     std::vector<DuplicateHit> const& hits,
                                     std::optional<DuplicateKinds> const& fresh = {});

[[nodiscard]] DuplicateAction action_of(DuplicateActions const& actions, DuplicateEntry entry);
/// What conditions and compared records there are for a kind of record.
[[nodiscard]] std::span<DuplicateKind const> kinds_for(DuplicateObject object);
[[nodiscard]] std::span<DuplicateWith const> compared_with(DuplicateObject object);
/// What every company begins with.
[[nodiscard]] std::vector<DuplicateRule> first_duplicate_rules(DuplicateObject object);
/// Every problem of the rules as an error of a field, e.g. "rules[0].groups".
[[nodiscard]] std::vector<FieldError> problems_of(DuplicateObject object, std::span<DuplicateRule const> rules);

/// A condition: 手机相同.
[[nodiscard]] std::string_view title_of(DuplicateKind kind);
/// What is the same: 手机.
[[nodiscard]] std::string_view word_of(DuplicateKind kind);

}  // namespace wescrm::sales
