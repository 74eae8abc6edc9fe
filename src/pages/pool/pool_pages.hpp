#pragma once
#include "../pages.hpp"

// The pages around high seas that are reached from theirs.
namespace wescrm::pages::pool {

/// Requests for more time: those to decide, one's own.
void add_extensions(web::Pages& pages);
/// Holidays and working Saturdays of the company.
void add_calendar(web::Pages& pages);

}  // namespace wescrm::pages::pool
