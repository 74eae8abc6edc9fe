#include "integration/http/raw_client.hpp"
#include "support/database_test.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/http/server.hpp>
#include <wescrm/operation/api_keys.hpp>
#include <wescrm/web/rest.hpp>

#include <boost/describe/class.hpp>

#include <map>
#include <thread>

// The REST interface over a running server and a real database, with three operations of its own on the table
// `department`.
namespace wescrm::web::tests {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

struct Thing {
    DepartmentId id;
    std::string name;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, name, version))
struct ById {
    DepartmentId id;
};
BOOST_DESCRIBE_STRUCT(ById, (), (id))
struct CreateThing {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(CreateThing, (), (name))
std::vector<operation::FieldRule> field_rules(CreateThing const*) { return {{"name", "名称", {.max_length = 10}}}; }
struct ChangeThing {
    DepartmentId id;
    std::int64_t version = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ChangeThing, (), (id, version, name))
std::vector<operation::FieldRule> field_rules(ChangeThing const*) { return {{"name", "名称", {.max_length = 10}}}; }
struct ListThings {
    std::optional<std::string> q;
    std::optional<std::int64_t> limit;
    std::vector<std::string> names;
    std::optional<bool> hidden;
};
BOOST_DESCRIBE_STRUCT(ListThings, (), (q, limit, names, hidden))
std::vector<operation::FieldRule> field_rules(ListThings const*) {
    return {{"limit", "每页条数", {.min = 1, .max = 200}}};
}
struct Things {
    std::vector<Thing> items;
};
BOOST_DESCRIBE_STRUCT(Things, (), (items))
struct Gone {};
BOOST_DESCRIBE_STRUCT(Gone, (), ())

Result<Thing> find(Context& ctx, DepartmentId id) {
    auto found =
        ctx.sql().record<Thing>("select id, name, version from department where tenant_id = :tenant and id = :id",
                                {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!found) return Error{Errc::not_found, "thing", "没有这条记录"};
    return *found;
}
Result<Thing> show(Context& ctx, ById const& input) { return find(ctx, input.id); }
Result<Thing> create(Context& ctx, CreateThing const& input) {
    auto const id = ctx.sql().value<DepartmentId>(
        "insert into department (tenant_id, name, path) values (:tenant, :name, '{}') returning id",
        {bind("tenant", ctx.tenant()), bind("name", input.name)});
    ctx.audit({"thing", id->value(), "thing.create", {}, {}, {}});
    return find(ctx, *id);
}
Result<Thing> change(Context& ctx, ChangeThing const& input) {
    auto const was = find(ctx, input.id);
    if (!was) return was.error();
    if (was->version != input.version) return Error{Errc::stale, "stale", "已被他人修改"};
    ctx.sql().execute(
        "update department set name = :name, version = version + 1 where tenant_id = :tenant and id = :id",
        {bind("name", input.name), bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "name", input.name, after.GetAllocator());
    ctx.audit({"thing", input.id.value(), "thing.change", {}, json::write(after), {}});
    return find(ctx, input.id);
}
Result<Gone> remove(Context& ctx, ById const& input) {
    ctx.sql().execute("delete from department where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    ctx.audit({"thing", input.id.value(), "thing.delete", {}, {}, {}});
    return Gone{};
}
Result<Things> list(Context& ctx, ListThings const& input) {
    return Things{
        ctx.sql().records<Thing>("select id, name, version from department where tenant_id = :tenant and (:q::text is "
                                 "null or strpos(name, :q) > 0) order by name",
                                 {bind("tenant", ctx.tenant()), bind("q", input.q)})};
}
Result<Gone> fail(Context& ctx, Gone const&) {
    ctx.sql().execute("insert into department (tenant_id, name, path) values (:tenant, 'half', '{}')",
                      {bind("tenant", ctx.tenant())});
    return Error{Errc::conflict, "holding_cap", "已达上限"};
}

constexpr Operation<ById, Thing> show_thing{"thing.show", "查看", "self", Effect::reads, show, {"GET", "/things/{id}"}};
constexpr Operation<CreateThing, Thing> create_thing{"thing.create", "新建", "thing.create",
                                                     Effect::writes, create, {"POST", "/things", 201}};
constexpr Operation<ChangeThing, Thing> change_thing{"thing.change", "修改", "self",
                                                     Effect::writes, change, {"PATCH", "/things/{id}"}};
constexpr Operation<ById, Gone> delete_thing{"thing.delete",   "删除", "self",
                                             Effect::confirms, remove, {"DELETE", "/things/{id}", 204}};
constexpr Operation<ListThings, Things> list_things{"thing.list",  "列表", "self",
                                                    Effect::reads, list,   {"GET", "/things"}};
Result<Gone> give_up(Context&, CreateThing const& input) {
    return Error{input.name == "lock" ? Errc::timed_out : Errc::conflict, input.name, "记录正在被他人修改"};
}

constexpr Operation<CreateThing, Gone> give_up_thing{"thing.give-up", "放弃",  "self",
                                                     Effect::writes,  give_up, {"POST", "/things/give-up"}};
constexpr Operation<Gone, Gone> fail_thing{"thing.fail",   "失败", "self",
                                           Effect::writes, fail,   {"POST", "/things/fail"}};

struct NoRenderer final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const&, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

struct Answer {
    int status = 0;
    std::string head;
    std::string body;
    [[nodiscard]] std::string header(std::string const& name) const {
        auto const at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        auto const start = at + name.size() + 4;
        return head.substr(start, head.find("\r\n", start) - start);
    }
    [[nodiscard]] json::Document json() const { return json::parse(body).value(); }
    [[nodiscard]] std::string field(std::string_view name) const {
        return json::find_string(json(), name).value_or("");
    }
};

class GivenRest : public testing::DatabaseTest {
protected:
    GivenRest() {
        operation::add_operations(catalogue);
        catalogue.add(show_thing);
        catalogue.add(create_thing);
        catalogue.add(change_thing);
        catalogue.add(delete_thing);
        catalogue.add(list_things);
        catalogue.add(fail_thing);
        catalogue.add(give_up_thing);
        services.renderer = &renderer;
        key = key_of(hire("zhang", {"thing.create"}, false));
        boss_key = key_of(hire("boss", {}, true));
        start({});
    }
    ~GivenRest() override {
        server->stop(std::chrono::seconds{1});
        db.reset();
    }

    void start(RestConfig const& config) {
        if (server) server->stop(std::chrono::seconds{1});
        rest = std::make_unique<Rest>(operations, config);
        router = http::Router{};
        rest->mount(router);
        auto http_config = http::ServerConfig{};
        http_config.listen = "127.0.0.1:0";
        http_config.limits.connections_per_address = 0;
        http_config.limits.requests_per_connection = 100'000;
        auto started =
            http::Server::start(http_config, [this](http::Request& request) { return router.handle(request); });
        server = std::move(started.value());
    }
    EmployeeId hire(std::string const& user, std::vector<std::string> const& permissions, bool is_administrator) {
        return in_tenant([&](database::Session& sql) {
            auto const id =
                sql.value<EmployeeId>(
                       "insert into employee (tenant_id, user_id, name) values (:t, :user, :user) returning id",
                       {bind("t", tenant), bind("user", user)})
                    .value();
            auto const role =
                sql.value<std::int64_t>(
                       "insert into role (tenant_id, name, is_administrator) values (:t, :name, :admin) returning id",
                       {bind("t", tenant), bind("name", "role of " + user), bind("admin", is_administrator)})
                    .value();
            sql.execute("insert into role_member values (:t, :role, :id)",
                        {bind("t", tenant), bind("role", role), bind("id", id)});
            for (auto const& permission : permissions)
                sql.execute("insert into role_permission values (:t, :role, :p, 'self')",
                            {bind("t", tenant), bind("role", role), bind("p", permission)});
            return id;
        });
    }
    std::string key_of(EmployeeId employee) {
        return in_tenant([&](database::Session& sql) {
            return operation::create_api_key(sql, tenant, employee, "test", clock.now()).value().key;
        });
    }

    using Headers = std::map<std::string, std::string>;
    Answer call(std::string const& method, std::string const& target, std::string const& body = {},
                Headers headers = {}) {
        headers.emplace("Authorization", "Bearer " + key);
        if (!body.empty()) headers.emplace("Content-Type", "application/json");
        auto text =
            method + " " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        for (auto const& [name, value] : headers) text += name + ": " + value + "\r\n";
        auto client = http::tests::RawClient{server->port()};
        client.send(text + "\r\n" + body);
        auto const raw = client.read_answer();
        auto const end = raw.find("\r\n\r\n");
        if (end == std::string::npos) return {};
        return {std::stoi(raw.substr(9, 3)), raw.substr(0, end + 2), raw.substr(end + 4)};
    }
    Answer create_named(std::string const& name_, Headers headers = {}) {
        return call("POST", "/api/v1/things", R"({"name":")" + name_ + "\"}", std::move(headers));
    }
    std::int64_t count(std::string const& table) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::int64_t>("select count(*) from " + table + " where tenant_id = :t", {bind("t", tenant)})
                .value();
        });
    }

