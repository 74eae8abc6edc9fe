#include "fake_contacts.hpp"
#include "support/database_test.hpp"

#include <wescrm/org/company.hpp>
#include <wescrm/org/directory.hpp>
#include <wescrm/org/events.hpp>
#include <wescrm/org/sync.hpp>
#include <wescrm/org/undo_rows.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using database::bind;
using database::Scope;
using database::Session;

/// Says what is told without wording it.
class PlainRenderer final : public operation::MessageRenderer {
public:
    Rendered render(std::string_view kind, json::Value const& data, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {std::string{kind} + " " + json::write(data), "message/send"};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

template <class T>
T finished(asio::awaitable<T> work) {
    auto io = asio::io_context{};
    auto future = asio::co_spawn(io, std::move(work), asio::use_future);
    io.run_for(seconds{30});
    return future.get();
}

/// 全公司 with three departments of ten people each; boss is administrator and head of all.
struct GivenASyncedCompany : DatabaseTest {
    PlainRenderer renderer;
    operation::Services services{&renderer, {}, {}};
    FakeContacts contacts;

    GivenASyncedCompany() {
        contacts.tree = {
            {1, 0, "公司", 0, {}}, {2, 1, "销售部", 2, {}}, {3, 2, "一组", 1, {}}, {4, 1, "市场部", 1, {}}};
        contacts.add("boss", 1, true);
        for (int i = 0; i < 30; ++i) contacts.add("u" + std::to_string(i), 2 + i % 3, i == 0);
        in_tenant([&](Session& sql) {
            EXPECT_TRUE(org::install_roles(sql, tenant, WESCRM_SOURCE_DIR "/config/presets"));
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) "
                "values (:tenant, 'app', 1000002, '', '', '')",
                {bind("tenant", tenant)});
        });
        first = sync();
        in_tenant([&](Session& sql) {
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, e.id from role r, "
                "employee e where "
                "r.tenant_id = :tenant and r.is_administrator and e.tenant_id = :tenant and e.user_id = 'boss'",
                {bind("tenant", tenant)});
        });
        clock.advance(minutes{11});
    }

    org::SyncReport sync(bool is_dry_run = false, org::SyncConfig const& config = {}) {
        auto options = org::SyncOptions{};
        options.is_dry_run = is_dry_run;
        auto report = finished(org::Sync{*db, clock, services, config}.run(tenant, contacts, options));
        EXPECT_TRUE(report) << report.error().reason;
        return std::move(*report);
    }
    std::int64_t active() {
        return in_tenant([&](Session& sql) {
            return *sql.value<std::int64_t>(
                "select count(*) from employee where tenant_id = :tenant and status = 'active'",
                {bind("tenant", tenant)});
        });
    }
    std::int64_t told() {
        return in_tenant([&](Session& sql) {
            return *sql.value<std::int64_t>(
                "select count(*) from outbox where tenant_id = :tenant and kind in ('sync_held', 'sync_incomplete')",
                {bind("tenant", tenant)});
        });
    }
    std::optional<org::Person> person(std::string const& user) {
        return in_tenant([&](Session& sql) { return org::Directory{sql, tenant}.find(UserId{user}); });
    }
    operation::Context context(Session& sql) {
        return {sql, operation::system_actor(tenant, operation::Channel::sync), clock.now(), services};
    }
    void event(wecom::MemberChange change) {
        auto callback = wecom::Callback{};
        callback.content = std::move(change);
        auto const read = finished(org::read_change(*db, tenant, contacts, callback));
        ASSERT_TRUE(read);
        in_tenant([&](Session& sql) {
            auto ctx = context(sql);
            EXPECT_TRUE(org::apply_change(ctx, *read));
        });
    }

    org::SyncReport first;
};

// A foreign key's check that was planned for an empty table reads all of a full one: 50,000 members took 77 s.
TEST_F(GivenASyncedCompany, WhenARunMoreThanDoublesTheTableThenPostgresqlCountsItOnTheWay) {
    auto const counted = [&] {
        return in_tenant([](Session& sql) {
            return *sql.value<double>("select reltuples from pg_class where oid = 'employee'::regclass");
        });
    };
    auto config = org::SyncConfig{};
    config.chunk = 10;
    auto const add = [&](std::string const& prefix, int count) {
        for (auto i = 0; i < count; ++i) contacts.add(prefix + std::to_string(i), 2);
    };
    ASSERT_LT(counted(), 30) << "not counted yet";
    add("many", 40);
    sync(false, config);
    auto const after = counted();
    EXPECT_GE(after, 41) << "31 and the first ten";
    add("few", 15);
    sync(false, config);
    EXPECT_EQ(counted(), after) << "the plans still fit";
}

