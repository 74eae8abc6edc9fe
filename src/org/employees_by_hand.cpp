#include "by_hand.hpp"
#include "employee_detail.hpp"
#include "rules/entries.hpp"
#include "sync/resolve.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <algorithm>

// Employees whom people add and change (S23–S31). What comes from WeCom is changed there; superior, roles and further
// departments are ours.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Patch;

struct CreateEmployee {
    UserId user_id;
    std::string name;
    DepartmentId main_department_id;
    std::vector<DepartmentId> department_ids;  ///< further ones
    std::optional<std::string> position;
    std::optional<std::string> mobile;
    std::optional<std::string> email;
    std::optional<UserId> superior_user_id;  ///< absent: the head of the main department
    std::vector<RoleId> role_ids;            ///< empty: the default role
    std::optional<std::string> employee_no;
    std::optional<Date> joined_on;
};
BOOST_DESCRIBE_STRUCT(CreateEmployee, (),
                      (user_id, name, main_department_id, department_ids, position, mobile, email, superior_user_id,
                       role_ids, employee_no, joined_on))

struct ChangeEmployee {
    UserId user_id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<DepartmentId> main_department_id;
    std::optional<std::vector<DepartmentId>> department_ids;
    std::optional<std::vector<DepartmentId>> further_department_ids;  ///< instead: those that are not WeCom's
    Patch<std::string> position;
    Patch<std::string> mobile;
    Patch<std::string> email;
    Patch<UserId> superior_user_id;
    std::optional<std::vector<RoleId>> role_ids;
    Patch<std::string> employee_no;
    Patch<Date> joined_on;
};
BOOST_DESCRIBE_STRUCT(ChangeEmployee, (),
                      (user_id, version, name, main_department_id, department_ids, further_department_ids, position,
                       mobile, email, superior_user_id, role_ids, employee_no, joined_on))

