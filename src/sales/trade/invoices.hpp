#pragma once
#include "order_money_store.hpp"

#include <wescrm/sales/invoice.hpp>

namespace wescrm::sales {

/// One that is there.
[[nodiscard]] Invoice find_invoice(operation::Context& ctx, InvoiceId id);
/// The application was agreed to: it waits to be issued.
Result<void> put_invoice_waiting(operation::Context& ctx, LockedDocument const& locked);

}  // namespace wescrm::sales
