#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Rows of the audit log in words: what was done, by which way, and each changed field with its old and new value.
namespace wescrm::pages {

struct AuditWord {
    std::string_view key;
    std::string_view word;
};

/// The kinds of records that the log knows, for its filter.
[[nodiscard]] std::vector<AuditWord> audited_objects();
/// A company's own word for a field of a kind of records; "" if it has none.
using FieldWords = std::function<std::string(std::string_view object, std::string_view field)>;
/// Adds `what`, `way`, `object_word` and `changes` [{field, was, is}] to a row of audit.list.
void describe_change(operation::Catalogue const& catalogue, FieldWords const& own, json::Value& row,
                     json::Allocator& allocator);

}  // namespace wescrm::pages
