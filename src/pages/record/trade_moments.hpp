#pragma once
#include <wescrm/web/page.hpp>

#include <string>
#include <vector>

namespace wescrm::pages::record {

struct TradeMoment {
    std::string at;  ///< RFC 3339
    json::Value view;
};
/// What was agreed with a customer and paid, latest first: opportunities begun and closed, quotes, orders, contracts,
/// payments, as far as the visitor sees them.
[[nodiscard]] std::vector<TradeMoment> trade_moments(web::PageCall& call, std::string const& customer,
                                                     json::Allocator& allocator);

}  // namespace wescrm::pages::record
