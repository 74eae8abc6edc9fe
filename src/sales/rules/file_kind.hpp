#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/sales/attachment.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace wescrm::sales {

/// What a content is, by its first bytes; names and types that somebody gives are not believed.
struct FileKind {
    AttachmentKind kind = AttachmentKind::file;
    std::string content_type;
    std::string ending;  ///< ".png"
    std::optional<std::int64_t> width;
    std::optional<std::int64_t> height;
};

/// invalid_input "content": empty, too large for its kind, too many pixels, or of no kind that we keep (no HTML, no
/// SVG, no programs).
[[nodiscard]] Result<FileKind> file_kind(std::string_view content, std::string_view file_name);

/// A name under which the file can be saved anywhere: no folders, no control characters, no reserved names, at most 100
/// characters, with the kind's ending.
[[nodiscard]] std::string safe_file_name(std::string_view name, FileKind const& kind);

}  // namespace wescrm::sales
