#include "stage_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using database::bind;
using ::testing::HasSubstr;

/// boss is of 售前部, which lies below 方案中心; li is of neither and has the role 顾问.
struct GivenStagesForSome : GivenAStageWithConditions {
    GivenStagesForSome() {
        in_tenant([&](database::Session& sql) {
            auto const department = [&](std::string const& name, std::string const& above) {
                return sql
                    .value<std::int64_t>(
                        "insert into department (tenant_id, name, parent_id, path) select :t, :name, (select id from "
                        "department where tenant_id = :t and name = :above), '{}' returning id",
                        {bind("t", tenant), bind("name", name), bind("above", above)})
                    .value();
            };
            centre = std::to_string(department("方案中心", ""));
            auto const below = department("售前部", "方案中心");
            sql.execute("update department set path = array[id] where tenant_id = :t and id = :id",
                        {bind("t", tenant), bind("id", std::stoll(centre))});
            sql.execute("update department set path = array[:above::bigint, id] where tenant_id = :t and id = :id",
                        {bind("t", tenant), bind("id", below), bind("above", std::stoll(centre))});
            sql.execute("update employee set main_department_id = :d where tenant_id = :t and user_id = 'boss'",
                        {bind("t", tenant), bind("d", below)});
            role = std::to_string(
                sql.value<std::int64_t>("insert into role (tenant_id, name) values (:t, '顾问') returning id",
                                        {bind("t", tenant)})
                    .value());
        });
    }
    void give_role(std::string const& user) {
        in_tenant([&](database::Session& sql) {
            sql.execute("insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                        {bind("t", tenant), bind("r", std::stoll(role)), bind("e", employees.at(user))});
        });
    }
    std::string done(std::string const& user, std::string const& operation, std::string const& more) {
        auto const answer = perform(user, operation, R"({"id":")" + id + "\"" + more + "}");
        return answer ? "ok" : answer.error().message;
    }

    std::string centre;
    std::string role;
};

TEST_F(GivenStagesForSome, WhenAStageIsForADepartmentThenOthersMoveNothingIntoItOrOutOfIt) {
    ask_for(R"("mover_department_ids":[")" + centre + "\"]", "", "需求确认");
    auto const refused =
        perform("li", "opportunity.advance", R"({"id":")" + id + R"(","stage_id":")" + stages.at("需求确认") + "\"}");
    EXPECT_EQ(refused.error().code, Errc::forbidden);
    EXPECT_EQ(refused.error().reason, "stage_movers");
    EXPECT_EQ(refused.error().message, "只有方案中心可以把商机移入「需求确认」阶段，请联系他们");
    EXPECT_EQ(advance("需求确认", "boss"), "ok") << "his department lies below it";
    EXPECT_THAT(advance("方案报价"), HasSubstr("只有方案中心可以把商机移出「需求确认」阶段"));
    EXPECT_THAT(done("li", "opportunity.win", ""), HasSubstr("移出「需求确认」"));
    EXPECT_THAT(done("li", "opportunity.lose", R"(,"reason":"价格")"), HasSubstr("移出「需求确认」"));
    EXPECT_THAT(done("li", "opportunity.change", R"(,"version":2,"stage_id":")" + stages.at("初步接洽") + "\""),
                HasSubstr("移出「需求确认」"))
        << "back is a move as well";
    EXPECT_EQ(advance("方案报价", "boss"), "ok");
    EXPECT_EQ(advance("商务谈判"), "ok") << "whoever may change it";
}

TEST_F(GivenStagesForSome, WhenOnlyOneWayIsGuardedThenTheOtherIsFree) {
    ask_for(R"("mover_user_ids":["boss"],"mover_guards":"out")", "", "需求确认");
    EXPECT_EQ(advance(), "ok");
    EXPECT_EQ(advance("方案报价"), "只有boss可以把商机移出「需求确认」阶段，请联系他们");
    ask_for(R"("mover_user_ids":["boss"],"mover_guards":"into")", "", "需求确认");
    EXPECT_EQ(advance("方案报价"), "ok");
    EXPECT_THAT(done("li", "opportunity.advance", R"(,"reason":"退","stage_id":")" + stages.at("需求确认") + "\""),
                HasSubstr("移入「需求确认」"));
}

TEST_F(GivenStagesForSome, WhenAnEndIsForARoleThenItsHoldersCloseAndAdministratorsToo) {
    ask_for(R"("mover_role_ids":[")" + role + "\"]", "", "赢单");
    EXPECT_EQ(done("li", "opportunity.win", ""), "只有顾问可以把商机移入「赢单」阶段，请联系他们");
    EXPECT_THAT(advance("赢单"), HasSubstr("只有顾问可以"));
    give_role("li");
    EXPECT_EQ(done("li", "opportunity.win", ""), "ok");
    EXPECT_EQ(status(id), "won");
    id = made("二期");
    ask_for(R"("mover_user_ids":["boss"],"mover_guards":"both")");
    EXPECT_THAT(advance(), HasSubstr("移出「初步接洽」"));
    EXPECT_EQ(advance("需求确认", "admin"), "ok");
}

TEST_F(GivenStagesForSome, WhenOneBeginsThenOnlyALaterStageIsGuarded) {
    ask_for(R"("mover_user_ids":["boss"])");
    auto const begun = [&](std::string const& stage) {
        auto const answer = perform("li", "opportunity.create",
                                    R"({"name":"新","customer_id":")" + customer + R"(","amount_fen":5,"stage_id":")" +
                                        stages.at(stage) + "\"}");
        return answer ? "ok" : answer.error().message;
    };
    EXPECT_EQ(begun("初步接洽"), "ok");
    ask_for(R"("mover_user_ids":["boss"])", "", "方案报价");
    EXPECT_THAT(begun("方案报价"), HasSubstr("只有boss可以把商机移入「方案报价」"));
    EXPECT_EQ(begun("需求确认"), "ok");
}

TEST_F(GivenStagesForSome, WhenMoversAreSetThenTheyMustExistAndStayAsTheyWereRead) {
    auto const nobody = try_to_ask(R"("mover_user_ids":["nobody"])", "", "初步接洽");
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().fields.at(0).field, "stages[0].mover_user_ids");
    EXPECT_FALSE(try_to_ask(R"("mover_department_ids":["77"])", "", "初步接洽"));
    EXPECT_FALSE(try_to_ask(R"("mover_role_ids":["77"])", "", "初步接洽"));
    ask_for(R"("mover_user_ids":["boss"],"mover_role_ids":[")" + role + R"("],"mover_guards":"out")");
    auto shown = perform("admin", "process.show", R"({"id":")" + process + "\"}").value();
    EXPECT_EQ(json::write(shown["stages"][0]["mover_names"]), R"(["boss","顾问"])");
    auto const again = perform("admin", "process.change", json::write(shown));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(json::write((*again)["stages"]), json::write(shown["stages"]));
}

}  // namespace
}  // namespace wescrm::testing
