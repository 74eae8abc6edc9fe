#include "product.hpp"

#include <wescrm/jobs/token_store.hpp>
#include <wescrm/org/failed_sync.hpp>
#include <wescrm/web/session.hpp>

#include <algorithm>

// What must not be kept in the clear, and what the whole product answers to questions that it must not answer.
namespace wescrm::testing {
namespace {

using database::bind;
using http::Method;

struct GivenACompanyWithSecrets : Product {
    GivenACompanyWithSecrets() {
        set_up(tenant);
        administrator = hire(tenant, "root", "administrator");
        seller = hire(tenant, "li", "salesperson");
        admin_key = key_of(tenant, administrator);
        seller_key = key_of(tenant, seller);
        customer =
            json::find_string(post(seller_key, "/customers", R"({"name":"宏达科技","mobile":"13800138000"})"), "id")
                .value();
    }
    http::Response repeated(std::string const& key, std::string const& target, std::string const& body = "{}") {
        return call(key, Method::post, "/api/v1" + target, body, {{"Idempotency-Key", "once"}});
    }
    /// Whether a row of any table shows `secret`, as text or as bytes; with the tables.
    std::vector<std::string> tables_with(std::string const& secret) {
        return in(database::Scope::of(tenant), [&](database::Session& sql) {
            auto found = std::vector<std::string>{};
            for (auto const& table :
                 sql.values<std::string>("select relname::text from pg_class k join pg_namespace n on n.oid = "
                                         "k.relnamespace where n.nspname = 'public' and relkind in ('r', 'p') and not "
                                         "relispartition order by 1"))
                if (sql.value<int>("select 1 from " + table +
                                       " t where strpos(t::text, :plain) > 0 or strpos(t::text, :hex) > 0 limit 1",
                                   {bind("plain", secret), bind("hex", to_hex(secret))}))
                    found.push_back(table);
            return found;
        });
    }

    EmployeeId administrator;
    EmployeeId seller;
    std::string admin_key;
    std::string seller_key;
    std::string customer;
};

TEST_F(GivenACompanyWithSecrets, WhenAFullPhoneIsRevealedThenTheAnswerIsNotKeptForRepetition) {
    for (auto i = 0; i < 2; ++i) {
        auto const shown = repeated(seller_key, "/customers/" + customer + "/reveal");
        ASSERT_EQ(shown.status, 200) << shown.body;
        EXPECT_NE(shown.body.find("13800138000"), std::string::npos);
    }
    auto const of_idempotency = tables_with("13800138000");
    EXPECT_EQ(std::ranges::count(of_idempotency, "idempotency_key"), 0);
    EXPECT_EQ(std::ranges::count(of_idempotency, "customer"), 1) << "the search finds what is there";
}

TEST_F(GivenACompanyWithSecrets, Z_06_WhenAListIsSortedByAHiddenFieldThenTheStatusIs400) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into role_field (tenant_id, role_id, object, field, level, mask) select :t, id, 'customer', "
            "'last_follow_at', 0, 0 from role where tenant_id = :t and code = 'salesperson'",
            {bind("t", tenant)});
    });
    auto const refused = get(seller_key, "/customers?sort=-last_follow_at");
    EXPECT_EQ(refused.status, 400) << refused.body;
    EXPECT_EQ(get(seller_key, "/customers?not_followed_days=3").status, 400);
    EXPECT_EQ(get(seller_key, "/customers?sort=-updated_at").status, 200);
    EXPECT_EQ(get(admin_key, "/customers?sort=-last_follow_at").status, 200);
}

