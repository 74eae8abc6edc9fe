#include "pool_given.hpp"

#include <wescrm/sales/recycle_bin.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// 王建国 of li's 宏达科技 also works at 瑞丰包装, another customer of li's. wang is the administrator, chen a
/// colleague.
struct GivenAPersonAtTwoCustomers : PoolTest {
    GivenAPersonAtTwoCustomers() {
        sales::add_merge_operation(catalogue, {});
        employees["chen"] = in_tenant([this](database::Session& sql) {
            return sql
                .value<EmployeeId>(
                    "insert into employee (tenant_id, user_id, name) values (:t, 'chen', 'chen') returning id",
                    {database::bind("t", tenant)})
                .value();
        });
        linked = link("li", person, further, R"(,"position":"顾问","decision_role":"influencer","note":"周二在")");
    }
    std::string link(std::string const& user, std::string const& who, std::string const& where,
                     std::string const& more = "") {
        auto const answer =
            call(user, "contact.link", R"({"id":")" + who + R"(","customer_id":")" + where + "\"" + more + "}");
        if (answer) return {};
        return answer.error().code == Errc::invalid_input ? answer.error().fields.front().field : answer.error().reason;
    }
    std::string unlink(std::string const& user, std::string const& where) {
        return reason(user, "contact.unlink", R"({"id":")" + person + R"(","customer_id":")" + where + "\"}");
    }
    std::string of_customer(std::string const& where, std::string const& who) const {
        return R"({"id":")" + where + R"(","contact_id":")" + who + "\"}";
    }
    static std::string text(json::Value const& object, std::string_view member) {
        return json::find_string(object, member).value_or("");
    }
    /// "瑞丰包装 顾问 influencer 周二在"
    std::vector<std::string> places(std::string const& user, std::string const& who) {
        auto found = std::vector<std::string>{};
        auto const shown = call(user, "contact.show", id_of(who));
        if (!shown) return {shown.error().reason};
        for (auto const& place : (*shown)["also_at"].GetArray())
            found.push_back(text(place, "customer_name") + " " + text(place, "position") + " " +
                            text(place, "decision_role") + " " + text(place, "note"));
        return found;
    }
    std::vector<std::string> places(std::string const& user) { return places(user, person); }
    /// "王建国 顾问 13800138000 宏达科技"
    std::vector<std::string> linked_at(std::string const& user, std::string const& where) {
        auto found = std::vector<std::string>{};
        auto const shown = call(user, "customer.linked_contacts", id_of(where));
        if (!shown) return {shown.error().reason};
        for (auto const& one : (*shown)["items"].GetArray())
            found.push_back(text(one, "name") + " " + text(one, "position") + " " + text(one, "mobile") + " " +
                            text(one, "customer_name"));
        return found;
    }
    std::string make(std::string const& where, std::string const& mobile, std::string const& name = "王总") {
        return R"({"customer_id":")" + where + R"(","name":")" + name + R"(","mobile":")" + mobile + "\"}";
    }
    void give(std::string const& where, std::string const& to) {
        ASSERT_EQ(reason("wang", "customer.transfer", R"({"id":")" + where + R"(","user_id":")" + to + R"("})"), "");
    }
    void merge(std::string const& gone, std::string const& kept) {
        ASSERT_EQ(reason("wang", "customer.merge", R"({"id":")" + gone + R"(","into_id":")" + kept + R"("})"), "");
    }
    void take_back(std::string const& kept) { ASSERT_EQ(reason("wang", "customer.undo_merge", id_of(kept)), ""); }
    std::string text_of(std::string const& object, std::string const& id, std::string const& member) {
        return get("wang", object + ".show", id_of(id), member);
    }
    std::string version_of(std::string const& who) { return get("li", "contact.show", id_of(who), "version"); }

    std::string own = get("li", "customer.create", R"({"name":"宏达科技"})");
    std::string further = get("li", "customer.create", R"({"name":"瑞丰包装"})");
    std::string person =
        get("li", "contact.create",
            R"({"customer_id":")" + own + R"(","name":"王建国","mobile":"13800138000","position":"总经理"})");
    std::string linked;
};

