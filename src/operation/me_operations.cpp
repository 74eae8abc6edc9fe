#include "own_operations.hpp"

#include <wescrm/operation/operations.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

struct Me {
    UserId user_id;
    std::string name;
    std::vector<std::string> roles;
    std::vector<std::string> permissions;
    json::Document data_scopes;  ///< {"customer":{"view":"self_sub","edit":"self"}}
    bool is_administrator = false;
};
BOOST_DESCRIBE_STRUCT(Me, (), (user_id, name, roles, permissions, data_scopes, is_administrator))

Reach widest(std::vector<Grant> const& grants) {
    auto reach = Reach::self;
    for (auto const& grant : grants) reach = std::max(reach, grant.reach);
    return reach;
}

json::Document scopes_of(Actor const& actor) {
    auto scopes = json::Document{rapidjson::kObjectType};
    auto& allocator = scopes.GetAllocator();
    for (auto const& [permission, grants] : actor.permissions) {
        auto const dot = permission.find('.');
        if (dot == std::string::npos) continue;
        auto const kind = permission.substr(0, dot);
        if (is_switched_off(actor, kind)) continue;
        if (!scopes.HasMember(kind)) json::set(scopes, kind, json::Value{rapidjson::kObjectType}, allocator);
        auto const reach = actor.is_administrator ? Reach::all : widest(grants);
        json::set(scopes[kind], permission.substr(dot + 1), name_of(reach), allocator);
    }
    return scopes;
}

std::vector<std::string> roles_of(Context& ctx) {
    return ctx.sql().values<std::string>(
        "select r.name from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id "
        "where m.tenant_id = :tenant and m.employee_id = :me order by r.name",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)});
}

Result<Me> show_me(Context& ctx, Nothing const&) {
    auto const& actor = ctx.actor();
    auto me = Me{};
    me.user_id = actor.user_id;
    me.name = actor.name;
    me.is_administrator = actor.is_administrator;
    me.roles = roles_of(ctx);
    me.permissions = ctx.sql().values<std::string>(
        "select distinct p.permission from role_permission p where p.tenant_id = :tenant and (:all::boolean or "
        "p.role_id in "
        "(select m.role_id from role_member m where m.tenant_id = :tenant and m.employee_id = :me)) order by 1",
        {bind("tenant", ctx.tenant()), bind("all", actor.is_administrator), bind("me", actor.employee)});
    std::erase_if(me.permissions, [&](auto const& permission) { return !actor.may(permission); });
    me.data_scopes = scopes_of(actor);
    return me;
}

/// Actions on one kind of object that reach equally far.
struct OwnRight {
    std::string object;
    std::string title;  ///< 客户
    std::string reach;
    std::string reach_title;  ///< 本人及下属; empty: rows do not matter
    std::vector<std::string> actions;
};
BOOST_DESCRIBE_STRUCT(OwnRight, (), (object, title, reach, reach_title, actions))

struct OwnRights {
    bool is_administrator = false;
    std::vector<std::string> roles;
    std::vector<OwnRight> items;  ///< in the order of the permission catalogue, the widest reach of an object first
};
BOOST_DESCRIBE_STRUCT(OwnRights, (), (is_administrator, roles, items))

Result<OwnRights> show_rights(Context& ctx, Nothing const&) {
    auto const& actor = ctx.actor();
    auto rights = OwnRights{actor.is_administrator, roles_of(ctx), {}};
    for (auto const& permission : permissions()) {
        if (!actor.may(permission.name)) continue;
        auto const granted = actor.permissions.find(permission.name);
        auto const reach =
            actor.is_administrator || granted == actor.permissions.end() ? Reach::all : widest(granted->second);
        auto const code = permission.has_reach ? std::string{name_of(reach)} : std::string{};
        auto const same = std::ranges::find_if(rights.items, [&](OwnRight const& right) {
            return right.object == permission.object && right.reach == code;
        });
        if (same != rights.items.end()) {
            same->actions.push_back(permission.title);
            continue;
        }
        rights.items.push_back({permission.object,
                                permission.object_title,
                                code,
                                permission.has_reach ? std::string{label_of(reach)} : std::string{},
                                {permission.title}});
    }
    return rights;
}

constexpr Operation<Nothing, OwnRights> me_rights{"me.permissions", "我的权限",  "self",
                                                  Effect::reads,    show_rights, {"GET", "/me/permissions"}};
constexpr Operation<Nothing, Me> me_show{"me.show", "我的信息", "self", Effect::reads, show_me, {"GET", "/me"}};

}  // namespace

void add_me(Catalogue& catalogue) {
    catalogue.add(me_show);
    catalogue.add(me_rights);
}

void add_operations(Catalogue& catalogue) {
    add_me(catalogue);
    add_company(catalogue);
    add_ledgers(catalogue);
    add_api_keys(catalogue);
    add_explanations(catalogue);
    add_permissions(catalogue);
    add_fields(catalogue);
    add_own_views(catalogue);
}

}  // namespace wescrm::operation
