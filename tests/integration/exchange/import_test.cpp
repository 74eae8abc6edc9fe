#include "given.hpp"

#include <gmock/gmock.h>

namespace wescrm::exchange {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct GivenATable : wescrm::testing::ExchangeTest {
    std::int64_t counted(json::Value const& made, char const* member) {
        return json::find_integer(made, member).value_or(-1);
    }
};

TEST_F(GivenATable, WhenItIsUploadedThenColumnsAreMappedByTheirHeadings) {
    auto const made = upload(
        "li", "客户名称 *,手机号,客户级别,内部代码,下次联系\n宏达科技有限公司,13800138000,重点,x,2026/12/1 9:00\n");
    EXPECT_EQ(json::write(made["mapping"]), R"(["name","mobile","level","-","next_contact_at"])");
    EXPECT_EQ(counted(made, "row_count"), 1);
    EXPECT_EQ(json::write(made["samples"][0][0]), "\"宏达科技有限公司\"");
    EXPECT_EQ(count("customer"), 0);
}

TEST_F(GivenATable, WhenItIsImportedThenEveryRecordIsAsIfItWereMadeSingly) {
    auto const done = import("li",
                             "名称,电话,级别,来源,联系人,下次联系时间\n"
                             "苏州宏达科技有限公司,1.3800138E+10,重点,展会,王建国,2026-12-01 09:00\n"
                             "远航贸易,0512-66001234,,,,\n");
    EXPECT_EQ(json::find_string(done, "state"), "done");
    EXPECT_EQ(counted(done, "created_count"), 2);
    auto const found = as("li", [](operation::Context& ctx) { return sales::list_customers(ctx, {}); }).value();
    ASSERT_EQ(found.items.size(), 2);
    auto const hongda = as("li", [](operation::Context& ctx) {
                            return sales::search_customers(ctx, {"hongda", {}});
                        }).value();
    ASSERT_EQ(hongda.items.size(), 1);
    auto const shown = as("li", [&](operation::Context& ctx) {
                           return sales::show_customer(ctx, {hongda.items[0].id, {}});
                       }).value();
    EXPECT_EQ(shown.mobile, "13800138000");
    EXPECT_EQ(shown.level, "重点");
    EXPECT_EQ(shown.contacts.at(0).name, "王建国");
    EXPECT_EQ(format_rfc3339(*shown.next_contact_at), "2026-12-01T01:00:00Z");
    EXPECT_THAT(shown.no, StartsWith("KH20261125"));
    EXPECT_EQ(count("audit_log where action = 'customer.create' and reason = '导入 客户.csv'"), 2);
    EXPECT_EQ(count("audit_log where after::text like '%13800138000%'"), 0);
    EXPECT_EQ(count("ownership_event where kind = 'create' and object = 'customer' and to_id is not null"), 2);
    EXPECT_EQ(count("duplicate_key where object = 'customer' and kind in ('name_core', 'mobile')"), 4);
    EXPECT_EQ(count("timer where kind = 'next_contact' and state = 0"), 1);
    EXPECT_EQ(count("company_word where kind = 'level' and word = '重点'"), 1);
    auto const again = create("wang", "宏达科技股份有限公司");
    EXPECT_EQ(again.error().reason, "duplicate");
}

TEST_F(GivenATable, WhenRowsAreWrongThenEachSaysWhyAndNothingIsWritten) {
    ASSERT_TRUE(create("wang", "远航贸易有限公司", "13900000001"));
    auto const made = upload("li",
                             "名称,电话,负责人,下次联系\n"
                             "宏达科技,12,,\n"
                             ",13900000002,,\n"
                             "远航贸易,,,\n"
                             "甲公司,1.38E+10,,\n"
                             "乙公司,13900000003,没有人,明天\n"
                             "丙公司,13900000004,wang,\n"
                             "宏大实业,13900000005,,\n"
                             "宏大实业有限公司,13900000006,,\n"
                             "宏大实业,,,\n");
    perform("li", "import.check", about(made)).value();
    work();
    auto const checked = job("li", made);
    EXPECT_EQ(json::find_string(checked, "state"), "checked");
    EXPECT_THAT(messages("li", made),
                ElementsAre(HasSubstr("不是有效的电话"), HasSubstr("名称：不能为空"),
                            AllOf(HasSubstr("公司里已有"), HasSubstr("***")), HasSubstr("科学计数法"),
                            AllOf(HasSubstr("没有这位在职员工"), HasSubstr("不是有效的时间")), HasSubstr("分配给他人"),
                            "create:", HasSubstr("与第 8 行重复"), HasSubstr("与第 8 行重复")));
    EXPECT_EQ(counted(checked, "failed_count"), 8);
    EXPECT_EQ(count("customer"), 1);
    perform("li", "import.run", about(made)).value();
    work();
    EXPECT_EQ(count("customer"), 2);
    auto const failed = rows_of(perform("li", "import.result", about(made)).value());
    EXPECT_EQ(failed.size(), 9);
    EXPECT_EQ(failed[0].back(), "失败原因");
    EXPECT_THAT(failed[1].back(), HasSubstr("不是有效的电话"));
    EXPECT_EQ(failed[1][0], "宏达科技");
}

TEST_F(GivenATable, WhenTheRulesOfDuplicatesOnlyWarnThenRowsAreWrittenAndSaySo) {
    ASSERT_TRUE(create("wang", "远航贸易有限公司", "13900000001"));
    auto const rule = [&](std::string const& action) {
        auto const rules =
            R"([{"name":"名称","enabled":true,"groups":[{"conditions":["name_core"]}],"compare":["customer"],"actions":)"
            R"({"manual":"block","chat":"block","import":")" +
            action + R"(","api":"block","conversion":"block","claim":"allow"}}])";
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into duplicate_rule (tenant_id, object, rules, updated_at) values (:t, 'customer', "
                ":rules::jsonb, now()) on conflict (tenant_id, object) do update set rules = excluded.rules",
                {database::bind("t", tenant), database::bind("rules", rules)});
        });
    };
    rule("warn");
    auto const csv = std::string{"名称,电话\n远航贸易,13900000002\n远航贸易公司,13900000003\n甲公司,13900000002\n"};
    auto const noted = import("li", csv);
    EXPECT_EQ(counted(noted, "created_count"), 3);
    EXPECT_THAT(messages("li", noted),
                ElementsAre(AllOf(HasSubstr("create:疑似重复"), HasSubstr("远***司"), HasSubstr("wang")),
                            HasSubstr("create:疑似重复"), "create:"));
    EXPECT_EQ(
        perform("li", "import.rows", R"({"id":")" + json::find_string(noted, "id").value() + R"(","action":"noted"})")
            .value()["items"]
            .Size(),
        2U);
    EXPECT_EQ(count("customer where name_core = '远航贸易'"), 3);
    rule("block");
    auto const blocked = import("li", "名称,电话\n远航贸易,13900000009\n乙公司,13900000002\n");
    EXPECT_THAT(messages("li", blocked), ElementsAre(HasSubstr("error:"), "create:"));
}