TEST_F(GivenAPersonAtTwoCustomers, WhenEitherIsLookedAtThenHeIsThereWithWhatHeIsThere) {
    ASSERT_EQ(linked, "");
    EXPECT_THAT(places("li"), ElementsAre("瑞丰包装 顾问 influencer 周二在"));
    EXPECT_THAT(linked_at("li", further), ElementsAre("王建国 顾问 13800138000 宏达科技"));
    EXPECT_THAT(linked_at("li", own), IsEmpty());
    ASSERT_EQ(link("li", person, further, R"(,"position":"董事")"), "") << "a second time changes what is given";
    EXPECT_THAT(places("li"), ElementsAre("瑞丰包装 董事 influencer 周二在"));
    EXPECT_EQ(count("audit_log where action = 'contact.link' and object = 'contact'"), 2);
    EXPECT_EQ(count("audit_log where action = 'customer.link_contact' and object = 'customer'"), 2);
    EXPECT_EQ(count("audit_log where action = 'contact.link' and after::text like '%瑞丰%'"), 0)
        << "who sees the person need not see that customer";
    ASSERT_EQ(unlink("li", further), "");
    EXPECT_THAT(places("li"), IsEmpty());
    EXPECT_THAT(linked_at("li", further), IsEmpty());
    EXPECT_EQ(unlink("li", further), "contact_link");
    EXPECT_EQ(count("audit_log where action = 'customer.unlink_contact'"), 1);
}

TEST_F(GivenAPersonAtTwoCustomers, WhenAddedAndRemovedFromTheCustomerThenTheSameHolds) {
    auto const third = customer("li", "恒信电子");
    ASSERT_EQ(reason("li", "customer.link_contact", of_customer(third, person)), "");
    EXPECT_THAT(linked_at("li", third), ElementsAre("王建国  13800138000 宏达科技"));
    ASSERT_EQ(reason("li", "customer.unlink_contact", of_customer(third, person)), "");
    EXPECT_THAT(linked_at("li", third), IsEmpty());
    EXPECT_EQ(reason("li", "customer.unlink_contact", of_customer(third, person)), "contact_link");
}

TEST_F(GivenAPersonAtTwoCustomers, WhenThatMakesNoSenseThenItIsRefused) {
    EXPECT_EQ(link("li", person, own), "customer_id") << "his own customer";
    EXPECT_EQ(link("li", person, "1"), "customer_id");
    EXPECT_EQ(link("li", "1", further), "contact");
    EXPECT_EQ(link("li", person, further, R"(,"decision_role":"king")"), "decision_role");
    auto const others = customer("chen", "恒信电子");
    EXPECT_EQ(link("li", person, others), "customer_id") << "a customer that he does not see";
    EXPECT_EQ(link("chen", person, others), "contact") << "a person whom he does not see";
    auto const gone = customer("li", "停业的公司");
    ASSERT_EQ(reason("wang", "customer.delete", R"({"id":")" + gone + R"(","version":1})"), "");
    EXPECT_EQ(link("li", person, gone), "customer_id");
}

TEST_F(GivenAPersonAtTwoCustomers, WhenSomebodyThereHasHisPhoneThenThatIsADuplicateEitherWay) {
    auto const third = customer("li", "恒信电子");
    auto const same = get("li", "contact.create", make(third, "13800138000"));
    EXPECT_EQ(link("li", person, third), "duplicate") << "somebody of his phone is there already";
    EXPECT_EQ(link("li", same, further), "duplicate") << "who is linked counts like who is there";
    EXPECT_EQ(reason("li", "contact.create", make(further, "13800138000")), "duplicate");
    auto const other = get("li", "contact.create", make(further, "13900139000", "李工"));
    EXPECT_EQ(reason("li", "contact.change",
                     R"({"id":")" + person + R"(","version":)" + version_of(person) + R"(,"mobile":"13900139000"})"),
              "duplicate")
        << "at the further customer";
    EXPECT_EQ(reason("li", "contact.change",
                     R"({"id":")" + other + R"(","version":)" + version_of(other) + R"(,"mobile":"13800138000"})"),
              "duplicate");
    ASSERT_EQ(unlink("li", further), "");
    EXPECT_EQ(reason("li", "contact.create", make(further, "13800138000")), "");
}

