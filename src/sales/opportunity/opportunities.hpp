#pragma once
#include "rows.hpp"

#include <wescrm/sales/opportunity.hpp>

namespace wescrm::sales {

/// What a change needs to know of an opportunity that is locked until the transaction ends.
struct LockedOpportunity {
    std::string name;
    CustomerId customer;
    EmployeeId owner;
    ProcessId process;
    StageId stage;
    std::string status;
    std::optional<StageId> last_open_stage;
    Instant stage_entered_at;
    std::string currency;
    Money amount;
    std::int64_t version = 0;
    bool is_deleted = false;
};
BOOST_DESCRIBE_STRUCT(LockedOpportunity, (),
                      (name, customer, owner, process, stage, status, last_open_stage, stage_entered_at, currency,
                       amount, version, is_deleted))

/// That the actor may move an opportunity into a stage: whatever moves one asks for it.
class MovePermit {
public:
    [[nodiscard]] ProcessId process() const { return process_; }
    [[nodiscard]] Stage const& to() const { return to_; }

private:
    MovePermit(ProcessId process, Stage to) : process_{process}, to_{std::move(to)} {}
    friend Result<MovePermit> permit_move(operation::Context&, LockedOpportunity const&, ProcessId, Stage const&);

    ProcessId process_;
    Stage to_;
};
/// forbidden "stage_movers" if the stage that it leaves or the one that it comes into is for others to move.
[[nodiscard]] Result<MovePermit> permit_move(operation::Context& ctx, LockedOpportunity const& locked,
                                             ProcessId process, Stage const& to);

/// The SQL of opportunities, their lines, contacts, leads and stages.
class Opportunities {
public:
    explicit Opportunities(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::optional<LockedOpportunity> lock(OpportunityId id);
    [[nodiscard]] std::optional<Opportunity> find(OpportunityId id);
    [[nodiscard]] OpportunityDetail detail(OpportunityId id);
    [[nodiscard]] std::vector<StageEntry> history(OpportunityId id);
    [[nodiscard]] std::vector<TeamMember> team(OpportunityId id);
    [[nodiscard]] std::vector<OpportunityLine> lines(OpportunityId id);
    [[nodiscard]] std::vector<OpportunityContact> contacts(OpportunityId id);

    [[nodiscard]] OpportunityId insert(CreateOpportunity const& input, EmployeeId owner, Process const& process,
                                       Stage const& stage);
    /// Exactly these; the amount follows unless it was typed.
    void put_lines(OpportunityId id, std::vector<LineInput> const& lines);
    void put_contacts(OpportunityId id, std::vector<ContactInput> const& contacts);
    void put_leads(OpportunityId id, std::vector<RecordId> const& leads);

    struct Move {
        OpportunityId id;
        MovePermit permit;
        std::string reason;
        bool is_agreed = false;  ///< by the approval that was granted since it came into its stage
    };
    /// Into the stage, with an entry in its history; a closing stage closes, an open one opens.
    void enter(Move const& move, LockedOpportunity const& before);
    /// All that are in a stage which goes away.
    void move_all(StageId from, StageId to, std::string const& reason);
    /// The first entry of the history.
    void begin_history(OpportunityId id);

    struct Ownership {
        OpportunityId id;
        std::string_view kind;
        EmployeeId from;
        EmployeeId to;
        std::string reason;
    };
    void append_ownership(Ownership const& event);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

/// The columns of Opportunity in their order, and the joins that they need; :now and :today are bound beside :tenant.
extern std::string const opportunity_columns;
extern std::string const opportunity_joins;
/// Whether `p`, in stage `g` of process `s`, is stalled.
extern std::string const is_stalled;
void bind_today(operation::Context& ctx, database::Params& params);

/// The conditions of the filter over `p`, without the scope. invalid_input names date_field.
[[nodiscard]] Result<Filter> filter_of(operation::Context& ctx, OpportunityFilter const& input);

/// The locked opportunity if the actor may do it; else not_found "opportunity" or forbidden "opportunity_edit".
enum class OpportunityNeed { read, write };
Result<LockedOpportunity> lock_permitted(operation::Context& ctx, OpportunityId id, OpportunityNeed need);

/// What counts for leaving its stage.
struct MoveFacts;
[[nodiscard]] MoveFacts facts_of(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked);
/// The locked opportunity that is open and that the actor may change.
[[nodiscard]] Result<LockedOpportunity> lock_open(operation::Context& ctx, OpportunityId id,
                                                  std::optional<std::int64_t> const& version);

/// Lost by itself, as its stage says; the caller has locked it.
Result<void> close_stalled(operation::Context& ctx, OpportunityId id, LockedOpportunity const& locked,
                           std::string const& reason);

/// Opens or closes it again by another stage of the process; the caller has locked it.
struct StageStep {
    OpportunityId id;
    StageId stage;
    std::optional<std::string> reason;
};
Result<void> step(operation::Context& ctx, StageStep const& wanted, LockedOpportunity const& locked);

void audit_opportunity(operation::Context& ctx, OpportunityId id, std::string action,
                       std::optional<Opportunity> const& before, std::optional<Opportunity> const& after,
                       std::string reason = {});

}  // namespace wescrm::sales
