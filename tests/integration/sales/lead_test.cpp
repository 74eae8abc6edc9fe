#include "pool_given.hpp"

#include <wescrm/sales/trade.hpp>

#include <gmock/gmock.h>

#include <thread>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

struct GivenALead : PoolTest {
    std::string id =
        lead("li", R"("name":"王建国","company":"宏达科技有限公司","mobile":"13800138000","source":"展会")");
    std::string lead(std::string const& user, std::string const& fields) {
        return get(user, "lead.create", "{" + fields + "}");
    }
    std::string show(std::string const& member, std::string const& user = "li") {
        return get(user, "lead.show", id_of(id), member);
    }
    std::string named(std::string const& more) { return R"({"id":")" + id + R"(")" + more + "}"; }
};

TEST_F(GivenALead, WhenItIsMadeThenItIsPendingAndCountedAsGained) {
    EXPECT_EQ(show("status"), "pending");
    EXPECT_EQ(show("acquired_kind"), "create");
    EXPECT_EQ(show("no"), "XS202611250001");
    EXPECT_EQ(count("ownership_event where object = 'lead' and kind = 'create'"), 1);
    EXPECT_EQ(reason("boss", "lead.show", id_of(id)), "");  // li is his subordinate
    EXPECT_EQ(get("boss", "lead.show", id_of(id), "mobile"), "138****8000");
    administrator = "boss";
    EXPECT_EQ(reason("wang", "lead.show", id_of(id)), "lead");
}

TEST_F(GivenALead, WhenSomebodyMakesItAgainThenHeHearsWhoHasIt) {
    administrator = "boss";
    EXPECT_EQ(reason("wang", "lead.create", R"({"name":"老王","mobile":"138 0013 8000"})"), "duplicate");
    EXPECT_THAT(message("wang", "lead.create", R"({"name":"老王","mobile":"13800138000"})"), HasSubstr("由 li 负责"));
    EXPECT_EQ(reason("wang", "lead.create", R"({"name":"王建国","company":"宏达科技（苏州）有限公司"})"), "duplicate");
    get("li", "lead.void", named(R"(,"reason":"广告")"));
    EXPECT_EQ(reason("wang", "lead.create", R"({"name":"老王","mobile":"13800138000"})"), "");
}

TEST_F(GivenALead, WhenItIsFollowedUpThenItIsUnderWayAndItsAuthorReminded) {
    get("li", "followup.create",
        R"({"target_type":"lead","target_id":")" + id +
            R"(","content":"加了微信","method":"wechat","next_contact_at":"2026-11-27T10:00:00+08:00"})");
    EXPECT_EQ(show("status"), "following");
    EXPECT_EQ(show("next_contact_at"), "2026-11-27T02:00:00Z");
    EXPECT_EQ(count("timer where kind = 'next_contact' and state = 0"), 1);
    auto const shown = call("boss", "lead.show", id_of(id));
    ASSERT_TRUE(shown);
    EXPECT_EQ(json::find(*shown, "followups")->Size(), 1U);
    clock.advance(hours{48});
    fire_due();
    EXPECT_EQ(count("outbox where kind = 'next_contact_lead' and recipient = 'li'"), 1);
    administrator = "boss";
    EXPECT_EQ(reason("wang", "followup.create", R"({"target_type":"lead","target_id":")" + id + R"(","content":"x"})"),
              "invalid_field");
}

TEST_F(GivenALead, WhenItsStateMovesThenOnlyAsTheTableSays) {
    auto const again = named(R"(,"reason":"又来电")");
    EXPECT_EQ(reason("li", "lead.reopen", again), "status");
    EXPECT_EQ(reason("li", "lead.invalidate", named(R"(,"reason":"  ")")), "invalid");
    EXPECT_EQ(get("li", "lead.invalidate", named(R"(,"reason":"空号")"), "status"), "invalid");
    EXPECT_EQ(show("invalid_reason"), "空号");
    EXPECT_EQ(reason("li", "lead.release", named(R"(,"reason":"不要")")), "status");
    EXPECT_EQ(reason("li", "lead.convert", id_of(id)), "status");
    EXPECT_EQ(reason("li", "lead.reopen", named(R"(,"reason":"  ")")), "invalid");
    EXPECT_EQ(get("li", "lead.reopen", again, "status"), "following");
    EXPECT_EQ(show("invalid_reason"), "");
    EXPECT_EQ(count("audit_log where action = 'lead.reopen' and reason = '又来电'"), 1);
    EXPECT_EQ(get("li", "lead.void", named(R"(,"reason":"广告")"), "status"), "void");
    EXPECT_EQ(reason("li", "lead.reopen", again), "administrator");
    EXPECT_EQ(get("wang", "lead.reopen", again, "status"), "following");
}

