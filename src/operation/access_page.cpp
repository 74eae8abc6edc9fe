#include "access_kinds.hpp"
#include "access_parts.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/paging.hpp>

#include <algorithm>
#include <utility>

namespace wescrm::operation {
namespace {

using database::bind;

std::string select(std::string_view alias, std::string const& table, Paging const& paging) {
    auto const row = std::string{alias};
    return "select " + row + ".id as scope_id, " + paging.key() + " as scope_key from " + table + " " + row +
           " where " + row + ".tenant_id = :tenant";
}

// What hangs on the customers that he sees for other reasons than a seat in their pool; `others`, which is emptied, too
// where each row is looked at anyway.
std::string first_of_parts(std::string const& customer, std::string const& from, std::string const& seen,
                           std::vector<std::string>& others, std::string const& rest, bool are_few) {
    if (are_few) return "(" + from + hangs_on(customer, "customer", "scope_c", Many::few, seen) + rest + ")";
    auto reasons = std::exchange(others, {});
    reasons.insert(reasons.begin(), hangs_on(customer, "customer", "scope_c", Many::in_a_page, seen));
    return "(" + from + "(" + text::join(reasons, " or ") + ")" + rest + ")";
}

bool names_ids(std::string const& condition, std::string const& row) {
    return condition.starts_with("(" + row + ".id = any(") || condition.starts_with(row + ".id = any(") ||
           condition.starts_with(row + ".high_sea_id = any(");
}

// Each reason takes its page by itself, for which it can use its own index; those that name ids are as fast together.
std::vector<std::string> apart(std::vector<std::string> const& conditions, std::string const& row) {
    auto parts = std::vector<std::string>{};
    auto by_id = std::vector<std::string>{};
    for (auto const& condition : conditions)
        (names_ids(condition, row) ? by_id : parts).push_back("(" + condition + ")");
    if (!by_id.empty()) parts.push_back("(" + text::join(by_id, " or ") + ")");
    return parts;
}

}  // namespace

Predicate AccessScope::page(std::string_view name, std::string_view alias, std::string_view where,
                            Paging const& paging) const {
    auto const kind = record_kind(name);
    auto const row = std::string{alias};
    auto const after = paging.after();
    auto const rest = std::string{where} + after.sql + paging.order();
    auto const made = formula(kind, Power::read, row);
    auto const [owners, conditions] = split(made);
    auto const are_few = owners.size() <= few_owners_;
    auto const is_plain = are_named_ || made.is_everything || !made.refusal.empty() || owners.empty() ||
                          (!are_few && !kind.is_part_of_customer) ||
                          std::find(conditions.begin(), conditions.end(), "true") != conditions.end();
    if (is_plain) {
        auto visible = rows(name, Power::read, alias);
        visible.params.add(after.params);
        return {
            "select scope_id from (" + select(alias, kind.table, paging) + " and " + visible.sql + rest + ") scope_p",
            std::move(visible.params)};
    }
    auto params = made.params;
    params.add(owners_param("scope_owners", owners, !are_few));
    params.add(after.params);
    auto const from = select(alias, kind.table, paging) + " and ";
    auto const in_pool = made.pool.empty() ? std::string{} : " and " + made.pool + " is null";
    auto others = std::vector<std::string>{};
    for (auto const& term : made.pool_terms) others.push_back(term.sql);
    auto first = std::string{};
    if (kind.is_part_of_customer) {
        auto const reasons = made.owner + " = any(:scope_owners::bigint[]) or " + text::join(conditions, " or ");
        first = first_of_parts(on_row(kind.customer, row), from, "(" + reasons + ")" + in_pool, others, rest, are_few);
    } else {
        first = "select scope_l.* from unnest(:scope_owners::bigint[]) scope_o(id) cross join lateral (" + from +
                made.owner + " = scope_o.id" + in_pool + rest + ") scope_l";
        for (auto const& condition : conditions) others.push_back("(" + condition + ")" + in_pool);
    }
    auto sql = "select scope_id from (" + first;
    for (auto const& other : apart(others, row)) sql += " union (" + from + other + rest + ")";
    sql += ") scope_u" + paging.order_by("scope_key", "scope_id");
    return {std::move(sql), std::move(params)};
}

}  // namespace wescrm::operation