    NoRenderer renderer;
    operation::Services services;
    operation::Catalogue catalogue;
    operation::Operations operations{*db, clock, catalogue, services};
    std::unique_ptr<Rest> rest;
    http::Router router;
    std::unique_ptr<http::Server> server;
    std::string key;
    std::string boss_key;
};

TEST_F(GivenRest, WhenSomethingIsCreatedThenItHasALocationAnEtagAndAnAuditRow) {
    auto const created = create_named("华东");
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(created.header("Location"), "/api/v1/things/" + created.field("id"));
    EXPECT_EQ(created.header("ETag"), "\"1\"");
    EXPECT_EQ(count("audit_log"), 1);

    auto const shown = call("GET", created.header("Location"));
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.field("name"), "华东");
    EXPECT_EQ(shown.header("ETag"), "\"1\"");
}

TEST_F(GivenRest, WhenARequestIsWrongThenTheStatusSaysHow) {
    struct Case {
        std::string method, target, body;
        Headers headers;
        int status;
        std::string code;
    };
    auto const id = create_named("一").field("id");
    auto const path = "/api/v1/things/" + id;
    auto const cases = std::vector<Case>{
        {"GET", "/api/v1/nowhere", "", {}, 404, "not_found"},
        {"GET", "/api/v1/things/99", "", {}, 404, "thing"},
        {"GET", "/api/v1/things/abc", "", {}, 404, "not_found"},
        {"GET", "/api/v1/things/99999999999999999999", "", {}, 404, "not_found"},
        {"PUT", "/api/v1/things", "{}", {}, 405, "method_not_allowed"},
        {"GET", "/api/v1/things?colour=red", "", {}, 400, "unknown_parameter"},
        {"GET", "/api/v1/things?q=a&q=b", "", {}, 400, "repeated_parameter"},
        {"GET", path + "?id=1", "", {}, 400, "unknown_parameter"},
        {"GET", "/api/v1/things?limit=0", "", {}, 422, "invalid"},
        {"GET", "/api/v1/things?limit=201", "", {}, 422, "invalid"},
        {"GET", "/api/v1/things?limit=many", "", {}, 422, "invalid"},
        {"GET", "/api/v1/things?hidden=maybe", "", {}, 422, "invalid"},
        {"GET", "/api/v1/things?q=&limit=200&names=a,b&names=c&hidden=true", "", {}, 200, ""},
        {"POST", "/api/v1/things?q=a", R"({"name":"a"})", {}, 400, "unknown_parameter"},
        {"POST", "/api/v1/things", "{", {}, 400, "json"},
        {"POST", "/api/v1/things", "[]", {}, 422, "invalid"},
        {"POST", "/api/v1/things", "{}", {}, 422, "invalid"},
        {"POST", "/api/v1/things", R"({"name":"a"})", {{"Content-Type", "text/plain"}}, 415, "content_type"},
        {"POST", "/api/v1/things", R"({"name":"a"})", {{"Content-Type", "application/json; charset=utf-8"}}, 201, ""},
        {"POST", "/api/v1/things", R"({"name":"一二三四五六七八九十一"})", {}, 422, "invalid"},
        {"POST", "/api/v1/things", R"({"name":"a"})", {{"Authorization", "Bearer " + boss_key}}, 201, ""},
        {"PATCH", path, R"({"name":"b"})", {}, 428, "version_required"},
        {"PATCH", path, R"({"name":"b"})", {{"If-Match", "\"7\""}}, 412, "stale"},
        {"PATCH", path, R"({"name":"b"})", {{"If-Match", "\"abc\""}}, 412, "stale"},
        {"PATCH", path, R"({"name":"b"})", {{"If-Match", "7"}}, 400, "if_match"},
        {"PATCH", path, R"({"name":"b","version":2})", {{"If-Match", "\"1\""}}, 400, "if_match"},
        {"PATCH", path, R"({"name":"b"})", {{"If-Match", "\"1\""}}, 200, ""},
        {"PATCH", path, R"({"name":"c","version":2})", {}, 200, ""},
        {"DELETE", path, "", {}, 204, ""},
        {"GET", path, "", {}, 404, "thing"},
        {"POST", "/api/v1/things/fail", "", {}, 409, "holding_cap"},
        {"GET", "/api/v1/audit-log", "", {}, 403, "permission"},
        {"GET", "/api/v1/audit-log?limit=1", "", {{"Authorization", "Bearer " + boss_key}}, 200, ""},
        {"GET", "/api/v1/notifications", "", {}, 200, ""},
        {"GET", "/api/v1/me", "", {}, 200, ""},
        {"GET", "/api/v1/company", "", {}, 200, ""},
    };
    for (auto const& [method, target, body, headers, status, code] : cases) {
        auto const answer = call(method, target, body, headers);
        EXPECT_EQ(answer.status, status) << method << ' ' << target << ' ' << body << '\n' << answer.body;
        if (code.empty()) continue;
        EXPECT_EQ(answer.field("code"), code) << method << ' ' << target << ' ' << body;
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json; charset=utf-8") << target;
    }
}

