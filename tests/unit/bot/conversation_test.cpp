#include "bot/conversation.hpp"

#include "media_commands.hpp"

namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto hongda =
    R"({"id":"7","version":3,"no":"KH-7","name":"宏达科技","level":"A","mobile":"13800138000","source":"展会",
    "owner_name":"李雷","owner_user_id":"lilei","next_contact_at":"2026-12-02T07:00:00Z"})";
constexpr auto two_lvyuan =
    R"({"items":[{"id":"1","name":"绿源环保","owner_name":"李雷","owner_user_id":"lilei","rank":4},
    {"id":"2","name":"绿源园林","owner_name":"韩梅","owner_user_id":"hanmei","rank":4}]})";

struct GivenAnEmptyCompany : Conversation {
    GivenAnEmptyCompany() {
        answers("customer.search", R"({"items":[]})");
        means("帮助", "help");
        means("菜单", "menu");
        means("撤销", "undo");
    }
};

TEST_F(GivenAnEmptyCompany, WhenACustomerIsCreatedThenItsCardComes) {
    means("新建客户 宏达科技 电话13800138000 来源展会", "customer.create",
          R"({"name":"宏达科技","mobile":"13800138000","source":"展会"})");
    answers("customer.create", hongda);
    answers("customer.show", hongda);

    auto const reply = says("新建客户 宏达科技 电话13800138000 来源展会");

    EXPECT_EQ(last_input("customer.create"), R"({"name":"宏达科技","mobile":"13800138000","source":"展会"})");
    EXPECT_THAT(reply,
                AllOf(HasSubstr("宏达科技"), HasSubstr("138****8000"), HasSubstr("12月2日 周三 15:00"),
                      HasSubstr("followup:customer:7"), HasSubstr("remind:customer:7"), HasSubstr("show:customer:7")));
}

TEST_F(GivenAnEmptyCompany, WhenTheNameIsMissingThenItIsAskedForAndKeepsWhatWasSaid) {
    means("新建客户 来源展会", "customer.create", R"({"source":"展会"})");
    means("新建客户 宏达科技", "customer.create", R"({"name":"宏达科技"})");
    answers("customer.create", hongda);
    answers("customer.show", hongda);

    EXPECT_THAT(says("新建客户 来源展会"), AllOf(HasSubstr("叫什么名字"), HasSubstr("取消")));
    says("宏达科技");

    EXPECT_EQ(last_input("customer.create"), R"({"name":"宏达科技","source":"展会"})");
}

TEST_F(GivenAnEmptyCompany, WhenAQuestionIsCancelledThenNothingIsWritten) {
    means("新建客户", "customer.create");
    says("新建客户");
    EXPECT_THAT(says("算了"), HasSubstr("没有写入"));
    EXPECT_FALSE(was_called("customer.create"));
    EXPECT_THAT(says("宏达科技"), HasSubstr("没看懂"));
}

TEST_F(GivenAnEmptyCompany, WhenHelpIsAskedInBetweenThenTheQuestionIsRepeated) {
    means("新建客户", "customer.create");
    says("新建客户");
    EXPECT_THAT(says("帮助"), AllOf(HasSubstr("直接发一句话"), HasSubstr("叫什么名字")));
}

TEST_F(GivenAnEmptyCompany, WhenAQuestionExpiresThenThePersonIsTold) {
    means("新建客户", "customer.create");
    says("新建客户");
    now += minutes{10};
    EXPECT_THAT(says("宏达科技"), HasSubstr("已超时"));
    EXPECT_FALSE(was_called("customer.create"));
}

TEST_F(GivenAnEmptyCompany, WhenAnotherCommandComesInBetweenThenTheFirstCanBeResumed) {
    means("新建客户", "customer.create");
    means("我的客户", "customer.list");
    means("新建客户 宏达科技", "customer.create", R"({"name":"宏达科技"})");
    answers("customer.list", R"({"items":[],"next_cursor":null})");
    answers("customer.create", hongda);
    answers("customer.show", hongda);

    says("新建客户");
    EXPECT_THAT(says("我的客户"), HasSubstr("继续"));
    EXPECT_THAT(says("继续"), HasSubstr("叫什么名字"));
    says("宏达科技");

    EXPECT_TRUE(was_called("customer.create"));
}

TEST_F(GivenAnEmptyCompany, WhenACustomerExistsAlreadyThenTheRuleAndTheWayOutAreSaid) {
    means("新建客户 宏达科技", "customer.create", R"({"name":"宏达科技"})");
    refuses("customer.create", {Errc::conflict, "duplicate", "客户「宏达科技有限公司」已存在，由韩梅负责"});
    EXPECT_THAT(says("新建客户 宏达科技"), AllOf(HasSubstr("没有办成"), HasSubstr("由韩梅负责"), HasSubstr("跟进")));
}

