#include "customer_hand.hpp"
#include "customers.hpp"
#include "high_sea/offers.hpp"
#include "high_sea/operations.hpp"
#include "loss.hpp"
#include "owner.hpp"

#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/undo.hpp>

// Another owner for a customer: handed on by who has it, or assigned by who hands out.
namespace wescrm::sales {
namespace {

using database::bind;

/// What the new owner hears.
struct Transfer {
    PoolRecord before;
    EmployeeId to;
    std::string reason;
    bool may_decline = false;
};

void tell_transfer(operation::Context& ctx, Transfer const& transfer) {
    auto const id = CustomerId{transfer.before.id};
    auto const& reason = transfer.reason;
    auto const customer = Customers{ctx}.find(id);
    auto const from_name =
        ctx.sql().value<std::string>("select name from employee where tenant_id = :tenant and id = :id",
                                     {bind("tenant", ctx.tenant()), bind("id", transfer.before.owner)});
    auto data = operation::write_output(*customer);
    json::set(data, "from_name", from_name.value_or("公海"), data.GetAllocator());
    json::set(data, "actor_name", ctx.actor().name, data.GetAllocator());
    json::set(data, "reason", reason, data.GetAllocator());
    json::set(data, "at_text", format_for_people(ctx.now(), ctx.zone(), ctx.now()), data.GetAllocator());
    auto notice = operation::Notice{};
    notice.effect_key = "transfer:" + std::to_string(id.value()) + ":" + std::to_string(customer->version);
    notice.to = transfer.to;
    notice.kind = "customer_transferred";
    notice.data = std::move(data);
    notice.source_kind = "customer";
    notice.source_id = id.value();
    if (transfer.may_decline)
        if (auto const offer = offer_record(ctx, PoolObject::customer, transfer.before, transfer.to, reason)) {
            json::set(notice.data, "kind_title", "客户", notice.data.GetAllocator());
            put_offer(ctx, *offer, reason, notice);
        }
    ctx.outbox().tell(notice);
}

struct NewOwner {
    EmployeeId to;
    std::string_view kind;  ///< transfer, assign
    std::string reason;
    bool may_decline = true;
};

std::string audited_as(std::string_view kind) { return "customer." + std::string{kind}; }

void set_owner(operation::Context& ctx, CustomerId id, LockedCustomer const& locked, NewOwner const& next) {
    auto customers = Customers{ctx};
    auto records = PoolRecords{ctx, PoolObject::customer};
    auto const before = operation::write_output(customers.find(id).value());
    auto const record = records.lock(id.value()).value();
    records.give(record, {next.to, next.kind, next.reason, {}});
    auto const after = operation::write_output(customers.find(id).value());
    auto const changed = operation::difference(before, after);
    ctx.audit({"customer", id.value(), audited_as(next.kind), changed.before, changed.after, next.reason});
    if (next.to != ctx.actor().employee) tell_transfer(ctx, {record, next.to, next.reason, next.may_decline});
    tell_loss(ctx, {"customer", "客户", id.value(), locked.name, locked.owner, next.to, next.reason, locked.version});
}

// Out of a pool only its admins hand out; everybody within his cap.
Result<std::string> insist_may_get(operation::Context& ctx, Customer const& customer, EmployeeId to,
                                   HandCustomer const& input) {
    auto const reason = input.reason.value_or("");
    auto const& over = input.over_cap_reason;
    if (!customer.high_sea_id) return make_room(ctx, PoolObject::customer, to, std::nullopt, reason, over);
    auto pools = Pools{ctx};
    if (!pools.seat(*customer.high_sea_id).is_admin)
        return Error{Errc::forbidden, "high_sea_admin", "只有公海管理员可以分配公海里的客户"};
    return make_room(ctx, PoolObject::customer, to, pools.find(*customer.high_sea_id), reason, over);
}

// The former owner stays as a member of the team, if that is wanted.
Result<void> keep_former(operation::Context& ctx, HandCustomer const& input, Customer const& before, EmployeeId to) {
    auto const right = input.keep_former.value_or(FormerRight::none);
    if (right == FormerRight::none) {
        if (input.keep_until) return invalid_field("keep_until", "请先选择原负责人保留的权限");
        return {};
    }
    if (!before.owner_user_id) return {};
    if (input.keep_until && std::chrono::sys_days{*input.keep_until} < std::chrono::sys_days{ctx.today()})
        return invalid_field("keep_until", "保留到的日期不能早于今天");
    auto const until =
        input.keep_until ? std::optional{ctx.zone().start_of(add_days(*input.keep_until, 1))} : std::nullopt;
    auto const power = right == FormerRight::write ? operation::TeamPower::write : operation::TeamPower::read;
    return operation::Team{ctx, {"customer", input.id.value(), before.name, to}}.put(
        {*before.owner_user_id, power, until, {}});
}

std::string moved_json(Customer const& before, MovedChildren const& moved) {
    auto value = operation::write_output(before);
    auto& allocator = value.GetAllocator();
    auto kinds = json::Value{rapidjson::kObjectType};
    for (auto const& [kind, ids] : moved) {
        auto list = json::Value{rapidjson::kArrayType};
        for (auto const id : ids) list.PushBack(json::Value{id}, allocator);
        json::set(kinds, kind, std::move(list), allocator);
    }
    json::set(value, "moved", std::move(kinds), allocator);
    return json::write(value);
}

MovedChildren moved_in(json::Value const& before) {
    auto moved = MovedChildren{};
    auto const* kinds = json::find(before, "moved");
    if (!kinds || !kinds->IsObject()) return moved;
    for (auto const& member : kinds->GetObject())
        for (auto const& id : member.value.GetArray())
            moved[std::string{json::view(member.name)}].push_back(id.GetInt64());
    return moved;
}

Result<CustomerDetail> hand(operation::Context& ctx, HandCustomer const& input, std::string_view kind) {
    auto const to = active_employee(ctx, input.user_id);
    if (to) queue_up(ctx, *to);
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户在回收站里，请先恢复"};
    if (!to) return invalid_field("user_id", "没有这位在职员工");
    if (*to == locked->owner) return Error{Errc::conflict, "already_owner", "「" + locked->name + "」已由该员工负责"};
    auto customers = Customers{ctx};
    auto const before = customers.find(input.id).value();
    auto const kept_reason = insist_may_get(ctx, before, *to, input);
    if (!kept_reason) return kept_reason.error();
    auto const& reason = *kept_reason;
    set_owner(ctx, input.id, *locked, {*to, kind, reason});
    if (auto const kept = keep_former(ctx, input, before, *to); !kept) return kept.error();
    auto const moves = input.with_children.value_or(true) && !locked->owner.is_empty();
    auto const moved = moves ? move_children(ctx, input.id, locked->owner, *to, reason) : MovedChildren{};
    auto shown = CustomerDetail{};
    static_cast<Customer&>(shown) =
        customers.find(input.id).value();  // the actor may no longer see what he handed over
    shown.team = customers.team(input.id);
    if (before.owner_user_id)
        remember_for_undo(ctx, {0, "customer", input.id.value(), "owner", shown.version, "转移客户 " + shown.name,
                                moved_json(before, moved)});
    return shown;
}

}  // namespace

std::vector<operation::FieldRule> field_rules(HandCustomer const*) {
    auto rules = field_rules(static_cast<TransferCustomer const*>(nullptr));
    rules.push_back({"with_children", "商机和单据一起转移"});
    rules.push_back({"keep_former", "原负责人保留"});
    rules.push_back({"keep_until", "保留到"});
    rules.push_back(rule_of_over_cap_reason());
    return rules;
}

Result<CustomerDetail> transfer_customer(operation::Context& ctx, TransferCustomer const& input) {
    auto wanted = HandCustomer{};
    static_cast<TransferCustomer&>(wanted) = input;
    return hand_on_customer(ctx, wanted);
}

Result<CustomerDetail> assign_customer(operation::Context& ctx, TransferCustomer const& input) {
    auto wanted = HandCustomer{};
    static_cast<TransferCustomer&>(wanted) = input;
    return hand_out_customer(ctx, wanted);
}

Result<CustomerDetail> hand_on_customer(operation::Context& ctx, HandCustomer const& input) {
    return hand(ctx, input, "transfer");
}

Result<CustomerDetail> hand_out_customer(operation::Context& ctx, HandCustomer const& input) {
    auto const pool =
        ctx.sql().value<HighSeaId>("select high_sea_id from customer where tenant_id = :tenant and id = :id",
                                   {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const is_pool_admin = pool && Pools{ctx}.seat(*pool).is_admin;
    if (!is_pool_admin && !ctx.may("customer.assign")) return operation::no_permission("customer.assign");
    return hand(ctx, input, "assign");
}

Result<void> give_back(operation::Context& ctx, CustomerId id, json::Value const& before) {
    auto const to = active_employee(ctx, UserId{json::find_string(before, "owner_user_id").value_or("")});
    if (!to) return Error{Errc::conflict, "owner_left", "原负责人已停用，不能撤销转移"};
    auto const locked = Customers{ctx}.lock(id);
    if (!locked) return Error{Errc::not_found, "customer", "没有这个客户，或您看不到它"};
    ctx.outbox().cancel("customer", id.value());
    move_back(ctx, moved_in(before), locked->owner, *to);
    set_owner(ctx, id, *locked, {*to, "transfer", "撤销", false});
    return {};
}

}  // namespace wescrm::sales
