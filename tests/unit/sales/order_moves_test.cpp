#include "rules/order_moves.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

std::vector<OwnPlace> const own{{"备货", "in_force"}, {"发货", "executing"}, {"安装", "executing"}};

TEST(AnOrdersLife, GoesForwardOrRoundWithinAPhase) {
    for (auto const& [from, to] : {std::pair{"in_force", "备货"},
                                   {"备货", "in_force"},
                                   {"备货", "发货"},
                                   {"in_force", "executing"},
                                   {"发货", "安装"},
                                   {"安装", "发货"},
                                   {"安装", "executing"},
                                   {"in_force", "completed"},
                                   {"安装", "completed"}})
        EXPECT_TRUE(is_within_life(own, from, to)) << from << " → " << to;
}

TEST(AnOrdersLife, NeverGoesBackAndHasAnEnd) {
    for (auto const& [from, to] : {std::pair{"发货", "备货"},
                                   {"executing", "in_force"},
                                   {"completed", "安装"},
                                   {"completed", "completed"},
                                   {"发货", "发货"},
                                   {"draft", "发货"},
                                   {"发货", "void"},
                                   {"没有", "发货"}})
        EXPECT_FALSE(is_within_life(own, from, to)) << from << " → " << to;
}

}  // namespace
}  // namespace wescrm::sales
