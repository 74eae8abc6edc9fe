#include "rules/diff.hpp"
#include "rules/guard.hpp"
#include "rules/snapshot_check.hpp"
#include "rules/superiors.hpp"

#include <gmock/gmock.h>

namespace wescrm::org::rules {
namespace {

Instant const noon{hours{12}};

wecom::ApiMember a_member(std::string user, std::int64_t department) {
    auto member = wecom::ApiMember{};
    member.user = UserId{user};
    member.name = user;
    member.main_department = department;
    member.departments = {{department, false, 0}};
    return member;
}

Stored a_company(std::size_t people, std::size_t administrators = 1) {
    auto stored = Stored{};
    stored.departments = {{1, 1, {}, "全公司", 0, {1}, {}, false, {}}, {2, 20, 1, "销售部", 0, {1, 2}, {}, false, {}}};
    for (std::size_t i = 0; i < people; ++i) {
        auto employee = StoredEmployee{};
        employee.id = 100 + static_cast<std::int64_t>(i);
        employee.user = UserId{"u" + std::to_string(i)};
        employee.name = employee.user.value();
        employee.status = "active";
        employee.main_department_id = 1;
        employee.is_administrator = i < administrators;
        employee.seats = {{1, false, 0}};
        stored.employees.push_back(std::move(employee));
    }
    return stored;
}

std::vector<Leaver> last(Stored const& stored, std::size_t count) {
    auto leavers = std::vector<Leaver>{};
    for (auto it = stored.employees.rbegin(); it != stored.employees.rend() && leavers.size() < count; ++it)
        leavers.push_back({*it, "left", false});
    return leavers;
}

TEST(DeletionGuard, WhenManyWouldGoThenItHolds) {
    struct Case {
        std::size_t people;
        std::size_t leaving;
        bool is_range_changed;
        bool was_incomplete;
        bool holds;
    };
    for (auto const& c : std::vector<Case>{{100, 1, false, false, false},
                                           {20, 4, false, false, false},     // few
                                           {20, 5, false, false, true},      // 25 %
                                           {25, 5, false, false, false},     // exactly 20 %
                                           {1000, 50, false, false, false},  // exactly 50
                                           {1000, 51, false, false, true},   // 5.1 %
                                           {2000, 60, false, false, false},  // 3 %
                                           {100, 1, true, false, true},
                                           {100, 1, false, true, true},
                                           {100, 0, true, true, false}}) {
        auto const stored = a_company(c.people);
        EXPECT_EQ(hold_reason(stored, last(stored, c.leaving), c.is_range_changed, c.was_incomplete, {}).has_value(),
                  c.holds)
            << c.leaving << " of " << c.people;
    }
}

TEST(DeletionGuard, WhenTheOnlyAdministratorWouldGoThenItHolds) {
    auto const stored = a_company(100, 1);
    auto const leaver = std::vector<Leaver>{{stored.employees.front(), "left", false}};
    EXPECT_TRUE(hold_reason(stored, leaver, false, false, {}));
    auto const two = a_company(100, 2);
    EXPECT_FALSE(hold_reason(two, {{two.employees.front(), "left", false}}, false, false, {}));
}

TEST(DeletionGuard, WhenAWholeDepartmentWouldGoThenItHolds) {
    auto stored = a_company(100);
    for (std::size_t i = 90; i < 100; ++i) stored.employees[i].seats = {{2, false, 0}};
    EXPECT_TRUE(hold_reason(stored, last(stored, 10), false, false, {}));
    EXPECT_FALSE(hold_reason(stored, last(stored, 9), false, false, {}));
}

TEST(Departments, WhenTheListIsNoTreeThenItIsRefused) {
    auto const range = wecom::ApiRange{};
    auto const problem = [&](std::vector<wecom::ApiDepartment> list, wecom::ApiRange const& in) {
        return order_departments(list, in);
    };
    EXPECT_TRUE(problem({}, range));
    EXPECT_FALSE(problem({{3, 2, "c", 0, {}}, {2, 1, "b", 0, {}}, {1, 0, "a", 0, {}}}, range));
    EXPECT_TRUE(problem({{1, 0, "a", 0, {}}, {1, 0, "a", 0, {}}}, range));
    EXPECT_TRUE(problem({{1, 0, "a", 0, {}}, {3, 2, "c", 0, {}}}, range)) << "unknown parent";
    EXPECT_TRUE(problem({{1, 0, "a", 0, {}}, {2, 3, "b", 0, {}}, {3, 2, "c", 0, {}}}, range)) << "circle";
    EXPECT_FALSE(problem({{7, 4, "visible", 0, {}}}, {{}, {7}, {}})) << "the top of a forest";
}

TEST(Superior, WhenThePersonIsHeadThenTheNextHeadAboveCounts) {
    auto superiors = Superiors{};
    superiors.add_department(1, {});
    superiors.add_department(2, 1);
    superiors.add_department(3, 2);
    for (auto const& [id, key] :
         std::vector<std::pair<std::int64_t, std::string>>{{10, "boss"}, {11, "lead"}, {12, "li"}})
        superiors.add_active(id, key);
    superiors.add_head(1, 10);
    superiors.add_head(2, 11);
    struct Case {
        Superiors::Person person;
        std::optional<std::int64_t> expected;
    };
    for (auto const& [person, expected] :
         std::vector<Case>{{{12, "", {}, 3}, 11},       // nobody heads 3
                           {{11, "", {}, 2}, 10},       // a head
                           {{10, "", {}, 1}, {}},       // the top
                           {{12, "BOSS", {}, 3}, 10},   // named by WeCom, whatever the case
                           {{12, "gone", {}, 3}, 11},   // not active
                           {{12, "boss", 11, 3}, 11}})  // set by hand
        EXPECT_EQ(superiors.of(person), expected);
}

TEST(Superior, WhenPeopleLeadEachOtherThenTheCircleIsCut) {
    auto superiors = std::unordered_map<std::int64_t, std::optional<std::int64_t>>{{1, 2}, {2, 3}, {3, 1}, {4, 1}};
    cut_circles(superiors);
    EXPECT_EQ(superiors[1], std::nullopt);
    EXPECT_EQ(superiors[2], 3);
    EXPECT_EQ(superiors[3], 1);
    EXPECT_EQ(superiors[4], 1);
}

Plan compare(Stored const& stored, Snapshot const& snapshot) {
    auto next = std::int64_t{1'000};
    return diff({stored, snapshot, 1, noon, [&next] { return next++; }});
}

TEST(Diff, WhenSomebodyIsNewMovedOrGoneThenThePlanSaysSo) {
    auto const stored = a_company(3);
    auto snapshot = Snapshot{};
    snapshot.departments = {{1, 0, "Corp", 0, {}}, {20, 1, "销售部", 0, {}}, {30, 20, "一组", 0, {}}};
    snapshot.members = {a_member("u0", 1), a_member("u1", 30), a_member("new", 20)};
    auto const plan = compare(stored, snapshot);

    ASSERT_EQ(plan.departments.size(), 1u);
    EXPECT_EQ(plan.departments[0].row.path, (std::vector<std::int64_t>{1, 2, 1'000}));
    ASSERT_EQ(plan.employees.size(), 2u);
    EXPECT_EQ(plan.employees[0].row.main_department_id, 1'000);
    EXPECT_TRUE(plan.employees[1].is_new);
    ASSERT_EQ(plan.leavers.size(), 1u);
    EXPECT_EQ(plan.leavers[0].employee.user, UserId{"u2"});
}

TEST(Diff, WhenAnEventIsNewerThanTheSnapshotThenTheRowIsLeftAlone) {
    auto stored = a_company(2);
    stored.employees[0].last_event_at = noon + seconds{1};
    stored.employees[1].last_event_at = noon + seconds{1};
    auto snapshot = Snapshot{};
    snapshot.departments = {{1, 0, "Corp", 0, {}}, {20, 1, "销售部", 0, {}}};
    snapshot.members = {a_member("u0", 20)};
    EXPECT_TRUE(compare(stored, snapshot).is_empty());
}

TEST(Diff, WhenDisabledHereThenWeComDoesNotEnableAgain) {
    auto stored = a_company(1);
    stored.employees[0].status = "disabled";
    stored.employees[0].left_reason = "admin";
    auto snapshot = Snapshot{};
    snapshot.departments = {{1, 0, "Corp", 0, {}}, {20, 1, "销售部", 0, {}}};
    snapshot.members = {a_member("u0", 1)};
    EXPECT_TRUE(compare(stored, snapshot).is_empty());
    stored.employees[0].left_reason = "wecom";
    auto const plan = compare(stored, snapshot);
    ASSERT_EQ(plan.employees.size(), 1u);
    EXPECT_TRUE(plan.employees[0].is_coming_back);
}

}  // namespace
}  // namespace wescrm::org::rules
