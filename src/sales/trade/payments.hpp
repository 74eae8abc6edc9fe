#pragma once
#include "order_money_store.hpp"

namespace wescrm::sales {

/// create_payment for an order, or a contract's mirror, that is locked.
Result<Payment> make_payment(operation::Context& ctx, CreatePayment const& input, LockedDocument const& order);
Result<void> count_payment(operation::Context& ctx, LockedDocument const& locked);

}  // namespace wescrm::sales
