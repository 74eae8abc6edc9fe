#pragma once
#include "rules/fields.hpp"

namespace wescrm::sales {

/// One value, brought into its form.
struct TypedValue {
    json::Document value;
    std::vector<IndexedValue> index;
};
/// What is needed to judge it: the value of the field on which its options depend, and what was stored before.
struct ValueContext {
    std::string parent;
    std::vector<std::string> before;
};
/// invalid_input whose message says what is wrong.
[[nodiscard]] Result<TypedValue> typed_value(FieldDefinition const& field, json::Value const& in,
                                             ValueContext const& context);

/// A value as words, for conditions: the entries of a list each.
[[nodiscard]] std::vector<std::string> words_of(json::Value const* value);

}  // namespace wescrm::sales
