#pragma once
#include <wescrm/sales/custom_field.hpp>

// What was filled into a field goes for good once the field has been deleted for long enough.
namespace wescrm::sales {

/// How long a deleted field can come back with its values.
constexpr auto deleted_field_kept_for = hours{24 * 30};

void forget_values(operation::Context& ctx, FieldObject object, FieldId id, std::string const& key);
void plan_purge(operation::Context& ctx, FieldId id);
void cancel_purge(operation::Context& ctx, FieldId id);

}  // namespace wescrm::sales
