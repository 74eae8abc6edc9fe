#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/database/session.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/context.hpp>

#include <optional>
#include <type_traits>

namespace wescrm::operation {

/// Runs `work`, which gives a Result, under a savepoint: after an error, or a refusal of PostgreSQL that means one,
/// what it wrote is undone and the transaction goes on. A lost connection, a deadlock and mistakes in our SQL pass
/// through.
template <class Work>
std::invoke_result_t<Work&> under_savepoint(database::Session& sql, Work work) {
    auto outcome = std::optional<std::invoke_result_t<Work&>>{};
    sql.script("savepoint operation");
    try {
        outcome.emplace(work());
    } catch (database::SqlError const& refused) {
        auto error = database::translate(refused);
        auto const must_end = !error || error->code == Errc::unavailable || error->code == Errc::timed_out ||
                              refused.sqlstate.starts_with("40");
        if (must_end) throw;
        outcome.emplace(std::move(*error));
    }
    sql.script(outcome->has_value() ? "release savepoint operation"
                                    : "rollback to savepoint operation; release savepoint operation");
    return std::move(*outcome);
}

/// An operation of several in one transaction; one that only reads has nothing to undo.
inline Result<json::Document> invoke_within(Entry const& entry, Context& ctx, json::Value const& input) {
    if (entry.effect == Effect::reads) return entry.invoke(ctx, input);
    return under_savepoint(ctx.sql(), [&] { return entry.invoke(ctx, input); });
}

}  // namespace wescrm::operation
