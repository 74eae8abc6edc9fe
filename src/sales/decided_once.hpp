#pragma once
#include "high_sea/pools.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Requests that one person decides exactly once: for more time before recycling, to work with a colleague's customer.
// Who is asked gets a card with buttons, which closes when it is decided by whomever.
namespace wescrm::sales {

/// The table of such requests, which is the source of their cards as well, and the id of one.
struct Request {
    std::string_view kind;
    std::int64_t id = 0;
};

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

/// A card of that template to somebody who may decide.
void ask_to_decide(operation::Context& ctx, Request const& request, std::string const& card, json::Document data,
                   EmployeeId to);
/// Approved or rejected by the actor; the cards of those who were asked say so.
void settle(operation::Context& ctx, Request const& request, std::string_view status,
            std::optional<std::string> const& comment);
/// To who asked: what was decided.
void tell_decision(operation::Context& ctx, Request const& request, std::string const& card, json::Document data,
                   EmployeeId applicant);
/// The cards of everybody who was asked show `word`; what is not sent yet never is.
void close_request_cards(operation::Context& ctx, Request const& request, std::string const& word);

/// Records that change their owner: what the former one asked for is void.
void withdraw_extensions(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& records);
/// Leads that change their owner or are converted: what was asked for them is void.
void withdraw_collaborations(operation::Context& ctx, std::vector<std::int64_t> const& leads);

}  // namespace wescrm::sales