TEST_F(GivenASyncedCompany, WhenPeopleAndSeatsWereGivenByHandThenTheListsDoNotTakeThemAway) {
    in_tenant([&](Session& sql) {
        sql.execute("insert into employee (tenant_id, user_id, name, source) values (:t, 'outside', '外包', 'local')",
                    {bind("t", tenant)});
        sql.execute(
            "insert into employee_department (tenant_id, employee_id, department_id, is_leader, is_local, "
            "is_local_head) select e.tenant_id, e.id, d.id, true, true, true from employee e, department d where "
            "e.tenant_id = :t and e.user_id = 'u1' and d.tenant_id = :t and d.name = '市场部'",
            {bind("t", tenant)});
        sql.execute(
            "update employee_department m set is_leader = true, is_local_head = true from employee e where m.tenant_id "
            "= :t and e.tenant_id = :t and e.id = m.employee_id and e.user_id = 'u4'",
            {bind("t", tenant)});
    });
    sync();
    contacts.people["u1"].position = "顾问";
    contacts.people["u4"].position = "顾问";
    EXPECT_EQ(sync().deactivated, 0U);
    EXPECT_EQ(person("outside")->status, "active");
    EXPECT_EQ(person("u5")->superior, person("u1")->id) << "head by hand of 市场部";
    auto const heads = in_tenant([&](Session& sql) {
        return sql.values<std::string>(
            "select e.user_id from employee_department m join employee e on e.tenant_id = m.tenant_id and e.id = "
            "m.employee_id where m.tenant_id = :t and m.is_local_head and m.is_leader order by 1",
            {bind("t", tenant)});
    });
    EXPECT_EQ(heads, (std::vector<std::string>{"u1", "u4"}));
    EXPECT_EQ(sync().rows_written, 0) << "nothing is written again and again";
    contacts.add("outside", 2);
    EXPECT_EQ(sync().changed, 1U) << "WeCom knows him now and keeps him from here on";
}

/// What an administrator does with a run.
struct GivenARunToJudge : GivenASyncedCompany {
    template <class Job>
    auto judge(Job job) {
        return in_tenant([&](Session& sql) {
            auto ctx = context(sql);
            return job(ctx);
        });
    }
    org::SyncReport run(std::string trigger, bool is_dry_run = false) {
        auto options = org::SyncOptions{};
        options.trigger = std::move(trigger);
        options.is_dry_run = is_dry_run;
        return finished(org::Sync{*db, clock, services}.run(tenant, contacts, options)).value();
    }
    org::SyncReport apply(org::SyncRunId preview) {
        auto options = org::SyncOptions{};
        options.as_previewed = preview;
        return finished(org::Sync{*db, clock, services}.run(tenant, contacts, options)).value();
    }
    std::string refusal_of_undo(org::SyncRunId undone) {
        return judge([&](operation::Context& ctx) { return org::undo_sync(ctx, undone).error().reason; });
    }
    std::string text(std::string const& query) {
        return in_tenant(
            [&](Session& sql) { return sql.value<std::string>(query, {bind("t", tenant)}).value_or("nothing"); });
    }
};

TEST_F(GivenARunToJudge, WhenPreviewedThenTheDiffIsKeptAndNothingIsWritten) {
    contacts.people["u1"].position = "顾问";
    auto const preview = run("preview", true);
    EXPECT_EQ(preview.state, "preview");
    EXPECT_EQ(text("select after_text from sync_change where tenant_id = :t and object_key = 'u1' and run_id = (select "
                   "id from sync_run where tenant_id = :t and state = 'preview')"),
              "职务 顾问");
    EXPECT_EQ(text("select position from employee where tenant_id = :t and user_id = 'u1'"), "");
    EXPECT_EQ(run("timer").lost_events, 1U) << "no event had told it";
    EXPECT_EQ(run("timer").lost_events, 0U);
}

