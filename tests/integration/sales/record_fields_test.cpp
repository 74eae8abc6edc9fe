#include "pool_given.hpp"

#include <wescrm/sales/deal_status.hpp>

#include <gmock/gmock.h>

#include <thread>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// Everybody may merge and delete; wang is the administrator.
struct GivenCustomers : PoolTest {
    std::string change(std::string const& id, std::string const& more) {
        auto const version = get("li", "customer.show", id_of(id), "version");
        return reason("li", "customer.change", R"({"id":")" + id + R"(","version":)" + version + "," + more + "}");
    }
    std::string parent(std::string const& child, std::string const& parent_id, std::string const& relation = "子公司") {
        return change(child, R"("parent_id":")" + parent_id + R"(","relation":")" + relation + R"(")");
    }
    std::string show(std::string const& id, std::string const& member) {
        return get("li", "customer.show", id_of(id), member);
    }
    std::string family(std::string const& user, std::string const& id) {
        auto const found = call(user, "customer.family", id_of(id));
        auto text = std::string{};
        if (!found) return found.error().reason;
        for (auto const& item : (*found)["items"].GetArray())
            text += std::to_string(json::find_integer(item, "depth").value()) +
                    json::find_string(item, "name").value() + " ";
        return text;
    }
};

TEST_F(GivenCustomers, WhenFieldsAreWrittenThenTheyAreKeptInOneForm) {
    auto const id = get(
        "li", "customer.create",
        R"({"name":"宏达科技","credit_code":"91440300708461136t","scale":"100-499 人","phone":"0512 66001234",)"
        R"("website":"www.hongda.cn","province":"江苏","city":"苏州","district":"工业园区","latitude":31.2989,"longitude":120.5853})");
    EXPECT_EQ(show(id, "credit_code"), "91440300708461136T");
    EXPECT_EQ(show(id, "phone"), "0512-66001234");
    EXPECT_EQ(show(id, "website"), "https://www.hongda.cn");
    EXPECT_EQ(show(id, "latitude"), "31.2989");
    EXPECT_EQ(change(id, R"("website":null,"latitude":null,"longitude":null)"), "");
    EXPECT_EQ(show(id, "website"), "");
    EXPECT_EQ(show(id, "city"), "苏州");
    EXPECT_EQ(count("customer where latitude is null and longitude is null and district = '工业园区'"), 1);
}

TEST_F(GivenCustomers, WhenAFieldIsWrongThenItIsNamed) {
    auto const id = customer("li", "宏达科技");
    struct Case {
        std::string fields, field;
    };
    for (auto const& [fields, field] :
         {Case{R"("credit_code":"91440300708461136A")", "credit_code"},
          Case{R"j("website":"javascript:alert(1)")j", "website"}, Case{R"("phone":"123")", "phone"},
          Case{R"("latitude":31.3)", "longitude"}, Case{R"("latitude":91,"longitude":120)", "latitude"},
          Case{R"("relation":"子公司")", "relation"}, Case{R"("parent_id":"1")", "parent_id"}}) {
        auto const answer = call("li", "customer.change", R"({"id":")" + id + R"(","version":1,)" + fields + "}");
        ASSERT_FALSE(answer) << fields;
        ASSERT_EQ(answer.error().fields.size(), 1U) << fields;
        EXPECT_EQ(answer.error().fields[0].field, field);
    }
}