TEST_F(GivenAnEmptyCompany, WhenARecordMayBeThereAlreadyThenItIsSavedAfterAYesOnly) {
    auto const possible =
        Error{Errc::conflict, "possible_duplicate", "可能重复", {{"name", "「宏达***公司」，由韩梅负责"}}};
    for (std::string const kind : {"customer", "lead"}) {
        auto const operation = kind + ".create";
        means("新建 宏达", operation, R"({"name":"宏达科技"})");
        refuses(operation, possible);
        EXPECT_THAT(says("新建 宏达"), AllOf(HasSubstr("可能已经有了"), HasSubstr("由韩梅负责"), HasSubstr("「是」")))
            << kind;
        says("否");
        EXPECT_THAT(last_input(operation), Not(HasSubstr("duplicate_reason"))) << kind;
        says("新建 宏达");
        says("是");
        EXPECT_THAT(last_input(operation), HasSubstr(R"("duplicate_reason":"在对话中确认")")) << kind;
    }
}

TEST_F(GivenAnEmptyCompany, WhenAFieldIsWrongThenItIsNamed) {
    means("新建客户 宏达科技 电话123", "customer.create", R"({"name":"宏达科技","mobile":"123"})");
    refuses("customer.create", {Errc::invalid_input, "invalid", "输入有误", {{"mobile", "手机号应为 11 位"}}});
    EXPECT_THAT(says("新建客户 宏达科技 电话123"), HasSubstr("手机号应为 11 位"));
}

TEST_F(GivenAnEmptyCompany, WhenNothingMatchesThenExamplesUseTheWordsAndTheSecondTimeTheMenuIsOffered) {
    EXPECT_THAT(says("样品寄了"), AllOf(HasSubstr("提醒我明天9点 样品寄了"), Not(HasSubstr("菜单"))));
    EXPECT_THAT(says("样品寄了啊"), HasSubstr("菜单"));
}

TEST_F(GivenAnEmptyCompany, WhenANameIsUnknownThenCreatingItIsOffered) {
    means("跟进 蓝天 已签", "followup.create", R"({"target":"蓝天","content":"已签"})");
    EXPECT_THAT(says("跟进 蓝天 已签"), HasSubstr("新建客户 蓝天"));
    EXPECT_FALSE(was_called("followup.create"));
}

TEST_F(GivenAnEmptyCompany, WhenNamesCarryMarkupThenItIsShownAsText) {
    EXPECT_THAT(says("[点这里](http://evil.example)<a>"), AllOf(HasSubstr("［点这里]"), Not(HasSubstr("<a>"))));
}

TEST_F(GivenAnEmptyCompany, WhenTheAppIsOpenedTwiceADayThenItGreetsOnce) {
    answers("agenda.today", R"({"overdue":[],"due":[],"contacts":[],"overdue_contacts":[]})");
    EXPECT_THAT(opens(), HasSubstr("李雷，您好"));
    EXPECT_EQ(opens(), "");
    now += hours{24};
    EXPECT_NE(opens(), "");
}

TEST_F(GivenAnEmptyCompany, WhenAnIntentIsNotServedThenItIsSaidAndWhereItIsDone) {
    EXPECT_THAT(chooses("report.sales_brief"), AllOf(HasSubstr("还不能在聊天里完成"), HasSubstr("在「报表」页办理")));
    EXPECT_THAT(chooses("payment_plan.create"), HasSubstr("在「回款计划」页办理"));
}

TEST_F(GivenAnEmptyCompany, WhenNothingCanBeUndoneThenItIsSaid) {
    refuses("chat.undo", {Errc::not_found, "nothing_to_undo", "没有"});
    EXPECT_THAT(says("撤销"), HasSubstr("没有可以撤销"));
    answers("chat.undo", R"({"label":"新建客户 宏达科技","object":"customer","object_id":"7","action":"create"})");
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销：新建客户 宏达科技"));
    refuses("chat.undo", {Errc::stale, "changed_since", "「新建客户 宏达科技」之后又有人修改过"});
    EXPECT_THAT(says("撤销"), HasSubstr("之后又有人修改过"));
}

struct GivenTwoCustomersOfOneName : Conversation {
    GivenTwoCustomersOfOneName() {
        answers("customer.search", two_lvyuan);
        answers(
            "followup.create",
            R"({"id":"50","version":1,"content":"已寄样品","method":"other","followed_at":"2026-11-25T08:30:00Z"})");
        means("跟进 绿源 已寄样品", "followup.create", R"({"target":"绿源","content":"已寄样品"})");
    }
};

TEST_F(GivenTwoCustomersOfOneName, WhenOneIsChosenThenTheCommandRunsOnIt) {
    for (auto const& [answer, id] :
         {std::pair{"2", "2"}, std::pair{"２", "2"}, std::pair{"第二个", "2"}, std::pair{"选1", "1"},
          std::pair{"绿源园林", "2"}, std::pair{"最后一个", "2"}, std::pair{"韩梅", "2"}}) {
        state = "{}";
        EXPECT_THAT(says("跟进 绿源 已寄样品"), AllOf(HasSubstr("1. 绿源环保"), HasSubstr("2. 绿源园林 · 韩梅")))
            << answer;
        EXPECT_THAT(says(answer), HasSubstr("记录跟进")) << answer;
        EXPECT_THAT(last_input("followup.create"), HasSubstr(R"("target_id":")" + std::string{id} + "\"")) << answer;
    }
}

