#pragma once
#include "documents.hpp"

namespace wescrm::sales {

Result<void> put_contract_in_force(operation::Context& ctx, LockedDocument const& locked);
/// Sets the reminders before the end, and the end itself.
void set_contract_timers(operation::Context& ctx, ContractId id);

}  // namespace wescrm::sales
