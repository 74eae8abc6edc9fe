#include "moves.hpp"

#include "../rules/lead_states.hpp"
#include "running_approvals.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <algorithm>

// Into pools and between them, and out of them by their admins.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

Result<PoolRecord> locked(operation::Context& ctx, PoolObject object, std::int64_t id) {
    auto const record = PoolRecords{ctx, object}.lock(id);
    if (!record || record->is_deleted || !ctx.scope().allows(name_of(object), Power::read, id))
        return no_record(object);
    return *record;
}

Result<void> insist_on_owned(PoolObject object, PoolRecord const& record) {
    if (record.owner.is_empty())
        return Error{Errc::conflict, "in_pool", "「" + record.name + "」已在公海中，没有负责人"};
    if (object == PoolObject::customer) return {};
    if (auto const can = after(record.status, LeadEvent::enter_pool); !can) return can.error();
    return {};
}

// What somebody has to agree to stays with who asked for it.
Result<void> insist_on_no_approval(operation::Context& ctx, PoolObject object, PoolRecord const& record) {
    if (object == PoolObject::lead || in_approval(ctx, {record.id}).empty()) return {};
    return Error{Errc::conflict, "in_approval",
                 "「" + record.name + "」有正在审批的单据或商机，审批结束后才能放入公海"};
}

// The pool that is named, or the first in which the owner has a seat.
Result<HighSea> destination(operation::Context& ctx, PoolObject object, PoolRecord const& record,
                            std::optional<HighSeaId> const& named) {
    auto pools = Pools{ctx};
    if (named) {
        auto pool = pools.find(*named);
        auto const is_known = pool && pool->object == name_of(object) &&
                              (pools.seat(*named).is_any() || pools.has_seat(record.owner, *named));
        if (!is_known) return invalid_field("high_sea_id", "没有这个公海，或您不是它的成员");
        if (!pool->enabled) return invalid_field("high_sea_id", "公海「" + pool->name + "」已停用");
        if (!pool->may_return && !pools.seat(*named).is_admin)
            return invalid_field("high_sea_id", "公海「" + pool->name + "」不接受退回");
        return std::move(*pool);
    }
    auto open = std::vector<HighSeaId>{};
    for (auto const id : pools.enabled(object))
        if (pools.find(id)->may_return) open.push_back(id);
    auto const homes = pools.homes({record.owner}, open);
    if (homes.empty()) return invalid_field("high_sea_id", "负责人不属于任何公海，请选择一个公海");
    return pools.find(homes.front().second).value();
}

void tell_recall(operation::Context& ctx, PoolObject object, PoolRecord const& record, HighSea const& pool,
                 std::string const& reason) {
    if (record.owner == ctx.actor().employee) return;
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", title_of(object), allocator);
    json::set(data, "name", record.name, allocator);
    json::set(data, "high_sea", pool.name, allocator);
    json::set(data, "actor_name", ctx.actor().is_system() ? "系统" : ctx.actor().name, allocator);
    json::set(data, "reason", reason, allocator);
    auto notice = operation::Notice{};
    notice.effect_key = "recall:" + std::string{name_of(object)} + ":" + std::to_string(record.id) + ":" +
                        std::to_string(record.version);
    notice.to = record.owner;
    notice.kind = "record_recalled";
    notice.data = std::move(data);
    notice.source_kind = name_of(object);
    notice.source_id = record.id;
    ctx.outbox().tell(notice);
}

bool is_superior_of(operation::Context& ctx, EmployeeId owner) {
    return ctx.sql()
        .value<int>(
            "with recursive up (id, depth) as (select e.superior_id, 1 from employee e where e.tenant_id = "
            ":tenant and e.id = :owner union all select e.superior_id, u.depth + 1 from up u join employee e "
            "on e.tenant_id = :tenant and e.id = u.id where u.depth < 32) select 1 from up where id = :me "
            "limit 1",
            {bind("tenant", ctx.tenant()), bind("owner", owner), bind("me", ctx.actor().employee)})
        .has_value();
}

}  // namespace

std::string beyond_cap(std::string const& reason, std::string const& over_cap_reason) {
    return reason + (reason.empty() ? "" : "；") + "超出持有上限：" + over_cap_reason;
}

Result<std::string> make_room(operation::Context& ctx, PoolObject object, EmployeeId person,
                              std::optional<HighSea> const& pool, std::string const& reason,
                              std::optional<std::string> const& over_cap_reason) {
    auto const room = insist_on_room(ctx, object, person, pool);
    if (room) return reason;
    auto const why = std::string{text::trim(over_cap_reason.value_or(""))};
    if (why.empty() || room.error().reason != "holding_cap") return room.error();
    auto const may = ctx.actor().is_administrator || (pool && Pools{ctx}.seat(pool->id).is_admin);
    if (!may) return Error{Errc::forbidden, "over_cap", "只有公海管理员和企业管理员可以超出持有上限分配"};
    return beyond_cap(reason, why);
}

