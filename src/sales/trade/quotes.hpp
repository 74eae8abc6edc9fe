#pragma once
#include "lines.hpp"

#include <wescrm/sales/quote.hpp>

namespace wescrm::sales {

[[nodiscard]] QuoteDetail quote_detail(operation::Context& ctx, QuoteId id);
Result<void> put_quote_in_force(operation::Context& ctx, LockedDocument const& locked);
/// Sets the reminder before its last day, and its end.
void set_quote_timers(operation::Context& ctx, QuoteId id);

}  // namespace wescrm::sales
