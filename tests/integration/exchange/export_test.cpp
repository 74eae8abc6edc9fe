#include "given.hpp"

#include <wescrm/approval/operations.hpp>

#include <gmock/gmock.h>

namespace wescrm::exchange {
namespace {

using tables::Row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct GivenCustomers : wescrm::testing::ExchangeTest {
    GivenCustomers() {
        create("li", "宏达科技有限公司", "13800138000").value();
        create("li", "=cmd|' /C calc'!A0", "13900000001").value();
        create("wang", "远航贸易", "13700000001").value();
    }
    Result<json::Document> begin(std::string const& user, std::string const& more) {
        return perform(user, "export.create", R"({"object":"customer")" + more + "}");
    }
    std::vector<Row> exported(std::string const& user, std::string const& more) {
        auto const made = begin(user, more).value();
        work();
        return rows_of(perform(user, "export.content", about(made)).value());
    }
    std::string const columns = R"(,"columns":[{"field":"name","title":"名称"},{"field":"mobile","title":"电话"}])";
};

TEST_F(GivenCustomers, WhenSomebodyExportsThenOnlyWhatHisListShows_Z04) {
    EXPECT_THAT(exported("li", columns),
                UnorderedElementsAre(Row{"名称", "电话"}, Row{"宏达科技有限公司", "13800138000"},
                                     Row{"=cmd|' /C calc'!A0", "13900000001"}));
    EXPECT_THAT(exported("wang", columns), ElementsAre(Row{"名称", "电话"}, Row{"远航贸易", "13700000001"}));
}

TEST_F(GivenCustomers, WhenPhonesAreMaskedOnTheScreenThenTheyAreInTheFile_Z04) {
    auto const rows = exported("boss", columns);
    ASSERT_EQ(rows.size(), 4);
    for (auto const& row : rows) EXPECT_TRUE(row[1] == "电话" || row[1].find("****") != std::string::npos) << row[1];
}

TEST_F(GivenCustomers, WhenAFieldIsHiddenThenItIsNotEvenHeaded_Z04) {
    restrict("li", "mobile", 0, 0);
    EXPECT_THAT(exported("li", columns),
                UnorderedElementsAre(Row{"名称"}, Row{"宏达科技有限公司"}, Row{"=cmd|' /C calc'!A0"}));
    EXPECT_FALSE(begin("li", columns + R"(,"filter":{"q":"x","sort":"mobile"})"));
}

TEST_F(GivenCustomers, WhenTheListIsFilteredThenSoIsTheFile) {
    EXPECT_THAT(exported("li", columns + R"(,"filter":{"q":"宏达"},"format":"csv")"),
                ElementsAre(Row{"名称", "电话"}, Row{"宏达科技有限公司", "13800138000"}));
    EXPECT_EQ(begin("li", R"(,"filter":{"nonsense":"1"})").error().code, Errc::invalid_input);
}

TEST_F(GivenCustomers, WhenTextsBeginLikeFormulasThenTheFileHasNone_I04) {
    auto const made = begin("li", columns + R"(,"format":"csv")").value();
    work();
    auto const file = perform("li", "export.content", about(made)).value();
    EXPECT_THAT(from_base64(json::find_string(file, "content").value()).value(), HasSubstr("\n'=cmd|"));
}

TEST_F(GivenCustomers, WhenAnotherAsksForTheFileThenThereIsNone_T10) {
    auto const made = begin("li", columns).value();
    EXPECT_EQ(perform("li", "export.content", about(made)).error().reason, "export_state");
    work();
    for (auto const* who : {"wang", "boss"}) {
        EXPECT_EQ(perform(who, "export.content", about(made)).error().code, Errc::not_found);
        EXPECT_EQ(perform(who, "export.show", about(made)).error().code, Errc::not_found);
    }
    clock.advance(hours{72});
    EXPECT_EQ(perform("li", "export.content", about(made)).error().code, Errc::not_found);
}

TEST_F(GivenCustomers, WhenThePermissionIsGoneThenNothingIsWrittenAnyMore) {
    auto const made = begin("li", columns).value();
    in_tenant([](database::Session& sql) {
        sql.execute("delete from role_permission where permission = 'customer.export'");
    });
    work();
    EXPECT_EQ(json::find_string(perform("li", "export.show", about(made)).value(), "state"), "failed");
    EXPECT_EQ(begin("li", columns).error().code, Errc::forbidden);
}

TEST_F(GivenCustomers, WhenThereAreManyThenPiecesMakeOneFileUpToTheLimit) {
    auto csv = std::string{"名称\n"};
    for (auto i = 0; i < 450; ++i) csv += "客户甲" + std::to_string(1'000 + i) + "号\n";
    config.import_chunk = 500;
    handlers = timer_handlers(lists, config);
    import("li", csv);
    EXPECT_EQ(exported("li", columns).size(), 453);
    config.export_rows = 300;
    handlers = timer_handlers(lists, config);
    auto const made = begin("li", columns).value();
    EXPECT_GT(work(), 1);
    auto const done = perform("li", "export.show", about(made)).value();
    EXPECT_EQ(json::find_integer(done, "row_count"), 300);
    EXPECT_EQ(json::find_bool(done, "is_cut"), true);
    EXPECT_EQ(count("export_row"), 0);
    EXPECT_EQ(count("audit_log where action = 'export.create'"), 2);
}

TEST_F(GivenCustomers, WhenAFileWasFetchedThenItIsGoneSoonAfter) {
    auto const made = begin("li", columns).value();
    work();
    EXPECT_EQ(json::find_bool(perform("li", "export.show", about(made)).value(), "is_available"), true);
    EXPECT_TRUE(perform("li", "export.content", about(made)));
    clock.advance(minutes{9});
    EXPECT_TRUE(perform("li", "export.content", about(made)));  // a download that broke off
    clock.advance(minutes{1});
    auto const gone = perform("li", "export.content", about(made));
    EXPECT_EQ(gone.error().code, Errc::not_found);
    EXPECT_THAT(gone.error().message, HasSubstr("已经下载过"));
    EXPECT_EQ(json::find_bool(perform("li", "export.show", about(made)).value(), "is_available"), false);
}

TEST_F(GivenCustomers, WhenAnExportIsLargeThenAdministratorsAreTold) {
    in_tenant([](database::Session& sql) {
        sql.execute("update role set is_administrator = true where name = 'role of boss'");
    });
    config.export_notice_rows = 1;
    handlers = timer_handlers(lists, config);
    exported("wang", columns);  // one row
    EXPECT_EQ(count("outbox where kind = 'export_large'"), 0);
    exported("li", columns);
    EXPECT_EQ(count("outbox where kind = 'export_large' and recipient = 'boss'"), 1);
    exported("boss", columns);  // he knows
    EXPECT_EQ(count("outbox where kind = 'export_large'"), 1);
}

struct GivenExportsNeedConsent : GivenCustomers {
    GivenExportsNeedConsent() {
        auto const subjects = std::make_shared<approval::Subjects>();
        add_approval_subjects(*subjects);
        approval::add_operations(catalogue, subjects);
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) values (:t, :r, "
                "'approval.decide', 'all')",
                {database::bind("t", tenant), database::bind("r", roles.at("boss"))});
            sql.execute("update employee set superior_id = :boss where user_id = 'li'",
                        {database::bind("boss", employees.at("boss"))});
            sql.execute(
                "insert into approval_setting (tenant_id, object, mode, above_count, updated_at) values (:t, 'export', "
                "'superior', 1, now())",
                {database::bind("t", tenant)});
        });
    }
    // What waits for boss.
    json::Document waiting() {
        auto const page = perform("boss", "approval.list", R"({"part":"waiting","status":"pending"})").value();
        auto one = json::Document{};
        if (!page["items"].Empty()) one.CopyFrom(page["items"][0], one.GetAllocator());
        return one;
    }
    std::string state_of(json::Value const& made) {
        return json::find_string(perform("li", "export.show", about(made)).value(), "state").value();
    }
};

