#include "pool_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// li and the boss are members of a pool, wang is its administrator.
struct GivenAPoolToClaimFrom : PoolTest {
    std::string sea;
    int made = 0;
    std::string in_pool(std::string const& object = "customer") {
        return get("wang", object + ".create",
                   R"({"name":"第)" + std::to_string(++made) + R"(家公司","high_sea_id":")" + sea + R"("})");
    }
    std::string some(std::vector<std::string> const& ids, std::string const& more = "") {
        auto list = std::string{};
        for (auto const& one : ids) list += (list.empty() ? "\"" : ",\"") + one + "\"";
        return R"({"id":")" + sea + R"(","ids":[)" + list + "]" + more + "}";
    }
    std::string back(std::string const& record) {
        return R"({"id":")" + record + R"(","reason":"暂无需求","high_sea_id":")" + sea + R"("})";
    }
};

// Phone, WeChat and e-mail of a customer's people are what claiming is for.
TEST_F(GivenAPoolToClaimFrom, WhenACustomerLiesInThePoolThenNoWayToItsPeopleIsShown) {
    sea = pool(R"("member_user_ids":["li","boss"])");
    auto const record = in_pool();
    auto const contact =
        get("wang", "contact.create",
            R"({"customer_id":")" + record +
                R"(","name":"王总","mobile":"13900139777","wechat":"wangzong66","email":"w@hongda.cn"})");
    auto const known = [&](std::string const& user) {
        return get(user, "contact.show", id_of(contact), "mobile") +
               get(user, "contact.show", id_of(contact), "wechat") + get(user, "contact.show", id_of(contact), "email");
    };
    EXPECT_EQ(known("li"), "");
    EXPECT_THAT(known("wang"), HasSubstr("wangzong66w@hongda.cn"));
    // without a phone there is nothing else to recognise it by
    in_tenant([](database::Session& sql) { sql.execute("update contact set mobile = null"); });
    EXPECT_EQ(known("li"), "");
    get("li", "customer.claim", id_of(record));
    EXPECT_EQ(get("li", "contact.show", id_of(contact), "wechat"), "wangzong66");
}

TEST_F(GivenAPoolToClaimFrom, WhenAClaimedRecordIsReturnedThenTheDayIsNotGivenBackAndAssignedOnesDoNotCount) {
    sea = pool(R"("member_user_ids":["li"],"claim_daily_limit":2)");
    auto const record = in_pool();
    get("li", "customer.claim", id_of(record));
    get("li", "customer.release", back(record), "high_sea_id");
    get("wang", "high_sea.assign", some({in_pool(), in_pool()}, R"(,"user_id":"li")"), "done");
    EXPECT_EQ(count("customer where owner_id is not null"), 2);
    get("li", "customer.claim", id_of(record));  // the second of the day
    EXPECT_EQ(reason("li", "customer.claim", id_of(in_pool())), "daily_limit");
    EXPECT_EQ(count("ownership_event where kind = 'claim'"), 2);
}

TEST_F(GivenAPoolToClaimFrom, WhenAClaimIsRefusedThenItConsumesNothing) {
    sea = pool(R"("member_user_ids":["li"],"claim_daily_limit":2,"cooldown_days":7)");
    auto const lost = in_pool();
    get("li", "customer.claim", id_of(lost));
    clock.advance(hours{24});
    get("li", "customer.release", back(lost), "high_sea_id");
    for (auto i = 0; i < 3; ++i) EXPECT_EQ(reason("li", "customer.claim", id_of(lost)), "cooldown");
    EXPECT_EQ(reason("li", "customer.claim", id_of(in_pool())), "");
    EXPECT_EQ(reason("li", "customer.claim", id_of(in_pool())), "");
    EXPECT_EQ(reason("li", "customer.claim", id_of(in_pool())), "daily_limit");
}

TEST_F(GivenAPoolToClaimFrom, WhenSeveralAreClaimedThenEachByItselfUntilTheLimit) {
    sea = pool(R"("member_user_ids":["li","boss"],"claim_daily_limit":2)");
    auto const records = std::vector{in_pool(), in_pool(), in_pool(), in_pool()};
    get("boss", "customer.claim", id_of(records[0]));
    auto const done = call("li", "high_sea.claim", some(records));
    ASSERT_TRUE(done);
    EXPECT_EQ(json::find_integer(*done, "done"), 2);
    auto codes = std::string{};
    for (auto const& item : json::find(*done, "items")->GetArray())
        codes += json::find_string(item, "code").value_or("") + ";";
    EXPECT_EQ(codes, "taken;;;daily_limit;");
    EXPECT_EQ(count("customer where owner_id is not null"), 3);
}