TEST_F(GivenTwoCustomersOfOneName, WhenNoneIsMeantThenNothingIsWritten) {
    says("跟进 绿源 已寄样品");
    EXPECT_THAT(says("都不是"), HasSubstr("没有写入"));
    EXPECT_FALSE(was_called("followup.create"));
}

TEST_F(GivenTwoCustomersOfOneName, WhenTheAnswerDoesNotFitThenTheQuestionIsRepeatedWithMoreHelp) {
    says("跟进 绿源 已寄样品");
    EXPECT_THAT(says("9"), HasSubstr("第二个"));
    EXPECT_THAT(says("绿"), HasSubstr("没看明白"));
    EXPECT_FALSE(was_called("followup.create"));
}

TEST_F(GivenTwoCustomersOfOneName, WhenTheNameComesAgainThenTheEarlierChoiceIsFirst) {
    says("跟进 绿源 已寄样品");
    says("2");
    EXPECT_THAT(says("跟进 绿源 已寄样品"), HasSubstr("1. 绿源园林"));
}

TEST_F(GivenTwoCustomersOfOneName, WhenACustomerWasChosenThenItAndThePronounAreTheSame) {
    means("跟进 它 又打了电话", "followup.create", R"({"target":"它","content":"又打了电话"})");
    says("跟进 绿源 已寄样品");
    says("2");
    says("跟进 它 又打了电话");
    EXPECT_THAT(last_input("followup.create"), AllOf(HasSubstr(R"("target_id":"2")"), HasSubstr("又打了电话")));

    now += minutes{31};
    EXPECT_THAT(says("跟进 它 又打了电话"), HasSubstr("哪个客户"));
}

struct GivenAColleaguesCustomer : Conversation {
    GivenAColleaguesCustomer() {
        answers("customer.search",
                R"({"items":[{"id":"2","name":"绿源园林","owner_name":"韩梅","owner_user_id":"hanmei","rank":6}]})");
        answers(
            "followup.create",
            R"({"id":"50","version":1,"content":"已寄样品","method":"other","followed_at":"2026-11-25T08:30:00Z"})");
        means("跟进 lyyl 已寄样品", "followup.create", R"({"target":"lyyl","content":"已寄样品"})");
    }
};

TEST_F(GivenAColleaguesCustomer, WhenItIsOnlyGuessedThenOnlyAYesWrites) {
    for (auto const& [answer, is_written] :
         {std::pair{"确认", true}, std::pair{"好的", true}, std::pair{"y", true}, std::pair{"大概是", false},
          std::pair{"不是", false}, std::pair{"1", false}, std::pair{"取消", false}}) {
        state = "{}";
        calls.clear();
        EXPECT_THAT(says("跟进 lyyl 已寄样品"), AllOf(HasSubstr("绿源园林"), HasSubstr("韩梅")));
        EXPECT_FALSE(was_called("followup.create"));
        says(answer);
        EXPECT_EQ(was_called("followup.create"), is_written) << answer;
    }
}

TEST_F(GivenAColleaguesCustomer, WhenTheConfirmationExpiresThenAYesWritesNothing) {
    says("跟进 lyyl 已寄样品");
    now += minutes{5};
    says("确认");
    EXPECT_FALSE(was_called("followup.create"));
}

struct GivenHongda : Conversation {
    GivenHongda() {
        answers("customer.show", hongda);
        answers("customer.search",
                R"({"items":[{"id":"7","name":"宏达科技","owner_name":"李雷","owner_user_id":"lilei","rank":1}]})");
    }
};

TEST_F(GivenHongda, WhenAFollowupNamesTheNextContactThenItIsSpelledOut) {
    means(
        "跟进 宏达科技 今天拜访了王总，下周三下午3点再联系", "followup.create",
        R"({"target":"宏达科技","content":"今天拜访了王总","kind":"visit","followed_at":"2026-11-25","next_contact_at":"2026-12-02T15:00"})");
    answers("followup.create",
            R"({"id":"50","version":1,"content":"今天拜访了王总","method":"visit","followed_at":"2026-11-25T08:30:00Z",
        "next_contact_at":"2026-12-02T07:00:00Z"})");

    auto const reply = says("跟进 宏达科技 今天拜访了王总，下周三下午3点再联系");

    EXPECT_EQ(last_input("followup.create"),
              R"({"target_type":"customer","target_id":"7","content":"今天拜访了王总","method":"visit",)"
              R"("next_contact_at":"2026-12-02T07:00:00Z"})");
    EXPECT_THAT(reply, AllOf(HasSubstr("下次联系：12月2日 周三 15:00"), HasSubstr("拜访"), HasSubstr("撤销")));
}