TEST_F(GivenATable, WhenACustomersPersonStandsInHisRowThenHeIsAContactOfHis) {
    auto const done = import("li",
                             "客户名称,电话,联系人,联系人手机,联系人职务\n"
                             "宏达科技,0512-66001234,王建国,13800138000,采购经理\n"
                             "远航贸易,13900000001,李梅,,\n"
                             "甲公司,,,13900000003,\n"
                             "乙公司,,赵四,12,\n");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "create:", HasSubstr("联系人：填写了"),
                                                  HasSubstr("联系人手机：不是有效的电话")));
    EXPECT_EQ(
        count("contact where name = '王建国' and mobile = '13800138000' and position = '采购经理' and is_primary"), 1);
    EXPECT_EQ(count("contact where name = '李梅' and mobile = '13900000001'"), 1);
    auto const more =
        import("li", "客户名称,联系人,联系人手机\n宏达科技,钱五,13700137000\n远航贸易,李梅,\n", "create_or_update");
    EXPECT_THAT(messages("li", more).front(), HasSubstr("新增联系人「钱五」"));
    EXPECT_EQ(count("contact"), 3);
}

TEST_F(GivenATable, WhenRulesCompareContactsThenAPersonOfARowIsNoneThatIsThere) {
    auto const rule = [&](std::string const& action) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into duplicate_rule (tenant_id, object, rules, updated_at) values (:t, 'contact', "
                ":rules::jsonb, now()) on conflict (tenant_id, object) do update set rules = excluded.rules",
                {database::bind("t", tenant),
                 database::bind("rules",
                                R"([{"name":"手机","enabled":true,"groups":[{"conditions":["mobile"]}],)"
                                R"("compare":["contact"],"actions":{"manual":"block","chat":"block","import":")" +
                                    action + R"(","api":"block","conversion":"block","claim":"allow"}}])")});
        });
    };
    import("li", "客户名称,联系人,联系人手机\n宏达科技,王建国,13800138000\n");
    rule("block");
    auto const csv = std::string{
        "客户名称,联系人,联系人手机\n远航贸易,王先生,13800138000\n甲公司,李梅,13900000001\n乙公司,李小姐,"
        "13900000001\n"};
    auto const blocked = import("li", csv);
    EXPECT_THAT(messages("li", blocked),
                ElementsAre(AllOf(HasSubstr("error:"), HasSubstr("王建国")), "create:", HasSubstr("与第 3 行相同")));
    EXPECT_EQ(count("customer"), 2);
    rule("warn");
    auto const noted = import("li", "客户名称,联系人,联系人手机\n丙公司,王先生,13800138000\n");
    EXPECT_THAT(messages("li", noted), ElementsAre(HasSubstr("create:联系人疑似重复")));
}

