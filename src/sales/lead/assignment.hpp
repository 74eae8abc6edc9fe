#pragma once
#include "../high_sea/moves.hpp"
#include "../past_deals.hpp"
#include "../rules/assigning.hpp"

#include <wescrm/sales/lead.hpp>

#include <map>

namespace wescrm::sales {

/// To whom the rules give a new lead, and why.
struct Assignment {
    EmployeeId owner;               ///< empty: into the pool
    std::optional<HighSeaId> pool;  ///< the fallback
    std::optional<std::int64_t> rule;
    std::string reason;
};

/// A rule as deciding reads it.
struct StoredAssignRule {
    std::int64_t id = 0;
    std::string name;
    std::vector<std::string> sources, channels, provinces, cities, intended, tags;  ///< tags by name
    std::string mode;
    std::optional<int> daily_cap;
    bool working_hours_only = false;
    std::string days;
    std::optional<std::string> time_from, time_to;
    std::optional<HighSeaId> fallback;
};
BOOST_DESCRIBE_STRUCT(StoredAssignRule, (),
                      (id, name, sources, channels, provinces, cities, intended, tags, mode, daily_cap,
                       working_hours_only, days, time_from, time_to, fallback))

/// SQL for the names of the tags of a row of lead_assignment_rule; of one that was deleted a name that no tag has.
extern std::string const tags_of_rule;

/// Decides about new leads by the company's rules, each with those in mind that it has placed before.
class Assigner {
public:
    /// Who only looks keeps nobody waiting.
    enum class For { giving, looking };
    Assigner(operation::Context& ctx, For purpose, Instant at, MatchWeights const& weights);

    /// The first rule whose conditions hold and that has somebody free; else its fallback pool, else the last lead
    /// pool.
    [[nodiscard]] Result<Assignment> place(AssignSubject const& lead);
    /// The enabled rules in their order, and whether the conditions of each hold.
    [[nodiscard]] std::vector<std::pair<StoredAssignRule, bool>> judge(AssignSubject const& lead);
    /// The people of a rule that matches, as the lead fits them: the best first.
    [[nodiscard]] std::vector<AssignCandidate> ranked(StoredAssignRule const& rule, AssignSubject const& lead);

private:
    struct Reserve {
        std::optional<std::int64_t> room;  ///< how many more he may hold; nullopt: any number
        std::int64_t given = 0;
    };
    [[nodiscard]] bool holds(StoredAssignRule const& rule, AssignSubject const& lead) const;
    [[nodiscard]] Result<Assignment> fallback(std::optional<HighSeaId> const& wanted, std::string reason);
    [[nodiscard]] std::vector<AssignCandidate>& candidates(std::int64_t rule);
    [[nodiscard]] std::vector<AssignCandidate> matched(StoredAssignRule const& rule, AssignSubject const& lead);
    void read_deals(std::vector<AssignCandidate> const& people);
    void read_rooms(std::vector<AssignCandidate> const& people);
    void give(std::int64_t rule, std::int64_t person);

    operation::Context& ctx_;
    For purpose_;
    MatchWeights weights_;
    bool is_working_time_ = true;
    AssignMoment moment_;
    std::vector<StoredAssignRule> rules_;
    std::map<std::int64_t, std::vector<AssignCandidate>> candidates_;
    std::map<std::int64_t, Reserve> people_;
    std::map<std::int64_t, PastDeals> deals_;  ///< of people of rules that match
    std::int64_t last_turn_ = 0;
};

[[nodiscard]] AssignSubject subject_of(CreateLead const& input, std::vector<std::string> const& tags);

/// Stores rule and reason with the leads, and whose turn it is next.
void note_assignments(operation::Context& ctx, std::vector<std::pair<LeadId, Assignment>> const& given);

}  // namespace wescrm::sales