std::vector<FieldRule> field_rules(CreateEmployee const*) {
    return {{"user_id", "账号", {.max_length = 64}, "zhangsan"},
            {"name", "姓名", {.max_length = 64}, "张三"},
            {"main_department_id", "归属部门"},
            {"department_ids", "其他部门", {.max_items = 100}},
            {"position", "职务", {.max_length = 128}},
            {"mobile", "手机", {.max_length = 32}, "13800138000"},
            {"email", "邮箱", {.max_length = 100}},
            {"superior_user_id", "直接上级", {.max_length = 64}},
            {"role_ids", "角色", {.max_items = 50}},
            {"employee_no", "工号", {.max_length = 32}, "A0012"},
            {"joined_on", "入职日期"}};
}
std::vector<FieldRule> field_rules(ChangeEmployee const*) {
    auto rules = field_rules(static_cast<CreateEmployee const*>(nullptr));
    rules.push_back({"further_department_ids", "企业微信之外的部门", {.max_items = 100}});
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

/// What an employee is to be, checked.
struct Wanted {
    EmployeeId id;  ///< empty: a new one
    std::string name;
    std::string position;
    std::optional<std::string> mobile;
    std::optional<std::string> email;
    std::optional<DepartmentId> main;       ///< none: WeCom does not show it
    std::vector<DepartmentId> departments;  ///< with the main one
    std::optional<UserId> superior_user;
    std::optional<EmployeeId> superior;
    std::optional<std::string> no;
    std::optional<Date> joined_on;
};

using Problems = std::vector<FieldError>;

void check_user_id(Context& ctx, UserId const& user, Problems& problems) {
    if (auto const problem = rules::problem_of_user_id(user.value())) {
        problems.push_back({"user_id", "账号：" + *problem});
        return;
    }
    auto const name = ctx.sql().value<std::string>(
        "select name from employee where tenant_id = :tenant and lower(user_id) = lower(:user)",
        {bind("tenant", ctx.tenant()), bind("user", user)});
    if (name) problems.push_back({"user_id", "这个账号已由" + *name + "使用"});
}

void check_reachability(Context& ctx, Wanted& wanted, Problems& problems) {
    if (wanted.email && wanted.email->empty()) wanted.email.reset();
    if (wanted.email && !rules::is_email(*wanted.email)) problems.push_back({"email", "不是有效的邮箱地址"});
    if (wanted.mobile && wanted.mobile->empty()) wanted.mobile.reset();
    if (!wanted.mobile) return;
    auto const normal = rules::normal_mobile(*wanted.mobile);
    if (!normal) return problems.push_back({"mobile", "手机号应为 11 位数字，境外号码以 + 和国家代码开头"});
    wanted.mobile = normal;
    auto const name = ctx.sql().value<std::string>(
        "select name from employee where tenant_id = :tenant and mobile = :mobile and id <> :id and status <> 'left' "
        "limit 1",
        {bind("tenant", ctx.tenant()), bind("mobile", *normal), bind("id", wanted.id)});
    if (name) problems.push_back({"mobile", "这个手机号已由" + *name + "使用"});
}

void check_number(Context& ctx, Wanted& wanted, Problems& problems) {
    if (wanted.no) wanted.no = std::string{text::trim(*wanted.no)};
    if (wanted.no && wanted.no->empty()) wanted.no.reset();
    if (!wanted.no) return;
    auto const name = ctx.sql().value<std::string>(
        "select name from employee where tenant_id = :tenant and lower(employee_no) = lower(:no) and id <> :id",
        {bind("tenant", ctx.tenant()), bind("no", *wanted.no), bind("id", wanted.id)});
    if (name) problems.push_back({"employee_no", "这个工号已由" + *name + "使用，请换一个或先改他的工号"});
}

void check_departments(Context& ctx, Wanted& wanted, Problems& problems) {
    auto const is_known = [&ctx](DepartmentId id) {
        return ctx.sql()
            .value<int>("select 1 from department where tenant_id = :tenant and id = :id and removed_at is null",
                        {bind("tenant", ctx.tenant()), bind("id", id)})
            .has_value();
    };
    if (wanted.main && !is_known(*wanted.main)) problems.push_back({"main_department_id", "没有这个部门"});
    for (std::size_t at = 0; at < wanted.departments.size(); ++at)
        if (!is_known(wanted.departments[at]))
            problems.push_back({"department_ids[" + std::to_string(at) + "]", "没有这个部门"});
    if (wanted.main) wanted.departments.push_back(*wanted.main);
    std::ranges::sort(wanted.departments);
    auto const [from, to] = std::ranges::unique(wanted.departments);
    wanted.departments.erase(from, to);
}

void check_superior(Context& ctx, Wanted& wanted, Problems& problems) {
    if (!wanted.superior_user) return;
    wanted.superior = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", *wanted.superior_user)});
    if (!wanted.superior)
        problems.push_back({"superior_user_id", "没有这位在职员工"});
    else if (*wanted.superior == wanted.id)
        problems.push_back({"superior_user_id", "直接上级不能是本人"});
}

Problems check(Context& ctx, Wanted& wanted) {
    auto problems = Problems{};
    if (wanted.name.empty()) problems.push_back({"name", "姓名：必填"});
    check_reachability(ctx, wanted, problems);
    check_number(ctx, wanted, problems);
    check_departments(ctx, wanted, problems);
    check_superior(ctx, wanted, problems);
    return problems;
}

// Places that WeCom gave stay; the others are exactly the wanted ones.
void write_seats(Context& ctx, EmployeeId id, Wanted const& wanted) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("wanted", wanted.departments)};
    ctx.sql().execute(
        "delete from employee_department where tenant_id = :tenant and employee_id = :id and is_local and "
        "department_id <> all(:wanted::bigint[])",
        params);
    ctx.sql().execute(
        "insert into employee_department (tenant_id, employee_id, department_id, is_local) select :tenant, :id, d, "
        "true from unnest(:wanted::bigint[]) d on conflict do nothing",
        params);
}