TEST_F(GivenAPoolToClaimFrom, WhenSeveralAreAssignedThenUntilTheReceiverHoldsAllHeMay) {
    sea = pool(R"("member_user_ids":["li"],"holding_cap":2)");
    auto const records = std::vector{in_pool(), in_pool(), in_pool()};
    auto const done = call("wang", "high_sea.assign", some(records, R"(,"user_id":"li","reason":"区域调整")"));
    ASSERT_TRUE(done);
    EXPECT_EQ(json::find_integer(*done, "done"), 2);
    EXPECT_EQ(count("ownership_event where kind = 'assign' and reason = '区域调整'"), 2);
    EXPECT_EQ(count("outbox where kind = 'records_assigned' and recipient = 'li'"), 1) << "one for both";
    EXPECT_THAT(text("select convert_from(body, 'UTF8') from outbox where kind = 'records_assigned'"),
                AllOf(HasSubstr(R"("count":"2")"), HasSubstr("区域调整")));
    get("wang", "high_sea.assign", some({records[2]}, R"(,"user_id":"boss")"), "done");
    EXPECT_EQ(count("outbox where kind = 'record_assigned' and recipient = 'boss'"), 1);
    EXPECT_EQ(reason("li", "high_sea.assign", some(records, R"(,"user_id":"li")")), "high_sea_admin");
}

TEST_F(GivenAPoolToClaimFrom, WhenSeveralAreMovedThenThoseThatAreStillThere) {
    sea = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"])");
    auto const other = pool(R"("member_user_ids":["li"])");
    auto const records = std::vector{in_pool(), in_pool()};
    get("li", "customer.claim", id_of(records[1]));
    auto const done = call("boss", "high_sea.move", some(records, R"(,"to_high_sea_id":")" + other + "\""));
    ASSERT_TRUE(done);
    EXPECT_EQ(json::find_integer(*done, "done"), 1);
    EXPECT_EQ(count("customer where high_sea_id = " + other), 1);
    EXPECT_EQ(count("customer where high_sea_id = " + sea), 0);
}

TEST_F(GivenAPoolToClaimFrom, WhenAManagerRecallsThenTheFormerOwnerIsWhoHadIt) {
    sea = pool(R"("member_user_ids":["li","boss"])");
    auto const record = customer("li", "宏达科技");
    get("boss", "customer.recall", back(record), "high_sea_id");
    EXPECT_EQ(text("select user_id from employee where id = (select former_owner_id from customer)"), "li");
    EXPECT_EQ(count("customer where pool_entry = 'recall'"), 1);
    EXPECT_EQ(
        text("select f.user_id from ownership_event v join employee f on f.id = v.from_id order by v.at desc, v.id "
             "desc limit 1"),
        "li");
    EXPECT_EQ(count("outbox where kind = 'record_recalled' and recipient = 'li'"), 1);
}

TEST_F(GivenAPoolToClaimFrom, WhenARecordIsNewInThePoolThenItRestsFirst) {
    sea = pool(R"("member_user_ids":["li"],"quiet_hours":4)");
    auto const record = in_pool();
    EXPECT_EQ(reason("li", "customer.claim", id_of(record)), "quiet_period");
    clock.advance(hours{4});
    EXPECT_EQ(reason("li", "customer.claim", id_of(record)), "");
}

TEST_F(GivenAPoolToClaimFrom, WhenSomebodyHadARecordOftenEnoughThenNotAgain) {
    sea = pool(R"("member_user_ids":["li","boss"],"claims_per_record":1)");
    auto const record = in_pool();
    get("li", "customer.claim", id_of(record));
    get("li", "customer.release", back(record), "high_sea_id");
    EXPECT_EQ(reason("li", "customer.claim", id_of(record)), "claims_per_record");
    EXPECT_EQ(reason("boss", "customer.claim", id_of(record)), "");
}

