#include "product.hpp"

#include <wescrm/jobs/token_store.hpp>

#include <algorithm>
#include <future>
#include <set>

// Checks of the security list that need the whole product.
namespace wescrm::testing {
namespace {

using database::bind;
using http::Method;

struct GivenACompanyAtWork : Product {
    GivenACompanyAtWork() { ours = make(tenant, "甲辰"); }

    struct Company {
        TenantId tenant;
        std::string mark;
        std::string admin_key;
        std::string seller_key;
        std::string customer;
    };
    /// With the people root and li in every company: the same user ids.
    Company make(TenantId id, std::string const& mark) {
        set_up(id);
        auto company = Company{id, mark, {}, {}, {}};
        company.admin_key = key_of(id, hire(id, "root", "administrator"));
        company.seller_key = key_of(id, hire(id, "li", "salesperson"));
        company.customer =
            json::find_string(post(company.seller_key, "/customers", R"({"name":")" + mark + "科技\"}"), "id").value();
        return company;
    }
    std::vector<std::string> audit_actions() {
        return in_tenant([&](database::Session& sql) {
            return sql.values<std::string>("select action from audit_log where tenant_id = :t order by id",
                                           {bind("t", tenant)});
        });
    }
    Company ours;
};

// Reading changes nothing but what is noted about readers: every GET route, twice, with ids that exist.
TEST_F(GivenACompanyAtWork, A_08_WhenEveryGetRouteIsReadTwiceThenTheDatabaseIsTheSame) {
    auto const noted = std::set<std::string>{"api_key", "audit_log"};  // when a key was used, who looked at others
    auto const before = digests(tenant, noted);
    auto const audited = audit_actions();
    auto read = 0;
    for (auto i = 0; i < 2; ++i)
        for (auto const* entry : catalogue.entries()) {
            if (entry->route.method != "GET" || entry->route.path.empty()) continue;
            auto path = std::string{entry->route.path};
            for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
                path.replace(at, path.find('}') - at + 1,
                             path.substr(at).starts_with("{user_id}") ? "li" : ours.customer);
            auto const answer = get(ours.admin_key, path);
            EXPECT_LT(answer.status, 500) << path << " " << answer.body;
            read += answer.status == 200 ? 1 : 0;
        }
    EXPECT_GT(read, 30);
    auto const looked = audit_actions();
    EXPECT_EQ(looked.size(), audited.size() + 2);
    EXPECT_EQ(std::count(looked.begin(), looked.end(), "employee.access"), 2)
        << "whose rights were looked at is logged";
    EXPECT_EQ(digests(tenant, noted), before);
}

// Z-08: what was offered before is opened with the permission of the moment.
TEST_F(GivenACompanyAtWork, Z_08_WhenTheCustomerGoesToSomebodyElseThenAListOfBeforeOpensNothing) {
    auto const wang = key_of(tenant, hire(tenant, "wang", "salesperson"));
    EXPECT_NE(says(tenant, "li", "我的客户").find("甲辰科技"), std::string::npos);
    auto const moved =
        call(ours.admin_key, Method::post, "/api/v1/customers/" + ours.customer + "/transfer", R"({"user_id":"wang"})");
    ASSERT_EQ(moved.status, 200) << moved.body;
    auto const opened = says(tenant, "li", "1");
    EXPECT_NE(opened.find("「打开客户」没有办成"), std::string::npos) << opened;
    EXPECT_EQ(get(ours.seller_key, "/customers/" + ours.customer).status, 404);
    EXPECT_EQ(get(wang, "/customers/" + ours.customer).status, 200);
}

// T-12: two companies with equal user ids and names alternate on everything that is kept in memory: keys, actors,
// plans of statements, dialogues, tokens.
TEST_F(GivenACompanyAtWork, T_12_WhenTwoCompaniesAlternateThenNothingIsMixed) {
    auto const theirs = make(add_company("ww-other"), "乙巳");
    auto metrics = jobs::Metrics{};
    auto tokens = jobs::DatabaseTokenStore{*db, sealer, clock, metrics};
    auto const app_of = [&](Company const& company) {
        return in(database::Scope::of(company.tenant), [&](database::Session& sql) {
            return sql.value<std::int64_t>("select id from wecom_app where tenant_id = :t", {bind("t", company.tenant)})
                .value();
        });
    };
    auto const token_of = [&](Company const& company, std::int64_t app) {
        auto account = wecom::Account{};
        account.tenant = company.tenant;
        account.app_id = app;
        auto fetch = [mark = company.mark]() -> asio::awaitable<wecom::Answer> {
            auto answer = wecom::Answer{};
            answer.body = json::parse(R"({"access_token":")" + mark + R"(","expires_in":7200})").value();
            co_return answer;
        };
        return http::tests::run(tokens.token(account, std::nullopt, fetch)).first.value().value;
    };
    auto const walk = [&](Company const& company, Company const& other, std::int64_t app) {
        auto mixed = std::string{};
        for (auto i = 0; i < 60; ++i) {
            for (auto const& said : {get(company.seller_key, "/customers").body, get(company.seller_key, "/me").body,
                                     get(company.admin_key, "/employees").body})
                if (said.find(other.mark) != std::string::npos) mixed += said;
            if (get(company.seller_key, "/customers/" + other.customer).status != 404) mixed += "another's customer";
            if (token_of(company, app) != company.mark) mixed += "another's token";
        }
        return mixed;
    };
    auto const [our_app, their_app] = std::pair{app_of(ours), app_of(theirs)};
    auto second = std::async(std::launch::async, [&] { return walk(theirs, ours, their_app); });
    EXPECT_EQ(walk(ours, theirs, our_app), "");
    EXPECT_EQ(second.get(), "");
    for (auto i = 0; i < 3; ++i)  // T-15: the company is told by the way in, never by names
        for (auto const is_ours : {true, false}) {
            auto const* company = is_ours ? &ours : &theirs;
            auto const* other = is_ours ? &theirs : &ours;
            auto const said = says(company->tenant, "li", i == 1 ? "1" : "我的客户");
            EXPECT_NE(said.find(company->mark), std::string::npos) << said;
            EXPECT_EQ(said.find(other->mark), std::string::npos) << said;
        }
}

// A card of one company, pressed in an event of another by somebody of the same userid.
TEST_F(GivenACompanyAtWork, T_09_WhenACardIsPressedInAnotherCompanysEventThenNothingHappens) {
    auto const theirs = make(add_company("ww-other"), "乙巳");
    auto const task =
        json::find_string(
            post(ours.seller_key, "/tasks", R"({"title":"给甲辰报价","due_at":"2026-11-26T09:00:00+08:00"})"), "id")
            .value();
    auto const state = [&] {
        return json::find_string(json::parse(get(ours.seller_key, "/tasks/" + task).body).value(), "status");
    };
    auto const noted = std::set<std::string>{"api_key"};
    auto const before = digests(tenant, noted);
    for (auto const* verb : {"done", "snooze", "show"}) {
        auto const key = std::string{verb} + ":task:" + task;
        EXPECT_EQ(presses(theirs.tenant, "li", key, "t-" + task).find("甲辰"), std::string::npos) << key;
    }
    EXPECT_EQ(presses(theirs.tenant, "li", "show:customer:" + ours.customer, "t").find("甲辰"), std::string::npos);
    EXPECT_EQ(digests(tenant, noted), before);
    EXPECT_EQ(state(), "open");
    presses(tenant, "li", "done:task:" + task, "t-" + task);
    EXPECT_EQ(state(), "done") << "in its own company the button works";
}

TEST_F(GivenACompanyAtWork, T_11_WhenTwoCompaniesUseTheSameNamesAndKeysThenEachHasItsOwn) {
    auto const theirs = make(add_company("ww-other"), "乙巳");
    auto const tell = [&](Company const& company, std::string const& words) {
        in(database::Scope::of(company.tenant), [&](database::Session& sql) {
            auto ctx = operation::Context{sql, operation::system_actor(company.tenant, operation::Channel::timer),
                                          clock.now(), services};
            auto notice = operation::Notice{};
            notice.effect_key = "same:1";
            notice.to = sql.value<EmployeeId>("select id from employee where tenant_id = :t and user_id = 'li'",
                                              {bind("t", company.tenant)})
                            .value();
            notice.kind = "reply_sorry";
            notice.data = json::parse(R"({"words":")" + words + "\"}").value();
            ctx.outbox().tell(notice);
        });
    };
    auto const told = [&](Company const& company) {
        return in(database::Scope::of(company.tenant), [&](database::Session& sql) {
            return sql
                .value<int>("select count(*) from outbox where tenant_id = :t and effect_key = 'same:1'",
                            {bind("t", company.tenant)})
                .value();
        });
    };
    for (auto const& company : {ours, theirs, ours}) tell(company, company.mark);
    EXPECT_EQ(told(ours), 1) << "told once, however often";
    EXPECT_EQ(told(theirs), 1);
    auto ids = std::set<std::string>{};
    for (auto const& company : {ours, theirs}) {
        auto const made = call(company.seller_key, Method::post, "/api/v1/customers",
                               R"({"name":"同名科技","mobile":"13800138000"})", {{"Idempotency-Key", "once"}});
        EXPECT_EQ(made.status, 201) << made.body;
        ids.insert(json::find_string(json::parse(made.body).value(), "id").value());
    }
    EXPECT_EQ(ids.size(), 2U) << "neither a duplicate of the other, nor its answer";
}

