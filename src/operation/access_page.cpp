#include "access_kinds.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/paging.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

// Up to so many owners, the first rows of each are taken from the owner's index and merged: as many steps whatever the
// size of the table. Beyond, so much of the table is visible that walking along the order finds a page soon.
constexpr std::size_t few_owners = 200;

std::string select(std::string_view alias, std::string const& table, Paging const& paging) {
    auto const row = std::string{alias};
    return "select " + row + ".id as scope_id, " + paging.key() + " as scope_key from " + table + " " + row +
           " where " + row + ".tenant_id = :tenant";
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
    auto const is_plain = made.is_everything || !made.refusal.empty() || kind.is_part_of_customer ||
                          owners.size() > few_owners || owners.empty() ||
                          std::find(conditions.begin(), conditions.end(), "true") != conditions.end();
    if (is_plain) {
        auto visible = rows(name, Power::read, alias);
        visible.params.add(after.params);
        return {
            "select scope_id from (" + select(alias, kind.table, paging) + " and " + visible.sql + rest + ") scope_p",
            std::move(visible.params)};
    }
    auto const in_pool = made.pool.empty() ? std::string{} : " and " + made.pool + " is null";
    auto others = std::vector<std::string>{};
    for (auto const& condition : conditions) others.push_back("(" + condition + ")" + in_pool);
    for (auto const& term : made.pool_terms) others.push_back(term.sql);
    auto params = made.params;
    params.add(bind("scope_owners", owners));
    params.add(after.params);
    auto sql =
        "select scope_id from (select scope_l.* from unnest(:scope_owners::bigint[]) scope_o(id) cross join lateral (" +
        select(alias, kind.table, paging) + " and " + made.owner + " = scope_o.id" + in_pool + rest +
        ") scope_l union (" + select(alias, kind.table, paging) + " and (" + text::join(others, " or ") + ")" + rest +
        ")) scope_u" + paging.order_by("scope_key", "scope_id");
    return {std::move(sql), std::move(params)};
}

}  // namespace wescrm::operation
