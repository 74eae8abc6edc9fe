#pragma once
#include <wescrm/base/json.hpp>

#include <optional>
#include <string>

namespace wescrm::wecom {

/// Checks a payload against WeCom's rules and cuts what is only too long. The problem in words, naming the member.
[[nodiscard]] std::optional<std::string> check_payload(json::Value& payload, json::Allocator& allocator);

}  // namespace wescrm::wecom
