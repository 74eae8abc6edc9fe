#include "amounts.hpp"
#include "customers.hpp"
#include "details.hpp"
#include "files.hpp"
#include "leads.hpp"
#include "offers.hpp"
#include "opportunities.hpp"
#include "trade.hpp"

#include <wescrm/org/company.hpp>

#include <algorithm>
#include <future>

namespace wescrm::demo {
namespace {

using database::bind;
using database::Pool;
using database::Scope;

constexpr std::size_t customers_at_once = 1'000;
constexpr std::size_t orders_at_once = 1'000;
constexpr auto attempts = 10;  // of a batch that waited too long for the keys of the one beside it

org::NewCompany company() {
    auto made = org::NewCompany{};
    made.corp_id = corp_id;
    made.name = company_name;
    made.app = {agent_id, std::string{secret}, std::string{token}, std::string{aes_key}};
    made.contacts =
        org::Credential{0, std::string{contacts_secret}, std::string{contacts_token}, std::string{contacts_aes_key}};
    made.administrators = {UserId{organisation(Size::small).members.front().user_id}};
    return made;
}

void insert_departments(database::Session& sql, TenantId tenant, Organisation const& all) {
    auto order = static_cast<std::int64_t>(all.departments.size());  // as WeCom has them: the highest first
    for (auto const& department : all.departments)                   // parents first, so that every path is known
        sql.execute(
            "with up as (select id, path from department where tenant_id = :tenant and wecom_id = :parent), fresh as "
            "(select coalesce((select id "
            "from department where tenant_id = :tenant and wecom_id = :wecom), new_id()) as id) insert into department "
            "(tenant_id, id, wecom_id, "
            "parent_id, name, sort_order, path) select :tenant, f.id, :wecom, (select id from up), :name, :order, "
            "coalesce((select "
            "path from up), '{}') || f.id from fresh f on conflict (tenant_id, wecom_id) do update set name = "
            "excluded.name",
            {bind("tenant", tenant), bind("wecom", department.wecom_id), bind("parent", department.parent_id),
             bind("name", department.name), bind("order", order--)});
}

void insert_members(database::Session& sql, TenantId tenant, Organisation const& all) {
    auto users = std::vector<std::string>{};
    auto names = users, positions = users, mobiles = users, superiors = users;
    auto departments = std::vector<std::int64_t>{};
    auto heads = std::vector<bool>{};
    for (auto const& member : all.members) {
        users.push_back(member.user_id);
        names.push_back(member.name);
        positions.push_back(member.position);
        mobiles.push_back(member.mobile);
        superiors.push_back(member.superior);
        departments.push_back(member.department);
        heads.push_back(member.is_head);
    }
    auto head_words = std::vector<std::string>{};
    for (auto const head : heads) head_words.emplace_back(head ? "true" : "false");
    sql.execute(
        "insert into employee (tenant_id, user_id, name, position, mobile, main_department_id, wecom_superior, "
        "activated_at) select "
        ":tenant, m.u, m.n, m.p, m.m, "
        "d.id, nullif(m.s, ''), now() from unnest(:users::text[], :names::text[], :positions::text[], "
        ":mobiles::text[], "
        ":superiors::text[], "
        ":departments::bigint[]) m(u, n, p, m, s, d) join department d on d.tenant_id = :tenant and d.wecom_id = m.d "
        "on conflict (tenant_id, "
        "user_id) do update set name = excluded.name, position = excluded.position, mobile = excluded.mobile, "
        "main_department_id = "
        "excluded.main_department_id, wecom_superior = excluded.wecom_superior",
        {bind("tenant", tenant), bind("users", users), bind("names", names), bind("positions", positions),
         bind("mobiles", mobiles), bind("superiors", superiors), bind("departments", departments)});
    sql.execute(
        "update employee e set superior_id = s.id from employee s where e.tenant_id = :tenant and s.tenant_id = "
        ":tenant and s.user_id = "
        "e.wecom_superior",
        {bind("tenant", tenant)});
    sql.execute("delete from employee_department where tenant_id = :tenant", {bind("tenant", tenant)});
    sql.execute(
        "insert into employee_department (tenant_id, employee_id, department_id, is_leader) select :tenant, e.id, "
        "e.main_department_id, m.h::boolean "
        "from unnest(:users::text[], :heads::text[]) m(u, h) join employee e on e.tenant_id = :tenant and e.user_id = "
        "m.u",
        {bind("tenant", tenant), bind("users", users), bind("heads", head_words)});
    sql.execute(
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, e.id from role r join "
        "employee e on e.tenant_id = "
        "r.tenant_id where r.tenant_id = :tenant and (r.is_default or (r.code = 'sales_manager' and exists (select 1 "
        "from employee_department d "
        "where d.tenant_id = e.tenant_id and d.employee_id = e.id and d.is_leader))) on conflict do nothing",
        {bind("tenant", tenant)});
}

template <class Job>
Result<void> run(database::Database& db, TenantId tenant, Job job) {
    auto const done = db.run_blocking(Pool::report, Scope::of(tenant), [&job](database::Session& sql) -> Result<int> {
        sql.script("set local statement_timeout = '10min'");  // whole tables of the large size in one statement
        job(sql);
        return 0;
    });
    if (!done) return done.error();
    return {};
}

// Two batches at a time, each in a transaction of its own on a thread of its own.
Result<void> load_customers(database::Database& db, TenantId tenant, std::vector<EmployeeId> const& owners,
                            std::size_t total, Size size, Instant now, Progress const& progress) {
    auto const write = [&](std::size_t from) -> Result<void> {
        auto const to = std::min(total, from + customers_at_once);
        if (from >= to) return {};
        auto const insert = [&](database::Session& sql) {
            insert_customers(sql, tenant, owners, from, to, size, now, Zone{});
        };
        auto done = run(db, tenant, insert);
        for (auto i = 1; i < attempts && !done && done.error().code == Errc::timed_out; ++i)
            done = run(db, tenant, insert);
        return done;
    };
    for (std::size_t from = 0; from < total; from += 2 * customers_at_once) {
        auto other = std::async(std::launch::async, write, from + customers_at_once);
        auto const done = write(from);
        auto const other_done = other.get();
        if (!done) return done.error();
        if (!other_done) return other_done.error();
        progress("客户", std::min(total, from + 2 * customers_at_once), total);
    }
    return {};
}

// Products, then orders a thousand at a time.
Result<void> load_orders(database::Database& db, TenantId tenant, std::size_t total, Instant now,
                         Progress const& progress) {
    auto done = run(db, tenant, [&](database::Session& sql) { insert_products(sql, tenant, now); });
    for (std::size_t from = 0; done && from < total; from += orders_at_once) {
        auto const count = std::min(orders_at_once, total - from);
        done = run(db, tenant, [&](database::Session& sql) { insert_orders(sql, tenant, from, count, now, Zone{}); });
        progress("订单", from + count, total);
    }
    return done;
}

// One for three customers of four, in the order of their numbers.
Result<void> load_opportunities(database::Database& db, TenantId tenant, std::size_t total, Instant now,
                                Progress const& progress) {
    auto done = run(db, tenant, [&](database::Session& sql) { insert_process(sql, tenant, now); });
    auto after = std::string{};
    for (auto written = std::size_t{0}; done && written < total;) {
        auto const count = std::min(customers_at_once, total - written);
        auto made = std::size_t{0};
        done = run(db, tenant, [&](database::Session& sql) {
            made = insert_opportunities(sql, tenant, after, written, count, now, Zone{});
        });
        if (made == 0) break;
        written += made;
        progress("商机", written, total);
    }
    return done;
}

// Each batch looks at all customers once, so there are few of them.
constexpr std::size_t leads_at_once = 10'000;

// In the pools, and on their way; their companies are none of the customers.
Result<void> load_leads(database::Database& db, TenantId tenant, std::vector<EmployeeId> const& owners,
                        std::size_t customers, Size size, Instant now, Progress const& progress) {
    auto done = run(db, tenant, [&](database::Session& sql) { insert_pools(sql, tenant, now); });
    auto const total = amounts_of(size).leads;
    for (std::size_t from = 0; done && from < total; from += leads_at_once) {
        auto const to = std::min(total, from + leads_at_once);
        done = run(db, tenant, [&](database::Session& sql) {
            insert_leads(sql, tenant, owners, from, to, customers, size, now, Zone{});
        });
        progress("线索", to, total);
    }
    if (done) done = run(db, tenant, [&](database::Session& sql) { score_leads(sql, tenant, now, Zone{}); });
    return done;
}

}  // namespace

Result<Loaded> load(database::Database& db, Sealer const& sealer, std::string const& presets, Size size,
                    Clock const& clock, Progress const& progress) {
    auto registry = org::CompanyRegistry{db, sealer, presets};
    if (auto const there = registry.show(std::string{corp_id})) return Loaded{there->tenant, 0, 0, true};
    auto const tenant = registry.add(company());
    if (!tenant) return tenant.error();
    auto const all = organisation(size);
    auto const now = clock.now();
    auto owners = std::vector<EmployeeId>{};
    auto done = run(db, *tenant, [&](database::Session& sql) {
        insert_departments(sql, *tenant, all);
        insert_members(sql, *tenant, all);
        owners = sql.values<EmployeeId>(
            "select id from employee where tenant_id = :tenant and position = '销售代表' order by user_id",
            {bind("tenant", *tenant)});
    });
    if (!done) return done.error();
    progress("员工", all.members.size(), all.members.size());
    auto const amounts = amounts_of(size);
    auto const total = amounts.customers;
    if (auto const written = load_customers(db, *tenant, owners, total, size, now, progress); !written)
        return written.error();
    if (auto const written = load_orders(db, *tenant, amounts.orders, now, progress); !written) return written.error();
    if (auto const written = load_opportunities(db, *tenant, amounts.opportunities, now, progress); !written)
        return written.error();
    done = run(db, *tenant, [&](database::Session& sql) { insert_fields(sql, *tenant, amounts.field_every, now); });
    if (!done) return done.error();
    // Which customers lie in pools is found by what hangs on them: the planner must know how much there is.
    done = run(db, *tenant, [](database::Session& sql) {
        for (auto const* table : {"customer", "contact", "task", "opportunity", "opportunity_line", "sales_order",
                                  "order_line", "payment", "contract"})
            sql.script("analyze " + std::string{table});
    });
    if (!done) return done.error();
    done = run(db, *tenant, [&](database::Session& sql) { insert_offers(sql, *tenant, now, Zone{}); });
    if (!done) return done.error();
    progress("报价单、发票、审批", 1, 1);
    if (auto const written = load_leads(db, *tenant, owners, total, size, now, progress); !written)
        return written.error();
    done = run(db, *tenant, [&](database::Session& sql) {
        insert_lead_fields(sql, *tenant, amounts.field_every, now);
        insert_details(sql, *tenant, amounts.field_every, now);
    });
    if (!done) return done.error();
    auto filed = Result<void>{};
    done = run(db, *tenant, [&](database::Session& sql) { filed = insert_files(sql, *tenant, presets, now); });
    if (!filed) return filed.error();
    if (!done) return done.error();
    // The planner must know what came, at once and not when autovacuum gets to it.
    done = run(db, *tenant, [](database::Session& sql) {
        for (auto const* table : {"employee",      "employee_department",
                                  "department",    "role_member",
                                  "customer",      "customer_word",
                                  "duplicate_key", "product",
                                  "contract",      "sales_order",
                                  "order_line",    "payment_plan",
                                  "payment",       "payment_allocation",
                                  "quote",         "quote_line",
                                  "invoice_title", "invoice",
                                  "approval",      "approval_step",
                                  "approval_task", "contact",
                                  "followup",      "ownership_event",
                                  "task",          "timer",
                                  "opportunity",   "stage_history",
                                  "field_value",   "lead",
                                  "lead_word",     "high_sea",
                                  "high_sea_seat", "high_sea_rule",
                                  "customer_tag",  "lead_tag",
                                  "contact_tag",   "opportunity_tag",
                                  "team_member",   "contact_link"})
            sql.script("analyze " + std::string{table});
    });
    if (!done) return done.error();
    return Loaded{*tenant, all.members.size(), total, false};
}

}  // namespace wescrm::demo
