#include "words.hpp"

#include <gtest/gtest.h>

namespace wescrm::bot {
namespace {

TEST(Words, OnlyTheFewWordsConfirm) {
    for (auto const* yes : {"确认", "是", "是的", "好", "好的", "好吧", "y", "Y", "ＯＫ", "确认。", " 好 "})
        EXPECT_TRUE(is_confirmation(yes)) << yes;
    for (auto const* no : {"", "不是", "好像是", "是不是", "确认一下客户", "1", "是宏达", "不好"})
        EXPECT_FALSE(is_confirmation(no)) << no;
}

TEST(Words, NumbersAreReadAsPeopleWriteThem) {
    for (auto const& [text, index] :
         {std::pair{"2", 2}, std::pair{"２", 2}, std::pair{"二", 2}, std::pair{"第二个", 2}, std::pair{"第2家", 2},
          std::pair{"选3", 3}, std::pair{"上面第二个", 2}, std::pair{"12", 12}, std::pair{"最后一个", -1},
          std::pair{"两个", 2}, std::pair{"十", 10}})
        EXPECT_EQ(index_from(text), index) << text;
    for (auto const* none : {"", "0", "宏达", "13800138000", "2026", "第", "个", "第二个客户公司"})
        EXPECT_FALSE(index_from(none)) << none;
}

TEST(Words, CancelAndPronounsAreExact) {
    EXPECT_TRUE(is_cancellation("算了"));
    EXPECT_TRUE(is_cancellation("取消。"));
    EXPECT_FALSE(is_cancellation("客户要取消订单"));
    EXPECT_TRUE(is_pronoun("这个客户"));
    EXPECT_FALSE(is_pronoun("他山石科技"));
    EXPECT_TRUE(begins_with_command("新建客户 宏达"));
    EXPECT_FALSE(begins_with_command("我的方案客户认可了"));
    EXPECT_FALSE(begins_with_command("已寄样品，跟进中"));
}

}  // namespace
}  // namespace wescrm::bot