TEST_F(GivenARunToJudge, WhenAPreviewIsAppliedThenExactlyThatIsDone) {
    contacts.people["u1"].position = "顾问";
    contacts.add("fresh", 4);
    auto const preview = run("preview", true);
    EXPECT_EQ(apply(preview.run).state, "done");
    EXPECT_EQ(text("select position from employee where tenant_id = :t and user_id = 'u1'"), "顾问");
    EXPECT_TRUE(person("fresh"));
}

TEST_F(GivenARunToJudge, WhenWeComHasChangedSinceThePreviewThenNothingIsDoneAndTheNewDiffIsShown) {
    contacts.people["u1"].position = "顾问";
    auto const preview = run("preview", true);
    contacts.people["u2"].position = "经理";
    auto const again = apply(preview.run);
    EXPECT_EQ(again.state, "preview");
    EXPECT_NE(again.problem.find("没有改动任何内容"), std::string::npos);
    EXPECT_EQ(text("select position from employee where tenant_id = :t and user_id = 'u1'"), "");
    EXPECT_EQ(text("select count(*)::text from sync_change c join sync_run r on r.id = c.run_id where c.tenant_id = :t "
                   "and c.object_key in ('u1', 'u2') and r.problem is not null"),
              "2");
    EXPECT_EQ(apply(again.run).state, "done") << "what was shown last is what is done";
    EXPECT_EQ(text("select position from employee where tenant_id = :t and user_id = 'u2'"), "经理");
}

TEST_F(GivenARunToJudge, WhenThereIsNoSuchPreviewThenNothingIsDone) {
    contacts.people["u1"].position = "顾问";
    EXPECT_EQ(apply(org::SyncRunId{4711}).state, "preview");
    EXPECT_EQ(text("select position from employee where tenant_id = :t and user_id = 'u1'"), "");
}

TEST_F(GivenARunToJudge, WhenRunsCannotBeTakenBackAnyMoreThenTheirRowsAreDeleted) {
    contacts.people["u1"].name = "新名字";
    sync();
    clock.advance(hours{24 * 7 + 1});
    contacts.people["u1"].name = "更新的名字";
    auto const fresh = sync();
    judge([&](operation::Context& ctx) {
        org::forget_undo_rows(ctx);
        return 0;
    });
    EXPECT_EQ(text("select string_agg(distinct run_id::text, ',') from sync_undo where tenant_id = :t"),
              std::to_string(fresh.run.value()));
}

TEST_F(GivenARunToJudge, WhenARunIsUndoneThenRowsAreAsBeforeExceptThoseChangedSince) {
    contacts.people["u1"].name = "新名字";
    contacts.people["u2"].departments = {{2, true, 0}};
    contacts.people["u2"].main_department = 2;
    contacts.people["u4"].name = "别名";
    contacts.tree[3].name = "品牌部";
    contacts.tree.push_back({9, 1, "新部门", 0, {}});
    contacts.add("fresh", 9);
    auto const report = sync();
    in_tenant([&](Session& sql) {
        sql.execute("update employee set version = version + 1 where tenant_id = :t and user_id = 'u4'",
                    {bind("t", tenant)});
    });
    auto const undone = judge([&](operation::Context& ctx) { return org::undo_sync(ctx, report.run).value(); });
    EXPECT_EQ(undone.skipped, 1) << "u4 was changed again";
    EXPECT_EQ(person("u1")->name, "员工u1");
    EXPECT_EQ(person("u4")->name, "别名");
    EXPECT_EQ(person("fresh")->status, "left");
    EXPECT_EQ(text("select d.name from employee e join department d on d.id = e.main_department_id where e.tenant_id = "
                   ":t and e.user_id = 'u2'"),
              "市场部");
    EXPECT_EQ(text("select count(*)::text from employee_department m join employee e on e.id = m.employee_id where "
                   "m.tenant_id = :t and e.user_id = 'u2'"),
              "1");
    EXPECT_EQ(text("select removed_at is not null from department where tenant_id = :t and name = '新部门'"), "t");
    auto launched = 0;
    judge([&](operation::Context& ctx) {
        org::on_sync_timer(ctx, hours{4}, [&](TenantId, std::string const&) { ++launched; });
        return 0;
    });
    EXPECT_EQ(launched, 0) << "the next run by itself would take the undoing back";
    judge([&](operation::Context& ctx) {
        org::resume_automatic_syncs(ctx);
        org::on_sync_timer(ctx, hours{4}, [&](TenantId, std::string const&) { ++launched; });
        return 0;
    });
    EXPECT_EQ(launched, 1);
    EXPECT_EQ(refusal_of_undo(report.run), "undone");
}

