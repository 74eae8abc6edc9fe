#include "pool_given.hpp"

#include <wescrm/sales/duplicate_rule.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

namespace wescrm::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// One rule with one action for the ways in that records take here: chat and REST, import, conversion.
std::string rule(std::string const& groups, std::string const& compare, std::string const& action,
                 std::string const& claim = "allow", std::string const& chat = "") {
    return R"({"name":"规则","enabled":true,"groups":)" + groups + R"(,"compare":)" + compare +
           R"(,"actions":{"manual":")" + action + R"(","chat":")" + (chat.empty() ? action : chat) + R"(","import":")" +
           action + R"(","api":")" + action + R"(","conversion":")" + action + R"(","claim":")" + claim + R"("}})";
}
constexpr auto both_names_and_phones = R"([{"conditions":["name_core","mobile"]}])";
constexpr auto all_customers = R"(["customer","pool"])";

struct GivenRules : PoolTest {
    std::int64_t version(std::string const& object) {
        return std::stoll(get(administrator, "duplicate_rule.show", R"({"object":")" + object + R"("})", "version"));
    }
    void set(std::string const& object, std::string const& rules, std::string const& more = "") {
        get(administrator, "duplicate_rule.change",
            R"({"object":")" + object + R"(","version":)" + std::to_string(version(object)) + R"(,"rules":[)" + rules +
                "]" + more + "}",
            "version");
    }
    std::string made(std::string const& user, std::string const& fields) {
        return get(user, "customer.create", "{" + fields + "}");
    }
    std::string refused(std::string const& user, std::string const& fields, std::string const& kind = "customer") {
        return reason(user, kind + ".create", "{" + fields + "}");
    }
    Error error(std::string const& user, std::string const& name, std::string const& input) {
        auto const answer = call(user, name, input);
        if (!answer) return answer.error();
        ADD_FAILURE() << name << " went through";
        return {};
    }
};

TEST_F(GivenRules, WhenNobodyHasWrittenAnyThenTheyAreThoseOfEveryNewCompany) {
    EXPECT_EQ(get("wang", "duplicate_rule.show", R"({"object":"customer"})", "is_default"), "true");
    made("li", R"("name":"宏达科技有限公司","mobile":"13800138000")");
    EXPECT_EQ(refused("wang", R"("name":"苏州宏达科技股份有限公司")"), "duplicate");
    EXPECT_EQ(refused("wang", R"("name":"另一家","mobile":"138 0013 8000")"), "duplicate");
    EXPECT_EQ(refused("wang", R"("name":"老王","company":"宏达科技有限公司","mobile":"13800138000")", "lead"), "");
    EXPECT_EQ(refused("wang", R"("name":"王建国","mobile":"13800138000")", "lead"), "duplicate");
}

TEST_F(GivenRules, WhenAGroupHasTwoConditionsThenBothMustHold) {
    set("customer", rule(both_names_and_phones, all_customers, "block"));
    made("li", R"("name":"宏达科技有限公司","mobile":"13800138000")");
    EXPECT_EQ(refused("li", R"("name":"宏达科技","mobile":"13900139000")"), "");
    EXPECT_EQ(refused("li", R"("name":"远航贸易","mobile":"13800138000")"), "");
    EXPECT_EQ(refused("li", R"("name":"苏州宏达科技有限公司","mobile":"13800138000")"), "duplicate");
}

TEST_F(GivenRules, WhenARuleWarnsThenTheSameRequestWithAReasonGoesThrough) {
    set("customer", rule(R"([{"conditions":["name_core"]}])", all_customers, "warn"));
    made("li", R"("name":"宏达科技有限公司")");
    administrator = "boss";
    auto const warned = error("wang", "customer.create", R"({"name":"宏达科技"})");
    EXPECT_EQ(warned.code, Errc::conflict);
    EXPECT_EQ(warned.reason, "possible_duplicate");
    ASSERT_EQ(warned.fields.size(), 1U);
    EXPECT_EQ(warned.fields[0].field, "duplicates[0]");
    EXPECT_THAT(warned.fields[0].message, HasSubstr("宏***司"));
    EXPECT_EQ(count("customer"), 1);
    made("wang", R"("name":"宏达科技","duplicate_reason":"上海的另一家")");
    EXPECT_EQ(count("customer"), 2);
    EXPECT_EQ(count("audit_log where action = 'customer.create' and reason = '确认不是重复：上海的另一家'"), 1);
}

TEST_F(GivenRules, WhenARuleBlocksThenNoReasonHelps) {
    made("li", R"("name":"宏达科技有限公司")");
    EXPECT_EQ(refused("li", R"("name":"宏达科技","duplicate_reason":"另一家")"), "duplicate");
}

