#pragma once
#include "rows.hpp"

#include <wescrm/sales/custom_field.hpp>

namespace wescrm::sales {

[[nodiscard]] inline bool is_phone(Field const& field) {
    return field.type == FieldType::mobile || field.type == FieldType::phone;
}

/// The SQL of field definitions.
class Fields {
public:
    explicit Fields(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    /// The whole form: the company's own fields and its settings of the system's.
    [[nodiscard]] std::vector<Field> form(std::string const& object);
    /// The company's own.
    [[nodiscard]] std::vector<Field> of(FieldObject object);
    [[nodiscard]] std::vector<Field> of(std::string const& object);
    [[nodiscard]] std::optional<Field> find(FieldId id);
    [[nodiscard]] std::int64_t version(FieldObject object);
    [[nodiscard]] std::optional<FieldDraft> draft(FieldObject object);
    void keep_draft(FieldObject object, std::vector<FieldDefinition> const& fields, std::int64_t base_version);
    void drop_draft(FieldObject object);
    /// Nobody else changes the form until the transaction ends.
    void lock(FieldObject object);
    /// Those that every company has, as its form sets them for whoever fills it in or reads a record: without what
    /// hangs on records that the company does without.
    [[nodiscard]] std::vector<SystemField> system(FieldObject object, std::vector<Field> const& form);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

/// Makes these the fields of the object, as a new version; what is missing goes, what was gone comes back.
/// invalid_input naming prefix[n].member.
Result<void> apply_form(operation::Context& ctx, FieldObject object, std::vector<FieldDefinition> wanted,
                        std::string const& prefix, std::string const& note);

/// invalid_input naming `at`pattern unless PostgreSQL knows it as a regular expression.
Result<void> insist_on_pattern(operation::Context& ctx, FieldDefinition const& field, std::string const& at);

[[nodiscard]] std::string word_of(FieldObject object);
/// Where its records are.
[[nodiscard]] std::string table_of(FieldObject object);
[[nodiscard]] std::string write_definitions(std::vector<FieldDefinition> const& fields);
[[nodiscard]] std::vector<FieldDefinition> read_definitions(std::string const& json);

/// After the record's column was put back to what it was: the values beside it follow. invalid_input naming custom.key
/// if somebody else has a unique one by now.
Result<void> reindex_custom(operation::Context& ctx, CustomRecord const& record);

/// The conditions of a list's `custom` parameter on records under `id`: "key=value", "key>=value", "key<=value",
/// "key~part", "key=" (nothing filled in); several values of "=" stand apart by "|". invalid_input naming custom.
Result<void> add_custom_filters(operation::Context& ctx, Filter& filter, std::string_view object, std::string_view id,
                                std::vector<std::string> const& conditions);

}  // namespace wescrm::sales
