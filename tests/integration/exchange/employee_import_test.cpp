#include "given.hpp"

#include <wescrm/org/operations.hpp>

#include <gmock/gmock.h>

// Chapter 29, employees: people come from WeCom; what WeCom does not know of them comes and goes by a table.
namespace wescrm::exchange {
namespace {

using database::bind;
using tables::Row;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// boss administers 全公司 with 销售部 and two departments 一组; zhang1 and zhang2 are both called 张伟.
struct GivenPeopleOfACompany : wescrm::testing::ExchangeTest {
    GivenPeopleOfACompany() {
        auto all = std::make_shared<operation::Catalogue>();
        sales::add_operations(*all);
        sales::add_trade_operations(*all);
        org::add_operations(*all);
        lists = all;
        catalogue = {};
        org::add_operations(catalogue);
        exchange::add_operations(catalogue, lists, config);
        handlers = exchange::timer_handlers(lists, config);
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into department (tenant_id, id, wecom_id, parent_id, name, path) values (:t, 1, 1, null, "
                "'全公司', '{1}'), (:t, 2, 2, 1, '销售部', '{1,2}'), (:t, 3, 3, 2, '一组', '{1,2,3}'), (:t, 4, 4, 1, "
                "'工厂', '{1,4}'), (:t, 5, 5, 4, '一组', '{1,4,5}')",
                {bind("t", tenant)});
            sql.execute(
                "insert into employee (tenant_id, user_id, name) values (:t, 'zhang1', '张伟'), (:t, 'zhang2', '张伟')",
                {bind("t", tenant)});
            sql.execute("update employee set main_department_id = 2 where tenant_id = :t", {bind("t", tenant)});
            sql.execute("update role set is_administrator = true where tenant_id = :t and id = :id",
                        {bind("t", tenant), bind("id", roles.at("boss"))});
            sql.execute("insert into role (tenant_id, name) values (:t, '销售员'), (:t, '财务')", {bind("t", tenant)});
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) select r.tenant_id, r.id, e.id from "
                "role r join employee e on e.tenant_id = r.tenant_id where r.name = '销售员' and e.name = "
                "'张伟' and r.tenant_id = :t",
                {bind("t", tenant)});
        });
    }
    std::string of(std::string const& user, std::string const& what) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select coalesce((" + what +
                                        ")::text, '') from employee e where e.tenant_id = :t and e.user_id = :u",
                                    {bind("t", tenant), bind("u", user)})
                .value();
        });
    }
    std::string superior_of(std::string const& user) {
        return of(user,
                  "select s.user_id from employee s where s.tenant_id = e.tenant_id and s.id = "
                  "e.superior_override_id");
    }
    std::string roles_of(std::string const& user) {
        return of(user,
                  "select string_agg(r.name, ',' order by r.name) from role_member m join role r on r.tenant_id = "
                  "m.tenant_id and r.id = m.role_id where m.tenant_id = e.tenant_id and m.employee_id = e.id");
    }
    std::string departments_of(std::string const& user) {
        return of(user,
                  "select string_agg(m.department_id::text, ',' order by m.department_id) from "
                  "employee_department m where m.tenant_id = e.tenant_id and m.employee_id = e.id");
    }
};

TEST_F(GivenPeopleOfACompany, WhenADepartmentIsWrittenWithItsWholeWayThenAnotherOfTheSameEndIsNotMeant) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into department (tenant_id, id, wecom_id, parent_id, name, path) values (:t, 6, 6, 4, '全公司', "
            "'{1,4,6}'), (:t, 7, 7, 6, '销售部', '{1,4,6,7}')",
            {bind("t", tenant)});
    });
    auto const done =
        import("boss", "账号,其他部门\nzhang1,全公司/销售部\nzhang2,工厂/全公司/销售部\n", "update", "employee");
    EXPECT_THAT(messages("boss", done), ElementsAre("update:", "update:"));
    EXPECT_EQ(departments_of("zhang1"), "2");
    EXPECT_EQ(departments_of("zhang2"), "2,7") << "his main department as well";
}

TEST_F(GivenPeopleOfACompany, WhenATableSaysWhatWeComDoesNotKnowThenItIsKeptAndUndoingTakesItBack) {
    auto const done = import("boss",
                             "账号,工号,入职日期,直接上级,角色,其他部门,邮箱\n"
                             "zhang1,A001,2024/3/1,boss,销售员、财务,工厂/一组,z1@example.com\n",
                             "update", "employee");
    EXPECT_THAT(messages("boss", done), ElementsAre("update:"));
    EXPECT_EQ(of("zhang1", "e.employee_no"), "A001");
    EXPECT_EQ(of("zhang1", "e.joined_on"), "2024-03-01");
    EXPECT_EQ(of("zhang1", "e.email"), "z1@example.com");
    EXPECT_EQ(superior_of("zhang1"), "boss");
    EXPECT_EQ(roles_of("zhang1"), "财务,销售员");
    EXPECT_EQ(departments_of("zhang1"), "2,5");
    EXPECT_EQ(count("audit_log where action = 'employee.change'"), 1);

    auto const again = import("boss", "工号,姓名,入职日期\na001,张伟,2024-03-01\n", "update", "employee");
    EXPECT_THAT(messages("boss", again), ElementsAre(HasSubstr("skip:"))) << "it is like that already";

    perform("boss", "import.undo", about(done)).value();
    work();
    EXPECT_EQ(json::find_integer(job("boss", done), "undone_count"), 1) << messages("boss", done).front();
    EXPECT_EQ(of("zhang1", "e.employee_no"), "");
    EXPECT_EQ(of("zhang1", "e.joined_on"), "");
    EXPECT_EQ(superior_of("zhang1"), "");
    EXPECT_EQ(roles_of("zhang1"), "销售员");
    EXPECT_EQ(departments_of("zhang1"), "2");
}

