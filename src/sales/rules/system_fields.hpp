#pragma once
#include <wescrm/sales/custom_field.hpp>

#include <string_view>

// The fields that every company has, and what a company may set of them in its form. Pure functions.
namespace wescrm::sales {

constexpr std::string_view system_prefix = "system.";
[[nodiscard]] inline bool is_system(std::string_view key) noexcept { return key.starts_with(system_prefix); }
/// "system.industry" → "industry".
[[nodiscard]] std::string system_key(std::string_view key);

/// One of them as it is declared by the operation that makes such a record.
struct SystemRule {
    std::string key;
    std::string label;
    FieldType type = FieldType::text;
    bool is_key = false;
    std::string filled;  ///< SQL on the record's row `r`: null or '' while it is empty; "" if that cannot be asked
};
/// In the usual order of the form.
[[nodiscard]] std::vector<SystemRule> const& system_rules(FieldObject object);

/// As the form sets them, by position.
[[nodiscard]] std::vector<SystemField> system_fields(FieldObject object, std::vector<Field> const& form);
/// By the object's word; none of what is no object.
[[nodiscard]] std::vector<SystemField> system_fields(std::string const& object, std::vector<Field> const& form);
/// The company's own of a form.
[[nodiscard]] std::vector<Field> own_fields(std::vector<Field> form);

/// What is wrong with the settings among `fields`, as prefix[n].member.
[[nodiscard]] std::vector<FieldError> system_problems(FieldObject object, std::vector<FieldDefinition> const& fields,
                                                      std::string const& prefix);
/// What nobody chooses: kind, and that key fields are required.
void settle_system(FieldObject object, FieldDefinition& field);

}  // namespace wescrm::sales
