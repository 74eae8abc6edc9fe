#include "pool_given.hpp"

#include <gmock/gmock.h>

// What a pool recommends to somebody by what he has sold.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// li has sold to three companies of machinery in Suzhou, boss to none.
struct GivenASeller : PoolTest {
    std::string customers = pool(R"("member_user_ids":["li","boss"])");
    std::string leads = pool(R"("member_user_ids":["li"])", "lead");
    GivenASeller() {
        for (auto const* name : {"宏达机电", "恒信机电", "远东机电"}) {
            get("li", "customer.create",
                R"({"name":")" + std::string{name} +
                    R"(","industry":"机械","province":"江苏","city":"苏州","source":"展会"})");
            run("update customer set deal_status = 'closed', last_deal_at = created_at where name = '" +
                std::string{name} + "'");
        }
    }
    void run(std::string const& statement) {
        in_tenant([&](database::Session& sql) { sql.execute(statement); });
    }
    std::string pooled(std::string const& name, std::string const& more) {
        return get("wang", "customer.create",
                   R"({"name":")" + name + R"(","high_sea_id":")" + customers + R"(",)" + more + "}");
    }
    /// "name score reason" of each.
    std::vector<std::string> recommended(std::string const& user, std::string const& sea,
                                         std::string const& more = "") {
        auto const found = call(user, "high_sea.recommended", R"({"id":")" + sea + "\"" + more + "}");
        if (!found) return {found.error().reason};
        auto lines = std::vector<std::string>{};
        for (auto const& item : (*found)["items"].GetArray())
            lines.push_back(json::find_string(item, "name").value_or("") + " " +
                            std::to_string(json::find_integer(item, "score").value_or(0)) + " " +
                            json::find_string(item, "match_reason").value_or(""));
        return lines;
    }
};

TEST_F(GivenASeller, WhenHeAsksThenWhatIsMostLikeHisDealsComesFirstAndSaysWhy) {
    pooled("南方教育", R"("industry":"教育","province":"广东","city":"深圳")");
    pooled("无锡纺织", R"("industry":"纺织","province":"江苏","city":"无锡")");
    pooled("苏州精工", R"("industry":"机械","province":"江苏","city":"苏州","source":"展会")");
    pooled("成都博远", R"("industry":"机械","province":"四川","city":"成都")");
    EXPECT_THAT(recommended("li", customers),
                ::testing::ElementsAre("苏州精工 42 同行业成交 3 家、同城市成交 3 家、同来源成交 3 家",
                                       "成都博远 17 同行业成交 3 家", "无锡纺织 10 同省份成交 3 家"));
    EXPECT_THAT(recommended("li", customers, R"(,"limit":1)"), ::testing::SizeIs(1));
    EXPECT_EQ(get("li", "high_sea.recommended", id_of(customers), "has_deals"), "true");
}

TEST_F(GivenASeller, WhenTheConfigurationLooksLessFarThenOnlyTheLastOnesAreCompared) {
    auto narrow = operation::Catalogue{};
    sales::add_high_sea_operations(narrow, {}, {.words = 1, .of_word = 1, .latest = 1});
    for (auto const* name : {"苏州一厂", "苏州二厂", "苏州三厂"}) {
        clock.advance(minutes{1});
        pooled(name, R"("industry":"机械","province":"江苏","city":"苏州")");
    }
    auto const found = in_company("li", [&](operation::Context& ctx) {
        return narrow.find("high_sea.recommended")->invoke(ctx, json::parse(id_of(customers)).value());
    });
    ASSERT_TRUE(found);
    ASSERT_EQ((*found)["items"].Size(), 1U);
    EXPECT_EQ(json::find_string((*found)["items"][0], "name"), "苏州三厂");
    EXPECT_THAT(recommended("li", customers), ::testing::SizeIs(3));
}

TEST_F(GivenASeller, WhenHeHasSoldNothingThenThatIsSaidInsteadOfGuessing) {
    pooled("苏州精工", R"("industry":"机械")");
    EXPECT_THAT(recommended("boss", customers), ::testing::IsEmpty());
    EXPECT_EQ(get("boss", "high_sea.recommended", id_of(customers), "has_deals"), "false");
}

TEST_F(GivenASeller, WhenHeHasNoSeatThenItIsNoPoolForHim) {
    EXPECT_THAT(recommended("boss", leads), ::testing::ElementsAre("high_sea"));
}

TEST_F(GivenASeller, WhenHeHasLostARecordThenItIsNotRecommendedToHim) {
    auto const record = pooled("苏州精工", R"("industry":"机械")");
    get("li", "customer.claim", id_of(record));
    get("li", "customer.release", R"({"id":")" + record + R"(","reason":"太远","high_sea_id":")" + customers + R"("})");
    EXPECT_THAT(recommended("li", customers), ::testing::IsEmpty());
}

TEST_F(GivenASeller, WhenThePoolHidesAFieldThenTheReasonDoesNotTellIt) {
    pooled("苏州精工", R"("industry":"机械","city":"苏州")");
    get("wang", "high_sea.change", R"({"id":")" + customers + R"(","version":1,"hidden_fields":["industry"]})");
    EXPECT_THAT(recommended("li", customers), ::testing::ElementsAre("苏州精工 17 同城市成交 3 家"));
}

TEST_F(GivenASeller, WhenLeadsLieInAPoolThenThoseThatCanBeClaimedAreRecommended) {
    auto const lead = [&](std::string const& name) {
        return get("wang", "lead.create",
                   R"({"name":")" + name + R"(","city":"苏州","high_sea_id":")" + leads + R"("})");
    };
    lead("王建国");
    get("wang", "lead.void", R"({"id":")" + lead("刘芳") + R"(","reason":"广告"})");
    EXPECT_THAT(recommended("li", leads), ::testing::ElementsAre("王建国 17 同城市成交 3 家"));
}

TEST_F(GivenASeller, WhenManyLieInThePoolThenOneFromLongAgoIsStillFound) {
    pooled("苏州精工", R"("industry":"机械","city":"苏州")");
    run("insert into customer (tenant_id, no, name, name_core, high_sea_id, pool_entered_at, acquired_at, created_at, "
        "updated_at) select tenant_id, 'X' || n, '公司' || n, '公司' || n, high_sea_id, pool_entered_at + n * interval "
        "'1 minute', acquired_at, created_at, updated_at from customer, generate_series(1, 500) n where name = "
        "'苏州精工'");
    EXPECT_THAT(recommended("li", customers), ::testing::ElementsAre("苏州精工 34 同行业成交 3 家、同城市成交 3 家"));
}

}  // namespace
}  // namespace wescrm::testing
