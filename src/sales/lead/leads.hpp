#pragma once
#include <wescrm/sales/lead.hpp>
#include <wescrm/sales/limits.hpp>

namespace wescrm::sales {

struct LockedLead {
    std::string name;
    std::string status;
    EmployeeId owner;    ///< empty: in a pool
    HighSeaId high_sea;  ///< empty: owned
    std::int64_t version = 0;
    bool is_deleted = false;
    std::optional<Instant> last_follow_at;
    std::optional<Instant> next_contact_at;
};

/// The SQL of leads and their words.
class Leads {
public:
    explicit Leads(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::optional<LockedLead> lock(LeadId id);
    [[nodiscard]] std::optional<Lead> find(LeadId id);
    [[nodiscard]] LeadDetail detail(LeadId id);
    /// Owner or pool as the input says; writes the ownership event as well.
    [[nodiscard]] LeadId insert(CreateLead const& input, std::optional<std::string> const& mobile, EmployeeId owner,
                                std::optional<std::int64_t> const& rule, std::string const& reason);
    void set_status(LeadId id, std::string_view status, std::string_view reason);
    void set_instants(LeadId id, std::optional<Instant> last_follow_at, std::optional<Instant> next_contact_at);

    void rewrite_words(LeadId id);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

extern std::string const lead_columns;
extern std::string const lead_joins;

/// As create_lead; rules of assignment hear of the tags that it will have.
Result<LeadDetail> make_lead(operation::Context& ctx, CreateLead const& input, std::vector<std::string> const& tags,
                             MatchWeights const& weights);

enum class LeadNeed { read, write };
Result<LockedLead> lock_lead(operation::Context& ctx, LeadId id, LeadNeed need);
Error no_lead();
void audit_lead(operation::Context& ctx, LeadId id, std::string action, std::optional<Lead> const& before,
                std::optional<Lead> const& after, std::string reason = {});
[[nodiscard]] std::vector<Followup> lead_followups(operation::Context& ctx, LeadId id, int count);

}  // namespace wescrm::sales
