#include "access_kinds.hpp"

#include <wescrm/operation/team.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

struct TeamState {
    std::vector<TeamSeat> team;
};
BOOST_DESCRIBE_STRUCT(TeamState, (), (team))
struct ShareState {
    std::vector<DepartmentShare> shares;
};
BOOST_DESCRIBE_STRUCT(ShareState, (), (shares))

std::string_view word_of(TeamPower power) { return power == TeamPower::write ? "write" : "read"; }
TeamPower power_from(std::string_view word) { return word == "write" ? TeamPower::write : TeamPower::read; }
std::string label_of(TeamPower power) { return power == TeamPower::write ? "可查看和修改" : "可查看"; }

bool is_same(TeamSeat const& a, TeamSeat const& b) {
    return a.power == b.power && a.expires_at == b.expires_at && a.children == b.children;
}

}  // namespace

std::vector<TeamSeat> Team::seats() {
    auto seats = std::vector<TeamSeat>{};
    for (auto& [user, power, expires, children] :
         ctx_.sql().rows<UserId, std::string, std::optional<Instant>, std::vector<std::string>>(
             "select e.user_id, t.power, t.expires_at, t.children from team_member t join employee e on e.tenant_id = "
             "t.tenant_id and e.id = t.employee_id where t.tenant_id = :tenant and t.object = :kind and t.object_id = "
             ":id order by t.created_at, e.user_id",
             {bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id)}))
        seats.push_back({std::move(user), power_from(power), expires, std::move(children)});
    return seats;
}

Result<EmployeeId> Team::member(TeamSeat const& seat, std::string const& field) {
    auto const found = ctx_.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx_.tenant()), bind("user", seat.user_id)});
    if (!found) return invalid_field(field + "user_id", "没有这位在职员工");
    if (*found == record_.owner) return invalid_field(field + "user_id", "负责人本人不必加入团队");
    if (seat.expires_at && *seat.expires_at <= ctx_.now())
        return invalid_field(field + "expires_at", "到期时间应晚于现在");
    for (auto const& kind : seat.children)
        if (kind.empty() || kind.size() > 30 ||
            !std::all_of(kind.begin(), kind.end(), [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); }))
            return invalid_field(field + "children", "没有这种记录：" + kind);
    return *found;
}

void Team::write(EmployeeId member, TeamSeat const& seat) {
    auto const by = ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee};
    ctx_.sql().execute(
        "insert into team_member (tenant_id, object, object_id, employee_id, power, expires_at, children, created_at, "
        "added_by) values (:tenant, :kind, :id, :member, :power, :expires, :children::text[], :now, :by) on conflict "
        "(tenant_id, object, object_id, employee_id) do update set power = excluded.power, expires_at = "
        "excluded.expires_at, children = excluded.children",
        {bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id), bind("member", member),
         bind("power", word_of(seat.power)), bind("expires", seat.expires_at), bind("children", seat.children),
         bind("now", ctx_.now()), bind("by", by)});
}

void Team::audit(std::string const& action, json::Document const& before, json::Document const& after) {
    auto const changed = difference(before, after);
    ctx_.audit({record_.kind, record_.id, action, changed.before, changed.after, {}});
}

void Team::tell(EmployeeId to, std::string const& change, std::string const& power, std::optional<Instant> expires_at) {
    if (to == ctx_.actor().employee) return;
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "id", std::to_string(record_.id), allocator);
    json::set(data, "kind", record_.kind, allocator);
    json::set(data, "kind_title", record_kind(record_.kind).title, allocator);
    json::set(data, "name", record_.name, allocator);
    json::set(data, "change", change, allocator);
    json::set(data, "power", power, allocator);
    json::set(data, "actor_name", ctx_.actor().is_system() ? "系统" : ctx_.actor().name, allocator);
    json::set(data, "until", expires_at ? format_for_people(*expires_at, ctx_.zone(), ctx_.now()) : "", allocator);
    auto notice = Notice{};
    notice.effect_key = "team:" + record_.kind + ":" + std::to_string(record_.id) + ":" + std::to_string(to.value()) +
                        ":" + std::to_string(ctx_.now().time_since_epoch().count());
    notice.to = to;
    notice.kind = "team_changed";
    notice.data = std::move(data);
    notice.source_kind = record_.kind;
    notice.source_id = record_.id;
    ctx_.outbox().tell(notice);
}

Result<void> Team::put(TeamSeat const& seat) {
    auto const who = member(seat, "");
    if (!who) return who.error();
    auto const before = TeamState{seats()};
    write(*who, seat);
    audit(record_.kind + ".share", write_output(before), write_output(TeamState{seats()}));
    auto const was_there = std::any_of(before.team.begin(), before.team.end(),
                                       [&](auto const& old) { return old.user_id == seat.user_id; });
    tell(*who, was_there ? "调整了您的团队权限" : "邀请您加入团队", label_of(seat.power), seat.expires_at);
    return {};
}

