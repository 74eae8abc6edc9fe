#include "given.hpp"

namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// 李雷 may hand customers on, share and merge them; 韩梅梅 is his colleague. 宏达科技 is his.
struct GivenACustomer : GivenTwoSalespeople {
    GivenACustomer() {
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select :t, r.id, p, 'self' from "
                "role r, unnest(:p::text[]) p where r.tenant_id = :t and r.name = '销售'",
                {bind("t", tenant), bind("p", std::vector<std::string>{"customer.transfer", "customer.share",
                                                                       "customer.merge", "task.delete"})});
        });
        says("新建客户 宏达科技 电话13800138000");
    }
    std::string owner_of(std::string const& customer) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>(
                    "select e.user_id from customer c join employee e on e.tenant_id = c.tenant_id and e.id = "
                    "c.owner_id where c.tenant_id = :t and c.name = :n",
                    {bind("t", tenant), bind("n", customer)})
                .value_or("");
        });
    }
    void may(std::string const& permission) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select :t, r.id, :p, 'all' from "
                "role r where r.tenant_id = :t and r.name = '销售'",
                {bind("t", tenant), bind("p", permission)});
        });
    }
};

TEST_F(GivenACustomer, WhenARuleOfDuplicatesOnlyWarnsThenTheChatAsksAndYesWrites) {
    in_tenant([this](database::Session& sql) {
        sql.execute(
            "insert into duplicate_rule (tenant_id, object, rules, updated_at) values (:t, 'customer', :rules::jsonb, "
            "now())",
            {bind("t", tenant),
             bind("rules",
                  R"([{"name":"名称","enabled":true,"groups":[{"conditions":["name_core"]}],"compare":["customer"],)"
                  R"("actions":{"manual":"block","chat":"warn","import":"block","api":"block","conversion":"block",)"
                  R"("claim":"allow"}}])")});
    });
    EXPECT_THAT(says("新建客户 苏州宏达科技有限公司", "hanmei"),
                AllOf(HasSubstr("公司里可能已经有了"), HasSubstr("宏***技"), HasSubstr("由 李雷 负责"),
                      Not(HasSubstr("138"))));
    EXPECT_EQ(count("customer"), 1);
    EXPECT_THAT(says("否", "hanmei"), HasSubstr("已取消"));
    EXPECT_EQ(count("customer"), 1);
    says("新建客户 苏州宏达科技有限公司", "hanmei");
    says("是", "hanmei");
    EXPECT_EQ(owner_of("苏州宏达科技有限公司"), "hanmei");
    EXPECT_EQ(count("audit_log where action = 'customer.create' and reason = '确认不是重复：在对话中确认'"), 1);
}

TEST_F(GivenACustomer, WhenItIsHandedOnThenItIsConfirmedToldAndCanBeTakenBack) {
    EXPECT_THAT(says("宏达科技转给韩梅梅"),
                AllOf(HasSubstr("要把 1 家客户「宏达科技」转移给「韩梅梅」吗"), HasSubstr("现在的负责人：李雷")));
    EXPECT_EQ(owner_of("宏达科技"), "lilei");
    EXPECT_THAT(says("确认"), AllOf(HasSubstr("已把「宏达科技」转移给「韩梅梅」"), HasSubstr("\"touser\":\"hanmei\"")));
    EXPECT_EQ(owner_of("宏达科技"), "hanmei");
    EXPECT_EQ(count("ownership_event where kind = 'transfer'"), 1);
    EXPECT_EQ(count("audit_log where action = 'customer.transfer'"), 1);
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(owner_of("宏达科技"), "lilei");
    EXPECT_EQ(count("ownership_event where kind = 'transfer'"), 2);
}

TEST_F(GivenACustomer, WhenTheReceiverWorkedWithItThenItIsNotTakenBack) {
    says("宏达科技转给韩梅梅");
    says("确认");
    says("宏达科技级别改成重点", "hanmei");
    EXPECT_THAT(says("撤销"), HasSubstr("又有人修改过"));
    EXPECT_EQ(owner_of("宏达科技"), "hanmei");
}

TEST_F(GivenACustomer, WhenTheQuestionIsCancelledOrTheReceiverIsWrongThenNothingHappens) {
    says("把宏达科技转给韩梅梅");
    EXPECT_THAT(says("嗯嗯什么"), HasSubstr("只有「确认」「是」「好」会转移"));
    EXPECT_THAT(says("先不转了，算了"), HasSubstr("已取消"));
    EXPECT_THAT(says("确认"), HasSubstr("没有等待确认"));
    EXPECT_THAT(says("宏达科技转给李雷"), HasSubstr("现在就由 李雷 负责"));
    EXPECT_THAT(says("宏达科技转给王五五"), HasSubstr("没有找到叫「王五五」"));
    EXPECT_EQ(count("ownership_event where kind = 'transfer'"), 0);
}