TEST_F(GivenAPersonAtTwoCustomers, WhenSomebodySeesTheFurtherOneThenHeSeesThePersonThereAndNothingElse) {
    give(further, "chen");
    EXPECT_THAT(linked_at("chen", further), ElementsAre("王建国 顾问 13800138000 ")) << "a hand-over keeps the link";
    EXPECT_THAT(linked_at("li", further), ElementsAre("customer"));
    EXPECT_THAT(places("li"), IsEmpty()) << "li does not see that customer any more";
    EXPECT_EQ(get("li", "contact.show", id_of(person), "name"), "王建国");
    EXPECT_EQ(unlink("li", further), "contact_link") << "what he does not see he does not end";
    EXPECT_EQ(reason("chen", "contact.show", id_of(person)), "contact") << "his record is that of the other customer";
    EXPECT_EQ((*call("chen", "contact.list", "{}"))["items"].Size(), 0U);
    EXPECT_EQ(reason("chen", "customer.show", id_of(own)), "customer");
    EXPECT_EQ(reason("boss", "customer.linked_contacts", id_of(further)), "customer");
    EXPECT_EQ(reason("chen", "customer.unlink_contact", of_customer(further, person)), "");
    EXPECT_THAT(linked_at("chen", further), IsEmpty());
}

TEST_F(GivenAPersonAtTwoCustomers, WhenSomebodyOnlyReadsTheFurtherOneThenHeMayNotEndIt) {
    give(further, "chen");
    ASSERT_EQ(reason("wang", "customer.share", R"({"id":")" + further + R"(","user_id":"boss","power":"read"})"), "");
    EXPECT_THAT(linked_at("boss", further), ElementsAre("王建国 顾问 138****8000 宏达科技"));
    EXPECT_EQ(reason("boss", "customer.link_contact", of_customer(further, person)), "customer_edit");
    EXPECT_EQ(reason("boss", "customer.unlink_contact", of_customer(further, person)), "")
        << "but of a person whom he may change";
    ASSERT_EQ(reason("wang", "customer.link_contact", of_customer(further, person)), "");
    give(own, "chen");
    EXPECT_EQ(reason("boss", "customer.unlink_contact", of_customer(further, person)), "contact_edit");
}

TEST_F(GivenAPersonAtTwoCustomers, WhenEitherCustomerLiesInAPoolThenNoPhoneIsTold) {
    auto const sea = pool(R"("member_user_ids":["li","chen"])");
    auto const release = [&](std::string const& which) {
        return reason("wang", "customer.release",
                      R"({"id":")" + which + R"(","high_sea_id":")" + sea + R"(","reason":"太远"})");
    };
    ASSERT_EQ(release(further), "");
    EXPECT_THAT(linked_at("chen", further), ElementsAre("王建国 顾问  "))
        << "a seat shows the person without his phone";
    ASSERT_EQ(reason("chen", "customer.claim", id_of(further)), "");
    EXPECT_THAT(linked_at("chen", further), ElementsAre("王建国 顾问 13800138000 "));
    ASSERT_EQ(release(own), "");
    EXPECT_THAT(linked_at("chen", further), ElementsAre("王建国 顾问  宏达科技")) << "nor by the other door";
}

