#include "rules/profile.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace wescrm::sales {
namespace {

TEST(NormalCreditCode, OfTableIsInCapitalsOrNone) {
    struct Case {
        std::string_view typed;
        std::optional<std::string> normal;
    };
    // The good ones are registered companies, published by the registry.
    for (auto const& [typed, normal] :
         {Case{"91440300708461136T", "91440300708461136T"}, Case{" 91440300708461136t ", "91440300708461136T"},
          Case{"91330100799655058B", "91330100799655058B"}, Case{"91440300708461136A", std::nullopt},
          Case{"9144030070846113T", std::nullopt}, Case{"91440300708461136TT", std::nullopt},
          Case{"9144030070846113OT", std::nullopt}, Case{"", std::nullopt}, Case{"宏达科技有限公司", std::nullopt}})
        EXPECT_EQ(normal_credit_code(typed), normal) << typed;
}

TEST(NormalWebsite, OfTableIsALinkThatIsSafe) {
    struct Case {
        std::string_view typed;
        std::optional<std::string> normal;
    };
    for (auto const& [typed, normal] :
         {Case{"www.hongda.cn", "https://www.hongda.cn"},
          Case{" http://hongda.cn/about?a=1 ", "http://hongda.cn/about?a=1"},
          Case{"HTTPS://Hongda.cn", "https://Hongda.cn"}, Case{"hongda.cn:8080", "https://hongda.cn:8080"},
          Case{"宏达.中国", "https://宏达.中国"}, Case{"javascript:alert(1)", std::nullopt},
          Case{"data:text/html,x", std::nullopt}, Case{"ftp://hongda.cn", std::nullopt},
          Case{"javascript://hongda.cn/%0aalert(1)", std::nullopt}, Case{"hongda", std::nullopt},
          Case{"a b.cn", std::nullopt}, Case{"hongda.cn/\"onclick", std::nullopt}, Case{"hongda..cn", std::nullopt},
          Case{".cn", std::nullopt}, Case{"hongda.cn:x", std::nullopt}})
        EXPECT_EQ(normal_website(typed), normal) << typed;
}

TEST(NormalEmail, OfTableHasANameAndADomain) {
    struct Case {
        std::string_view typed;
        bool is_good;
    };
    for (auto const& [typed, is_good] :
         {Case{"wang@hongda.cn", true}, Case{" wang.jianguo+crm@mail.hongda.com.cn", true}, Case{"wang", false},
          Case{"@hongda.cn", false}, Case{"wang@", false}, Case{"wang@hongda", false}, Case{"a@b@c.cn", false},
          Case{"wang @hongda.cn", false}, Case{"wang@hongda.cn:25", false}})
        EXPECT_EQ(normal_email(typed).has_value(), is_good) << typed;
}

TEST(ProblemOfPlace, OfTableNamesTheFieldThatIsWrong) {
    struct Case {
        std::optional<double> latitude, longitude;
        std::string field;
    };
    auto const nowhere = std::numeric_limits<double>::quiet_NaN();
    for (auto const& [latitude, longitude, field] :
         {Case{31.3, 120.6, ""}, Case{{}, {}, ""}, Case{-90, 180, ""}, Case{31.3, {}, "longitude"},
          Case{{}, 120.6, "latitude"}, Case{90.1, 120, "latitude"}, Case{31, -180.5, "longitude"},
          Case{nowhere, 120, "latitude"}}) {
        auto const problem = problem_of_place(latitude, longitude);
        EXPECT_EQ(problem ? problem->field : "", field);
    }
}

TEST(DecisionRole, IsOneOfTheKnownOrUnknown) {
    for (auto const* word : {"", "decider", "influencer", "user", "opponent"}) EXPECT_TRUE(is_decision_role(word));
    EXPECT_FALSE(is_decision_role("boss"));
    EXPECT_TRUE(is_attitude("neutral"));
    EXPECT_FALSE(is_attitude("happy"));
}

}  // namespace
}  // namespace wescrm::sales
