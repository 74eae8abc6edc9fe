#include <wescrm/sales/names.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace wescrm::sales
