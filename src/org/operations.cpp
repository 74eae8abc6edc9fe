#include "sync/store.hpp"

#include <wescrm/operation/paging.hpp>
#include <wescrm/org/directory.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/org/sync.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;
using operation::Paging;
template <class T>
using Maybe = std::optional<T>;

struct ListInput {
    Maybe<std::string> q;
    Maybe<DepartmentId> department;
    Maybe<std::string> status;
    Maybe<std::string> sort;
    Maybe<std::int64_t> limit;
    Maybe<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListInput, (), (q, department, status, sort, limit, cursor))

template <class Item>
struct Page {
    std::vector<Item> items;
    Maybe<std::string> next_cursor;
};

struct DepartmentItem {
    DepartmentId id;
    Maybe<std::int64_t> wecom_id;
    std::string name;
    Maybe<DepartmentId> parent_id;
    std::int64_t order = 0;
    std::vector<UserId> leader_user_ids;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(DepartmentItem, (),
                      (id, wecom_id, name, parent_id, order, leader_user_ids, version, created_at, updated_at))
using DepartmentPage = Page<DepartmentItem>;
BOOST_DESCRIBE_STRUCT(DepartmentPage, (), (items, next_cursor))

std::vector<DepartmentItem> departments(Context& ctx, std::string const& key, std::string const& rest,
                                        database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    auto items = std::vector<DepartmentItem>{};
    for (auto& [id, wecom, name, parent, order, leaders, version, created, updated, sort_key] :
         ctx.sql()
             .rows<DepartmentId, Maybe<std::int64_t>, std::string, Maybe<DepartmentId>, std::int64_t,
                   std::vector<UserId>, std::int64_t, Instant, Instant, std::string>(
                 "select d.id, d.wecom_id, d.name, d.parent_id, d.sort_order, array(select e.user_id from "
                 "employee_department m join employee e on "
                 "e.tenant_id = m.tenant_id and e.id = m.employee_id where m.tenant_id = d.tenant_id and "
                 "m.department_id = d.id and m.is_leader "
                 "and e.status = 'active' order by m.sort_order desc, e.id), d.version, d.created_at, d.updated_at, " +
                     key + " from department d where d.tenant_id = :tenant and d.removed_at is null" + rest,
                 params))
        items.push_back({id, wecom, std::move(name), parent, order, std::move(leaders), version, created, updated,
                         std::move(sort_key)});
    return items;
}

Result<DepartmentPage> list_departments(Context& ctx, ListInput const& input) {
    auto const paging = Paging::from(input.sort, input.limit, input.cursor,
                                     {{"name", "d.name", "text"},
                                      {"order", "d.sort_order", "bigint"},
                                      {"created_at", "d.created_at", "timestamptz"}},
                                     "name", "d.id");
    if (!paging) return paging.error();
    auto after = paging->after();
    auto where = after.sql;
    if (input.q) where += " and strpos(lower(d.name), lower(:q)) > 0", after.params.add(bind("q", *input.q));
    if (input.department) where += " and :below = any(d.path)", after.params.add(bind("below", *input.department));
    auto page = DepartmentPage{departments(ctx, paging->key_column(), where + paging->order(), after.params), {}};
    page.next_cursor = paging->cut(page.items);
    return page;
}

struct DepartmentInput {
    DepartmentId id;
};
BOOST_DESCRIBE_STRUCT(DepartmentInput, (), (id))

Result<DepartmentItem> get_department(Context& ctx, DepartmentInput const& input) {
    auto found = departments(ctx, "''", " and d.id = :id", {bind("id", input.id)});
    if (found.empty()) return Error{Errc::not_found, "department", "没有这个部门"};
    return std::move(found.front());
}

struct EmployeeItem {
    EmployeeId id;
    UserId user_id;
    std::string name;
    std::string status;
    Maybe<DepartmentId> main_department_id;
    std::vector<DepartmentId> department_ids;
    Maybe<UserId> superior_user_id;
    std::vector<std::string> role_names;
    std::string position;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(EmployeeItem, (),
                      (id, user_id, name, status, main_department_id, department_ids, superior_user_id, role_names,
                       position, version, created_at, updated_at))
using EmployeePage = Page<EmployeeItem>;
BOOST_DESCRIBE_STRUCT(EmployeePage, (), (items, next_cursor))

std::vector<EmployeeItem> employees(Context& ctx, std::string const& key, std::string const& rest,
                                    database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    auto items = std::vector<EmployeeItem>{};
    for (auto& [id, user, name, status, main, all, superior, roles, position, version, created, updated, sort_key] :
         ctx.sql()
             .rows<EmployeeId, UserId, std::string, std::string, Maybe<DepartmentId>, std::vector<DepartmentId>,
                   Maybe<UserId>, std::vector<std::string>, std::string, std::int64_t, Instant, Instant, std::string>(
                 "select e.id, e.user_id, e.name, e.status, e.main_department_id, array(select m.department_id from "
                 "employee_department m "
                 "where m.tenant_id = e.tenant_id and m.employee_id = e.id order by 1), (select s.user_id from "
                 "employee s where "
                 "s.tenant_id = e.tenant_id and s.id = e.superior_id), array(select r.name from role_member m join "
                 "role r on "
                 "r.tenant_id = m.tenant_id and r.id = m.role_id where m.tenant_id = e.tenant_id and m.employee_id = "
                 "e.id order by r.name), "
                 "e.position, e.version, e.created_at, e.updated_at, " +
                     key + " from employee e where e.tenant_id = :tenant" + rest,
                 params))
        items.push_back({id, user, std::move(name), std::move(status), main, std::move(all), superior, std::move(roles),
                         std::move(position), version, created, updated, std::move(sort_key)});
    return items;
}

Result<EmployeePage> list_employees(Context& ctx, ListInput const& input) {
    auto const paging = Paging::from(
        input.sort, input.limit, input.cursor,
        {{"name", "e.name", "text"}, {"user_id", "e.user_id", "text"}, {"created_at", "e.created_at", "timestamptz"}},
        "name", "e.id");
    if (!paging) return paging.error();
    auto after = paging->after();
    auto where = after.sql;
    if (input.q) {
        where += " and (strpos(lower(e.name), lower(:q)) > 0 or strpos(lower(e.user_id), lower(:q)) > 0)";
        after.params.add(bind("q", *input.q));
    }
    if (input.status) where += " and e.status = :status", after.params.add(bind("status", *input.status));
    if (input.department) {
        where +=
            " and exists (select 1 from employee_department m join department d on d.tenant_id = m.tenant_id and d.id "
            "= m.department_id "
            "where m.tenant_id = e.tenant_id and m.employee_id = e.id and :below = any(d.path))";
        after.params.add(bind("below", *input.department));
    }
    auto page = EmployeePage{employees(ctx, paging->key_column(), where + paging->order(), after.params), {}};
    page.next_cursor = paging->cut(page.items);
    return page;
}

struct EmployeeInput {
    UserId user_id;
};
BOOST_DESCRIBE_STRUCT(EmployeeInput, (), (user_id))

Result<EmployeeItem> get_employee(Context& ctx, EmployeeInput const& input) {
    auto found = employees(ctx, "''", " and e.user_id = :user", {bind("user", input.user_id)});
    if (found.empty()) return Error{Errc::not_found, "employee", "没有这个员工"};
    return std::move(found.front());
}

void audit_status(Context& ctx, EmployeeItem const& employee, std::string_view action, std::string_view status) {
    auto entry = operation::AuditEntry{};
    entry.object = "employee";
    entry.object_id = employee.id.value();
    entry.action = action;
    entry.before = R"({"status":")" + employee.status + "\"}";
    entry.after = R"({"status":")" + std::string{status} + "\"}";
    ctx.audit(entry);
}

