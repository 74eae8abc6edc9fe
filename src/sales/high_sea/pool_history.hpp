#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/followup.hpp>

#include <set>
#include <string_view>
#include <vector>

// How much members of a high sea read of a record's history before somebody claims it. The pool says it among the
// fields that it hides: "followups" for nothing, "followup_text" for the beginnings alone. Its admins, and whoever
// wrote a follow-up himself, read everything.
namespace wescrm::sales {

inline constexpr std::string_view hides_history = "followups";
inline constexpr std::string_view hides_history_text = "followup_text";

class PoolHistory {
public:
    /// Which of these the pools of their records keep from the actor.
    PoolHistory(operation::Context& ctx, std::vector<FollowupId> const& ids);
    [[nodiscard]] bool hides(FollowupId id) const { return hidden_.contains(id); }
    /// Its beginning is to be read, and nothing else.
    [[nodiscard]] bool shortens(FollowupId id) const { return shortened_.contains(id); }
    /// Files, places and comments go with the whole text.
    [[nodiscard]] bool keeps_files(FollowupId id) const { return hides(id) || shortens(id); }

private:
    std::set<FollowupId> hidden_;
    std::set<FollowupId> shortened_;
};

/// "…" instead of what is not to be read yet.
[[nodiscard]] std::string beginning_of(std::string_view content);

/// Takes away and shortens what is not to be read yet.
template <class Row>
void cover_history(operation::Context& ctx, std::vector<Row>& followups) {
    auto ids = std::vector<FollowupId>{};
    for (auto const& one : followups) ids.push_back(one.id);
    auto const history = PoolHistory{ctx, ids};
    std::erase_if(followups, [&](Row const& one) { return history.hides(one.id); });
    for (auto& one : followups)
        if (history.shortens(one.id)) one.content = beginning_of(one.content);
}

}  // namespace wescrm::sales
