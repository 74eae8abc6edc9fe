#include "rules/diff.hpp"
#include "rules/guard.hpp"
#include "rules/snapshot_check.hpp"
#include "rules/superiors.hpp"

#include <wescrm/org/sync.hpp>

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

TEST(DeletionGuard, WhenADepartmentOfSmallGroupsWouldGoThenItHolds) {
    auto stored = a_company(200);
    for (std::int64_t group = 0; group < 4; ++group) {
        stored.departments.push_back({3 + group, 30 + group, 2, "组", 0, {1, 2, 3 + group}, {}, false, {}});
        for (std::size_t i = 0; i < 3; ++i)
            stored.employees[static_cast<std::size_t>(188 + group * 3) + i].seats = {{3 + group, false, 0}};
    }
    EXPECT_FALSE(hold_reason(stored, last(stored, 9), false, false, {})) << "three of the four groups";
    auto const reason = hold_reason(stored, last(stored, 12), false, false, {});
    ASSERT_TRUE(reason);
    EXPECT_EQ(*reason, "将停用部门“销售部”的全部成员");
}

TEST(DeletionGuard, WhenTheyAreAlreadyOffThenTheyDoNotCount) {
    auto stored = a_company(20);
    for (std::size_t i = 5; i < 20; ++i) stored.employees[i].status = "disabled";
    EXPECT_FALSE(hold_reason(stored, last(stored, 15), true, true, {}));
}

TEST(Departments, WhenTheRangeIsOfPeopleOrTagsThenTheListIsAForest) {
    auto const problem = [](std::vector<wecom::ApiDepartment> list, wecom::ApiRange const& range) {
        return order_departments(list, range);
    };
    EXPECT_FALSE(problem({}, {{"zhang"}, {}, {}})) << "single people only";
    EXPECT_TRUE(problem({}, {{"zhang"}, {2}, {}}));
    EXPECT_TRUE(problem({}, {{"zhang"}, {}, {7}}));
    EXPECT_FALSE(problem({{8, 7, "c", 0, {}}, {5, 4, "a", 0, {}}, {6, 5, "b", 0, {}}}, {{}, {}, {1}}))
        << "which departments a tag shows is not told";
    auto list = std::vector<wecom::ApiDepartment>{{6, 5, "b", 0, {}}, {9, 3, "c", 0, {}}, {5, 4, "a", 0, {}}};
    EXPECT_FALSE(order_departments(list, {{}, {5, 9}, {}}));
    EXPECT_EQ(list.back().id, 6) << "parents first";
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

TEST(Diff, WhenNamesAreNotToldThenWhatWeHadIsKept) {  // since 2022, wecom-org 10
    auto stored = a_company(2);
    stored.employees[0].mobile = "13800000000";
    auto snapshot = Snapshot{};
    snapshot.departments = {{1, 0, "", 0, {}}, {20, 1, "", 0, {}}, {30, 20, "", 0, {}}};
    snapshot.members = {a_member("u0", 1), a_member("u1", 1), a_member("new", 30)};
    for (auto& member : snapshot.members) member.name.clear();
    auto const plan = compare(stored, snapshot);
    ASSERT_EQ(plan.departments.size(), 1u) << "the known ones are as they were";
    EXPECT_EQ(plan.departments[0].row.name, "部门30");
    ASSERT_EQ(plan.employees.size(), 1u);
    EXPECT_EQ(plan.employees[0].row.name, "new");
}

TEST(Diff, WhenSomebodyIsInSeveralDepartmentsThenHeHasASeatInEach) {
    auto const stored = a_company(1);
    auto snapshot = Snapshot{};
    snapshot.departments = {{1, 0, "Corp", 0, {}}, {20, 1, "销售部", 0, {}}};
    auto member = a_member("U0", 20);
    member.departments = {{20, true, 5}, {1, false, 7}, {20, true, 5}, {99, false, 0}};
    snapshot.members = {member};
    auto const plan = compare(stored, snapshot);
    ASSERT_EQ(plan.employees.size(), 1u);
    EXPECT_FALSE(plan.employees[0].is_new) << "userids are compared without case";
    EXPECT_EQ(plan.employees[0].row.seats, (std::vector<Seat>{{1, false, 7}, {2, true, 5}}));
    EXPECT_EQ(plan.employees[0].row.main_department_id, 2);
}

TEST(Diff, WhenTheDirectLeaderIsTakenAwayThenTheHeadCountsAgain) {
    auto stored = a_company(3);
    stored.employees[0].seats = {{1, true, 0}};
    stored.employees[2].wecom_superior = "u1";
    stored.employees[2].superior_id = stored.employees[1].id;
    stored.employees[1].superior_id = stored.employees[0].id;
    auto snapshot = Snapshot{};
    snapshot.departments = {{1, 0, "Corp", 0, {}}, {20, 1, "销售部", 0, {}}};
    snapshot.members = {a_member("u0", 1), a_member("u1", 1), a_member("u2", 1)};
    snapshot.members[0].departments[0].is_leader = true;
    auto const plan = compare(stored, snapshot);
    ASSERT_EQ(plan.superiors.size(), 1u);
    EXPECT_EQ(plan.superiors[0], (std::pair{stored.employees[2].id, std::optional{stored.employees[0].id}}));
}

/// Asia/Shanghai; the nightly sync of a company is between 02:00 and 05:00.
TEST(NextSync, WhenTheIntervalEndsBeforeTheNightThenItCounts) {
    auto const zone = Zone::named("Asia/Shanghai").value();
    auto const at = [](std::string_view text) { return parse_rfc3339(text).value(); };
    struct Case {
        std::int64_t tenant;
        std::string_view now;
        hours every;
        std::string_view next;
    };
    for (auto const& c : std::vector<Case>{
             {180, "2026-11-25T10:00:00+08:00", hours{4}, "2026-11-25T14:00:00+08:00"},
             {180, "2026-11-25T23:00:00+08:00", hours{4}, "2026-11-26T02:00:00+08:00"},  // the night comes first
             {279, "2026-11-25T23:00:00+08:00", hours{4},
              "2026-11-26T03:00:00+08:00"},  // spread, 99 minutes; the interval
             {279, "2026-11-26T00:00:00+08:00", hours{4}, "2026-11-26T03:39:00+08:00"},
             {180, "2026-11-26T02:00:00+08:00", hours{48}, "2026-11-27T02:00:00+08:00"},  // not at once again
             {179, "2026-11-26T02:00:00+08:00", hours{24}, "2026-11-26T04:59:00+08:00"},
             {180, "2026-12-31T18:30:00Z", hours{24}, "2027-01-01T18:00:00Z"}})
        EXPECT_EQ(next_sync(TenantId{c.tenant}, zone, at(c.now), c.every), at(c.next)) << c.tenant << ' ' << c.now;
    auto const kiritimati = Zone::named("Pacific/Kiritimati").value();  // UTC+14
    EXPECT_EQ(next_sync(TenantId{180}, kiritimati, at("2026-11-25T06:00:00Z"), hours{24}), at("2026-11-25T12:00:00Z"));
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