TEST_F(GivenARunToJudge, WhenARunIsOlderThanAWeekThenItIsNotUndone) {
    contacts.people["u1"].name = "新名字";
    auto const report = sync();
    clock.advance(hours{24 * 7 + 1});
    EXPECT_EQ(refusal_of_undo(report.run), "expired");
}

TEST_F(GivenARunToJudge, WhenOnePersonCannotBeWrittenThenTheOthersAreAndHeIsListed) {
    in_tenant([&](Session& sql) {
        sql.script(
            "create function refuse_u1() returns trigger language plpgsql as $$ begin if new.name = '坏数据' then "
            "raise "
            "exception 'no' using errcode = '23514'; end if; return new; end $$; create trigger refuse_u1 before "
            "update on employee for each row execute function refuse_u1()");
    });
    contacts.people["u1"].name = "坏数据";
    contacts.people["u2"].name = "好数据";
    auto const report = sync();
    EXPECT_EQ(report.failed, 1U);
    EXPECT_EQ(person("u2")->name, "好数据");
    EXPECT_EQ(text("select object_key from sync_change where tenant_id = :t and kind = 'error'"), "u1");
}

TEST_F(GivenARunToJudge, WhenPeopleWereKeptThenCompleteRunsDoNotSwitchThemOffSilently) {
    contacts.confirms_departures = true;
    auto const gone = contacts.people["u1"];
    contacts.people.erase("u1");
    contacts.calls_until_failure = 2;
    EXPECT_EQ(sync().state, "incomplete");
    contacts.calls_until_failure = SIZE_MAX;
    auto const held = sync();
    EXPECT_EQ(held.state, "held");
    EXPECT_TRUE(judge([&](operation::Context& ctx) { return org::keep_deletions(ctx, held.run).has_value(); }));
    for (int i = 0; i < 3; ++i) {
        clock.advance(hours{1});
        EXPECT_EQ(sync().deactivated, 0U);
        EXPECT_EQ(person("u1")->status, "active");
    }
    contacts.people["u1"] = gone;
    sync();
    contacts.people.erase("u1");
    sync();
    clock.advance(hours{1});
    sync();
    EXPECT_EQ(person("u1")->status, "left") << "he was there again in between, so the decision is over";
}

TEST_F(GivenASyncedCompany, WhenReadForTheFirstTimeThenAllAreThereWithSuperiorsAndTheDefaultRole) {
    EXPECT_EQ(first.state, "done");
    EXPECT_EQ(active(), 31);
    auto const boss = person("boss");
    auto const head = person("u0");
    EXPECT_EQ(person("u3")->superior, head->id) << "the head of the department";
    EXPECT_EQ(person("u1")->superior, head->id) << "no head below 销售部: the next one up";
    EXPECT_EQ(person("u2")->superior, boss->id);
    EXPECT_EQ(head->superior, boss->id);
    EXPECT_TRUE(boss->superior.is_empty());
    auto const without_role = in_tenant([&](Session& sql) {
        return *sql.value<std::int64_t>(
            "select count(*) from employee e where tenant_id = :tenant and not exists (select 1 from role_member m "
            "where m.tenant_id = e.tenant_id and m.employee_id = e.id)",
            {bind("tenant", tenant)});
    });
    EXPECT_EQ(without_role, 0);
}

TEST_F(GivenASyncedCompany, WhenNothingChangedThenNothingIsWritten) {
    auto const again = sync();
    EXPECT_EQ(again.state, "done");
    EXPECT_EQ(again.rows_written, 0);
}

TEST_F(GivenASyncedCompany, WhenAListIsCutAnywhereThenNobodyIsDisabledAndAnAdministratorIsTold) {
    for (std::size_t calls = 0; calls < 5; ++calls) {
        contacts.calls_until_failure = calls;
        EXPECT_EQ(sync().state, "incomplete") << calls;
        clock.advance(minutes{11});
    }
    EXPECT_EQ(active(), 31);
    EXPECT_GE(told(), 1);
}

