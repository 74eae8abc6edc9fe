#include "unit/language/reading.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

struct Case {
    char const* text;
    char const* intent;
    char const* slots;
};

// Slots in any order.
std::string sorted(json::Value const& object) {
    auto members = std::vector<std::string>{};
    for (auto const& member : object.GetObject())
        members.push_back(std::string{json::view(member.name)} + "=" + json::write(member.value));
    std::sort(members.begin(), members.end());
    auto all = std::string{};
    for (auto const& member : members) all += member + " ";
    return all;
}

void expect(Case const& expected) {
    auto const meant = understand(expected.text, wednesday(), Zone{});
    EXPECT_EQ(meant.intent, expected.intent) << expected.text;
    EXPECT_EQ(sorted(meant.slots), sorted(json::parse(expected.slots).value())) << expected.text;
}

TEST(Understanding, WhenARecordIsCreatedThenItsFieldsAreFilled) {
    for (auto const& item :
         {Case{"新建客户 宏达科技 电话13800138000 来源展会", "customer.create",
               R"({"mobile":"13800138000","source":"展会","name":"宏达科技"})"},
          Case{"录个客户：绿源环保，联系人许总", "customer.create", R"({"name":"绿源环保","contact":"许总"})"},
          Case{"加客户 北辰会展 A类 明天联系", "customer.create",
               R"({"name":"北辰会展","level":"A","next_contact_at":"2026-11-26"})"},
          Case{"建个客户叫绿源环保 13700000001", "customer.create", R"({"name":"绿源环保","mobile":"13700000001"})"},
          Case{"客户\n名称：绿源\n手机：13700000001", "customer.create", R"({"name":"绿源","mobile":"13700000001"})"},
          Case{"新建客户", "customer.create", "{}"},
          Case{"绿源新增联系人 许总 13700000001", "contact.create",
               R"({"customer":"绿源","mobile":"13700000001","name":"许总"})"},
          Case{"给北辰加联系人：高燕 行政", "contact.create", R"({"customer":"北辰","name":"高燕","position":"行政"})"},
          Case{"新建线索 王强 13600000001 来源官网", "lead.create",
               R"({"name":"王强","mobile":"13600000001","source":"官网"})"},
          Case{"新建线索 王强 13600000001 来源官网 自动分配", "lead.create",
               R"({"name":"王强","mobile":"13600000001","source":"官网","assignment":"rules"})"},
          Case{"给绿源建商机 污水监测 12万", "opportunity.create",
               R"({"customer":"绿源","name":"污水监测","amount_fen":12000000})"},
          Case{"新商机：北辰 展台搭建，预算八万，下月签", "opportunity.create",
               R"({"customer":"北辰","name":"展台搭建","amount_fen":8000000,"expected_close_date":"2026-12-31"})"},
          Case{"绿源到账 59000 昨天 银行转账", "payment.create",
               R"({"customer":"绿源","amount_fen":5900000,"paid_on":"2026-11-24","method":"银行转账"})"}})
        expect(item);
}

TEST(Understanding, WhenSomethingHappenedThenItIsAFollowUp) {
    for (auto const& item :
         {Case{"跟进 宏达 今天拜访了王总，下周三再联系", "followup.create",
               R"({"target":"宏达","next_contact_at":"2026-12-02","content":"今天拜访了王总","kind":"visit"})"},
          Case{"写跟进：北辰会展，昨天开会定了方案", "followup.create",
               R"({"target":"北辰会展","content":"昨天开会定了方案","kind":"meeting","followed_at":"2026-11-24"})"},
          Case{"绿源 电话沟通 预算批了", "followup.create",
               R"({"target":"绿源","content":"电话沟通 预算批了","kind":"call"})"},
          Case{"绿源 老板嫌贵", "followup.create", R"({"target":"绿源","content":"老板嫌贵"})"},
          Case{"给绿源写个跟进 微信发了报价", "followup.create",
               R"({"target":"绿源","content":"微信发了报价","kind":"wechat"})"},
          Case{"跟进 绿源 客户说要取消订单", "followup.create", R"({"target":"绿源","content":"客户说要取消订单"})"},
          Case{"绿源的跟进记录", "followup.list", R"({"target":"绿源"})"},
          Case{"小陈上周跟了谁", "followup.list", R"({"scope":"employee:小陈","period":"2026-11-16..2026-11-22"})"}})
        expect(item);
}

