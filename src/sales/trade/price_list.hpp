#pragma once
#include <wescrm/operation/access_scope.hpp>

#include <string>

// For whom a price book d is, in words that can be typed again.
namespace wescrm::sales {

/// An array of customers c of the book; `seen` says which of them (over c) the reader sees. One that he does not see,
/// or whose name would be taken for two, is called by his number.
[[nodiscard]] std::string customers_in_words(operation::Predicate const& seen);
/// An array of the departments of the book, by names from the top.
[[nodiscard]] std::string departments_in_words();

}  // namespace wescrm::sales
