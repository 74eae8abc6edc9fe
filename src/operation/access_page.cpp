#include "access_kinds.hpp"
#include "access_parts.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/paging.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

std::string select(std::string_view alias, std::string const& table, Paging const& paging) {
    auto const row = std::string{alias};
    return "select " + row + ".id as scope_id, " + paging.key() + " as scope_key from " + table + " " + row +
           " where " + row + ".tenant_id = :tenant";
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
    auto const is_plain = made.is_everything || !made.refusal.empty() || owners.size() > few_owners || owners.empty() ||
                          std::find(conditions.begin(), conditions.end(), "true") != conditions.end();
    if (is_plain) {
        auto visible = rows(name, Power::read, alias);
        visible.params.add(after.params);
        return {
            "select scope_id from (" + select(alias, kind.table, paging) + " and " + visible.sql + rest + ") scope_p",
            std::move(visible.params)};
    }
    auto params = made.params;
    params.add(bind("scope_owners", owners));
    params.add(after.params);
    auto const from = select(alias, kind.table, paging) + " and ";
    auto const in_pool = made.pool.empty() ? std::string{} : " and " + made.pool + " is null";
    auto first = std::string{};
    auto others = std::vector<std::string>{};
    if (kind.is_part_of_customer) {
        auto const seen = made.owner + " = any(:scope_owners::bigint[]) or " + text::join(conditions, " or ");
        first = "(" + from +
                hangs_on(on_row(kind.customer, row), "customer", "scope_c", true, "(" + seen + ")" + in_pool) + rest +
                ")";
    } else {
        first = "select scope_l.* from unnest(:scope_owners::bigint[]) scope_o(id) cross join lateral (" + from +
                made.owner + " = scope_o.id" + in_pool + rest + ") scope_l";
        for (auto const& condition : conditions) others.push_back("(" + condition + ")" + in_pool);
    }
    for (auto const& term : made.pool_terms) others.push_back(term.sql);
    auto sql = "select scope_id from (" + first;
    for (auto const& other : apart(others, row)) sql += " union (" + from + other + rest + ")";
    sql += ") scope_u" + paging.order_by("scope_key", "scope_id");
    return {std::move(sql), std::move(params)};
}

}  // namespace wescrm::operation
