#pragma once
#include "rules/fields.hpp"

// Values of own fields that are sealed where they are kept, or shown only in part.
namespace wescrm::sales {

/// Seals what changed in encrypted fields; nothing of it is kept beside the record.
Result<void> seal_changes(operation::Context& ctx, std::string_view object, CustomOutcome& outcome);
/// The value as it was typed, of one that may be sealed.
[[nodiscard]] json::Document opened(operation::Context& ctx, std::string_view object, Field const& field,
                                    json::Value const& kept);
/// What somebody sends back as it was shown to him, in part, is no change.
void drop_masked(operation::Context& ctx, std::string_view object, std::vector<Field> const& fields,
                 json::Document& wanted, json::Value const& stored);
/// invalid_input naming `at`masked or `at`encrypted where the kind of records has no such fields.
Result<void> insist_on_secrecy(FieldObject object, FieldDefinition const& field, FieldDefinition const* before,
                               std::string const& at);

}  // namespace wescrm::sales
