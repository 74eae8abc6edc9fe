#include "given.hpp"

#include <wescrm/sales/field_labels.hpp>
#include <wescrm/sales/lead_conversion.hpp>

// A company's own fields in the chat: said by their labels, asked for where they must be filled, shown on cards.
namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct GivenOwnFields : GivenTwoSalespeople {
    GivenOwnFields() {
        define("customer", "trade", "choice",
               R"("label":"行业分类","required":true,"in_card":true,"options":["制造","零售"])");
        define("customer", "yearly", "money", R"("label":"年采购额")");
        define("contact", "hobby", "tags", R"("label":"兴趣爱好")");
        learn();
        handlers =
            chat_handlers({catalogue, services, [this](std::string_view text, Instant at, Zone const& zone) {
                               auto meant = language::understand(text, at, zone, words);
                               return Understood{std::move(meant.intent), meant.confidence, std::move(meant.slots)};
                           }});
    }
    void learn() {
        words = language::Vocabulary{};
        in_tenant([this](database::Session& sql) {
            for (auto const& own : sales::fields_by_label(sql, tenant))
                words.add_own(own.object, own.key, own.type, own.label);
        });
    }
    void define(std::string const& object, std::string const& key, std::string const& type,
                std::string const& members) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into field (tenant_id, object, key, type, position, definition, created_at, updated_at) values "
                "(:t, :o, :k, :y, 1, :d::jsonb, now(), now())",
                {bind("t", tenant), bind("o", object), bind("k", key), bind("y", type),
                 bind("d", R"({"key":")" + key + R"(","type":")" + type + "\"," + members + "}")});
        });
    }
    std::string kept(std::string const& table, std::string const& key) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select coalesce(max(custom ->> :k), '') from " + table + " where tenant_id = :t",
                                    {bind("t", tenant), bind("k", key)})
                .value();
        });
    }

    language::Vocabulary words;
    void permit(std::vector<std::string> const& permissions) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select tenant_id, id, p, 'self' "
                "from role, unnest(:p::text[]) p where tenant_id = :t",
                {bind("t", tenant), bind("p", permissions)});
        });
    }
};

TEST_F(GivenOwnFields, WhenOneMustBeFilledThenTheChatAsksForItUntilItIsRight) {
    EXPECT_THAT(says("新建客户 宏达科技"), AllOf(HasSubstr("还要填写行业分类"), HasSubstr("制造、零售")));
    EXPECT_THAT(says("采矿"), HasSubstr("这样不行"));
    EXPECT_EQ(count("customer"), 0);
    EXPECT_THAT(says("制造"), AllOf(HasSubstr("已新建客户"), HasSubstr("行业分类"), HasSubstr("制造")));
    EXPECT_EQ(kept("customer", "trade"), "制造");
}

TEST_F(GivenOwnFields, WhenTheSentenceNamesItThenNothingIsAsked) {
    EXPECT_THAT(says("新建客户 绿源环保 行业分类：零售"), AllOf(HasSubstr("已新建客户"), HasSubstr("零售")));
    EXPECT_EQ(count("customer where name = '绿源环保'"), 1);
    EXPECT_EQ(kept("customer", "trade"), "零售");
}

TEST_F(GivenOwnFields, WhenASentenceChangesItThenTheValueIsReadByItsKind) {
    says("新建客户 宏达科技 行业分类：零售");
    EXPECT_THAT(says("把宏达科技的行业分类改成制造"), AllOf(HasSubstr("已修改"), HasSubstr("制造")));
    EXPECT_EQ(kept("customer", "trade"), "制造");
    EXPECT_THAT(says("宏达科技的年采购额改成50万"), HasSubstr("已修改"));
    EXPECT_EQ(kept("customer", "yearly"), "50000000");
    EXPECT_THAT(says("宏达科技的行业分类改成采矿"), AllOf(HasSubstr("制造、零售"), Not(HasSubstr("已修改"))));
    EXPECT_EQ(kept("customer", "trade"), "制造");
}

