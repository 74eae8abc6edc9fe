#include "customers.hpp"
#include "followups.hpp"
#include "sharing.hpp"
#include "team_operations.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/team.hpp>

namespace wescrm::sales {
namespace {

using operation::DepartmentShare;
using operation::Effect;
using operation::Operation;
using operation::Team;
using operation::TeamSeat;

struct ShareCustomer : Sharing {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(ShareCustomer, (Sharing), (id))

struct UnshareCustomer : Unsharing {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(UnshareCustomer, (Unsharing), (id))

Team team_of(operation::Context& ctx, CustomerId id, LockedCustomer const& customer) {
    return Team{ctx, {"customer", id.value(), customer.name, customer.owner}};
}

/// Whom the record was shared with, and how it was shared with him before; no seat and no share: not at all.
struct SharedBefore {
    std::optional<UserId> user_id;
    std::optional<DepartmentId> department_id;
    std::optional<TeamSeat> seat;
    std::optional<DepartmentShare> share;
};
BOOST_DESCRIBE_STRUCT(SharedBefore, (), (user_id, department_id, seat, share))

SharedBefore shared_before(Team& team, ShareCustomer const& input) {
    auto before = SharedBefore{input.user_id, input.department_id, {}, {}};
    if (input.user_id)
        for (auto const& seat : team.seats())
            if (seat.user_id == *input.user_id) before.seat = seat;
    if (input.department_id)
        for (auto const& share : team.shares())
            if (share.department_id == *input.department_id) before.share = share;
    return before;
}

Result<CustomerDetail> share_customer(operation::Context& ctx, ShareCustomer const& input) {
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户在回收站里，请先恢复"};
    auto team = team_of(ctx, input.id, *locked);
    auto const before = shared_before(team, input);
    auto const done = share(team, input);
    if (!done) return done.error();
    remember_for_undo(ctx, {0, "customer", input.id.value(), "share", Customers{ctx}.find(input.id).value().version,
                            "共享客户 " + locked->name, json::write(operation::write_output(before))});
    return detail_of(ctx, input.id);
}

Result<Nothing> unshare_customer(operation::Context& ctx, UnshareCustomer const& input) {
    auto const locked = lock_permitted(ctx, input.id, leaves(ctx, input) ? Need::read : Need::write);
    if (!locked) return locked.error();
    auto team = team_of(ctx, input.id, *locked);
    auto const done = unshare(team, input);
    if (!done) return done.error();
    return Nothing{};
}

constexpr Operation<ShareCustomer, CustomerDetail> customer_share{
    "customer.share", "共享客户", "customer.share", Effect::writes, share_customer, {"POST", "/customers/{id}/share"}};
constexpr Operation<UnshareCustomer, Nothing> customer_unshare{
    "customer.unshare", "取消共享",       "customer.view",
    Effect::writes,     unshare_customer, {"POST", "/customers/{id}/unshare", 204}};

}  // namespace

Result<void> unshare_as_before(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto const locked = lock_permitted(ctx, CustomerId{entry.object_id}, Need::write);
    if (!locked) return locked.error();
    auto const was = operation::read_input<SharedBefore>(before);
    if (!was) return was.error();
    auto team = team_of(ctx, CustomerId{entry.object_id}, *locked);
    if (was->seat) return team.put(*was->seat);
    if (was->share) return team.share(*was->share);
    return was->user_id ? team.remove(*was->user_id) : team.unshare(was->department_id.value());
}

void add_team_operations(operation::Catalogue& catalogue) {
    catalogue.add(customer_share);
    catalogue.add(customer_unshare);
    add_record_team_operation(catalogue);
}

}  // namespace wescrm::sales
