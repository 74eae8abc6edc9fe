#pragma once
#include "bulk.hpp"

namespace wescrm::sales {

/// What the company's rules for contacts say of the people of new customers: of those that are there and of earlier
/// rows. A row whose person is blocked gets a problem, one that is warned of a note.
void judge_contacts(operation::Context& ctx, std::vector<Planned>& rows);
/// The person that a row names becomes a contact of the customer that it changes, unless he is there.
void add_contacts(operation::Context& ctx, std::vector<Planned>& rows);

}  // namespace wescrm::sales
