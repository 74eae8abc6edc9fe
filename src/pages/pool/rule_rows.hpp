#pragma once
#include "../pages.hpp"

#include <string>

// The rules of a pool as rows of a form, and back. Whatever a rule says that has no field of its own is carried along.
namespace wescrm::pages::pool {

/// The elements of a list, as "7、3、1".
[[nodiscard]] std::string joined(json::Value const& object, std::string_view member);
/// Rows for these rules and an empty one.
void add_rules(web::PageCall& call, json::Value const* rules, json::Value& data, json::Allocator& allocator);
/// What stands in the form as the rules of the operation; a row without days is none.
[[nodiscard]] json::Value rules_from(web::PageCall& call, json::Allocator& allocator);

}  // namespace wescrm::pages::pool