Result<EmployeeItem> disable_employee(Context& ctx, EmployeeInput const& input) {
    auto const employee = get_employee(ctx, input);
    if (!employee) return employee;
    if (employee->status != "active") return Error{Errc::conflict, "not_active", "该员工不是在职状态"};
    ctx.sql().execute("select pg_advisory_xact_lock(6072, hashtext(:tenant::text))", {bind("tenant", ctx.tenant())});
    auto const administrators = Directory{ctx.sql(), ctx.tenant()}.administrators();
    if (administrators.size() == 1 && administrators.front() == employee->id)
        return Error{Errc::conflict, "last_administrator", "不能停用最后一位管理员，请先指定另一位管理员"};
    OrgStore{ctx.sql(), ctx.tenant()}.deactivate({employee->id.value()}, "disabled", "admin", ctx.now(),
                                                 Instant::max());
    audit_status(ctx, *employee, "employee.disable", "disabled");
    return get_employee(ctx, input);
}

Result<EmployeeItem> enable_employee(Context& ctx, EmployeeInput const& input) {
    auto const employee = get_employee(ctx, input);
    if (!employee) return employee;
    if (employee->status == "active") return Error{Errc::conflict, "active", "该员工已是在职状态"};
    if (employee->status == "left")
        return Error{Errc::conflict, "left", "该员工已从企业微信离职，重新加入后会自动恢复"};
    ctx.sql().execute(
        "update employee set status = 'active', left_at = null, left_reason = null, auth_generation = auth_generation "
        "+ 1, "
        "version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", employee->id), bind("now", ctx.now())});
    audit_status(ctx, *employee, "employee.enable", "active");
    return get_employee(ctx, input);
}

