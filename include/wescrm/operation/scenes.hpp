#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/operation/context.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// One of the preset views (场景) that every list of owned records offers. It narrows what somebody sees and never
/// widens it (crm-domain.md 5.4).
struct Scene {
    std::string_view name;   ///< "mine"; a list takes it as parameter `scene`
    std::string_view title;  ///< "我负责的"
};

/// mine · subordinates · team · subordinates_team · headed · shared · followed · new_today · new_week · to_contact.
[[nodiscard]] std::vector<Scene> const& scenes();

/// The condition of `scene` on rows of the kind's table under `alias`; "true" without one. Uses parameters named
/// scene_… and :tenant, which the caller binds. invalid_input naming `scene` for an unknown one, or one that the kind
/// does not have: only customers and leads are planned to be contacted.
[[nodiscard]] Result<Predicate> scene_rows(Context& ctx, std::string_view kind, std::optional<std::string> const& scene,
                                           std::string_view alias);

}  // namespace wescrm::operation
