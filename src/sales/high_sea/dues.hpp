#pragma once
#include "pools.hpp"

#include <wescrm/sales/high_sea.hpp>

#include <map>
#include <string>

namespace wescrm::sales {

/// Rules of one pool.
struct PoolRules {
    HighSeaId pool;
    std::vector<EntryRule> rules;  ///< enabled
};

/// An owned record with what the rules ask of it.
struct OwnedRecord {
    std::int64_t id = 0;
    std::string name;
    EmployeeId owner;
    EntryFacts facts;
    std::optional<Instant> stored_due;
    std::vector<std::string> tags{};  ///< "tag:ID", if any rule spares one
};

/// Which rules concern whose records; read once for many records.
class RuleBook {
public:
    RuleBook(operation::Context& ctx, PoolObject object);
    /// As if the pool had these rules.
    void replace(HighSeaId pool, std::vector<EntryRule> rules);
    [[nodiscard]] bool is_empty() const noexcept { return pools_.empty(); }
    [[nodiscard]] IsWorkingDay const& calendar() const noexcept { return calendar_; }

    /// The owned ones of `ids` (not deleted, no converted or invalid leads), optionally locked.
    [[nodiscard]] std::vector<OwnedRecord> load(std::vector<std::int64_t> const& ids, bool locks = false);

    struct Judged {
        std::optional<EntryDue> due;
        PoolRules const* rules = nullptr;  ///< of the owner; null: none concern him
    };
    /// By its facts, as if no consent were outstanding: what is stored.
    [[nodiscard]] Judged judge(OwnedRecord const& record) const;
    /// As it is at this moment: rules that exempt records in approval do not concern it while one is running.
    [[nodiscard]] Judged judge_now(OwnedRecord const& record) const;
    /// The greatest number of days by which any rule warns.
    [[nodiscard]] int longest_step() const;

private:
    void learn_homes(std::vector<OwnedRecord> const& records);
    void count_followups(std::vector<OwnedRecord>& records);
    void learn_tags(std::vector<OwnedRecord>& records, std::vector<std::int64_t> const& ids);
    [[nodiscard]] bool asks_for_tags() const;
    [[nodiscard]] std::optional<EntryDue> due_without_spared(PoolRules const& rules, OwnedRecord const& record) const;

    operation::Context& ctx_;
    PoolObject object_;
    IsWorkingDay calendar_;
    std::map<HighSeaId, PoolRules> pools_;
    std::map<EmployeeId, std::optional<HighSeaId>> homes_;
};

/// The end of the due day: the last second of it.
[[nodiscard]] Instant end_of(Zone const& zone, Date day);

/// Writes due instants, rules and destinations.
void store_dues(operation::Context& ctx, PoolObject object, RuleBook const& book,
                std::vector<OwnedRecord> const& records);

}  // namespace wescrm::sales
