#pragma once
#include <span>
#include <string>
#include <string_view>

namespace wescrm::operation {

/// Kinds of objects of the audit log that have a name, and where it stands.
struct NamedObject {
    std::string_view object;
    std::string_view table;
    std::string_view column;
    bool is_owned = false;  ///< records that somebody owns are named for administrators only: who reads the log need
                            ///< not see each of them
};
[[nodiscard]] std::span<NamedObject const> named_objects();

/// SQL: the name of the object whose id `id` gives, '' if the kind has none or the object is gone.
[[nodiscard]] std::string sql_name_of(std::string_view object, std::string_view id);

}  // namespace wescrm::operation