TEST_F(GivenHongda, WhenTheLastWriteIsCorrectedThenItIsTakenBackAndWrittenAnew) {
    means("跟进 宏达科技 已寄样品，明天再联系", "followup.create",
          R"({"target":"宏达科技","content":"已寄样品","next_contact_at":"2026-11-26"})");
    means("跟进 宏达科技 下周四再联系", "followup.create", R"({"target":"宏达科技","next_contact_at":"2026-12-03"})");
    answers("followup.create",
            R"({"id":"50","version":1,"content":"已寄样品","method":"other","followed_at":"2026-11-25T08:30:00Z",
        "next_contact_at":"2026-12-03T01:00:00Z"})");
    answers("chat.undo", R"({"label":"写跟进 宏达科技","object":"followup","object_id":"50","action":"create"})");
    for (auto const* sentence : {"改成下周四再联系", "不对，是下周四再联系", "错了, 改成下周四再联系"}) {
        says("跟进 宏达科技 已寄样品，明天再联系");
        calls.clear();
        EXPECT_THAT(says(sentence), HasSubstr("12月3日")) << sentence;
        EXPECT_TRUE(was_called("chat.undo")) << sentence;
    }
    EXPECT_THAT(last_input("followup.create"), AllOf(HasSubstr("已寄样品"), HasSubstr("2026-12-03T01:00:00Z")));
}

TEST_F(GivenHongda, WhenAnAnswerOnlyLooksLikeACommandThenItIsStillTheAnswer) {
    answers("followup.create",
            R"({"id":"50","version":1,"content":"x","method":"other","followed_at":"2026-11-25T08:30:00Z"})");
    means("客户问怎么付款", "help");
    means("我的方案客户认可了", "search", R"({"query":"我的方案客户认可了"})");
    means("先不要退回样品", "cancel");
    for (auto const* content : {"客户问怎么付款", "我的方案客户认可了", "先不要退回样品", "完成了样品测试"}) {
        presses("followup:customer:7");
        says(content);
        EXPECT_THAT(last_input("followup.create"), HasSubstr(content));
    }
}

TEST_F(GivenHongda, WhenItIsToBeDeletedThenOnlyAYesDeletes) {
    means("删除客户 宏达", "customer.delete", R"({"customer":"宏达"})");
    means("我的客户", "customer.list");
    answers("customer.delete", "{}");
    answers("customer.list", R"({"items":[],"next_cursor":null})");
    for (auto const& [answer, is_deleted] :
         {std::pair{"嗯嗯", false}, std::pair{"取消", false}, std::pair{"我的客户", false}, std::pair{"确认", true}}) {
        calls.clear();
        EXPECT_THAT(says("删除客户 宏达"), AllOf(HasSubstr("删除 1 家客户「宏达科技」"), HasSubstr("KH-7")));
        says(answer);
        EXPECT_EQ(was_called("customer.delete"), is_deleted) << answer;
        says("取消");
    }
}

TEST_F(GivenHongda, WhenAReminderNamesACustomerBeyondDoubtThenItBelongsToIt) {
    means("提醒我明天9点给宏达科技发报价", "task.create",
          R"({"title":"给宏达科技发报价","due_at":"2026-11-26T09:00"})");
    answers("task.create", R"({"id":"77","version":1,"title":"给宏达科技发报价","remind_at":"2026-11-26T01:00:00Z"})");
    EXPECT_THAT(says("提醒我明天9点给宏达科技发报价"), HasSubstr("客户：宏达科技"));
    EXPECT_THAT(last_input("task.create"), HasSubstr(R"("target_id":"7")"));
}

TEST_F(GivenHongda, WhenTheWriteIsLongAgoThenACorrectionIsNone) {
    means("跟进 宏达科技 已寄样品", "followup.create", R"({"target":"宏达科技","content":"已寄样品"})");
    answers("followup.create",
            R"({"id":"50","version":1,"content":"已寄样品","method":"other","followed_at":"2026-11-25T08:30:00Z"})");
    says("跟进 宏达科技 已寄样品");
    EXPECT_THAT(says("不对，是明天"), HasSubstr("改成什么"));
    now += minutes{11};
    EXPECT_THAT(says("不对，是明天"), HasSubstr("没看懂"));
    EXPECT_FALSE(was_called("chat.undo"));
}

TEST_F(GivenHongda, WhenSeveralLinesAreCommandsThenEachIsCarriedOutWithOneNumberedReply) {
    means("跟进 宏达科技 已寄样品", "followup.create", R"({"target":"宏达科技","content":"已寄样品"})");
    means("我的客户", "customer.list");
    means("新建客户 宏达科技", "customer.create", R"({"name":"宏达科技"})");
    answers("customer.create", hongda);
    answers("customer.show", hongda);
    answers("followup.create",
            R"({"id":"50","version":1,"content":"已寄样品","method":"other","followed_at":"2026-11-25T08:30:00Z"})");
    answers("customer.list", R"({"items":[],"next_cursor":null})");

    auto const reply = says("跟进 宏达科技 已寄样品\n\n我的客户\n新建客户 宏达科技");

    EXPECT_THAT(reply, AllOf(HasSubstr("收到 3 条"), HasSubstr("**1. 跟进 宏达科技 已寄样品**"), HasSubstr("记录跟进"),
                             HasSubstr("**2. 我的客户**\n没有符合条件的客户"), HasSubstr("**3. 新建客户 宏达科技**")));
    EXPECT_THAT(reply, AllOf(HasSubstr("> 级别：A"), Not(HasSubstr("\n---\n")))) << "a card is written out";
    EXPECT_THAT(says("第一行\n我的客户"), HasSubstr("没看懂"));
}

