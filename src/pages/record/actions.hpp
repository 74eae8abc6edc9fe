#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// The dialogs of a kind's actions, for one record (/{id}/do/{action}) and for the ticked rows of the list (/bulk).
void add_actions(web::Pages& pages, Kind const& kind);

/// The actions that the visitor may do with a record, as {action_title, action_icon, action_href, action_danger}.
[[nodiscard]] json::Value actions_for(web::PageCall& call, Kind const& kind, json::Value const& record, bool is_main,
                                      json::Allocator& allocator);
/// What the toast says after `?done=NAME`; "" for an unknown name.
[[nodiscard]] std::string done_sentence(Kind const& kind, std::string_view done);

}  // namespace wescrm::pages::record
