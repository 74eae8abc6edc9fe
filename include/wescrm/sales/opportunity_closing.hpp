#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/trade.hpp>

// 自动输单: open opportunities that nobody works on any more are lost by themselves, as their stages say. Nobody loses
// one without a warning that was delivered.
namespace wescrm::sales {

/// Looks through the open opportunities, in pieces that timers move on; nightly.
void begin_closing_run(operation::Context& ctx);
/// opportunity_closing.
[[nodiscard]] std::map<std::string, TradeTimerHandler> opportunity_timer_handlers();

}  // namespace wescrm::sales
