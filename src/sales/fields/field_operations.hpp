#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

/// field.*, field_form.*
void add_field_operations(operation::Catalogue& catalogue);
void add_form_problems(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
