#pragma once
#include "records.hpp"

#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// A record that somebody may decline.
struct Offer {
    std::int64_t id = 0;
    Instant until;
};
/// Notes that `to` got the record, as it was before, from the actor; nullopt where the company lets nobody decline.
std::optional<Offer> offer_record(operation::Context& ctx, PoolObject object, PoolRecord const& before, EmployeeId to,
                                  std::string_view reason);
/// The notice becomes a card with 接受 and 不接受.
void put_offer(operation::Context& ctx, Offer const& offer, std::string_view reason, operation::Notice& notice);
/// Records that change their owner, or are settled: whoever has them declines them no more.
void void_offers(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& ids);

/// assignment_offer.*
void add_offers(operation::Catalogue& catalogue, std::vector<PoolFollower> followers);

}  // namespace wescrm::sales