TEST_F(GivenATable, WhenTheProcessDiesInBetweenThenItGoesOnWithoutDoingAnythingTwice) {
    auto csv = std::string{"名称\n"};
    for (auto i = 0; i < 10; ++i) csv += "客户" + std::string(static_cast<std::size_t>(i + 1), 'a') + "\n";
    auto const made = upload("li", csv);
    perform("li", "import.check", about(made)).value();
    work();
    perform("li", "import.run", about(made)).value();
    EXPECT_EQ(work(2), 2);
    EXPECT_EQ(count("customer"), 6);
    EXPECT_EQ(counted(job("li", made), "position"), 6);
    work();
    EXPECT_EQ(count("customer"), 10);
    EXPECT_EQ(counted(job("li", made), "created_count"), 10);
}

TEST_F(GivenATable, WhenRecordsExistThenTheModeDecides) {
    auto const made = create("li", "宏达科技有限公司", "13800138000").value();
    auto const csv = std::string{"名称,电话,级别\n宏达科技,13800138000,重点\n远航贸易,,一般\n"};
    auto const skipped = import("li", csv, "skip");
    EXPECT_EQ(counted(skipped, "skipped_count"), 1);
    EXPECT_EQ(counted(skipped, "created_count"), 1);
    auto const updated = import("li", csv, "update");
    EXPECT_EQ(counted(updated, "updated_count"), 1);
    EXPECT_EQ(counted(updated, "skipped_count"), 1) << "it is like that already";
    auto const shown = as("li", [&](operation::Context& ctx) {
                           return sales::show_customer(ctx, {made.id, {}});
                       }).value();
    EXPECT_EQ(shown.level, "重点");
    EXPECT_EQ(shown.name, "宏达科技");
    EXPECT_EQ(shown.version, made.version + 1);
    EXPECT_EQ(count("audit_log where action = 'customer.change' and before is not null"), 1);
    auto const unknown = import("li", "编号,名称\nKH999,新名\n" + made.no + ",宏达新名\n", "update");
    EXPECT_THAT(messages("li", unknown), ElementsAre(HasSubstr("没有编号"), "update:"));
    EXPECT_EQ(create("wang", "宏达新名").error().reason, "duplicate");
    EXPECT_TRUE(create("wang", "宏达科技"));
}

TEST_F(GivenATable, WhenSomebodyElsesRecordIsMeantThenItIsNotChanged) {
    ASSERT_TRUE(create("wang", "宏达科技有限公司", "13800138000"));
    auto const done = import("li", "名称,级别\n宏达科技,重点\n", "create_or_update");
    EXPECT_THAT(messages("li", done), ElementsAre(AllOf(StartsWith("error:"), HasSubstr("***"))));
    EXPECT_EQ(count("customer where level = '重点'"), 0);
}

