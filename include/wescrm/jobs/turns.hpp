#pragma once
#include <wescrm/base/ids.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Companies take turns: a claim takes the oldest of each company that waits, then the second of each, and so on.
// However much one company sends, the others wait for one claim and not for its backlog (T-14). The queue needs an
// index that begins with (bucket, tenant_id): the statement jumps from company to company, whatever waits in between.
namespace wescrm::jobs {

/// The company that was served last; the next claim begins after it.
struct Turn {
    int bucket = -1;
    std::int64_t tenant = -1;
};

/// Of the companies just served the one that came last, going round from `after`. `after` itself if there are none.
[[nodiscard]] Turn last_in_turn(Turn after, std::vector<TenantId> const& served);
template <class Item>
[[nodiscard]] Turn last_in_turn(Turn after, std::vector<Item> const& items) {
    auto served = std::vector<TenantId>{};
    for (auto const& item : items) served.push_back(item.tenant);
    return last_in_turn(after, served);
}

/// A recursive common table `turn (bucket, tenant_id, wrapped, is_owned, n)`: row n = 0 is where it begins, the rows
/// that are owned and have n > 0 are the next :limit companies with rows of `queue` for which `waits` holds.
/// Binds :buckets, :limit, :after_bucket, :after_tenant.
[[nodiscard]] std::string turn_sql(std::string_view queue, std::string_view waits);

}  // namespace wescrm::jobs