TEST_F(GivenAPersonAtTwoCustomers, WhenSomebodyLinksWhomHeOnlyReadsThenThatUncoversNothing) {
    auto const third = customer("boss", "恒信电子");
    ASSERT_EQ(reason("boss", "customer.link_contact", of_customer(third, person)), "");
    EXPECT_THAT(linked_at("boss", third), ElementsAre("王建国  13800138000 宏达科技"))
        << "of his subordinate: he may change him";
    auto const others = customer("chen", "绿源环保");
    ASSERT_EQ(reason("wang", "customer.share", R"({"id":")" + own + R"(","user_id":"chen","power":"read"})"), "");
    ASSERT_EQ(reason("chen", "customer.link_contact", of_customer(others, person)), "");
    EXPECT_THAT(linked_at("chen", others), ElementsAre("王建国  138****8000 宏达科技"));
    ASSERT_EQ(reason("wang", "customer.link_contact", of_customer(others, person)), "");
    EXPECT_THAT(linked_at("chen", others), ElementsAre("王建国  13800138000 宏达科技"));
}

TEST_F(GivenAPersonAtTwoCustomers, WhenTheFurtherCustomerIsMergedThenHeWorksAtTheOneThatStays) {
    auto const kept = customer("li", "瑞丰集团");
    merge(further, kept);
    EXPECT_THAT(linked_at("li", kept), ElementsAre("王建国 顾问 13800138000 宏达科技"));
    EXPECT_THAT(places("li"), ElementsAre("瑞丰集团 顾问 influencer 周二在"));
    take_back(kept);
    EXPECT_THAT(linked_at("li", kept), IsEmpty());
    EXPECT_THAT(places("li"), ElementsAre("瑞丰包装 顾问 influencer 周二在"));
}

TEST_F(GivenAPersonAtTwoCustomers, WhenHisTwoCustomersBecomeOneThenHeIsThereOnce) {
    merge(further, own);
    EXPECT_THAT(linked_at("li", own), IsEmpty());
    EXPECT_THAT(places("li"), IsEmpty());
    take_back(own);
    EXPECT_THAT(places("li"), ElementsAre("瑞丰包装 顾问 influencer 周二在"));
    merge(own, further);
    EXPECT_EQ(get("li", "contact.show", id_of(person), "customer_id"), further);
    EXPECT_THAT(linked_at("li", further), IsEmpty());
    take_back(further);
    EXPECT_EQ(get("li", "contact.show", id_of(person), "customer_id"), own);
    EXPECT_THAT(linked_at("li", further), ElementsAre("王建国 顾问 13800138000 宏达科技"));
}

TEST_F(GivenAPersonAtTwoCustomers, WhenTheOneThatStaysHasSomebodyOfHisPhoneThenNobodyIsThereTwice) {
    auto const kept = customer("li", "瑞丰集团");
    get("li", "contact.create", make(kept, "13800138000"));
    merge(further, kept);
    EXPECT_THAT(linked_at("li", kept), IsEmpty());
    EXPECT_THAT(places("li"), IsEmpty());
    take_back(kept);
    EXPECT_THAT(places("li"), ElementsAre("瑞丰包装 顾问 influencer 周二在"));
    auto const gone = customer("li", "瑞丰苏州");
    get("li", "contact.create", make(gone, "13800138000", "王顾问"));
    merge(gone, further);
    EXPECT_THAT(linked_at("li", further), IsEmpty()) << "the contact that came stays, the link ends";
    take_back(further);
    EXPECT_THAT(linked_at("li", further), ElementsAre("王建国 顾问 13800138000 宏达科技"));
}

TEST_F(GivenAPersonAtTwoCustomers, WhenHisRecordEndsForOneOfTheSamePhoneThenThatOneWorksThere) {
    auto const kept = customer("li", "宏达集团");
    auto const same = get("li", "contact.create", make(kept, "13800138000"));
    merge(own, kept);
    EXPECT_THAT(linked_at("li", further), ElementsAre("王总 顾问 13800138000 宏达集团"));
    take_back(kept);
    EXPECT_THAT(linked_at("li", further), ElementsAre("王建国 顾问 13800138000 宏达科技"));
    EXPECT_THAT(places("li", same), IsEmpty());
}

