#pragma once
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// When a record goes back into its pool, and what a nightly run does about it. Pure functions over days of the
// company's calendar; the operations and the dry run decide by the same ones.
namespace wescrm::sales {

enum class EntryKind { no_follow, no_deal, no_opportunity, first_follow, contract_end, follow_count };

/// Which follow-ups a rule counts, and the how manieth last of them.
struct CountedFollowUps {
    int min_content = 0;
    std::vector<std::string> methods;  ///< empty: any
    int times = 1;
    friend auto operator<=>(CountedFollowUps const&, CountedFollowUps const&) = default;
    friend bool operator==(CountedFollowUps const&, CountedFollowUps const&) = default;
};

struct EntryRule {
    std::int64_t id = 0;
    EntryKind kind = EntryKind::no_follow;
    int days = 0;
    std::optional<int> renewal_days;  ///< that a follow-up gives; absent: `days`
    std::optional<int> max_days;      ///< from taking on, whatever happens
    std::string level;                ///< "": every level
    std::vector<int> warn_days;       ///< before the due day; empty: one day
    std::vector<std::string>
        exempt;  ///< closed, open_opportunity, unpaid_plan, running_contract, in_approval, level:重点
    bool counts_working_days = false;
    CountedFollowUps counted;
    std::vector<std::string> origins;  ///< create, claim, assign, transfer; empty: any
};

/// What the rules ask of an owned record. A day that is absent never happened.
struct EntryFacts {
    Date acquired{};
    std::optional<Date> last_follow;           ///< since it was taken on, of any kind
    std::map<CountedFollowUps, Date> counted;  ///< since it was taken on, for rules that do not count each
    std::optional<Date> last_deal;
    std::optional<Date> last_opportunity;
    std::optional<Date> contract_end;
    std::string level;
    std::string acquired_kind;
    bool is_closed = false;
    bool has_open_opportunity = false;
    bool has_unpaid_plan = false;
    bool has_running_contract = false;
    bool is_in_approval = false;
    bool is_protected = false;
    int extra_days = 0;         ///< granted
    std::optional<Date> floor;  ///< never before this day
};

/// The day of the last follow-up that counts for the rule, or of the one that its number asks for.
[[nodiscard]] std::optional<Date> counted_follow(EntryRule const& rule, EntryFacts const& facts);

using IsWorkingDay = std::function<bool(Date)>;

/// `count` days after `day`; working ones if so asked.
[[nodiscard]] Date days_after(Date day, int count, bool only_working, IsWorkingDay const& is_working);

/// The day through which the record stays by this rule; nullopt: the rule does not concern it.
[[nodiscard]] std::optional<Date> due_by(EntryRule const& rule, EntryFacts const& facts,
                                         IsWorkingDay const& is_working);

struct EntryDue {
    Date day{};
    EntryRule const* rule = nullptr;
};
/// The earliest of all rules, with what was granted and not before the floor.
[[nodiscard]] std::optional<EntryDue> due_of(std::vector<EntryRule> const& rules, EntryFacts const& facts,
                                             IsWorkingDay const& is_working);

/// The shortest of the steps at which a rule warns; 1 if it names none.
[[nodiscard]] int shortest_step(std::vector<int> const& warn_days);

/// A warning about one due day, and the day on which it reached somebody.
struct Warning {
    int step = 0;
    std::optional<Date> delivered;
};

enum class NightAction { nothing, warn, recycle, postpone };
struct NightDecision {
    NightAction action = NightAction::nothing;
    int step = 0;  ///< of the warning
    Date due{};    ///< the new one of `postpone`
};

/// What the run in the night to `run` does with a record that stays through `due`. Nothing is recycled without a
/// warning that was delivered at least the shortest step before: it is postponed then, and warned about. On a day off
/// nothing is recycled.
[[nodiscard]] NightDecision decide(Date due, std::vector<int> const& warn_days, std::vector<Warning> const& warnings,
                                   Date run, IsWorkingDay const& is_working);

/// The run from `first` to `last` that takes the record if nothing happens to it and every warning arrives.
[[nodiscard]] std::optional<Date> foreseen(Date due, std::vector<int> const& warn_days, std::vector<Warning> warnings,
                                           Date first, Date last, IsWorkingDay const& is_working);

}  // namespace wescrm::sales