TEST_F(GivenRest, WhenTheVersionIsStaleThenTheAnswerCarriesTheRecordAsItIs) {
    auto const path = "/api/v1/things/" + create_named("一").field("id");
    ASSERT_EQ(call("PATCH", path, R"({"name":"二"})", {{"If-Match", "\"1\""}}).status, 200);
    auto const refused = call("PATCH", path, R"({"name":"三"})", {{"If-Match", "\"1\""}});
    ASSERT_EQ(refused.status, 412);
    EXPECT_EQ(refused.header("ETag"), "\"2\"");
    auto const problem = refused.json();
    ASSERT_TRUE(problem.HasMember("current")) << refused.body;
    EXPECT_EQ(json::find_string(problem["current"], "name"), "二");
    EXPECT_EQ(json::find_integer(problem["current"], "version"), 2);
}

TEST_F(GivenRest, WhenTheVersionIsStaleThenTheAnswerSaysWhoWroteLastAndWhat) {
    auto const path = "/api/v1/things/" + create_named("一").field("id");
    ASSERT_EQ(call("PATCH", path, R"({"name":"二"})", {{"If-Match", "\"1\""}}).status, 200);
    auto const own = call("PATCH", path, R"({"name":"三"})", {{"If-Match", "\"1\""}}).field("detail");
    EXPECT_NE(own.find("您自己"), std::string::npos) << own;
    auto const others = call("PATCH", path, R"({"name":"三"})",
                             {{"If-Match", "\"1\""}, {"Authorization", "Bearer " + boss_key}})
                            .field("detail");
    EXPECT_NE(others.find("zhang"), std::string::npos) << others;
    EXPECT_NE(others.find("修改了名称"), std::string::npos) << others;
}

