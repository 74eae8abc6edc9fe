#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/sales_process.hpp>
#include <wescrm/sales/trade_ids.hpp>

namespace wescrm::sales {

using StageHistoryId = StrongId<struct StageHistoryIdTag, std::int64_t>;

/// A deal that somebody works on. An amount is the sum of its lines or typed, a probability the stage's or typed.
struct Opportunity {
    OpportunityId id;
    std::string no;
    std::string name;
    CustomerId customer_id;
    std::string customer_name;
    std::optional<ContactId> contact_id;  ///< the main one
    std::optional<std::string> contact_name;
    UserId owner_user_id;
    std::string owner_name;
    ProcessId process_id;
    std::string process_name;
    StageId stage_id;
    std::string stage_name;
    std::string status;    ///< open, won, lost, invalid
    std::string currency;  ///< of all its money, from its process: "CNY"
    Money amount_fen;
    std::int64_t probability = 0;
    std::optional<Date> expected_close_date;
    std::optional<Date> closed_on;
    std::string lost_reason;  ///< of a lost or invalid one
    std::string source;
    std::string competitor;
    std::string remark;
    std::optional<RecordId> main_lead_id;
    Instant stage_entered_at;
    std::optional<std::int64_t> expected_days;  ///< of the stage
    std::vector<std::string> stalled;  ///< stage (too long in it), idle (no follow-up), overdue (expected date)
    std::optional<Instant> last_follow_at;
    std::optional<Instant> next_contact_at;
    CustomValues custom;  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
    std::string stage_colour;
};
BOOST_DESCRIBE_STRUCT(Opportunity, (),
                      (id, no, name, customer_id, customer_name, contact_id, contact_name, owner_user_id, owner_name,
                       process_id, process_name, stage_id, stage_name, status, currency, amount_fen, probability,
                       expected_close_date, closed_on, lost_reason, source, competitor, remark, main_lead_id,
                       stage_entered_at, expected_days, stalled, last_follow_at, next_contact_at, custom, version,
                       created_at, updated_at, created_by, stage_colour))
constexpr std::string_view record_kind_of(Opportunity const*) { return "opportunity"; }

struct OpportunityLine {
    std::int64_t position = 0;
    std::optional<RecordId> product_id;
    std::string name;
    Money price_fen;            ///< price_e4, rounded
    std::int64_t price_e4 = 0;  ///< in ten-thousandths of a yuan
    double quantity = 1;
    double discount_percent = 0;  ///< taken off
    Money subtotal_fen;
    std::string currency;  ///< the opportunity's
};
BOOST_DESCRIBE_STRUCT(OpportunityLine, (),
                      (position, product_id, name, price_fen, price_e4, quantity, discount_percent, subtotal_fen,
                       currency))

enum class ContactRole { decider, influencer, user, opponent, other };
BOOST_DESCRIBE_ENUM(ContactRole, decider, influencer, user, opponent, other)

struct OpportunityContact {
    ContactId contact_id;
    std::string name;
    std::string position;
    std::string role;
};
BOOST_DESCRIBE_STRUCT(OpportunityContact, (), (contact_id, name, position, role))

/// That it came into a stage; the first entry is its creation.
struct StageEntry {
    StageHistoryId id;
    std::optional<StageId> from_stage_id;
    std::optional<std::string> from_stage_name;
    StageId to_stage_id;
    std::string to_stage_name;
    Instant at;
    std::optional<UserId> user_id;  ///< nobody: the system
    std::optional<std::string> user_name;
    std::string channel;
    std::int64_t seconds = 0;  ///< spent in the former stage
    std::string currency;
    Money amount_fen;  ///< at that instant
    std::optional<Date> expected_close_date;
    std::string reason;
    std::optional<RecordId> approval_id;  ///< that was granted for leaving the former stage
    std::string approved_by;              ///< names
};
BOOST_DESCRIBE_STRUCT(StageEntry, (),
                      (id, from_stage_id, from_stage_name, to_stage_id, to_stage_name, at, user_id, user_name, channel,
                       seconds, currency, amount_fen, expected_close_date, reason, approval_id, approved_by))
/// It tells of the opportunity: what a role does not see there it does not see here.
constexpr std::string_view record_kind_of(StageEntry const*) { return "opportunity"; }

struct OpportunityDetail : Opportunity {
    std::vector<TeamMember> team;
    std::vector<OpportunityContact> contacts;
    std::vector<OpportunityLine> lines;
    std::vector<RecordId> secondary_lead_ids;
    std::vector<Stage> stages;        ///< of its process
    std::vector<StageEntry> history;  ///< oldest first
    std::vector<Followup> followups;  ///< the last five
};
BOOST_DESCRIBE_STRUCT(OpportunityDetail, (Opportunity),
                      (team, contacts, lines, secondary_lead_ids, stages, history, followups))
constexpr std::string_view record_kind_of(OpportunityDetail const*) { return "opportunity"; }

struct LineInput {
    std::optional<RecordId> product_id;
    std::string name;
    std::optional<Money> price_fen;        ///< or …
    std::optional<std::int64_t> price_e4;  ///< … exactly
    std::optional<double> quantity;        ///< absent: 1
    std::optional<double> discount_percent;
};
BOOST_DESCRIBE_STRUCT(LineInput, (), (product_id, name, price_fen, price_e4, quantity, discount_percent))

struct ContactInput {
    ContactId contact_id;
    std::optional<ContactRole> role;
};
BOOST_DESCRIBE_STRUCT(ContactInput, (), (contact_id, role))

struct CreateOpportunity {
    std::string name;
    CustomerId customer_id;
    std::optional<Money> amount_fen;  ///< absent: the sum of the lines
    std::optional<ProcessId> process_id;
    std::optional<StageId> stage_id;  ///< an open one; absent: the first
    std::optional<ContactId> contact_id;
    std::optional<std::int64_t> probability;
    std::optional<Date> expected_close_date;
    std::optional<std::string> source;
    std::optional<std::string> competitor;
    std::optional<std::string> remark;
    std::optional<RecordId> main_lead_id;
    std::vector<RecordId> secondary_lead_ids;
    std::vector<LineInput> lines;
    std::vector<ContactInput> contacts;
    std::optional<Instant> next_contact_at;
    std::optional<UserId> owner_user_id;  ///< another than the actor: permission opportunity.transfer
    CustomValues custom;
};
BOOST_DESCRIBE_STRUCT(CreateOpportunity, (),
                      (name, customer_id, amount_fen, process_id, stage_id, contact_id, probability,
                       expected_close_date, source, competitor, remark, main_lead_id, secondary_lead_ids, lines,
                       contacts, next_contact_at, owner_user_id, custom))

struct ChangeOpportunity {
    OpportunityId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<Money> amount_fen;   ///< null: the sum of the lines again
    std::optional<ProcessId> process_id;  ///< another one: with the stage_id in it
    std::optional<StageId> stage_id;      ///< as advance
    operation::Patch<ContactId> contact_id;
    operation::Patch<std::int64_t> probability;  ///< null: the stage's again
    operation::Patch<Date> expected_close_date;
    operation::Patch<std::string> source;
    operation::Patch<std::string> competitor;
    operation::Patch<std::string> remark;
    operation::Patch<RecordId> main_lead_id;
    std::optional<std::vector<RecordId>> secondary_lead_ids;
    std::optional<std::vector<LineInput>> lines;
    std::optional<std::vector<ContactInput>> contacts;
    operation::Patch<Instant> next_contact_at;
    std::optional<std::vector<operation::TeamSeat>> team;  ///< exactly these
    std::optional<std::string> reason;                     ///< of a step back
    CustomValues custom;
};
BOOST_DESCRIBE_STRUCT(ChangeOpportunity, (),
                      (id, version, name, amount_fen, process_id, stage_id, contact_id, probability,
                       expected_close_date, source, competitor, remark, main_lead_id, secondary_lead_ids, lines,
                       contacts, next_contact_at, team, reason, custom))

struct OneOpportunity {
    OpportunityId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneOpportunity, (), (id, version))

struct AdvanceOpportunity {
    OpportunityId id;
    StageId stage_id;
    std::optional<std::string> reason;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(AdvanceOpportunity, (), (id, stage_id, reason, version))

/// Asks for the consent without which it does not leave its stage.
struct SubmitOpportunity {
    OpportunityId id;
    std::optional<std::string> reason;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(SubmitOpportunity, (), (id, reason, version))

struct WinOpportunity {
    OpportunityId id;
    std::optional<Date> closed_on;    ///< absent: today
    std::optional<Money> amount_fen;  ///< the final one
    std::optional<std::string> remark;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(WinOpportunity, (), (id, closed_on, amount_fen, remark, version))

struct LoseOpportunity {
    OpportunityId id;
    std::string reason;
    std::optional<std::string> competitor;
    std::optional<Date> closed_on;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(LoseOpportunity, (), (id, reason, competitor, closed_on, version))

struct ReopenOpportunity {
    OpportunityId id;
    std::optional<StageId> stage_id;  ///< absent: where it was
    std::optional<std::string> reason;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(ReopenOpportunity, (), (id, stage_id, reason, version))

struct TransferOpportunity {
    OpportunityId id;
    UserId user_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(TransferOpportunity, (), (id, user_id, reason))

struct OpportunityFilter {
    std::optional<std::string> q;  ///< part of its name or number, or of the customer's name
    std::optional<CustomerId> customer_id;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<ProcessId> process_id;
    std::optional<StageId> stage_id;
    std::optional<std::string> status;
    std::optional<std::string> source;
    std::optional<RecordId> main_lead_id;
    std::optional<Money> amount_from_fen;
    std::optional<Money> amount_to_fen;
    std::optional<Date> expected_from;
    std::optional<Date> expected_to;
    std::optional<bool> stalled;
    std::vector<std::string> custom;  ///< "key=value", "key>=value", …
    std::optional<Date> from;         ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), updated_at, closed_at, stage_entered_at, …
};
BOOST_DESCRIBE_STRUCT(OpportunityFilter, (),
                      (q, customer_id, owner, department, process_id, stage_id, status, source, main_lead_id,
                       amount_from_fen, amount_to_fen, expected_from, expected_to, stalled, custom, from, to,
                       date_field))

struct ListOpportunities : OpportunityFilter {
    std::optional<std::string> scene;  ///< a preset view, see operation/scenes.hpp
    bool deleted = false;              ///< the recycle bin
    std::optional<std::string> sort;   ///< name, no, created_at, updated_at, amount_fen, expected_close_date, …
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListOpportunities, (OpportunityFilter), (scene, deleted, sort, limit, cursor))

struct OpportunityPage {
    std::vector<Opportunity> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(OpportunityPage, (), (items, next_cursor))

/// Of the opportunities in one currency that is not the home currency.
struct BoardMoney {
    std::string currency;
    std::int64_t count = 0;
    Money amount_fen;
    Money weighted_fen;
};
BOOST_DESCRIBE_STRUCT(BoardMoney, (), (currency, count, amount_fen, weighted_fen))

/// What the reader sees of a stage.
struct StageSums {
    StageId stage_id;
    std::string stage_name;
    std::string kind;
    std::int64_t probability = 0;
    std::int64_t count = 0;
    Money amount_fen;    ///< of the home currency; those of others beside it, never in it
    Money weighted_fen;  ///< amounts times probabilities
    std::int64_t stalled = 0;
    std::string colour;
};
BOOST_DESCRIBE_STRUCT(StageSums, (),
                      (stage_id, stage_name, kind, probability, count, amount_fen, weighted_fen, stalled, colour))

/// One column of the kanban.
struct BoardColumn : StageSums {
    std::vector<BoardMoney> foreign;
};
BOOST_DESCRIBE_STRUCT(BoardColumn, (StageSums), (foreign))

struct Board {
    ProcessId process_id;
    std::string process_name;
    std::vector<BoardColumn> stages;
    std::int64_t count = 0;  ///< of all columns
    Money amount_fen;
    Money weighted_fen;
    std::vector<BoardMoney> foreign;
};
BOOST_DESCRIBE_STRUCT(Board, (), (process_id, process_name, stages, count, amount_fen, weighted_fen, foreign))

struct StageEntries {
    std::vector<StageEntry> items;
};
BOOST_DESCRIBE_STRUCT(StageEntries, (), (items))

std::vector<operation::FieldRule> field_rules(CreateOpportunity const*);
std::vector<operation::FieldRule> field_rules(ChangeOpportunity const*);
std::vector<operation::FieldRule> field_rules(LineInput const*);
std::vector<operation::FieldRule> field_rules(AdvanceOpportunity const*);
std::vector<operation::FieldRule> field_rules(SubmitOpportunity const*);
std::vector<operation::FieldRule> field_rules(WinOpportunity const*);
std::vector<operation::FieldRule> field_rules(LoseOpportunity const*);
std::vector<operation::FieldRule> field_rules(ReopenOpportunity const*);
std::vector<operation::FieldRule> field_rules(TransferOpportunity const*);

// Catalogue names "opportunity.create", …; not_found "opportunity", forbidden "opportunity_edit", stale "version".

/// invalid_input names customer_id if the actor does not see that customer.
Result<OpportunityDetail> create_opportunity(operation::Context& ctx, CreateOpportunity const& input);
Result<OpportunityDetail> show_opportunity(operation::Context& ctx, OneOpportunity const& input);
Result<OpportunityPage> list_opportunities(operation::Context& ctx, ListOpportunities const& input);
/// Counts and sums per stage of one process (the default one if none is named), under the same filters as the list.
Result<Board> show_board(operation::Context& ctx, OpportunityFilter const& input);
Result<StageEntries> stage_history(operation::Context& ctx, OneOpportunity const& input);
Result<OpportunityDetail> change_opportunity(operation::Context& ctx, ChangeOpportunity const& input);
Result<Nothing> delete_opportunity(operation::Context& ctx, OneOpportunity const& input);
Result<OpportunityDetail> restore_opportunity(operation::Context& ctx, OneOpportunity const& input);
/// To another open stage, or to the won one. conflict "closed", "same_stage", "roll_back", "exit_conditions".
Result<OpportunityDetail> advance_opportunity(operation::Context& ctx, AdvanceOpportunity const& input);
/// conflict "no_approval" if its stage needs none, "approved", "pending"; "exit_conditions" while others do not hold.
Result<OpportunityDetail> submit_opportunity(operation::Context& ctx, SubmitOpportunity const& input);
/// conflict "closed", "exit_conditions"; invalid_input names amount_fen if it is 0.
Result<OpportunityDetail> win_opportunity(operation::Context& ctx, WinOpportunity const& input);
Result<OpportunityDetail> lose_opportunity(operation::Context& ctx, LoseOpportunity const& input);
Result<OpportunityDetail> invalidate_opportunity(operation::Context& ctx, LoseOpportunity const& input);
/// conflict "not_closed", "reopen" if the process does not allow it.
Result<OpportunityDetail> reopen_opportunity(operation::Context& ctx, ReopenOpportunity const& input);
Result<OpportunityDetail> transfer_opportunity(operation::Context& ctx, TransferOpportunity const& input);

}  // namespace wescrm::sales