TEST_F(GivenAPersonAtTwoCustomers, WhenHeOrACustomerLiesInTheRecycleBinThenTheLinkWaits) {
    auto const remove = [&](std::string const& name, std::string const& id) {
        auto const version = text_of(name, id, "version");
        return reason("wang", name + ".delete", R"({"id":")" + id + R"(","version":)" + version + "}");
    };
    ASSERT_EQ(remove("contact", person), "");
    EXPECT_THAT(linked_at("li", further), IsEmpty());
    auto const same = get("li", "contact.create", make(further, "13800138000"));
    EXPECT_EQ(reason("li", "contact.restore", id_of(person)), "duplicate") << "his place was taken";
    ASSERT_EQ(remove("contact", same), "");
    ASSERT_EQ(reason("li", "contact.restore", id_of(person)), "");
    EXPECT_THAT(linked_at("li", further), ElementsAre("王建国 顾问 13800138000 宏达科技"));
    ASSERT_EQ(remove("customer", further), "");
    EXPECT_THAT(places("li"), IsEmpty());
    ASSERT_EQ(reason("wang", "customer.restore", id_of(further)), "");
    ASSERT_EQ(remove("customer", own), "");
    EXPECT_THAT(linked_at("li", further), ElementsAre("王建国 顾问 13800138000 ")) << "he still works there";
}

TEST_F(GivenAPersonAtTwoCustomers, WhenHisOwnCustomerIsGoneForGoodThenHeIsAContactOfTheFurtherOne) {
    auto const version = text_of("customer", own, "version");
    ASSERT_EQ(reason("wang", "customer.delete", R"({"id":")" + own + R"(","version":)" + version + "}"), "");
    clock.advance(hours{24 * 31});
    ASSERT_EQ(
        in_company("system", [](operation::Context& ctx) -> Result<int> { return sales::empty_recycle_bin(ctx, 10); })
            .value(),
        1);
    EXPECT_EQ(get("li", "contact.show", id_of(person), "customer_id"), further);
    EXPECT_EQ(get("li", "contact.show", id_of(person), "position"), "顾问");
    EXPECT_THAT(linked_at("li", further), IsEmpty());
    EXPECT_EQ(count("contact_link"), 0);
    EXPECT_EQ((*call("li", "customer.search", R"({"words":"13800138000"})"))["items"].Size(), 1U);
    EXPECT_EQ(count("audit_log where action = 'contact.move'"), 1);
}

TEST_F(GivenAPersonAtTwoCustomers, WhenTheFurtherCustomerIsGoneForGoodThenHeStaysWhereHeIs) {
    auto const version = text_of("customer", further, "version");
    ASSERT_EQ(reason("wang", "customer.delete", R"({"id":")" + further + R"(","version":)" + version + "}"), "");
    clock.advance(hours{24 * 31});
    ASSERT_EQ(
        in_company("system", [](operation::Context& ctx) -> Result<int> { return sales::empty_recycle_bin(ctx, 10); })
            .value(),
        1);
    EXPECT_EQ(get("li", "contact.show", id_of(person), "customer_id"), own);
    EXPECT_THAT(places("li"), IsEmpty());
}

TEST_F(GivenAPersonAtTwoCustomers, WhenALeadOfHisBecomesTheFurtherCustomerThenHeIsItsContact) {
    auto const lead =
        get("li", "lead.create",
            R"({"name":"王建国","company":"瑞丰包装","mobile":"13800138000","duplicate_reason":"同一人"})");
    auto const done = call("li", "lead.convert", R"({"id":")" + lead + R"(","customer_id":")" + further + "\"}");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(text_of("lead", lead, "contact_id"), person);
    EXPECT_EQ(count("contact where deleted_at is null"), 1) << "nobody is made twice";
}

}  // namespace
}  // namespace wescrm::testing
