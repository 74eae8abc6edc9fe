#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The one place where fields of records are hidden, masked or kept from being written: every answer of an operation,
// whatever the way in, passes here. A struct takes part by naming its kind beside it:
//   constexpr std::string_view record_kind_of(Customer const*) { return "customer"; }
namespace wescrm::operation {

/// "138****0000"; what is too short to be a phone number stays.
[[nodiscard]] std::string masked_phone(std::string_view phone);

/// What an output looks like.
struct Shape {
    std::string record;  ///< kind of the record that it is itself
    std::vector<FieldDescription> fields;
};

/// Takes hidden fields out of the records in `output` and masks phone numbers of those that are not the actor's own.
void guard_output(Context& ctx, json::Document& output, Shape const& shape);

/// invalid_input naming the fields of `input` that the actor may not write; `permission`: "customer.edit".
[[nodiscard]] std::optional<Error> refuse_fields(Actor const& actor, std::string_view permission,
                                                 json::Value const& input);

/// Whether a role can restrict this field at all: "customer", "mobile". Ids, versions, names and owners are needed by
/// everybody who sees the record.
[[nodiscard]] bool is_restrictable(std::string_view kind, std::string_view field);

/// Those of `ids` whose phone numbers the actor sees in full: his own, and those of whose team he is with write power.
[[nodiscard]] std::vector<std::int64_t> own_records(Context& ctx, std::string_view kind,
                                                    std::vector<std::int64_t> const& ids);

}  // namespace wescrm::operation
