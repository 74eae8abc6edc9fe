#pragma once
#include "rows.hpp"

#include <wescrm/sales/custom_field.hpp>

namespace wescrm::sales {

/// The SQL of field definitions.
class Fields {
public:
    explicit Fields(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::vector<Field> of(FieldObject object);
    [[nodiscard]] std::vector<Field> of(std::string const& object);
    [[nodiscard]] std::optional<Field> find(FieldId id);
    [[nodiscard]] std::int64_t version(FieldObject object);
    [[nodiscard]] std::optional<FieldDraft> draft(FieldObject object);
    void keep_draft(FieldObject object, std::vector<FieldDefinition> const& fields, std::int64_t base_version);
    void drop_draft(FieldObject object);
    /// Nobody else changes the form until the transaction ends.
    void lock(FieldObject object);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

/// Makes these the fields of the object, as a new version; what is missing goes, what was gone comes back.
/// invalid_input naming prefix[n].member.
Result<void> apply_form(operation::Context& ctx, FieldObject object, std::vector<FieldDefinition> wanted,
                        std::string const& prefix, std::string const& note);

[[nodiscard]] std::string word_of(FieldObject object);
[[nodiscard]] std::string write_definitions(std::vector<FieldDefinition> const& fields);
[[nodiscard]] std::vector<FieldDefinition> read_definitions(std::string const& json);

/// The conditions of a list's `custom` parameter on records under `id`: "key=value", "key>=value", "key<=value",
/// "key~part", "key=" (nothing filled in); several values of "=" stand apart by "|". invalid_input naming custom.
Result<void> add_custom_filters(operation::Context& ctx, Filter& filter, std::string_view object, std::string_view id,
                                std::vector<std::string> const& conditions);

}  // namespace wescrm::sales