TEST_F(GivenALead, WhenItIsReturnedAndClaimedThenItsStateFollows) {
    auto const pool_id = text("select id::text from high_sea where object = 'lead'");
    EXPECT_EQ(get("li", "lead.release", named(R"(,"reason":"区域不符")"), "status"), "unassigned");
    EXPECT_EQ(get("boss", "lead.show", id_of(id), "high_sea_id"), pool_id);
    EXPECT_EQ(get("boss", "lead.show", id_of(id), "mobile"), "");
    EXPECT_EQ(get("boss", "lead.claim", id_of(id), "status"), "pending");
    EXPECT_EQ(get("boss", "lead.show", id_of(id), "owner_user_id"), "boss");
    EXPECT_EQ(reason("boss", "lead.transfer", named(R"(,"user_id":"boss")")), "already_owner");
    EXPECT_EQ(get("boss", "lead.transfer", named(R"(,"user_id":"li")"), "owner_user_id"), "li");
    EXPECT_EQ(count("outbox where kind = 'record_assigned' and recipient = 'li'"), 1);
    EXPECT_EQ(count("outbox where kind = 'record_handed_on'"), 0) << "boss gave away his own";
    get("boss", "lead.transfer", named(R"(,"user_id":"boss","reason":"太忙")"));
    EXPECT_EQ(count("outbox where kind = 'record_handed_on' and recipient = 'li'"), 1);
}

TEST_F(GivenALead, WhenSomebodySearchesThenHeFindsWhatHeSees) {
    auto const found = [&](std::string const& user, std::string const& words) {
        auto const answer = call(user, "lead.search", R"({"words":")" + words + R"("})");
        return answer ? json::find(*answer, "items")->Size() : 99U;
    };
    for (auto const* words : {"宏达", "王建国", "hongda", "wjg", "8000", "13800138000", "XS202611250001"})
        EXPECT_EQ(found("li", words), 1U) << words;
    EXPECT_EQ(found("li", "绿源"), 0U);
    EXPECT_EQ(found("boss", "8000"), 0U);  // masked for him
    auto const listed = call("li", "lead.list", R"({"q":"宏达","status":"pending","source":"展会"})");
    ASSERT_TRUE(listed);
    EXPECT_EQ(json::find(*listed, "items")->Size(), 1U);
}

// ---- conversion

TEST_F(GivenALead, WhenItBecomesANewCustomerThenContactAndFollowUpsGoAlong) {
    get("li", "followup.create", R"({"target_type":"lead","target_id":")" + id + R"(","content":"加了微信"})");
    auto const customer_id = get("li", "lead.convert", id_of(id), "customer_id");
    EXPECT_EQ(show("status"), "converted");
    EXPECT_EQ(get("li", "customer.show", id_of(customer_id), "name"), "宏达科技有限公司");
    EXPECT_EQ(get("li", "customer.show", id_of(customer_id), "source"), "展会");
    EXPECT_EQ(count("contact where name = '王建国' and mobile = '13800138000' and is_primary"), 1);
    EXPECT_EQ(count("followup where target_type = 'lead' and customer_id = " + customer_id), 1);
    EXPECT_EQ(count("followup"), 1);  // linked, not copied
    EXPECT_EQ(count("customer where last_follow_at is not null"), 1);
    EXPECT_EQ(count("ownership_event where object = 'lead' and kind = 'convert'"), 1);
    EXPECT_EQ(reason("li", "lead.change", named(R"(,"version":9,"name":"x")")), "converted");
    EXPECT_EQ(reason("li", "lead.convert", id_of(id)), "converted");
    EXPECT_EQ(reason("wang", "lead.create", R"({"name":"老王","mobile":"13800138000"})"), "");  // no block any more
}

