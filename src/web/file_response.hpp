#pragma once
#include <wescrm/http/message.hpp>

namespace wescrm::web {

/// A file to be kept, never shown as a page: attachment under its name, its type not guessed, nothing of it run.
[[nodiscard]] http::Response file_response(std::string content, std::string_view content_type, std::string_view name);

}  // namespace wescrm::web
