#pragma once
#include <wescrm/operation/actor.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// One thing that a role can allow: an action on an object.
struct Permission {
    std::string name;    ///< "customer.transfer"
    std::string object;  ///< "customer"
    std::string object_title;
    std::string action;  ///< "transfer"
    std::string title;   ///< 转移
    /// Whether a reach narrows it to the records of some owners; otherwise it is given with Reach::all.
    bool has_reach = false;
};

/// All of them, in the order in which people read them.
[[nodiscard]] std::vector<Permission> const& permissions();
[[nodiscard]] Permission const* find_permission(std::string_view name);

/// forbidden "permission", naming it in Chinese.
[[nodiscard]] Error no_permission(std::string_view name);
/// The same for the actor: forbidden "switched_off", naming the setting, where the company does without such records.
[[nodiscard]] Error no_permission(Actor const& actor, std::string_view name);

/// See Actor::switched_off.
[[nodiscard]] bool is_switched_off(Actor const& actor, std::string_view object);
/// 企业停用了合同 …, for a field or an action that needs them.
[[nodiscard]] std::string switched_off_words(std::string_view title);

/// "本人及下属" and so on.
[[nodiscard]] std::string_view label_of(Reach reach) noexcept;

/// Throws std::logic_error naming every operation whose permission nobody could give to a role. Called when a server
/// starts.
void insist_on_known_permissions(Catalogue const& catalogue);

}  // namespace wescrm::operation