TEST_F(GivenRest, WhenACursorWasAlteredThenItIsRefusedAndNotSentToTheDatabase) {
    auto const boss = Headers{{"Authorization", "Bearer " + boss_key}};
    for (auto const* key : {"garbage", "2026-99-99 00:00:00+00", "", "1'; drop table employee", "NaN"}) {
        auto const cursor = to_base64url(R"(["-at",")" + std::string{key} + R"(",1])");
        auto const answer = call("GET", "/api/v1/audit-log?cursor=" + cursor, "", boss);
        EXPECT_EQ(answer.status, 422) << key;
        EXPECT_EQ(answer.json()["errors"][0]["field"], json::Value{"cursor"}) << key;
    }
    create_named("一");
    create_named("二");
    auto const first = call("GET", "/api/v1/audit-log?limit=1", "", boss);
    auto const second = call("GET", "/api/v1/audit-log?limit=1&cursor=" + first.field("next_cursor"), "", boss);
    EXPECT_EQ(second.status, 200) << "one that was not";
    EXPECT_EQ(second.json()["items"].Size(), 1U);
}

TEST_F(GivenRest, WhenTheBodyNamesWhatTheCallerMayNotSetThenItIsRefusedWithTheField) {  // T-03
    for (std::string const field :
         {"tenant_id", "id", "created_by", "owner_user_id", "version", "role_names", "is_administrator"}) {
        auto const answer = call("POST", "/api/v1/things", R"({"name":"a",")" + field + R"(":"1"})");
        EXPECT_EQ(answer.status, 422) << field;
        EXPECT_EQ(answer.json()["errors"][0]["field"], json::Value{rapidjson::StringRef(field.c_str())}) << field;
    }
    auto const id = create_named("a").field("id");
    auto const answer = call("PATCH", "/api/v1/things/" + id, R"({"id":"1","name":"b"})", {{"If-Match", "\"1\""}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(count("department"), 1);
}

TEST_F(GivenRest, WhenARecordIsSentBackAsItWasReadThenItIsTaken) {
    auto const path = "/api/v1/things/" + create_named("a").field("id");
    auto const read = call("GET", path);
    auto const answer = call("PATCH", path, read.body, {{"If-Match", read.header("ETag")}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.field("name"), "a");
}

TEST_F(GivenRest, WhenTheSystemCannotAnswerThenTheLogSaysWhyWithTheRequest) {
    auto const told = [&](std::string const& body) {
        ::testing::internal::CaptureStderr();
        auto const answer = call("POST", "/api/v1/things/give-up", body);
        return std::pair{answer.status, ::testing::internal::GetCapturedStderr()};
    };
    auto const [busy, busy_line] = told(R"({"name":"lock"})");
    EXPECT_EQ(busy, 504);
    EXPECT_NE(busy_line.find("warning not_answered operation=thing.give-up request="), std::string::npos) << busy_line;
    EXPECT_NE(busy_line.find("reason=lock"), std::string::npos) << busy_line;
    auto const [refused, refused_line] = told(R"({"name":"cap"})");
    EXPECT_EQ(refused, 409);
    EXPECT_EQ(refused_line, "") << "that was an answer";
}

TEST_F(GivenRest, WhenAnOperationFailsThenNothingOfItRemains) {
    EXPECT_EQ(call("POST", "/api/v1/things/fail", "", {{"Idempotency-Key", "k"}}).status, 409);
    EXPECT_EQ(count("department"), 0);
    EXPECT_EQ(count("idempotency_key"), 0);
}

TEST_F(GivenRest, WhenARequestIsRepeatedWithItsKeyThenTheAnswerIsTheSameAndNothingHappensTwice) {
    auto const first = create_named("一", {{"Idempotency-Key", "k-1"}});
    auto const again = create_named("一", {{"Idempotency-Key", "k-1"}});
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Location"), first.header("Location"));
    EXPECT_EQ(again.header("ETag"), first.header("ETag"));
    EXPECT_EQ(first.header("Idempotency-Replayed"), "");
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(count("department"), 1);

    EXPECT_EQ(create_named("二", {{"Idempotency-Key", "k-1"}}).status, 422);
    EXPECT_EQ(create_named("二", {{"Idempotency-Key", "not valid"}}).status, 422);
    EXPECT_EQ(create_named("一", {{"Idempotency-Key", "k-1"}, {"Authorization", "Bearer " + boss_key}}).status, 201);
    EXPECT_EQ(count("department"), 2);

    clock.advance(hours{24});
    EXPECT_EQ(create_named("一", {{"Idempotency-Key", "k-1"}}).status, 201);
    EXPECT_EQ(count("department"), 3);
}

TEST_F(GivenRest, WhenManySendTheSameRequestAtOnceThenItHappensOnce) {
    auto statuses = std::vector<int>(6);
    auto threads = std::vector<std::thread>{};
    for (auto& status : statuses)
        threads.emplace_back([this, &status] { status = create_named("一", {{"Idempotency-Key", "same"}}).status; });
    for (auto& thread : threads) thread.join();
    for (auto const status : statuses) EXPECT_TRUE(status == 201 || status == 409) << status;
    EXPECT_EQ(count("department"), 1);
}

TEST_F(GivenRest, WhenTheFirstIsStillRunningThenTheRepetitionIsAConflict) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into idempotency_key (tenant_id, employee_id, key, request_hash, status, answer, created_at) "
            "select :t, id, 'held', '', 0, '', :now from employee where tenant_id = :t and user_id = 'zhang'",
            {bind("t", tenant), bind("now", clock.now())});
        EXPECT_EQ(create_named("一", {{"Idempotency-Key", "held"}}).status, 409);
    });
    EXPECT_EQ(count("department"), 0);
}

