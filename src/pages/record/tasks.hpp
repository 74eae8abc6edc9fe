#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// The tab 任务: what is to be done about the record, and what its stage demands.
void add_tasks(web::PageCall& call, Kind const& kind, web::View& view);
/// Its dialogs: new, changed, put off, done and deleted tasks.
void add_task_routes(web::Pages& pages, Kind const& kind);

}  // namespace wescrm::pages::record
