#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/limits.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

// What timers do for high seas.
namespace wescrm::sales {

/// What a pool recommends to somebody by what he has sold: how far it looks.
struct RecommendConfig {
    int deals = 300;        ///< of his, the last
    std::size_t words = 5;  ///< of their industries, provinces and cities, the most frequent …
    int of_word = 100;      ///< … records of each that came into the pool last
    int latest = 200;       ///< and records that came into it last, whatever they are like
};

struct HighSeaConfig {
    hours run_at{2};          ///< company time
    hours tell_at{9};         ///< when warnings go out
    std::size_t batch = 500;  ///< records of one transaction
    RecommendConfig recommend{};
};

/// Gets to know that records lost their owner to a pool, e.g. to cancel his plans.
using PoolFollower = std::function<void(operation::Context&, PoolObject, std::vector<std::int64_t> const& ids)>;

using TimerHandlers = std::map<std::string, std::function<Result<void>(operation::Context&, operation::Timer const&)>>;
/// high_sea_night: begins a run and sets the next one; high_sea_batch: one step of it; high_sea_recompute: due instants
/// after a change of rules; tag_*: automatic tags and replacements.
[[nodiscard]] TimerHandlers high_sea_timers(HighSeaConfig const& config, std::vector<PoolFollower> followers,
                                            TagLimits const& tags = {});

/// Sets the company's next nightly run.
void schedule_night(operation::Context& ctx, HighSeaConfig const& config);

}  // namespace wescrm::sales