TEST_F(GivenHongda, WhenSeveralLinesLackSomethingThenTheFirstIsAskedForAndTheOthersAreNamed) {
    means("新建客户", "customer.create");
    means("新建客户 来源展会", "customer.create", R"({"source":"展会"})");
    means("新建客户 宏达科技", "customer.create", R"({"name":"宏达科技"})");
    means("我的客户", "customer.list");
    answers("customer.list", R"({"items":[],"next_cursor":null})");
    answers("customer.create", hongda);
    answers("customer.show", hongda);

    EXPECT_THAT(says("我的客户\n新建客户\n新建客户 来源展会"),
                AllOf(HasSubstr("叫什么名字"), HasSubstr("第 2 条等您回答"), HasSubstr("第 3 条还缺内容")));
    EXPECT_FALSE(was_called("customer.create")) << "a command is no answer to the one before";
    says("宏达科技");
    EXPECT_EQ(last_input("customer.create"), R"({"name":"宏达科技"})");
}

TEST_F(GivenHongda, WhenThereAreTooManyLinesThenTheRestIsNotRunAndNamed) {
    config.lines_at_once = 2;
    means("我的客户", "customer.list");
    means("帮助", "help");
    answers("customer.list", R"({"items":[],"next_cursor":null})");
    EXPECT_THAT(says("我的客户\n我的客户\n帮助"),
                AllOf(HasSubstr("一次最多处理 2 条"), HasSubstr("> 帮助"), Not(HasSubstr("3. 帮助"))));
}

TEST_F(GivenHongda, WhenFollowupIsPressedOnTheCardThenTheContentIsAskedForAndWritten) {
    means("跟进 宏达科技 已寄样品", "followup.create", R"({"target":"宏达科技","content":"已寄样品"})");
    answers("followup.create",
            R"({"id":"50","version":1,"content":"已寄样品","method":"other","followed_at":"2026-11-25T08:30:00Z"})");

    EXPECT_THAT(presses("followup:customer:7"), HasSubstr("给「宏达科技」写跟进"));
    ASSERT_TRUE(card);
    EXPECT_EQ(card->kind, "customer_card");
    EXPECT_THAT(says("已寄样品"), HasSubstr("记录跟进"));
    EXPECT_THAT(last_input("followup.create"),
                AllOf(HasSubstr(R"("target_id":"7")"), HasSubstr(R"("content":"已寄样品")")));
}

TEST_F(GivenHongda, WhenRemindIsPressedOnTheCardThenTimeAndSubjectAreUnderstood) {
    means("提醒我明天9点", "task.create", R"({"due_at":"2026-11-26T09:00"})");
    answers(
        "task.create",
        R"({"id":"77","version":1,"title":"联系 宏达科技","due_at":"2026-11-26T01:00:00Z","remind_at":"2026-11-26T01:00:00Z"})");

    EXPECT_THAT(presses("remind:customer:7"), HasSubstr("什么时候提醒"));
    EXPECT_THAT(says("好呀"), HasSubstr("例如"));
    EXPECT_THAT(says("明天9点"), HasSubstr("11月26日 周四 09:00"));
    EXPECT_EQ(last_input("task.create"),
              R"({"title":"联系 宏达科技","due_at":"2026-11-26T01:00:00Z","remind_at":"2026-11-26T01:00:00Z",)"
              R"("target_type":"customer","target_id":"7"})");
}

TEST_F(GivenHongda, WhenDetailIsPressedThenEverythingIsShown) {
    EXPECT_THAT(presses("show:customer:7"), AllOf(HasSubstr("13800138000"), HasSubstr("负责人：李雷")));
}

TEST_F(GivenHongda, WhenTheCustomerMayNotBeSeenAnyMoreThenAPressIsRefused) {
    refuses("customer.show", {Errc::not_found, "customer", "客户不存在，或您无权查看"});
    EXPECT_THAT(presses("followup:customer:7"), HasSubstr("无权查看"));
    EXPECT_THAT(says("已寄样品"), HasSubstr("没看懂"));
}

TEST_F(GivenHongda, WhenAButtonIsUnknownThenNothingHappens) {
    for (auto const* key : {"", "x", "drop:customer:7", "followup:order:7", "followup:customer", "a:b:c:d"})
        EXPECT_THAT(presses(key), HasSubstr("已经失效")) << key;
    EXPECT_TRUE(calls.empty());
}

TEST_F(GivenHongda, WhenAPhoneIsTypedThenTheCardComes) {
    means("13800138000", "search", R"({"query":"13800138000"})");
    EXPECT_THAT(says("13800138000"), HasSubstr("KH-7"));
}

