#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/operations.hpp>

#include <gtest/gtest.h>

namespace wescrm::operation::tests {
namespace {

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

Result<Nothing> do_nothing(Context&, Nothing const&) { return Nothing{}; }

constexpr Operation<Nothing, Nothing> first{"a.first", "一", "a.view", Effect::reads, do_nothing, {"GET", "/a"}};
constexpr Operation<Nothing, Nothing> same_name{"a.first", "二", "a.view", Effect::reads, do_nothing, {"GET", "/b"}};
constexpr Operation<Nothing, Nothing> same_route{"a.second", "二", "a.view", Effect::reads, do_nothing, {"GET", "/a"}};
constexpr Operation<Nothing, Nothing> other_method{"a.third",      "三",       "a.view",
                                                   Effect::writes, do_nothing, {"POST", "/a"}};
constexpr Operation<Nothing, Nothing> without_route{"a.fourth", "四", "a.view", Effect::writes, do_nothing, {}};
constexpr Operation<Nothing, Nothing> also_without{"a.fifth", "五", "a.view", Effect::writes, do_nothing, {}};
constexpr Operation<Nothing, Nothing> without_permission{"a.sixth", "六", "", Effect::reads, do_nothing, {}};

TEST(Catalogue, WhenNamesRoutesAndPermissionsAreInOrderThenAllAreFoundByName) {
    auto catalogue = Catalogue{};
    catalogue.add(other_method);
    catalogue.add(first);
    catalogue.add(without_route);
    catalogue.add(also_without);
    ASSERT_EQ(catalogue.entries().size(), 4U);
    EXPECT_EQ(catalogue.entries().front()->name, "a.fifth");
    ASSERT_NE(catalogue.find("a.third"), nullptr);
    EXPECT_EQ(catalogue.find("a.third")->route.method, "POST");
    EXPECT_EQ(catalogue.find("a.nothing"), nullptr);
}

TEST(Catalogue, WhenAnOperationCannotBeRightThenItIsRefused) {
    auto catalogue = Catalogue{};
    catalogue.add(first);
    EXPECT_THROW(catalogue.add(same_name), std::logic_error);
    EXPECT_THROW(catalogue.add(same_route), std::logic_error);
    EXPECT_THROW(catalogue.add(without_permission), std::logic_error);
    EXPECT_EQ(catalogue.entries().size(), 1U);
}

TEST(Catalogue, WhenTheModulesOwnOperationsAreAddedThenEachHasARoute) {
    auto catalogue = Catalogue{};
    add_operations(catalogue);
    EXPECT_NE(catalogue.find("me.show"), nullptr);
    for (auto const* entry : catalogue.entries()) EXPECT_FALSE(entry->route.path.empty()) << entry->name;
}

}  // namespace
}  // namespace wescrm::operation::tests
