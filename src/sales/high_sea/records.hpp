#pragma once
#include "pools.hpp"

#include <wescrm/sales/high_sea_jobs.hpp>

#include <string>

namespace wescrm::sales {

/// What deciding about the place of a record takes; locked until the transaction ends.
struct PoolRecord {
    std::int64_t id = 0;
    std::string name;
    std::string status;  ///< of a lead; "" of a customer
    EmployeeId owner;    ///< empty: in a pool
    HighSeaId high_sea;
    std::int64_t version = 0;
    std::optional<Instant> pool_entered_at;
    bool is_deleted = false;
};

/// A new owner.
struct Gain {
    EmployeeId to;
    std::string_view kind;  ///< claim, assign, transfer, handover
    std::string reason;
    std::optional<Instant> next_contact_at;  ///< set if given
};

/// Into a pool.
struct Entry {
    HighSeaId pool;
    std::string_view how;    ///< return, recall, recycle, move: pool_entry
    std::string_view event;  ///< return, recycle, transfer
    std::string reason;
};

/// How much somebody may hold, and whose rule that is: "个人上限", "部门「销售一部」的规定".
struct HoldingCap {
    std::int64_t most = 0;
    std::string whose;
};

/// Moves customers and leads between owners and pools: the one place where owner, pool and clocks change together with
/// the ownership event and the audit.
class PoolRecords {
public:
    PoolRecords(operation::Context& ctx, PoolObject object) : ctx_{ctx}, sql_{ctx.sql()}, object_{object} {}

    [[nodiscard]] std::optional<PoolRecord> lock(std::int64_t id);
    /// To an owner; from whoever has it or from its pool. The due instant is set anew.
    void give(PoolRecord const& record, Gain const& gain);
    /// All of them into one pool, emptied of team, shares and reminders.
    void take(std::vector<std::int64_t> const& ids, Entry const& entry, std::vector<PoolFollower> const& followers);

    /// What somebody holds and the cap counts: not closed, not protected, not converted.
    [[nodiscard]] std::int64_t held_by(EmployeeId person);
    /// His own cap, that of his nearest department, or that of the pool.
    [[nodiscard]] std::optional<HoldingCap> cap_of(EmployeeId person, std::optional<HighSea> const& pool);

private:
    void append_events(std::vector<std::int64_t> const& ids, Entry const& entry);
    void audit_entry(std::vector<std::int64_t> const& ids, Entry const& entry);
    void clear(std::vector<std::int64_t> const& ids);
    [[nodiscard]] std::string table() const { return std::string{name_of(object_)}; }

    operation::Context& ctx_;
    database::Session& sql_;
    PoolObject object_;
};

/// conflict "holding_cap" if `person` would hold more than he may by `pool`, or by the pool to which his records belong
/// if it has rules. Nothing for the system.
Result<void> insist_on_room(operation::Context& ctx, PoolObject object, EmployeeId person,
                            std::optional<HighSea> const& pool, std::int64_t more = 1);

/// What `person` may hold by the same rules; nullopt: any number.
[[nodiscard]] std::optional<HoldingCap> cap_for(operation::Context& ctx, PoolObject object, EmployeeId person,
                                                std::optional<HighSea> const& pool);

/// One person's claims, assignments and creations wait for each other, so that caps hold.
void queue_up(operation::Context& ctx, EmployeeId person);

}  // namespace wescrm::sales
