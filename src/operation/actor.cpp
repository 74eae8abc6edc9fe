#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <array>
#include <utility>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::array<std::pair<Reach, std::string_view>, 7> reaches{{{Reach::self, "self"},
                                                                     {Reach::self_sub, "self_sub"},
                                                                     {Reach::dept, "dept"},
                                                                     {Reach::dept_tree, "dept_tree"},
                                                                     {Reach::headed, "headed"},
                                                                     {Reach::custom, "custom"},
                                                                     {Reach::all, "all"}}};

using Row = std::tuple<EmployeeId, UserId, std::string, std::string, std::optional<DepartmentId>, std::string, bool,
                       std::vector<std::string>, bool, std::optional<Instant>, std::vector<std::string>,
                       std::vector<std::string>>;

// Who it is and what his roles grant, in one round trip: each grant as "permission reach role-departments"; each
// restricted field as "object.field level mask" with the most permissive level and mask of his roles, where a role
// that says nothing about a field allows it; and which of contracts and orders the company works without.
constexpr std::string_view select_actor =
    "select e.id, e.user_id, e.name, e.status, e.main_department_id, t.time_zone, "
    "  exists (select 1 from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id "
    "          where m.tenant_id = e.tenant_id and m.employee_id = e.id and r.is_administrator), "
    "  array(select p.permission || ' ' || p.reach || ' ' || coalesce((select string_agg(d.department_id::text, '+') "
    "from role_department d "
    "          where d.tenant_id = p.tenant_id and d.role_id = p.role_id and p.reach = 'custom'), '') "
    "        from role_member m join role_permission p on p.tenant_id = m.tenant_id and p.role_id = m.role_id "
    "        where m.tenant_id = e.tenant_id and m.employee_id = e.id order by 1), "
    "  coalesce((t.settings ->> 'phone_masking')::boolean, true), t.valid_until, "
    "  array(select f.object || '.' || f.field || ' ' || max(f.level) || ' ' || min(f.mask) "
    "        from role_member m join role_field f on f.tenant_id = m.tenant_id and f.role_id = m.role_id "
    "        where m.tenant_id = e.tenant_id and m.employee_id = e.id group by f.object, f.field "
    "        having count(*) = (select count(*) from role_member n where n.tenant_id = e.tenant_id and "
    "n.employee_id = e.id) order by 1), "
    "  array(select k from sales_setting s, unnest(array['contract', 'order']) k where s.tenant_id = e.tenant_id and "
    "(s.settings ->> (k || 's'))::boolean is false) "
    "from employee e join tenant t on t.id = e.tenant_id where e.tenant_id = :tenant ";

Grant grant_from(std::vector<std::string> const& words) {
    auto grant = Grant{reach_from(words.at(1)).value_or(Reach::self), {}};
    for (auto const& id : text::split(words.at(2), '+'))
        if (!id.empty()) grant.departments.emplace_back(std::stoll(id));
    return grant;
}

std::optional<Row> find(database::Session& sql, std::string const& query, database::Params const& params) {
    return sql.row<EmployeeId, UserId, std::string, std::string, std::optional<DepartmentId>, std::string, bool,
                   std::vector<std::string>, bool, std::optional<Instant>, std::vector<std::string>,
                   std::vector<std::string>>(query, params);
}

FieldRight right_from(std::vector<std::string> const& words) {
    auto const level = words.at(1);
    auto const mask = words.at(2);
    return {level == "0", level == "1", mask != "0", mask == "1"};
}

Result<Actor> actor_from(std::optional<Row> const& row, TenantId tenant, Channel channel) {
    if (!row) return Error{Errc::not_found, "employee", "没有这位员工，请让管理员同步通讯录"};
    auto const& [id, user, name, status, department, zone, is_administrator, grants, hides, until, fields, without] =
        *row;
    if (status != "active") return Error{Errc::forbidden, "disabled", "您的账号已停用，请联系企业管理员"};
    auto actor = Actor{};
    actor.tenant = tenant;
    actor.employee = id;
    actor.user_id = user;
    actor.name = name;
    actor.department = department.value_or(DepartmentId{});
    actor.is_administrator = is_administrator;
    actor.channel = channel;
    if (auto const named = Zone::named(zone)) actor.zone = *named;
    for (auto const& grant : grants) {
        auto const words = text::split(grant, ' ');
        actor.permissions[words.at(0)].push_back(grant_from(words));
    }
    actor.hides_phones = hides && !is_administrator;
    actor.valid_until = until;
    actor.switched_off.insert(without.begin(), without.end());
    if (is_administrator) return actor;
    for (auto const& field : fields) {
        auto const words = text::split(field, ' ');
        actor.fields.emplace(words.at(0), right_from(words));
    }
    return actor;
}

}  // namespace

std::string_view name_of(Channel channel) noexcept {
    switch (channel) {
        case Channel::chat:
            return "chat";
        case Channel::page:
            return "page";
        case Channel::api:
            return "api";
        case Channel::timer:
            return "timer";
        case Channel::sync:
            return "sync";
        case Channel::cli:
            return "cli";
    }
    return "unknown";
}

std::string_view name_of(Reach reach) noexcept {
    for (auto const& [known, name] : reaches)
        if (known == reach) return name;
    return "unknown";
}

std::optional<Reach> reach_from(std::string_view name) noexcept {
    for (auto const& [reach, known] : reaches)
        if (known == name) return reach;
    return std::nullopt;
}

bool Actor::may(std::string_view permission) const {
    if (is_system()) return true;
    if (is_switched_off(*this, permission.substr(0, permission.find('.')))) return false;
    return is_administrator || permission == "self" || permissions.contains(permission);
}

bool is_switched_off(Actor const& actor, std::string_view object) { return actor.switched_off.contains(object); }

Actor system_actor(TenantId tenant, Channel channel, Zone zone) {
    auto actor = Actor{};
    actor.tenant = tenant;
    actor.name = "系统";
    actor.channel = channel;
    actor.zone = zone;
    return actor;
}

Result<Actor> load_actor(database::Session& sql, TenantId tenant, EmployeeId employee, Channel channel) {
    auto const query = std::string{select_actor} + "and e.id = :id";
    return actor_from(find(sql, query, {bind("tenant", tenant), bind("id", employee)}), tenant, channel);
}

Result<Actor> load_actor(database::Session& sql, TenantId tenant, UserId const& user, Channel channel) {
    auto const query = std::string{select_actor} + "and e.user_id = :user";
    return actor_from(find(sql, query, {bind("tenant", tenant), bind("user", user)}), tenant, channel);
}

}  // namespace wescrm::operation
