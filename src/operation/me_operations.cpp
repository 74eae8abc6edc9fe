#include "own_operations.hpp"

#include <wescrm/operation/operations.hpp>

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
        if (!scopes.HasMember(kind)) json::set(scopes, kind, json::Value{rapidjson::kObjectType}, allocator);
        auto const reach = actor.is_administrator ? Reach::all : widest(grants);
        json::set(scopes[kind], permission.substr(dot + 1), name_of(reach), allocator);
    }
    return scopes;
}

Result<Me> show_me(Context& ctx, Nothing const&) {
    auto const& actor = ctx.actor();
    auto me = Me{};
    me.user_id = actor.user_id;
    me.name = actor.name;
    me.is_administrator = actor.is_administrator;
    me.roles = ctx.sql().values<std::string>(
        "select r.name from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id "
        "where m.tenant_id = :tenant and m.employee_id = :me order by r.name",
        {bind("tenant", ctx.tenant()), bind("me", actor.employee)});
    me.permissions = ctx.sql().values<std::string>(
        "select distinct p.permission from role_permission p where p.tenant_id = :tenant and (:all::boolean or "
        "p.role_id in "
        "(select m.role_id from role_member m where m.tenant_id = :tenant and m.employee_id = :me)) order by 1",
        {bind("tenant", ctx.tenant()), bind("all", actor.is_administrator), bind("me", actor.employee)});
    me.data_scopes = scopes_of(actor);
    return me;
}

constexpr Operation<Nothing, Me> me_show{"me.show", "我的信息", "self", Effect::reads, show_me, {"GET", "/me"}};

}  // namespace

void add_me(Catalogue& catalogue) { catalogue.add(me_show); }

void add_operations(Catalogue& catalogue) {
    add_me(catalogue);
    add_company(catalogue);
    add_ledgers(catalogue);
    add_api_keys(catalogue);
    add_explanations(catalogue);
    add_permissions(catalogue);
}

}  // namespace wescrm::operation
