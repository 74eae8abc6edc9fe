#pragma once
#include "../rules/recycling.hpp"

#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/working_calendar.hpp>

#include <string_view>
#include <utility>

namespace wescrm::sales {

[[nodiscard]] constexpr std::string_view name_of(PoolObject object) noexcept {
    return object == PoolObject::lead ? "lead" : "customer";
}
/// 客户, 线索.
[[nodiscard]] constexpr std::string_view title_of(PoolObject object) noexcept {
    return object == PoolObject::lead ? "线索" : "客户";
}

/// How somebody sits on a pool.
struct Seat {
    bool is_member = false;
    bool is_admin = false;  ///< of the pool, or administrator of the company
    [[nodiscard]] bool is_any() const noexcept { return is_member || is_admin; }
};

/// The SQL of pools, their rules and seats.
class Pools {
public:
    explicit Pools(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    /// nullopt if there is none or it was deleted.
    [[nodiscard]] std::optional<HighSea> find(HighSeaId id);
    [[nodiscard]] std::optional<HighSea> lock(HighSeaId id);
    [[nodiscard]] HighSeaDetail detail(HighSea pool);
    [[nodiscard]] std::int64_t record_count(HighSea const& pool);
    /// Of the actor.
    [[nodiscard]] Seat seat(HighSeaId id);
    /// Of anybody, by seats alone.
    [[nodiscard]] bool has_seat(EmployeeId person, HighSeaId id);
    [[nodiscard]] std::vector<HighSeaRule> rules(HighSeaId id);
    /// Enabled ones, as the entry rules read them.
    [[nodiscard]] std::vector<EntryRule> entry_rules(HighSeaId id);
    [[nodiscard]] std::vector<EmployeeId> admins(HighSeaId id);

    /// Where a record of each owner belongs among `candidates`: a seat of his own before one of his department, that
    /// before one above, that before one of a role of his, that before an open pool; then by position.
    [[nodiscard]] std::vector<std::pair<EmployeeId, HighSeaId>> homes(std::vector<EmployeeId> const& owners,
                                                                      std::vector<HighSeaId> const& candidates);
    /// Enabled pools of the object.
    [[nodiscard]] std::vector<HighSeaId> enabled(PoolObject object);

private:
    [[nodiscard]] std::optional<HighSea> find(HighSeaId id, std::string_view suffix);

    operation::Context& ctx_;
    database::Session& sql_;
};

/// SQL for (high_sea_id, id) of the active people who administer pools. Needs the parameter :tenant.
inline constexpr std::string_view administering =
    "select s.high_sea_id, e.id from high_sea_seat s left join role_member m on m.tenant_id = s.tenant_id and "
    "m.role_id = "
    "s.role_id join employee e on e.tenant_id = s.tenant_id and e.id = coalesce(s.employee_id, m.employee_id) and "
    "e.status = 'active' where s.tenant_id = :tenant and s.is_admin";

[[nodiscard]] EntryRule entry_rule(HighSeaRule const& rule);
[[nodiscard]] PoolObject object_of(HighSea const& pool);
Error no_high_sea();
/// A pool of the object that the actor may put records into; invalid_input names high_sea_id.
Result<HighSea> pool_for_entry(operation::Context& ctx, PoolObject object, HighSeaId id);

}  // namespace wescrm::sales
