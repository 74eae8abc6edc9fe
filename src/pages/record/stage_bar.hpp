#pragma once
#include <wescrm/web/page.hpp>

// Where an opportunity stands in its process, and what its stage is about.
namespace wescrm::pages::record {

/// {stage_bar, stage_tips} of an opportunity with its stages; nothing of what has none.
void add_stage_bar(web::PageCall& call, json::Value const& record, web::View& view);

}  // namespace wescrm::pages::record