Result<void> Team::remove(UserId const& user) {
    auto const before = TeamState{seats()};
    auto const who = ctx_.sql().value<EmployeeId>(
        "delete from team_member t using employee e where t.tenant_id = :tenant and t.object = :kind and t.object_id = "
        ":id and e.tenant_id = t.tenant_id and e.id = t.employee_id and e.user_id = :user returning e.id",
        {bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id), bind("user", user)});
    if (!who) return Error{Errc::not_found, "team_member", "该员工不在团队中"};
    audit(record_.kind + ".unshare", write_output(before), write_output(TeamState{seats()}));
    tell(*who, "将您移出团队", "", std::nullopt);
    return {};
}

Result<void> Team::replace(std::vector<TeamSeat> const& wanted) {
    auto const before = TeamState{seats()};
    auto at = std::size_t{0};
    for (auto const& seat : wanted) {
        auto const field = "team[" + std::to_string(at++) + "].";
        auto const who = member(seat, field);
        if (!who) return who.error();
        if (std::count_if(wanted.begin(), wanted.end(),
                          [&](auto const& other) { return other.user_id == seat.user_id; }) > 1)
            return invalid_field(field + "user_id", "同一员工出现了两次");
        auto const old = std::find_if(before.team.begin(), before.team.end(),
                                      [&](auto const& other) { return other.user_id == seat.user_id; });
        if (old != before.team.end() && is_same(*old, seat)) continue;
        write(*who, seat);
        tell(*who, old == before.team.end() ? "邀请您加入团队" : "调整了您的团队权限", label_of(seat.power),
             seat.expires_at);
    }
    for (auto const& old : before.team) {
        if (std::any_of(wanted.begin(), wanted.end(), [&](auto const& seat) { return seat.user_id == old.user_id; }))
            continue;
        if (auto const gone = remove(old.user_id); !gone) return gone.error();
    }
    audit(record_.kind + ".share", write_output(before), write_output(TeamState{seats()}));
    return {};
}

void Team::clear() {
    auto const before = TeamState{seats()};
    auto const params =
        database::Params{bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id)};
    ctx_.sql().execute("delete from team_member where tenant_id = :tenant and object = :kind and object_id = :id",
                       params);
    ctx_.sql().execute("delete from record_share where tenant_id = :tenant and object = :kind and object_id = :id",
                       params);
    if (!before.team.empty()) audit(record_.kind + ".unshare", write_output(before), write_output(TeamState{}));
}

std::vector<DepartmentShare> Team::shares() {
    auto shares = std::vector<DepartmentShare>{};
    for (auto const& [department, power, below, expires] :
         ctx_.sql().rows<DepartmentId, std::string, bool, std::optional<Instant>>(
             "select department_id, power, include_sub_departments, expires_at from record_share where tenant_id = "
             ":tenant and object = :kind and object_id = :id order by created_at, department_id",
             {bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id)}))
        shares.push_back({department, power_from(power), below, expires});
    return shares;
}

Result<void> Team::share(DepartmentShare const& share) {
    auto const is_known =
        ctx_.sql().value<int>("select 1 from department where tenant_id = :tenant and id = :id and removed_at is null",
                              {bind("tenant", ctx_.tenant()), bind("id", share.department_id)});
    if (!is_known) return invalid_field("department_id", "没有这个部门");
    if (share.expires_at && *share.expires_at <= ctx_.now()) return invalid_field("expires_at", "到期时间应晚于现在");
    auto const before = ShareState{shares()};
    auto const by = ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee};
    ctx_.sql().execute(
        "insert into record_share (tenant_id, object, object_id, department_id, power, include_sub_departments, "
        "expires_at, created_at, created_by) values (:tenant, :kind, :id, :department, :power, :below, :expires, :now, "
        ":by) on conflict (tenant_id, object, object_id, department_id) do update set power = excluded.power, "
        "include_sub_departments = excluded.include_sub_departments, expires_at = excluded.expires_at",
        {bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id),
         bind("department", share.department_id), bind("power", word_of(share.power)),
         bind("below", share.include_sub_departments), bind("expires", share.expires_at), bind("now", ctx_.now()),
         bind("by", by)});
    audit(record_.kind + ".share", write_output(before), write_output(ShareState{shares()}));
    auto const heads = ctx_.sql().values<EmployeeId>(
        "select e.id from employee_department m join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id "
        "where "
        "m.tenant_id = :tenant and m.department_id = :department and m.is_leader and e.status = 'active' order by e.id",
        {bind("tenant", ctx_.tenant()), bind("department", share.department_id)});
    for (auto const head : heads)
        if (head != record_.owner) tell(head, "共享给您的部门", label_of(share.power), share.expires_at);
    return {};
}

Result<void> Team::unshare(DepartmentId department) {
    auto const before = ShareState{shares()};
    auto const gone = ctx_.sql().execute(
        "delete from record_share where tenant_id = :tenant and object = :kind and object_id = :id and department_id = "
        ":department",
        {bind("tenant", ctx_.tenant()), bind("kind", record_.kind), bind("id", record_.id),
         bind("department", department)});
    if (gone == 0) return Error{Errc::not_found, "share", "没有共享给这个部门"};
    audit(record_.kind + ".unshare", write_output(before), write_output(ShareState{shares()}));
    return {};
}

}  // namespace wescrm::operation
