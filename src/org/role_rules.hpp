#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/actor.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wescrm::org {

/// What a role allows, and how far.
using Grants = std::map<std::string, operation::Reach>;

/// `before` with the wishes of an input: `permissions` replaces which there are, `scopes` ({"customer": {"view":
/// "self"}}) sets how far those reach that are named. Without permissions and without `before`, those named in `scopes`
/// are meant. A new permission reaches oneself, one that knows no owners everything. invalid_input with every wrong
/// name.
[[nodiscard]] Result<Grants> merged(Grants const& before, std::optional<std::vector<std::string>> const& permissions,
                                    json::Value const* scopes);

/// Whether somebody may give away these grants: what he has himself, as far as he has it.
[[nodiscard]] bool has_all(operation::Actor const& actor, Grants const& grants);

/// {"customer": {"view": "self_sub", …}, …}
[[nodiscard]] json::Document scopes_of(Grants const& grants);

}  // namespace wescrm::org
