#include "unit/language/reading.hpp"

#include <gtest/gtest.h>

namespace wescrm::language {
namespace {

struct GivenWordsOfTheCompany : ::testing::Test {
    GivenWordsOfTheCompany() {
        for (auto const* level : {"重点", "普通", "战略客户"}) words.add("level", level);
        for (auto const* source : {"展会", "老客户介绍", "其他"}) words.add("source", source);
        for (auto const* industry : {"制造业", "环保", "环保能源"}) words.add("industry", industry);
        words.add("tag", "续费");
        words.add("product", "传感器X2");
        words.add("colour", "红色");
        words.add("level", "低");
    }
    std::string read(std::string const& text, Vocabulary const& known) const {
        auto const meant = understand(text, wednesday(), Zone{}, known);
        return meant.intent + " " + json::write(meant.slots);
    }
    std::string read(std::string const& text) const { return read(text, words); }

    Vocabulary words;
};

TEST_F(GivenWordsOfTheCompany, WhenOneStandsBesideANameThenItIsTheField) {
    EXPECT_EQ(read("新建客户 绿源 展会 重点 制造业"),
              R"(customer.create {"name":"绿源","source":"展会","level":"重点","industry":"制造业"})");
    EXPECT_EQ(read("新建客户 重点 绿源"), R"(customer.create {"level":"重点","name":"绿源"})");
    EXPECT_EQ(read("新建客户 绿源 老客户介绍来的"), R"(customer.create {"name":"绿源","source":"老客户介绍"})");
    EXPECT_EQ(read("新建客户 环保能源"), R"(customer.create {"name":"环保能源"})") << "alone it is the name";
    EXPECT_EQ(read("新建客户 环保先锋 电话13800138000"),
              R"(customer.create {"mobile":"13800138000","name":"环保先锋"})");
}

TEST_F(GivenWordsOfTheCompany, WhenItsWeeksBeginOnSundayThenWeeksAreReadSo) {
    EXPECT_EQ(read("下周日下午3点提醒我开会"), R"(task.create {"due_at":"2026-12-06T15:00","title":"开会"})");
    words.weeks_begin_on_sunday = true;
    EXPECT_EQ(read("下周日下午3点提醒我开会"), R"(task.create {"due_at":"2026-11-29T15:00","title":"开会"})");
    EXPECT_EQ(read("下周三下午3点提醒我开会"), R"(task.create {"due_at":"2026-12-02T15:00","title":"开会"})");
}

TEST_F(GivenWordsOfTheCompany, WhenItsFiscalYearBeginsInAprilThenQuartersAndYearsOfBusinessAreCountedFromThere) {
    auto const range = [this](std::string const& words_of_time) {
        auto const text = read(words_of_time + "新增客户");
        auto const at = text.find("\"period\":");
        return at == std::string::npos ? text : text.substr(at + 9);
    };
    auto const calendar = std::vector<std::string>{range("今年"), range("去年"), range("今年上半年"), range("本月")};
    auto const quarter = range("本季度");
    words.fiscal_year_start = 4;
    EXPECT_EQ((std::vector<std::string>{range("今年"), range("去年"), range("今年上半年"), range("本月")}), calendar);
    EXPECT_EQ(range("本季度"), quarter) << "the months are the same, only its number is not";
    EXPECT_EQ(range("本年度"), R"("2026-04-01..2027-03-31"})");
    EXPECT_EQ(range("上财年"), R"("2025-04-01..2026-03-31"})");
    EXPECT_EQ(range("2025财年"), R"("2025-04-01..2026-03-31"})");
    EXPECT_EQ(range("今年一季度"), R"("2026-04-01..2026-06-30"})");
    words.fiscal_year_start = 2;
    EXPECT_EQ(range("本季度"), R"("2026-11-01..2027-01-31"})");
    EXPECT_EQ(range("上季度"), R"("2026-08-01..2026-10-31"})");
}

TEST_F(GivenWordsOfTheCompany, WhenListsAreAskedForThenTheyAreFilters) {
    EXPECT_EQ(read("展会来的重点客户"), R"(customer.list {"source":"展会","level":"重点"})");
    EXPECT_EQ(read("我的环保能源客户"), R"(customer.list {"industry":"环保能源","scope":"self"})") << "the longest";
    EXPECT_EQ(read("标签续费的客户"), R"(customer.list {"tag":"续费"})");
    EXPECT_EQ(read("孙浩的制造业客户"), R"(customer.list {"industry":"制造业","scope":"employee:孙浩"})");
    EXPECT_EQ(read("战略客户"), R"(customer.list {"level":"战略客户"})");
}

TEST_F(GivenWordsOfTheCompany, WhenACustomerBecomesOneThenTheWordSaysWhichField) {
    EXPECT_EQ(read("绿源改成重点"), R"(customer.update {"customer":"绿源","set":{"level":"重点"}})");
    EXPECT_EQ(read("绿源改为制造业"), R"(customer.update {"customer":"绿源","set":{"industry":"制造业"}})");
}

TEST_F(GivenWordsOfTheCompany, WhenAFieldOfItsOwnIsNamedThenItsValueIsReadByItsKind) {
    words.add_own("customer", "trade", "choice", "行业分类");
    words.add_own("customer", "yearly", "money", "年采购额");
    words.add_own("customer", "visited", "date", "拜访日");
    words.add_own("contact", "hobby", "tags", "爱好");
    EXPECT_EQ(read("把宏达的行业分类改成制造"), R"(customer.update {"customer":"宏达","set":{"custom.trade":"制造"}})");
    EXPECT_EQ(read("宏达的年采购额改为50万"),
              R"(customer.update {"customer":"宏达","set":{"custom.yearly":50000000}})");
    EXPECT_EQ(read("宏达拜访日改成2026-12-08"),
              R"(customer.update {"customer":"宏达","set":{"custom.visited":"2026-12-08"}})");
    EXPECT_EQ(read("许总爱好改成钓鱼"), R"(contact.update {"contact":"许总","set":{"custom.hobby":"钓鱼"}})");
    EXPECT_EQ(read("新建客户 宏达科技 行业分类：制造 电话13800138000"),
              R"(customer.create {"mobile":"13800138000","custom.trade":"制造","name":"宏达科技"})");
    EXPECT_EQ(read("宏达的行业改成制造业"), R"(customer.update {"customer":"宏达","set":{"industry":"制造业"}})");
}

TEST_F(GivenWordsOfTheCompany, WhenFieldsOfSeveralKindsHaveOneNameThenTheWordBeforeSaysWhich) {
    words.add_own("opportunity", "o", "money", "采购预算");
    words.add_own("lead", "l", "money", "采购预算");
    words.add_own("customer", "c", "money", "采购预算");
    words.add_own("lead", "listed", "boolean", "是否上市");
    words.add_own("lead", "likes", "multi_choice", "意向产品");
    EXPECT_EQ(read("绿源的采购预算改成5万"), R"(customer.update {"customer":"绿源","set":{"custom.c":5000000}})");
    EXPECT_EQ(read("线索王强 采购预算=5万"), R"(lead.update {"lead":"王强","set":{"custom.l":5000000}})");
    EXPECT_EQ(read("把商机污水监测的采购预算改成5万"),
              R"(opportunity.update {"opportunity":"污水监测","set":{"custom.o":5000000}})");
    EXPECT_EQ(read("新建线索 王强 采购预算5万 是否上市 是 意向产品：水泵、滤芯"),
              R"(lead.create {"custom.l":"5万","custom.listed":"是","custom.likes":"水泵、滤芯","name":"王强"})");
    EXPECT_EQ(read("给绿源建商机 污水监测 12万 采购预算：9万"),
              R"(opportunity.create {"name":"污水监测","customer":"绿源","amount_fen":12000000,"custom.o":"9万"})");
}

TEST_F(GivenWordsOfTheCompany, WhenAProductIsNamedThenItIsLookedUp) {
    EXPECT_EQ(read("传感器x2多少钱"), R"(product.find {"product":"传感器X2"})");
    EXPECT_EQ(read("传感器X2"), R"(product.find {"product":"传感器X2"})");
}

TEST_F(GivenWordsOfTheCompany, WhenTheyAreUnknownThenNothingIsGuessed) {
    EXPECT_EQ(words.size(), 10U) << "其他 and 低 say nothing, colours are no words of ours";
    EXPECT_EQ(read("传感器X2", {}), R"(search {"query":"传感器X2"})");
    EXPECT_EQ(read("新建客户 绿源 展会", {}), R"(customer.create {"name":"绿源","remark":"展会"})");
    EXPECT_EQ(read("新建客户 绿源 其他"), R"(customer.create {"name":"绿源","remark":"其他"})");
}

}  // namespace
}  // namespace wescrm::language
