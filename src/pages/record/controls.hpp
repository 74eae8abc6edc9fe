#pragma once
#include "form_shape.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/web/page.hpp>

#include <map>
#include <string>

// The controls of a form as the operation's input describes them, and what was typed as that input.
namespace wescrm::pages::record {

/// What stands in the controls, by field; of lines by "lines.0.quantity".
using Entries = std::map<std::string, std::string, std::less<>>;

/// A form that is shown: for which operation, with which fields. `record` may be null; choices may come from it.
struct Asking {
    operation::Entry const& entry;
    std::vector<Field> const& fields;
    json::Value const* record = nullptr;
    std::string_view object{};         ///< whose own fields are asked for too: "customer"
    FormShape const* shape = nullptr;  ///< of the object's form
};

/// {c_name, c_label, c_value, …, c_error} for each field, with what is wrong beside it.
[[nodiscard]] json::Value controls_of(web::PageCall& call, Asking const& asking, Entries const& entries,
                                      Error const* problem, json::Allocator& allocator);
/// What was typed, as the operation's input. Fields that are empty are left out, or emptied with `empties`.
[[nodiscard]] Result<json::Document> input_from(web::PageCall& call, Asking const& asking, Entries const& entries,
                                                bool empties);
/// What the form sent. A box that is not ticked is "false".
[[nodiscard]] Entries typed_in(web::PageCall const& call, Asking const& asking);
/// What a record holds.
[[nodiscard]] Entries stored_in(web::PageCall& call, Asking const& asking);
/// Whether two sets of entries say the same about a field.
[[nodiscard]] bool is_same(Field const& field, Entries const& a, Entries const& b);
/// The company's word for a field, else the usual one.
[[nodiscard]] std::string label_in(Asking const& asking, Field const& field,
                                   operation::FieldDescription const& description);
/// What the record and the operation call what the field holds: of a unit price "price_e4".
[[nodiscard]] std::string member_of(Field const& field);
/// A unit price as somebody types it: 123456 → "12.3456".
[[nodiscard]] std::string typed_price(json::Value const& e4);
/// The words of a field.
[[nodiscard]] std::string_view label_of(Field const& field, operation::FieldDescription const& description);

// Lines: a table of inputs, one row an element of an array of objects.
[[nodiscard]] json::Value lines_control(web::PageCall& call, Field const& field,
                                        operation::FieldDescription const& description, Entries const& entries,
                                        json::Allocator& allocator);
[[nodiscard]] Result<json::Value> lines_from(web::PageCall& call, Field const& field,
                                             operation::FieldDescription const& description, Entries const& entries,
                                             json::Allocator& allocator);
void store_lines(web::PageCall const& call, Field const& field, operation::FieldDescription const& description,
                 json::Value const& lines, Entries& entries);

/// One control's value: a person's or record's name becomes its id.
[[nodiscard]] Result<json::Value> value_of(web::PageCall& call, Field const& field,
                                           operation::FieldDescription const& description, std::string const& typed,
                                           json::Allocator& allocator);

}  // namespace wescrm::pages::record
