#include "given.hpp"

#include <gmock/gmock.h>

// S33, the hand-over of chapter 3: everything a leaver owns, through the operations.
namespace wescrm::testing {
namespace {

using database::bind;

/// root is administrator; li owns two customers and a task, is in the team of one of wang's customers, heads a
/// department, leads zhao, and has a share rule to him. wang and zhao sell.
struct GivenALeaver : OrgTest {
    GivenALeaver() {
        in_tenant([&](database::Session& sql) {
            for (auto const* user : {"li", "wang", "zhao"}) add(sql, user, "销售员");
            sql.execute(
                "insert into employee_department (tenant_id, employee_id, department_id, is_leader) values (:t, :li, "
                "1, true)",
                {bind("t", tenant), bind("li", people["li"])});
            sql.execute(
                "update employee set main_department_id = 1, superior_override_id = case when user_id = 'zhao' then "
                ":li::bigint end where tenant_id = :t",
                {bind("t", tenant), bind("li", people["li"])});
            sql.execute(
                "insert into share_rule (tenant_id, objects, source_type, source_department_id, target_type, "
                "target_employee_id, power, created_at, updated_at) values (:t, '{customer}', 'department', 1, "
                "'employee', :li, 'read', now(), now())",
                {bind("t", tenant), bind("li", people["li"])});
        });
        first = id_of(perform("li", "customer.create", R"({"name":"宏达科技","mobile":"13800138000"})"));
        id_of(perform("li", "customer.create", R"({"name":"绿源环保"})"));
        theirs = id_of(perform("wang", "customer.create", R"({"name":"东方制造"})"));
        perform("wang", "customer.share", R"({"id":")" + theirs + R"(","user_id":"li","power":"write"})").value();
        perform("wang", "customer.share", R"({"id":")" + theirs + R"(","user_id":"zhao","power":"read"})").value();
        perform("li", "task.create", R"({"title":"寄样品","due_at":"2026-11-27T10:00:00+08:00"})").value();
    }
    std::map<std::string, std::int64_t> previewed() {
        auto counts = std::map<std::string, std::int64_t>{};
        auto const shown = perform("root", "employee.handover_preview", R"({"user_id":"li"})").value();
        for (auto const& item : shown["items"].GetArray()) counts[item["kind"].GetString()] = item["count"].GetInt64();
        counts["total"] = shown["total"].GetInt64();
        return counts;
    }
    std::string owner_of(std::string const& customer) {
        auto const shown = perform("root", "customer.show", R"({"id":")" + customer + "\"}");
        return shown ? json::find_string(*shown, "owner_user_id").value_or("") : shown.error().message;
    }

