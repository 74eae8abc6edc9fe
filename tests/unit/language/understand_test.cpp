#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include <wescrm/language/understanding.hpp>

namespace wescrm::language {
namespace {

// Wednesday afternoon, as in the examples of the chat contract.
Instant const sent = parse_rfc3339("2026-11-25T16:30:00+08:00").value();

std::string moment(std::string_view text, Lean lean) {
    auto const found = find_entities(text, {sent, Zone{}, lean});
    for (auto const& entity : found)
        if (auto shown = format_moment(entity.value); !shown.empty()) return shown;
    return "";
}

TEST(Times, WhenTheSlotLeansForwardThenAPlanIsMeant) {
    struct Case {
        char const* text;
        char const* expected;
    };
    for (auto const& [text, expected] : {Case{"下周三下午3点再联系", "2026-12-02T15:00"}, Case{"周三再联系", "2026-12-02"}, Case{"周五之前交", "2026-11-27"},
                                         Case{"月底成交", "2026-11-30"}, Case{"年底成交", "2026-12-31"}, Case{"明天10点", "2026-11-26T10:00"}, Case{"明天3点", "2026-11-26T15:00"},
                                         Case{"明晚8点半", "2026-11-26T20:30"}, Case{"9点提醒我", "2026-11-26T09:00"}, Case{"15号", "2026-12-15"}, Case{"31号", "2026-12-31"},
                                         Case{"三天后", "2026-11-28"}, Case{"两天后", "2026-11-27"}, Case{"半小时后", "2026-11-25T17:00"}, Case{"下午五点", "2026-11-25T17:00"},
                                         Case{"12月3日 9:30", "2026-12-03T09:30"}, Case{"大后天上午", "2026-11-28T09:00"}, Case{"晚上12点", "2026-11-26T00:00"},
                                         Case{"2026年12月31日", "2026-12-31"}, Case{"下个月5号", "2026-12-05"}, Case{"1个月后", "2026-12-25"}})
        EXPECT_EQ(moment(text, Lean::future), expected) << text;
}

TEST(Times, WhenTheSlotLeansBackThenAReportIsMeant) {
    EXPECT_EQ(moment("周一拜访的", Lean::past), "2026-11-23");
    EXPECT_EQ(moment("昨天下午两点", Lean::past), "2026-11-24T14:00");
    EXPECT_EQ(moment("20号", Lean::past), "2026-11-20");
}

TEST(Times, WhenTheDateDoesNotExistThenNothingIsInvented) { EXPECT_EQ(moment("2026-02-30", Lean::future), ""); }

TEST(Amounts, WhenWrittenInAnyWayThenTheFenAreTheSame) {
    struct Case {
        char const* text;
        std::int64_t yuan;
    };
    for (auto const& [text, yuan] : {Case{"36万5", 365'000}, Case{"一万五", 15'000}, Case{"8万8", 88'000}, Case{"四万三千五", 43'500}, Case{"2.5个亿", 250'000'000}, Case{"30w", 300'000},
                                     Case{"一百六十万", 1'600'000}, Case{"¥200,000", 200'000}, Case{"两千零五十元", 2'050}, Case{"２０万元", 200'000}}) {
        auto const found = find_entities(text, {sent, Zone{}, Lean::none});
        ASSERT_FALSE(found.empty()) << text;
        ASSERT_TRUE(std::holds_alternative<MoneyValue>(found[0].value)) << text;
        EXPECT_EQ(std::get<MoneyValue>(found[0].value).fen, yuan * 100) << text;
    }
}

TEST(Phones, WhenTypedInAnyWayThenTheDigitsAreTheSame) {
    for (auto const* text : {"13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "１３８００１３８０００", "幺三八零零幺三八零零零"}) {
        auto const found = find_entities(text, {sent, Zone{}, Lean::none});
        ASSERT_EQ(found.size(), 1U) << text;
        ASSERT_TRUE(std::holds_alternative<PhoneValue>(found[0].value)) << text;
        EXPECT_EQ(std::get<PhoneValue>(found[0].value).digits, "13800138000") << text;
    }
}

TEST(Understanding, WhenACommandIsTypedThenItsSlotsAreFilled) {
    struct Case {
        char const* text;
        char const* intent;
        char const* slots;
    };
    for (auto const& [text, intent, slots] :
         {Case{"新建客户 宏达科技 电话13800138000 来源展会", "customer.create", R"({"mobile":"13800138000","source":"展会","name":"宏达科技"})"},
          Case{"跟进 宏达 今天拜访了王总，下周三再联系", "followup.create", R"({"target":"宏达","next_contact_at":"2026-12-02","content":"今天拜访了王总","kind":"visit"})"},
          Case{"提醒我明天9点给许总打电话", "task.create", R"({"due_at":"2026-11-26T09:00","title":"给许总打电话"})"}, Case{"我的客户", "customer.list", R"({"scope":"self"})"},
          Case{"今天有什么要做", "task.list", R"({"period":"2026-11-25..2026-11-25"})"}, Case{"撤销", "undo", "{}"}, Case{"取消", "cancel", "{}"}, Case{"第二个", "select", R"({"index":2})"},
          Case{"绿源的详情", "customer.find", R"({"customer":"绿源"})"}, Case{"新建客户 提醒科技有限公司", "customer.create", R"({"name":"提醒科技有限公司"})"},
          Case{"绿源新增联系人 许总 13700000001", "contact.create", R"({"customer":"绿源","mobile":"13700000001","name":"许总"})"},
          Case{"绿源环保", "search", R"({"query":"绿源环保"})"}, Case{"讲个笑话", "unknown", "{}"}, Case{"", "unknown", "{}"}}) {
        auto const understood = understand(text, sent, Zone{});
        EXPECT_EQ(understood.intent, intent) << text;
        EXPECT_EQ(json::write(understood.slots), slots) << text;
    }
}

TEST(Understanding, WhenAnythingIsTypedThenPositionsLieInsideTheText) {
    for (auto const* text : {"😀明天3点😀", "\xff\xfe", "。。。", "1234567890123456789012345678901234567890", "万万万亿亿", "周", "下下下下下周", "第", "¥", "年月日"})
        for (auto const& entity : understand(text, sent, Zone{}).entities) EXPECT_LE(entity.offset + entity.length, std::string_view{text}.size()) << text;
}

TEST(Lines, WhenALineIsNoRequestThenTheAnswerSaysSo) {
    EXPECT_NE(answer_line("[]").find("error"), std::string::npos);
    EXPECT_NE(answer_line(R"({"id":1,"text":"x","reference_time":"yesterday"})").find("reference_time"), std::string::npos);
    EXPECT_NE(answer_line(R"({"id":"a","text":"取消","reference_time":"2026-11-25T16:30:00+08:00"})").find(R"("intent":"cancel")"), std::string::npos);
}

}  // namespace
}  // namespace wescrm::language
