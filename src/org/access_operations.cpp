#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/org/operations.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

struct AskAccess {
    UserId user_id;
};
BOOST_DESCRIBE_STRUCT(AskAccess, (), (user_id))

/// One permission that a role gives.
struct AccessGrant {
    std::string permission;
    std::string object_title;
    std::string title;
    std::string reach;
    std::string reach_title;
    std::string role_name;
};
BOOST_DESCRIBE_STRUCT(AccessGrant, (), (permission, object_title, title, reach, reach_title, role_name))

struct Access {
    UserId user_id;
    std::string name;
    std::string status;
    bool is_administrator = false;
    std::vector<std::string> role_names;
    std::vector<AccessGrant> grants;
};
BOOST_DESCRIBE_STRUCT(Access, (), (user_id, name, status, is_administrator, role_names, grants))

std::vector<AccessGrant> grants_of(Context& ctx, EmployeeId employee) {
    auto grants = std::vector<AccessGrant>{};
    auto const rows = ctx.sql().rows<std::string, std::string, std::string>(
        "select p.permission, p.reach, r.name from role_member m join role r on r.tenant_id = m.tenant_id and r.id = "
        "m.role_id join role_permission p on p.tenant_id = r.tenant_id and p.role_id = r.id where m.tenant_id = "
        ":tenant and m.employee_id = :id order by r.name",
        {bind("tenant", ctx.tenant()), bind("id", employee)});
    // In the order in which people read permissions.
    for (auto const& known : operation::permissions())
        for (auto const& [permission, reach, role] : rows) {
            if (permission != known.name) continue;
            auto const named = operation::reach_from(reach).value_or(operation::Reach::self);
            grants.push_back({permission, known.object_title, known.title, reach,
                              known.has_reach ? std::string{operation::label_of(named)} : "允许", role});
        }
    return grants;
}

// Who looked at whose rights is logged, though nothing changes.
Result<Access> show_access(Context& ctx, AskAccess const& input) {
    auto const row = ctx.sql().row<EmployeeId, std::string, std::string>(
        "select id, name, status from employee where tenant_id = :tenant and user_id = :user",
        {bind("tenant", ctx.tenant()), bind("user", input.user_id)});
    if (!row) return Error{Errc::not_found, "employee", "没有这个员工"};
    auto const& [id, name, status] = *row;
    auto access = Access{input.user_id, name, status, false, {}, grants_of(ctx, id)};
    for (auto const& [role, is_administrator] : ctx.sql().rows<std::string, bool>(
             "select r.name, r.is_administrator from role_member m join role r on r.tenant_id = m.tenant_id and r.id = "
             "m.role_id where m.tenant_id = :tenant and m.employee_id = :id order by r.name",
             {bind("tenant", ctx.tenant()), bind("id", id)})) {
        access.role_names.push_back(role);
        access.is_administrator = access.is_administrator || is_administrator;
    }
    ctx.audit({"employee", id.value(), "employee.access", {}, {}, {}});
    return access;
}

constexpr Operation<AskAccess, Access> employee_access{"employee.access", "以此人视角查看",
                                                       "org.manage",      Effect::reads,
                                                       show_access,       {"GET", "/employees/{user_id}/access"}};

}  // namespace

void add_access_operations(operation::Catalogue& catalogue) { catalogue.add(employee_access); }

}  // namespace wescrm::org