TEST_F(GivenCustomers, WhenListedThenByProvinceCityScaleAndParent) {
    auto const top =
        get("li", "customer.create", R"({"name":"宏达集团","province":"江苏","city":"苏州","scale":"大型"})");
    auto const below = get("li", "customer.create",
                           R"({"name":"宏达北方","province":"北京","parent_id":")" + top + R"(","relation":"子公司"})");
    struct Case {
        std::string filter, id;
    };
    auto const cases = std::vector<Case>{{R"({"province":"江苏"})", top},
                                         {R"({"city":"苏州"})", top},
                                         {R"({"scale":"大型"})", top},
                                         {R"({"province":"北京"})", below},
                                         {R"({"parent_id":")" + top + R"("})", below}};
    for (auto const& [filter, id] : cases) {
        auto const page = call("li", "customer.list", filter);
        ASSERT_TRUE(page) << filter;
        ASSERT_EQ((*page)["items"].Size(), 1U) << filter;
        EXPECT_EQ(json::find_string((*page)["items"][0], "id"), id) << filter;
    }
    EXPECT_EQ(show(below, "parent_name"), "宏达集团");
}

// ---- groups

TEST_F(GivenCustomers, WhenCustomersBelongToEachOtherThenNeverInACircle) {
    auto const top = customer("li", "宏达集团");
    auto const middle = customer("li", "宏达华东");
    auto const leaf = customer("li", "宏达苏州");
    EXPECT_EQ(parent(middle, top), "");
    EXPECT_EQ(parent(leaf, middle), "");
    EXPECT_EQ(parent(top, top), "invalid_field");
    EXPECT_EQ(parent(top, middle), "invalid_field");
    EXPECT_EQ(parent(top, leaf), "invalid_field");
    EXPECT_EQ(family("li", leaf), "0宏达集团 1宏达华东 2宏达苏州 ");
    EXPECT_EQ(family("li", top), family("li", leaf));
    EXPECT_EQ(change(middle, R"("parent_id":null)"), "");
    EXPECT_EQ(show(middle, "relation"), "");
    EXPECT_EQ(family("li", leaf), "0宏达华东 1宏达苏州 ");
    EXPECT_EQ(parent(top, leaf), "");
}

TEST_F(GivenCustomers, WhenTwoMakeEachTheParentOfTheOtherAtOnceThenOneIsRefused) {
    auto const a = customer("li", "宏达集团");
    auto const b = customer("li", "星河集团");
    auto first = std::string{};
    auto second = std::string{};
    auto one = std::thread{[&] { first = parent(a, b); }};
    auto two = std::thread{[&] { second = parent(b, a); }};
    one.join();
    two.join();
    EXPECT_EQ((first.empty() ? 1 : 0) + (second.empty() ? 1 : 0), 1) << first << " " << second;
    EXPECT_EQ(count("customer where parent_id is not null"), 1);
}

TEST_F(GivenCustomers, WhenSomebodySeesPartOfAGroupThenOnlyThatPart) {
    administrator = "boss";
    auto const top = customer("wang", "宏达集团");
    auto const mine = customer("li", "宏达华东");
    auto const leaf = customer("li", "宏达苏州");
    EXPECT_EQ(reason("li", "customer.change", R"({"id":")" + mine + R"(","version":1,"parent_id":")" + top + R"("})"),
              "invalid_field");
    get("boss", "customer.change", R"({"id":")" + mine + R"(","version":1,"parent_id":")" + top + R"("})");
    EXPECT_EQ(parent(leaf, mine), "");
    EXPECT_EQ(family("li", leaf), "0宏达华东 1宏达苏州 ");
    EXPECT_EQ(show(mine, "parent_name"), "");
    EXPECT_EQ(family("boss", leaf), "0宏达集团 1宏达华东 2宏达苏州 ");
    EXPECT_EQ(family("wang", leaf), "customer");
    EXPECT_EQ(change(mine, R"("remark":"重要")"), "");  // a parent that he does not see stays
    EXPECT_EQ(count("customer where parent_id = " + top), 1);
}

// ---- contacts