TEST(Understanding, WhenSomethingShallBeDoneThenItIsATask) {
    for (auto const& item :
         {Case{"提醒我明天9点给许总打电话", "task.create", R"({"due_at":"2026-11-26T09:00","title":"给许总打电话"})"},
          Case{"明早9点提醒给许总打电话", "task.create", R"({"due_at":"2026-11-26T09:00","title":"给许总打电话"})"},
          Case{"提醒我下周三联系绿源", "task.create", R"({"due_at":"2026-12-02","title":"联系绿源"})"},
          Case{"周五前写完北辰方案", "task.create", R"({"due_at":"2026-11-27","title":"写完北辰方案"})"},
          Case{"给小陈派个任务 下周二前交预算", "task.create",
               R"({"assignee":"小陈","due_at":"2026-12-01","title":"交预算"})"},
          Case{"今天有什么要做", "task.list", R"({"period":"2026-11-25..2026-11-25"})"},
          Case{"我下周日程", "task.list", R"({"period":"2026-11-30..2026-12-06"})"},
          Case{"待联系的客户", "reminder.list", R"({"kind":"contact"})"},
          Case{"打电话这项办好了", "task.complete", R"({"task":"打电话"})"},
          Case{"给许总打电话推迟一天", "task.reschedule", R"({"task":"给许总打电话","shift_days":1})"},
          Case{"取消写方案的任务", "task.cancel", R"({"task":"写方案"})"}})
        expect(item);
}

TEST(Understanding, WhenTheCompanyOrOnesSightIsAskedForThenItIsToldApart) {
    for (auto const& wanted :
         {Case{"谁负责绿源环保", "customer.find", R"({"customer":"绿源环保"})"},
          Case{"绿源归谁", "customer.find", R"({"customer":"绿源"})"},
          Case{"谁在跟 绿源", "customer.find", R"({"customer":"绿源"})"},
          Case{"谁负责销售一部", "org.department", R"({"department":"销售一部"})"},
          Case{"谁是市场部的负责人", "org.department", R"({"department":"市场部"})"},
          Case{"组织架构", "org.tree", "{}"},
          Case{"公司有哪些部门", "org.tree", "{}"},
          Case{"我的权限", "org.permissions", "{}"},
          Case{"我有什么权限？", "org.permissions", "{}"},
          Case{"为什么我看不到绿源", "access.explain", R"({"customer":"绿源"})"},
          Case{"绿源我为什么看不到", "access.explain", R"({"customer":"绿源"})"},
          Case{"我怎么看不到绿源", "access.explain", R"({"customer":"绿源"})"},
          Case{"小陈为什么看不到绿源", "access.explain", R"({"customer":"绿源","employee":"小陈"})"},
          Case{"为什么小陈看不到绿源", "access.explain", R"({"customer":"绿源","employee":"小陈"})"},
          Case{"同步一下组织架构", "org.sync", "{}"},
          Case{"同步组织", "org.sync", "{}"},
          Case{"停用小陈", "employee.disable", R"({"employee":"小陈"})"},
          Case{"把小陈停用", "employee.disable", R"({"employee":"小陈"})"},
          Case{"交接小陈给小吴", "employee.hand_over", R"({"employee":"小陈","to":"小吴"})"},
          Case{"先别停用小陈", "cancel", "{}"},
          Case{"怎么新建客户", "help", R"({"topic":"customer.create"})"}})
        expect(wanted);
}

