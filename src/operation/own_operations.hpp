#pragma once
#include <wescrm/operation/catalogue.hpp>

// The operations of this module, by file.
namespace wescrm::operation {

void add_me(Catalogue& catalogue);
void add_company(Catalogue& catalogue);
void add_ledgers(Catalogue& catalogue);
void add_api_keys(Catalogue& catalogue);
void add_explanations(Catalogue& catalogue);
void add_permissions(Catalogue& catalogue);
void add_fields(Catalogue& catalogue);
void add_own_views(Catalogue& catalogue);

}  // namespace wescrm::operation