TEST_F(GivenRules, WhenTheWaysInDifferThenEachHasItsAction) {
    set("customer", rule(R"([{"conditions":["name_core"]}])", all_customers, "allow", "allow", "block"));
    made("li", R"("name":"宏达科技有限公司")");
    EXPECT_EQ(refused("li", R"("name":"宏达科技")"), "");
    EXPECT_EQ(create("li", "宏达科技").error().reason, "duplicate");
}

TEST_F(GivenRules, WhenCreditCodesAreComparedThenTheirCheckCharacterCountsToo) {
    set("customer", rule(R"([{"conditions":["credit_code"]}])", all_customers, "block"));
    auto const wrong = error("li", "customer.create", R"({"name":"甲","credit_code":"91320594MA1MXQ8K74"})");
    ASSERT_EQ(wrong.fields.size(), 1U);
    EXPECT_EQ(wrong.fields[0].field, "credit_code");
    made("li", R"("name":"宏达科技有限公司","credit_code":"91320594MA1MXQ8K73")");
    EXPECT_EQ(refused("li", R"("name":"改名后的公司","credit_code":"91320594ma1mxq8k73")"), "duplicate");
    EXPECT_EQ(refused("li", R"("name":"宏达科技")"), "");
}

TEST_F(GivenRules, WhenLeadsAreComparedWithCustomersThenConversionStillWorks) {
    set("lead", rule(R"([{"conditions":["name_core"]}])", R"(["lead","customer","pool"])", "block"));
    set("customer", rule(R"([{"conditions":["name_core"]}])", R"(["lead","customer","pool"])", "block"));
    made("li", R"("name":"宏达科技有限公司")");
    EXPECT_EQ(refused("li", R"("name":"王建国","company":"宏达科技")", "lead"), "duplicate");
    auto const lead = get("li", "lead.create", R"({"name":"李四","company":"远航贸易有限公司"})");
    EXPECT_EQ(refused("li", R"("name":"远航贸易")"), "duplicate");
    EXPECT_THAT(get("li", "lead.convert", R"({"id":")" + lead + R"(","customer":{}})", "customer_id"), Not(IsEmpty()));
}

TEST_F(GivenRules, WhenOnlyPoolsAreComparedThenOwnedCustomersAreNot) {
    set("customer", rule(R"([{"conditions":["name_core"]}])", R"(["pool"])", "block"));
    auto const pool_id = pool(R"("member_user_ids":["li","wang"])");
    made("li", R"("name":"宏达科技有限公司")");
    EXPECT_EQ(refused("li", R"("name":"宏达科技")"), "");
    made("li", R"("name":"远航贸易","high_sea_id":")" + pool_id + R"(")");
    EXPECT_EQ(refused("li", R"("name":"远航贸易有限公司")"), "duplicate");
}

TEST_F(GivenRules, WhenATwinIsToleratedThenOnlyChangesOfItsKeysMeetIt) {
    made("li", R"("name":"甲公司","mobile":"13700137000")");
    set("customer", "");
    made("li", R"("name":"宏达科技有限公司","mobile":"13800138000")");
    auto const twin = made("li", R"("name":"宏达科技","mobile":"13900139000")");
    set("customer", rule(R"([{"conditions":["name_core"]},{"conditions":["mobile"]}])", all_customers, "block"));
    auto const change = [&](std::string const& version, std::string const& more) {
        return reason("li", "customer.change", R"({"id":")" + twin + R"(","version":)" + version + "," + more + "}");
    };
    EXPECT_EQ(change("1", R"("remark":"老客户")"), "");
    EXPECT_EQ(change("2", R"("mobile":"13600136000")"), "");
    EXPECT_EQ(change("3", R"("mobile":"13800138000")"), "duplicate");
    EXPECT_EQ(change("3", R"("mobile":"13700137000")"), "duplicate");
}

TEST_F(GivenRules, WhenItIsBroughtBackThenItMeetsWhatCameMeanwhile) {
    auto const gone = made("li", R"("name":"宏达科技有限公司")");
    get("li", "customer.delete", id_of(gone), "id");
    made("wang", R"("name":"宏达科技")");
    EXPECT_EQ(reason("li", "customer.restore", id_of(gone)), "duplicate");
    set("customer", rule(R"([{"conditions":["name_core"]}])", all_customers, "warn"));
    EXPECT_EQ(reason("li", "customer.restore", id_of(gone)), "possible_duplicate");
    EXPECT_EQ(reason("li", "customer.restore", R"({"id":")" + gone + R"(","duplicate_reason":"两家"})"), "");
}

