#pragma once
#include <wescrm/database/value.hpp>
#include <wescrm/operation/binding.hpp>

// The values of a company's own fields, as they travel: an object in JSON ("custom": {"budget": 500000}), jsonb in
// PostgreSQL. Any struct may have a member of this type; custom_field.hpp checks and keeps it.
namespace wescrm::sales {

struct CustomValues {
    std::string json = "{}";  ///< an object by key; in an input: absent keys stay, null empties
    [[nodiscard]] bool is_empty() const { return json == "{}"; }
};

}  // namespace wescrm::sales

namespace wescrm::operation::detail {

template <>
inline constexpr bool may_be_absent<sales::CustomValues> = true;

template <>
inline void read_value<sales::CustomValues>(json::Value const& in, sales::CustomValues& out, Reading const& at) {
    if (is_object_or_complain(in, at)) out.json = json::write(in);
}
template <>
inline json::Value write_value<sales::CustomValues>(sales::CustomValues const& value, json::Allocator& allocator) {
    auto const parsed = json::parse(value.json);
    return parsed ? json::Value{*parsed, allocator} : json::Value{rapidjson::kObjectType};
}
template <>
inline void describe_into<sales::CustomValues>(FieldDescription& field) {
    field.type = "any";
}

}  // namespace wescrm::operation::detail

namespace wescrm::database {

template <>
struct ValueOf<sales::CustomValues> {
    static Text to_text(sales::CustomValues const& values) { return values.json; }
    static sales::CustomValues from_text(std::string_view text) { return {std::string{text}}; }
};

}  // namespace wescrm::database
