#include "words.hpp"

#include "reminder_words.hpp"

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

TEST(ReminderWords, SwitchWhatTheyName) {
    auto const switched = [](std::string_view sentence) {
        auto const wish = reminder_wish_in(sentence);
        auto all = std::string{wish ? (wish->is_on ? "+" : "-") : "?"};
        if (wish)
            for (auto const& name : wish->switches) all += name.substr(0, name.find('_')) + " ";
        return all;
    };
    for (auto const& [sentence, expected] :
         {std::pair{"关闭提醒", "-task contact lead "}, std::pair{"关闭线索提醒", "-lead "},
          std::pair{"关掉任务提醒。", "-task "}, std::pair{"不要客户联系提醒", "-contact "},
          std::pair{"打开所有提醒", "+task contact lead "}, std::pair{"关闭早报", "-morning "},
          std::pair{"恢复每日待办推送", "+morning "}, std::pair{"不要再发早报了", "-morning "}})
        EXPECT_EQ(switched(sentence), expected) << sentence;
    for (auto const* other : {"关闭订单", "提醒我关闭提醒", "不要提醒王总", "关闭绿源的提醒", "打开绿源", "提醒"})
        EXPECT_EQ(switched(other), "?") << other;
}

TEST(ReminderWords, SetTimes) {
    auto const quiet = [](std::string_view sentence) {
        auto const wish = reminder_wish_in(sentence);
        return wish ? wish->quiet_from + "-" + wish->quiet_to : "?";
    };
    EXPECT_EQ(quiet("晚上10点到早上7点半免打扰"), "22:00-07:30");
    EXPECT_EQ(quiet("免打扰 22：00-08:00"), "22:00-08:00");
    EXPECT_EQ(quiet("免打扰时间改到十二点到下午一点三十分"), "12:00-13:30");
    EXPECT_EQ(quiet("免打扰 25点到8点"), "?");
    EXPECT_TRUE(reminder_wish_in("关闭免打扰")->drops_quiet);
    EXPECT_EQ(reminder_wish_in("早报改到8点")->digest_at, "08:00");
    EXPECT_FALSE(reminder_wish_in("晨报时间改到早上九点一刻"));
    EXPECT_TRUE(reminder_wish_in("提醒设置")->only_asks());
    for (auto const* wrong : {"8", "点", "8点61分", "24:01", "晚上"})
        EXPECT_EQ(clock_time(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace wescrm::bot