TEST_F(GivenASyncedCompany, WhenTheListsAreEmptyThenNobodyIsDisabled) {
    contacts.people.clear();
    EXPECT_EQ(sync().state, "incomplete");
    contacts.tree.clear();
    EXPECT_EQ(sync().state, "incomplete");
    EXPECT_EQ(active(), 31);
    EXPECT_GE(told(), 1);
}

TEST_F(GivenASyncedCompany, WhenADepartmentIsRefusedOrItsPagesLoopThenNobodyIsDisabled) {
    contacts.refused_department = 3;
    EXPECT_EQ(sync().state, "incomplete");
    contacts.refused_department.reset();
    contacts.looping_department = 4;
    EXPECT_EQ(sync().state, "incomplete");
    EXPECT_EQ(active(), 31);
    EXPECT_GE(told(), 1);
}

// F-12: each fault, fifty times over, at random places.
TEST_F(GivenASyncedCompany, F12WhenListsFailFiftyTimesThenNobodyIsDisabledAndAnAdministratorIsToldOnce) {
    auto const whole = contacts;
    auto const faults = std::vector<std::function<void(std::size_t)>>{
        [this](std::size_t i) { contacts.calls_until_failure = i % 5; },
        [this](std::size_t) { contacts.people.clear(); },
        [this](std::size_t) { contacts.tree.clear(); },
        [this](std::size_t i) { contacts.refused_department = contacts.tree[i % 4].id; },
        [this](std::size_t i) { contacts.looping_department = contacts.tree[i % 4].id; },
        [this](std::size_t) { contacts.tree.erase(contacts.tree.begin() + 1); },  // 一组 without its parent
        [this](std::size_t) { contacts.tree.push_back(contacts.tree.back()); },
    };
    for (auto i = std::size_t{0}; i < 50; ++i) {
        contacts = whole;
        faults[i % faults.size()](i / faults.size());
        EXPECT_EQ(sync().state, "incomplete") << i;
        clock.advance(minutes{1});
    }
    EXPECT_EQ(active(), 31);
    EXPECT_EQ(told(), 1);
    contacts = whole;
    EXPECT_EQ(sync().state, "done");
}

TEST_F(GivenASyncedCompany, F12WhenAListIsShortWithoutAnErrorThenTheGuardHoldsIt) {
    contacts.short_department = 2;
    for (auto i = 0; i < 50; ++i) {
        EXPECT_EQ(sync().state, "held");
        clock.advance(minutes{11});
    }
    EXPECT_EQ(active(), 31);
    EXPECT_EQ(told(), 1);
}

TEST_F(GivenASyncedCompany, WhenAnIncompleteRunCameBeforeThenALeaverWaitsForTheNextCompleteOne) {
    contacts.calls_until_failure = 3;
    EXPECT_EQ(sync().state, "incomplete");
    contacts.calls_until_failure = SIZE_MAX;
    contacts.people.erase("u7");
    contacts.confirms_departures = true;
    clock.advance(minutes{11});
    EXPECT_EQ(sync().state, "held");
    EXPECT_EQ(active(), 31);
    clock.advance(minutes{11});
    EXPECT_EQ(sync().deactivated, 1u);
}

TEST_F(GivenASyncedCompany, WhenTheDatabaseFailsWhileWritingThenTheNextRunNeedNotWait) {
    contacts.add("new", 4);
    in_tenant([](Session& sql) {
        sql.script(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = "
            "'57014'; end $$; create "
            "trigger fail before insert on employee for each row execute function fail()");
    });
    EXPECT_FALSE(finished(org::Sync{*db, clock, services}.run(tenant, contacts, {})));
    in_tenant([](Session& sql) { sql.script("drop trigger fail on employee"); });
    EXPECT_EQ(sync().state, "done");
    EXPECT_TRUE(person("new"));
}

TEST_F(GivenASyncedCompany, WhenUserIdsDifferInCaseThenTheyAreTheSamePerson) {
    contacts.confirms_departures = true;
    contacts.people.erase("u9");
    event({wecom::MemberChange::Kind::deleted, UserId{"U9"}, {}, {}});
    EXPECT_EQ(person("u9")->status, "left");
}

