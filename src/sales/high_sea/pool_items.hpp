#pragma once
#include "pools.hpp"

// A record as the page of its pool shows it.
namespace wescrm::sales {

struct PoolItem {
    RecordId id;
    std::string no;
    std::string name;
    std::string company;
    std::string level;
    std::string industry;
    std::string source;
    std::string address;
    std::string region;  ///< province and city
    std::optional<Instant> entered_at;
    std::string entry;  ///< create, return, recall, recycle, import, move
    std::string reason;
    int entries = 0;                             ///< how often it came back
    std::optional<UserId> former_owner_user_id;  ///< for admins of the pool
    std::optional<std::string> former_owner_name;
    std::optional<Instant> last_follow_at;
    std::optional<std::string> last_follow_excerpt;
    HighSeaId high_sea_id;
    std::string object;
};
BOOST_DESCRIBE_STRUCT(PoolItem, (),
                      (id, no, name, company, level, industry, source, address, region, entered_at, entry, reason,
                       entries, former_owner_user_id, former_owner_name, last_follow_at, last_follow_excerpt,
                       high_sea_id, object))

/// The pool and how the actor sits on it; not_found "high_sea" for who may not look into it.
struct SeenPool {
    HighSea pool;
    Seat seat;
    /// Whether members do not read this of a record before they claim it.
    [[nodiscard]] bool hides(operation::Context const& ctx, std::string_view field) const;
};
Result<SeenPool> seen_pool(operation::Context& ctx, HighSeaId id);

/// SQL that selects PoolItem, and `more` (": key" or ""), from the pool's kind of records r that are not deleted: " and
/// …" follows. Needs the parameter :tenant.
[[nodiscard]] std::string select_pool_items(operation::Context const& ctx, SeenPool const& seen,
                                            std::string const& more);

}  // namespace wescrm::sales
