#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::web {

/// signin.list: who signed in to the pages, or tried.
void add_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::web