// Whoever cannot be written to is looked up in WeCom: an account that was added by hand is not there, but has not left.
TEST_F(GivenASyncedCompany, WhenSomebodyAddedByHandIsNotInWeComThenHeStaysAndIsNotInvited) {
    contacts.confirms_departures = true;
    in_tenant([&](Session& sql) {
        sql.execute(
            "insert into employee (tenant_id, user_id, name, main_department_id, source, invited_at) select :t, "
            "'hand', "
            "'手动', min(id), 'local', :now from department where tenant_id = :t",
            {bind("t", tenant), bind("now", clock.now())});
    });
    event({wecom::MemberChange::Kind::updated, UserId{"hand"}, {}, {}});
    EXPECT_EQ(person("hand")->status, "active");
    EXPECT_FALSE(in_tenant([&](Session& sql) {
        return *sql.value<bool>("select invited_at is not null from employee where tenant_id = :t and user_id = 'hand'",
                                {bind("t", tenant)});
    }));
}

TEST_F(GivenASyncedCompany, WhenADepartmentMovesByAnEventThenThoseBelowGoAlongAndNamesNotToldAreKept) {
    contacts.tree.push_back({5, 3, "小组", 0, {}});
    sync();
    contacts.tree[2].parent = 4;  // 一组 goes below 市场部, and the event says no more
    contacts.tree[2].name.clear();
    auto callback = wecom::Callback{};
    callback.content = wecom::DepartmentChange{wecom::DepartmentChange::Kind::updated, 3, 4};
    auto const read = finished(org::read_change(*db, tenant, contacts, callback));
    ASSERT_TRUE(read);
    auto const names = in_tenant([&](Session& sql) {
        auto ctx = context(sql);
        EXPECT_TRUE(org::apply_change(ctx, *read));
        return sql.values<std::string>(
            "select a.name from department d, unnest(d.path) with ordinality p(id, place) join department a on a.id = "
            "p.id where d.tenant_id = :tenant and d.wecom_id = 5 and a.tenant_id = :tenant order by p.place",
            {bind("tenant", tenant)});
    });
    EXPECT_THAT(names, ::testing::ElementsAre("全公司", "市场部", "一组", "小组"));
    contacts.tree[2].name = "一组";
    EXPECT_EQ(sync().rows_written, 0);
}

TEST_F(GivenASyncedCompany, WhenTheRangeShrinksThenNobodyIsDisabledHoweverOftenItIsRead) {
    contacts.visible.departments = {2};
    contacts.tree = {{2, 1, "销售部", 2, {}}, {3, 2, "一组", 1, {}}};
    std::erase_if(contacts.people,
                  [](auto const& entry) { return entry.second.main_department == 4 || entry.first == "boss"; });
    for (int i = 0; i < 3; ++i) {
        auto const report = sync();
        EXPECT_EQ(report.state, "held");
        EXPECT_FALSE(report.held_reason.empty());
        clock.advance(minutes{11});
    }
    EXPECT_EQ(active(), 31);
    EXPECT_EQ(told(), 1) << "the same state is told once";
}

TEST_F(GivenASyncedCompany, WhenOneIsMissingTwiceThenHeHasLeft) {
    contacts.people.erase("u7");
    EXPECT_EQ(sync().deactivated, 0u);
    clock.advance(minutes{5});
    EXPECT_EQ(sync().deactivated, 0u) << "too soon after the first";
    clock.advance(minutes{6});
    EXPECT_EQ(sync().deactivated, 1u);
    EXPECT_EQ(person("u7")->status, "left");
    contacts.add("u7", 3);
    sync();
    EXPECT_EQ(person("u7")->status, "active") << "the same row comes back";
    EXPECT_EQ(sync().rows_written, 0);
}

TEST_F(GivenASyncedCompany, WhenWeComConfirmsADepartureThenOneRunIsEnough) {
    contacts.people.erase("u7");
    contacts.confirms_departures = true;
    EXPECT_EQ(sync().deactivated, 1u);
}

TEST_F(GivenASyncedCompany, WhenAnAdministratorAcceptsThenTheHeldOnesHaveLeft) {
    for (int i = 0; i < 8; ++i) contacts.people.erase("u" + std::to_string(i));
    auto const held = sync();
    ASSERT_EQ(held.state, "held");
    auto const accepted = in_tenant([&](Session& sql) {
        auto ctx = context(sql);
        return org::accept_deletions(ctx, held.run).value();
    });
    EXPECT_EQ(accepted, 8);
    EXPECT_EQ(active(), 23);
    EXPECT_EQ(sync().rows_written, 0);
}

