#include "given.hpp"

#include <gmock/gmock.h>

// Departments and employees by hand: S16–S33, crm-domain 2 and 3.
namespace wescrm::testing {
namespace {

using database::bind;

/// 全公司 with 销售部 (head ma) and 一组 below it, made by hand; a WeCom department 工厂 with its member fang.
struct GivenAnOrganisation : OrgTest {
    GivenAnOrganisation() {
        sales = id_of(perform("root", "department.create", R"({"name":"销售部"})"));
        team = id_of(perform("root", "department.create", R"({"name":"一组","parent_id":")" + sales + "\"}"));
        create("ma", sales);
        create("li", team);
        change_department(sales, R"(,"leader_user_ids":["ma"])").value();
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into department (tenant_id, id, wecom_id, parent_id, name, path) values (:t, 7, 7, 1, '工厂', "
                "array[1, 7]::bigint[])",
                {bind("t", tenant)});
            add(sql, "fang", "销售员");
            sql.execute("update employee set main_department_id = 7 where tenant_id = :t and user_id = 'fang'",
                        {bind("t", tenant)});
            sql.execute(
                "insert into employee_department (tenant_id, employee_id, department_id, is_leader) values (:t, :e, 7, "
                "true)",
                {bind("t", tenant), bind("e", people["fang"])});
        });
    }
    Result<json::Document> try_create(std::string const& user, std::string const& department,
                                      std::string const& more = "") {
        return perform("root", "employee.create",
                       R"({"user_id":")" + user + R"(","name":")" + user + R"(","main_department_id":")" + department +
                           "\"" + more + "}");
    }
    void create(std::string const& user, std::string const& department, std::string const& more = "") {
        try_create(user, department, more).value();
        people[user] = in_tenant([&](database::Session& sql) {
            return sql
                .value<EmployeeId>("select id from employee where tenant_id = :t and user_id = :u",
                                   {bind("t", tenant), bind("u", user)})
                .value();
        });
    }
    std::string version_of(std::string const& table, std::string const& condition) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select version::text from " + table + " where tenant_id = :t and " + condition,
                                    {bind("t", tenant)})
                .value();
        });
    }
    Result<json::Document> change_department(std::string const& id, std::string const& members) {
        return perform("root", "department.change",
                       R"({"id":")" + id + R"(","version":)" + version_of("department", "id = " + id) + members + "}");
    }
    Result<json::Document> delete_department(std::string const& id) {
        return perform("root", "department.delete",
                       R"({"id":")" + id + R"(","version":)" + version_of("department", "id = " + id) + "}");
    }
    Result<json::Document> change(std::string const& user, std::string const& members) {
        return perform("root", "employee.change",
                       R"({"user_id":")" + user + R"(","version":)" +
                           version_of("employee", "user_id = '" + user + "'") + members + "}");
    }
    Result<json::Document> remove(std::string const& user) {
        return perform(
            "root", "employee.delete",
            R"({"user_id":")" + user + R"(","version":)" + version_of("employee", "user_id = '" + user + "'") + "}");
    }
    std::string superior_of(std::string const& user) {
        auto const shown = perform("root", "employee.get", R"({"user_id":")" + user + "\"}").value();
        return json::find_string(shown, "superior_user_id").value_or("");
    }

    std::string sales;
    std::string team;
};

TEST_F(GivenAnOrganisation, WhenADepartmentIsMadeThenItKnowsByWhomAndItsHeadLeadsThoseBelow) {
    auto const shown = perform("li", "department.get", R"({"id":")" + team + "\"}").value();
    EXPECT_EQ(json::find_string(shown, "created_by"), "root");
    EXPECT_EQ(json::find_string(shown, "parent_id"), sales);
    EXPECT_EQ(superior_of("li"), "ma") << "一组 has no head: the next one up";
    EXPECT_EQ(superior_of("ma"), "") << "nobody is his own superior";
    EXPECT_EQ(count("audit_log where action = 'department.create'"), 2);
}

TEST_F(GivenAnOrganisation, WhenADepartmentIsMovedThenSuperiorsFollow) {
    auto const other = id_of(perform("root", "department.create", R"({"name":"市场部","leader_user_ids":["root"]})"));
    change_department(team, R"(,"parent_id":")" + other + "\"").value();
    EXPECT_EQ(superior_of("li"), "root");
    EXPECT_EQ(count("department where id = " + team + " and path = array[1, " + other + ", " + team + "]::bigint[]"),
              1);
}