TEST_F(GivenATable, WhenItIsUndoneThenOnlyWhatNobodyTouchedGoesBack) {
    auto const old = create("li", "宏达科技有限公司", "13800138000").value();
    auto const done =
        import("li", "名称,级别,电话\n宏达科技有限公司,重点,\n远航贸易,,13900000001\n甲公司,,\n", "create_or_update");
    auto change = sales::ChangeCustomer{};
    change.id = as("li",
                   [](operation::Context& ctx) {
                       return sales::search_customers(ctx, {"甲公司", {}});
                   })
                    .value()
                    .items.at(0)
                    .id;
    change.version = 1;
    change.level = {true, "一般"};
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return sales::change_customer(ctx, change); }));
    perform("li", "import.undo", about(done)).value();
    work();
    auto const undone = job("li", done);
    EXPECT_EQ(json::find_string(undone, "state"), "undone");
    EXPECT_EQ(counted(undone, "undone_count"), 2);
    EXPECT_EQ(count("customer where deleted_at is null"), 2);
    auto const shown = as("li", [&](operation::Context& ctx) {
                           return sales::show_customer(ctx, {old.id, {}});
                       }).value();
    EXPECT_EQ(shown.level, "");
    EXPECT_TRUE(create("wang", "远航贸易", "13900000001"));
    EXPECT_THAT(messages("li", done), ElementsAre("undo:", "undo:", HasSubstr("有人修改过")));
}

TEST_F(GivenATable, WhenItsTimeIsOverThenItCannotBeUndone) {
    auto const done = import("li", "名称\n宏达科技\n");
    clock.advance(hours{24});
    EXPECT_EQ(perform("li", "import.undo", about(done)).error().reason, "undo_over");
}

TEST_F(GivenATable, WhenOthersAskThenTheyDoNotSeeIt) {
    auto const made = upload("li", "名称\n宏达科技\n");
    EXPECT_EQ(perform("wang", "import.show", about(made)).error().code, Errc::not_found);
    EXPECT_EQ(perform("wang", "import.rows", about(made)).error().code, Errc::not_found);
    EXPECT_EQ(perform("wang", "import.result", about(made)).error().code, Errc::not_found);
    in_tenant([&](database::Session& sql) {
        sql.execute("delete from role_permission where permission = 'customer.import'");
    });
    EXPECT_EQ(perform("li", "import.check", about(made)).error().code, Errc::forbidden);
}

TEST_F(GivenATable, WhenTheRoleFixesAFieldThenItIsNotOffered) {
    restrict("li", "level", 1, 0);
    auto const made = upload("li", "名称,级别\n宏达科技,重点\n");
    EXPECT_EQ(json::write(made["mapping"]), R"(["name","-"])");
    EXPECT_EQ(perform("li", "import.change", about(made, R"(,"version":1,"mapping":["name","level"])")).error().code,
              Errc::invalid_input);
}

TEST_F(GivenATable, WhenOwnFieldsAreDefinedThenTheirRulesHoldAndTheTemplateShowsThem) {
    auto const define = [&](std::string const& field) {
        auto const made = as("system", [&](operation::Context& ctx) {
            return sales::create_field(ctx,
                                       operation::read_input<sales::CreateField>(json::parse(field).value()).value());
        });
        ASSERT_TRUE(made) << made.error().message;
    };
    define(R"({"object":"customer","key":"budget","label":"预算","type":"money"})");
    define(
        R"({"object":"customer","key":"kind","label":"性质","type":"choice","required":true,"options":["国企","民企"]})");
    define(R"({"object":"customer","key":"code","label":"代码","type":"text","unique":true,"pattern":"^[A-Z]+$"})");
    auto const done = import("li",
                             "名称,预算,性质,代码\n宏达科技,12.5,民企,AB\n远航贸易,很多,国企,\n甲公司,,,\n乙公司,,国企,"
                             "ab\n丙公司,,国企,AB\n");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", HasSubstr("预算"), HasSubstr("性质"),
                                                  HasSubstr("代码：格式"), HasSubstr("代码：")));
    EXPECT_EQ(count("customer where custom->>'budget' = '1250' and custom->>'kind' = '民企'"), 1);
    EXPECT_EQ(count("field_value where number_value = 1250"), 1);
    auto const sheet = rows_of(perform("li", "import.template", R"({"object":"customer"})").value());
    EXPECT_THAT(sheet.at(0),
                AllOf(::testing::Contains("客户名称 *"), ::testing::Contains("性质 *"), ::testing::Contains("预算")));
}