TEST_F(GivenOwnFields, WhenAChangeOfOneIsTakenBackThenTheOldValueIsThereAgain) {
    says("新建客户 宏达科技 行业分类：零售");
    says("把宏达科技的行业分类改成制造");
    says("宏达科技的年采购额改成50万");
    EXPECT_THAT(says("撤销"), HasSubstr("修改客户"));
    EXPECT_EQ(kept("customer", "yearly"), "");
    EXPECT_EQ(kept("customer", "trade"), "制造");
}

/// The company's leads and opportunities have fields of their own too.
struct GivenOwnFieldsOfDeals : GivenOwnFields {
    GivenOwnFieldsOfDeals() {
        sales::add_lead_operations(catalogue, {}, sales::make_opportunity, sales::drop_opportunity);
        permit({"lead.view", "lead.create", "lead.edit", "lead.delete", "opportunity.view", "opportunity.create",
                "opportunity.edit", "opportunity.delete"});
        define("lead", "channel_of", "choice",
               R"("label":"获客渠道","required":true,"in_card":true,"options":["展会","官网"])");
        define("lead", "plan", "money", R"("label":"采购预算","in_card":true)");
        define("lead", "likes", "multi_choice", R"("label":"意向产品","options":["水泵","阀门","滤芯"])");
        define("opportunity", "trade", "choice",
               R"("label":"行业分类","required":true,"in_card":true,"options":["制造","零售"])");
        define("opportunity", "cost", "money", R"("label":"采购预算","in_card":true)");
        define("opportunity", "tender", "date", R"("label":"开标日期","in_card":true)");
        define("opportunity", "bid", "boolean", R"("label":"需要投标")");
        learn();
        says("新建客户 绿源环保 行业分类：零售");
    }
};

TEST_F(GivenOwnFieldsOfDeals, WhenALeadMustHaveOneThenTheChatAsksForItAndTheCardShowsIt) {
    EXPECT_THAT(says("新建线索 王强 13600000001"), AllOf(HasSubstr("还要填写获客渠道"), HasSubstr("展会、官网")));
    EXPECT_EQ(count("lead"), 0);
    EXPECT_THAT(says("路边"), HasSubstr("这样不行"));
    EXPECT_THAT(says("官网"), AllOf(HasSubstr("已新建线索"), HasSubstr("获客渠道"), HasSubstr("官网")));
    EXPECT_EQ(kept("lead", "channel_of"), "官网");
    EXPECT_EQ(count("lead where mobile = '13600000001'"), 1);
}

TEST_F(GivenOwnFieldsOfDeals, WhenTheSentenceNamesThemThenTheyAreSetByTheirKinds) {
    EXPECT_THAT(says("新建线索 王强 获客渠道=展会 采购预算 5万 意向产品：水泵、滤芯"),
                AllOf(HasSubstr("已新建线索"), HasSubstr("采购预算"), HasSubstr("5.00 万元")));
    EXPECT_EQ(kept("lead", "channel_of"), "展会");
    EXPECT_EQ(kept("lead", "plan"), "5000000");
    EXPECT_EQ(kept("lead", "likes"), R"(["水泵", "滤芯"])");
    EXPECT_THAT(says("线索王强的采购预算改成8万"), AllOf(HasSubstr("已修改"), HasSubstr("8.00 万元")));
    EXPECT_EQ(kept("lead", "plan"), "8000000");
    EXPECT_THAT(says("线索王强 获客渠道=官网"), HasSubstr("已修改"));
    EXPECT_EQ(kept("lead", "channel_of"), "官网");
    EXPECT_THAT(says("线索王强"), AllOf(HasSubstr("获客渠道"), HasSubstr("官网"), HasSubstr("8.00 万元")));
}

