#pragma once
#include <wescrm/operation/context.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::sales {

/// The cards of everybody who was asked (source_kind `kind`, source_id `request`) show `word`; what is not sent yet
/// never is.
void close_request_cards(operation::Context& ctx, std::string_view kind, std::int64_t request, std::string const& word);
/// Leads that change their owner or are converted: what was asked for them is void.
void withdraw_collaborations(operation::Context& ctx, std::vector<std::int64_t> const& leads);

}  // namespace wescrm::sales
