#include "rules/diff.hpp"
#include "sync/resolve.hpp"
#include "sync/store.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/org/events.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/sync.hpp>

#include <algorithm>
#include <set>
#include <variant>

namespace wescrm::org {
namespace {

using database::bind;
using wecom::DepartmentChange;
using wecom::MemberChange;

constexpr int max_levels = 20;

Async<std::set<std::int64_t>> known_departments(database::Database& db, TenantId tenant) {
    auto job = [tenant](database::Session& sql) -> Result<std::set<std::int64_t>> {
        auto const ids = sql.values<std::int64_t>(
            "select wecom_id from department where tenant_id = :tenant and wecom_id is not null",
            {bind("tenant", tenant)});
        return std::set<std::int64_t>{ids.begin(), ids.end()};
    };
    co_return co_await db.run(database::Pool::worker, database::Scope::of(tenant), std::move(job));
}

// The department and those above it that we do not know, parents first. One that cannot be seen ends the way up.
Async<std::vector<wecom::ApiDepartment>> read_upwards(ContactSource& source, std::int64_t id,
                                                      std::set<std::int64_t> known) {
    auto read = std::vector<wecom::ApiDepartment>{};
    for (int level = 0; level < max_levels && id > 0; ++level) {
        auto department = co_await source.department(id);
        if (!department && !read.empty() && department.error().code != Errc::unavailable) break;
        if (!department) co_return department.error();
        id = department->parent;
        read.push_back(std::move(*department));
        if (known.contains(id)) break;
    }
    std::ranges::reverse(read);
    co_return read;
}

Async<ContactChange> read_member(database::Database& db, TenantId tenant, ContactSource& source, ContactChange change) {
    auto const& event = std::get<MemberChange>(change.event.content);
    auto member = co_await source.member(event.new_user.value_or(event.user));
    if (!member && member.error().code != Errc::not_found) co_return member.error();
    change.is_gone = !member.has_value();
    if (!member) co_return change;
    auto known = co_await known_departments(db, tenant);
    if (!known) co_return known.error();
    for (auto const& membership : member->departments) {
        if (known->contains(membership.department)) continue;
        auto read = co_await read_upwards(source, membership.department, *known);
        if (!read && read.error().code == Errc::unavailable) co_return read.error();
        if (!read) continue;
        for (auto& department : *read)
            if (known->insert(department.id).second) change.departments.push_back(std::move(department));
    }
    change.member = std::move(*member);
    co_return change;
}

Async<ContactChange> read_department(database::Database& db, TenantId tenant, ContactSource& source,
                                     ContactChange change) {
    auto known = co_await known_departments(db, tenant);
    if (!known) co_return known.error();
    auto read = co_await read_upwards(source, std::get<DepartmentChange>(change.event.content).id, *known);
    if (!read && read.error().code != Errc::not_found) co_return read.error();
    change.is_gone = !read.has_value();
    if (read) change.departments = std::move(*read);
    co_return change;
}

/// Applies one change inside a transaction.
class Applying {
public:
    Applying(operation::Context& ctx, EventLimits const& limits)
        : ctx_{ctx}, limits_{limits}, store_{ctx.sql(), ctx.tenant()} {}

    void department(wecom::ApiDepartment const& read) {
        if (read.id == 1) return;
        auto const parent = by_wecom(read.parent).value_or(store_.root());
        auto const path =
            ctx_.sql()
                .value<std::vector<std::int64_t>>("select path from department where tenant_id = :tenant and id = :id",
                                                  {bind("tenant", ctx_.tenant()), bind("id", parent)})
                .value();
        auto const known = by_wecom(read.id);
        auto row = rules::DepartmentRow{!known, {}};
        row.row.id = known ? *known : store_.new_ids(1).front();
        row.row.wecom_id = read.id;
        row.row.parent_id = parent;
        row.row.name = read.name;
        if (row.row.name.empty()) row.row.name = known ? name_of(*known) : rules::nameless(read.id);
        row.row.order = read.order;
        row.row.path = path;
        row.row.path.push_back(row.row.id);
        if (std::ranges::find(path, row.row.id) != path.end()) return;  // below itself: the full sync will see
        if (known) move_below(row.row);
        store_.write_departments(std::span{&row, 1}, ctx_.now());
        touch("department", row.row.id);
        if (known) resolve_below(ctx_.sql(), ctx_.tenant(), *known);
    }

    void department_gone(std::int64_t wecom_id) {
        auto const id = by_wecom(wecom_id);
        if (!id || wecom_id == 1) return;
        ctx_.sql().execute(
            "update department set missing_since = coalesce(missing_since, :now), last_event_at = :now, removed_at = "
            "case when exists "
            "(select 1 from employee_department m join employee e on e.tenant_id = m.tenant_id and e.id = "
            "m.employee_id "
            "where m.tenant_id = :tenant and m.department_id = :id and e.status = 'active') then removed_at else :now "
            "end "
            "where tenant_id = :tenant and id = :id",
            {bind("tenant", ctx_.tenant()), bind("id", *id), bind("now", ctx_.now())});
    }

    void rename(UserId const& from, UserId const& to) {
        auto const stored = store_.load_employee(from);
        if (!stored) return;
        ctx_.sql().execute(
            "update employee set user_id = :to, version = version + 1 where tenant_id = :tenant and id = :id and not "
            "exists (select 1 from employee x where x.tenant_id = :tenant and x.user_id = :to)",
            {bind("tenant", ctx_.tenant()), bind("id", stored->id), bind("to", to)});
    }