TEST_F(GivenATable, OfLeadsThenTheyAreMadeWithTheirKeys) {
    auto const done =
        import("li", "姓名,公司,手机,来源\n王建国,宏达科技,13800138000,展会\n李强,远航,,\n王建国,宏达科技有限公司,,\n",
               "create", "lead");
    EXPECT_THAT(messages("li", done), ElementsAre("create:", "create:", HasSubstr("与第 2 行重复")));
    EXPECT_EQ(count("lead where status = 'pending' and no like 'XS%'"), 2);
    EXPECT_EQ(count("lead_word where word = '=王建国'"), 1);
}

TEST_F(GivenATable, OfLeadsWhenTheRulesAssignThenEachPieceGoesOnInTurnAndSaysWhy) {
    in_tenant([&](database::Session& sql) {
        using database::bind;
        auto const rule = sql.value<std::int64_t>(
            "insert into lead_assignment_rule (tenant_id, name, sources, created_at, updated_at) values (:t, '官网', "
            "'{官网}', now(), now()) returning id",
            {bind("t", tenant)});
        for (std::string user : {"li", "boss"})
            sql.execute("insert into lead_assignment_member (tenant_id, rule_id, employee_id) values (:t, :r, :e)",
                        {bind("t", tenant), bind("r", rule), bind("e", employees.at(user))});
    });
    auto const csv = std::string{"姓名,来源,负责人\n一,官网,\n二,官网,\n三,电话,\n四,官网,\n五,官网,\n六,官网,li\n"};
    auto const done = import("li", csv, "create", "lead", R"(,"assign_by_rules":true)");
    EXPECT_EQ(json::find_integer(done, "created_count"), 6);
    EXPECT_EQ(count("lead l join employee e on e.id = l.owner_id where e.user_id = 'boss' and l.assign_reason = "
                    "'规则「官网」：轮流分配' and l.acquired_kind = 'assign'"),
              2);
    EXPECT_EQ(count("lead l join employee e on e.id = l.owner_id where e.user_id = 'li' and l.assign_rule_id is not "
                    "null"),
              2);
    EXPECT_EQ(count("lead where high_sea_id is not null and status = 'unassigned' and assign_reason like '没有适用%'"),
              1);
    EXPECT_EQ(count("ownership_event where kind = 'assign' and rule_id is not null and reason like '规则%'"), 4);
    EXPECT_EQ(count("lead_assignment_member where given = 2"), 2);
    EXPECT_EQ(count("outbox where kind = 'records_assigned'"), 1) << "the boss; li has imported them himself";
    EXPECT_EQ(count("outbox where kind = 'records_assigned' and recipient = 'boss'"), 1);
    auto const pool = in_tenant([&](database::Session& sql) {
        return sql.value<std::string>("select id::text from high_sea where object = 'lead' limit 1").value();
    });
    auto const other = upload("li", "姓名\n七\n", "lead");
    auto const both = perform("li", "import.change",
                              about(other, R"(,"version":1,"assign_by_rules":true,"high_sea_id":")" + pool + "\""));
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().fields.front().field, "assign_by_rules");
}

TEST_F(GivenATable, WhenTheFileIsBrokenThenTheFieldSaysSo) {
    auto const refused =
        perform("li", "import.create", R"({"object":"customer","file_name":"a.csv","content":"YSxiCg=="})");
    EXPECT_THAT(refused.error().fields.at(0).message, HasSubstr("没有数据"));
    EXPECT_EQ(count("import_job"), 0);
}

}  // namespace
}  // namespace wescrm::exchange
