#include "role_fields.hpp"
#include "role_members.hpp"
#include "share_rules.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Nothing;
using operation::Operation;

struct RolePage {
    std::vector<RoleItem> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(RolePage, (), (items, next_cursor))

struct RoleInput {
    RoleId id;
};
BOOST_DESCRIBE_STRUCT(RoleInput, (), (id))

struct CreateRole {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::vector<std::string>> permissions;
    json::Document data_scopes;  ///< null: none
    std::vector<DepartmentId> department_ids;
    std::vector<UserId> member_user_ids;
};
BOOST_DESCRIBE_STRUCT(CreateRole, (), (name, description, permissions, data_scopes, department_ids, member_user_ids))

struct ChangeRole {
    RoleId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::vector<std::string>> permissions;
    json::Document data_scopes;
    json::Document fields;  ///< all restrictions of the role; null: as they are
    std::optional<std::vector<DepartmentId>> department_ids;
    std::optional<std::vector<UserId>> member_user_ids;

    [[nodiscard]] bool is_about_members_only() const {
        return !name && !description && !permissions && data_scopes.IsNull() && fields.IsNull() && !department_ids;
    }
};
BOOST_DESCRIBE_STRUCT(ChangeRole, (),
                      (id, version, name, description, permissions, data_scopes, fields, department_ids,
                       member_user_ids))

struct DeleteRole {
    RoleId id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(DeleteRole, (), (id, version))

std::vector<FieldRule> field_rules(CreateRole const*) {
    return {{"name", "角色名称", {.max_length = 50}, "区域经理"},
            {"description", "说明"},
            {"permissions", "权限"},
            {"data_scopes", "数据范围"},
            {"fields", "字段权限"},
            {"department_ids", "指定部门", {.max_items = 500}},
            {"member_user_ids", "成员", {.max_items = 10'000}}};
}
std::vector<FieldRule> field_rules(ChangeRole const*) {
    auto rules = field_rules(static_cast<CreateRole const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

Error no_role() { return {Errc::not_found, "role", "没有这个角色"}; }

json::Value const* given(json::Document const& scopes) { return scopes.IsNull() ? nullptr : &scopes; }

void audit(Context& ctx, RoleId id, std::string action, std::optional<RoleItem> const& before,
           std::optional<RoleItem> const& after) {
    auto const json_of = [](std::optional<RoleItem> const& role) {
        return role ? operation::write_output(*role) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"role", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<void> check_departments(Context& ctx, std::vector<DepartmentId> const& departments) {
    for (std::size_t at = 0; at < departments.size(); ++at)
        if (!ctx.sql().value<int>(
                "select 1 from department where tenant_id = :tenant and id = :id and removed_at is null",
                {bind("tenant", ctx.tenant()), bind("id", departments[at])}))
            return invalid_field("department_ids[" + std::to_string(at) + "]", "没有这个部门");
    return {};
}

Result<void> check_name(Context& ctx, std::string const& name, RoleId except) {
    if (RoleStore{ctx}.is_name_taken(name, except))
        return Error{Errc::conflict, "name_taken", "已有名为「" + name + "」的角色"};
    return {};
}

Result<RolePage> list_roles(Context& ctx, Nothing const&) { return RolePage{RoleStore{ctx}.list(), std::nullopt}; }

Result<RoleItem> get_role(Context& ctx, RoleInput const& input) {
    auto found = RoleStore{ctx}.find(input.id);
    if (!found) return no_role();
    return std::move(*found);
}

Result<RoleItem> create_role(Context& ctx, CreateRole const& input) {
    auto const name = std::string{text::trim(input.name)};
    if (auto const free = check_name(ctx, name, {}); !free) return free.error();
    auto const grants = merged({}, input.permissions, given(input.data_scopes));
    if (!grants) return grants.error();
    if (auto const may = insist_may_give(ctx, false, *grants); !may) return may.error();
    if (auto const right = check_departments(ctx, input.department_ids); !right) return right.error();
    auto const people = people_of(ctx, input.member_user_ids);
    if (!people) return people.error();
    auto store = RoleStore{ctx};
    auto const id = store.insert(name, input.description.value_or(""));
    store.write_grants(id, *grants);
    store.write_departments(id, input.department_ids);
    store.add_members(id, *people);
    store.end_sessions(*people);
    auto made = store.find(id);
    audit(ctx, id, "role.create", std::nullopt, made);
    return std::move(made.value());
}

// Name, permissions and departments; the caller has checked that the role may be changed at all.
Result<void> change_content(Context& ctx, ChangeRole const& input, LockedRole const& role, RoleItem const& before) {
    auto const name = input.name ? std::string{text::trim(*input.name)} : role.name;
    if (auto const free = check_name(ctx, name, input.id); !free) return free.error();
    auto const grants = merged(role.grants, input.permissions, given(input.data_scopes));
    if (!grants) return grants.error();
    auto const departments = input.department_ids.value_or(before.department_ids);
    auto const has_new_rights = *grants != role.grants || departments != before.department_ids;
    if (has_new_rights)
        if (auto const may = insist_may_give(ctx, false, *grants); !may) return may.error();
    if (auto const right = check_departments(ctx, departments); !right) return right.error();
    if (auto const done = change_fields(ctx, input.id, input.fields); !done) return done.error();
    auto store = RoleStore{ctx};
    store.write_grants(input.id, *grants);
    store.write_departments(input.id, departments);
    store.update(input.id, name, input.description.value_or(before.description));
    if (has_new_rights) store.end_sessions(store.members(input.id));
    return {};
}

Result<RoleItem> change_role(Context& ctx, ChangeRole const& input) {
    auto store = RoleStore{ctx};
    auto const role = store.lock(input.id);
    if (!role) return no_role();
    if (role->version != input.version) return Error{Errc::stale, "version", "这个角色刚被别人修改过，请刷新后再改"};
    if (role->is_fixed() && !input.is_about_members_only())
        return Error{Errc::forbidden, "fixed_role", "「" + role->name + "」是系统角色，名称和权限不能修改"};
    auto const before = store.find(input.id);
    if (role->is_fixed())
        store.update(input.id, role->name, before->description);
    else if (auto const done = change_content(ctx, input, *role, *before); !done)
        return done.error();
    if (input.member_user_ids) {
        auto const people = people_of(ctx, *input.member_user_ids);
        if (!people) return people.error();
        auto const now = store.lock(input.id).value();  // with its new permissions
        if (auto const done = set_members(ctx, input.id, now, *people); !done) return done.error();
    }
    auto after = store.find(input.id);
    audit(ctx, input.id, "role.change", before, after);
    return std::move(after.value());
}

// Whatever still needs the role, in words; "" if nothing does.
std::string blockers_of(Context& ctx, RoleId id, LockedRole const& role) {
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("id", id)};
    auto const people = ctx.sql().values<std::string>(
        "select e.name from role_member m join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id where "
        "m.tenant_id = :tenant and m.role_id = :id and e.status <> 'left' order by e.name limit 11",
        key);
    auto const rules = ctx.sql().value<std::int64_t>(
        "select count(*) from share_rule where tenant_id = :tenant and target_role_id = :id", key);
    auto blockers = std::vector<std::string>{};
    if (role.is_default) blockers.emplace_back("它是新员工的默认角色");
    if (!people.empty()) {
        auto const shown =
            std::vector<std::string>(people.begin(), people.begin() + std::min<std::ptrdiff_t>(10, std::ssize(people)));
        blockers.push_back("仍有成员：" + text::join(shown, "、") + (people.size() > 10 ? " 等" : ""));
    }
    if (rules.value_or(0) > 0) blockers.push_back(std::to_string(*rules) + " 条数据共享规则以它为对象");
    return text::join(blockers, "；");
}

Result<Nothing> delete_role(Context& ctx, DeleteRole const& input) {
    auto store = RoleStore{ctx};
    auto const role = store.lock(input.id);
    if (!role) return no_role();
    if (role->is_fixed()) return Error{Errc::forbidden, "fixed_role", "「" + role->name + "」是系统角色，不能删除"};
    if (role->version != input.version) return Error{Errc::stale, "version", "这个角色刚被别人修改过，请刷新后再改"};
    if (auto const blockers = blockers_of(ctx, input.id, *role); !blockers.empty())
        return Error{Errc::conflict, "in_use", "角色「" + role->name + "」还不能删除：" + blockers};
    auto const before = store.find(input.id);
    store.erase(input.id);
    audit(ctx, input.id, "role.delete", before, std::nullopt);
    return Nothing{};
}

struct EmployeeRoles {
    UserId user_id;
    std::vector<RoleId> role_ids;
    std::vector<std::string> role_names;
};
BOOST_DESCRIBE_STRUCT(EmployeeRoles, (), (user_id, role_ids, role_names))

struct SetEmployeeRoles {
    UserId user_id;
    std::vector<RoleId> role_ids;
};
BOOST_DESCRIBE_STRUCT(SetEmployeeRoles, (), (user_id, role_ids))
std::vector<FieldRule> field_rules(SetEmployeeRoles const*) {
    return {{"user_id", "员工", {.max_length = 64}}, {"role_ids", "角色", {.max_items = 50}}};
}

EmployeeRoles roles_of(Context& ctx, UserId const& user, EmployeeId id) {
    auto roles = EmployeeRoles{user, {}, {}};
    for (auto& [role, name] :
         ctx.sql().rows<RoleId, std::string>("select r.id, r.name from role_member m join role r on r.tenant_id = "
                                             "m.tenant_id and r.id = m.role_id where "
                                             "m.tenant_id = :tenant and m.employee_id = :id order by r.name",
                                             {bind("tenant", ctx.tenant()), bind("id", id)})) {
        roles.role_ids.push_back(role);
        roles.role_names.push_back(std::move(name));
    }
    return roles;
}

Result<EmployeeRoles> set_employee_roles(Context& ctx, SetEmployeeRoles const& input) {
    auto const employee = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status <> 'left' for update",
        {bind("tenant", ctx.tenant()), bind("user", input.user_id)});
    if (!employee) return Error{Errc::not_found, "employee", "没有这个员工"};
    auto const before = roles_of(ctx, input.user_id, *employee);
    if (auto const done = set_roles(ctx, *employee, input.role_ids); !done) return done.error();
    auto after = roles_of(ctx, input.user_id, *employee);
    auto const changed = operation::difference(operation::write_output(before), operation::write_output(after));
    ctx.audit({"employee", employee->value(), "employee.roles", changed.before, changed.after, {}});
    return after;
}

constexpr Operation<Nothing, RolePage> role_list{"role.list",   "角色列表", "org.manage",
                                                 Effect::reads, list_roles, {"GET", "/roles"}};
constexpr Operation<RoleInput, RoleItem> role_get{"role.get",    "角色",   "org.manage",
                                                  Effect::reads, get_role, {"GET", "/roles/{id}"}};
constexpr Operation<CreateRole, RoleItem> role_create{"role.create",  "新建角色",  "org.manage",
                                                      Effect::writes, create_role, {"POST", "/roles", 201}};
constexpr Operation<ChangeRole, RoleItem> role_change{"role.change",  "修改角色",  "org.manage",
                                                      Effect::writes, change_role, {"PATCH", "/roles/{id}"}};
constexpr Operation<DeleteRole, Nothing> role_delete{"role.delete",    "删除角色",  "org.manage",
                                                     Effect::confirms, delete_role, {"DELETE", "/roles/{id}", 204}};
constexpr Operation<SetEmployeeRoles, EmployeeRoles> employee_roles{
    "employee.roles", "分配角色",         "org.manage",
    Effect::writes,   set_employee_roles, {"POST", "/employees/{user_id}/roles"}};

}  // namespace

void add_role_operations(operation::Catalogue& catalogue) {
    catalogue.add(role_list);
    catalogue.add(role_get);
    catalogue.add(role_create);
    catalogue.add(role_change);
    catalogue.add(role_delete);
    catalogue.add(employee_roles);
    add_share_operations(catalogue);
}

}  // namespace wescrm::org
