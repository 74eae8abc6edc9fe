#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/money.hpp>
#include <wescrm/base/time.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// From one description of a struct come: reading it from JSON with an error per field, writing it as JSON, and its
// schema.
//
//   struct CreateContact {
//       CustomerId customer_id;                 // required: a string in JSON
//       std::string name;                       // required, not blank
//       std::optional<std::string> mobile;      // may be absent (null counts as absent)
//       Patch<std::string> remark;              // absent: keep; null: empty it; value: set it (PATCH inputs)
//       std::vector<std::string> tags;          // absent: empty
//   };
//   BOOST_DESCRIBE_STRUCT(CreateContact, (), (customer_id, name, mobile, remark, tags))
//   // optional: Chinese labels and limits, found by argument-dependent lookup in the struct's namespace
//   inline std::vector<FieldRule> field_rules(CreateContact const*) {
//       return {{"name", "姓名", {.max_length = 50}}, {"mobile", "手机"}};
//   }
//
// Field types: std::string, bool, std::int64_t, int, double, Money (integer fen), Instant (RFC 3339), Date
// (YYYY-MM-DD), StrongId (string), enums described with BOOST_DESCRIBE_ENUM (their names; a trailing '_' is dropped),
// described structs, json::Document (anything), std::optional, Patch and std::vector of these. Unknown members are an
// error. A member whose name ends in '_' loses that in JSON (`delete_` → "delete").
namespace wescrm::operation {

/// A field of a PATCH: untouched, emptied, or set.
template <class T>
struct Patch {
    bool is_present = false;
    std::optional<T> value;  ///< empty while present: emptied
};

/// What a field becomes by it; a text that is emptied becomes "".
template <class T>
std::optional<T> patched(Patch<T> const& patch, std::optional<T> const& old) {
    return patch.is_present ? patch.value : old;
}
inline std::string patched(Patch<std::string> const& patch, std::string const& old) {
    return patch.is_present ? patch.value.value_or("") : old;
}

/// What an operation without input takes, and one without output gives.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct FieldLimits {
    std::size_t max_length = 200;  ///< code points of a text
    std::int64_t min = INT64_MIN;
    std::int64_t max = INT64_MAX;
    std::size_t max_items = 1'000;
};
struct FieldRule {
    std::string_view name;
    std::string_view label;  ///< Chinese, for messages, forms and chat questions
    FieldLimits limits{};
    std::string_view hint{};  ///< an example for a question: "13800138000"
};

/// One field as the outside sees it; for OpenAPI, forms and chat slots.
struct FieldDescription {
    std::string name;
    std::string label;
    std::string type;  ///< string, integer, number, boolean, date, date-time, id, money, enum, object, array, any
    bool is_required = false;
    bool is_nullable = false;
    std::vector<std::string> values;         ///< of an enum
    std::vector<FieldDescription> children;  ///< of an object, or the one element type of an array
    FieldLimits limits{};
    std::string hint;
    std::string record;  ///< of an object that is a record: its kind, whose fields roles restrict (see field_guard.hpp)
};

template <class T>
std::vector<FieldDescription> describe();

/// "customer" for a struct with `record_kind_of(T const*)` beside it, found by argument-dependent lookup; else "".
template <class T>
std::string record_of();

/// Binds JSON to a struct. invalid_input "invalid" with every wrong field named, in Chinese.
template <class T>
Result<T> read_input(json::Value const& input);

template <class T>
json::Document write_output(T const& output);

}  // namespace wescrm::operation

#include <wescrm/operation/binding_impl.hpp>
