#include "../customers.hpp"
#include "moves.hpp"
#include "pool_views.hpp"

#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/gains.hpp>
#include <wescrm/sales/sales_rules.hpp>

// Several records of one pool at once: each by itself, so that one refusal stops no other.
namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct ClaimSome {
    HighSeaId id;
    std::vector<RecordId> ids;
};
BOOST_DESCRIBE_STRUCT(ClaimSome, (), (id, ids))
struct AssignSome {
    HighSeaId id;
    std::vector<RecordId> ids;
    UserId user_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(AssignSome, (), (id, ids, user_id, reason))

struct MoveSome {
    HighSeaId id;
    std::vector<RecordId> ids;
    HighSeaId to_high_sea_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(MoveSome, (), (id, ids, to_high_sea_id, reason))

struct Outcome {
    RecordId id;
    bool is_done = false;
    std::string code;  ///< of a refusal
    std::string message;
    std::optional<Instant> decided_at{};  ///< the pool collects claims: who gets it is decided then
};
BOOST_DESCRIBE_STRUCT(Outcome, (), (id, is_done, code, message, decided_at))
struct Outcomes {
    std::int64_t done = 0;
    std::vector<Outcome> items;
};
BOOST_DESCRIBE_STRUCT(Outcomes, (), (done, items))

std::vector<FieldRule> field_rules(ClaimSome const*) { return {{"ids", "记录", {.max_items = 100}}}; }
std::vector<FieldRule> field_rules(AssignSome const*) {
    return {{"ids", "记录", {.max_items = 100}}, {"user_id", "员工", {.max_length = 64}}, {"reason", "原因"}};
}

std::vector<FieldRule> field_rules(MoveSome const*) {
    return {{"ids", "记录", {.max_items = 100}}, {"to_high_sea_id", "目标公海"}, {"reason", "原因"}};
}

template <class Work>
Outcomes each(operation::Context& ctx, std::vector<RecordId> const& ids, Work const& work) {
    auto outcomes = Outcomes{};
    for (auto const id : ids) {
        auto const done = operation::under_savepoint(ctx.sql(), [&]() -> Result<Claimed> { return work(id); });
        auto one = Outcome{id, done.has_value(), {}, {}};
        if (done) {
            ++outcomes.done;
            one.decided_at = done->decided_at;
        } else {
            one.code = done.error().reason;
            one.message = done.error().message;
        }
        outcomes.items.push_back(std::move(one));
    }
    ctx.nothing_to_audit();
    return outcomes;
}

Result<Outcomes> claim_some(operation::Context& ctx, ClaimSome const& input) {
    auto const pool = Pools{ctx}.find(input.id);
    if (!pool) return no_high_sea();
    auto const object = object_of(*pool);
    auto const permission = std::string{name_of(object)} + ".claim";
    if (!ctx.may(permission)) return Error{Errc::forbidden, "permission", "您没有领取的权限"};
    return each(ctx, input.ids, [&](RecordId id) { return claim_record(ctx, object, id.value()); });
}

Result<PoolRecord> assign_one(operation::Context& ctx, PoolObject object, HighSeaId pool, RecordId id, EmployeeId to,
                              std::string const& reason) {
    auto const record = PoolRecords{ctx, object}.lock(id.value());
    if (!record || record->is_deleted) return no_record(object);
    if (record->high_sea != pool)
        return Error{Errc::conflict, "not_in_pool", "「" + record->name + "」已不在这个公海中"};
    if (auto const done = take_from_pool(ctx, object, *record, to, reason); !done) return done.error();
    auto before = json::Document{rapidjson::kObjectType};
    json::set(before, "high_sea_id", std::to_string(pool.value()), before.GetAllocator());
    ctx.audit({std::string{name_of(object)}, id.value(), std::string{name_of(object)} + ".assign", json::write(before),
               "{}", reason});
    return *record;
}

// One message for all of them, unless he may decline each.
void tell(operation::Context& ctx, PoolObject object, std::vector<PoolRecord> const& records, EmployeeId to,
          std::string const& reason) {
    if (to == ctx.actor().employee || records.empty()) return;
    if (records.size() == 1 || sales_rules(ctx).decline_hours > 0) {
        for (auto const& record : records) tell_gain(ctx, object, record, to, reason);
        return;
    }
    auto gains = Gains{to, ctx.actor().is_system() ? "系统" : ctx.actor().name};
    gains.count = static_cast<std::int64_t>(records.size());
    gains.reason = reason;
    for (auto const& record : records) gains.names.push_back(record.name);
    tell_gains(ctx, object, gains,
               "assign:" + std::to_string(records.front().id) + ":" + std::to_string(records.front().version));
}

Result<Outcomes> assign_some(operation::Context& ctx, AssignSome const& input) {
    auto pools = Pools{ctx};
    auto const pool = pools.find(input.id);
    if (!pool || !pools.seat(input.id).is_any()) return no_high_sea();
    if (!pools.seat(input.id).is_admin)
        return Error{Errc::forbidden, "high_sea_admin", "只有公海管理员可以分配公海里的记录"};
    auto const to = active_employee(ctx, input.user_id);
    if (!to) return invalid_field("user_id", "没有这位在职员工");
    queue_up(ctx, *to);
    auto const object = object_of(*pool);
    auto const reason = input.reason.value_or("");
    auto given = std::vector<PoolRecord>{};
    auto outcomes = each(ctx, input.ids, [&](RecordId id) -> Result<Claimed> {
        auto done = assign_one(ctx, object, input.id, id, *to, reason);
        if (!done) return done.error();
        given.push_back(std::move(*done));
        return Claimed{};
    });
    tell(ctx, object, given, *to, reason);
    return outcomes;
}

Result<Outcomes> move_some(operation::Context& ctx, MoveSome const& input, std::vector<PoolFollower> const& followers) {
    auto pools = Pools{ctx};
    auto const pool = pools.find(input.id);
    if (!pool || !pools.seat(input.id).is_any()) return no_high_sea();
    auto const object = object_of(*pool);
    return each(ctx, input.ids, [&](RecordId id) -> Result<Claimed> {
        auto const record = PoolRecords{ctx, object}.lock(id.value());
        if (!record || record->is_deleted) return no_record(object);
        if (record->high_sea != input.id)
            return Error{Errc::conflict, "not_in_pool", "「" + record->name + "」已不在这个公海中"};
        auto const done =
            move_record(ctx, object, id.value(), input.to_high_sea_id, input.reason.value_or(""), followers);
        if (!done) return done.error();
        return Claimed{};
    });
}

constexpr Operation<MoveSome, Outcomes> high_sea_move{
    "high_sea.move", "批量移到其他公海", "high_sea.view", Effect::confirms, nullptr, {"POST", "/high-seas/{id}/move"}};
constexpr Operation<ClaimSome, Outcomes> high_sea_claim{
    "high_sea.claim", "批量领取", "high_sea.view", Effect::writes, claim_some, {"POST", "/high-seas/{id}/claim"}};
constexpr Operation<AssignSome, Outcomes> high_sea_assign{
    "high_sea.assign", "批量分配", "high_sea.view", Effect::confirms, assign_some, {"POST", "/high-seas/{id}/assign"}};

}  // namespace

void add_batches(operation::Catalogue& catalogue, std::vector<PoolFollower> followers) {
    catalogue.add(high_sea_claim);
    catalogue.add(high_sea_assign);
    catalogue.add(high_sea_move, [followers = std::move(followers)](operation::Context& ctx, MoveSome const& input) {
        return move_some(ctx, input, followers);
    });
}

}  // namespace wescrm::sales
