#pragma once
#include "order_money_store.hpp"

namespace wescrm::sales {

Result<void> count_payment(operation::Context& ctx, LockedDocument const& locked);

}  // namespace wescrm::sales
