#include "by_hand.hpp"
#include "people.hpp"
#include "sync/resolve.hpp"
#include "sync/store.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <algorithm>

// Departments that people make, move and remove (S17–S22). Name and place of one that comes from WeCom are changed
// there; heads may be added here.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Nothing;
using operation::Operation;

struct CreateDepartment {
    std::string name;
    std::optional<DepartmentId> parent_id;  ///< absent: the root
    std::optional<std::int64_t> order;
    std::vector<UserId> leader_user_ids;
};
BOOST_DESCRIBE_STRUCT(CreateDepartment, (), (name, parent_id, order, leader_user_ids))

struct ChangeDepartment {
    DepartmentId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<DepartmentId> parent_id;
    std::optional<std::int64_t> order;
    std::optional<std::vector<UserId>> leader_user_ids;
};
BOOST_DESCRIBE_STRUCT(ChangeDepartment, (), (id, version, name, parent_id, order, leader_user_ids))

struct DeleteDepartment {
    DepartmentId id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(DeleteDepartment, (), (id, version))

constexpr std::int64_t largest_order = 1'000'000'000;

std::vector<FieldRule> field_rules(CreateDepartment const*) {
    return {{"name", "部门名称", {.max_length = 64}, "华东销售部"},
            {"parent_id", "上级部门"},
            {"order", "排序", {.min = 0, .max = largest_order}},
            {"leader_user_ids", "部门负责人", {.max_items = 20}}};
}
std::vector<FieldRule> field_rules(ChangeDepartment const*) {
    auto rules = field_rules(static_cast<CreateDepartment const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

using Path = std::vector<DepartmentId>;

std::optional<Path> path_of(Context& ctx, DepartmentId id) {
    return ctx.sql().value<Path>(
        "select path from department where tenant_id = :tenant and id = :id and removed_at is null",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

/// What a department is to be, checked.
struct Wanted {
    DepartmentId id;  ///< empty: a new one
    std::string name;
    std::optional<DepartmentId> parent;
    std::int64_t order = 0;
    Path parent_path;
    std::vector<EmployeeId> heads;
};

void check_place(Context& ctx, Wanted& wanted, std::vector<FieldError>& problems) {
    if (wanted.name.empty()) problems.push_back({"name", "部门名称：必填"});
    if (!wanted.parent) return;
    auto const path = path_of(ctx, *wanted.parent);
    if (!path)
        problems.push_back({"parent_id", "没有这个上级部门"});
    else if (std::ranges::find(*path, wanted.id) != path->end())
        problems.push_back({"parent_id", "不能移到自己或自己的下级部门之下"});
    else
        wanted.parent_path = *path;
    auto const is_taken = ctx.sql().value<int>(
        "select 1 from department where tenant_id = :tenant and parent_id = :parent and name = :name and id <> :id and "
        "removed_at is null limit 1",
        {bind("tenant", ctx.tenant()), bind("parent", *wanted.parent), bind("name", wanted.name),
         bind("id", wanted.id)});
    if (is_taken) problems.push_back({"name", "同一上级部门下已有“" + wanted.name + "”"});
}

// Exactly these heads by hand, in this order; those whom WeCom names stay.
Result<void> write_heads(Context& ctx, DepartmentId id, std::vector<EmployeeId> const& heads) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("heads", heads)};
    auto const lost = ctx.sql().values<std::string>(
        "select e.name from employee_department m join employee e on e.tenant_id = m.tenant_id and e.id = "
        "m.employee_id where m.tenant_id = :tenant and m.department_id = :id and m.is_leader and not m.is_local_head "
        "and not m.is_local and e.status = 'active' and e.id <> all(:heads::bigint[]) order by 1",
        params);
    if (!lost.empty())
        return invalid_field("leader_user_ids",
                             text::join(lost, "、") + " 是企业微信中设置的负责人，请在企业微信管理后台取消");
    ctx.sql().execute(
        "update employee_department set is_leader = false, is_local_head = false where tenant_id = :tenant and "
        "department_id = :id and is_leader and (is_local_head or is_local) and employee_id <> all(:heads::bigint[])",
        params);
    ctx.sql().execute(
        "insert into employee_department as m (tenant_id, employee_id, department_id, is_leader, sort_order, is_local, "
        "is_local_head) select :tenant, h.id, :id, true, cardinality(:heads::bigint[]) - h.place, true, true from "
        "unnest(:heads::bigint[]) with ordinality h(id, place) on conflict (tenant_id, employee_id, department_id) do "
        "update set is_leader = true, is_local_head = m.is_local_head or not m.is_leader, sort_order = case when "
        "m.is_local then excluded.sort_order else m.sort_order end",
        params);
    return {};
}

// After heads or places changed: who leads whom, without a circle that was not there before.
Result<void> settle(Context& ctx, DepartmentId id, bool had_circle, std::string const& field) {
    resolve_below(ctx.sql(), ctx.tenant(), id.value());
    if (had_circle) return {};
    if (auto const name = name_in_circle(ctx))
        return invalid_field(field, "会形成循环的上下级关系：" + *name + " 会成为自己的上级");
    return {};
}

void audit(Context& ctx, DepartmentId id, std::string action, json::Value const& before, json::Value const& after) {
    auto const changed = operation::difference(before, after);
    ctx.audit({"department", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<DepartmentItem> create_department(Context& ctx, CreateDepartment const& input) {
    lock_organisation(ctx);
    auto wanted = Wanted{};
    wanted.name = std::string{text::trim(input.name)};
    wanted.parent = input.parent_id.value_or(DepartmentId{OrgStore{ctx.sql(), ctx.tenant()}.root()});
    wanted.order = input.order.value_or(0);
    auto problems = std::vector<FieldError>{};
    check_place(ctx, wanted, problems);
    wanted.heads = active_people(ctx, input.leader_user_ids, "leader_user_ids", problems);
    if (!problems.empty()) return invalid(std::move(problems));
    auto const had_circle = name_in_circle(ctx).has_value();
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<DepartmentId>(
                "insert into department (tenant_id, id, parent_id, name, sort_order, path, created_by, "
                "created_at, updated_at) select :tenant, n.id, :parent, :name, :order, :path::bigint[] || "
                "n.id, :by::bigint, :now::timestamptz, :now::timestamptz from (select new_id() as id) n "
                "returning id",
                {bind("tenant", ctx.tenant()), bind("parent", wanted.parent), bind("name", wanted.name),
                 bind("order", wanted.order), bind("path", wanted.parent_path), bind("by", by), bind("now", ctx.now())})
            .value();
    if (auto const written = write_heads(ctx, id, wanted.heads); !written) return written.error();
    if (auto const settled = settle(ctx, id, had_circle, "leader_user_ids"); !settled) return settled.error();
    auto made = find_department(ctx, id);
    if (made)
        audit(ctx, id, "department.create", json::Document{rapidjson::kObjectType}, operation::write_output(*made));
    return made;
}

// Only what differs counts: a form sends everything.
std::vector<FieldError> problems_of_change(DepartmentItem const& before, Wanted const& wanted) {
    auto problems = std::vector<FieldError>{};
    auto const has_moved = wanted.parent != before.parent_id;
    if (!before.parent_id && has_moved) problems.push_back({"parent_id", "最上级部门不能移动"});
    if (!before.wecom_id || !before.parent_id) return problems;
    constexpr auto synced = "由企业微信同步，请在企业微信管理后台修改";
    if (wanted.name != before.name) problems.push_back({"name", synced});
    if (has_moved) problems.push_back({"parent_id", synced});
    if (wanted.order != before.order) problems.push_back({"order", synced});
    return problems;
}

void move_subtree(Context& ctx, DepartmentId id, Path path) {
    path.push_back(id);
    ctx.sql().execute(
        "update department d set path = :path::bigint[] || array(select u.id from unnest(d.path) with ordinality u(id, "
        "place) where u.place > cardinality(o.path) order by u.place) from department o where o.tenant_id = :tenant "
        "and o.id = :id and d.tenant_id = :tenant and :id = any(d.path)",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("path", path)});
}

Result<void> write_change(Context& ctx, ChangeDepartment const& input, DepartmentItem const& before,
                          Wanted const& wanted) {
    auto const had_circle = name_in_circle(ctx).has_value();
    ctx.sql().execute(
        "update department set name = :name, parent_id = :parent, sort_order = :order, version = version + 1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", wanted.name), bind("parent", wanted.parent),
         bind("order", wanted.order), bind("now", ctx.now())});
    auto const has_moved = wanted.parent != before.parent_id;
    if (has_moved) move_subtree(ctx, input.id, wanted.parent_path);
    if (input.leader_user_ids)
        if (auto const written = write_heads(ctx, input.id, wanted.heads); !written) return written.error();
    if (!has_moved && !input.leader_user_ids) return {};
    return settle(ctx, input.id, had_circle, has_moved ? "parent_id" : "leader_user_ids");
}

Result<DepartmentItem> change_department(Context& ctx, ChangeDepartment const& input) {
    lock_organisation(ctx);
    auto const before = find_department(ctx, input.id);
    if (!before) return before;
    if (before->version != input.version)
        return Error{Errc::stale, "version", "这个部门刚被别人修改过，请查看最新内容后再改"};
    auto wanted = Wanted{};
    wanted.id = input.id;
    wanted.name = input.name ? std::string{text::trim(*input.name)} : before->name;
    wanted.parent = input.parent_id ? input.parent_id : before->parent_id;
    wanted.order = input.order.value_or(before->order);
    auto problems = problems_of_change(*before, wanted);
    if (problems.empty()) check_place(ctx, wanted, problems);
    if (input.leader_user_ids) wanted.heads = active_people(ctx, *input.leader_user_ids, "leader_user_ids", problems);
    if (!problems.empty()) return invalid(std::move(problems));
    if (auto const written = write_change(ctx, input, *before, wanted); !written) return written.error();
    auto after = find_department(ctx, input.id);
    if (after)
        audit(ctx, input.id, "department.change", operation::write_output(*before), operation::write_output(*after));
    return after;
}

// Everything that still needs the department, in words, one field a kind.
std::vector<FieldError> blockers_of(Context& ctx, DepartmentId id) {
    auto blockers = std::vector<FieldError>{};
    auto const look = [&](std::string field, std::string const& what, std::string const& query) {
        auto const names =
            ctx.sql().values<std::string>(query + " order by 1", {bind("tenant", ctx.tenant()), bind("id", id)});
        if (names.empty()) return;
        constexpr auto shown = std::ptrdiff_t{5};
        auto const some = std::vector<std::string>(names.begin(), names.begin() + std::min(shown, std::ssize(names)));
        blockers.push_back({std::move(field), what + " " + std::to_string(names.size()) + "（" +
                                                  text::join(some, "、") + (std::ssize(names) > shown ? " 等" : "") +
                                                  "）"});
    };
    look("members", "成员",
         "select distinct e.name from employee e where e.tenant_id = :tenant and e.status <> 'left' and "
         "(e.main_department_id = :id or exists (select 1 from employee_department m where m.tenant_id = e.tenant_id "
         "and m.employee_id = e.id and m.department_id = :id))");
    look("departments", "下级部门",
         "select name from department where tenant_id = :tenant and parent_id = :id and removed_at is null");
    look("roles", "角色的数据范围",
         "select r.name from role r join role_department d on d.tenant_id = r.tenant_id and d.role_id = r.id where "
         "r.tenant_id = :tenant and d.department_id = :id");
    look("shares", "数据共享规则",
         "select array_to_string(objects, ',') from share_rule where tenant_id = :tenant and :id in "
         "(source_department_id, target_department_id)");
    look("records", "共享给该部门的记录",
         "select object || ' ' || object_id from record_share where tenant_id = :tenant and department_id = :id");
    return blockers;
}

Result<Nothing> delete_department(Context& ctx, DeleteDepartment const& input) {
    lock_organisation(ctx);
    auto const before = find_department(ctx, input.id);
    if (!before) return before.error();
    if (!before->parent_id) return Error{Errc::conflict, "root", "最上级部门不能删除"};
    if (before->version != input.version)
        return Error{Errc::stale, "version", "这个部门刚被别人修改过，请查看最新内容后再删除"};
    if (before->wecom_id)
        return Error{Errc::conflict, "synced", "这个部门由企业微信同步，请在企业微信管理后台删除，随后会自动同步"};
    if (auto blockers = blockers_of(ctx, input.id); !blockers.empty()) {
        auto words = std::vector<std::string>{};
        for (auto const& blocker : blockers) words.push_back(blocker.message);
        return Error{Errc::conflict, "in_use", "「" + before->name + "」还在使用：" + text::join(words, "；"),
                     std::move(blockers)};
    }
    ctx.sql().execute(
        "update department set removed_at = :now, version = version + 1, updated_at = :now where tenant_id = :tenant "
        "and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    auto gone = json::Document{rapidjson::kObjectType};
    json::set(gone, "deleted", before->name, gone.GetAllocator());
    ctx.audit({"department", input.id.value(), "department.delete", "", json::write(gone), {}});
    return Nothing{};
}

constexpr Operation<CreateDepartment, DepartmentItem> department_create{
    "department.create", "新建部门", "org.manage", Effect::writes, create_department, {"POST", "/departments", 201}};
constexpr Operation<ChangeDepartment, DepartmentItem> department_change{
    "department.change", "修改部门", "org.manage", Effect::writes, change_department, {"PATCH", "/departments/{id}"}};
constexpr Operation<DeleteDepartment, Nothing> department_delete{
    "department.delete", "删除部门",        "org.manage",
    Effect::confirms,    delete_department, {"DELETE", "/departments/{id}", 204}};

}  // namespace

void add_department_operations(operation::Catalogue& catalogue) {
    catalogue.add(department_create);
    catalogue.add(department_change);
    catalogue.add(department_delete);
}

}  // namespace wescrm::org
