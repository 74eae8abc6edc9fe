#include "departments_named.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/org/employee_words.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;

constexpr std::size_t shown_words = 30;
constexpr std::size_t shown_namesakes = 3;

std::string quoted(std::string const& typed) { return "「" + text::truncate(typed, shown_words) + "」"; }

std::vector<MeantEmployee> people_where(Context& ctx, std::string const& condition, std::string const& typed) {
    return ctx.sql().records<MeantEmployee>(
        "select e.id, e.user_id, e.name, e.version, coalesce(e.employee_no, '') from employee e where e.tenant_id = "
        ":tenant and e.left_reason is "
        "distinct from 'deleted' and " +
            condition + " order by e.status <> 'active', e.user_id",
        {bind("tenant", ctx.tenant()), bind("typed", typed)});
}

Error too_many(std::string const& name, std::vector<MeantEmployee> const& people) {
    auto accounts = std::vector<std::string>{};
    for (auto const& person : people)
        if (accounts.size() < shown_namesakes) accounts.push_back(person.user_id.value());
    return {Errc::conflict, "employee",
            "有 " + std::to_string(people.size()) + " 位员工叫" + quoted(name) + "（" + text::join(accounts, "、") +
                (people.size() > shown_namesakes ? " 等" : "") + "），请填写账号或工号"};
}

Result<MeantEmployee> named_too(MeantEmployee person, EmployeeWords const& words) {
    if (words.name.empty() || words.name == person.name) return person;
    return Error{Errc::conflict, "employee",
                 "账号或工号对应的是 " + person.name + "，不是" + quoted(words.name) + "，请核对"};
}

}  // namespace

Result<MeantEmployee> employee_by_table_words(Context& ctx, EmployeeWords const& words) {
    if (!words.user_id.empty()) {
        auto found = people_where(ctx, "lower(e.user_id) = lower(:typed)", words.user_id);
        if (found.empty())
            return Error{Errc::not_found, "employee",
                         "没有账号为" + quoted(words.user_id) + "的员工；员工来自企业微信，请先同步"};
        return named_too(std::move(found.front()), words);
    }
    if (!words.no.empty()) {
        auto found = people_where(ctx, "lower(e.employee_no) = lower(:typed)", words.no);
        if (!found.empty()) return named_too(std::move(found.front()), words);
        if (words.name.empty())
            return Error{Errc::not_found, "employee", "没有工号为" + quoted(words.no) + "的员工，请填写账号或姓名"};
    }
    if (words.name.empty()) return Error{Errc::invalid_input, "employee", "请填写账号、工号或姓名，用来找到员工"};
    auto found = people_where(ctx, "e.name = :typed", words.name);
    if (found.empty())
        return Error{Errc::not_found, "employee", "没有员工" + quoted(words.name) + "；员工来自企业微信，请先同步"};
    if (found.size() > 1) return too_many(words.name, found);
    return std::move(found.front());
}

std::optional<UserId> user_id_of(Context& ctx, EmployeeId id) {
    return ctx.sql().value<UserId>("select user_id from employee where tenant_id = :tenant and id = :id",
                                   {bind("tenant", ctx.tenant()), bind("id", id)});
}

Result<UserId> colleague_by_words(Context& ctx, std::string const& typed) {
    auto const working = [&](std::string const& what) {
        return people_where(ctx, "e.status = 'active' and " + what, typed);
    };
    for (auto const* key : {"lower(e.user_id) = lower(:typed)", "lower(e.employee_no) = lower(:typed)"})
        if (auto const found = working(key); !found.empty()) return found.front().user_id;
    auto const found = working("e.name = :typed");
    if (found.empty()) return Error{Errc::not_found, "employee", "没有这位在职员工" + quoted(typed)};
    if (found.size() > 1) return too_many(typed, found);
    return found.front().user_id;
}

Result<DepartmentId> department_by_words(Context& ctx, std::string const& typed) {
    auto const found = ctx.sql().rows<DepartmentId, bool>(
        "select n.id, n.full_name = :typed from (select d.id, d.name, " + full_name_of("d") +
            " as full_name from department d where d.tenant_id = :tenant and d.removed_at is null) n where n.name = "
            ":typed or n.full_name = :typed or right(n.full_name, length(:typed) + 1) = '/' || :typed order by "
            "n.full_name <> :typed, n.id",
        {bind("tenant", ctx.tenant()), bind("typed", typed)});
    if (found.empty()) return Error{Errc::not_found, "department", "没有部门" + quoted(typed)};
    auto const& [id, is_whole] = found.front();
    if (found.size() > 1 && !is_whole)
        return Error{Errc::conflict, "department",
                     "有 " + std::to_string(found.size()) + " 个部门叫" + quoted(typed) +
                         "，请连上级一起填写，例如 销售部/" + text::truncate(typed, shown_words)};
    return id;
}

Result<RoleId> role_by_words(Context& ctx, std::string const& typed) {
    auto const names = ctx.sql().rows<RoleId, std::string>(
        "select id, name from role where tenant_id = :tenant order by id", {bind("tenant", ctx.tenant())});
    auto known = std::vector<std::string>{};
    for (auto const& [id, name] : names) {
        if (name == typed) return id;
        known.push_back(name);
    }
    return Error{Errc::not_found, "role", "没有角色" + quoted(typed) + "，应为 " + text::join(known, "、") + " 之一"};
}

}  // namespace wescrm::org