TEST_F(GivenAPoolToClaimFrom, WhenThePoolHidesFieldsThenMembersSeeThemAfterClaiming) {
    sea = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"],"hidden_fields":["source","address"])");
    auto const record = get("wang", "customer.create",
                            R"({"name":"宏达科技","source":"展会","address":"苏州","high_sea_id":")" + sea + R"("})");
    auto const seen = [&](std::string const& user) {
        return get(user, "customer.show", id_of(record), "source") +
               get(user, "customer.show", id_of(record), "address");
    };
    EXPECT_EQ(seen("li"), "");
    EXPECT_EQ(seen("boss"), "展会苏州");
    get("li", "customer.claim", id_of(record));
    EXPECT_EQ(seen("li"), "展会苏州");
}

TEST_F(GivenAPoolToClaimFrom, WhenThePoolKeepsHistoryBackThenMembersReadItAfterClaiming) {
    auto const length = [&](std::string const& user, std::string const& record) {
        auto const page = call(user, "followup.list", R"({"customer_id":")" + record + R"("})").value();
        return page["items"].Empty() ? std::size_t{0} : json::find_string(page["items"][0], "content")->size();
    };
    auto const written = std::string(300, 'x');
    for (auto const& [hidden, read] : {std::pair{"followup_text", 32}, {"followups", 0}}) {  // 29 and "…"
        sea = pool(R"("member_user_ids":["li"],"admin_user_ids":["boss"],"hidden_fields":[")" + std::string{hidden} +
                   "\"]");
        auto const record = get("wang", "customer.create",
                                std::string{R"({"name":"宏达科技)"} + hidden + R"(","high_sea_id":")" + sea + R"("})");
        get("wang", "followup.create",
            R"({"target_type":"customer","target_id":")" + record + R"(","content":")" + written + R"("})");
        EXPECT_EQ(length("li", record), read) << hidden;
        EXPECT_EQ(length("boss", record), written.size());
        auto const shown = get("li", "high_sea.records", id_of(sea), "items");
        EXPECT_EQ(shown.find(written.substr(0, 31)), std::string::npos) << shown;
        get("li", "customer.claim", id_of(record));
        EXPECT_EQ(length("li", record), written.size());
    }
}

TEST_F(GivenAPoolToClaimFrom, WhenRecordsComeAndGoThenTheFiguresSaySo) {
    sea = pool(R"("member_user_ids":["li","boss"],"admin_user_ids":["wang"])");
    auto const records = std::vector{in_pool(), in_pool(), in_pool()};
    clock.advance(hours{6});
    get("li", "customer.claim", id_of(records[0]));
    get("wang", "high_sea.assign", some({records[1]}, R"(,"user_id":"boss")"), "done");
    clock.advance(hours{1});
    get("li", "customer.release", back(records[0]), "high_sea_id");
    auto const figure = [&](std::string const& name) { return get("wang", "high_sea.statistics", id_of(sea), name); };
    EXPECT_EQ(figure("now_in_pool"), "2");
    EXPECT_EQ(figure("claimed") + figure("assigned") + figure("returned"), "111");
    EXPECT_EQ(figure("median_stay_hours"), "6.0");
    EXPECT_EQ(figure("hoarding_index"), "1.0");  // boss never contacted his
    EXPECT_EQ(reason("li", "high_sea.statistics", id_of(sea)), "high_sea");
}

// ---- leads that nobody works on

TEST_F(GivenAPoolToClaimFrom, WhenALeadIsVoidThenItStaysSoWhereverItIsMoved) {
    sea = pool(R"("member_user_ids":["li"])", "lead");
    auto const other = pool(R"("member_user_ids":["li"])", "lead");
    auto const lead = in_pool("lead");
    get("wang", "lead.void", R"({"id":")" + lead + R"(","reason":"重复"})", "status");
    EXPECT_EQ(get("wang", "high_sea.records", id_of(sea), "items"), "[]");
    EXPECT_THAT(get("wang", "high_sea.records", R"({"id":")" + sea + R"(","is_ended":true})", "items"),
                HasSubstr(lead));
    EXPECT_THAT(message("wang", "high_sea.disable", id_of(sea)), HasSubstr("含已作废"));
    get("wang", "high_sea.move", some({lead}, R"(,"to_high_sea_id":")" + other + "\""), "done");
    EXPECT_EQ(get("wang", "lead.show", id_of(lead), "status"), "void");
    EXPECT_EQ(count("lead where high_sea_id = " + other), 1);
    EXPECT_EQ(reason("wang", "high_sea.disable", id_of(sea)), "");
}

}  // namespace
}  // namespace wescrm::testing
