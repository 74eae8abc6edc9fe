#pragma once
#include "field_draft.hpp"

#include <optional>

namespace wescrm::pages {

/// What the editor shows.
struct EditorState {
    std::string object;
    std::string selected;  ///< key of the field whose properties stand at the right
    std::string pane;      ///< on phones: library, form or properties
    std::optional<Error> problem;
    std::string toast;
};
[[nodiscard]] Result<web::View> show_editor(web::PageCall& call, EditorState const& state);
/// The form as people will fill it, in a dialog.
[[nodiscard]] Result<web::View> preview_form(web::PageCall& call, std::string const& object);

}  // namespace wescrm::pages
