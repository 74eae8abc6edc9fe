#include <wescrm/org/erasure.hpp>

#include <gtest/gtest.h>

namespace wescrm::org {
namespace {

CompanyTable table(std::string name, std::vector<std::string> references) {
    return {std::move(name), {"id"}, std::move(references), {}};
}

TEST(TheOrderOfErasure, WhoeverRefersComesBeforeWhatItRefersTo) {
    auto const ordered = in_order_of_erasure({table("customer", {"employee"}), table("employee", {}),
                                              table("order_line", {"order"}), table("order", {"customer", "employee"})})
                             .value();
    auto names = std::vector<std::string>{};
    for (auto const& each : ordered) names.push_back(each.name);
    EXPECT_EQ(names, (std::vector<std::string>{"order_line", "order", "customer", "employee"}));
}

TEST(TheOrderOfErasure, WhenTablesReferToEachOtherThenThereIsNone) {
    EXPECT_EQ(in_order_of_erasure({table("a", {"b"}), table("b", {"a"})}).error().reason, "cycle");
}

}  // namespace
}  // namespace wescrm::org
