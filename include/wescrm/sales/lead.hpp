#pragma once
#include <wescrm/sales/custom_values.hpp>
#include <wescrm/sales/customer.hpp>

namespace wescrm::sales {

using LeadId = StrongId<struct LeadIdTag, std::int64_t>;

struct Lead {
    LeadId id;
    std::string no;
    std::string name;
    std::string company;
    std::optional<std::string> mobile;  ///< normalised
    std::string phone;
    std::string wechat;
    std::string email;
    std::string position;
    std::string province;
    std::string city;
    std::string address;
    std::string source;
    std::string channel;
    std::string level;
    std::string intended;
    std::string remark;
    int score = 0;       ///< 0–100, by the company's rules
    std::string status;  ///< unassigned, pending, following, converted, invalid, void
    std::string invalid_reason;
    std::optional<UserId> owner_user_id;
    std::optional<std::string> owner_name;
    std::optional<HighSeaId> high_sea_id;
    std::string acquired_kind;  ///< create, claim, assign, transfer
    Instant acquired_at;
    std::string assign_reason;  ///< of the rule that gave it to its owner
    std::optional<Instant> protected_until;
    std::optional<Instant> recycle_due_at;
    std::optional<Instant> last_follow_at;
    std::optional<Instant> next_contact_at;
    std::optional<CustomerId> customer_id;
    std::optional<ContactId> contact_id;
    std::optional<RecordId> opportunity_id;
    std::optional<Instant> converted_at;
    CustomValues custom;  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Lead, (),
                      (id, no, name, company, mobile, phone, wechat, email, position, province, city, address, source,
                       channel, level, intended, remark, score, status, invalid_reason, owner_user_id, owner_name,
                       high_sea_id, acquired_kind, acquired_at, assign_reason, protected_until, recycle_due_at,
                       last_follow_at, next_contact_at, customer_id, contact_id, opportunity_id, converted_at, custom,
                       version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Lead const*) { return "lead"; }

/// A rule that gave points to a lead.
struct ScoreReason {
    std::string name;
    int points = 0;
};
BOOST_DESCRIBE_STRUCT(ScoreReason, (), (name, points))

struct LeadDetail : Lead {
    std::vector<TeamMember> team;
    std::vector<Followup> followups;  ///< the last five
    std::vector<ScoreReason> score_reasons;
    std::optional<Instant> claim_decided_at;  ///< as of CustomerDetail
};
BOOST_DESCRIBE_STRUCT(LeadDetail, (Lead), (team, followups, score_reasons, claim_decided_at))
constexpr std::string_view record_kind_of(LeadDetail const*) { return "lead"; }

struct CreateLead {
    std::string name;  ///< the person; or the company
    std::optional<std::string> company;
    std::optional<std::string> mobile;
    std::optional<std::string> phone;
    std::optional<std::string> wechat;
    std::optional<std::string> email;
    std::optional<std::string> position;
    std::optional<std::string> province;
    std::optional<std::string> city;
    std::optional<std::string> address;
    std::optional<std::string> source;
    std::optional<std::string> channel;
    std::optional<std::string> level;
    std::optional<std::string> intended;
    std::optional<std::string> remark;
    std::optional<Instant> next_contact_at;
    std::optional<UserId> owner_user_id;   ///< another than the actor: permission lead.assign
    std::optional<HighSeaId> high_sea_id;  ///< into this pool, without an owner
    bool assign_by_rules = false;          ///< the assignment rules say to whom, else to the fallback pool
    CustomValues custom{};
    std::optional<std::string> duplicate_reason{};  ///< why it is made although it may be there already
};
BOOST_DESCRIBE_STRUCT(CreateLead, (),
                      (name, company, mobile, phone, wechat, email, position, province, city, address, source, channel,
                       level, intended, remark, next_contact_at, owner_user_id, high_sea_id, assign_by_rules, custom,
                       duplicate_reason))

struct ChangeLead {
    LeadId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<std::string> company;
    operation::Patch<std::string> mobile;
    operation::Patch<std::string> phone;
    operation::Patch<std::string> wechat;
    operation::Patch<std::string> email;
    operation::Patch<std::string> position;
    operation::Patch<std::string> province;
    operation::Patch<std::string> city;
    operation::Patch<std::string> address;
    operation::Patch<std::string> source;
    operation::Patch<std::string> channel;
    operation::Patch<std::string> level;
    operation::Patch<std::string> intended;
    operation::Patch<std::string> remark;
    operation::Patch<Instant> next_contact_at;
    std::optional<std::string> status;  ///< "following": he works on it
    std::optional<std::vector<operation::TeamSeat>> team;
    CustomValues custom;
    std::optional<std::string> duplicate_reason;
};
BOOST_DESCRIBE_STRUCT(ChangeLead, (),
                      (id, version, name, company, mobile, phone, wechat, email, position, province, city, address,
                       source, channel, level, intended, remark, next_contact_at, status, team, custom,
                       duplicate_reason))

struct OneLead {
    LeadId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneLead, (), (id, version))

struct RestoreLead {
    LeadId id;
    std::optional<std::int64_t> version{};
    std::optional<std::string> duplicate_reason{};
};
BOOST_DESCRIBE_STRUCT(RestoreLead, (), (id, version, duplicate_reason))

struct HandLead {
    LeadId id;
    UserId user_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(HandLead, (), (id, user_id, reason))

struct EndLead {
    LeadId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(EndLead, (), (id, reason))

struct ListLeads {
    std::optional<std::string> scene;  ///< see operation/scenes.hpp
    std::optional<std::string> q;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<std::string> status;
    std::optional<std::string> source;
    std::optional<std::string> channel;
    std::optional<std::string> level;
    std::optional<std::string> province;
    std::optional<std::string> city;
    std::optional<std::int64_t> min_score;
    std::optional<HighSeaId> high_sea_id;
    std::optional<bool> in_high_sea;
    std::optional<CustomerId> customer_id;          ///< converted to it
    std::optional<std::int64_t> not_followed_days;  ///< nobody followed up for so many days
    std::vector<std::string> custom;                ///< "key=value", "key>=value", … see fields/store.hpp
    std::optional<Date> from;                       ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at, acquired_at, last_follow_at, next_contact_at, converted_at
    bool deleted = false;                   ///< the recycle bin
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListLeads, (),
                      (scene, q, owner, department, status, source, channel, level, province, city, min_score,
                       high_sea_id, in_high_sea, customer_id, not_followed_days, custom, from, to, date_field, deleted,
                       sort, limit, cursor))

struct LeadPage {
    std::vector<Lead> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(LeadPage, (), (items, next_cursor))

struct SearchLeads {
    std::string words;                  ///< name, company or part of them, pinyin, initials, phone or its end, number
    std::optional<std::int64_t> limit;  ///< default 5
};
BOOST_DESCRIBE_STRUCT(SearchLeads, (), (words, limit))

struct FoundLead {
    LeadId id;
    std::string no;
    std::string name;
    std::string company;
    std::string status;
    std::optional<UserId> owner_user_id;
    std::optional<std::string> owner_name;
    std::optional<Instant> last_follow_at;
    std::int64_t rank =
        0;  ///< 1 number, whole name or phone · 2 company · 5 all characters · 6 pinyin or end of a phone
};
BOOST_DESCRIBE_STRUCT(FoundLead, (), (id, no, name, company, status, owner_user_id, owner_name, last_follow_at, rank))
constexpr std::string_view record_kind_of(FoundLead const*) { return "lead"; }

struct FoundLeads {
    std::vector<FoundLead> items;
};
BOOST_DESCRIBE_STRUCT(FoundLeads, (), (items))

std::vector<operation::FieldRule> field_rules(CreateLead const*);
std::vector<operation::FieldRule> field_rules(ChangeLead const*);
std::vector<operation::FieldRule> field_rules(HandLead const*);
std::vector<operation::FieldRule> field_rules(RestoreLead const*);
std::vector<operation::FieldRule> field_rules(EndLead const*);

// Catalogue names "lead.create", "lead.show", … A lead that the actor cannot see is not_found "lead"; one that he sees
// but may not change is forbidden "lead_edit"; a converted one is conflict "converted": it can only be read.

/// conflict "duplicate" or "possible_duplicate" as the company's rules say: duplicate_rule.hpp.
Result<LeadDetail> show_lead(operation::Context& ctx, OneLead const& input);
Result<LeadPage> list_leads(operation::Context& ctx, ListLeads const& input);
Result<FoundLeads> search_leads(operation::Context& ctx, SearchLeads const& input);
Result<LeadDetail> change_lead(operation::Context& ctx, ChangeLead const& input);
Result<Nothing> delete_lead(operation::Context& ctx, OneLead const& input);
Result<LeadDetail> restore_lead(operation::Context& ctx, RestoreLead const& input);
Result<LeadDetail> assign_lead(operation::Context& ctx, HandLead const& input);
Result<LeadDetail> transfer_lead(operation::Context& ctx, HandLead const& input);
/// 待处理, 跟进中 → 无效, with a reason.
Result<LeadDetail> invalidate_lead(operation::Context& ctx, EndLead const& input);
/// Anything but 已转换 → 作废.
Result<LeadDetail> void_lead(operation::Context& ctx, EndLead const& input);

}  // namespace wescrm::sales
