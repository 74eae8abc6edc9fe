#include "rules/matching.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

PastDeals past() {
    auto past = PastDeals{};
    past.industries = {{"机械", 6}, {"电子", 1}};
    past.provinces = {{"江苏", 3}};
    past.cities = {{"苏州", 2}};
    past.sources = {{"展会", 2}};
    past.products = {{"激光切割机", 4}, {"折弯机", 8}};
    past.gained = 20;
    past.converted = 7;
    past.open = 12;
    return past;
}

TEST(Likeness, IsWhatHisDealsSayOfTheRecord) {
    struct Case {
        char const* what;
        Likeness record;
        int score;
        char const* reason;
    };
    for (auto const& one : {
             Case{"nothing is known of it", {}, 0, ""},
             Case{"nothing like it was sold", {"教育", "广东", "深圳", "电话", "软件"}, 0, ""},
             Case{"an industry", {"机械", "", "", "", ""}, 21, "同行业成交 6 家"},
             Case{"one deal counts less", {"电子", "", "", "", ""}, 8, "同行业成交 1 家"},
             Case{"a province", {"", "江苏", "无锡", "", ""}, 10, "同省份成交 3 家"},
             Case{"a city says more than its province", {"", "江苏", "苏州", "", ""}, 14, "同城市成交 2 家"},
             Case{"a source", {"", "", "", "展会", ""}, 7, "同来源成交 2 家"},
             Case{"the product that most have bought", {"", "", "", "", "折弯机或激光切割机"}, 22, "同产品成交 8 家"},
             Case{"all of it, the weightiest first",
                  {"机械", "江苏", "苏州", "展会", "激光切割机 2 台"},
                  61,
                  "同行业成交 6 家、同产品成交 4 家、同城市成交 2 家、同来源成交 2 家"},
         }) {
        auto const match = likeness_of(past(), one.record);
        EXPECT_EQ(match.score, one.score) << one.what;
        EXPECT_EQ(match.reason(), one.reason) << one.what;
    }
}

TEST(Match, CountsHisConversionAndHowMuchHeHasAtHandToo) {
    auto const match = match_of(past(), {"机械", "江苏", "", "", ""});
    EXPECT_EQ(match.score, 15 + 7 + 4 + 9);
    EXPECT_EQ(match.reason(), "同行业成交 6 家、同省份成交 3 家、转化率 35%、在手 12 条");
    auto fresh = PastDeals{};
    EXPECT_EQ(match_of(fresh, {}).score, 15) << "who has nothing to do";
    EXPECT_EQ(match_of(fresh, {}).reason(), "在手 0 条");
    fresh.gained = fresh.converted = 1;
    EXPECT_EQ(match_of(fresh, {}).score, 17) << "one lucky lead is no proof";
}

TEST(Match, IsNeverMoreThanAHundred) {
    auto best = PastDeals{};
    best.industries["机械"] = best.cities["苏州"] = best.sources["展会"] = best.products["机床"] = 1'000'000;
    best.gained = best.converted = 1'000'000;
    EXPECT_LE(match_of(best, {"机械", "江苏", "苏州", "展会", "机床"}).score, 100);
    EXPECT_LE(likeness_of(best, {"机械", "江苏", "苏州", "展会", "机床"}).score, 100);
}

TEST(Matching, WeighsAsTheConfigurationSays) {
    auto const machines = Likeness{"机械", "江苏", "苏州", "展会", ""};
    auto only_city =
        MatchWeights{.industry = 0, .product = 0, .city = 20, .province = 0, .source = 0, .conversion = 0, .room = 0};
    EXPECT_EQ(likeness_of(past(), machines, only_city).score, 50);
    EXPECT_EQ(match_of(past(), machines, only_city).reason(), "同城市成交 2 家、转化率 35%、在手 12 条");
    only_city.city = 0;
    EXPECT_EQ(match_of(past(), machines, only_city).score, 0);
}

}  // namespace
}  // namespace wescrm::sales
