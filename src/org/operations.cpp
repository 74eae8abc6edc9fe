#include "people.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/org/operations.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;
using operation::Paging;
template <class T>
using Maybe = std::optional<T>;

template <class Item>
struct Page {
    std::vector<Item> items;
    Maybe<std::string> next_cursor;
};

using DepartmentPage = Page<DepartmentItem>;
BOOST_DESCRIBE_STRUCT(DepartmentPage, (), (items, next_cursor))

Result<DepartmentPage> list_departments(Context& ctx, PeopleListInput const& input) {
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
    return find_department(ctx, input.id);
}

using EmployeePage = Page<EmployeeItem>;
BOOST_DESCRIBE_STRUCT(EmployeePage, (), (items, next_cursor))

Result<EmployeePage> list_employees(Context& ctx, PeopleListInput const& input) {
    auto const paging = paging_of(input);
    if (!paging) return paging.error();
    auto const wanted = people_matching(input, *paging);
    auto page = EmployeePage{employees(ctx, paging->key_column(), wanted.sql + paging->order(), wanted.params), {}};
    page.next_cursor = paging->cut(page.items);
    return page;
}

Result<EmployeeItem> get_employee(Context& ctx, EmployeeInput const& input) {
    return find_employee(ctx, input.user_id);
}

constexpr Operation<PeopleListInput, DepartmentPage> departments_list{
    "department.list", "部门列表", "self", Effect::reads, list_departments, {"GET", "/departments"}};
constexpr Operation<DepartmentInput, DepartmentItem> departments_get{
    "department.get", "部门", "self", Effect::reads, get_department, {"GET", "/departments/{id}"}};
constexpr Operation<PeopleListInput, EmployeePage> employees_list{
    "employee.list", "员工列表", "self", Effect::reads, list_employees, {"GET", "/employees"}};
constexpr Operation<EmployeeInput, EmployeeItem> employees_get{
    "employee.get", "员工", "self", Effect::reads, get_employee, {"GET", "/employees/{user_id}"}};

}  // namespace

void add_department_operations(operation::Catalogue& catalogue);
void add_employee_operations(operation::Catalogue& catalogue);
void add_role_operations(operation::Catalogue& catalogue);
void add_status_operations(operation::Catalogue& catalogue);
void add_sync_operations(operation::Catalogue& catalogue);
void add_people_search(operation::Catalogue& catalogue);
void add_employee_profiles(operation::Catalogue& catalogue);
void add_user_groups(operation::Catalogue& catalogue);
void add_link_operations(operation::Catalogue& catalogue);
void add_access_operations(operation::Catalogue& catalogue);
void add_tree_operations(operation::Catalogue& catalogue);

void add_operations(operation::Catalogue& catalogue) {
    catalogue.add(departments_list);
    catalogue.add(departments_get);
    catalogue.add(employees_list);
    catalogue.add(employees_get);
    add_department_operations(catalogue);
    add_employee_operations(catalogue);
    add_status_operations(catalogue);
    add_sync_operations(catalogue);
    add_role_operations(catalogue);
    add_link_operations(catalogue);
    add_access_operations(catalogue);
    add_tree_operations(catalogue);
    add_people_search(catalogue);
    add_employee_profiles(catalogue);
    add_user_groups(catalogue);
}

}  // namespace wescrm::org