TEST_F(GivenACustomer, WhenSomebodyHandsOutThenItIsAnAssignment) {
    may("customer.assign");
    says("宏达科技分配给韩梅梅");
    EXPECT_THAT(says("好"), HasSubstr("已把「宏达科技」分配给「韩梅梅」"));
    EXPECT_EQ(count("ownership_event where kind = 'assign'"), 1);
    EXPECT_EQ(count("customer where acquired_kind = 'assign'"), 1);
    EXPECT_THAT(says("把未分配的3个客户分给韩梅梅"), HasSubstr("一次只能处理一家"));
}

TEST_F(GivenACustomer, WhenItIsSharedThenTheColleagueSeesIt) {
    EXPECT_THAT(says("我的客户", "hanmei"), Not(HasSubstr("宏达")));
    EXPECT_THAT(says("宏达科技共享给韩梅梅 只读"), HasSubstr("可查看。"));
    EXPECT_THAT(says("客户 宏达科技", "hanmei"), HasSubstr("button_interaction"));
    EXPECT_THAT(says("宏达科技级别改成重点", "hanmei"), HasSubstr("没有办成"));
    EXPECT_THAT(says("让韩梅梅也能编辑宏达科技"), HasSubstr("可查看和修改"));
    EXPECT_THAT(says("宏达科技级别改成重点", "hanmei"), HasSubstr("button_interaction"));
    EXPECT_THAT(says("宏达科技开放给财务部"), HasSubstr("没有名称里带「财务部」"));
}

TEST_F(GivenACustomer, WhenSomebodyChecksForDuplicatesThenHeLearnsWhatCreatingWouldTell) {
    auto const told = says("查重 宏达科技有限公司", "hanmei");
    EXPECT_THAT(told, AllOf(HasSubstr("宏***技 · 负责人 李雷"), HasSubstr("名称相同"), Not(HasSubstr("13800138000"))));
    EXPECT_THAT(says("13800138000 有人录了吗", "hanmei"), HasSubstr("电话相同"));
    EXPECT_THAT(says("查重 宏达科技"), HasSubstr("宏达科技 · 负责人 李雷"));
    EXPECT_THAT(says("查重 蓝天物流", "hanmei"), HasSubstr("没有人录过「蓝天物流」"));
}

TEST_F(GivenACustomer, WhenTagsAreSetThenOnlyKnownOnesAreTakenAndCanBeTakenBack) {
    EXPECT_THAT(says("宏达科技打标签 重点跟进"), HasSubstr("没有标签「重点跟进」"));
    may("tag.manage");
    EXPECT_THAT(says("宏达科技打标签 重点跟进"), HasSubstr("现在的标签：重点跟进"));
    EXPECT_THAT(says("给宏达科技加标签：续费"), HasSubstr("重点跟进、续费"));
    EXPECT_THAT(says("去掉宏达科技的标签 重点跟进"), HasSubstr("现在的标签：续费"));
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("customer_tag"), 2);
    EXPECT_EQ(count("audit_log where action = 'customer.tag'"), 4);
    EXPECT_THAT(says("去掉宏达科技的标签 大客户"), HasSubstr("没有标签「大客户」"));
}

TEST_F(GivenACustomer, WhenTwoAreMergedThenEverythingHangsOnTheOneThatStays) {
    says("新建客户 宏达工程 来源展会");
    says("宏达工程新增联系人 许总 13700000001");
    says("跟进 宏达工程 已寄样品");
    EXPECT_THAT(says("宏达工程合并到宏达科技"),
                AllOf(HasSubstr("要把「宏达工程」合并到「宏达科技」吗"), HasSubstr("1 位联系人"),
                      HasSubstr("24 小时内"), HasSubstr("撤销")));
    EXPECT_EQ(count("customer where deleted_at is null"), 2);
    EXPECT_THAT(says("确认"), HasSubstr("已把「宏达工程」合并到「宏达科技」"));
    auto const kept = id_of("customer", "name", "宏达科技");
    EXPECT_EQ(count("customer where deleted_at is null"), 1);
    EXPECT_EQ(count("customer where source = '展会' and id = " + kept), 1);
    EXPECT_EQ(count("contact where customer_id = " + kept), 1);
    EXPECT_EQ(count("followup where customer_id = " + kept + " and target_id = " + kept), 1);
    EXPECT_EQ(count("ownership_event where kind = 'merge'"), 1);
    EXPECT_THAT(says("许总"), HasSubstr("宏达科技"));
}