TEST_F(GivenRules, WhenStrangersAreToldThenOnlyWhatTheCompanyShows) {
    made("li", R"("name":"宏达科技有限公司","mobile":"13800138000")");
    auto const told = [&] { return message("wang", "customer.create", R"({"name":"宏达科技"})"); };
    administrator = "boss";
    EXPECT_THAT(told(), HasSubstr("宏***司"));
    EXPECT_THAT(told(), HasSubstr("由 li 负责"));
    set("customer", rule(R"([{"conditions":["name_core"]}])", all_customers, "block"),
        R"(,"shows_name":true,"shows_owner":false)");
    EXPECT_THAT(told(), HasSubstr("宏达科技有限公司"));
    EXPECT_THAT(told(), Not(HasSubstr("li")));
    EXPECT_THAT(told(), Not(HasSubstr("138")));
}

TEST_F(GivenRules, WhenClaimingIsBlockedThenATwinStaysInItsPool) {
    auto const pool_id = pool(R"("member_user_ids":["li","wang"])");
    set("customer", "");
    made("li", R"("name":"宏达科技有限公司")");
    auto const twin = made("li", R"("name":"宏达科技","high_sea_id":")" + pool_id + R"(")");
    set("customer", rule(R"([{"conditions":["name_core"]}])", R"(["customer"])", "allow", "block"));
    EXPECT_EQ(reason("wang", "customer.claim", id_of(twin)), "duplicate");
    EXPECT_EQ(count("customer where owner_id is null"), 1);
    set("customer", rule(R"([{"conditions":["name_core"]}])", R"(["customer"])", "block"));
    EXPECT_EQ(reason("wang", "customer.claim", id_of(twin)), "");
}

TEST_F(GivenRules, WhenClaimingIsWarnedOfThenAReasonIsAskedForAndKept) {
    auto const pool_id = pool(R"("member_user_ids":["li","wang"])");
    set("customer", "");
    made("li", R"("name":"宏达科技有限公司")");
    auto const twin = made("li", R"("name":"宏达科技","high_sea_id":")" + pool_id + R"(")");
    set("customer", rule(R"([{"conditions":["name_core"]}])", R"(["customer"])", "allow", "warn"));
    EXPECT_EQ(reason("wang", "customer.claim", id_of(twin)), "possible_duplicate");
    EXPECT_EQ(count("customer where owner_id is null"), 1);
    EXPECT_EQ(reason("wang", "customer.claim", R"({"id":")" + twin + R"(","duplicate_reason":"另一家公司"})"), "");
    EXPECT_EQ(count("audit_log where action = 'customer.claim' and reason = '确认不是重复：另一家公司'"), 1);
}

TEST_F(GivenRules, WhenContactsAreComparedThenWithinACustomerOrInTheWholeCompany) {
    auto const one = made("li", R"("name":"甲公司")");
    auto const two = made("li", R"("name":"乙公司")");
    auto const add = [&](std::string const& customer, std::string const& more) {
        return reason("li", "contact.create", R"({"customer_id":")" + customer + R"(","name":"王建国")" + more + "}");
    };
    EXPECT_EQ(add(one, R"(,"mobile":"13800138000")"), "");
    EXPECT_EQ(add(one, R"(,"mobile":"13800138000")"), "duplicate");
    EXPECT_EQ(add(two, R"(,"mobile":"13800138000")"), "");
    set("contact", rule(R"([{"conditions":["mobile"]},{"conditions":["customer_name"]}])", R"(["contact"])", "warn"));
    EXPECT_EQ(add(two, ""), "possible_duplicate");
    EXPECT_EQ(add(two, R"(,"duplicate_reason":"同名的另一位")"), "");
    EXPECT_EQ(add(made("li", R"("name":"丙公司")"), R"(,"mobile":"13800138000")"), "possible_duplicate");
}

// ---- together