    std::string first;
    std::string theirs;
};

TEST_F(GivenALeaver, WhenPreviewedThenEveryKindIsCounted) {
    auto const counts = previewed();
    EXPECT_EQ(counts.at("customer"), 2);
    EXPECT_EQ(counts.at("task"), 1);
    EXPECT_EQ(counts.at("team"), 1);
    EXPECT_EQ(counts.at("head"), 1);
    EXPECT_EQ(counts.at("subordinate"), 1);
    EXPECT_EQ(counts.at("share_rule"), 1);
    EXPECT_EQ(counts.at("role"), 1) << "on demand, so not in the total";
    EXPECT_EQ(counts.at("total"), 7);
}

TEST_F(GivenALeaver, WhenEverythingGoesToOnePersonThenNothingIsLeftAndHeIsToldOnce) {
    auto const done =
        perform("root", "employee.handover", R"({"user_id":"li","to_user_id":"zhao","reason":"离职"})").value();
    EXPECT_EQ(done["left"].GetInt64(), 0);
    EXPECT_EQ(previewed().at("total"), 0);
    EXPECT_EQ(owner_of(first), "zhao");
    EXPECT_EQ(count("ownership_event where kind = 'handover' and reason = '离职'"), 2);
    EXPECT_EQ(count("audit_log where action = 'customer.handover'"), 2);
    EXPECT_EQ(count("audit_log where action = 'employee.handover'"), 1);
    EXPECT_EQ(count("task t join employee e on e.id = t.assignee_id where e.user_id = 'zhao'"), 1);
    EXPECT_EQ(
        count("team_member t join employee e on e.id = t.employee_id where e.user_id = 'zhao' and power = 'write'"), 1)
        << "he was in the team with less";
    EXPECT_EQ(count("employee_department m join employee e on e.id = m.employee_id where m.is_leader and e.user_id = "
                    "'zhao'"),
              1);
    EXPECT_EQ(count("employee where user_id = 'zhao' and superior_override_id is null"), 1) << "not led by himself";
    EXPECT_EQ(told("handover_received", "zhao"), 1);
    EXPECT_EQ(told("task_assigned", "zhao"), 0) << "one message about everything";
}

TEST_F(GivenALeaver, WhenKindsAreAssignedApartThenTheOthersStay) {
    perform(
        "root", "employee.handover",
        R"({"user_id":"li","assignments":[{"kind":"customer","to_user_id":"wang"},{"kind":"role","to_user_id":"zhao"}]})")
        .value();
    EXPECT_EQ(owner_of(first), "wang");
    auto const counts = previewed();
    EXPECT_EQ(counts.at("customer"), 0);
    EXPECT_EQ(counts.at("task"), 1);
    EXPECT_EQ(counts.at("team"), 1);
    EXPECT_EQ(counts.at("role"), 1);
}

TEST_F(GivenALeaver, WhenTheReceiverOwnsTheRecordThenHeHasNoSeatInItsTeam) {
    perform("root", "employee.handover", R"({"user_id":"li","to_user_id":"wang"})").value();
    EXPECT_EQ(count("team_member t join employee e on e.id = t.employee_id where e.user_id = 'wang'"), 0);
}

TEST_F(GivenALeaver, WhenTheInputIsWrongThenTheFieldIsNamedAndNothingMoves) {
    auto const field = [&](std::string const& input) {
        auto const refused = perform("root", "employee.handover", input);
        return refused                          ? std::string{"accepted"}
               : refused.error().fields.empty() ? refused.error().reason
                                                : refused.error().fields[0].field;
    };
    EXPECT_EQ(field(R"({"user_id":"li"})"), "to_user_id");
    EXPECT_EQ(field(R"({"user_id":"li","to_user_id":"li"})"), "to_user_id");
    EXPECT_EQ(field(R"({"user_id":"li","to_user_id":"nobody"})"), "to_user_id");
    EXPECT_EQ(field(R"({"user_id":"li","assignments":[{"kind":"boat","to_user_id":"wang"}]})"), "assignments[0].kind");
    EXPECT_EQ(
        field(
            R"({"user_id":"li","assignments":[{"kind":"task","to_user_id":"wang"},{"kind":"task","to_user_id":"zhao"}]})"),
        "assignments[1].kind");
    EXPECT_EQ(field(R"({"user_id":"nobody","to_user_id":"wang"})"), "employee");
    EXPECT_EQ(perform("wang", "employee.handover", R"({"user_id":"li","to_user_id":"wang"})").error().code,
              Errc::forbidden);
    EXPECT_EQ(previewed().at("total"), 7);
}

TEST_F(GivenALeaver, WhenDisabledThenTheAdministratorsAreRemindedEveryMorningUntilAllIsHandedOver) {
    perform("root", "employee.disable", R"({"user_id":"li"})").value();
    auto const fire = [&] {
        return in_tenant([&](database::Session& sql) {
            auto const due = sql.rows<std::int64_t, Instant, int>(
                "select ref_id, due_at, occurrence from timer where kind = 'handover_reminder' and state = 0 and "
                "due_at "
                "<= :now",
                {bind("now", clock.now())});
            for (auto const& [id, at, occurrence] : due) {
                auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer),
                                              clock.now(), services};
                auto const timer = operation::Timer{"handover_reminder", "employee", id, at, minutes{60}, occurrence};
                EXPECT_TRUE(org::on_handover_reminder(ctx, timer, *kinds));
            }
            return due.size();
        });
    };
    EXPECT_EQ(fire(), 1U);
    EXPECT_EQ(told("handover_pending", "root"), 1);
    clock.advance(hours{24});
    EXPECT_EQ(fire(), 1U);
    EXPECT_EQ(told("handover_pending", "root"), 2);
    perform("root", "employee.handover", R"({"user_id":"li","to_user_id":"wang"})").value();
    clock.advance(hours{24});
    EXPECT_EQ(fire(), 0U);
    EXPECT_EQ(told("handover_pending", "root"), 2);
}

}  // namespace
}  // namespace wescrm::testing