TEST_F(GivenACompanyAtWork, WhenSyncsFoundWhatNoEventToldThenTheHealthOfTheConnectionSaysSoBesideTheQuota) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into sync_run (tenant_id, started_at, finished_at, trigger, state, lost_events) values (:t, "
            ":now::timestamptz - interval '2 days', :now::timestamptz - interval '2 days', 'timer', 'done', 3), (:t, "
            ":now::timestamptz - interval '9 days', :now::timestamptz - interval '9 days', 'timer', 'done', 5)",
            {bind("t", tenant), bind("now", clock.now())});
    });
    auto const health = json::parse(get(ours.admin_key, "/connection-health").body).value();
    EXPECT_EQ(json::find_integer(health["callbacks"], "missed_last_week"), 3);
    EXPECT_EQ(json::find_string(health["callbacks"], "compared_at"), "2026-11-23T08:30:00Z");
    EXPECT_EQ(json::find_integer(health["messages"], "daily_quota"), 400) << "two people, 200 messages each";
    EXPECT_EQ(json::find_integer(health["messages"], "today"), 0);
}

TEST_F(GivenACompanyAtWork, WhenTheLogIsReadThenRecordsAreNamedAsTheyAreCalledNow) {
    auto const names = [&] {
        auto all = std::set<std::string>{};
        auto const log = json::parse(get(ours.admin_key, "/audit-log").body).value();
        for (auto const& item : log["items"].GetArray())
            all.insert(json::find_string(item, "object").value() + " " +
                       json::find_string(item, "object_name").value_or(""));
        return all;
    };
    EXPECT_TRUE(names().contains("customer 甲辰科技"));
    in_tenant([&](database::Session& sql) {
        sql.execute("update customer set name = '甲辰集团' where tenant_id = :t", {bind("t", tenant)});
    });
    EXPECT_TRUE(names().contains("customer 甲辰集团"));
    EXPECT_FALSE(names().contains("customer 甲辰科技"));
}

}  // namespace
}  // namespace wescrm::testing