TEST_F(GivenACompanyWithSecrets, T_16_WhenTheDatabaseIsReadThenNoSecretStandsThere) {
    auto const session = in_tenant([&](database::Session& sql) {
        return web::begin_session(sql, tenant, administrator, {"192.0.2.1", "browser"}, clock.now());
    });
    auto const linked = call(admin_key, Method::patch, "/api/v1/company/link",
                             R"({"kind":"contacts","secret":"LinkSecretOfTheApp0123"})");
    ASSERT_EQ(linked.status, 200) << linked.body;
    auto secrets =
        std::vector<std::string>{seller_key, session, session.substr(session.find('.') + 1), "LinkSecretOfTheApp0123"};
    auto const renewed = repeated(admin_key, "/company/link/keys", R"({"kind":"app"})");
    ASSERT_EQ(renewed.status, 200) << renewed.body;
    auto const link = json::parse(renewed.body).value();
    for (auto const* field : {"token", "aes_key"})
        secrets.push_back(json::find_string(link["parts"][0], field).value());
    auto const made = call(admin_key, Method::post, "/api/v1/api-keys", R"({"name":"钥匙","user_id":"li"})",
                           {{"Idempotency-Key", "key"}});
    ASSERT_EQ(made.status, 201) << made.body;
    secrets.push_back(json::find_string(json::parse(made.body).value(), "key").value());

    auto metrics = jobs::Metrics{};
    auto store = jobs::DatabaseTokenStore{*db, sealer, clock, metrics};
    auto const app = in_tenant([&](database::Session& sql) {
        return sql.value<std::int64_t>("select min(id) from wecom_app where tenant_id = :t", {bind("t", tenant)})
            .value();
    });
    auto account = wecom::Account{};
    account.tenant = tenant;
    account.app_id = app;
    auto const fetch = []() -> asio::awaitable<wecom::Answer> {
        auto answer = wecom::Answer{};
        answer.body = json::parse(R"({"access_token":"AccessTokenOfTheApp0123456789","expires_in":7200})").value();
        co_return answer;
    };
    ASSERT_TRUE(http::tests::run(store.token(account, std::nullopt, fetch)).first);
    secrets.emplace_back("AccessTokenOfTheApp0123456789");

    for (auto const& secret : secrets) {
        ASSERT_GE(secret.size(), 16U);
        EXPECT_EQ(tables_with(secret), std::vector<std::string>{}) << secret.substr(0, 6) << "…";
    }
    EXPECT_FALSE(tables_with("宏达科技").empty()) << "the search finds what is there";
}

struct GivenACompanyBeforeItsLink : GivenACompanyWithSecrets {
    GivenACompanyBeforeItsLink() {
        in_tenant([&](database::Session& sql) {
            sql.execute("delete from wecom_app where tenant_id = :t", {bind("t", tenant)});
        });
    }
};

TEST_F(GivenACompanyBeforeItsLink, WhenASyncIsAskedForThenTheAnswerSaysWhatIsMissing) {
    for (auto const* path : {"/api/v1/sync-runs", "/api/v1/sync-runs/preview"}) {
        auto const refused = call(admin_key, Method::post, path, "{}");
        EXPECT_EQ(refused.status, 409);
        EXPECT_NE(refused.body.find("还没有连接企业微信"), std::string::npos) << refused.body;
    }
    EXPECT_EQ(in_tenant([&](database::Session& sql) {
                  return sql.value<std::int64_t>(
                      "select count(*) from timer where tenant_id = :t and kind like "
                      "'org_sync%'",
                      {bind("t", tenant)});
              }),
              0);
}

TEST_F(GivenACompanyWithSecrets, WhenASyncCannotBeginThenItsAskerAndTheListSayWhy) {
    ASSERT_EQ(call(admin_key, Method::post, "/api/v1/sync-runs", "{}").status, 200);
    auto const told = in_tenant([&](database::Session& sql) {
        auto ctx =
            operation::Context{sql, operation::system_actor(tenant, operation::Channel::sync), clock.now(), services};
        org::record_failed_sync(ctx, "timer", "凭证不可用");
        return sql.value<std::int64_t>(
            "select count(*) from outbox where tenant_id = :t and kind = 'sync_result' and employee_id = :e",
            {bind("t", tenant), bind("e", administrator)});
    });
    EXPECT_EQ(told, 1);
    auto const runs = json::parse(get(admin_key, "/sync-runs").body).value();
    EXPECT_EQ(json::view(runs["items"][0]["state"]), "incomplete");
    EXPECT_EQ(json::view(runs["items"][0]["problem"]), "凭证不可用");
}

}  // namespace
}  // namespace wescrm::testing