TEST_F(GivenACustomer, WhenAMergeIsTakenBackThenBothAreAsTheyWere) {
    says("宏达科技新增联系人 许总 13700000001");
    says("新建客户 宏达工程 电话13900139000 来源展会");
    says("宏达工程新增联系人 许志明 13700000001");
    says("宏达工程新增联系人 高燕 13700000002");
    says("宏达工程共享给韩梅梅 只读");
    says("跟进 宏达工程 已寄样品");
    says("提醒我明天9点联系宏达工程");
    auto const from = id_of("customer", "name", "宏达工程");
    auto const into = id_of("customer", "name", "宏达科技");
    auto const state = [&] {
        return in_tenant([&](database::Session& sql) {
            return sql.values<std::string>(
                "select name || level || source || coalesce(mobile, '') || remark || (deleted_at is null) || "
                "coalesce(merged_into_id, 0) from customer where tenant_id = :t union all select customer_id || name "
                "|| "
                "is_primary || (deleted_at is null) from contact where tenant_id = :t union all select customer_id || "
                "target_type || target_id from followup where tenant_id = :t union all select title || target_id from "
                "task where tenant_id = :t union all select object_id || power || employee_id from team_member where "
                "tenant_id = :t union all select kind || value || object_id from duplicate_key where tenant_id = :t "
                "union all select customer_id || tag_id::text from customer_tag where tenant_id = :t order by 1",
                {bind("t", tenant)});
        });
    };
    auto const before = state();
    says("宏达工程合并到宏达科技");
    EXPECT_THAT(says("确认"), HasSubstr("已把「宏达工程」合并到「宏达科技」"));
    EXPECT_NE(state(), before);
    EXPECT_THAT(says("撤销"), AllOf(HasSubstr("已撤销"), HasSubstr("合并到")));
    EXPECT_EQ(state(), before);
    EXPECT_EQ(count("audit_log where action = 'customer.unmerge'"), 2);
    EXPECT_EQ(count("ownership_event where kind = 'unmerge' and object_id = " + from), 1);
    EXPECT_THAT(says("客户 宏达工程"), HasSubstr("宏达工程"));
    EXPECT_EQ(count("customer_word where word = '=宏达工程' and customer_id = " + from), 1);
    EXPECT_EQ(count("customer_word where word = '=宏达工程' and customer_id = " + into), 0);
}

TEST_F(GivenACustomer, WhenTheMergedOneWasChangedSinceThenTheMergeStays) {
    says("新建客户 宏达工程");
    says("宏达工程合并到宏达科技");
    says("确认");
    in_tenant([&](database::Session& sql) {
        sql.execute("update customer set version = version + 1 where tenant_id = :t and name = '宏达科技'",
                    {bind("t", tenant)});
    });
    EXPECT_THAT(says("撤销"), HasSubstr("又有人修改过"));
    EXPECT_EQ(count("customer where deleted_at is null"), 1);
}

TEST_F(GivenACustomer, WhenASharingIsTakenBackThenTheColleagueIsAsBefore) {
    says("宏达科技共享给韩梅梅 只读");
    says("让韩梅梅也能编辑宏达科技");
    EXPECT_EQ(count("team_member where power = 'write'"), 1);
    EXPECT_THAT(says("撤销"), AllOf(HasSubstr("已撤销"), HasSubstr("共享客户 宏达科技")));
    EXPECT_EQ(count("team_member where power = 'read'"), 1);
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("team_member"), 0);
    EXPECT_THAT(says("我的客户", "hanmei"), Not(HasSubstr("宏达")));
    EXPECT_THAT(says("撤销"), AllOf(HasSubstr("已撤销"), HasSubstr("新建客户"))) << "the write before";
}

TEST_F(GivenACustomer, WhenAContactChangesThenTheNewsAreStoredAndCanBeTakenBack) {
    says("宏达科技新增联系人 许志明 13700000001");
    EXPECT_THAT(says("许志明换手机了 13700000002"), HasSubstr("电话：13700000002"));
    EXPECT_THAT(says("许志明职位改成总监"), HasSubstr("职务：总监"));
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("contact where mobile = '13700000002' and position = ''"), 1);
    EXPECT_THAT(says("钱多多职位改成总监"), HasSubstr("没有找到您能查看的联系人「钱多多」"));
    EXPECT_THAT(says("许志明职位改成总监", "hanmei"), HasSubstr("没有找到您能查看的联系人"));
}

TEST_F(GivenACustomer, WhenATaskIsMovedOrCancelledThenItsReminderGoesAlong) {
    says("提醒我明天下午3点写北辰方案");
    EXPECT_THAT(says("写北辰方案改到下周一"), AllOf(HasSubstr("已改期：写北辰方案"), HasSubstr("11月30日 周一 15:00")));
    EXPECT_EQ(count("timer where kind = 'task_reminder' and state = 0 and due_at = '2026-11-30 15:00+08'"), 1);
    EXPECT_THAT(says("写北辰方案推迟一天"), HasSubstr("12月1日 周二 15:00"));
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("task where due_at = '2026-11-30 15:00+08'"), 1);
    EXPECT_THAT(says("取消写方案的任务"), AllOf(HasSubstr("您是不是要找"), HasSubstr("写北辰方案")));
    EXPECT_THAT(says("是"), HasSubstr("已取消：写北辰方案"));
    EXPECT_EQ(count("timer where kind = 'task_reminder' and state = 0"), 0);
    EXPECT_THAT(says("撤销"), HasSubstr("已撤销"));
    EXPECT_EQ(count("task where status = 'open'"), 1);
}

}  // namespace
}  // namespace wescrm::bot
