#include "scope.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::insight {
namespace {

using database::bind;
using operation::ReportRange;

template <class T>
bool holds(std::vector<T> const& list, T const& one) {
    return std::ranges::find(list, one) != list.end();
}

Error not_selectable(std::string const& whose) {
    return {Errc::forbidden, "report_scope",
            "您不能查看" + whose + "的报表。可以选择自己、下属、负责的部门及其下级，以及共享数据给您的人和部门"};
}

Error no_scope(std::string const& message) { return invalid_field("scope", message); }

/// The parts of a scope as they are added.
class Choice {
public:
    explicit Choice(operation::Context& ctx) : ctx_{ctx}, range_{operation::report_range(ctx)} {}

    Result<void> add(std::string const& part) {
        if (part == "company") return add_company();
        if (part == "self") return add_person(ctx_.actor().employee, "我");
        if (part == "subordinates") return add_subordinates();
        if (part.starts_with("department:")) return add_department(part.substr(part.find(':') + 1));
        if (part.starts_with("employee:")) return add_employee(UserId{part.substr(part.find(':') + 1)});
        return no_scope("可以是 self、subordinates、department:部门编号、employee:员工账号、company");
    }
    /// What it is without a choice.
    [[nodiscard]] std::vector<std::string> usual() const {
        auto parts = std::vector<std::string>{};
        for (auto const id : range_.headed) parts.push_back("department:" + std::to_string(id.value()));
        if (parts.empty()) parts.emplace_back("self");
        return parts;
    }
    [[nodiscard]] Scope take(std::vector<std::string> const& parts) && {
        scope_.text = text::join(parts, ",");
        scope_.name = text::join(names_, "、");
        return std::move(scope_);
    }

private:
    Result<void> add_company() {
        if (!range_.is_company) return not_selectable("全公司");
        scope_.is_company = true;
        names_.emplace_back("全公司");
        return {};
    }
    Result<void> add_person(EmployeeId person, std::string name) {
        scope_.persons.push_back(person);
        names_.push_back(std::move(name));
        return {};
    }
    Result<void> add_subordinates() {
        scope_.persons.insert(scope_.persons.end(), range_.subordinates.begin(), range_.subordinates.end());
        names_.emplace_back("我的下属");
        return {};
    }
    Result<void> add_employee(UserId const& user) {
        auto const found = ctx_.sql().row<EmployeeId, std::string, std::optional<DepartmentId>>(
            "select id, name, main_department_id from employee where tenant_id = :tenant and user_id = :user",
            {bind("tenant", ctx_.tenant()), bind("user", user)});
        if (!found) return no_scope("没有这个员工");
        auto const& [id, name, department] = *found;
        auto const may = range_.is_company || id == ctx_.actor().employee || holds(range_.subordinates, id) ||
                         holds(range_.sharing, id) || (department && holds(range_.departments, *department));
        if (!may) return not_selectable("「" + name + "」");
        return add_person(id, name);
    }
    Result<void> add_department(std::string const& text) {
        auto id = std::int64_t{0};
        auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (problem != std::errc{} || end != text.data() + text.size()) return no_scope("部门编号应为数字");
        auto const name =
            ctx_.sql().value<std::string>("select name from department where tenant_id = :tenant and id = :id",
                                          {bind("tenant", ctx_.tenant()), bind("id", id)});
        if (!name) return no_scope("没有这个部门");
        if (!range_.is_company && !holds(range_.departments, DepartmentId{id}))
            return not_selectable("「" + *name + "」");
        // A rule may share a department without those below it.
        for (auto const below : operation::with_all_below(ctx_, {DepartmentId{id}}))
            if (range_.is_company || holds(range_.departments, below)) scope_.departments.push_back(below);
        names_.push_back(*name);
        return {};
    }

    operation::Context& ctx_;
    ReportRange range_;
    Scope scope_;
    std::vector<std::string> names_;
};

}  // namespace

Result<Scope> scope_from(operation::Context& ctx, std::optional<std::string> const& text) {
    auto choice = Choice{ctx};
    auto parts = std::vector<std::string>{};
    if (text)
        for (auto const& part : text::split(*text, ',')) parts.emplace_back(part);
    else
        parts = choice.usual();
    for (auto const& part : parts)
        if (auto const added = choice.add(part); !added) return added.error();
    return std::move(choice).take(parts);
}

}  // namespace wescrm::insight