TEST_F(GivenHongda, WhenAContactIsAddedThenItIsSpelledOut) {
    means("宏达新增联系人 许总 13700000001 微信xu", "contact.create",
          R"({"customer":"宏达","name":"许总","mobile":"13700000001","wechat":"xu"})");
    answers("contact.create", R"({"id":"9","version":1,"name":"许总","mobile":"13700000001"})");
    EXPECT_THAT(says("宏达新增联系人 许总 13700000001 微信xu"),
                AllOf(HasSubstr("许总"), HasSubstr("13700000001"), HasSubstr("微信 xu")));
}

TEST_F(GivenHongda, WhenTheLevelIsChangedThenTheVersionIsSent) {
    means("宏达级别改成B", "customer.update",
          R"({"customer":"宏达","set":{"level":"B","next_contact_at":"2026-12-02"}})");
    answers("customer.change", hongda);
    says("宏达级别改成B");
    EXPECT_EQ(last_input("customer.change"),
              R"({"level":"B","next_contact_at":"2026-12-02T01:00:00Z","id":"7","version":3})");
}

struct GivenTasks : Conversation {
    GivenTasks() {
        answers("agenda.today", R"({"overdue":[{"id":"76","title":"交预算","due_at":"2026-11-24T01:00:00Z"}],
            "due":[{"id":"77","title":"给许总打电话","due_at":"2026-11-25T10:00:00Z"}],
            "contacts":[{"customer_id":"7","customer_name":"宏达科技","next_contact_at":"2026-11-25T10:00:00Z"}],"overdue_contacts":[]})");
        means("今天的待办", "task.list");
        means("第二个完成了", "task.complete", R"({"task":"第二个"})");
        answers("task.complete", R"({"id":"77","version":2,"title":"给许总打电话","status":"done"})");
        answers(
            "task.show",
            R"({"id":"77","version":1,"title":"给许总打电话","status":"open","target_type":"customer","target_id":"7"})");
        answers("customer.show", hongda);
    }
};

TEST_F(GivenTasks, WhenTodayIsAskedThenTheNumbersCanBeUsed) {
    EXPECT_THAT(says("今天的待办"), AllOf(HasSubstr("1. 交预算 11月24日 周二 09:00（已逾期）"),
                                          HasSubstr("2. 给许总打电话"), HasSubstr("宏达科技")));
    EXPECT_THAT(says("第二个完成了"), HasSubstr("已完成：给许总打电话"));
    EXPECT_EQ(last_input("task.complete"), R"({"id":"77"})");
}

TEST_F(GivenTasks, WhenDoneIsPressedThenTheButtonsSayIt) {
    presses("done:task:77");
    ASSERT_TRUE(card);
    EXPECT_EQ(card->button_text, "已完成");
}

TEST_F(GivenTasks, WhenDoneIsPressedAgainThenTheButtonsStillSayIt) {
    refuses("task.complete", {Errc::conflict, "task_done", "已由 韩梅 于 14:03 完成"});
    EXPECT_THAT(presses("done:task:77"), HasSubstr("已由 韩梅 于 14:03 完成"));
    ASSERT_TRUE(card);
    EXPECT_EQ(card->button_text, "已完成");
}

TEST_F(GivenTasks, WhenSnoozeIsPressedThenTheNewTimeIsSaid) {
    answers("task.snooze",
            R"({"id":"77","version":2,"title":"给许总打电话","status":"open","remind_at":"2026-11-26T01:00:00Z"})");
    EXPECT_THAT(presses("snooze:task:77"), HasSubstr("11月26日 周四 09:00"));
    ASSERT_TRUE(card);
    EXPECT_EQ(card->button_text, "已推迟到11-26");
}

TEST_F(GivenTasks, WhenFollowupIsPressedOnATaskThenItsCustomerIsTheTarget) {
    EXPECT_THAT(presses("followup:task:77"), HasSubstr("给「宏达科技」写跟进"));
    ASSERT_TRUE(card);  // the task is still open, so its buttons come back
    EXPECT_EQ(card->kind, "task_reminder");
    EXPECT_THAT(seen(card->kind, card->data), AllOf(HasSubstr("提醒：给许总打电话"), HasSubstr("done:task:77")));
}

TEST_F(GivenTasks, WhenFollowupIsPressedOnAFinishedTaskThenItsButtonsSayIt) {
    answers(
        "task.show",
        R"({"id":"77","version":2,"title":"给许总打电话","status":"done","target_type":"customer","target_id":"7"})");
    EXPECT_THAT(presses("followup:task:77"), HasSubstr("给「宏达科技」写跟进"));
    ASSERT_TRUE(card);
    EXPECT_EQ(card->button_text, "已完成");
}

TEST_F(GivenTasks, WhenTheThingOfACardIsGoneThenItsButtonsSayIt) {
    refuses("task.show", {Errc::not_found, "task", "没有这个任务，或您看不到它"});
    EXPECT_THAT(presses("done:task:77"), HasSubstr("没有这个任务"));
    ASSERT_TRUE(card);
    EXPECT_EQ(card->button_text, "已失效");
}

