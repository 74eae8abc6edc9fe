#include "given.hpp"

namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(GivenTwoSalespeople, WhenACustomerIsTypedThenItIsStoredAndItsCardComes) {
    auto const card = says("新建客户 宏达科技 电话13800138000 来源展会");

    EXPECT_THAT(
        card, AllOf(HasSubstr("button_interaction"), HasSubstr("宏达科技"), HasSubstr("138****8000"), HasSubstr("展会"),
                    HasSubstr("李雷"), HasSubstr("followup:customer:" + id_of("customer", "name", "宏达科技"))));
    EXPECT_EQ(count("customer where mobile = '13800138000' and source = '展会'"), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.create' and via = 'chat'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenTheSameMessageIsHandledTwiceThenItAnswersOnce) {
    EXPECT_THAT(says("我的客户"), HasSubstr("没有符合条件的客户"));
    EXPECT_THAT(handle("text", "lilei", "<MsgType>text</MsgType><Content>我的客户</Content>"), IsEmpty());
}

TEST_F(GivenTwoSalespeople, WhenTheCustomerExistsThenNothingHalfWrittenStays) {
    says("新建客户 宏达科技 电话13800138000");
    auto const audited = count("audit_log");
    EXPECT_THAT(says("新建客户 宏达科技有限公司", "hanmei"), HasSubstr("没有办成"));
    EXPECT_EQ(count("customer"), 1);
    EXPECT_EQ(count("audit_log"), audited);
    EXPECT_EQ(count("undo_entry"), 1);
}

TEST_F(GivenTwoSalespeople, WhenAFollowupNamesTheNextContactThenBothAreWritten) {
    says("新建客户 宏达科技");
    auto const reply = says("跟进 宏达科技 今天拜访了王总，下周三下午3点再联系");
    EXPECT_THAT(reply, AllOf(HasSubstr("记录跟进"), HasSubstr("今天拜访了王总"), HasSubstr("12月2日 周三 15:00")));
    EXPECT_EQ(count("followup where next_contact_at = '2026-12-02 15:00+08'"), 1);
    EXPECT_EQ(count("customer where next_contact_at = '2026-12-02 15:00+08'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenTheCardIsPressedThenTheDialogueWritesAndTheCardIsRenewed) {
    says("新建客户 宏达科技");
    auto const id = id_of("customer", "name", "宏达科技");
    EXPECT_THAT(presses("followup:customer:" + id),
                AllOf(HasSubstr("给「宏达科技」写跟进"), HasSubstr(R"("response_code":"code")")));
    EXPECT_THAT(says("已寄样品，明天上午10点再联系"), AllOf(HasSubstr("已寄样品"), HasSubstr("11月26日 周四 10:00")));
    EXPECT_THAT(presses("remind:customer:" + id), HasSubstr("什么时候提醒"));
    EXPECT_THAT(says("明天9点"), HasSubstr("11月26日 周四 09:00"));
    EXPECT_EQ(count("task where remind_at = '2026-11-26 09:00+08' and target_type = 'customer'"), 1);
    EXPECT_THAT(presses("show:customer:" + id), AllOf(HasSubstr("最近跟进"), HasSubstr("已寄样品")));
}

TEST_F(GivenTwoSalespeople, WhenAStrangerPressesAForwardedCardThenHeIsRefused) {
    says("新建客户 宏达科技");
    auto const reply = presses("followup:customer:" + id_of("customer", "name", "宏达科技"), "hanmei");
    EXPECT_THAT(reply, HasSubstr("没有办成"));
    EXPECT_THAT(reply, ::testing::Not(HasSubstr("宏达科技")));
    says("已寄样品", "hanmei");
    EXPECT_EQ(count("followup"), 0);
}

TEST_F(GivenTwoSalespeople, WhenAReminderIsSetThenItCanBeListedAndCompleted) {
    EXPECT_THAT(says("提醒我今天18点给许总打电话"), AllOf(HasSubstr("给许总打电话"), HasSubstr("11月25日 周三 18:00")));
    EXPECT_EQ(count("timer where kind = 'task_reminder' and state = 0"), 1);
    EXPECT_THAT(says("今天的待办"), HasSubstr("1. 给许总打电话"));
    EXPECT_THAT(says("第一个完成了"), HasSubstr("已完成：给许总打电话"));
    EXPECT_EQ(count("task where status = 'done'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenDoneIsPressedThenTheButtonsSayIt) {
    says("提醒我明天9点给许总打电话");
    auto const key = "done:task:" + id_of("task", "title", "给许总打电话");
    EXPECT_THAT(presses(key), HasSubstr("已完成"));
    EXPECT_THAT(presses(key), HasSubstr("已完成"));
    EXPECT_EQ(count("task where status = 'done'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenSeveralCommandsStandInOneMessageThenOneReplyAnswersThem) {
    auto const reply = says("新建客户 宏达科技 电话13800138000\n提醒我明天9点给许总打电话\n跟进 宏达科技 已寄样品");
    EXPECT_EQ(std::count(reply.begin(), reply.end(), '\n'), 1) << "one message: " << reply;
    EXPECT_THAT(reply,
                AllOf(HasSubstr("1. 新建客户 宏达科技"), HasSubstr("KH202611250001"), HasSubstr("2. 提醒我明天9点"),
                      HasSubstr("11月26日 周四 09:00"), HasSubstr("3. 跟进 宏达科技"), HasSubstr("已寄样品")));
    EXPECT_EQ(count("customer"), 1);
    EXPECT_EQ(count("task"), 1);
    EXPECT_EQ(count("followup"), 1);
    EXPECT_THAT(says("撤销"), AllOf(HasSubstr("已撤销"), HasSubstr("跟进"))) << "the last one first";
    EXPECT_THAT(says("撤销"), AllOf(HasSubstr("已撤销"), HasSubstr("许总")));
    EXPECT_THAT(says("撤销"), AllOf(HasSubstr("已撤销"), HasSubstr("新建客户")));
}

TEST_F(GivenTwoSalespeople, WhenUndoIsTypedThenTheLastWriteIsTakenBack) {
    says("新建客户 宏达科技");
    says("跟进 宏达科技 已寄样品");
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("followup where deleted_at is null"), 0);
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("customer where deleted_at is null"), 0);
    EXPECT_THAT(says("撤销"), HasSubstr("没有可以撤销"));
}

TEST_F(GivenTwoSalespeople, WhenTheLastWriteIsCorrectedThenOnlyTheNewOneStays) {
    says("新建客户 宏达科技");
    says("跟进 宏达科技 已寄样品，明天再联系");
    EXPECT_THAT(says("改成下周四下午3点再联系"), AllOf(HasSubstr("已寄样品"), HasSubstr("12月3日 周四 15:00")));
    EXPECT_EQ(count("followup where deleted_at is null"), 1);
    EXPECT_EQ(count("customer where next_contact_at = '2026-12-03 15:00+08'"), 1);
    says("提醒我明天9点给许总打电话");
    EXPECT_THAT(says("不对，是后天"), HasSubstr("11月27日 周五"));
    EXPECT_EQ(count("task where status = 'open'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenNamesAreAmbiguousThenANumberChooses) {
    says("新建客户 绿源环保");
    says("新建客户 绿源园林");
    EXPECT_THAT(says("跟进 绿源 已寄样品"), AllOf(HasSubstr("1. 绿源"), HasSubstr("2. 绿源")));
    EXPECT_THAT(says("第二个"), HasSubstr("记录跟进"));
    EXPECT_EQ(count("followup"), 1);
    EXPECT_THAT(says("我的客户"), AllOf(HasSubstr("绿源环保"), HasSubstr("绿源园林")));
}

TEST_F(GivenTwoSalespeople, WhenANameIsMistypedThenTheNearOnesAreOffered) {
    says("新建客户 绿源环保工程有限公司");
    says("新建客户 北辰会展");
    auto const question = says("跟进 绿原环饱 已寄样品");
    EXPECT_THAT(question, AllOf(HasSubstr("没有找到「绿原环饱」，您是不是要找"), HasSubstr("1. 绿源环保工程有限公司"),
                                Not(HasSubstr("北辰"))));
    EXPECT_EQ(count("followup"), 0) << "nothing is written to a guess";
    EXPECT_THAT(says("是"), AllOf(HasSubstr("记录跟进"), HasSubstr("绿源环保工程有限公司")));
    EXPECT_THAT(says("搜索 北城会展"), HasSubstr("1. 北辰会展"));
    EXPECT_THAT(says("都不是"), Not(HasSubstr("button_interaction")));
    EXPECT_THAT(says("客户 长江电力"), HasSubstr("没有找到"));
    EXPECT_THAT(says("跟进 北城会展 已寄样品", "hanmei"), Not(HasSubstr("北辰会展")))
        << "only what the person may see is offered";
}

TEST_F(GivenTwoSalespeople, WhenAContactIsAddedThenItBelongsToTheCustomer) {
    says("新建客户 绿源环保");
    EXPECT_THAT(says("绿源新增联系人 许总 13700000001"), AllOf(HasSubstr("许总"), HasSubstr("13700000001")));
    EXPECT_THAT(says("许总"), AllOf(HasSubstr("绿源环保"), HasSubstr("13700000001")));
    EXPECT_THAT(says("1"), HasSubstr("button_interaction"));
    EXPECT_EQ(count("contact where name = '许总' and mobile = '13700000001'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenQuestionsAreAnsweredThenTheSentencesAreUnderstoodAsAWhole) {
    EXPECT_THAT(says("新建客户"), HasSubstr("叫什么名字"));
    EXPECT_THAT(says("宏达科技 电话13800138000 来源展会"), HasSubstr("138****8000"));
    EXPECT_EQ(count("customer where name = '宏达科技' and source = '展会'"), 1);
}

TEST_F(GivenTwoSalespeople, WhenThePersonIsNotServedThenHeIsTurnedAwayAndAStrangerIsIgnored) {
    in_tenant([this](database::Session& sql) {
        sql.execute("update employee set status = 'disabled' where tenant_id = :t and user_id = 'hanmei'",
                    {bind("t", tenant)});
    });
    EXPECT_THAT(says("我的客户", "hanmei"), HasSubstr("已停用"));
    EXPECT_THAT(says("我的客户", "nobody"), IsEmpty());
    EXPECT_EQ(count("dialogue"), 0);
}

TEST_F(GivenTwoSalespeople, WhenAPictureOrAMenuItemComesThenItIsAnswered) {
    EXPECT_THAT(receive("image", "lilei", "<MsgType>image</MsgType><PicUrl>x</PicUrl><MediaId>m</MediaId>"),
                HasSubstr("要放到哪个客户"));
    EXPECT_EQ(count("timer where kind = 'media_fetch' and state = 0"), 1);
    EXPECT_THAT(says("取消"), HasSubstr("取消"));
    EXPECT_THAT(receive("link", "lilei", "<MsgType>link</MsgType><Title>t</Title><Url>https://example.com</Url>"),
                HasSubstr("只能看懂文字"));
    EXPECT_THAT(
        receive("event.click", "lilei", "<MsgType>event</MsgType><Event>click</Event><EventKey>task.list</EventKey>"),
        HasSubstr("今天没有待办"));
    EXPECT_THAT(receive("event.enter_agent", "lilei",
                        "<MsgType>event</MsgType><Event>enter_agent</Event><EventKey></EventKey>"),
                HasSubstr("李雷，您好"));
    EXPECT_THAT(receive("event.enter_agent", "lilei",
                        "<MsgType>event</MsgType><Event>enter_agent</Event><EventKey></EventKey>"),
                IsEmpty());
}

TEST_F(GivenTwoSalespeople, WhenAMessageIsGivenUpThenThePersonGetsAnApology) {
    auto item = jobs::InboxItem{};
    item.tenant = tenant;
    item.id = 1;
    item.message =
        "<xml><FromUserName>lilei</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>跟进 宏达 "
        "已签</Content></xml>";
    in_tenant([&](database::Session& sql) {
        auto system =
            operation::Context{sql, operation::system_actor(tenant, operation::Channel::chat), clock.now(), services};
        jobs::handler_for(handlers, "text")->give_up(system, item);
    });
    EXPECT_THAT(sent(), AllOf(HasSubstr("抱歉"), HasSubstr("跟进 宏达 已签")));
}

TEST_F(GivenTwoSalespeople, WhenRemindersAreSwitchedInTheChatThenTheyAre) {
    EXPECT_THAT(says("提醒设置"), AllOf(HasSubstr("线索联系提醒：开"), HasSubstr("工作日 08:30")));
    EXPECT_THAT(says("关闭线索提醒"),
                AllOf(HasSubstr("已修改"), HasSubstr("线索联系提醒：关"), HasSubstr("任务提醒：开")));
    EXPECT_THAT(says("晚上10点到早上7点半免打扰"), HasSubstr("22:00–07:30"));
    EXPECT_THAT(says("早报改到8点"), AllOf(HasSubstr("工作日 08:00"), HasSubstr("线索联系提醒：关")));
    EXPECT_THAT(says("关闭免打扰"), HasSubstr("21:00–08:00"));
    EXPECT_EQ(count("reminder_wish where version = 4 and muted = '{lead}'"), 1);
    EXPECT_EQ(count("audit_log where action = 'reminder_wishes.change'"), 4);
}

}  // namespace
}  // namespace wescrm::bot
