#pragma once
#include <wescrm/base/result.hpp>

#include <string>
#include <string_view>

namespace wescrm::tables {

/// A text file as UTF-8 without a mark: by its mark, else UTF-8 if it is valid, else GB18030. invalid_input "file" if
/// it is none of them.
[[nodiscard]] Result<std::string> to_utf8(std::string_view file);

[[nodiscard]] inline Error bad_file(std::string message) {
    return Error{Errc::invalid_input, "file", message, {{"content", message}}};
}

}  // namespace wescrm::tables