TEST_F(GivenTasks, WhenAnotherPeriodIsAskedForThenItIsNotTodaysPlan) {
    means("我下周的待办", "task.list", R"({"period":"2026-11-30..2026-12-06"})");
    answers("task.list",
            R"({"items":[{"id":"80","title":"提交标书","due_at":"2026-12-01T02:00:00Z"}],"next_cursor":null})");
    EXPECT_THAT(says("我下周的待办"), AllOf(HasSubstr("1. 提交标书 12月1日"), Not(HasSubstr("交预算"))));
    EXPECT_EQ(
        last_input("task.list"),
        R"({"owner":"lilei","status":"open","from":"2026-11-30","to":"2026-12-06","date_field":"due_at","limit":10})");
    EXPECT_THAT(says("第一个完成了"), HasSubstr("没看懂"));  // not understood here, but the list is remembered
    means("第一个完成了", "task.complete", R"({"task":"第一个"})");
    EXPECT_THAT(says("第一个完成了"), HasSubstr("已完成"));
    EXPECT_EQ(last_input("task.complete"), R"({"id":"80"})");
}

TEST_F(GivenTasks, WhenNothingIsOverdueThenItIsSaid) {
    means("逾期的待办", "task.list", R"({"status":"overdue"})");
    answers("task.list", R"({"items":[],"next_cursor":null})");
    EXPECT_THAT(says("逾期的待办"), HasSubstr("没有符合条件的待办"));
    EXPECT_EQ(last_input("task.list"), R"({"owner":"lilei","status":"open","overdue":true,"limit":10})");
}

TEST_F(GivenTasks, WhenAReminderHasNoTimeThenItIsAskedForAndMayBeSkipped) {
    means("提醒我交报表", "task.create", R"({"title":"交报表"})");
    answers("task.create", R"({"id":"78","version":1,"title":"交报表"})");
    EXPECT_THAT(says("提醒我交报表"), HasSubstr("跳过"));
    EXPECT_THAT(says("跳过"), HasSubstr("已记下待办"));
    EXPECT_EQ(last_input("task.create"), R"({"title":"交报表"})");
}

TEST_F(GivenTasks, WhenTheTimeIsOverThenAnotherIsAskedFor) {
    means("提醒我今天9点交报表", "task.create", R"({"title":"交报表","due_at":"2026-11-25T09:00"})");
    EXPECT_THAT(says("提醒我今天9点交报表"), HasSubstr("已经过去了"));
    EXPECT_FALSE(was_called("task.create"));
}

struct GivenManyCustomers : Conversation {
    GivenManyCustomers() {
        operations["customer.list"] = [](json::Value const& input) -> Result<json::Document> {
            if (json::find_string(input, "cursor") == "p2")
                return json_of(R"({"items":[{"id":"3","name":"丙","owner_user_id":"lilei"}],"next_cursor":null})");
            return json_of(
                R"({"items":[{"id":"1","name":"甲","owner_user_id":"lilei"},{"id":"2","name":"乙","owner_user_id":"lilei"}],"next_cursor":"p2"})");
        };
        answers("customer.show", R"({"id":"2","no":"KH-2","name":"乙"})");
        means("我的客户", "customer.list", R"({"scope":"self","level":"A"})");
        means("下一页", "next_page");
    }
};

TEST_F(GivenManyCustomers, WhenThePagesAreTurnedThenTheFilterStays) {
    EXPECT_THAT(says("我的客户"), AllOf(HasSubstr("1. 甲"), HasSubstr("2. 乙"), HasSubstr("下一页")));
    EXPECT_THAT(last_input("customer.list"), AllOf(HasSubstr(R"("owner":"lilei")"), HasSubstr(R"("level":"A")")));
    EXPECT_THAT(says("下一页"), HasSubstr("1. 丙"));
    EXPECT_THAT(last_input("customer.list"), AllOf(HasSubstr(R"("cursor":"p2")"), HasSubstr(R"("level":"A")")));
    EXPECT_THAT(says("下一页"), HasSubstr("最后一页"));
}

TEST_F(GivenManyCustomers, WhenANumberFollowsTheListThenThatCustomerIsShown) {
    says("我的客户");
    EXPECT_THAT(says("2"), HasSubstr("KH-2"));
    EXPECT_EQ(last_input("customer.show"), R"({"id":"2"})");
}

TEST_F(GivenManyCustomers, WhenTheMenuIsShownThenItsNumbersRunTheCommands) {
    means("菜单", "menu");
    EXPECT_THAT(says("菜单"), HasSubstr("3. 新建客户"));
    EXPECT_THAT(says("3"), HasSubstr("叫什么名字"));
}

TEST(Dialogue, WhenTheStateIsOfAnotherTimeThenItIsEmpty) {
    for (auto const* state : {"", "[]", "{", R"({"question":5,"list":[],"chosen":{}})"}) {
        auto const dialogue = read_dialogue(state);
        EXPECT_TRUE(dialogue.list.records.empty()) << state;
        EXPECT_TRUE(dialogue.chosen.empty()) << state;
    }
}