TEST_F(GivenCustomers, WhenAContactIsDescribedThenInTheWordsOfTheDomain) {
    auto const id =
        get("li", "contact.create",
            R"({"customer_id":")" + customer("li", "宏达科技") +
                R"(","name":"王建国","email":"wang@hongda.cn","wechat":"wangjg","department":"采购部",)"
                R"("decision_role":"decider","attitude":"supportive","birthday":"1980-05-12","phone":"051266001234"})");
    EXPECT_EQ(get("li", "contact.show", id_of(id), "decision_role"), "decider");
    EXPECT_EQ(get("li", "contact.show", id_of(id), "birthday"), "1980-05-12");
    EXPECT_EQ(get("li", "contact.show", id_of(id), "phone"), "0512-66001234");
    struct Case {
        std::string fields, field;
    };
    for (auto const& [fields, field] :
         {Case{R"("decision_role":"chef")", "decision_role"}, Case{R"("attitude":"happy")", "attitude"},
          Case{R"("email":"wang")", "email"}, Case{R"("disabled":true)", "disabled_reason"},
          Case{R"("disabled":true,"disabled_reason":"  ")", "disabled_reason"}}) {
        auto const answer = call("li", "contact.change", R"({"id":")" + id + R"(","version":1,)" + fields + "}");
        ASSERT_FALSE(answer) << fields;
        ASSERT_FALSE(answer.error().fields.empty()) << fields;
        EXPECT_EQ(answer.error().fields[0].field, field);
    }
    get("li", "contact.change", R"({"id":")" + id + R"(","version":1,"disabled":true,"disabled_reason":"已离职"})");
    EXPECT_EQ((*call("li", "contact.list", R"({"disabled":true})"))["items"].Size(), 1U);
    get("li", "contact.change", R"({"id":")" + id + R"(","version":2,"disabled":false})");
    EXPECT_EQ(get("li", "contact.show", id_of(id), "disabled_reason"), "");
}

// ---- the recycle bin

TEST_F(GivenCustomers, WhenDeletedThenTheBinSaysByWhomAndUntilWhenAndRestoring) {
    auto const id = customer("li", "宏达科技");
    auto const person =
        get("li", "contact.create", R"({"customer_id":")" + id + R"(","name":"王建国","mobile":"13800138000"})");
    call("li", "contact.delete", id_of(person));
    auto const bin = [this](std::string const& object, std::string const& user = "li") {
        auto const page = call(user, "recycle_bin.list", R"({"object":")" + object + R"("})");
        return page ? json::write((*page)["items"]) : page.error().reason;
    };
    EXPECT_THAT(bin("contact"), HasSubstr("王建国"));
    call("li", "customer.delete", id_of(id));
    EXPECT_EQ(bin("contact"), "[]");  // it would come back with its customer
    EXPECT_THAT(bin("customer"), HasSubstr(R"("deleted_by_name":"li")"));
    EXPECT_THAT(bin("customer"), HasSubstr(R"("purged_at":"2026-12-25T08:30:00Z")"));
    EXPECT_EQ(reason("li", "contact.restore", id_of(person)), "customer_deleted");
    administrator = "boss";
    EXPECT_EQ(bin("customer", "wang"), "[]");
    EXPECT_EQ(reason("wang", "contact.restore", id_of(person)), "contact");
    get("li", "customer.restore", id_of(id));
    get("li", "contact.restore", id_of(person));
    EXPECT_EQ(bin("customer"), "[]");
    EXPECT_EQ((*call("li", "contact.list", R"({"customer_id":")" + id + R"("})"))["items"].Size(), 1U);
    EXPECT_EQ(count("customer_word where word = '#13800138000'"), 1);
}

TEST_F(GivenCustomers, WhenSomebodyElseHasThePhoneByNowThenAContactStaysInTheBin) {
    auto const id = customer("li", "宏达科技");
    auto const make = [&] {
        return get("li", "contact.create", R"({"customer_id":")" + id + R"(","name":"王建国","mobile":"13800138000"})");
    };
    auto const person = make();
    call("li", "contact.delete", id_of(person));
    make();
    EXPECT_EQ(reason("li", "contact.restore", id_of(person)), "duplicate");
}

// ---- deals by hand, and handing on with what hangs on a customer

