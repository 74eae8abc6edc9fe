#pragma once
#include <wescrm/operation/context.hpp>

#include <optional>
#include <string>
#include <string_view>

// Requests that one person decides exactly once: for more time before recycling, to work with a colleague's customer.
namespace wescrm::sales {

[[nodiscard]] inline std::string decision_word(std::string_view status) {
    if (status == "approved") return "同意";
    return status == "rejected" ? "拒绝" : "撤回";
}

/// conflict "decided": who was first, and when; `unsaid` if nobody is known.
[[nodiscard]] inline Error decided_before(operation::Context& ctx, std::string const& what, std::string_view status,
                                          std::optional<std::string> const& by, std::optional<Instant> at,
                                          std::string const& unsaid) {
    if (!by || by->empty() || !at) return {Errc::conflict, "decided", "这个" + what + unsaid};
    return {Errc::conflict, "decided",
            "这个" + what + "已由 " + *by + " 于 " + format_for_people(*at, ctx.zone(), ctx.now()) + " " +
                decision_word(status)};
}

}  // namespace wescrm::sales