// ---- pictures, voice, places, comments

struct AConversationWithFiles : Conversation {
    AConversationWithFiles() {
        answers("attachment.receive", R"({"id":"71"})");
        answers("attachment.place", R"({"id":"71"})");
        answers("customer.search", R"({"items":[{"id":"5","name":"绿源","search_rank":1}]})");
        answers("customer.show", R"({"id":"5","name":"绿源","version":1})");
        answers("followup.create", R"({"id":"9","content":"已寄样品","method":"call"})");
        answers("followup.check_in", R"({"id":"10","followed_at":"2026-11-25T16:30:00+08:00"})");
    }
    std::string sends(std::string const& kind, std::string const& media) {
        return turn([&](Turn& t) { take_media(t, kind, media); });
    }
    std::string is_at(std::string const& address) {
        return turn([&](Turn& t) { take_place(t, 31.2, 121.4, address); });
    }
};

TEST_F(AConversationWithFiles, WhenNobodyIsTalkedAboutThenAPictureIsAskedAbout) {
    EXPECT_THAT(sends("image", "m1"), HasSubstr("要放到哪个客户"));
    EXPECT_THAT(sends("image", "m2"), HasSubstr("要放到哪个客户")) << "another one, before the answer";
    EXPECT_THAT(says("绿源"), HasSubstr("放在「绿源」的文件里"));
    EXPECT_EQ(std::ranges::count(calls, std::string{"attachment.place"}, &Call::operation), 2);
    EXPECT_THAT(last_input("attachment.place"), HasSubstr(R"("target_id":"5")"));
}

TEST_F(AConversationWithFiles, WhenAFollowUpWasJustWrittenThenThePictureBelongsToIt) {
    means("跟进 绿源 已寄样品", "followup.create", R"({"target":"绿源","content":"已寄样品"})");
    says("跟进 绿源 已寄样品");
    EXPECT_THAT(sends("image", "m1"), HasSubstr("刚才的跟进里"));
    EXPECT_THAT(last_input("attachment.receive"),
                AllOf(HasSubstr(R"("followup_id":"9")"), HasSubstr(R"("target_id":"5")")));
    now += minutes{11};
    EXPECT_THAT(sends("voice", "m2"), AllOf(HasSubstr("「绿源」的文件里"), HasSubstr("听不懂语音")))
        << "the follow-up is written; the customer is still the one that is talked about";
}

TEST_F(AConversationWithFiles, WhenAFollowUpIsBeingWrittenThenThePictureWaitsForIt) {
    means("跟进 绿源", "followup.create", R"({"target":"绿源"})");
    says("跟进 绿源");
    EXPECT_THAT(sends("image", "m1"), HasSubstr("请继续发跟进内容"));
    EXPECT_EQ(last_input("attachment.receive").find("target_id"), std::string::npos);
    says("已寄样品");
    EXPECT_THAT(last_input("attachment.place"), AllOf(HasSubstr(R"("followup_id":"9")"), HasSubstr(R"("id":"71")")));
}

TEST_F(AConversationWithFiles, WhenAPlaceIsSentThenItIsACheckInAndPicturesGoToIt) {
    EXPECT_THAT(is_at("人民大道 200 号"), HasSubstr("在哪个客户签到"));
    EXPECT_THAT(says("绿源"), AllOf(HasSubstr("已在「绿源」签到"), HasSubstr("人民大道 200 号")));
    EXPECT_THAT(last_input("followup.check_in"),
                AllOf(HasSubstr(R"("latitude":31.2)"), HasSubstr(R"("target_id":"5")")));
    sends("image", "m1");
    EXPECT_THAT(last_input("attachment.receive"), HasSubstr(R"("followup_id":"10")"));
    EXPECT_THAT(is_at("人民大道 201 号"), HasSubstr("已在「绿源」签到")) << "nobody is asked twice";
}

TEST_F(AConversationWithFiles, WhenACommentIsAnsweredFromItsCardThenItHangsOnIt) {
    answers("followup.comment", R"({"id":"3"})");
    EXPECT_THAT(presses("reply:followup:9.2"), HasSubstr("请发送回复的内容"));
    EXPECT_THAT(says("好的，周五前给他"), HasSubstr("已回复"));
    EXPECT_THAT(last_input("followup.comment"),
                AllOf(HasSubstr(R"("id":"9")"), HasSubstr(R"("parent_id":"2")"), HasSubstr("周五前给他")));
    EXPECT_THAT(presses("reply:followup:9"), HasSubstr("请发送回复的内容"))
        << "who was mentioned answers the follow-up itself";
    says("收到");
    EXPECT_THAT(last_input("followup.comment"), AllOf(HasSubstr(R"("id":"9")"), Not(HasSubstr("parent_id"))));
    EXPECT_THAT(presses("reply:followup:9.2.1"), HasSubstr("按钮"));
}

}  // namespace
}  // namespace wescrm::bot
