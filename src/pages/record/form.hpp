#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// New and changed records of a kind: /new and /{id}/edit.
void add_forms(web::Pages& pages, Kind const& kind);
/// A rule only warns: the form names what may be the same, and asks why it is not.
void ask_reason(web::PageCall const& call, web::View& view, Error const& problem);
/// What was answered.
void add_reason(web::PageCall const& call, json::Document& input);

}  // namespace wescrm::pages::record