TEST_F(GivenOwnFieldsOfDeals, WhenALeadOrAnOpportunityIsFollowedThenByItsName) {
    says("新建线索 王强 获客渠道=展会");
    EXPECT_THAT(says("跟进 王强 今天电话沟通，客户要报价，下周三再联系"),
                AllOf(HasSubstr("已为 **王强** 记录跟进"), HasSubstr("下次联系")));
    EXPECT_EQ(count("followup where target_type = 'lead' and deleted_at is null"), 1);
    EXPECT_EQ(count("lead where last_follow_at is not null and next_contact_at is not null"), 1);
    EXPECT_THAT(says("跟进 线索王强 已发报价"), HasSubstr("已为 **王强** 记录跟进"));
    EXPECT_THAT(says("跟进 绿源环保 寄了样品"), HasSubstr("已为 **绿源环保** 记录跟进"));
    EXPECT_EQ(count("followup where target_type = 'lead' and deleted_at is null"), 2);
    says("撤销");
    EXPECT_EQ(count("followup where target_type = 'customer' and deleted_at is null"), 0);
    EXPECT_THAT(says("跟进 查无此人 打了电话"), HasSubstr("没有找到"));
    says("给绿源环保建商机 年度采购 50万 行业分类：零售");
    EXPECT_THAT(says("跟进 年度采购 客户确认了预算"), HasSubstr("已为 **年度采购** 记录跟进"));
    EXPECT_EQ(count("followup where target_type = 'opportunity'"), 1);
}

TEST_F(GivenOwnFieldsOfDeals, WhenALeadsWriteIsTakenBackThenItIsAsBefore) {
    says("新建线索 王强 获客渠道=展会 采购预算 5万");
    says("线索王强的采购预算改成8万");
    EXPECT_THAT(says("撤销"), HasSubstr("修改线索 王强"));
    EXPECT_EQ(kept("lead", "plan"), "5000000");
    says("新建线索 刘倩 获客渠道=展会");
    EXPECT_THAT(says("撤销"), HasSubstr("新建线索 刘倩"));
    EXPECT_EQ(count("lead where deleted_at is null"), 1);
    EXPECT_EQ(count("customer where deleted_at is null"), 1) << "what was written before it stays";
}

TEST_F(GivenOwnFieldsOfDeals, WhenAnOpportunityMustHaveOneThenTheChatAsksForIt) {
    EXPECT_THAT(says("给绿源环保建商机 污水监测 12万 开标日期 2026-12-08"), HasSubstr("还要填写行业分类"));
    EXPECT_EQ(count("opportunity"), 0);
    EXPECT_THAT(says("制造"), AllOf(HasSubstr("已新建商机"), HasSubstr("行业分类"), HasSubstr("制造"),
                                    HasSubstr("开标日期"), HasSubstr("2026-12-08")));
    EXPECT_EQ(kept("opportunity", "tender"), "2026-12-08");
    EXPECT_EQ(count("opportunity where amount_fen = 12000000 and name = '污水监测'"), 1);
}

TEST_F(GivenOwnFieldsOfDeals, WhenTheSameNameStandsOnSeveralKindsThenTheWordSaysWhich) {
    says("给绿源环保建商机 污水监测 12万 行业分类：零售 采购预算：9万");
    EXPECT_EQ(kept("opportunity", "cost"), "9000000");
    EXPECT_EQ(count("opportunity where amount_fen = 12000000"), 1) << "the amount is not the own field's";
    EXPECT_THAT(says("商机污水监测的采购预算改成10万"), AllOf(HasSubstr("已修改"), HasSubstr("10.00 万元")));
    EXPECT_EQ(kept("opportunity", "cost"), "10000000");
    EXPECT_THAT(says("商机污水监测的行业分类改成制造"), HasSubstr("已修改"));
    EXPECT_EQ(kept("opportunity", "trade"), "制造");
    EXPECT_EQ(kept("customer", "trade"), "零售");
    says("商机污水监测的需要投标改成是");
    EXPECT_EQ(kept("opportunity", "bid"), "true");
    EXPECT_THAT(says("撤销"), HasSubstr("修改商机"));
    EXPECT_EQ(kept("opportunity", "bid"), "");
    EXPECT_EQ(count("opportunity where amount_fen = 12000000"), 1);
}