TEST(Understanding, WhenRecordsAreAskedForThenFiltersAreFilled) {
    for (auto const& item :
         {Case{"我的客户", "customer.list", R"({"scope":"self"})"},
          Case{"20天没跟进的A类客户", "customer.list", R"({"not_followed_days":20,"level":"A"})"},
          Case{"小陈本月新增的客户", "customer.list", R"({"scope":"employee:小陈","period":"2026-11-01..2026-11-30"})"},
          Case{"绿源的详情", "customer.find", R"({"customer":"绿源"})"},
          Case{"查重 绿源环保", "customer.check_duplicate", R"({"name":"绿源环保"})"},
          Case{"许总电话", "contact.find", R"({"contact":"许总"})"},
          Case{"本季度预计成交 30万以上", "opportunity.list",
               R"({"period":"2026-10-01..2026-12-31","amount_min_fen":30000000})"},
          Case{"小陈赢单的商机", "opportunity.list", R"({"scope":"employee:小陈","status":"won"})"},
          Case{"华东区上周简报", "report.sales_brief",
               R"({"period":"2026-11-16..2026-11-22","scope":"department:华东区"})"},
          Case{"绿源环保", "search", R"({"query":"绿源环保"})"},
          Case{"13700000001", "search", R"({"query":"13700000001"})"}})
        expect(item);
}

TEST(Understanding, WhenAFieldIsChangedThenSetHasItsValue) {
    for (auto const& item :
         {Case{"绿源级别改成B", "customer.update", R"({"customer":"绿源","set":{"level":"B"}})"},
          Case{"绿源下次联系12月3日 9:30", "customer.update",
               R"({"customer":"绿源","set":{"next_contact_at":"2026-12-03T09:30"}})"},
          Case{"绿源下周三再联系", "customer.update", R"({"customer":"绿源","set":{"next_contact_at":"2026-12-02"}})"},
          Case{"高燕职位改成总监", "contact.update", R"({"contact":"高燕","set":{"position":"总监"}})"},
          Case{"智慧园区金额改60万", "opportunity.update",
               R"({"opportunity":"智慧园区","set":{"amount_fen":60000000}})"}})
        expect(item);
}

TEST(Understanding, WhenOwnershipChangesThenWhoAndWhatAreFilled) {
    for (auto const& item :
         {Case{"绿源退回公海", "customer.release", R"({"customer":"绿源"})"},
          Case{"不跟绿源了，释放", "customer.release", R"({"customer":"绿源"})"},
          Case{"绿源转给小陈", "customer.transfer", R"({"customer":"绿源","employee":"小陈"})"},
          Case{"绿源我来跟", "customer.claim", R"({"customer":"绿源"})"},
          Case{"今天的新线索都给小陈", "lead.assign", R"({"period":"2026-11-25..2026-11-25","employee":"小陈"})"},
          Case{"小陈的客户都交给小吴", "employee.hand_over", R"({"employee":"小陈","to":"小吴"})"},
          Case{"把测试客户删掉", "customer.delete", R"({"customer":"测试客户"})"}})
        expect(item);
}

TEST(Understanding, WhenSomebodyAsksForRecommendationsThenThePoolsAreMeantAndNotASource) {
    for (auto const& item :
         {Case{"推荐客户", "high_sea.recommended", "{}"}, Case{"公海推荐", "high_sea.recommended", "{}"},
          Case{"给我推荐几个客户", "high_sea.recommended", "{}"}, Case{"推荐给我", "high_sea.recommended", "{}"},
          Case{"帮我推荐几条线索", "high_sea.recommended", R"({"object":"lead"})"},
          Case{"有什么推荐的客户吗", "high_sea.recommended", "{}"}, Case{"公海", "high_sea.list", "{}"}})
        expect(item);
    for (auto const* text : {"新建客户 宏达科技 来源朋友推荐", "推荐产品给绿源", "跟进 绿源 推荐了新客户"})
        EXPECT_NE(understand(text, wednesday(), Zone{}).intent, "high_sea.recommended") << text;
}

TEST(Understanding, WhenACommandIsShortThenItIsThatCommand) {
    for (auto const& item :
         {Case{"撤销", "undo", "{}"}, Case{"刚才录错了", "undo", "{}"}, Case{"取消", "cancel", "{}"},
          Case{"算了", "cancel", "{}"}, Case{"好的", "confirm", "{}"}, Case{"不是", "deny", "{}"},
          Case{"第二个", "select", R"({"index":2})"}, Case{"最后一个", "select", R"({"index":-1})"},
          Case{"更多", "next_page", "{}"}, Case{"菜单", "menu", "{}"},
          Case{"怎么新建客户", "help", R"({"topic":"customer.create"})"}, Case{"@CRM助手 帮助", "help", "{}"},
          Case{"谢谢", "thanks", "{}"}, Case{"早上好", "greet", "{}"}})
        expect(item);
}