TEST_F(GivenASyncedCompany, WhenTheDecisionComesTooLateThenItIsRefused) {
    for (int i = 0; i < 8; ++i) contacts.people.erase("u" + std::to_string(i));
    auto const held = sync();
    clock.advance(hours{7 * 24 + 1});
    in_tenant([&](Session& sql) {
        auto ctx = context(sql);
        EXPECT_EQ(org::accept_deletions(ctx, held.run).error().reason, "expired");
    });
}

TEST_F(GivenASyncedCompany, WhenAnEventArrivesDuringTheReadingThenItWins) {
    contacts.people["u5"].name = "旧快照";
    contacts.before_first_member = [&] {
        clock.advance(seconds{1});
        in_tenant([&](Session& sql) {
            sql.execute(
                "update employee set name = '新事件', last_event_at = :now where tenant_id = :tenant and user_id = "
                "'u5'",
                {bind("tenant", tenant), bind("now", clock.now())});
        });
    };
    sync();
    EXPECT_EQ(person("u5")->name, "新事件");
}

TEST_F(GivenASyncedCompany, WhenItIsADryRunThenOnlyTheReportChanges) {
    contacts.add("new", 4);
    auto const report = sync(true);
    EXPECT_EQ(report.added, 1u);
    EXPECT_EQ(report.changes.front().key, "new");
    EXPECT_FALSE(person("new"));
}

TEST_F(GivenASyncedCompany, WhenSomebodyAskedForItThenHeAloneIsToldTheResultOnce) {
    auto const results = [this] {
        return in_tenant([&](Session& sql) {
            return sql.values<std::string>(
                "select e.user_id from outbox o join employee e on e.tenant_id = o.tenant_id and e.id = o.employee_id "
                "where o.tenant_id = :tenant and o.kind = 'sync_result'",
                {bind("tenant", tenant)});
        });
    };
    in_tenant([&](Session& sql) {
        auto ctx = operation::Context{
            sql, operation::load_actor(sql, tenant, UserId{"boss"}, operation::Channel::chat).value(), clock.now(),
            services};
        org::request_sync(ctx);
        org::request_sync(ctx);
    });
    contacts.add("new", 4);
    EXPECT_EQ(sync().added, 1u);
    EXPECT_EQ(results(), std::vector<std::string>{"boss"});
    sync();
    EXPECT_EQ(results().size(), 1u);
}

TEST_F(GivenASyncedCompany, WhenAUserIdIsRenamedThenTheRowIsKept) {
    auto const before = person("u9");
    auto node = contacts.people.extract("u9");
    node.key() = "zhang";
    node.mapped().user = UserId{"zhang"};
    contacts.people.insert(std::move(node));
    event({wecom::MemberChange::Kind::updated, UserId{"u9"}, UserId{"zhang"}, {}});
    EXPECT_EQ(person("zhang")->id, before->id);
    EXPECT_FALSE(person("u9"));
    EXPECT_EQ(sync().rows_written, 0);
}

TEST_F(GivenASyncedCompany, WhenAMemberComesInAnUnknownDepartmentThenBothAreAdded) {
    contacts.tree.push_back({9, 3, "新组", 0, {}});
    contacts.add("fresh", 9);
    event({wecom::MemberChange::Kind::created, UserId{"fresh"}, {}, {9}});
    ASSERT_TRUE(person("fresh"));
    EXPECT_EQ(person("fresh")->superior, person("u0")->id);
    EXPECT_EQ(sync().rows_written, 0);
}

TEST_F(GivenASyncedCompany, WhenManyLeaveAtOnceByEventsThenTheRestWaitsForTheGuard) {
    contacts.confirms_departures = true;
    for (int i = 0; i < 25; ++i) {
        contacts.people.erase("u" + std::to_string(i));
        event({wecom::MemberChange::Kind::deleted, UserId{"u" + std::to_string(i)}, {}, {}});
    }
    EXPECT_EQ(active(), 11);
}

}  // namespace
}  // namespace wescrm::testing
