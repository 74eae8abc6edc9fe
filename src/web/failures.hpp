#pragma once
#include <wescrm/http/message.hpp>

#include <string_view>

namespace wescrm::web {

/// A line for whoever asks why somebody was told that it cannot be done just now: `what` names the place ("operation",
/// "path") and `where` which. Nothing for errors that answer the person: a refusal is no failure.
void log_failure(std::string_view what, std::string_view where, http::Request const& request, Error const& error);

}  // namespace wescrm::web