TEST_F(GivenRest, A_12_WhenTheKeyIsMissingWrongOrRevokedThenTheAnswerIs401) {
    struct Case {
        std::string authorization;
    };
    auto other = key;
    other.back() = other.back() == 'A' ? 'E' : 'A';
    for (auto const& [authorization] : std::vector<Case>{{""},
                                                         {"Bearer"},
                                                         {"Bearer x"},
                                                         {"Basic " + key},
                                                         {"Bearer " + other},
                                                         {"Bearer wk_99999_abc"},
                                                         {"Bearer wk_999999999999999999999_a"}}) {
        auto const answer = call("GET", "/api/v1/things?wrong=1", "", {{"Authorization", authorization}});
        EXPECT_EQ(answer.status, 401) << authorization;
        EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer") << authorization;
    }
    EXPECT_EQ(call("GET", "/api/v1/me").status, 200);
    for (auto const* parameter : {"key", "api_key", "access_token"})
        EXPECT_EQ(
            call("GET", "/api/v1/things?" + std::string{parameter} + "=" + key, "", {{"Authorization", ""}}).status,
            401)
            << parameter;
    EXPECT_EQ(in_tenant([&](database::Session& sql) {
                  return sql.value<std::int64_t>(
                      "select count(*) from api_key k where strpos(k::text, :key) > 0 or strpos(k::text, :hex) > 0",
                      {bind("key", key), bind("hex", to_hex(key))});
              }),
              0)
        << "only a hash is stored";
    in_tenant([&](database::Session& sql) {
        auto const keys = operation::list_api_keys(sql, tenant);
        for (auto const& known : keys) EXPECT_TRUE(operation::revoke_api_key(sql, tenant, known.id, clock.now()));
        EXPECT_FALSE(operation::revoke_api_key(sql, tenant, keys.front().id, clock.now()));
    });
    EXPECT_EQ(call("GET", "/api/v1/me").status, 401);
}

