#pragma once
#include "../high_sea/moves.hpp"

#include <wescrm/sales/lead.hpp>

namespace wescrm::sales {

/// To whom the rules give a new lead, and why.
struct Assignment {
    EmployeeId owner;               ///< empty: into the pool
    std::optional<HighSeaId> pool;  ///< the fallback
    std::optional<std::int64_t> rule;
    std::string reason;
};

/// The first rule whose conditions hold and that has somebody free; else its fallback pool, else the first lead pool.
Result<Assignment> assign_by_rules(operation::Context& ctx, CreateLead const& input);
/// Stores rule and reason with the lead.
void note_assignment(operation::Context& ctx, LeadId id, Assignment const& assignment);

}  // namespace wescrm::sales