TEST_F(GivenExportsNeedConsent, WhenTheSuperiorAgreesThenTheFileCanBeFetched) {
    auto const made = begin("li", columns).value();
    work();
    EXPECT_EQ(state_of(made), "waiting");
    EXPECT_EQ(perform("li", "export.content", about(made)).error().reason, "export_state");
    auto const asked = waiting();
    EXPECT_EQ(json::find_string(asked, "subject_title"), "导出");
    EXPECT_EQ(json::find_string(asked, "subject_name"), "2 条，xlsx 文件");
    clock.advance(hours{70});
    ASSERT_TRUE(perform("boss", "approval.approve", about(asked)));
    clock.advance(hours{70});  // its time counts from the consent
    EXPECT_TRUE(perform("li", "export.content", about(made)));
    EXPECT_EQ(count("outbox where kind = 'export_ended' and recipient = 'li'"), 2);
}

TEST_F(GivenExportsNeedConsent, WhenTheSuperiorRefusesThenNothingOfItStays) {
    auto const made = begin("li", columns).value();
    work();
    ASSERT_TRUE(perform("boss", "approval.reject", about(waiting(), R"(,"comment":"请缩小范围")")));
    EXPECT_EQ(state_of(made), "refused");
    EXPECT_EQ(count("export_part"), 0);
    EXPECT_FALSE(perform("li", "export.content", about(made)));
}

TEST_F(GivenExportsNeedConsent, WhenItHasFewRowsThenNobodyIsAsked) {
    auto const made = begin("li", columns + R"(,"filter":{"q":"宏达"})").value();
    work();
    EXPECT_EQ(state_of(made), "done");
    EXPECT_TRUE(waiting().IsNull());
}

TEST_F(GivenExportsNeedConsent, WhenNobodyAnswersThenTheFileGoesAndNobodyIsAskedAnyMore) {
    begin("li", columns).value();
    work();
    clock.advance(hours{73});
    in_tenant([&](database::Session& sql) {
        auto const services = operation::Services{&renderer, {}, {}};
        auto ctx =
            operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer), clock.now(), services};
        forget_old(ctx, config);
    });
    EXPECT_EQ(count("export_job"), 0);
    EXPECT_TRUE(waiting().IsNull());
}

}  // namespace
}  // namespace wescrm::exchange