TEST_F(GivenRest, A_12_WhenTheEmployeeLeavesOrTheCompanyIsDisabledThenTheKeyEnds) {
    auto const leave = [this](std::string const& sql_text) {
        in_tenant([&](database::Session& sql) { sql.execute(sql_text, {bind("t", tenant)}); });
    };
    leave("update employee set status = 'left' where tenant_id = :t and user_id = 'zhang'");
    EXPECT_EQ(call("GET", "/api/v1/me").status, 401);
    EXPECT_EQ(call("GET", "/api/v1/me", "", {{"Authorization", "Bearer " + boss_key}}).status, 200);
    leave("update tenant set status = 'disabled' where id = :t");
    EXPECT_EQ(call("GET", "/api/v1/me", "", {{"Authorization", "Bearer " + boss_key}}).status, 401);
}

TEST_F(GivenRest, WhenOneKeyAsksTooOftenThenOnlyItWaits) {
    start({.requests_per_minute = 3});
    for (auto i = 0; i < 3; ++i) EXPECT_EQ(call("GET", "/api/v1/me").status, 200);
    auto const refused = call("GET", "/api/v1/me");
    EXPECT_EQ(refused.status, 429);
    EXPECT_NE(refused.header("Retry-After"), "");
    EXPECT_EQ(call("GET", "/api/v1/me", "", {{"Authorization", "Bearer " + boss_key}}).status, 200);
    clock.advance(seconds{20});
    EXPECT_EQ(call("GET", "/api/v1/me").status, 200);
}

