#include "role_rules.hpp"

#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::org {
namespace {

using operation::find_permission;
using operation::Reach;

Reach first_reach(operation::Permission const& permission) { return permission.has_reach ? Reach::self : Reach::all; }

void choose(Grants const& before, std::vector<std::string> const& permissions, Grants& after,
            std::vector<FieldError>& problems) {
    auto at = 0;
    for (auto const& name : permissions) {
        auto const* permission = find_permission(name);
        auto const old = before.find(name);
        if (!permission)
            problems.push_back({"permissions[" + std::to_string(at) + "]", "没有这项权限：" + name});
        else
            after.insert_or_assign(name, old == before.end() ? first_reach(*permission) : old->second);
        ++at;
    }
}

// One entry of data_scopes.
std::optional<FieldError> narrow(std::string const& object, std::string const& action, json::Value const& code,
                                 bool may_add, Grants& after) {
    auto const field = "data_scopes." + object + "." + action;
    auto const name = object + "." + action;
    auto const* permission = find_permission(name);
    if (!permission) return FieldError{field, "没有这项权限：" + name};
    auto const reach = code.IsString() ? operation::reach_from(json::view(code)) : std::nullopt;
    if (!reach) return FieldError{field, "只能是 self、self_sub、dept、dept_tree、headed、custom、all 之一"};
    if (!permission->has_reach && *reach != Reach::all) return FieldError{field, "这项权限不分范围，只能是 all"};
    if (!may_add && !after.contains(name)) return FieldError{field, "permissions 中没有这项权限"};
    after[name] = *reach;
    return std::nullopt;
}

bool covers(std::vector<operation::Grant> const& own, Reach reach) {
    return std::any_of(own.begin(), own.end(), [reach](auto const& grant) {
        return grant.reach == Reach::all || (grant.reach == reach && reach != Reach::custom) || reach == Reach::self;
    });
}

}  // namespace

Result<Grants> merged(Grants const& before, std::optional<std::vector<std::string>> const& permissions,
                      json::Value const* scopes) {
    auto problems = std::vector<FieldError>{};
    auto after = permissions ? Grants{} : before;
    if (permissions) choose(before, *permissions, after, problems);
    if (scopes && !scopes->IsObject()) problems.push_back({"data_scopes", "应为对象"});
    if (scopes && scopes->IsObject())
        for (auto const& object : scopes->GetObject()) {
            auto const name = std::string{json::view(object.name)};
            if (!object.value.IsObject()) {
                problems.push_back({"data_scopes." + name, "应为对象"});
                continue;
            }
            for (auto const& action : object.value.GetObject())
                if (auto problem =
                        narrow(name, std::string{json::view(action.name)}, action.value, !permissions, after))
                    problems.push_back(std::move(*problem));
        }
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "角色的权限有误", std::move(problems)};
    return after;
}

bool has_all(operation::Actor const& actor, Grants const& grants) {
    if (actor.is_system() || actor.is_administrator) return true;
    return std::all_of(grants.begin(), grants.end(), [&actor](auto const& grant) {
        auto const own = actor.permissions.find(grant.first);
        return own != actor.permissions.end() && covers(own->second, grant.second);
    });
}

json::Document scopes_of(Grants const& grants) {
    auto scopes = json::Document{rapidjson::kObjectType};
    auto& allocator = scopes.GetAllocator();
    for (auto const& [permission, reach] : grants) {
        auto const dot = permission.find('.');
        auto const object = permission.substr(0, dot);
        if (!json::find(scopes, object)) json::set(scopes, object, json::Value{rapidjson::kObjectType}, allocator);
        if (dot != std::string::npos)
            json::set(scopes[object.c_str()], permission.substr(dot + 1), operation::name_of(reach), allocator);
    }
    return scopes;
}

}  // namespace wescrm::org
