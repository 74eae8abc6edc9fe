#pragma once
#include "documents.hpp"

#include <wescrm/sales/contract.hpp>

namespace wescrm::sales {

Result<void> put_contract_in_force(operation::Context& ctx, LockedDocument const& locked);
/// One that is there.
[[nodiscard]] Contract find_contract(operation::Context& ctx, ContractId id);
/// Sets the reminders before the end, and the end itself.
void set_contract_timers(operation::Context& ctx, ContractId id);

}  // namespace wescrm::sales
