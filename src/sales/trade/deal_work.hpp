#pragma once
#include <wescrm/operation/catalogue.hpp>

#include <optional>

// When a company changes what makes a deal, the status of all its customers is worked out anew, piece by piece.
namespace wescrm::sales {

/// How far that is.
struct DealWork {
    bool is_running = false;
    std::int64_t total = 0;
    std::int64_t done = 0;
    std::int64_t changed = 0;  ///< customers whose status, or its days, are others now
    std::optional<Instant> started_at;
    std::optional<Instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(DealWork, (), (is_running, total, done, changed, started_at, finished_at))

/// SQL: (customer_id, at) of what makes a deal of customers; `which`: "= :id". It takes the tenant and by_order,
/// by_contract and by_opportunity.
[[nodiscard]] std::string deal_events(std::string const& which);

/// Begins, or begins again.
void begin_deal_work(operation::Context& ctx);
/// Of the last time; nothing of a company that never changed the rule.
[[nodiscard]] DealWork deal_work(operation::Context& ctx);
/// The timer "deal_work": the next piece.
Result<void> on_deal_work(operation::Context& ctx, operation::Timer const& timer);

}  // namespace wescrm::sales
