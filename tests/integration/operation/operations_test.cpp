#include "support/database_test.hpp"

#include <wescrm/operation/operations.hpp>
#include <wescrm/operation/paging.hpp>

#include <boost/describe/class.hpp>

namespace wescrm::operation::tests {
namespace {

using database::bind;
using database::Session;

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

void insert_department(Context& ctx) {
    ctx.sql().execute("insert into department (tenant_id, name, path) values (:t, 'd', '{}')",
                      {bind("t", ctx.tenant())});
}
Result<Nothing> write_silently(Context& ctx, Nothing const&) {
    insert_department(ctx);
    return Nothing{};
}
Result<Nothing> write_audited(Context& ctx, Nothing const&) {
    insert_department(ctx);
    ctx.audit({"department", 1, "d.audited", {}, R"({"name":"d"})", {}});
    return Nothing{};
}
Result<Nothing> write_nothing(Context& ctx, Nothing const&) {
    ctx.nothing_to_audit();
    return Nothing{};
}
constexpr Operation<Nothing, Nothing> silent{"d.silent", "一", "self", Effect::writes, write_silently, {}};
constexpr Operation<Nothing, Nothing> audited{"d.audited", "二", "d.edit", Effect::writes, write_audited, {}};
constexpr Operation<Nothing, Nothing> unchanged{"d.unchanged", "三", "self", Effect::writes, write_nothing, {}};

struct NothingRendered final : MessageRenderer {
    Rendered render(std::string_view, json::Value const&, UserId const&, std::int64_t, std::string_view,
                    Priority) const override {
        return {};
    }
    Rendered render_update(CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

struct GivenTwoEmployees : testing::DatabaseTest {
    GivenTwoEmployees() {
        services.renderer = &renderer;
        catalogue.add(silent);
        catalogue.add(audited);
        catalogue.add(unchanged);
        in_tenant([&](Session& sql) {
            for (auto* who : {&zhang, &li})
                *who = sql.value<EmployeeId>(
                              "insert into employee (tenant_id, user_id, name) values (:t, :u, :u) returning id",
                              {bind("t", tenant), bind("u", who == &zhang ? "zhang" : "li")})
                           .value();
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, name) values (:t, 'r') returning id", {bind("t", tenant)});
            sql.execute("insert into role_permission values (:t, :r, 'd.edit', 'self')",
                        {bind("t", tenant), bind("r", *role)});
            sql.execute("insert into role_member values (:t, :r, :e)",
                        {bind("t", tenant), bind("r", *role), bind("e", zhang)});
        });
    }
    Result<json::Document> perform(std::string const& operation, EmployeeId who) {
        auto input = json::Document{rapidjson::kObjectType};
        return operations.perform_blocking(operation, {tenant, who, Channel::cli, "r-1"}, input);
    }
    std::int64_t departments() {
        return in_tenant([&](Session& sql) {
            return sql.value<std::int64_t>("select count(*) from department where tenant_id = :t", {bind("t", tenant)})
                .value();
        });
    }

    NothingRendered renderer;
    Services services;
    Catalogue catalogue;
    Operations operations{*db, clock, catalogue, services};
    EmployeeId zhang;
    EmployeeId li;
};

TEST_F(GivenTwoEmployees, WhenAnOperationWritesThenTheAuditRowNamesWhoWhenAndWhereFrom) {
    ASSERT_TRUE(perform("d.audited", zhang));
    auto const row = in_tenant([&](Session& sql) {
        return sql
            .row<EmployeeId, Instant, std::string, std::string, std::string>(
                "select actor_id, at, via, request_id, action from audit_log where tenant_id = :t", {bind("t", tenant)})
            .value();
    });
    EXPECT_EQ(row, std::tuple(zhang, clock.now(), std::string{"cli"}, std::string{"r-1"}, std::string{"d.audited"}));
}

TEST_F(GivenTwoEmployees, WhenTheCallerMayNotThenNothingHappens) {
    auto const refused = perform("d.audited", li);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::forbidden);
    EXPECT_EQ(perform("d.nowhere", li).error().code, Errc::not_found);
    EXPECT_EQ(perform("d.audited", EmployeeId{1}).error().reason, "employee");
    in_tenant([&](Session& sql) {
        sql.execute("update employee set status = 'disabled' where tenant_id = :t", {bind("t", tenant)});
    });
    EXPECT_EQ(perform("d.audited", zhang).error().reason, "disabled");
    EXPECT_EQ(departments(), 0);
}

TEST_F(GivenTwoEmployees, WhenAnOperationWritesWithoutAuditThenItIsRolledBack) {
    EXPECT_THROW(static_cast<void>(perform("d.silent", li)), std::logic_error);
    EXPECT_EQ(departments(), 0);
    EXPECT_TRUE(perform("d.unchanged", li));
}

struct Row {
    DepartmentId id;
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, sort_key))

TEST_F(GivenTwoEmployees, WhenAListIsPagedThenEveryRowComesOnceInOrder) {
    in_tenant([&](Session& sql) {
        for (auto i = 0; i < 23; ++i)  // several of one name: the id decides between them
            sql.execute("insert into department (tenant_id, name, path) values (:t, :n, '{}')",
                        {bind("t", tenant), bind("n", "n" + std::to_string(i % 4))});
        for (auto const* sort : {"name", "-name"}) {
            auto cursor = std::optional<std::string>{};
            auto seen = std::vector<std::pair<std::string, DepartmentId>>{};
            do {
                auto const paging = Paging::from(sort, 5, cursor, {{"name", "d.name", "text"}}, "name", "d.id");
                ASSERT_TRUE(paging);
                auto const after = paging->after();
                auto params = database::Params{bind("t", tenant)};
                params.add(after.params);
                auto rows =
                    sql.records<Row>("select d.id, " + paging->key_column() +
                                         " from department d where d.tenant_id = :t" + after.sql + paging->order(),
                                     params);
                cursor = paging->cut(rows);
                for (auto const& row : rows) seen.emplace_back(row.sort_key, row.id);
            } while (cursor && seen.size() < 100);
            EXPECT_EQ(seen.size(), 23U);
            if (sort[0] == '-') std::reverse(seen.begin(), seen.end());
            EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
            EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
        }
    });
}

TEST(Paging, WhenSortLimitOrCursorIsWrongThenTheFieldIsNamed) {
    struct Case {
        std::optional<std::string> sort;
        std::optional<std::int64_t> limit;
        std::optional<std::string> cursor;
        std::string field;
    };
    for (auto const& [sort, limit, cursor, field] :
         std::vector<Case>{{"colour", {}, {}, "sort"},
                           {{}, 0, {}, "limit"},
                           {{}, 201, {}, "limit"},
                           {{}, {}, "?", "cursor"},
                           {{}, {}, "W10", "cursor"},
                           {{}, {}, to_base64url(R"(["-name","a",1])"), "cursor"}}) {
        auto const paging = Paging::from(sort, limit, cursor, {{"name", "d.name", "text"}}, "name", "d.id");
        ASSERT_FALSE(paging) << field;
        EXPECT_EQ(paging.error().fields.at(0).field, field);
    }
}

}  // namespace
}  // namespace wescrm::operation::tests
