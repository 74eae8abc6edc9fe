#include "support/database_test.hpp"

#include <wescrm/operation/audit_seal.hpp>

namespace wescrm::operation::tests {
namespace {

using database::bind;
using database::Session;

struct NoRenderer final : MessageRenderer {
    Rendered render(std::string_view, json::Value const&, UserId const&, std::int64_t, std::string_view,
                    Priority) const override {
        return {};
    }
    Rendered render_update(CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

struct GivenALog : testing::DatabaseTest {
    GivenALog() { services.renderer = &renderer; }

    template <class F>
    auto with(F const& use) {
        return in_tenant([&](Session& sql) {
            auto actor = system_actor(tenant, Channel::timer, zone);
            actor.client = "10.0.0.9";
            actor.agent = "Chrome on Windows";
            auto ctx = Context{sql, std::move(actor), clock.now(), services};
            return use(ctx);
        });
    }
    void write(std::string const& what) {
        with([&](Context& ctx) { append_audit(ctx.sql(), ctx.actor(), ctx.now(), {"thing", 7, what, {}, {}, {}}); });
    }
    int seal() {
        return with([](Context& ctx) { return seal_audit_days(ctx, 100); });
    }
    AuditVerification verify(std::optional<Date> from = {}, std::optional<Date> to = {}) {
        return with([&](Context& ctx) { return verify_audit(ctx, from, to); });
    }
    // As somebody with the database in his hands would.
    void tamper(std::string const& statement) {
        in_tenant([&](Session& sql) {
            for (auto const* table : {"audit_log", "audit_seal"})
                sql.execute(std::string{"alter table "} + table + " disable trigger " + table + "_append_only", {});
            sql.execute(statement, {bind("t", tenant)});
            for (auto const* table : {"audit_log", "audit_seal"})
                sql.execute(std::string{"alter table "} + table + " enable trigger " + table + "_append_only", {});
        });
    }
    void three_days() {
        for (auto const* what : {"a", "b", "c"}) {
            write(what);
            write(what);
            clock.advance(hours{24});
        }
        ASSERT_EQ(seal(), 3);
    }

    Zone zone;
    NoRenderer renderer;
    Services services;
};

TEST_F(GivenALog, WhenADayIsOverThenItIsSealedOnce) {
    write("a");
    EXPECT_EQ(seal(), 0);  // today goes on
    clock.advance(hours{26});
    EXPECT_EQ(seal(), 1);
    EXPECT_EQ(seal(), 0);
    clock.advance(hours{24 * 5});  // days without anything need none
    EXPECT_EQ(seal(), 0);
    write("b");
    clock.advance(hours{26});
    EXPECT_EQ(seal(), 1);
    auto const whole = verify();
    EXPECT_TRUE(whole.is_whole);
    EXPECT_EQ(std::tuple(whole.days, whole.rows), std::tuple(2, 2));
}

TEST_F(GivenALog, WhenARowIsChangedThenItsDayIsNamed) {
    three_days();
    EXPECT_TRUE(verify().is_whole);
    tamper("update audit_log set reason = 'another' where tenant_id = :t and action = 'b'");
    auto const found = verify();
    EXPECT_FALSE(found.is_whole);
    ASSERT_EQ(found.broken.size(), 1U);
    EXPECT_EQ(found.broken.front().day, add_days(*found.first, 1));
    EXPECT_EQ(found.broken.front().found_rows, 2);
    EXPECT_TRUE(verify(add_days(*found.first, 2)).is_whole);
}

TEST_F(GivenALog, WhenARowIsTakenOutOrAddedThenItsDayIsNamed) {
    three_days();
    tamper("delete from audit_log where id = (select max(id) from audit_log where tenant_id = :t and action = 'a')");
    tamper(
        "insert into audit_log (tenant_id, at, via, object, object_id, action) select tenant_id, at, via, object, "
        "object_id, 'false' from audit_log where tenant_id = :t and action = 'c' limit 1");
    auto const found = verify();
    ASSERT_EQ(found.broken.size(), 2U);
    EXPECT_EQ(found.broken.front().found_rows, 1);
    EXPECT_EQ(found.broken.back().found_rows, 3);
}

TEST_F(GivenALog, WhenADayGoesWithItsSealThenTheNextDayDoesNotFit) {
    three_days();
    auto const day = add_days(*verify().first, 1);
    tamper("delete from audit_log where tenant_id = :t and action = 'b'");
    tamper("delete from audit_seal where tenant_id = :t and day = '" + format_date(day) + "'");
    auto const found = verify();
    ASSERT_EQ(found.broken.size(), 1U);
    EXPECT_EQ(found.broken.front().day, add_days(day, 1));
}

TEST_F(GivenALog, WhenSomethingIsWrittenThenTheRowKnowsWhereFromAndTheNameOfThen) {
    auto const role = in_tenant([&](Session& sql) {
        return *sql.value<std::int64_t>("insert into role (tenant_id, name) values (:t, '旧名') returning id",
                                        {bind("t", tenant)});
    });
    with([&](Context& ctx) {
        append_audit(ctx.sql(), ctx.actor(), ctx.now(), {"role", role, "role.create", {}, {}, {}});
        ctx.sql().execute("update role set name = '新名' where tenant_id = :t", {bind("t", tenant)});
        append_audits(ctx.sql(), ctx.actor(), ctx.now(), {"role", 0, "role.change", {}, {}, {}}, {{role}, {""}, {""}});
    });
    auto const rows = in_tenant([&](Session& sql) {
        return sql.rows<std::string, std::string, std::string>(
            "select client, agent, object_name from audit_log where tenant_id = :t order by action desc",
            {bind("t", tenant)});
    });
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], std::tuple(std::string{"10.0.0.9"}, std::string{"Chrome on Windows"}, std::string{"旧名"}));
    EXPECT_EQ(std::get<2>(rows[1]), "新名");
}

}  // namespace
}  // namespace wescrm::operation::tests
