#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// So much of a text stands in the message about it: code points.
constexpr std::size_t told_length = 200;

/// followup.comment, followup.comments.
void add_comment_operations(operation::Catalogue& catalogue);
/// followup.states
void add_followup_state_operation(operation::Catalogue& catalogue);
/// followup.readers, followup.mention.
void add_mention_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