namespace {

// The reason as it is kept.
Result<std::string> give_from_pool(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                                   std::string const& reason, std::optional<std::string> const& over_cap_reason) {
    auto pools = Pools{ctx};
    auto const pool = pools.find(record.high_sea);
    if (!pool || !pools.seat(record.high_sea).is_admin)
        return Error{Errc::forbidden, "high_sea_admin",
                     "只有公海管理员可以分配公海里的" + std::string{title_of(object)}};
    if (object == PoolObject::lead && record.status != "unassigned")
        return Error{Errc::conflict, "status", "这条线索已作废或无效，不能分配"};
    auto const kept = make_room(ctx, object, to, pool, reason, over_cap_reason);
    if (!kept) return kept.error();
    PoolRecords{ctx, object}.give(record, {to, "assign", *kept, {}});
    return *kept;
}

}  // namespace

Result<void> assign_from_pool(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                              std::string const& reason, std::optional<std::string> const& over_cap_reason) {
    auto const kept = give_from_pool(ctx, object, record, to, reason, over_cap_reason);
    if (!kept) return kept.error();
    tell_gain(ctx, object, record, to, *kept);
    return {};
}

Result<void> take_from_pool(operation::Context& ctx, PoolObject object, PoolRecord const& record, EmployeeId to,
                            std::string const& reason) {
    if (auto const kept = give_from_pool(ctx, object, record, to, reason, {}); !kept) return kept.error();
    return {};
}

Result<void> release_record(operation::Context& ctx, PoolObject object, std::int64_t id,
                            std::optional<HighSeaId> const& pool, std::string const& reason,
                            std::vector<PoolFollower> const& followers) {
    auto const record = locked(ctx, object, id);
    if (!record) return record.error();
    if (auto const owned = insist_on_owned(object, *record); !owned) return owned.error();
    if (!ctx.scope().allows(name_of(object), Power::write, id))
        return Error{Errc::forbidden, std::string{name_of(object)} + "_edit",
                     "您不能退回「" + record->name + "」，请联系它的负责人"};
    if (text::trim(reason).empty()) return invalid_field("reason", "请填写退回原因");
    if (auto const free = insist_on_no_approval(ctx, object, *record); !free) return free.error();
    if (auto const good = insist_reason(ctx, ReasonOf::returned, reason); !good) return good.error();
    auto const to = destination(ctx, object, *record, pool);
    if (!to) return to.error();
    PoolRecords{ctx, object}.take({id}, {to->id, "return", "return", reason}, followers);
    tell_recall(ctx, object, *record, *to, reason);
    return {};
}

Result<void> recall_record(operation::Context& ctx, PoolObject object, std::int64_t id,
                           std::optional<HighSeaId> const& pool, std::string const& reason,
                           std::vector<PoolFollower> const& followers) {
    auto records = PoolRecords{ctx, object};
    auto const record = records.lock(id);
    if (!record || record->is_deleted) return no_record(object);
    auto const is_seen = ctx.scope().allows(name_of(object), Power::read, id);
    if (auto const owned = insist_on_owned(object, *record); !owned) return is_seen ? owned.error() : no_record(object);
    auto const to = destination(ctx, object, *record, pool);
    auto const is_admin = to && Pools{ctx}.seat(to->id).is_admin;
    if (!is_admin && !is_seen) return no_record(object);
    if (!is_admin && !is_superior_of(ctx, record->owner))
        return Error{Errc::forbidden, "high_sea_admin", "只有公海管理员或负责人的上级可以收回"};
    if (!to) return to.error();
    if (text::trim(reason).empty()) return invalid_field("reason", "请填写收回原因");
    records.take({id}, {to->id, "recall", "return", reason}, followers);
    tell_recall(ctx, object, *record, *to, reason);
    return {};
}

Result<void> move_record(operation::Context& ctx, PoolObject object, std::int64_t id, HighSeaId pool,
                         std::string const& reason, std::vector<PoolFollower> const& followers) {
    auto const record = locked(ctx, object, id);
    if (!record) return record.error();
    if (record->high_sea.is_empty()) return Error{Errc::conflict, "not_in_pool", "「" + record->name + "」不在公海中"};
    auto pools = Pools{ctx};
    auto const from = pools.find(record->high_sea).value();
    auto const is_admin = pools.seat(from.id).is_admin;
    if (!is_admin) return Error{Errc::forbidden, "high_sea_admin", "只有公海管理员可以移动公海里的记录"};
    if (!from.may_move && !ctx.actor().is_administrator)
        return Error{Errc::conflict, "may_move", "「" + from.name + "」里的记录不能移到其他公海"};
    auto const to = pools.find(pool);
    if (!to || to->object != name_of(object)) return invalid_field("high_sea_id", "没有这个公海");
    if (!to->enabled) return invalid_field("high_sea_id", "公海「" + to->name + "」已停用");
    if (to->id == from.id) return invalid_field("high_sea_id", "已经在这个公海里");
    PoolRecords{ctx, object}.take({id}, {to->id, "move", "transfer", reason}, followers);
    return {};
}

}  // namespace wescrm::sales
