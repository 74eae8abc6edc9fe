#include "pool_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

/// li merges 宏达苏州 into 宏达科技 on a page; wang is the administrator.
struct GivenAMerge : PoolTest {
    GivenAMerge() { sales::add_merge_operation(catalogue, {}); }

    // Who merges here is the administrator as well: the permission is not what is tested.
    std::string merge(std::string const& gone, std::string const& kept, std::string const& user = "wang") {
        return reason(user, "customer.merge", R"({"id":")" + gone + R"(","into_id":")" + kept + R"("})");
    }
    std::string show(std::string const& id, std::string const& member) {
        return get("wang", "customer.show", id_of(id), member);
    }

    std::string into = get("li", "customer.create", R"({"name":"宏达科技"})");
    std::string from =
        get("li", "customer.create", R"({"name":"宏达苏州","scale":"中型","city":"苏州","website":"hongda.cn"})");
    std::string below = get("li", "customer.create", R"({"name":"宏达昆山","parent_id":")" + from + R"("})");
    std::string person = get("li", "contact.create", R"({"customer_id":")" + from + R"(","name":"王建国"})");
};

TEST_F(GivenAMerge, WhenTakenBackOnAPageThenBothAreAsBefore) {
    ASSERT_EQ(merge(from, into), "");
    EXPECT_EQ(show(into, "scale"), "中型");
    EXPECT_EQ(show(into, "website"), "https://hongda.cn");
    EXPECT_EQ(show(below, "parent_id"), into);
    EXPECT_EQ(get("wang", "contact.show", id_of(person), "customer_id"), into);
    auto const past = call("wang", "customer.merges", id_of(into));
    ASSERT_EQ((*past)["items"].Size(), 1U);
    EXPECT_EQ(json::find_string((*past)["items"][0], "label"), "把 宏达苏州 合并到 宏达科技");
    EXPECT_EQ(json::find_bool((*past)["items"][0], "may_undo"), true);
    EXPECT_EQ(get("wang", "customer.undo_merge", id_of(into), "scale"), "");
    EXPECT_EQ(show(into, "website"), "");
    EXPECT_EQ(show(from, "city"), "苏州");
    EXPECT_EQ(show(below, "parent_id"), from);
    EXPECT_EQ(get("wang", "contact.show", id_of(person), "customer_id"), from);
    EXPECT_EQ((*call("wang", "customer.merges", id_of(into)))["items"].Size(), 0U);
    EXPECT_EQ(reason("wang", "customer.undo_merge", id_of(into)), "too_late");
    EXPECT_EQ(count("audit_log where action = 'customer.unmerge'"), 2);
}

TEST_F(GivenAMerge, WhenADayHasPassedThenItStays) {
    merge(from, into);
    clock.advance(hours{24});
    EXPECT_EQ(reason("wang", "customer.undo_merge", id_of(into)), "too_late");
}

TEST_F(GivenAMerge, WhenTheCustomerWasChangedSinceThenItStays) {
    merge(from, into);
    auto const version = show(into, "version");
    get("li", "customer.change", R"({"id":")" + into + R"(","version":)" + version + R"(,"remark":"重要"})");
    EXPECT_EQ(json::find_bool((*call("wang", "customer.merges", id_of(into)))["items"][0], "may_undo"), false);
    EXPECT_EQ(reason("wang", "customer.undo_merge", id_of(into)), "changed_since");
}

TEST_F(GivenAMerge, WhenSomebodyElseAsksThenOnlyAnAdministratorMay) {
    merge(from, into);
    administrator = "boss";
    EXPECT_EQ(reason("li", "customer.undo_merge", id_of(into)), "permission");
    EXPECT_EQ(reason("boss", "customer.undo_merge", id_of(into)), "");
}

TEST_F(GivenAMerge, WhenTheOneThatStaysStoodBelowThenItTakesThePlace) {
    auto const top = customer("li", "宏达集团");
    auto const version = show(from, "version");
    get("li", "customer.change",
        R"({"id":")" + from + R"(","version":)" + version + R"(,"parent_id":")" + top + R"("})");
    ASSERT_EQ(merge(from, below), "");
    EXPECT_EQ(show(below, "parent_id"), top);
    EXPECT_EQ(get("wang", "customer.undo_merge", id_of(below), "parent_id"), from);
    EXPECT_EQ(show(from, "parent_id"), top);
}

}  // namespace
}  // namespace wescrm::testing
