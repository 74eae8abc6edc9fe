#pragma once
#include <wescrm/http/message.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <string_view>

namespace wescrm::web {

inline constexpr std::string_view rest_root = "/api/v1";

/// The answer to an operation that went well: its status, ETag from `version`, Location of what was created.
[[nodiscard]] http::Response rest_answer(operation::Catalogue const& catalogue, operation::Entry const& entry,
                                         http::Request const& request, json::Value const& output);

}  // namespace wescrm::web