TEST_F(GivenOwnFieldsOfDeals, WhenTheCardsButtonIsPressedThenEverythingIsShown) {
    says("新建线索 王强 获客渠道=展会 意向产品：水泵、滤芯");
    auto const id = in_tenant([&](database::Session& sql) {
        return sql.value<std::string>("select id::text from lead where tenant_id = :t", {bind("t", tenant)}).value();
    });
    EXPECT_THAT(presses("show:lead:" + id), AllOf(HasSubstr("意向产品：水泵、滤芯"), HasSubstr("负责人：李雷")));
    EXPECT_THAT(presses("show:lead:" + id, "hanmei"), Not(HasSubstr("意向产品")));
}

TEST_F(GivenOwnFieldsOfDeals, WhenNoneIsMeantByTheNameThenItSaysSo) {
    EXPECT_THAT(says("线索赵钱的采购预算改成8万"), HasSubstr("没有找到您能查看的线索"));
}

/// Every kind that somebody can say, on a customer.
struct GivenSayableFields : GivenOwnFields {
    GivenSayableFields() {
        define("customer", "listed", "boolean", R"("label":"是否上市")");
        define("customer", "helper", "employee", R"("label":"协助人员")");
        define("customer", "helpers", "employees", R"("label":"项目成员")");
        define("customer", "unit", "department", R"("label":"归口部门")");
        define("customer", "opened", "date", R"("label":"开业日期")");
        define("customer", "workers", "integer", R"("label":"员工人数")");
        define("customer", "share", "percent", R"("label":"采购占比")");
        define("customer", "goods", "multi_choice", R"("label":"意向产品","options":["水泵","阀门"])");
        define("customer", "hotline", "phone", R"("label":"服务热线")");
        define("customer", "mail", "email", R"("label":"财务邮箱")");
        define("customer", "area", "region", R"("label":"发货地区")");
        define("customer", "photo", "image", R"("label":"门头照片")");
        define("customer", "spot", "location", R"("label":"仓库位置")");
        define("customer", "friend", "reference", R"("label":"介绍客户","reference_object":"customer")");
        learn();
        in_tenant([&](database::Session& sql) {
            sql.execute("insert into department (tenant_id, id, name, path) values (:t, 7, '客服部', '{7}')",
                        {bind("t", tenant)});
        });
        says("新建客户 宏达科技 行业分类：零售");
    }
};

TEST_F(GivenSayableFields, WhenOneIsSaidThenItsKindReadsIt) {
    struct Said {
        std::string sentence, key, value;
    };
    for (auto const& [sentence, key, value] :
         std::vector<Said>{{"宏达科技 是否上市=是", "listed", "true"},
                           {"宏达科技的协助人员改成韩梅梅", "helper", "hanmei"},
                           {"宏达科技的项目成员改成李雷、韩梅梅", "helpers", R"(["lilei", "hanmei"])"},
                           {"宏达科技的归口部门改成客服部", "unit", "7"},
                           {"宏达科技的开业日期改成2026年12月8日", "opened", "2026-12-08"},
                           {"宏达科技 员工人数=120", "workers", "120"},
                           {"宏达科技的采购占比改成30%", "share", "30.0"},
                           {"宏达科技的意向产品改成水泵、阀门", "goods", R"(["水泵", "阀门"])"},
                           {"宏达科技的服务热线改成0512-66001234", "hotline", "0512-66001234"},
                           {"宏达科技的财务邮箱改成cw@hongda.cn", "mail", "cw@hongda.cn"},
                           {"宏达科技的发货地区改成江苏省/苏州市", "area", R"(["江苏省", "苏州市"])"}}) {
        EXPECT_THAT(says(sentence), HasSubstr("已修改")) << sentence;
        EXPECT_EQ(kept("customer", key), value) << sentence;
    }
}