struct SyncItem {
    SyncRunId id;
    std::string state;
    std::string trigger;
    Instant started_at;
    Maybe<Instant> finished_at;
    Maybe<std::string> problem;
    Maybe<std::string> held_reason;
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t missing = 0;
    std::int64_t deactivated = 0;
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(SyncItem, (),
                      (id, state, trigger, started_at, finished_at, problem, held_reason, added, changed, missing,
                       deactivated))
using SyncPage = Page<SyncItem>;
BOOST_DESCRIBE_STRUCT(SyncPage, (), (items, next_cursor))

struct SyncListInput {
    Maybe<std::int64_t> limit;
    Maybe<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(SyncListInput, (), (limit, cursor))

Result<SyncPage> list_runs(Context& ctx, SyncListInput const& input) {
    auto const paging = Paging::from({}, input.limit, input.cursor, {{"started_at", "r.started_at", "timestamptz"}},
                                     "-started_at", "r.id");
    if (!paging) return paging.error();
    auto after = paging->after();
    after.params.add(bind("tenant", ctx.tenant()));
    auto page = SyncPage{};
    for (auto& [id, state, trigger, started, finished, problem, held, added, changed, missing, gone, key] :
         ctx.sql()
             .rows<SyncRunId, std::string, std::string, Instant, Maybe<Instant>, Maybe<std::string>, Maybe<std::string>,
                   std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::string>(
                 "select r.id, r.state, r.trigger, r.started_at, r.finished_at, r.problem, r.held_reason, r.added, "
                 "r.changed, r.missing, "
                 "r.deactivated, " +
                     paging->key_column() + " from sync_run r where r.tenant_id = :tenant" + after.sql +
                     paging->order(),
                 after.params))
        page.items.push_back({id, std::move(state), std::move(trigger), started, finished, problem, held, added,
                              changed, missing, gone, key});
    page.next_cursor = paging->cut(page.items);
    return page;
}

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())
struct SyncStarted {
    std::string state;
};
BOOST_DESCRIBE_STRUCT(SyncStarted, (), (state))

Result<SyncStarted> start_sync(Context& ctx, Nothing const&) {
    request_sync(ctx);
    auto entry = operation::AuditEntry{};
    entry.object = "company";
    entry.object_id = ctx.tenant().value();
    entry.action = "org.sync";
    ctx.audit(entry);
    return SyncStarted{"requested"};
}

struct SyncInput {
    SyncRunId id;
};
BOOST_DESCRIBE_STRUCT(SyncInput, (), (id))
struct SyncDecided {
    SyncRunId id;
    std::string state;
    std::int64_t deactivated = 0;
};
BOOST_DESCRIBE_STRUCT(SyncDecided, (), (id, state, deactivated))

Result<SyncDecided> accept_run(Context& ctx, SyncInput const& input) {
    auto const count = accept_deletions(ctx, input.id);
    if (!count) return count.error();
    return SyncDecided{input.id, "accepted", *count};
}

Result<SyncDecided> keep_run(Context& ctx, SyncInput const& input) {
    auto const count = keep_deletions(ctx, input.id);
    if (!count) return count.error();
    return SyncDecided{input.id, "kept", 0};
}

constexpr Operation<ListInput, DepartmentPage> departments_list{
    "department.list", "部门列表", "self", Effect::reads, list_departments, {"GET", "/departments"}};
constexpr Operation<DepartmentInput, DepartmentItem> departments_get{
    "department.get", "部门", "self", Effect::reads, get_department, {"GET", "/departments/{id}"}};
constexpr Operation<ListInput, EmployeePage> employees_list{"employee.list", "员工列表",     "self",
                                                            Effect::reads,   list_employees, {"GET", "/employees"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_get{
    "employee.get", "员工", "self", Effect::reads, get_employee, {"GET", "/employees/{user_id}"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_disable{
    "employee.disable", "停用员工",       "org.manage",
    Effect::confirms,   disable_employee, {"POST", "/employees/{user_id}/disable"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_enable{
    "employee.enable", "启用员工",      "org.manage",
    Effect::writes,    enable_employee, {"POST", "/employees/{user_id}/enable"}};
constexpr Operation<Nothing, SyncStarted> sync_start{"org.sync",     "同步通讯录", "org.manage",
                                                     Effect::writes, start_sync,   {"POST", "/sync-runs"}};
constexpr Operation<SyncListInput, SyncPage> sync_list{"org.sync.list", "通讯录同步记录", "org.manage",
                                                       Effect::reads,   list_runs,        {"GET", "/sync-runs"}};
constexpr Operation<SyncInput, SyncDecided> sync_accept{
    "org.sync.accept", "确认停用", "org.manage", Effect::confirms, accept_run, {"POST", "/sync-runs/{id}/accept"}};
constexpr Operation<SyncInput, SyncDecided> sync_keep{"org.sync.keep", "保留员工", "org.manage",
                                                      Effect::writes,  keep_run,   {"POST", "/sync-runs/{id}/keep"}};

}  // namespace

void add_role_operations(operation::Catalogue& catalogue);
void add_tree_operations(operation::Catalogue& catalogue);

void add_operations(operation::Catalogue& catalogue) {
    catalogue.add(departments_list);
    catalogue.add(departments_get);
    catalogue.add(employees_list);
    catalogue.add(employees_get);
    catalogue.add(employees_disable);
    catalogue.add(employees_enable);
    catalogue.add(sync_start);
    catalogue.add(sync_list);
    catalogue.add(sync_accept);
    catalogue.add(sync_keep);
    add_role_operations(catalogue);
    add_tree_operations(catalogue);
}

}  // namespace wescrm::org