Result<void> settle(Context& ctx, EmployeeId id, bool had_circle) {
    resolve_around(ctx.sql(), ctx.tenant(), id.value());
    if (had_circle) return {};
    if (auto const name = name_in_circle(ctx))
        return invalid_field("superior_user_id", "会形成循环的上下级关系：" + *name + " 会成为自己的上级");
    return {};
}

void audit(Context& ctx, EmployeeId id, std::string action, json::Value const& before, EmployeeDetail const& after) {
    auto const changed = operation::difference(before, operation::write_output(after));
    ctx.audit({"employee", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<void> give_roles(Context& ctx, EmployeeId id, std::vector<RoleId> const& roles) {
    if (!roles.empty()) return set_roles(ctx, id, roles);
    ctx.sql().execute(
        "insert into role_member (tenant_id, role_id, employee_id) select tenant_id, id, :employee from role where "
        "tenant_id = :tenant and is_default on conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("employee", id)});
    return {};
}

Result<EmployeeDetail> create_employee(Context& ctx, CreateEmployee const& input) {
    lock_organisation(ctx);
    auto wanted = Wanted{};
    wanted.name = std::string{text::trim(input.name)};
    wanted.position = input.position.value_or("");
    wanted.mobile = input.mobile;
    wanted.email = input.email;
    wanted.main = input.main_department_id;
    wanted.departments = input.department_ids;
    wanted.superior_user = input.superior_user_id;
    wanted.no = input.employee_no;
    wanted.joined_on = input.joined_on;
    auto problems = check(ctx, wanted);
    check_user_id(ctx, input.user_id, problems);
    if (!problems.empty()) return invalid(std::move(problems));
    auto const had_circle = name_in_circle(ctx).has_value();
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<EmployeeId>(
                "insert into employee (tenant_id, user_id, name, position, mobile, email, main_department_id, "
                "superior_override_id, employee_no, joined_on, source, created_by, created_at, updated_at) values "
                "(:tenant, :user, :name, :position, :mobile, :email, :main, :superior, :no, :joined, 'local', :by, "
                ":now, :now) returning id",
                {bind("tenant", ctx.tenant()), bind("user", input.user_id), bind("name", wanted.name),
                 bind("position", wanted.position), bind("mobile", wanted.mobile), bind("email", wanted.email),
                 bind("main", wanted.main), bind("superior", wanted.superior), bind("no", wanted.no),
                 bind("joined", wanted.joined_on), bind("by", by), bind("now", ctx.now())})
            .value();
    write_seats(ctx, id, wanted);
    if (auto const given = give_roles(ctx, id, input.role_ids); !given) return given.error();
    if (auto const settled = settle(ctx, id, had_circle); !settled) return settled.error();
    auto made = employee_detail(ctx, input.user_id);
    if (made) audit(ctx, id, "employee.create", json::Document{rapidjson::kObjectType}, *made);
    return made;
}

std::vector<DepartmentId> wanted_departments(EmployeeDetail const& before, ChangeEmployee const& input,
                                             std::optional<DepartmentId> const& main) {
    if (input.department_ids) return *input.department_ids;
    if (input.further_department_ids) {
        auto departments = before.synced_department_ids;
        departments.insert(departments.end(), input.further_department_ids->begin(),
                           input.further_department_ids->end());
        return departments;
    }
    auto departments = before.department_ids;
    if (before.main_department_id && main != before.main_department_id)
        std::erase(departments, *before.main_department_id);
    return departments;
}

Wanted wanted_of(EmployeeDetail const& before, ChangeEmployee const& input) {
    auto wanted = Wanted{};
    wanted.id = before.id;
    wanted.name = input.name ? std::string{text::trim(*input.name)} : before.name;
    wanted.position = patched(input.position, std::optional{before.position}).value_or("");
    wanted.mobile = patched(input.mobile, before.mobile);
    wanted.email = patched(input.email, before.email);
    wanted.main = input.main_department_id ? input.main_department_id : before.main_department_id;
    wanted.departments = wanted_departments(before, input, wanted.main);
    wanted.superior_user = patched(input.superior_user_id, before.superior_override_user_id);
    wanted.no = patched(input.employee_no, before.employee_no);
    wanted.joined_on = patched(input.joined_on, before.joined_on);
    return wanted;
}

// Only what differs counts: a form sends everything.
void refuse_synced(EmployeeDetail const& before, Wanted const& wanted, Problems& problems) {
    if (before.source != "wecom") return;
    constexpr auto synced = "由企业微信同步，请在企业微信管理后台修改";
    if (wanted.name != before.name) problems.push_back({"name", synced});
    if (wanted.position != before.position) problems.push_back({"position", synced});
    if (before.main_department_id && wanted.main != before.main_department_id)
        problems.push_back({"main_department_id", synced});
    for (auto const id : before.synced_department_ids)
        if (!std::ranges::binary_search(wanted.departments, id)) {
            problems.push_back({"department_ids", "企业微信中的部门不能在这里去掉，请在企业微信管理后台修改"});
            break;
        }
}

Result<EmployeeDetail> change_employee(Context& ctx, ChangeEmployee const& input) {
    lock_organisation(ctx);
    auto const before = employee_detail(ctx, input.user_id);
    if (!before) return before;
    if (before->left_reason == "deleted") return Error{Errc::not_found, "employee", "这个员工已删除"};
    if (before->version != input.version)
        return Error{Errc::stale, "version", "这位员工的资料刚被别人修改过，请查看最新内容后再改"};
    auto wanted = wanted_of(*before, input);
    auto problems = check(ctx, wanted);
    refuse_synced(*before, wanted, problems);
    if (!problems.empty()) return invalid(std::move(problems));
    auto const had_circle = name_in_circle(ctx).has_value();
    ctx.sql().execute(
        "update employee set name = :name, position = :position, mobile = :mobile, email = :email, main_department_id "
        "= :main, superior_override_id = :superior, employee_no = :no, joined_on = :joined, version = version + 1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", before->id), bind("name", wanted.name),
         bind("position", wanted.position), bind("mobile", wanted.mobile), bind("email", wanted.email),
         bind("main", wanted.main), bind("superior", wanted.superior), bind("no", wanted.no),
         bind("joined", wanted.joined_on), bind("now", ctx.now())});
    write_seats(ctx, before->id, wanted);
    if (input.role_ids)
        if (auto const given = set_roles(ctx, before->id, *input.role_ids); !given) return given.error();
    if (auto const settled = settle(ctx, before->id, had_circle); !settled) return settled.error();
    auto after = employee_detail(ctx, input.user_id);
    if (after) audit(ctx, before->id, "employee.change", operation::write_output(*before), *after);
    return after;
}

Result<EmployeeDetail> show_detail(Context& ctx, EmployeeInput const& input) {
    return employee_detail(ctx, input.user_id);
}

constexpr Operation<CreateEmployee, EmployeeDetail> employee_create{
    "employee.create", "添加员工", "org.manage", Effect::writes, create_employee, {"POST", "/employees", 201}};
constexpr Operation<ChangeEmployee, EmployeeDetail> employee_change{
    "employee.change", "修改员工", "org.manage", Effect::writes, change_employee, {"PATCH", "/employees/{user_id}"}};
constexpr Operation<EmployeeInput, EmployeeDetail> employee_details{
    "employee.details", "员工资料", "org.manage", Effect::reads, show_detail, {"GET", "/employees/{user_id}/details"}};

}  // namespace

void add_employee_operations(operation::Catalogue& catalogue) {
    catalogue.add(employee_create);
    catalogue.add(employee_change);
    catalogue.add(employee_details);
}

}  // namespace wescrm::org