TEST_F(GivenSayableFields, WhenItsKindCannotBeSaidThenItIsToldWhereItIsFilledIn) {
    for (auto const* sentence :
         {"宏达科技的门头照片改成新的", "宏达科技的仓库位置改成苏州", "宏达科技的介绍客户改成绿源"})
        EXPECT_THAT(says(sentence), AllOf(HasSubstr("不能用文字填写"), HasSubstr("「客户」"))) << sentence;
    EXPECT_THAT(says("宏达科技的协助人员改成张三"), HasSubstr("没有这位员工"));
}

// The fields that every company has, by the company's words and rules.
struct GivenSystemFields : GivenOwnFields {
    GivenSystemFields() { permit({"opportunity.view", "opportunity.create", "opportunity.edit"}); }
    void set(std::string const& object, std::string const& key, std::string const& type, std::string const& members) {
        define(object, "system." + key, type, members);
    }
};

TEST_F(GivenSystemFields, WhenTheFormRequiresOneThenTheChatAsksForItInTheCompanysWord) {
    set("customer", "industry", "text", R"("label":"所属赛道","required":true)");
    EXPECT_THAT(says("新建客户 宏达科技"), HasSubstr("还要填写所属赛道"));
    EXPECT_THAT(says("新能源"), HasSubstr("还要填写行业分类")) << "one after the other";
    EXPECT_EQ(count("customer"), 0);
    EXPECT_THAT(says("制造"), HasSubstr("已新建客户"));
    EXPECT_EQ(count("customer where industry = '新能源'"), 1);
}

TEST_F(GivenSystemFields, WhenADayIsAskedForThenItIsReadLikeAnyOther) {
    set("opportunity", "expected_close_date", "date", R"("label":"签约日","required":true)");
    says("新建客户 宏达科技 行业分类：零售");
    EXPECT_THAT(says("给宏达科技建商机 二期改造"), HasSubstr("还要填写签约日"));
    EXPECT_THAT(says("下周五"), HasSubstr("已新建商机"));
    EXPECT_EQ(count("opportunity where expected_close_date is not null"), 1);
}

TEST_F(GivenSystemFields, WhenAnAnswerIsRefusedThenItIsAskedForAgain) {
    set("contact", "email", "text", R"("label":"工作邮箱","required":true)");
    says("新建客户 宏达科技 行业分类：零售");
    EXPECT_THAT(says("宏达科技新增联系人 王建国 13800138000"), HasSubstr("还要填写工作邮箱"));
    EXPECT_THAT(says("wang在hongda"), HasSubstr("这样不行"));
    EXPECT_THAT(says("wang@hongda.example"), HasSubstr("王建国"));
    EXPECT_EQ(count("contact where email = 'wang@hongda.example'"), 1);
}

TEST_F(GivenSystemFields, WhenItCannotBeSaidThenThePageIsNamed) {
    set("opportunity", "amount_fen", "money", R"("label":"预估金额","required":true)");
    says("新建客户 宏达科技 行业分类：零售");
    EXPECT_THAT(says("给宏达科技建商机 二期改造"), AllOf(HasSubstr("预估金额"), HasSubstr("在「商机」里填写")));
}

TEST_F(GivenSystemFields, WhenOneIsCalledOtherwiseThenCardsSaySo) {
    set("customer", "level", "text", R"("label":"分级")");
    set("customer", "source", "text", R"("label":"渠道")");
    auto const card = says("新建客户 宏达科技 级别A 来源展会 行业分类：零售");
    EXPECT_THAT(card, AllOf(HasSubstr("分级"), HasSubstr("渠道"), Not(HasSubstr("来源"))));
}

}  // namespace
}  // namespace wescrm::bot