TEST(Understanding, WhenNothingIsMeantThenItIsUnknown) {
    for (auto const* text : {"", "讲个故事", "啊啊啊", "股票怎么样", "。。。", "这破系统"})
        EXPECT_EQ(understand(text, wednesday(), Zone{}).intent, "unknown") << text;
}

TEST(Understanding, WhenAnActionIsDeniedThenItIsStopped) {
    for (auto const* text : {"别删绿源", "先不转", "绿源先不退公海", "昆明花卉市场先别退公海", "不要退回"})
        EXPECT_EQ(understand(text, wednesday(), Zone{}).intent, "cancel") << text;
}

TEST(Understanding, WhenAnActionIsOnlySpokenOfThenNothingIsDestroyed) {
    static constexpr std::array<std::string_view, 12> destructive{
        "customer.delete",    "customer.release", "customer.transfer", "customer.merge",
        "customer.assign",    "lead.release",     "lead.invalidate",   "opportunity.lose",
        "employee.hand_over", "employee.disable", "task.cancel",       "lead.transfer"};
    for (auto const* text :
         {"如果绿源不跟了就退回公海", "他说“退回公海”", "绿源被退回公海了吗", "绿源 合同退回来了", "绿源 发票作废了",
          "绿源把资料转给财务了", "绿源 资料已转给赵总", "把绿源的备注删掉", "两家公司要合并了", "不用担心了",
          "新建客户 删除科技有限公司", "跟进 绿源 老板说要转给别人", "不是不想买"}) {
        auto const intent = understand(text, wednesday(), Zone{}).intent;
        EXPECT_EQ(std::find(destructive.begin(), destructive.end(), intent), destructive.end())
            << text << " is " << intent;
    }
}

TEST(Understanding, WhenAnyBytesComeThenPositionsLieInsideTheText) {
    for (auto const* text : {"😀明天3点😀", "\xff\xfe", "。。。", "1234567890123456789012345678901234567890",
                             "万万万亿亿", "周", "下下下下下周", "第", "¥", "年月日"})
        for (auto const& entity : understand(text, wednesday(), Zone{}).entities)
            EXPECT_LE(entity.offset + entity.length, std::string_view{text}.size()) << text;
}

TEST(Lines, WhenALineIsNoRequestThenTheAnswerSaysSo) {
    EXPECT_NE(answer_line("[]").find("error"), std::string::npos);
    EXPECT_NE(answer_line(R"({"id":1,"text":"x","reference_time":"yesterday"})").find("reference_time"),
              std::string::npos);
    EXPECT_NE(answer_line(R"({"id":1,"text":"x","reference_time":"2026-11-25T16:30:00+08:00","timezone":"Mars"})")
                  .find("timezone"),
              std::string::npos);
}

TEST(Lines, WhenALineIsARequestThenEntitiesHaveKindPlaceAndValue) {
    EXPECT_EQ(answer_line(R"({"id":"a","text":"取消","reference_time":"2026-11-25T16:30:00+08:00"})"),
              R"({"id":"a","intent":"cancel","confidence":0.95,"slots":{},"entities":[]})");
    auto const answer =
        answer_line(R"({"id":1,"text":"周五前 30万","reference_time":"2026-11-25T16:30:00+08:00","prefer":"future"})");
    EXPECT_NE(answer.find(R"({"kind":"range","text":"周五前","offset":0,"length":3,"start":null,"end":"2026-11-28"})"),
              std::string::npos)
        << answer;
    EXPECT_NE(answer.find(R"({"kind":"money","text":"30万","offset":4,"length":3,"fen":30000000,"currency":"CNY"})"),
              std::string::npos)
        << answer;
}

}  // namespace
}  // namespace wescrm::language
