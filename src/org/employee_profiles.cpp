#include "departments_named.hpp"
#include "people.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/paging.hpp>

// 员工资料: what whoever manages people knows of each, in words, as it goes out to a table and comes back.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Paging;

struct EmployeeProfile {
    EmployeeId id;
    UserId user_id;
    std::optional<std::string> employee_no;
    std::string name;
    std::string main_department;
    std::vector<std::string> further_departments;  ///< by hand
    std::optional<UserId> superior_user_id;        ///< only if set by hand
    std::vector<std::string> role_names;
    std::optional<Date> joined_on;
    std::string position;
    std::optional<std::string> mobile;
    std::optional<std::string> email;
    std::string status_title;
};
BOOST_DESCRIBE_STRUCT(EmployeeProfile, (),
                      (id, user_id, employee_no, name, main_department, further_departments, superior_user_id,
                       role_names, joined_on, position, mobile, email, status_title))

struct ProfileRow : EmployeeProfile {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ProfileRow, (EmployeeProfile), (sort_key))

struct ProfilePage {
    std::vector<EmployeeProfile> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ProfilePage, (), (items, next_cursor))

// Headings of the table; an import knows them.
std::vector<FieldRule> field_rules(EmployeeProfile const*) {
    return {{"id", "系统编号"},
            {"user_id", "账号"},
            {"employee_no", "工号"},
            {"name", "姓名"},
            {"main_department", "归属部门"},
            {"further_departments", "其他部门"},
            {"superior_user_id", "直接上级"},
            {"role_names", "角色"},
            {"joined_on", "入职日期"},
            {"position", "职务"},
            {"mobile", "手机"},
            {"email", "邮箱"},
            {"status_title", "状态"}};
}

Result<ProfilePage> list_profiles(Context& ctx, PeopleListInput const& input) {
    auto const paging = paging_of(input);
    if (!paging) return paging.error();
    auto rest = people_matching(input, *paging);
    rest.params.add(bind("tenant", ctx.tenant()));
    auto rows = ctx.sql().records<ProfileRow>(
        "select e.id, e.user_id, e.employee_no, e.name, coalesce((select " + full_name_of("d") +
            " from department d where d.tenant_id = e.tenant_id and d.id = e.main_department_id), ''), array(select " +
            full_name_of("d") +
            " from employee_department m join department d on d.tenant_id = m.tenant_id and d.id = m.department_id "
            "where m.tenant_id = e.tenant_id and m.employee_id = e.id and m.is_local and m.department_id is distinct "
            "from e.main_department_id order by d.id), (select o.user_id from employee o where o.tenant_id = "
            "e.tenant_id and o.id = e.superior_override_id), array(select r.name from role_member m join role r on "
            "r.tenant_id = m.tenant_id and r.id = m.role_id where m.tenant_id = e.tenant_id and m.employee_id = e.id "
            "order by r.name), e.joined_on, e.position, e.mobile, e.email, case e.status when 'active' then '正常' "
            "when "
            "'disabled' then '停用' else '离职' end, " +
            paging->key_column() + " from employee e where e.tenant_id = :tenant" + rest.sql + paging->order(),
        rest.params);
    auto page = ProfilePage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

constexpr Operation<PeopleListInput, ProfilePage> profiles_list{
    "employee.profiles", "员工资料列表", "org.manage", Effect::reads, list_profiles, {"GET", "/employee-profiles"}};

}  // namespace

void add_employee_profiles(operation::Catalogue& catalogue) { catalogue.add(profiles_list); }

}  // namespace wescrm::org
