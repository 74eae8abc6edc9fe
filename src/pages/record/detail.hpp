#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// One record: head, what can be done, and a tab each for its time line, its fields, what hangs on it, its tasks and
/// its changes.
void add_detail(web::Pages& pages, Kind const& kind);

/// The page itself, with the tab that the address or the form names.
[[nodiscard]] Result<web::View> show_record(web::PageCall& call, Kind const& kind);

/// What happened to a record, latest first, as {moment_icon, moment_title, moment_time, moment_text, moment_more}.
[[nodiscard]] json::Value timeline_of(web::PageCall& call, Kind const& kind, std::string const& id, std::string& next,
                                      json::Allocator& allocator);
/// Its changes as {at_text, who, what, changes}.
[[nodiscard]] Result<json::Value> history_of(web::PageCall& call, Kind const& kind, std::string const& id,
                                             json::Allocator& allocator);

}  // namespace wescrm::pages::record
