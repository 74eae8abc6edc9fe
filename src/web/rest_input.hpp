#pragma once
#include <wescrm/http/message.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <variant>

namespace wescrm::web {

/// The input of an operation as JSON, or the answer that refuses the request.
using RestInput = std::variant<json::Document, http::Response>;

/// Puts path, query (GET) or body and If-Match together. Values are checked later, by the binding.
/// 400: unknown or repeated parameter, body that is no JSON, malformed If-Match; 404: a path that cannot be an id; 415;
/// 428.
[[nodiscard]] RestInput rest_input(operation::Entry const& entry, http::Request const& request);

}  // namespace wescrm::web