TEST_F(GivenRest, A_12_WhenKeysAreGuessedThenTheAddressIsSlowedDownButGoodKeysWork) {
    start({.wrong_keys_per_minute = 2});
    EXPECT_EQ(call("GET", "/api/v1/me").status, 200);
    for (auto i = 0; i < 2; ++i)
        EXPECT_EQ(call("GET", "/api/v1/me", "", {{"Authorization", "Bearer wk_1_guess"}}).status, 401);
    EXPECT_EQ(call("GET", "/api/v1/me", "", {{"Authorization", "Bearer wk_1_guess"}}).status, 429);
    EXPECT_EQ(call("GET", "/api/v1/me").status, 200);
}

TEST_F(GivenRest, WhenAnAdministratorMakesAKeyThenItWorksOnceShownAndCanBeRevoked) {
    auto const boss = Headers{{"Authorization", "Bearer " + boss_key}};
    EXPECT_EQ(call("POST", "/api/v1/api-keys", R"({"user_id":"zhang","name":"ERP"})").status, 403);
    auto const made = call("POST", "/api/v1/api-keys", R"({"user_id":"zhang","name":"ERP"})", boss);
    ASSERT_EQ(made.status, 201) << made.body;
    auto const with_new = Headers{{"Authorization", "Bearer " + made.field("key")}};
    EXPECT_EQ(call("GET", "/api/v1/me", "", with_new).field("user_id"), "zhang");
    EXPECT_EQ(call("GET", "/api/v1/api-keys", "", boss).body.find(made.field("key")), std::string::npos);
    EXPECT_EQ(call("DELETE", "/api/v1/api-keys/" + made.field("id"), "", boss).status, 204);
    EXPECT_EQ(call("GET", "/api/v1/me", "", with_new).status, 401);
}

TEST_F(GivenRest, WhenTheCompanyIsChangedThenTheChangeIsShownAndAudited) {
    auto const boss = Headers{{"Authorization", "Bearer " + boss_key}, {"If-Match", "\"1\""}};
    auto const changed = call("PATCH", "/api/v1/company",
                              R"({"timezone":"Asia/Urumqi","subordinate_range":"all","logo_url":null})", boss);
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.field("timezone"), "Asia/Urumqi");
    EXPECT_EQ(changed.field("subordinate_range"), "all");
    EXPECT_EQ(call("PATCH", "/api/v1/company", R"({"name":"x"})", boss).status, 412);
    auto const log =
        call("GET", "/api/v1/audit-log?object=company", "", {{"Authorization", "Bearer " + boss_key}}).json();
    ASSERT_EQ(log["items"].Size(), 1U);
    EXPECT_EQ(json::find_string(log["items"][0]["after"], "timezone"), "Asia/Urumqi");
    EXPECT_EQ(json::find_string(log["items"][0]["before"], "timezone"), "Asia/Shanghai");
}

TEST_F(GivenRest, WhenItsDescriptionIsReadThenItNamesEveryRoute) {
    auto const description = call("GET", "/api/v1/openapi.json", "", {{"Authorization", ""}});
    ASSERT_EQ(description.status, 200);
    auto const document = json::parse(description.body);
    ASSERT_TRUE(document);
    for (auto const* entry : catalogue.entries())
        EXPECT_TRUE((*document)["paths"].HasMember(std::string{entry->route.path})) << entry->name;
    EXPECT_EQ(openapi(catalogue), description.body);
}

}  // namespace
}  // namespace wescrm::web::tests
