#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/contact.hpp>

namespace wescrm::sales {

using HighSeaRuleId = StrongId<struct HighSeaRuleIdTag, std::int64_t>;
using SeatRoleId = StrongId<struct SeatRoleIdTag, std::int64_t>;

/// What lies in high seas: one engine for both.
enum class PoolObject { customer, lead };
BOOST_DESCRIBE_ENUM(PoolObject, customer, lead)
enum class RuleKind { no_follow, no_deal, no_opportunity, first_follow, contract_end, follow_count };
BOOST_DESCRIBE_ENUM(RuleKind, no_follow, no_deal, no_opportunity, first_follow, contract_end, follow_count)

/// When a record of a member goes into the pool by itself; the earliest enabled rule counts.
struct HighSeaRule {
    std::optional<HighSeaRuleId> id;
    RuleKind kind = RuleKind::no_follow;
    std::optional<bool> enabled;
    int days = 0;
    std::optional<int> renewal_days;
    std::optional<int> max_days;
    std::optional<std::string> level;
    std::optional<std::vector<int>> warn_days;        ///< absent: 7, 3, 1
    std::optional<int> superior_step;                 ///< from this step on the superior too; absent: at the last
    std::optional<std::vector<std::string>> exempt;   ///< absent: closed
    std::optional<bool> working_days;                 ///< counted by the working calendar
    std::optional<int> min_content;                   ///< characters of a follow-up that renews
    std::optional<std::vector<std::string>> methods;  ///< of a follow-up that renews
    std::optional<std::vector<std::string>> origins;  ///< create, claim, assign, transfer
    std::optional<int> times;                         ///< of follow_count: follow-ups within `days` that keep it
};
BOOST_DESCRIBE_STRUCT(HighSeaRule, (),
                      (id, kind, enabled, days, renewal_days, max_days, level, warn_days, superior_step, exempt,
                       working_days, min_content, methods, origins, times))

struct HighSea {
    HighSeaId id;
    std::string name;
    std::string object;  ///< customer, lead
    bool enabled = true;
    int position = 0;
    bool is_open = false;  ///< everybody is a member
    bool members_claim = true;
    bool may_return = true;
    bool may_move = true;
    std::optional<int> claim_daily_limit;
    std::optional<int> holding_cap;
    std::optional<int> cooldown_days;
    std::optional<int> quiet_hours;
    std::optional<int> claims_per_record;
    std::optional<int> assign_days;       ///< so long unassigned: the pool's admins hear of it
    std::optional<int> view_daily_limit;  ///< records of the pool that one member may open on a day
    std::optional<int> fair_minutes;      ///< claims are collected for so long, then the best wins
    bool may_extend = true;               ///< owners may ask for more time
    int extension_days = 90;              ///< at most, each time
    int extension_times = 2;              ///< at most, for one owner of one record
    std::vector<std::string> hidden_fields;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(HighSea, (),
                      (id, name, object, enabled, position, is_open, members_claim, may_return, may_move,
                       claim_daily_limit, holding_cap, cooldown_days, quiet_hours, claims_per_record, assign_days,
                       view_daily_limit, fair_minutes, may_extend, extension_days, extension_times, hidden_fields,
                       version, created_at, updated_at, created_by))

struct HighSeaDetail : HighSea {
    std::vector<HighSeaRule> rules;
    std::vector<UserId> member_user_ids;
    std::vector<DepartmentId> member_department_ids;
    std::vector<SeatRoleId> member_role_ids;  ///< whoever has the role
    std::vector<UserId> admin_user_ids;
    std::vector<SeatRoleId> admin_role_ids;
    std::int64_t record_count = 0;
    bool is_member = false;  ///< the reader
    bool is_admin = false;
};
BOOST_DESCRIBE_STRUCT(HighSeaDetail, (HighSea),
                      (rules, member_user_ids, member_department_ids, member_role_ids, admin_user_ids, admin_role_ids,
                       record_count, is_member, is_admin))

struct CreateHighSea {
    std::string name;
    PoolObject object = PoolObject::customer;
    std::optional<bool> enabled;
    std::optional<int> position;
    std::optional<bool> is_open;
    std::optional<bool> members_claim;
    std::optional<bool> may_return;
    std::optional<bool> may_move;
    std::optional<int> claim_daily_limit;
    std::optional<int> holding_cap;
    std::optional<int> cooldown_days;
    std::optional<int> quiet_hours;
    std::optional<int> claims_per_record;
    std::optional<int> assign_days;       ///< so long unassigned: the pool's admins hear of it
    std::optional<int> view_daily_limit;  ///< records of the pool that one member may open on a day
    std::optional<int> fair_minutes;      ///< claims are collected for so long, then the best wins
    std::optional<bool> may_extend;
    std::optional<int> extension_days;
    std::optional<int> extension_times;
    std::vector<std::string> hidden_fields;
    std::vector<HighSeaRule> rules;
    std::vector<UserId> member_user_ids;
    std::vector<DepartmentId> member_department_ids;
    std::vector<SeatRoleId> member_role_ids;  ///< whoever has the role
    std::vector<UserId> admin_user_ids;
    std::vector<SeatRoleId> admin_role_ids;
};
BOOST_DESCRIBE_STRUCT(CreateHighSea, (),
                      (name, object, enabled, position, is_open, members_claim, may_return, may_move, claim_daily_limit,
                       holding_cap, cooldown_days, quiet_hours, claims_per_record, assign_days, view_daily_limit,
                       fair_minutes, may_extend, extension_days, extension_times, hidden_fields, rules, member_user_ids,
                       member_department_ids, member_role_ids, admin_user_ids, admin_role_ids))

struct ChangeHighSea {
    HighSeaId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<bool> enabled;
    std::optional<int> position;
    std::optional<bool> is_open;
    std::optional<bool> members_claim;
    std::optional<bool> may_return;
    std::optional<bool> may_move;
    operation::Patch<int> claim_daily_limit;
    operation::Patch<int> holding_cap;
    operation::Patch<int> cooldown_days;
    operation::Patch<int> quiet_hours;
    operation::Patch<int> claims_per_record;
    operation::Patch<int> assign_days;
    operation::Patch<int> view_daily_limit;
    operation::Patch<int> fair_minutes;
    std::optional<bool> may_extend;
    std::optional<int> extension_days;
    std::optional<int> extension_times;
    std::optional<std::vector<std::string>> hidden_fields;
    std::optional<std::vector<HighSeaRule>> rules;  ///< exactly these; every lists below too
    std::optional<std::vector<UserId>> member_user_ids;
    std::optional<std::vector<DepartmentId>> member_department_ids;
    std::optional<std::vector<SeatRoleId>> member_role_ids;
    std::optional<std::vector<UserId>> admin_user_ids;
    std::optional<std::vector<SeatRoleId>> admin_role_ids;
};
BOOST_DESCRIBE_STRUCT(ChangeHighSea, (),
                      (id, version, name, enabled, position, is_open, members_claim, may_return, may_move,
                       claim_daily_limit, holding_cap, cooldown_days, quiet_hours, claims_per_record, assign_days,
                       view_daily_limit, fair_minutes, may_extend, extension_days, extension_times, hidden_fields,
                       rules, member_user_ids, member_department_ids, member_role_ids, admin_user_ids, admin_role_ids))

struct OneHighSea {
    HighSeaId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneHighSea, (), (id, version))

struct ListHighSeas {
    std::optional<std::string> q;
    std::optional<PoolObject> object;
    std::optional<bool> enabled;
    std::optional<std::string> sort;  ///< position, name, created_at; default position
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListHighSeas, (), (q, object, enabled, sort, limit, cursor))

struct HighSeaPage {
    std::vector<HighSeaDetail> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(HighSeaPage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(HighSeaRule const*);
std::vector<operation::FieldRule> field_rules(CreateHighSea const*);
std::vector<operation::FieldRule> field_rules(ChangeHighSea const*);

// Pools are seen by who has a seat on them and by who may manage them; to others they are not_found "high_sea".

/// conflict "name" if there is one of that name for the object. Rules count from the next run on.
Result<HighSeaDetail> create_high_sea(operation::Context& ctx, CreateHighSea const& input);
Result<HighSeaDetail> show_high_sea(operation::Context& ctx, OneHighSea const& input);
Result<HighSeaPage> list_high_seas(operation::Context& ctx, ListHighSeas const& input);
/// conflict "not_empty" when it is switched off while it holds records; "last_pool" if rules would have no pool.
Result<HighSeaDetail> change_high_sea(operation::Context& ctx, ChangeHighSea const& input);
Result<HighSeaDetail> disable_high_sea(operation::Context& ctx, OneHighSea const& input);
Result<HighSeaDetail> enable_high_sea(operation::Context& ctx, OneHighSea const& input);
Result<Nothing> delete_high_sea(operation::Context& ctx, OneHighSea const& input);

/// Brings the stored due instants of these records in step, after a follow-up, a deal, an opportunity, a contract, a
/// change of level, protection or owner. Cheap for records that no rule concerns.
void recompute_due(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& ids);

}  // namespace wescrm::sales