TEST_F(GivenAnOrganisation, WhenAPlaceIsImpossibleThenTheFieldIsNamed) {
    EXPECT_EQ(refused(change_department(sales, R"(,"parent_id":")" + team + "\"")), "parent_id") << "below itself";
    EXPECT_EQ(refused(change_department(sales, R"(,"parent_id":")" + sales + "\"")), "parent_id");
    EXPECT_EQ(refused(change_department("1", R"(,"parent_id":")" + sales + "\"")), "parent_id") << "S18";
    EXPECT_EQ(refused(change_department(team, R"(,"parent_id":"999999")")), "parent_id");
    EXPECT_EQ(refused(perform("root", "department.create", R"({"name":" 销售部 "})")), "name") << "a sibling's name";
    EXPECT_EQ(refused(perform("root", "department.create", R"({"name":"二组","leader_user_ids":["nobody"]})")),
              "leader_user_ids[0]");
    EXPECT_EQ(refused(change_department("1", R"(,"name":"宏达集团")")), "done") << "S18: its name is the company's own";
    EXPECT_EQ(perform("li", "department.create", R"({"name":"二组"})").error().code, Errc::forbidden);
}

TEST_F(GivenAnOrganisation, WhenADepartmentComesFromWecomThenItsNameAndPlaceAreChangedThere) {
    EXPECT_EQ(refused(change_department("7", R"(,"name":"车间")")), "name");
    EXPECT_EQ(refused(change_department("7", R"(,"parent_id":")" + sales + "\"")), "parent_id");
    EXPECT_EQ(delete_department("7").error().reason, "synced");
    EXPECT_EQ(refused(change_department("7", R"(,"leader_user_ids":["ma"])")), "leader_user_ids")
        << "fang leads it there";
    EXPECT_EQ(refused(change_department("7", R"(,"name":"工厂","leader_user_ids":["fang","ma"])")), "done");
    EXPECT_EQ(count("employee_department where department_id = 7 and is_leader"), 2);
}

TEST_F(GivenAnOrganisation, WhenADepartmentIsInUseThenTheAnswerListsWhatBlocks) {
    auto const blocked = delete_department(sales);
    ASSERT_FALSE(blocked);
    EXPECT_EQ(blocked.error().reason, "in_use");
    ASSERT_EQ(blocked.error().fields.size(), 2U);
    EXPECT_EQ(blocked.error().fields[0].field, "members");
    EXPECT_EQ(blocked.error().fields[1].message, "下级部门 1（一组）");
    EXPECT_EQ(delete_department("1").error().reason, "root");
    change("li", R"(,"main_department_id":")" + sales + "\"").value();
    EXPECT_TRUE(delete_department(team));
    EXPECT_EQ(perform("root", "department.get", R"({"id":")" + team + "\"}").error().code, Errc::not_found);
    EXPECT_EQ(refused(perform("root", "department.create", R"({"name":"一组","parent_id":")" + sales + "\"}")), "done")
        << "the name is free again";
}

TEST_F(GivenAnOrganisation, WhenTwoEditAtOnceThenTheSecondIsStale) {
    auto const version = version_of("department", "id = " + team);
    change_department(team, R"(,"name":"第一组")").value();
    auto const second =
        perform("root", "department.change", R"({"id":")" + team + R"(","version":)" + version + R"(,"name":"甲组"})");
    EXPECT_EQ(second.error().code, Errc::stale);
    auto const old = version_of("employee", "user_id = 'li'");
    change("li", R"(,"position":"顾问")").value();
    EXPECT_EQ(perform("root", "employee.change", R"({"user_id":"li","version":)" + old + R"(,"position":"经理"})")
                  .error()
                  .code,
              Errc::stale);
}

TEST_F(GivenAnOrganisation, WhenAnEmployeeIsAddedThenHeHasOneMainDepartmentTheDefaultRoleAndNoInvitation) {
    auto const made =
        try_create("zhao", team, R"(,"mobile":"+86 138-0013-8000","department_ids":[")" + sales + R"("])").value();
    EXPECT_EQ(json::find_string(made, "main_department_id"), team);
    EXPECT_EQ(made["department_ids"].Size(), 2U);
    EXPECT_EQ(json::find_string(made, "mobile"), "13800138000");
    EXPECT_EQ(json::find_string(made, "source"), "local");
    EXPECT_EQ(json::find_string(made, "invitation_state"), "not_invited");
    EXPECT_EQ(json::find_string(made, "created_by"), "root");
    EXPECT_EQ(std::string{made["role_names"][0].GetString()}, "销售员");
    perform("root", "employee.invite", R"({"user_id":"zhao"})").value();
    EXPECT_EQ(told("employee_invited", "zhao"), 1);
    EXPECT_EQ(count("employee where user_id = 'zhao' and invited_at is not null"), 1);
}

