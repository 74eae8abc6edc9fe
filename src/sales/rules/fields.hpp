#pragma once
#include <wescrm/sales/custom_field.hpp>

// What makes good definitions of a company's own fields, and good values of them. Pure functions.
namespace wescrm::sales {

/// How values of a kind are kept for filters.
enum class Storage { text, texts, number, instant, unindexed, nothing };
[[nodiscard]] Storage storage_of(FieldType type) noexcept;
/// Whether a field can change its kind: every value of the old one is a value of the new one.
[[nodiscard]] bool may_become(FieldType from, FieldType to) noexcept;
/// Whether its values are texts of which a part can be hidden, and that can be sealed.
[[nodiscard]] bool is_plain_text(FieldType type) noexcept;
/// "单行文本", for people.
[[nodiscard]] std::string_view label_of(FieldType type) noexcept;

/// The whole form: invalid_input naming fields[n].member of everything wrong. `prefix`: how the list is called there.
[[nodiscard]] Result<void> check_definitions(std::vector<FieldDefinition> const& fields, std::string const& prefix);

/// The same with the settings of the system's fields.
[[nodiscard]] Result<void> check_form(FieldObject object, std::vector<FieldDefinition> const& fields,
                                      std::string const& prefix);

/// One value as it is filtered by; exactly one member is set.
struct IndexedValue {
    std::optional<std::string> text;
    std::optional<std::string> number;
    std::optional<Instant> at;
};

/// A field whose value is new, or gone.
struct CustomChange {
    Field const* field = nullptr;
    std::string json;  ///< of the value; "" if it is gone
    std::vector<IndexedValue> index;
    std::optional<std::string> unique;  ///< of a unique field: what must not be there twice
};
struct CustomOutcome {
    std::string json;  ///< the whole object as it is kept
    std::vector<CustomChange> changes;
};
struct CustomCheck {
    std::vector<Field> const& fields;
    json::Value const& given;
    json::Value const& stored;
    bool is_create = false;
    bool asks_for_required = true;
    Instant now;
    Zone zone;
    UserId me;
};
/// invalid_input naming custom.key of everything wrong.
[[nodiscard]] Result<CustomOutcome> check_custom(CustomCheck const& check);

/// Whether a form asks for it, with these values of the others.
[[nodiscard]] bool is_visible(Field const& field, json::Value const& values);

/// Without case and spaces.
[[nodiscard]] std::string unique_form(std::string_view value);
/// A value of a filter as the field keeps it; nullopt if it cannot be one.
[[nodiscard]] std::optional<IndexedValue> filter_value(FieldDefinition const& field, std::string const& typed);
/// 18 characters with the right check digit (GB 32100).
[[nodiscard]] bool is_credit_code(std::string_view code) noexcept;

}  // namespace wescrm::sales
