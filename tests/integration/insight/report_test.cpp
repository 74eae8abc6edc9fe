#include "support/database_test.hpp"

#include <wescrm/demo/demo.hpp>
#include <wescrm/insight/operations.hpp>
#include <wescrm/operation/operations.hpp>

#include <map>

namespace wescrm::insight {
namespace {

using database::bind;

/// The demo company's year, asked about over the operations.
struct GivenTheDemoCompany : wescrm::testing::DatabaseTest {
    GivenTheDemoCompany() {
        operation::add_operations(catalogue);
        insight::add_operations(catalogue);
        auto const sealer = Sealer::with_key(Bytes(32, 'k')).value();
        tenant = demo::load(*db, sealer, WESCRM_SOURCE_DIR "/config/presets", demo::Size::small, clock,
                            [](auto, auto, auto) {})
                     .value()
                     .tenant;
        seller = value<std::string>(
            "e.user_id from employee e join sales_order d on d.owner_id = e.id and d.status in ('in_force', "
            "'executing', "
            "'completed') and d.ordered_on >= '2026-01-01' where e.superior_id is not null and not exists (select 1 "
            "from employee_department m where m.employee_id = e.id and m.is_leader) group by 1 order by count(*) desc, "
            "1 "
            "limit 1");
    }

    template <class T = std::int64_t>
    T value(std::string const& select) {
        return in_tenant([&](database::Session& sql) { return sql.value<T>("select " + select).value(); });
    }
    void execute(std::string const& statement) {
        in_tenant([&](database::Session& sql) { sql.execute(statement); });
    }
    EmployeeId person(std::string const& user) {
        return value<EmployeeId>("id from employee where user_id = '" + user + "'");
    }

