#pragma once
#include "controls.hpp"

#include <optional>

namespace wescrm::pages::record {

/// A question about something that hangs on a record: with fields, or only a sentence.
struct Dialog {
    std::string title;
    std::string action;    ///< where it is sent to
    std::string back;      ///< where 取消 leads without scripts
    std::string submit{};  ///< the verb; "": the title
    std::string sentence{};
    bool is_danger = false;
    std::optional<std::int64_t> version{};  ///< of what was read
};

/// `asking` may be null. With a problem the dialog again, with what is wrong beside the fields or above them.
[[nodiscard]] web::View dialog_view(web::PageCall& call, Dialog const& dialog, Asking const* asking,
                                    Entries const& entries, Error const* problem);

}  // namespace wescrm::pages::record
