#include "../handed_over.hpp"
#include "../high_sea/records.hpp"

#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/operations.hpp>

// A leaver's open leads. Converted ones stay with his name: they are history.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;
using operation::Handover;

constexpr std::string_view of_leaver =
    " from lead where tenant_id = :tenant and owner_id = :from and status <> 'converted'";

std::int64_t count(Context& ctx, EmployeeId from) {
    return ctx.sql()
        .value<std::int64_t>("select count(*)" + std::string{of_leaver} + " and deleted_at is null",
                             {bind("tenant", ctx.tenant()), bind("from", from)})
        .value_or(0);
}

// Those in the recycle bin go along, so that they have an owner when they come back.
Result<std::int64_t> move(Context& ctx, Handover const& handover) {
    auto const moved = count(ctx, handover.from);
    auto const ids = ctx.sql().values<std::int64_t>("select id" + std::string{of_leaver} + " order by id",
                                                    {bind("tenant", ctx.tenant()), bind("from", handover.from)});
    auto records = PoolRecords{ctx, PoolObject::lead};
    for (auto const id : ids) records.give(records.lock(id).value(), {handover.to, "handover", handover.reason, {}});
    if (ids.empty()) return moved;
    audit_handed_over(ctx, "lead", handover, ids);
    return moved;
}

}  // namespace

void add_lead_handover(operation::HandoverKinds& kinds) {
    auto leads = operation::HandoverKind{};
    leads.name = "lead";
    leads.title = "线索";
    leads.hint = "跟进记录随线索一起交接，已转换的线索不变";
    leads.count = count;
    leads.move = move;
    kinds.add(std::move(leads));
}

}  // namespace wescrm::sales