    Result<json::Document> ask(std::string const& user, std::string const& report, std::string const& input) {
        return operations.perform_blocking(report, {tenant, person(user), operation::Channel::api, "r"},
                                           json::parse(input).value());
    }
    static std::string asked(std::string const& scope, std::string const& period, std::string const& more = "") {
        return R"({"scope":")" + scope + R"(","period":")" + period + "\"" + more + "}";
    }
    static std::map<std::string, std::int64_t> figures_in(json::Document const& report) {
        auto figures = std::map<std::string, std::int64_t>{};
        for (auto const& figure : report["figures"].GetArray())
            figures[figure["key"].GetString()] = figure["value"].GetInt64();
        return figures;
    }
    std::map<std::string, std::int64_t> figures(std::string const& user, std::string const& scope,
                                                std::string const& period,
                                                std::string const& report = "report.sales_brief") {
        auto const found = ask(user, report, asked(scope, period));
        if (!found) throw std::runtime_error{found.error().reason + ": " + found.error().message};
        return figures_in(*found);
    }
    /// What the list behind a figure comes to, page by page.
    std::int64_t listed(std::string const& user, std::string const& scope, std::string const& period,
                        std::string const& metric) {
        auto sum = std::int64_t{0};
        auto cursor = std::string{};
        do {
            auto const more = ",\"limit\":50,\"metric\":\"" + metric + "\"" +
                              (cursor.empty() ? "" : ",\"cursor\":\"" + cursor + "\"");
            auto const page = ask(user, "report.records", asked(scope, period, more)).value();
            for (auto const& item : page["items"].GetArray())
                sum += item["amount_fen"].IsNull() ? 1 : item["amount_fen"].GetInt64();
            cursor = json::find_string(page, "next_cursor").value_or("");
        } while (!cursor.empty());
        return sum;
    }
    std::string seller;  ///< who heads nothing and has sold most
    operation::Services services;
    operation::Catalogue catalogue;
    operation::Operations operations{*db, clock, catalogue, services};
};

struct Plain {
    std::string figure;
    std::string count;
};

std::string within(std::string const& column) {
    return column + " >= timestamptz '2026-10-31 16:00Z' and " + column + " < timestamptz '2026-11-30 16:00Z'";
}
std::string on_days(std::string const& column) { return column + " between '2026-11-01' and '2026-11-30'"; }

TEST_F(GivenTheDemoCompany, TheAdministratorsMonthIsWhatPlainCountsSay) {
    auto const found = figures("wangsiyuan", "company", "month");
    auto const gained =
        "from ownership_event v, lead l where v.object = 'lead' and l.id = v.object_id and v.to_id is "
        "not null and v.kind in ('create', 'claim', 'assign', 'transfer') and not (v.kind = 'transfer' "
        "and v.actor_id = v.to_id) and l.deleted_at is null and l.status <> 'void' and " +
        within("v.at");
    auto const in_force = std::string{"status in ('in_force', 'executing', 'completed')"};
    for (auto const& [figure, count] : std::vector<Plain>{
             {"lead.new", "count(distinct l.id) " + gained},
             {"lead.to_customer",
              "count(distinct l.id) " + gained + " and l.converted_at is not null and l.customer_id is not null"},
             {"customer.new", "count(*) from customer where deleted_at is null and " + within("created_at")},
             {"customer.deal", "count(*) from customer where deleted_at is null and " + within("first_deal_at")},
             {"contact.new", "count(*) from contact where deleted_at is null and " + within("created_at")},
             {"opp.new", "count(*) from opportunity where deleted_at is null and " + within("created_at")},
             {"opp.new_amount",
              "sum(amount_fen) from opportunity where deleted_at is null and " + within("created_at")},
             {"opp.won",
              "count(*) from opportunity where deleted_at is null and status = 'won' and " + within("closed_at")},
             {"opp.won_amount", "sum(amount_fen) from opportunity where deleted_at is null and status = 'won' and " +
                                    within("closed_at")},
             {"order.count", "count(*) from sales_order where " + in_force + " and " + on_days("ordered_on")},
             {"order.amount", "sum(amount_fen) from sales_order where " + in_force + " and " + on_days("ordered_on")},
             {"pay.amount", "sum(amount_fen) from payment where status = 'approved' and " + on_days("paid_on")},
             {"follow.count", "count(*) from followup where deleted_at is null and " + within("followed_at")},
             {"follow.customers",
              "count(distinct customer_id) from followup where deleted_at is null and " + within("followed_at")},
             {"visit.customers",
              "count(distinct customer_id) from followup where deleted_at is null and method = 'visit' and " +
                  within("followed_at")}}) {
        auto const expected = value("coalesce((select " + count + "), 0)::bigint");
        ASSERT_TRUE(found.contains(figure)) << figure;
        EXPECT_EQ(found.at(figure), expected) << figure;
        if (figure != "customer.deal") EXPECT_GT(expected, 0) << figure << " proves nothing";
    }
    EXPECT_EQ(found.size(), 15U);
}

TEST_F(GivenTheDemoCompany, EveryFigureIsWhatItsListComesToForTheSameReader) {
    auto const superior = value<std::string>(
        "s.user_id from employee e join employee s on s.id = e.superior_id where e.user_id = '" + seller + "'");
    for (auto const& [user, scope] : std::vector<std::pair<std::string, std::string>>{
             {"wangsiyuan", "company"}, {superior, "self,subordinates"}, {seller, "self"}})
        for (auto const& [metric, figure] : figures(user, scope, "year"))
            EXPECT_EQ(listed(user, scope, "year", metric), figure) << user << " " << metric;
    EXPECT_GT(figures(seller, "self", "year").at("order.amount"), 0);
}

TEST_F(GivenTheDemoCompany, ASellersFiguresAreHisOwnAndNoSumOfTheCompanys) {
    auto const me = std::to_string(person(seller).value());
    auto const found = figures(seller, "self", "year");
    EXPECT_EQ(found.at("order.amount"),
              value("coalesce(sum(amount_fen), 0)::bigint from sales_order where owner_id = " + me +
                    " and status in ('in_force', 'executing', 'completed') and ordered_on between '2026-01-01' and "
                    "'2026-12-31'"));
    EXPECT_EQ(found.at("customer.new"), value("count(*) from customer where owner_id = " + me +
                                              " and created_at >= timestamptz '2025-12-31 16:00Z'"));
    EXPECT_LT(found.at("order.amount"), figures("wangsiyuan", "company", "year").at("order.amount"));
}

TEST_F(GivenTheDemoCompany, WithoutOrdersTheFiguresAreOfContractsAndWhatWasOrderedBeforeCountsOn) {
    auto const of_all = figures("wangsiyuan", "company", "year").at("order.amount");
    auto const of_seller = figures(seller, "self", "year").at("order.count");
    execute(
        "insert into sales_setting as s (tenant_id, settings, updated_at) select id, '{\"orders\": false}', now() from "
        "tenant where id = current_setting('app.tenant')::bigint on conflict (tenant_id) do update set settings = "
        "s.settings || excluded.settings");
    auto const report = ask("wangsiyuan", "report.sales_brief", asked("company", "year")).value();
    EXPECT_EQ(figures_in(report).at("order.amount"), of_all);
    auto titles = std::map<std::string, std::string>{};
    for (auto const& figure : report["figures"].GetArray())
        titles[figure["key"].GetString()] = figure["title"].GetString();
    EXPECT_EQ(titles.at("order.amount"), "合同金额");
    EXPECT_EQ(figures(seller, "self", "year").at("order.count"), of_seller);
    EXPECT_EQ(listed(seller, "self", "year", "order.count"), of_seller);
    EXPECT_EQ(listed("wangsiyuan", "company", "year", "order.amount"), of_all);
}

TEST_F(GivenTheDemoCompany, NobodyChoosesMoreThanHisRange) {
    auto const refusal = [&](std::string const& scope) {
        auto const outcome = ask(seller, "report.sales_brief", asked(scope, "month"));
        if (outcome) return std::string{"done"};
        return outcome.error().fields.empty() ? outcome.error().reason : outcome.error().fields.front().field;
    };
    auto const stranger = value<std::string>(
        "user_id from employee where main_department_id is distinct from (select main_department_id from employee "
        "where "
        "user_id = '" +
        seller + "') and superior_id is not null order by user_id limit 1");
    auto const department =
        value<std::string>("main_department_id::text from employee where user_id = '" + stranger + "'");
    EXPECT_EQ(refusal("self"), "done");
    EXPECT_EQ(refusal("company"), "report_scope");
    EXPECT_EQ(refusal("employee:" + stranger), "report_scope");
    EXPECT_EQ(refusal("department:" + department), "report_scope");
    EXPECT_EQ(refusal("self,company"), "report_scope");
    EXPECT_EQ(refusal("employee:nobody"), "scope");
    EXPECT_EQ(refusal("department:1x"), "scope");
    EXPECT_EQ(refusal("everybody"), "scope");
    EXPECT_EQ(refusal(""), "scope");
    EXPECT_EQ(ask(seller, "report.sales_brief", asked("self", "2026-11-31..2026-12-01")).error().fields.front().field,
              "period");
    EXPECT_EQ(ask(seller, "report.records", asked("self", "month", R"(,"metric":"order.profit")"))
                  .error()
                  .fields.front()
                  .field,
              "metric");

    execute(
        "insert into share_rule (tenant_id, objects, source_type, source_employee_id, target_type, target_employee_id, "
        "power, created_at, updated_at) select tenant_id, '{order}', 'employee', id, 'employee', (select id from "
        "employee where user_id = '" +
        seller + "'), 'read', now(), now() from employee where user_id = '" + stranger + "'");
    EXPECT_EQ(refusal("employee:" + stranger), "done") << "who shares anything with him may be chosen";
    EXPECT_EQ(figures(seller, "employee:" + stranger, "year").at("customer.new"), 0) << "but only orders are seen";
}

TEST_F(GivenTheDemoCompany, AHeadBeginsWithHisDepartmentsAndEverybodyElseWithHimself) {
    auto const head = value<std::string>(
        "e.user_id from employee_department m join employee e on e.id = m.employee_id join department d on d.id = "
        "m.department_id where m.is_leader and d.parent_id is not null order by e.user_id limit 1");
    auto const scope_of = [&](std::string const& user) {
        auto const report = ask(user, "report.sales_brief", "{}").value();
        EXPECT_STREQ(report["period"]["from"].GetString(), "2026-11-01");
        EXPECT_STREQ(report["period"]["to"].GetString(), "2026-11-30");
        return std::string{report["scope"]["scope"].GetString()};
    };
    EXPECT_TRUE(scope_of(head).starts_with("department:")) << head;
    EXPECT_EQ(scope_of(seller), "self");
    auto const theirs = figures(head, scope_of(head), "year");
    EXPECT_GE(theirs.at("customer.new"), figures(head, "self", "year").at("customer.new"));
}

TEST_F(GivenTheDemoCompany, OrdersStayWithTheDepartmentInWhichTheyWereMade) {
    auto const department =
        value<std::string>("main_department_id::text from employee where user_id = '" + seller + "'");
    auto const before = figures("wangsiyuan", "department:" + department, "year");
    ASSERT_GT(before.at("order.amount"), 0);
    execute(
        "update employee set main_department_id = (select id from department where parent_id is null) where user_id = "
        "'" +
        seller + "'");
    auto const after = figures("wangsiyuan", "department:" + department, "year");
    EXPECT_EQ(after.at("order.amount"), before.at("order.amount"));
    EXPECT_EQ(after.at("customer.new"), before.at("customer.new"));
}

TEST_F(GivenTheDemoCompany, ADayEndsAtMidnightOfTheCompany) {
    auto const of_day = [&] { return figures(seller, "self", "2026-08-10..2026-08-10").at("follow.count"); };
    auto const before = of_day();
    auto const followed = [&](std::string const& at) {
        execute(
            "insert into followup (tenant_id, target_type, target_id, customer_id, content, author_id, followed_at, "
            "created_at, updated_at) select c.tenant_id, 'customer', c.id, c.id, 'x', c.owner_id, '" +
            at +
            "', now(), now() from customer c where c.owner_id = (select id from employee where user_id = "
            "'" +
            seller + "') order by id limit 1");
    };
    followed("2026-08-09T23:59:59.999999+08:00");
    followed("2026-08-11T00:00:00+08:00");
    EXPECT_EQ(of_day(), before);
    followed("2026-08-10T00:00:00+08:00");
    followed("2026-08-10T23:59:59.999999+08:00");
    EXPECT_EQ(of_day(), before + 2);
}

/// Leads and what was gained by whom in August 2030, when the demo company had none.
struct GivenLeadsOfAMonth : GivenTheDemoCompany {
    /// The column `status` as it is; owned by the seller.
    std::string lead_of(std::string const& status) {
        auto const id = std::to_string(++number);
        execute(
            "insert into lead (tenant_id, id, no, name, status, owner_id, acquired_at, created_at, updated_at) select "
            "tenant_id, " +
            id + ", 'T" + id + "', 'T" + id + "', '" + status +
            "', id, now(), now(), now() from employee where user_id = '" + seller + "'");
        return id;
    }
    void gain(std::string const& id, std::string const& kind, std::string const& to, std::string const& at,
              std::string const& by = "wangsiyuan") {
        execute(
            "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, actor_id, "
            "channel, at) select t.id, 'lead', " +
            id + ", '" + kind + "', e.id, e.main_department_id, a.id, 'api', '" + at +
            "' from tenant t left join employee e on e.user_id = '" + to + "' left join employee a on a.user_id = '" +
            by + "' where t.id = (select tenant_id from lead where id = " + id + ")");
    }
    std::map<std::string, std::int64_t> conversion() {
        return figures("wangsiyuan", "employee:" + seller, "2030-08-01..2030-08-31", "report.lead_conversion");
    }
    int number = 1000;
};

TEST_F(GivenLeadsOfAMonth, EachGainedLeadCountsOnceForWhomItWasGained) {
    EXPECT_EQ(conversion().at("leads"), 0);
    auto const twice = lead_of("following");
    gain(twice, "create", seller, "2030-08-01T00:00:00+08:00");
    gain(twice, "claim", seller, "2030-08-20T00:00:00+08:00");
    EXPECT_EQ(conversion().at("leads"), 1);
    gain(lead_of("pending"), "assign", seller, "2030-08-31T23:59:59+08:00");
    gain(lead_of("pending"), "transfer", seller, "2030-08-05T00:00:00+08:00");
    EXPECT_EQ(conversion().at("leads"), 3);
    gain(lead_of("pending"), "transfer", seller, "2030-08-05T00:00:00+08:00", seller);  // by himself
    gain(lead_of("pending"), "create", "", "2030-08-05T00:00:00+08:00");                // into a pool
    gain(lead_of("void"), "create", seller, "2030-08-05T00:00:00+08:00");
    gain(lead_of("pending"), "convert", seller, "2030-08-05T00:00:00+08:00");
    gain(lead_of("pending"), "create", seller, "2030-09-01T00:00:00+08:00");
    gain(lead_of("pending"), "create", seller, "2030-07-31T23:59:59+08:00");
    EXPECT_EQ(conversion().at("leads"), 3);
    execute("update lead set owner_id = (select id from employee where user_id = 'wangsiyuan') where id = " + twice);
    EXPECT_EQ(conversion().at("leads"), 3) << "passed on later, but gained by him";
    EXPECT_EQ(listed("wangsiyuan", "employee:" + seller, "2030-08-01..2030-08-31", "lead.new"), 3);
}

TEST_F(GivenLeadsOfAMonth, WhatLeadsBecameHasNoTimeLimit) {
    auto const first = lead_of("following");
    gain(first, "create", seller, "2030-08-02T00:00:00+08:00");
    gain(lead_of("following"), "create", seller, "2030-08-03T00:00:00+08:00");
    execute(
        "update lead set status = 'converted', converted_at = '2031-03-01', customer_id = (select id from customer "
        "order by id limit 1) where id = " +
        first);
    EXPECT_EQ(conversion(), (std::map<std::string, std::int64_t>{
                                {"leads", 2}, {"to_customer", 1}, {"to_opportunity", 0}, {"to_order", 0}}));
    execute(
        "update sales_order d set opportunity_id = (select id from opportunity where deleted_at is null order by id "
        "limit 1) where id = (select "
        "id from sales_order where status = 'completed' order by id limit 1)");
    execute("update opportunity set main_lead_id = " + first +
            ", deleted_at = null where id = (select opportunity_id from "
            "sales_order where opportunity_id is not null and status = 'completed' order by id limit 1)");
    ASSERT_EQ(value("count(*) from opportunity where main_lead_id = " + first), 1) << "an opportunity with an order";
    EXPECT_EQ(conversion(), (std::map<std::string, std::int64_t>{
                                {"leads", 2}, {"to_customer", 1}, {"to_opportunity", 1}, {"to_order", 1}}));
    execute(
        "update sales_order set status = 'void' where opportunity_id in (select id from opportunity where main_lead_id "
        "= " +
        first + ")");
    EXPECT_EQ(conversion().at("to_order"), 0) << "a void order counts nowhere";
    auto const report =
        ask("wangsiyuan", "report.lead_conversion", asked("employee:" + seller, "2030-08-01..2030-08-31")).value();
    EXPECT_DOUBLE_EQ(report["figures"][1]["rate"].GetDouble(), 0.5);
}

}  // namespace
}  // namespace wescrm::insight