TEST_F(GivenALead, WhenThereMayBeSuchACustomerThenTheUserChooses) {
    auto const there =
        get("li", "customer.create", R"({"name":"宏达科技（上海）有限公司","address":"上海市静安区","level":"重点"})");
    EXPECT_EQ(reason("li", "lead.convert", id_of(id)), "candidates");
    auto const candidates = call("li", "lead.candidates", id_of(id));
    ASSERT_TRUE(candidates);
    EXPECT_EQ(json::find_string((*json::find(*candidates, "items"))[0], "way"), "attach");
    get("li", "lead.change", named(R"(,"version":1,"address":"苏州工业园区","level":"普通")"));
    auto const done = call("li", "lead.convert", named(R"(,"customer_id":")" + there + R"(")"));
    ASSERT_TRUE(done);
    EXPECT_EQ(json::find_string(*done, "converted_kind"), "existing");
    // What is filled stays; what is empty is taken.
    EXPECT_EQ(json::find(*done, "differences")->Size(), 2U);
    EXPECT_EQ(get("li", "customer.show", id_of(there), "address"), "上海市静安区");
    EXPECT_EQ(get("li", "customer.show", id_of(there), "level"), "重点");
    EXPECT_EQ(get("li", "customer.show", id_of(there), "mobile"), "13800138000");
}

TEST_F(GivenALead, WhenTheCustomerIsAColleaguesThenItTakesHisConsent) {
    auto const others = get("boss", "customer.create", R"({"name":"宏达科技"})");
    EXPECT_EQ(reason("li", "lead.convert", named(R"(,"customer_id":")" + others + R"(")")), "invalid_field");
    get("boss", "customer.change",
        R"({"id":")" + others + R"(","version":1,"team":[{"user_id":"li","power":"read"}]})");
    EXPECT_EQ(reason("li", "lead.convert", named(R"(,"customer_id":")" + others + R"(")")), "customer_edit");
    get("boss", "customer.change",
        R"({"id":")" + others + R"(","version":2,"team":[{"user_id":"li","power":"write"}]})");
    EXPECT_EQ(get("li", "lead.convert", named(R"(,"customer_id":")" + others + R"(")"), "customer_id"), others);
}

TEST_F(GivenALead, WhenTheCustomerIsInAPoolThenItIsClaimedByTheRules) {
    auto const pool_id = pool(R"("member_user_ids":["li"],"claim_daily_limit":0)");
    auto const pooled = get("wang", "customer.create", R"({"name":"宏达科技","high_sea_id":")" + pool_id + R"("})");
    auto const input = named(R"(,"customer_id":")" + pooled + R"(")");
    EXPECT_EQ(reason("li", "lead.convert", input), "daily_limit");
    EXPECT_EQ(show("status"), "pending");
    get("wang", "high_sea.change", R"({"id":")" + pool_id + R"(","version":1,"claim_daily_limit":5})");
    EXPECT_EQ(get("li", "lead.convert", input, "customer_id"), pooled);
    EXPECT_EQ(get("li", "customer.show", id_of(pooled), "owner_user_id"), "li");
}

TEST_F(GivenALead, WhenAConversionIsTakenBackThenItIsAsBefore) {
    auto const customer_id = get("li", "lead.convert", id_of(id), "customer_id");
    EXPECT_EQ(get("li", "lead.undo_conversion", id_of(id), "status"), "pending");
    EXPECT_EQ(show("customer_id"), "");
    EXPECT_EQ(count("customer where deleted_at is null"), 0);
    // again, and now the customer gets something of its own
    auto const again = get("li", "lead.convert", id_of(id), "customer_id");
    EXPECT_NE(again, customer_id);
    get("li", "followup.create", R"({"target_type":"customer","target_id":")" + again + R"(","content":"报价"})");
    EXPECT_EQ(reason("li", "lead.undo_conversion", id_of(id)), "has_children");
}

