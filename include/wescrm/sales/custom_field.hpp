#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/custom_values.hpp>

// A company's own fields. A kind of records gets them by three lines: write_custom() where it is created and changed,
// shown_custom() among its columns, and add_custom_filters() in its list; its table has a column `custom jsonb`.
namespace wescrm::sales {

using FieldId = StrongId<struct FieldIdTag, std::int64_t>;

enum class FieldType {
    text,
    textarea,
    rich_text,
    integer,
    decimal,
    percent,
    money,
    date,
    datetime,
    time,
    duration,
    choice,
    multi_choice,
    cascade,
    boolean,
    mobile,
    phone,
    email,
    url,
    credit_code,
    region,
    location,
    employee,
    employees,
    department,
    departments,
    reference,
    references,
    image,
    file,
    signature,
    tags,
    rating,
    auto_number,
    divider
};
BOOST_DESCRIBE_ENUM(FieldType, text, textarea, rich_text, integer, decimal, percent, money, date, datetime, time,
                    duration, choice, multi_choice, cascade, boolean, mobile, phone, email, url, credit_code, region,
                    location, employee, employees, department, departments, reference, references, image, file,
                    signature, tags, rating, auto_number, divider)

/// The kinds of records that can have fields of a company's own.
enum class FieldObject { customer, contact, lead, opportunity, product, quote, order, contract, payment, invoice };
BOOST_DESCRIBE_ENUM(FieldObject, customer, contact, lead, opportunity, product, quote, order, contract, payment,
                    invoice)

/// One entry of a choice. In JSON a plain text stands for an option whose key and label it is.
struct FieldOption {
    std::string key;
    std::string label;
    std::optional<std::string> color;
    std::optional<bool> disabled;       ///< stays with who has it, cannot be chosen any more
    std::vector<std::string> parents;   ///< of a dependent choice: with these values of depends_on; empty: always
    std::optional<std::string> parent;  ///< of a cascade: the option above
};
BOOST_DESCRIBE_STRUCT(FieldOption, (), (key, label, color, disabled, parents, parent))

/// Holds if another field has one of the values.
struct FieldCondition {
    std::string field;
    std::vector<std::string> values;
};
BOOST_DESCRIBE_STRUCT(FieldCondition, (), (field, values))

/// Where a value goes when another record is made of this one.
struct FieldMapping {
    FieldObject object = FieldObject::customer;
    std::string field;  ///< a key there
};
BOOST_DESCRIBE_STRUCT(FieldMapping, (), (object, field))

struct FieldDefinition {
    std::string key;  ///< never changes; "system.…": settings of a field that every company has
    std::string label;
    FieldType type = FieldType::text;
    bool required = false;
    bool unique = false;     ///< without regard to case and spaces
    bool read_only = false;  ///< nobody writes it but the system
    bool hidden = false;     ///< of forms
    std::optional<std::string> help;
    std::optional<std::string> default_;  ///< a constant; @me, @today, @now
    std::optional<std::int64_t> max_length;
    std::optional<std::int64_t> decimals;
    std::optional<double> min;
    std::optional<double> max;
    std::optional<std::string> pattern;  ///< a regular expression of PostgreSQL
    std::optional<std::string> pattern_message;
    std::vector<FieldOption> options;
    std::optional<std::string> depends_on;  ///< key of the choice on which options depend
    std::optional<FieldCondition> visible_when;
    std::optional<FieldCondition> required_when;
    std::optional<FieldObject> reference_object;
    std::optional<std::string> number_prefix;  ///< of an automatic number
    std::optional<bool> in_list;               ///< shown in lists
    std::optional<bool> in_card;
    std::optional<bool> searchable;
    std::optional<std::int64_t> width;  ///< columns of a form, 1 or 2
    std::vector<FieldMapping> maps_to;  ///< an object that is not named: the field of the same key
    std::optional<bool> masked;         ///< only the ends are shown, but for the record's owner and team
    std::optional<bool> encrypted;      ///< sealed where it is kept; not filtered by. Only of a new field.
    std::optional<bool> in_pool;        ///< shown of records in a pool before they are claimed
    std::optional<bool> not_exported;
    std::optional<bool> not_in_detail;
    std::optional<bool> not_on_phones;
};
BOOST_DESCRIBE_STRUCT(FieldDefinition, (),
                      (key, label, type, required, unique, read_only, hidden, help, default_, max_length, decimals, min,
                       max, pattern, pattern_message, options, depends_on, visible_when, required_when,
                       reference_object, number_prefix, in_list, in_card, searchable, width, maps_to, masked, encrypted,
                       in_pool, not_exported, not_in_detail, not_on_phones))

struct Field : FieldDefinition {
    FieldId id;
    FieldObject object = FieldObject::customer;
    std::int64_t position = 0;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Field, (FieldDefinition), (id, object, position, version, created_at, updated_at, created_by))

struct CreateField : FieldDefinition {
    FieldObject object = FieldObject::customer;
    std::optional<std::int64_t> position;  ///< from 1; absent: last
};
BOOST_DESCRIBE_STRUCT(CreateField, (FieldDefinition), (object, position))

struct ChangeField {
    FieldId id;
    std::int64_t version = 0;
    std::optional<std::string> label;
    std::optional<FieldType> type;  ///< of the same storage
    std::optional<bool> required;
    std::optional<bool> unique;
    std::optional<bool> read_only;
    std::optional<bool> hidden;
    operation::Patch<std::string> help;
    operation::Patch<std::string> default_;
    operation::Patch<std::int64_t> max_length;
    operation::Patch<std::int64_t> decimals;
    operation::Patch<double> min;
    operation::Patch<double> max;
    operation::Patch<std::string> pattern;
    operation::Patch<std::string> pattern_message;
    std::optional<std::vector<FieldOption>> options;
    operation::Patch<std::string> depends_on;
    operation::Patch<FieldCondition> visible_when;
    operation::Patch<FieldCondition> required_when;
    std::optional<bool> in_list;
    std::optional<bool> in_card;
    std::optional<bool> searchable;
    std::optional<std::int64_t> width;
    std::optional<std::vector<FieldMapping>> maps_to;
    std::optional<bool> masked;
    std::optional<bool> in_pool;
    std::optional<bool> not_exported;
    std::optional<bool> not_in_detail;
    std::optional<bool> not_on_phones;
    std::optional<std::int64_t> position;
};
BOOST_DESCRIBE_STRUCT(ChangeField, (),
                      (id, version, label, type, required, unique, read_only, hidden, help, default_, max_length,
                       decimals, min, max, pattern, pattern_message, options, depends_on, visible_when, required_when,
                       in_list, in_card, searchable, width, maps_to, masked, in_pool, not_exported, not_in_detail,
                       not_on_phones, position))

struct OneField {
    FieldId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneField, (), (id, version))

struct ListFields {
    std::optional<FieldObject> object;
};
BOOST_DESCRIBE_STRUCT(ListFields, (), (object))

/// A field that every company has, as this one calls it. Its settings stand in the form beside the company's own
/// fields, under the key "system.industry".
struct SystemField {
    FieldObject object = FieldObject::customer;
    std::string key;             ///< "industry": the member of the record
    std::string label;           ///< as this company calls it
    std::string standard_label;  ///< as it is called otherwise
    FieldType type = FieldType::text;
    bool required = false;
    bool hidden = false;    ///< of forms
    bool is_key = false;    ///< nothing goes without it: never optional, hidden or gone
    bool may_need = false;  ///< can be made required
    std::optional<std::string> help;
    std::optional<bool> in_list;  ///< absent: as everywhere
    bool not_in_detail = false;
    std::int64_t position = 0;  ///< among the own fields; 0: before them, in the usual order
};
BOOST_DESCRIBE_STRUCT(SystemField, (),
                      (object, key, label, standard_label, type, required, hidden, is_key, may_need, help, in_list,
                       not_in_detail, position))

struct FieldPage {
    std::vector<Field> items;         ///< the company's own, by object and position
    std::vector<SystemField> system;  ///< by object and position
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(FieldPage, (), (items, system, next_cursor))

/// What an administrator works on before anybody else sees it.
struct FieldDraft {
    std::vector<FieldDefinition> fields;
    std::int64_t base_version = 0;
    Instant saved_at;
    std::optional<UserId> saved_by;
};
BOOST_DESCRIBE_STRUCT(FieldDraft, (), (fields, base_version, saved_at, saved_by))

/// All fields of one kind of records.
struct FieldForm {
    FieldObject object = FieldObject::customer;
    std::int64_t version = 0;         ///< 0: never published
    std::vector<Field> fields;        ///< the company's own
    std::vector<SystemField> system;  ///< by position
    std::optional<FieldDraft> draft;
};
BOOST_DESCRIBE_STRUCT(FieldForm, (), (object, version, fields, system, draft))

struct OneForm {
    FieldObject object = FieldObject::customer;
};
BOOST_DESCRIBE_STRUCT(OneForm, (), (object))

struct SaveDraft {
    FieldObject object = FieldObject::customer;
    std::vector<FieldDefinition> fields;
};
BOOST_DESCRIBE_STRUCT(SaveDraft, (), (object, fields))

struct PublishForm {
    FieldObject object = FieldObject::customer;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(PublishForm, (), (object, note))

struct RollBackForm {
    FieldObject object = FieldObject::customer;
    std::int64_t to_version = 0;
};
BOOST_DESCRIBE_STRUCT(RollBackForm, (), (object, to_version))

struct FormVersion {
    std::int64_t version = 0;
    std::vector<FieldDefinition> fields;
    std::string note;
    Instant published_at;
    std::optional<UserId> published_by;
    std::optional<std::string> published_by_name;
};
BOOST_DESCRIBE_STRUCT(FormVersion, (), (version, fields, note, published_at, published_by, published_by_name))

struct FormVersions {
    std::vector<FormVersion> items;  ///< newest first
};
BOOST_DESCRIBE_STRUCT(FormVersions, (), (items))

struct ValuesOf {
    FieldObject object = FieldObject::customer;
    RecordId id;
};
BOOST_DESCRIBE_STRUCT(ValuesOf, (), (object, id))

struct FieldFile {
    RecordId id;  ///< of an attachment
    std::string name;
    bool is_image = false;
};
BOOST_DESCRIBE_STRUCT(FieldFile, (), (id, name, is_image))

/// A field of one record as people read it.
struct FieldValue {
    std::string key;
    std::string label;
    FieldType type = FieldType::text;
    std::string text;  ///< "" if it is empty
    bool in_list = false;
    bool in_card = false;
    std::vector<FieldFile> files;  ///< of pictures and files
    bool in_detail = true;
    bool on_phones = true;
    bool is_masked = false;  ///< the text is not the whole value
};
BOOST_DESCRIBE_STRUCT(FieldValue, (),
                      (key, label, type, text, in_list, in_card, files, in_detail, on_phones, is_masked))

struct FieldValues {
    std::vector<FieldValue> items;    ///< in the order of the form
    std::vector<SystemField> system;  ///< what the form sets of the others
};
BOOST_DESCRIBE_STRUCT(FieldValues, (), (items, system))

struct ValuesOfMany {
    FieldObject object = FieldObject::customer;
    std::vector<RecordId> ids;
};
BOOST_DESCRIBE_STRUCT(ValuesOfMany, (), (object, ids))
struct RecordValues {
    RecordId id;
    std::vector<FieldValue> values;  ///< in the order of the form
};
BOOST_DESCRIBE_STRUCT(RecordValues, (), (id, values))
struct FieldTable {
    std::vector<RecordValues> items;  ///< of the records that the actor sees
};
BOOST_DESCRIBE_STRUCT(FieldTable, (), (items))

std::vector<operation::FieldRule> field_rules(FieldOption const*);
std::vector<operation::FieldRule> field_rules(FieldMapping const*);
std::vector<operation::FieldRule> field_rules(FieldDefinition const*);
std::vector<operation::FieldRule> field_rules(CreateField const*);
std::vector<operation::FieldRule> field_rules(ChangeField const*);
std::vector<operation::FieldRule> field_rules(SaveDraft const*);
std::vector<operation::FieldRule> field_rules(ValuesOfMany const*);

/// Takes effect at once, as a version of its own. conflict "duplicate" for a key that is in use.
Result<Field> create_field(operation::Context& ctx, CreateField const& input);
Result<Field> show_field(operation::Context& ctx, OneField const& input);
Result<FieldPage> list_fields(operation::Context& ctx, ListFields const& input);
Result<Field> change_field(operation::Context& ctx, ChangeField const& input);
/// Its values are kept, and come back with it for 30 days. conflict "system_field" for one that every company has.
Result<Nothing> delete_field(operation::Context& ctx, OneField const& input);
Result<FieldForm> show_form(operation::Context& ctx, OneForm const& input);
Result<FieldForm> save_draft(operation::Context& ctx, SaveDraft const& input);
Result<Nothing> drop_draft(operation::Context& ctx, OneForm const& input);
/// conflict "no_draft"; stale "version" if somebody published since the draft was begun.
Result<FieldForm> publish_form(operation::Context& ctx, PublishForm const& input);
Result<FieldForm> roll_back_form(operation::Context& ctx, RollBackForm const& input);
Result<FormVersions> list_form_versions(operation::Context& ctx, OneForm const& input);
/// Labels of options, names of people and records, amounts and instants in words.
Result<FieldValues> show_values(operation::Context& ctx, ValuesOf const& input);
Result<FieldTable> list_values(operation::Context& ctx, ValuesOfMany const& input);

/// A record whose own fields are written; the caller holds its lock and audits.
struct CustomRecord {
    std::string object;  ///< "customer"
    std::string table;   ///< of it
    std::int64_t id = 0;
    bool is_asked_for = true;  ///< false: made on the way, where nobody can be asked for its system fields
};
enum class CustomWrite {
    create,  ///< required fields are asked for, defaults are set
    derive,  ///< made of another record: defaults are set, nobody is asked
    change
};
/// Checks what was given against the definitions and keeps it: the object in the record's column, and each value
/// typed and indexed. invalid_input naming "custom.key".
Result<void> write_custom(operation::Context& ctx, CustomRecord const& record, CustomValues const& given,
                          CustomWrite how);

/// The column for the record under `alias`: values of fields that exist.
[[nodiscard]] std::string shown_custom(std::string_view object, std::string_view alias);

}  // namespace wescrm::sales

namespace wescrm::operation::detail {

/// A plain text is an option whose key and label it is.
template <>
inline void read_value<sales::FieldOption>(json::Value const& in, sales::FieldOption& out, Reading const& at) {
    if (!in.IsString()) {
        read_struct(in, out, at);
        return;
    }
    read_text(in, out.key, at);
    out.label = out.key;
}

}  // namespace wescrm::operation::detail