TEST_F(GivenPeopleOfACompany, WhenRowsAreWrongThenEachSaysTheWayOut) {
    in_tenant([&](database::Session& sql) {
        sql.execute("update employee set employee_no = 'L1' where tenant_id = :t and user_id = 'li'",
                    {bind("t", tenant)});
    });
    auto const made = upload("boss",
                             "账号,工号,姓名,直接上级,角色,其他部门\n"
                             ",,张伟,,,\n"
                             "nobody,,,,,\n"
                             "zhang1,,李四,,,\n"
                             "zhang1,L1,,,,\n"
                             ",,,boss,,\n"
                             "zhang2,,,,经理,\n"
                             "zhang2,,,,,一组\n"
                             "wang,,,wang,,\n"
                             "li,,,li2,,\n"
                             "boss,,,,,\n"
                             "boss,,boss,li,,\n",
                             "employee", "员工.csv");
    EXPECT_EQ(json::find_string(made, "mode"), "update");
    perform("boss", "import.check", about(made)).value();
    work();
    auto const said = messages("boss", made);
    ASSERT_EQ(said.size(), 11);
    EXPECT_THAT(said[0], AllOf(HasSubstr("有 2 位员工叫「张伟」（zhang1、zhang2）"), HasSubstr("请填写账号或工号")));
    EXPECT_THAT(said[1], HasSubstr("没有账号为「nobody」的员工；员工来自企业微信，请先同步"));
    EXPECT_THAT(said[2], HasSubstr("对应的是 张伟，不是「李四」"));
    EXPECT_THAT(said[3], HasSubstr("工号：这个工号已由li使用"));
    EXPECT_THAT(said[4], HasSubstr("请填写账号、工号或姓名"));
    EXPECT_THAT(said[5], HasSubstr("角色：没有角色「经理」"));
    EXPECT_THAT(said[6], HasSubstr("有 2 个部门叫「一组」"));
    EXPECT_THAT(said[7], HasSubstr("直接上级：直接上级不能是本人"));
    EXPECT_THAT(said[8], HasSubstr("直接上级：没有这位在职员工「li2」"));
    EXPECT_THAT(said[10], HasSubstr("与第 11 行是同一位员工"));
    EXPECT_EQ(count("employee where superior_override_id is not null"), 0);
    EXPECT_EQ(count("audit_log where action = 'employee.change'"), 0);
}

TEST_F(GivenPeopleOfACompany, WhenNewPeopleAreToComeByATableThenItIsRefused) {
    auto const made = upload("boss", "账号,工号\nzhang1,A1\n", "employee");
    auto const refused = perform("boss", "import.change", about(made, R"(,"version":1,"mode":"create")"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "mode");
    EXPECT_THAT(refused.error().fields.front().message, HasSubstr("只能更新已有员工的资料"));
}

TEST_F(GivenPeopleOfACompany, WhenSomebodyIsNoAdministratorThenHeMayDoNeither) {
    EXPECT_THROW(upload("li", "账号,工号\nzhang1,A1\n", "employee"), std::runtime_error);
    EXPECT_EQ(perform("li", "import.template", R"({"object":"employee"})").error().code, Errc::forbidden);
    EXPECT_EQ(perform("li", "export.create", R"({"object":"employee"})").error().code, Errc::forbidden);
}

TEST_F(GivenPeopleOfACompany, WhenPeopleAreExportedThenTheFileCanBeImportedAgain) {
    import("boss", "账号,工号,入职日期,直接上级,其他部门\nzhang1,A001,2024-03-01,li,工厂\n", "update", "employee");
    auto const made = perform("boss", "export.create", R"({"object":"employee","format":"csv"})").value();
    work();
    auto const file = perform("boss", "export.content", about(made)).value();
    auto const rows = rows_of(file);
    ASSERT_EQ(rows.size(), 6);
    EXPECT_THAT(rows, Contains(AllOf(Contains("zhang1"), Contains("A001"), Contains("2024-03-01"), Contains("li"),
                                     Contains("全公司/工厂"), Contains("全公司/销售部"), Contains("正常"))));
    auto const back = upload("boss", from_base64(json::find_string(file, "content").value()).value(), "employee");
    perform("boss", "import.check", about(back)).value();
    work();
    for (auto const& said : messages("boss", back)) EXPECT_EQ(said, "skip:");
}

}  // namespace
}  // namespace wescrm::exchange