TEST_F(GivenALead, WhenWhatWasMadeHasGotSomethingOfItsOwnThenAConversionStays) {
    sales::add_trade_operations(catalogue);
    auto const convert = named(R"(,"opportunity":{"name":"年度采购","amount_fen":500000})");
    auto const customer_id = get("wang", "lead.convert", convert, "customer_id");
    auto const about = R"("customer_id":")" + customer_id + "\"";
    auto const further = get("wang", "opportunity.create", R"({"name":"二期","amount_fen":1,)" + about + "}");
    EXPECT_EQ(reason("wang", "lead.undo_conversion", id_of(id)), "has_children");
    get("wang", "opportunity.delete", id_of(further));
    auto const made = text("select opportunity_id::text from lead where id = " + id);
    auto const order =
        get("wang", "order.create", R"({"amount_fen":100,"opportunity_id":")" + made + "\"," + about + "}");
    EXPECT_EQ(reason("wang", "lead.undo_conversion", id_of(id)), "has_children");
    get("wang", "order.delete", id_of(order));
    auto const quote = get("wang", "quote.create",
                           R"({"name":"报价","lines":[{"product_name":"设备","price_fen":100}],)" + about + "}");
    EXPECT_EQ(reason("wang", "lead.undo_conversion", id_of(id)), "has_children");
    get("wang", "quote.delete", id_of(quote));
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into task (tenant_id, title, assignee_id, target_type, target_id, created_at, updated_at) values "
            "(:t, '送样', :e, 'opportunity', :id::bigint, now(), now())",
            {database::bind("t", tenant), database::bind("e", employees["wang"]), database::bind("id", made)});
    });
    EXPECT_EQ(reason("wang", "lead.undo_conversion", id_of(id)), "has_children");
    EXPECT_EQ(count("customer where deleted_at is null"), 1);
    EXPECT_EQ(show("status"), "converted");
}

TEST_F(GivenALead, WhenTwoLeadsAreConvertedIntoOneCustomerAtOnceThenBothAreThereAndNothingIsLost) {
    auto const there = get("li", "customer.create", R"({"name":"别的公司"})");
    auto const second = lead("li", R"("name":"李丽","company":"绿源环保","mobile":"13800138001")");
    auto answers = std::vector<std::string>(2);
    {
        auto threads = std::vector<std::jthread>{};
        for (auto const& [at, which] : {std::pair{0U, id}, std::pair{1U, second}})
            threads.emplace_back([&, at, which] {
                answers[at] =
                    reason("li", "lead.convert", R"({"id":")" + which + R"(","customer_id":")" + there + "\"}");
            });
    }
    EXPECT_EQ(answers, (std::vector<std::string>{"", ""}));
    EXPECT_EQ(count("lead where status = 'converted' and customer_id = " + there), 2);
    EXPECT_EQ(count("contact where customer_id = " + there), 2);
}

TEST_F(GivenALead, WhenOneLeadIsConvertedTwiceAtOnceThenItIsOneCustomer) {
    auto answers = std::vector<std::string>(2);
    {
        auto threads = std::vector<std::jthread>{};
        for (auto at : {0U, 1U})
            threads.emplace_back([&, at] { answers[at] = reason("li", "lead.convert", id_of(id)); });
    }
    std::ranges::sort(answers);
    EXPECT_EQ(answers, (std::vector<std::string>{"", "converted"}));
    EXPECT_EQ(count("customer"), 1);
    EXPECT_EQ(count("lead_conversion"), 1);
}

TEST_F(GivenALead, WhenADayIsOverThenAConversionStays) {
    get("li", "lead.convert", id_of(id), "customer_id");
    clock.advance(hours{24});
    EXPECT_EQ(reason("li", "lead.undo_conversion", id_of(id)), "too_late");
}

TEST_F(GivenALead, WhenSeveralBecomeOneCustomerThenEachCountsByItself) {
    auto const second = lead("li", R"("name":"李丽","company":"宏达科技有限公司","mobile":"13800138001")");
    auto const done = call("li", "lead.convert_batch",
                           R"({"ids":[")" + id + R"(",")" + second + R"("],"customer":{"name":"宏达科技"}})");
    ASSERT_TRUE(done);
    EXPECT_EQ(count("lead where status = 'converted'"), 2);
    EXPECT_EQ(count("customer"), 1);
    EXPECT_EQ(count("contact"), 2);
    EXPECT_EQ(count("lead where converted_kind = 'new'"), 1);
}

}  // namespace
}  // namespace wescrm::testing
