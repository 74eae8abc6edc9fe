#include "resolve.hpp"
#include "store.hpp"
#include "undo.hpp"
#include "work.hpp"

#include <wescrm/base/log.hpp>

#include <algorithm>

// What a sync writes: departments and people in chunks, those who are missing, and those who go.
namespace wescrm::org {
namespace {

using database::Pool;
using database::Scope;
using database::Session;

template <class Rows>
std::vector<std::int64_t> ids_of(Rows const& rows) {
    auto ids = std::vector<std::int64_t>{};
    for (auto const& row : rows) ids.push_back(row.row.id);
    return ids;
}

}  // namespace

Async<void> Sync::apply_in_chunks(Work& work, std::string step, std::size_t total,
                                  std::function<std::int64_t(Session&, std::size_t, std::size_t)> write) {
    for (std::size_t from = 0; from < total; from += config_.chunk) {
        auto const to = std::min(total, from + config_.chunk);
        auto job = [&write, from, to](Session& sql) -> Result<std::int64_t> { return write(sql, from, to); };
        auto written = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
        if (!written) co_return written.error();
        work.report.rows_written += *written;
        work.tell(step, to, total);
    }
    co_return Result<void>{};
}

Async<void> Sync::apply(Work& work) {
    auto const& plan = work.plan;
    auto departments = [&](Session& sql, std::size_t from, std::size_t to) {
        auto const rows = std::span{plan.departments}.subspan(from, to - from);
        auto store = OrgStore{sql, work.tenant};
        if (from == config_.chunk) store.expect_growth({"department"}, plan.departments.size());
        remember_departments(sql, work.tenant, work.report.run, ids_of(rows));
        return store.write_departments(rows, work.t0);
    };
    if (auto done = co_await apply_in_chunks(work, "departments", plan.departments.size(), departments); !done)
        co_return done.error();
    auto employees = [&](Session& sql, std::size_t from, std::size_t to) {
        auto const rows = std::span{plan.employees}.subspan(from, to - from);
        if (from == config_.chunk)
            OrgStore{sql, work.tenant}.expect_growth({"employee", "employee_department", "role_member", "department"},
                                                     plan.employees.size());
        remember_employees(sql, work.tenant, work.report.run, ids_of(rows));
        return write_people(sql, work, rows);
    };
    if (auto done = co_await apply_in_chunks(work, "employees", plan.employees.size(), employees); !done)
        co_return done.error();
    auto superiors = [&](Session& sql, std::size_t from, std::size_t to) {
        return OrgStore{sql, work.tenant}.write_superiors(std::span{plan.superiors}.subspan(from, to - from));
    };
    if (auto done = co_await apply_in_chunks(work, "superiors", plan.superiors.size(), superiors); !done)
        co_return done.error();
    co_return co_await mark_missing(work);
}

// One person that cannot be written does not keep the others from it.
std::int64_t Sync::write_people(Session& sql, Work& work, std::span<rules::EmployeeRow const> rows) {
    auto store = OrgStore{sql, work.tenant};
    auto written = std::int64_t{0};
    auto const write = [&](std::span<rules::EmployeeRow const> some) {
        auto refused = sql.attempt([&] { written += store.write_employees(some, work.t0); });
        // Classes 22 and 23 are about what was to be written; anything else is about the database.
        if (refused && !refused->sqlstate.starts_with("22") && !refused->sqlstate.starts_with("23")) throw *refused;
        return refused;
    };
    if (!write(rows)) return written;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        auto const refused = write(rows.subspan(at, 1));
        if (!refused) continue;
        auto const& row = rows[at].row;
        log::warning("member_not_written", {{"tenant", work.tenant.value()}, {"sqlstate", refused->sqlstate}});
        ++work.report.failed;
        work.report.changes.push_back(
            {"error", "employee", row.user.value(), row.name, "没有写入（" + refused->sqlstate + "）", "", ""});
    }
    return written;
}

Async<void> Sync::mark_missing(Work& work) {
    if (work.plan.leavers.empty() && work.plan.missing_departments.empty() && work.plan.found_employees.empty() &&
        work.plan.found_departments.empty())
        co_return Result<void>{};
    auto job = [&work](Session& sql) -> Result<std::int64_t> {
        auto store = OrgStore{sql, work.tenant};
        auto rows = store.found(work.plan.found_departments, work.plan.found_employees);
        auto departments = std::vector<std::int64_t>{};
        auto employees = std::vector<std::int64_t>{};
        for (auto const& department : work.plan.missing_departments) departments.push_back(department.id);
        for (auto const& leaver : work.plan.leavers)
            if (!leaver.is_listed) employees.push_back(leaver.employee.id);
        rows += store.missing(departments, employees, work.t0);
        auto gone = std::vector<std::int64_t>{};
        for (auto const* status : {"left", "disabled"}) {
            auto ids = std::vector<std::int64_t>{};
            for (auto const& leaver : work.going)
                if (leaver.status == status) ids.push_back(leaver.employee.id);
            remember_employees(sql, work.tenant, work.report.run, ids);
            rows += store.deactivate(ids, status, "wecom", work.t0, work.t0);
            gone.insert(gone.end(), ids.begin(), ids.end());
        }
        resolve_after_departure(sql, work.tenant, gone);
        remember_departments(sql, work.tenant, work.report.run, work.removed_departments);
        return rows + store.remove_departments(work.removed_departments, work.t0);
    };
    auto written = co_await db_.run(Pool::worker, Scope::of(work.tenant), std::move(job));
    if (!written) co_return written.error();
    work.report.rows_written += *written;
    work.report.deactivated = work.going.size();
    co_return Result<void>{};
}

}  // namespace wescrm::org
