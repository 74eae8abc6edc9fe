#include <wescrm/operation/catalogue.hpp>

#include <map>

namespace wescrm::org {

using RoleId = StrongId<struct RoleIdTag, std::int64_t>;

namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

struct RoleItem {
    RoleId id;
    std::string name;
    bool builtin = false;
    std::vector<std::string> permissions;
    json::Document data_scopes;  // {"customer": {"view": "self_sub", …}, …}
    std::vector<DepartmentId> department_ids;
    std::vector<UserId> member_user_ids;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(RoleItem, (),
                      (id, name, builtin, permissions, data_scopes, department_ids, member_user_ids, version,
                       created_at, updated_at))
struct RolePage {
    std::vector<RoleItem> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(RolePage, (), (items, next_cursor))

json::Document scopes_of(std::vector<std::string> const& permissions, std::vector<std::string> const& reaches) {
    auto scopes = json::Document{rapidjson::kObjectType};
    auto& allocator = scopes.GetAllocator();
    for (std::size_t i = 0; i < permissions.size(); ++i) {
        auto const dot = permissions[i].find('.');
        auto const object = permissions[i].substr(0, dot);
        if (!json::find(scopes, object)) json::set(scopes, object, json::Value{rapidjson::kObjectType}, allocator);
        if (dot != std::string::npos)
            json::set(scopes[object.c_str()], permissions[i].substr(dot + 1), reaches[i], allocator);
    }
    return scopes;
}

std::vector<RoleItem> roles(Context& ctx, std::string const& rest, database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    auto items = std::vector<RoleItem>{};
    using Texts = std::vector<std::string>;
    for (auto& [id, name, builtin, permissions, reaches, departments, members, version, created, updated] :
         ctx.sql()
             .rows<RoleId, std::string, bool, Texts, Texts, std::vector<DepartmentId>, std::vector<UserId>,
                   std::int64_t, Instant, Instant>(
                 "select r.id, r.name, r.is_builtin, array(select p.permission from role_permission p where "
                 "p.tenant_id = r.tenant_id and "
                 "p.role_id = r.id order by p.permission), array(select p.reach from role_permission p where "
                 "p.tenant_id = r.tenant_id and "
                 "p.role_id = r.id order by p.permission), array(select d.department_id from role_department d where "
                 "d.tenant_id = r.tenant_id "
                 "and d.role_id = r.id order by 1), array(select e.user_id from role_member m join employee e on "
                 "e.tenant_id = m.tenant_id and "
                 "e.id = m.employee_id where m.tenant_id = r.tenant_id and m.role_id = r.id and e.status <> 'left' "
                 "order by 1 limit 1000), "
                 "r.version, r.created_at, r.updated_at from role r where r.tenant_id = :tenant" +
                     rest,
                 params)) {
        auto scopes = scopes_of(permissions, reaches);
        items.push_back({id, std::move(name), builtin, std::move(permissions), std::move(scopes),
                         std::move(departments), std::move(members), version, created, updated});
    }
    return items;
}

struct RoleListInput {};
BOOST_DESCRIBE_STRUCT(RoleListInput, (), ())
struct RoleInput {
    RoleId id;
};
BOOST_DESCRIBE_STRUCT(RoleInput, (), (id))

Result<RolePage> list_roles(Context& ctx, RoleListInput const&) {
    auto page = RolePage{};
    page.items = roles(ctx, " order by r.is_administrator desc, r.is_builtin desc, r.name limit 200", {});
    return page;
}

Result<RoleItem> get_role(Context& ctx, RoleInput const& input) {
    auto found = roles(ctx, " and r.id = :id", {bind("id", input.id)});
    if (found.empty()) return Error{Errc::not_found, "role", "没有这个角色"};
    return std::move(found.front());
}

constexpr Operation<RoleListInput, RolePage> role_list{"role.list",   "角色列表", "org.manage",
                                                       Effect::reads, list_roles, {"GET", "/roles"}};
constexpr Operation<RoleInput, RoleItem> role_get{"role.get",    "角色",   "org.manage",
                                                  Effect::reads, get_role, {"GET", "/roles/{id}"}};

}  // namespace

void add_role_operations(operation::Catalogue& catalogue) {
    catalogue.add(role_list);
    catalogue.add(role_get);
}

}  // namespace wescrm::org
