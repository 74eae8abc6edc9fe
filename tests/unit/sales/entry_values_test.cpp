#include "rules/entry_values.hpp"

#include "rules/stage_movers.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

using namespace std::chrono_literals;

constexpr auto today = Date{2026y / 11 / 28};

TEST(TheDayThatAStageSets, IsADateOrSoManyDaysFromTheEntryOn) {
    EXPECT_EQ(entry_day("2027-01-31", today), Date{2027y / 1 / 31});
    EXPECT_EQ(entry_day("+0", today), today);
    EXPECT_EQ(entry_day(" +30 ", today), Date{2026y / 12 / 28});
    for (auto const* wrong : {"+", "+-1", "+3650000", "+2x", "soon", ""})
        EXPECT_FALSE(entry_day(wrong, today)) << wrong;
}

TEST(TheFieldsThatAStageSets, AreThoseThatEveryCompanyHasOrItsOwn) {
    auto fields = EntryFields{};
    EXPECT_TRUE(set_entry_field(fields, {"competitor", " 友商 "}, {today, {}}));
    EXPECT_EQ(fields.competitor, "友商");
    EXPECT_TRUE(set_entry_field(fields, {"probability", "45"}, {today, {}}));
    EXPECT_EQ(fields.probability, 45);
    for (auto const* wrong : {"101", "-1", "4.5", "x"})
        EXPECT_FALSE(set_entry_field(fields, {"probability", wrong}, {today, {}})) << wrong;
    EXPECT_EQ(set_entry_field(fields, {"owner_user_id", "li"}, {today, {}}).error().fields.at(0).field,
              "owner_user_id");
    auto budget = Field{};
    budget.key = "budget";
    budget.label = "预算";
    budget.type = FieldType::money;
    auto const own = std::vector{budget};
    EXPECT_EQ(json::write(entry_custom(own, {"custom.budget", "1,200.5"}, {today, {}}).value()), "120050");
    EXPECT_FALSE(entry_custom(own, {"custom.budget", "many"}, {today, {}}));
    EXPECT_FALSE(entry_custom(own, {"custom.other", "1"}, {today, {}}));
}

TEST(TheMoversOfAStage, AreNamedHimselfByDepartmentOrByRole) {
    auto stage = Stage{};
    stage.name = "报价";
    stage.mover_guards = "both";
    auto const free_stage = stage;
    auto const may = [&](Mover const& who) { return check_movers(&free_stage, stage, who).has_value(); };
    auto const nobody = Mover{UserId{"li"}, {DepartmentId{1}, DepartmentId{2}}, {RecordId{7}}};
    EXPECT_TRUE(may(nobody)) << "no movers are named";
    stage.mover_user_ids = {UserId{"boss"}};
    EXPECT_FALSE(may(nobody));
    EXPECT_TRUE(may({UserId{"boss"}, {}, {}}));
    EXPECT_TRUE(may({UserId{"root"}, {}, {}, true}));
    stage.mover_department_ids = {DepartmentId{1}};
    EXPECT_TRUE(may(nobody)) << "his department lies below it";
    stage.mover_department_ids = {DepartmentId{9}};
    stage.mover_role_ids = {RecordId{7}};
    EXPECT_TRUE(may(nobody));
    stage.mover_role_ids.clear();
    stage.mover_guards = "out";
    EXPECT_TRUE(may(nobody)) << "only moves out of it are guarded";
    EXPECT_FALSE(check_movers(&stage, free_stage, nobody));
}

}  // namespace
}  // namespace wescrm::sales
