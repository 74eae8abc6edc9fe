#include "rules/near_name.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

TEST(NearNames, AreThoseThatSoundOrNearlyReadTheSame) {
    struct Case {
        char const* typed;
        char const* name;
        double distance;
    };
    for (auto const& c :
         {Case{"宏达科技", "宏达科技", 0}, Case{"红达科技", "宏达科技", 0.25}, Case{"宏大可技", "宏达科技", 0.5},
          Case{"宏图科技", "宏达科技", 1}, Case{"宏科技", "宏达科技", 1}, Case{"宏达的科技", "宏达科技", 1},
          Case{"达宏科技", "宏达科技", 1}, Case{"绿原", "绿源环保", 0.25}, Case{"绿源环宝", "苏州绿源环保工程", 0.25},
          Case{"hongdakeij", "hongdakeji", 1}}) {
        auto const distance = distance_to_name(c.typed, c.name);
        ASSERT_TRUE(distance) << c.typed << " " << c.name;
        EXPECT_DOUBLE_EQ(*distance, c.distance) << c.typed << " " << c.name;
    }
}

TEST(NearNames, AreNotThoseThatShareOnlyALittle) {
    struct Pair {
        char const* typed;
        char const* name;
    };
    for (auto const& c : {Pair{"宏图", "宏达科技"}, Pair{"北辰会展", "宏达科技"}, Pair{"江南科技", "宏达科技"},
                          Pair{"宏", "宏达科技"}, Pair{"宏达科技", "宏"}, Pair{"", "宏达"}, Pair{"宏达", ""}})
        EXPECT_FALSE(distance_to_name(c.typed, c.name)) << c.typed << " " << c.name;
}

}  // namespace
}  // namespace wescrm::sales