TEST_F(GivenRules, WhenManyMakeTheSameAtOnceThenARuleOfTwoConditionsLetsOnePass) {
    set("customer", rule(both_names_and_phones, all_customers, "block"));
    auto won = std::atomic<int>{0};
    {
        auto racers = std::vector<std::jthread>{};
        for (auto i = 0; i < 8; ++i)
            racers.emplace_back([&, i] {
                won += call(i % 2 == 0 ? "li" : "wang", "customer.create",
                            R"({"name":"宏达科技有限公司","mobile":"13800138000"})")
                               .has_value()
                           ? 1
                           : 0;
            });
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(count("customer"), 1);
}

TEST_F(GivenRules, WhenALeadAndACustomerAreMadeAtOnceThenOneOfThemIs) {
    set("lead", rule(R"([{"conditions":["mobile"]}])", R"(["customer"])", "block"));
    set("customer", rule(R"([{"conditions":["mobile"]}])", R"(["lead"])", "block"));
    for (auto round = 0; round < 5; ++round) {
        auto const phone = "1380013800" + std::to_string(round);
        auto won = std::atomic<int>{0};
        {
            auto one = std::jthread{[&] {
                won +=
                    call("li", "lead.create", R"({"name":"王建国","mobile":")" + phone + R"("})").has_value() ? 1 : 0;
            }};
            auto two = std::jthread{[&] {
                won += call("wang", "customer.create", R"({"name":"客户)" + phone + R"(","mobile":")" + phone + R"("})")
                               .has_value()
                           ? 1
                           : 0;
            }};
        }
        EXPECT_EQ(won, 1) << round;
    }
}

TEST_F(GivenRules, WhenAnotherCompanyIsInTheMidstOfTheSameRecordThenNobodyWaits) {
    using database::bind;
    auto const other = add_company("ww-other");
    auto entered = std::promise<void>{};
    auto leave = std::promise<void>{};
    auto holder = std::jthread{[&] {
        in_company("li", [&](operation::Context& ctx) -> Result<int> {
            auto input = sales::CreateCustomer{};
            input.name = "宏达科技有限公司";
            input.mobile = "13800138000";
            EXPECT_TRUE(sales::create_customer(ctx, input));
            entered.set_value();
            leave.get_future().wait();
            return 0;
        });
    }};
    entered.get_future().wait();
    auto const done = db->run_blocking(
        database::Pool::worker, database::Scope::of(other), [&](database::Session& sql) -> Result<bool> {
            sql.script("set local statement_timeout = '2s'");
            auto const id =
                sql.value<std::int64_t>(
                       "insert into customer (tenant_id, no, name, name_core, mobile, high_sea_id, acquired_at, "
                       "created_at, updated_at) values (:t, 'KH1', '宏达科技有限公司', '宏达', '13800138000', null, "
                       "now(), "
                       "now(), now()) returning id",
                       {bind("t", other)})
                    .value();
            return sql.value<std::string>("select matches from enter_duplicates(:t, 'customer', :id)",
                                          {bind("t", other), bind("id", id)}) == "[]";
        });
    leave.set_value();
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(*done);
}

// ---- the rules themselves

TEST_F(GivenRules, WhenTheyAreWrongThenEachProblemNamesItsPlace) {
    auto const wrong = error(
        "wang", "duplicate_rule.change",
        R"({"object":"customer","version":0,"rules":[{"name":"x","enabled":true,"groups":[],"compare":["contact"],)"
        R"("actions":{"manual":"block","chat":"block","import":"block","api":"block","conversion":"block","claim":"warn"}}]})");
    auto places = std::vector<std::string>{};
    for (auto const& field : wrong.fields) places.push_back(field.field);
    EXPECT_THAT(places, ElementsAre("rules[0].groups", "rules[0].compare"));
}

TEST_F(GivenRules, WhenTwoChangeThemThenTheSecondIsStaleAndTheFirstIsOnRecord) {
    set("customer", "");
    EXPECT_EQ(reason("wang", "duplicate_rule.change", R"({"object":"customer","version":0,"rules":[]})"), "version");
    EXPECT_EQ(count("audit_log where action = 'duplicate_rule.change' and reason = 'customer'"), 1);
    get("wang", "duplicate_rule.reset", R"({"object":"customer","version":1})", "version");
    EXPECT_EQ(get("wang", "duplicate_rule.show", R"({"object":"customer"})", "is_default"), "true");
}

TEST_F(GivenRules, WhenARuleIsTriedThenThePairsThatAreThereAreCounted) {
    set("customer", "");
    set("lead", "");
    for (auto const* name : {"宏达科技", "宏达科技有限公司", "苏州宏达科技"})
        made("li", R"("name":")" + std::string{name} + R"(","mobile":"13800138000")");
    made("li", R"("name":"远航贸易","mobile":"13900139000")");
    get("li", "lead.create", R"({"name":"王","company":"远航贸易有限公司"})");
    auto const pairs = [&](std::string const& object, std::string const& one) {
        auto const shown =
            call("wang", "duplicate_rule.preview", R"({"object":")" + object + R"(","rules":[)" + one + "]}");
        return shown ? json::find_integer((*shown)["items"][0], "pairs").value_or(-1) : -2;
    };
    EXPECT_EQ(pairs("customer", rule(R"([{"conditions":["name_core"]}])", all_customers, "block")), 3);
    EXPECT_EQ(pairs("customer", rule(both_names_and_phones, all_customers, "block")), 3);
    EXPECT_EQ(pairs("customer", rule(R"([{"conditions":["name_core"]}])", R"(["pool"])", "block")), 0);
    EXPECT_EQ(pairs("customer", rule(R"([{"conditions":["name_core"]}])", R"(["lead"])", "block")), 1);
    EXPECT_EQ(pairs("lead", rule(R"([{"conditions":["name_core"]}])", R"(["customer"])", "block")), 1);
}

}  // namespace
}  // namespace wescrm::testing
