#include "role_members.hpp"

#include <algorithm>
#include <iterator>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;

using People = std::vector<EmployeeId>;

People difference_of(People const& from, People const& without) {
    auto rest = People{};
    std::set_difference(from.begin(), from.end(), without.begin(), without.end(), std::back_inserter(rest));
    return rest;
}

}  // namespace

Result<void> insist_on_administrators_without(Context& ctx, People const& people) {
    // The same lock as whoever switches somebody off: two who take the right from each other cannot both succeed.
    ctx.sql().execute("select pg_advisory_xact_lock(6072, hashtext(:tenant::text))", {bind("tenant", ctx.tenant())});
    auto const left = ctx.sql().value<std::int64_t>(
        "select count(distinct e.id) from employee e join role_member m on m.tenant_id = e.tenant_id and m.employee_id "
        "= "
        "e.id join role r on r.tenant_id = m.tenant_id and r.id = m.role_id where e.tenant_id = :tenant and "
        "r.is_administrator and e.status = 'active' and e.id <> all(:people::bigint[])",
        {bind("tenant", ctx.tenant()), bind("people", people)});
    if (left.value_or(0) > 0) return {};
    return Error{Errc::conflict, "last_administrator", "企业至少要有一位在职的管理员，请先指定另一位"};
}

Result<void> insist_may_give(Context& ctx, bool is_administrator_role, Grants const& grants) {
    auto const& actor = ctx.actor();
    if (actor.is_system() || actor.is_administrator) return {};
    if (is_administrator_role) return Error{Errc::forbidden, "administrators_only", "只有管理员可以指定或取消管理员"};
    if (!has_all(actor, grants))
        return Error{Errc::forbidden, "beyond_own", "不能授予您自己没有的权限或更大的数据范围"};
    return {};
}

Result<People> people_of(Context& ctx, std::vector<UserId> const& users) {
    auto people = People{};
    for (std::size_t at = 0; at < users.size(); ++at) {
        auto const id = ctx.sql().value<EmployeeId>(
            "select id from employee where tenant_id = :tenant and user_id = :user and status <> 'left'",
            {bind("tenant", ctx.tenant()), bind("user", users[at])});
        if (!id)
            return invalid_field("member_user_ids[" + std::to_string(at) + "]", "没有这位员工：" + users[at].value());
        people.push_back(*id);
    }
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    return people;
}

Result<void> set_members(Context& ctx, RoleId id, LockedRole const& role, People const& wanted) {
    auto store = RoleStore{ctx};
    auto const there = store.members(id);
    auto const added = difference_of(wanted, there);
    auto const removed = difference_of(there, wanted);
    if (added.empty() && removed.empty()) return {};
    if (auto const may = insist_may_give(ctx, role.is_administrator, role.grants); !may) return may.error();
    store.add_members(id, added);
    store.remove_members(id, removed);
    if (role.is_administrator)
        if (auto const left = insist_on_administrators_without(ctx, {}); !left) return left.error();
    store.end_sessions(added);
    store.end_sessions(removed);
    return {};
}

Result<void> set_roles(Context& ctx, EmployeeId employee, std::vector<RoleId> const& given) {
    if (given.empty()) return invalid_field("role_ids", "每位员工至少要有一个角色");
    auto wanted = given;
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    auto store = RoleStore{ctx};
    auto const there = ctx.sql().values<RoleId>(
        "select role_id from role_member where tenant_id = :tenant and employee_id = :id order by 1",
        {bind("tenant", ctx.tenant()), bind("id", employee)});
    auto const change = [&](RoleId id, bool adds) -> Result<void> {
        auto const role = store.lock(id);
        if (!role) return invalid_field("role_ids", "没有这个角色：" + std::to_string(id.value()));
        if (auto const may = insist_may_give(ctx, role->is_administrator, role->grants); !may) return may.error();
        if (role->is_administrator && !adds)
            if (auto const left = insist_on_administrators_without(ctx, {employee}); !left) return left.error();
        if (adds)
            store.add_members(id, {employee});
        else
            store.remove_members(id, {employee});
        return {};
    };
    auto has_changed = false;
    for (auto const adds : {true, false})  // so that nobody is without a role in between
        for (auto const id : adds ? wanted : there) {
            auto const& others = adds ? there : wanted;
            if (std::binary_search(others.begin(), others.end(), id)) continue;
            if (auto const done = change(id, adds); !done) return done.error();
            has_changed = true;
        }
    if (has_changed) store.end_sessions({employee});
    return {};
}

}  // namespace wescrm::org