TEST_F(GivenCustomers, WhenAnAdministratorSetsTheDealThenItStaysUntilItIsDerivedAgain) {
    auto const id = customer("li", "宏达科技");
    auto const set = [&](std::string const& user, std::string const& status, std::string const& why) {
        return reason(user, "customer.set_deal",
                      R"({"id":")" + id + R"(","deal_status":")" + status + R"(","reason":")" + why + R"("})");
    };
    EXPECT_EQ(set("li", "closed", "上线前已成交"), "administrator");
    EXPECT_EQ(set("wang", "closed", " "), "invalid");
    EXPECT_EQ(set("wang", "closed", "上线前已成交"), "");
    EXPECT_EQ(show(id, "deal_status"), "closed");
    in_company("system", [&](operation::Context& ctx) -> Result<int> {
        sales::recompute_deal_status(ctx, sales::CustomerId{std::stoll(id)});
        return 0;
    });
    EXPECT_EQ(show(id, "deal_status"), "closed");
    EXPECT_EQ(set("wang", "derived", "补录了订单"), "");
    EXPECT_EQ(show(id, "deal_status"), "open");
    EXPECT_EQ(count("audit_log where action = 'customer.set_deal' and reason = '上线前已成交'"), 1);
}

struct GivenAnOpportunity : GivenCustomers {
    std::string id = customer("li", "宏达科技");
    GivenAnOpportunity() {
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "insert into opportunity (tenant_id, no, name, customer_id, process_id, stage_id, owner_id, "
                "probability, "
                "stage_entered_at, created_at, updated_at) select :t, 'SJ1', '看板项目', :id::bigint, p.id, s.id, "
                ":li, 10, "
                "now(), now(), now() from sales_process p join sales_stage s on s.tenant_id = p.tenant_id and "
                "s.process_id = p.id where p.tenant_id = :t order by s.position limit 1",
                {database::bind("t", tenant), database::bind("id", std::stoll(id)),
                 database::bind("li", employees["li"])});
        });
    }
    std::string hand(std::string const& more) {
        return reason("li", "customer.transfer", R"({"id":")" + id + R"(","user_id":"boss")" + more + "}");
    }
    std::string owner() {
        return text("select e.user_id from opportunity o join employee e on e.id = o.owner_id where o.no = 'SJ1'");
    }
};

TEST_F(GivenAnOpportunity, WhenItsCustomerIsHandedOnThenItGoesAlongUnlessItShallStay) {
    EXPECT_EQ(hand(R"(,"with_children":false)"), "");
    EXPECT_EQ(owner(), "li");
    EXPECT_EQ(reason("boss", "customer.transfer", R"({"id":")" + id + R"(","user_id":"li"})"), "");
    EXPECT_EQ(hand(""), "");
    EXPECT_EQ(owner(), "boss");
    EXPECT_EQ(count("ownership_event where object = 'opportunity' and kind = 'transfer'"), 1);
    EXPECT_EQ(count("audit_log where object = 'opportunity' and action = 'opportunity.transfer'"), 1);
}

TEST_F(GivenAnOpportunity, WhenTheFormerOwnerShallSeeItThenHeIsAMemberUntilThatDay) {
    EXPECT_EQ(hand(R"(,"keep_until":"2026-12-24")"), "invalid_field");
    EXPECT_EQ(hand(R"(,"keep_former":"read","keep_until":"2026-11-24")"), "invalid_field");
    EXPECT_EQ(hand(R"(,"keep_former":"read","keep_until":"2026-11-25")"), "");
    EXPECT_EQ(reason("li", "customer.show", id_of(id)), "");
    EXPECT_EQ(reason("li", "customer.change", R"({"id":")" + id + R"(","version":9,"remark":"x"})"), "customer_edit");
    clock.advance(hours{24});
    EXPECT_EQ(reason("li", "customer.show", id_of(id)), "customer");
}

}  // namespace
}  // namespace wescrm::testing