TEST_F(GivenAnOrganisation, WhenAnEntryIsWrongThenEveryFieldIsNamedAndNothingIsSaved) {
    create("zhao", team, R"(,"mobile":"13800138000")");
    auto const wrong = perform(
        "root", "employee.create",
        R"({"user_id":"赵","name":" ","main_department_id":"99","mobile":"123","email":"x","superior_user_id":"nobody"})");
    ASSERT_FALSE(wrong);
    auto fields = std::vector<std::string>{};
    for (auto const& problem : wrong.error().fields) fields.push_back(problem.field);
    EXPECT_THAT(fields, ::testing::Contains("name"));
    auto const rest = try_create("_x", "99", R"(,"mobile":"123","email":"x","superior_user_id":"nobody")");
    fields.clear();
    for (auto const& problem : rest.error().fields) fields.push_back(problem.field);
    EXPECT_THAT(fields, ::testing::UnorderedElementsAre("user_id", "main_department_id", "mobile", "email",
                                                        "superior_user_id"));
    EXPECT_EQ(refused(try_create("ZHAO", team)), "user_id") << "userids differ in more than case";
    EXPECT_EQ(refused(try_create("qian", team, R"(,"mobile":"138 0013 8000")")), "mobile") << "zhao's";
    EXPECT_EQ(count("employee where user_id in ('_x', 'qian', 'ZHAO')"), 0);
}

TEST_F(GivenAnOrganisation, WhenTheSuperiorIsSetByHandThenItCountsAndCirclesAreRefused) {
    change("li", R"(,"superior_user_id":"root")").value();
    EXPECT_EQ(superior_of("li"), "root") << "S27";
    EXPECT_EQ(refused(change("root", R"(,"superior_user_id":"li")")), "superior_user_id");
    EXPECT_EQ(refused(change("li", R"(,"superior_user_id":"li")")), "superior_user_id");
    EXPECT_EQ(superior_of("root"), "") << "nothing half saved";
    change("li", R"(,"superior_user_id":null)").value();
    EXPECT_EQ(superior_of("li"), "ma") << "S26: the default again";
    EXPECT_EQ(refused(change("ma", R"(,"superior_user_id":"li")")), "superior_user_id") << "li follows ma by default";
}

TEST_F(GivenAnOrganisation, WhenSomebodyComesFromWecomThenOnlyWhatIsOursChanges) {
    EXPECT_EQ(refused(change("fang", R"(,"name":"方方")")), "name");
    EXPECT_EQ(refused(change("fang", R"(,"main_department_id":")" + sales + "\"")), "main_department_id");
    EXPECT_EQ(refused(change("fang", R"(,"position":"主管")")), "position");
    auto const done = change("fang", R"(,"name":"fang","department_ids":["7",")" + sales +
                                         R"("],"superior_user_id":"ma","email":"fang@example.com")");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(superior_of("fang"), "ma");
    EXPECT_EQ(refused(change("fang", R"(,"department_ids":[")" + sales + "\"]")), "done") << "7 is his main one";
    auto const shown = perform("root", "employee.details", R"({"user_id":"fang"})").value();
    EXPECT_EQ(shown["synced_fields"].Size(), 3U);
    EXPECT_EQ(shown["department_ids"].Size(), 2U);
}

TEST_F(GivenAnOrganisation, WhenDeletedThenOnlyAfterTheHandOverAndTheNameStaysInHistory) {
    perform("li", "customer.create", R"({"name":"宏达科技"})").value();
    auto const refused_first = remove("li");
    EXPECT_EQ(refused_first.error().reason, "not_handed_over");
    EXPECT_EQ(refused_first.error().fields.front().field, "customer");
    perform("root", "employee.handover", R"({"user_id":"li","to_user_id":"ma"})").value();
    EXPECT_TRUE(remove("li"));
    EXPECT_EQ(json::find_string(perform("root", "employee.get", R"({"user_id":"li"})").value(), "status"), "left");
    auto const list = perform("root", "employee.list", "{}").value();
    for (auto const& person : list["items"].GetArray()) EXPECT_NE(json::find_string(person, "user_id"), "li");
    EXPECT_EQ(refused(try_create("li", sales)), "user_id") << "the account stays reserved";
    EXPECT_EQ(perform("li", "me.show", "{}").error().code, Errc::forbidden);
    EXPECT_EQ(remove("root").error().reason, "last_administrator");
    EXPECT_EQ(perform("root", "employee.disable", R"({"user_id":"root"})").error().reason, "last_administrator");
}

TEST_F(GivenAnOrganisation, WhenTheFirstStepsAreDoneThenTheCheckListSaysSo) {
    auto const done = [&] {
        auto keys = std::string{};
        auto const list = perform("root", "company.check_list", "{}").value();
        for (auto const& item : list["items"].GetArray())
            if (json::find_bool(item, "done").value()) keys += json::find_string(item, "key").value() + " ";
        return keys;
    };
    auto const before = done();
    in_tenant([&](database::Session& sql) {
        sql.execute("update sales_process set version = version + 1 where tenant_id = :t",
                    {database::bind("t", tenant)});
        sql.execute("update high_sea_rule set enabled = true where tenant_id = :t", {database::bind("t", tenant)});
    });
    EXPECT_EQ(done(), before + "process high_sea_rule ");
}

}  // namespace
}  // namespace wescrm::testing
