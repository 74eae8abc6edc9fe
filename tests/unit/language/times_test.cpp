#include "unit/language/reading.hpp"

#include <gtest/gtest.h>

namespace wescrm::language {
namespace {

struct Case {
    char const* text;
    char const* expected;
};

TEST(Times, WhenTheSlotLeansForwardThenAPlanIsMeant) {
    for (auto const& [text, expected] : {Case{"下周三下午3点再联系", "2026-12-02T15:00"},
                                         Case{"周三再联系", "2026-12-02"},
                                         Case{"周五之前交", "2026-11-27"},
                                         Case{"月底成交", "2026-11-30"},
                                         Case{"年底成交", "2026-12-31"},
                                         Case{"明年一季度成交", "2027-03-31"},
                                         Case{"明天10点", "2026-11-26T10:00"},
                                         Case{"明天3点", "2026-11-26T15:00"},
                                         Case{"明晚8点半", "2026-11-26T20:30"},
                                         Case{"9点提醒我", "2026-11-26T09:00"},
                                         Case{"15号", "2026-12-15"},
                                         Case{"31号", "2026-12-31"},
                                         Case{"三天后", "2026-11-28"},
                                         Case{"半个月后", "2026-12-10"},
                                         Case{"半年后", "2027-05-25"},
                                         Case{"一个季度后", "2027-02-25"},
                                         Case{"过两周", "2026-12-09"},
                                         Case{"半小时后", "2026-11-25T17:00"},
                                         Case{"一刻钟后", "2026-11-25T16:45"},
                                         Case{"三天内", "2026-11-28"},
                                         Case{"截止周五", "2026-11-27"},
                                         Case{"下下周一", "2026-12-07"},
                                         Case{"下周的周六", "2026-12-05"},
                                         Case{"这周一", "2026-11-23"},
                                         Case{"周末", "2026-11-28"},
                                         Case{"下周末", "2026-12-05"},
                                         Case{"周三17点", "2026-11-25T17:00"},
                                         Case{"周三10点", "2026-12-02T10:00"},
                                         Case{"12/2", "2026-12-02"},
                                         Case{"12-2 9:30", "2026-12-02T09:30"},
                                         Case{"明年5月成交", "2027-05-31"},
                                         Case{"月初", "2026-12-01"},
                                         Case{"季末", "2026-12-31"},
                                         Case{"26年12月31日", "2026-12-31"},
                                         Case{"二六年三月一号", "2026-03-01"},
                                         Case{"2028年2月29日", "2028-02-29"},
                                         Case{"12月3号周四", "2026-12-03"},
                                         Case{"3个工作日后", "2026-11-30"},
                                         Case{"大后天上午", "2026-11-28T09:00"}})
        EXPECT_EQ(moment_in(text), expected) << text;
}

TEST(Times, WhenTheSlotLeansBackThenAReportIsMeant) {
    for (auto const& [text, expected] :
         {Case{"周一拜访的", "2026-11-23"}, Case{"周三", "2026-11-25"}, Case{"昨天下午两点", "2026-11-24T14:00"},
          Case{"20号", "2026-11-20"}, Case{"28号", "2026-10-28"}, Case{"12月1日", "2025-12-01"},
          Case{"两天前", "2026-11-23"}, Case{"18点", "2026-11-24T18:00"}, Case{"上上周五", "2026-11-13"}})
        EXPECT_EQ(moment_in(text, Lean::past), expected) << text;
}

TEST(Times, WhenOneDateIsWrittenInManyWaysThenItIsTheSame) {
    for (auto const* text : {"二零二六年十二月三十一日", "20261231", "2026.12.31", "2026/12/31", "2026-12-31",
                             "2026·12·31", "２０２６－１２－３１", "2026年 12月 31日"})
        EXPECT_EQ(moment_in(text), "2026-12-31") << text;
}

TEST(Times, WhenAPartOfTheDayIsSaidThenTheHourIsItsHour) {
    for (auto const& [text, expected] :
         {Case{"明天凌晨2点", "2026-11-26T02:00"},  Case{"明天早8点", "2026-11-26T08:00"},
          Case{"明天中午1点", "2026-11-26T13:00"},  Case{"明天傍晚6点", "2026-11-26T18:00"},
          Case{"晚上12点", "2026-11-26T00:00"},     Case{"明天凌晨12点", "2026-11-26T00:00"},
          Case{"明天中午12点", "2026-11-26T12:00"}, Case{"明天3pm", "2026-11-26T15:00"},
          Case{"明天9 a.m.", "2026-11-26T09:00"},   Case{"明天03:30", "2026-11-26T03:30"},
          Case{"明天3:30", "2026-11-26T15:30"},     Case{"明天19:05", "2026-11-26T19:05"},
          Case{"明天3点一刻", "2026-11-26T15:15"},  Case{"明天3点三刻", "2026-11-26T15:45"},
          Case{"明天3点05", "2026-11-26T15:05"},    Case{"明天3点零五", "2026-11-26T15:05"},
          Case{"明天差5分3点", "2026-11-26T14:55"}, Case{"明天8点整", "2026-11-26T08:00"},
          Case{"明天上午", "2026-11-26T09:00"},     Case{"明天晚上", "2026-11-26T19:00"},
          Case{"明天下班前", "2026-11-26T18:00"}})
        EXPECT_EQ(moment_in(text), expected) << text;
}

TEST(Times, WhenAPeriodIsAskedForThenBothEndsAreKnown) {
    for (auto const& [text, expected] :
         {Case{"上周", "2026-11-16..2026-11-22"},         Case{"上个季度", "2026-07-01..2026-09-30"},
          Case{"近7天", "2026-11-19..2026-11-25"},        Case{"最近3个月", "2026-08-26..2026-11-25"},
          Case{"近期", "2026-10-27..2026-11-25"},         Case{"未来5天", "2026-11-26..2026-11-30"},
          Case{"本月", "2026-11-01..2026-11-30"},         Case{"上上个月", "2026-09-01..2026-09-30"},
          Case{"去年", "2025-01-01..2025-12-31"},         Case{"前三季度", "2026-01-01..2026-09-30"},
          Case{"Q2", "2026-04-01..2026-06-30"},           Case{"上半年", "2026-01-01..2026-06-30"},
          Case{"10月上旬", "2026-10-01..2026-10-10"},     Case{"下半月", "2026-11-16..2026-11-30"},
          Case{"月底", "2026-11-21..2026-11-30"},         Case{"年底", "2026-12-01..2026-12-31"},
          Case{"周末", "2026-11-28..2026-11-29"},         Case{"3月到5月", "2026-03-01..2026-05-31"},
          Case{"1-9月份", "2026-01-01..2026-09-30"},      Case{"2019年4月12-19日", "2019-04-12..2019-04-19"},
          Case{"去年到现在", "2025-01-01..2026-11-25"},   Case{"10月8日至11月3日", "2026-10-08..2026-11-03"},
          Case{"去年的前10天", "2025-01-01..2025-01-10"}, Case{"10月的第一周", "2026-10-05..2026-10-11"}})
        EXPECT_EQ(period_in(text), expected) << text;
}

TEST(Times, WhenTwoTimesOfDayAreJoinedThenTheEndLiesAfterTheStart) {
    for (auto const& [text, expected] : {Case{"明天下午2点到4点", "2026-11-26T14:00..2026-11-26T16:00"},
                                         Case{"明天9点半-11点", "2026-11-26T09:30..2026-11-26T11:00"},
                                         Case{"今晚10点-明早6点", "2026-11-25T22:00..2026-11-26T06:00"},
                                         Case{"明天晚上11点到凌晨2点", "2026-11-26T23:00..2026-11-27T02:00"},
                                         Case{"明天上午10点到2点", "2026-11-26T10:00..2026-11-26T14:00"}})
        EXPECT_EQ(period_in(text, Lean::future), expected) << text;
}

TEST(Times, WhenItIsMondayOrFridayThenNextWednesdayIsTheNextWeeks) {
    for (auto const* sent : {"2026-11-23T10:00:00+08:00", "2026-11-27T18:00:00+08:00"})
        EXPECT_EQ(moment_in("下周三", Lean::future, parse_rfc3339(sent).value()), "2026-12-02") << sent;
}

TEST(Times, WhenAMonthLacksTheDayThenItIsSkippedOrClamped) {
    EXPECT_EQ(moment_in("31号", Lean::future, parse_rfc3339("2027-02-10T10:00:00+08:00").value()), "2027-03-31");
    EXPECT_EQ(moment_in("一个月后", Lean::future, parse_rfc3339("2027-01-31T10:00:00+08:00").value()), "2027-02-28");
}

TEST(Times, WhenAHolidayIsNamedThenItsDayOrTheWorkingDayBesideItIsMeant) {
    for (auto const& [text, expected] :
         {Case{"元旦", "2027-01-01"}, Case{"春节", "2027-02-06"}, Case{"中秋节", "2027-09-15"},
          Case{"端午", "2027-06-09"}, Case{"双十一", "2027-11-11"}, Case{"正月初八", "2027-02-13"},
          Case{"农历八月十五", "2027-09-15"}})
        EXPECT_EQ(moment_in(text), expected) << text;
    auto const september = parse_rfc3339("2026-09-01T10:00:00+08:00").value();
    EXPECT_EQ(moment_in("国庆后", Lean::future, september), "2026-10-08");
    EXPECT_EQ(moment_in("国庆前", Lean::future, september), "2026-09-30");
    EXPECT_EQ(moment_in("节后", Lean::future, parse_rfc3339("2026-02-10T10:00:00+08:00").value()), "2026-02-24");
}

TEST(Times, WhenNoDateIsMeantThenNoneIsInvented) {
    for (auto const* text :
         {"2026-02-30", "2月30日", "12月3号周五", "改天再说", "回头联系", "过几天", "有空聊", "20套", "十五点七",
          "零点五", "192.168.1.20", "周总来了", "星河3号楼", "身份证号140302197706220124"})
        EXPECT_EQ(moment_in(text), "") << text;
}

TEST(Times, WhenALimitIsSaidThenItIsADeadlineOrABeginning) {
    EXPECT_EQ(found_in("周五之前", Lean::future).at(0).bound, Bound::until);
    EXPECT_EQ(found_in("3天内", Lean::future).at(0).bound, Bound::until);
    EXPECT_EQ(found_in("从去年9月起").at(0).bound, Bound::from);
    EXPECT_EQ(found_in("明天后天", Lean::future).at(0).bound, Bound::exact);
}

TEST(Times, WhenALengthIsSaidThenItsPartsAddUp) {
    struct Length {
        char const* text;
        std::int64_t seconds;
    };
    for (auto const& [text, seconds] :
         {Length{"5分钟", 300}, Length{"一个半小时", 5'400}, Length{"8天又二十个小时", 763'200},
          Length{"三年半", 110'376'000}, Length{"俩礼拜", 1'209'600}})
        EXPECT_EQ(first_in<DurationValue>(text).value_or(DurationValue{}).seconds, seconds) << text;
}

}  // namespace
}  // namespace wescrm::language
