#pragma once
#include <wescrm/base/result.hpp>

namespace wescrm::pages {

/// Whether the form itself answers it, with what was typed; else it is for the error page.
[[nodiscard]] inline bool is_for_form(Error const& error) {
    return error.code != Errc::not_found && !(error.code == Errc::forbidden && error.reason == "permission");
}

}  // namespace wescrm::pages
