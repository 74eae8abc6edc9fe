#pragma once
#include "../record/kind.hpp"

#include <string>
#include <string_view>
#include <vector>

// What the editor of fields calls things.
namespace wescrm::pages {

/// The kinds of records that have fields of a company's own: "customer" → 客户.
[[nodiscard]] record::Words const& field_objects();
/// "customer" for what is no kind of records.
[[nodiscard]] std::string known_object(std::string const& wanted);

struct LibraryGroup {
    std::string_view title;
    record::Words types;  ///< "choice" → 单选
};
/// The field library, as it stands at the left of the editor.
[[nodiscard]] std::vector<LibraryGroup> const& field_library();
[[nodiscard]] std::string_view title_in(record::Words const& words, std::string_view value);
[[nodiscard]] std::string_view type_title(std::string_view type);
/// Whether files can hang on such records, so that these kinds make sense.
[[nodiscard]] bool fits_object(std::string_view type, std::string_view object);

}  // namespace wescrm::pages
