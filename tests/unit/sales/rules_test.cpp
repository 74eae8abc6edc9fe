#include "rules/consequences.hpp"

#include <wescrm/sales/names.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace wescrm::sales {
namespace {

TEST(NameCore, OfTableIsWhatTellsCompaniesApart) {
    struct Case {
        std::string_view name, core;
    };
    for (auto const& [name, core] :
         {Case{"宏达科技（北京）有限公司", "宏达科技"}, Case{"苏州宏达科技有限公司", "宏达科技"},
          Case{"宏达科技", "宏达科技"}, Case{" ＡＢＣ 科技股份有限公司", "abc科技"}, Case{"上海", "上海"}})
        EXPECT_EQ(name_core(name), core) << name;
}

TEST(NormalPhone, OfTableIsTheStoredForm) {
    struct Case {
        std::string_view typed;
        std::optional<std::string> normal;
    };
    for (auto const& [typed, normal] :
         {Case{"138 0013 8000", "13800138000"}, Case{"+86-138-0013-8000", "13800138000"},
          Case{"0512 66001234", "0512-66001234"}, Case{"010-60000000转8", "010-60000000-8"},
          Case{"12345", std::nullopt}, Case{"1380013800", std::nullopt}, Case{"abc", std::nullopt}})
        EXPECT_EQ(normal_phone(typed), normal) << typed;
}

TEST(SearchWords, HoldPairsPinyinInitialsAndEndsOfPhones) {
    EXPECT_THAT(search_words("宏达科技", "", {"13800138000"}),
                ::testing::IsSupersetOf({"宏达", "达科", "科技", "~hdkj", "~hongdakeji", "#13800138000", "#8000"}));
}

TEST(SearchWords, WholeNamesAndTheirSoundAreWordsToo) {
    auto const words = search_words("苏州绿源环保有限公司", "绿源", {});
    for (auto const* word : {"=绿源环保", "=绿源", "~luyuanhuanbao", "~lyhb"})
        EXPECT_TRUE(std::find(words.begin(), words.end(), word) != words.end()) << word;
    EXPECT_EQ(typed_words("绿圆环保").sound, "luyuanhuanbao");
    EXPECT_EQ(typed_words("LvYuan").sound, "luyuan");
}

TEST(SurnameIn, OfTableIsWhomAFormOfAddressMeans) {
    struct Case {
        std::string_view typed;
        std::string_view surname;
    };
    for (auto const& [typed, surname] : {Case{"许总", "许"},
                                         {"许经理", "许"},
                                         {"欧阳老师", "欧阳"},
                                         {"李总经理", "李"},
                                         {"许志明", ""},
                                         {"总", ""},
                                         {"星河智造总", ""}})
        EXPECT_EQ(surname_in(typed), surname) << typed;
}

TEST(MaskedName, ShowsNoMoreThanItsEnds) {
    EXPECT_EQ(masked_name("宏达科技有限公司"), "宏***司");
    EXPECT_EQ(masked_name("宏达"), "宏***");
    EXPECT_EQ(masked_name("宏"), "*");
}

TEST(AfterFollowup, OfTableMovesTheCustomersInstants) {
    auto const at = [](int day) { return Instant{days{day}}; };
    struct Case {
        ContactInstants before;
        Instant followed;
        std::optional<Instant> next;
        ContactInstants after;
    };
    for (auto const& [before, followed, next, after] : std::vector<Case>{
             {{}, at(5), {}, {at(5), {}}},                    // the first
             {{at(3), at(4)}, at(5), {}, {at(5), {}}},        // fulfils the plan
             {{at(3), at(9)}, at(5), {}, {at(5), at(9)}},     // a later plan stays
             {{at(3), at(9)}, at(5), at(7), {at(5), at(7)}},  // a new plan replaces it
             {{at(6), at(9)}, at(5), {}, {at(6), at(9)}},     // noted afterwards
         })
        EXPECT_EQ(after_followup(before, followed, next), after);
}

}  // namespace
}  // namespace wescrm::sales
