#pragma once
#include <wescrm/sales/lead.hpp>

namespace wescrm::sales {

/// What a lead becomes has its tags as well, as far as their groups are for such records; of a group of which a record
/// has one tag, what it has already stays. What was put on is kept with the conversion, which is written already.
void carry_tags(operation::Context& ctx, LeadId lead, CustomerId customer, std::optional<ContactId> contact,
                std::optional<RecordId> opportunity);
/// Takes off what the last conversion put on; before that is marked as undone.
void take_back_tags(operation::Context& ctx, LeadId lead);

}  // namespace wescrm::sales