    void member(wecom::ApiMember const& read) {
        auto const stored = store_.load_employee(read.user);
        auto row = rules::EmployeeRow{};
        row.is_new = !stored;
        row.row = rules::merged(stored.value_or(rules::StoredEmployee{}), read, store_.departments_by_wecom());
        if (!stored) row.row.id = store_.new_ids(1).front();
        if (!stored || !rules::is_decided_here(*stored)) row.row.status = rules::status_from(read.status);
        if (stored && stored->status == "active" && row.row.status != "active") {
            auto const status = row.row.status;
            row.row.status = stored->status;
            store_.write_employees(std::span{&row, 1}, ctx_.now());
            leave(row.row.id, status);
        } else {
            store_.write_employees(std::span{&row, 1}, ctx_.now());
        }
        touch("employee", row.row.id);
        resolve_around(ctx_.sql(), ctx_.tenant(), row.row.id);
    }

    void member_gone(UserId const& user) {
        auto const stored = store_.load_employee(user);
        if (!stored || stored->status == "left") return;
        if (stored->is_local) return never_was_there(stored->id);
        leave(stored->id, "left");
        resolve_around(ctx_.sql(), ctx_.tenant(), stored->id);
    }

private:
    // Who was added by hand under an account that WeCom does not know stays; only no invitation has reached him.
    void never_was_there(std::int64_t id) {
        ctx_.sql().execute(
            "update employee set invited_at = null, version = version + 1, updated_at = :now where tenant_id = :tenant "
            "and id = :id and invited_at is not null and activated_at is null",
            {bind("tenant", ctx_.tenant()), bind("id", id), bind("now", ctx_.now())});
    }

    std::optional<std::int64_t> by_wecom(std::int64_t wecom_id) {
        return ctx_.sql().value<std::int64_t>(
            "select id from department where tenant_id = :tenant and wecom_id = :wecom",
            {bind("tenant", ctx_.tenant()), bind("wecom", wecom_id)});
    }

    std::string name_of(std::int64_t id) {
        return ctx_.sql()
            .value<std::string>("select name from department where tenant_id = :tenant and id = :id",
                                {bind("tenant", ctx_.tenant()), bind("id", id)})
            .value();
    }

    void move_below(rules::StoredDepartment const& moved) {
        ctx_.sql().execute(
            "update department d set path = :path::bigint[] || array(select u.id from unnest(d.path) with ordinality "
            "u(id, place) where u.place > cardinality(o.path) order by u.place), version = d.version + 1 from "
            "department o "
            "where o.tenant_id = :tenant and o.id = :id and d.tenant_id = :tenant and d.id <> :id and :id = "
            "any(d.path) and o.path <> :path::bigint[]",
            {bind("tenant", ctx_.tenant()), bind("id", moved.id), bind("path", moved.path)});
    }

    void touch(std::string const& table, std::int64_t id) {
        ctx_.sql().execute("update " + table + " set last_event_at = :now where tenant_id = :tenant and id = :id",
                           {bind("tenant", ctx_.tenant()), bind("id", id), bind("now", ctx_.now())});
    }

    // One by one they go at once; in numbers they wait for the full sync, whose guard asks an administrator.
    void leave(std::int64_t id, std::string const& status) {
        auto const recent = ctx_.sql().value<int>(
            "select count(*) from employee where tenant_id = :tenant and left_reason = 'wecom_event' and left_at > "
            ":since",
            {bind("tenant", ctx_.tenant()), bind("since", ctx_.now() - limits_.within)});
        if (recent.value_or(0) >= limits_.departures || is_last_administrator(id)) {
            store_.missing({}, {id}, ctx_.now());
            log::warning("departure_waits_for_sync", {{"tenant", ctx_.tenant().value()}, {"employee", id}});
            request_sync(ctx_);
            return;
        }
        store_.deactivate({id}, status, "wecom_event", ctx_.now(), ctx_.now());
        touch("employee", id);
        remind_of_handover(ctx_, {EmployeeId{id}});
    }

    bool is_last_administrator(std::int64_t id) {
        auto const found = ctx_.sql().row<bool, std::int64_t>(
            "select coalesce(bool_or(e.id = :id), false), count(distinct e.id) from employee e join role_member m on "
            "m.tenant_id = e.tenant_id "
            "and m.employee_id = e.id join role r on r.tenant_id = m.tenant_id and r.id = m.role_id "
            "where e.tenant_id = :tenant and r.is_administrator and e.status = 'active'",
            {bind("tenant", ctx_.tenant()), bind("id", id)});
        return found && std::get<0>(*found) && std::get<1>(*found) == 1;
    }

    operation::Context& ctx_;
    EventLimits const& limits_;
    OrgStore store_;
};

}  // namespace

Async<ContactChange> read_change(database::Database& db, TenantId tenant, ContactSource& source,
                                 wecom::Callback event) {
    auto change = ContactChange{};
    change.event = std::move(event);
    if (std::holds_alternative<MemberChange>(change.event.content))
        co_return co_await read_member(db, tenant, source, std::move(change));
    if (std::holds_alternative<DepartmentChange>(change.event.content))
        co_return co_await read_department(db, tenant, source, std::move(change));
    co_return change;
}

Result<void> apply_change(operation::Context& ctx, ContactChange const& change, EventLimits const& limits) {
    auto applying = Applying{ctx, limits};
    for (auto const& department : change.departments) applying.department(department);
    if (auto const* event = std::get_if<DepartmentChange>(&change.event.content)) {
        if (change.is_gone) applying.department_gone(event->id);
        return {};
    }
    auto const* event = std::get_if<MemberChange>(&change.event.content);
    if (!event) return {};
    if (event->new_user) applying.rename(event->user, *event->new_user);
    if (change.member)
        applying.member(*change.member);
    else if (change.is_gone)
        applying.member_gone(event->new_user.value_or(event->user));
    return {};
}

}  // namespace wescrm::org
