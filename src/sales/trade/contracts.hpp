#pragma once
#include "documents.hpp"

#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/custom_field.hpp>

namespace wescrm::sales {

Result<void> put_contract_in_force(operation::Context& ctx, LockedDocument const& locked);
/// create_contract; of another document nobody is asked for the company's own fields.
Result<Contract> make_contract(operation::Context& ctx, CreateContract const& input, CustomWrite how);
/// invalid_input "contract_id" where the company does without contracts.
Result<void> insist_on_contracts(operation::Context& ctx);

/// One that is there.
[[nodiscard]] Contract find_contract(operation::Context& ctx, ContractId id);
/// Sets the reminders before the end, and the end itself.
void set_contract_timers(operation::Context& ctx, ContractId id);

}  // namespace wescrm::sales
