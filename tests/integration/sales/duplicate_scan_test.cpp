#include "field_given.hpp"

#include <wescrm/sales/duplicate_scan.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using ::testing::ElementsAre;

/// li's 宏达科技有限公司 with the phone 13800138000; the boss may merge what he and his people have.
struct GivenCustomersThatAreAlike : GivenAPhone {
    operation::Actor boss = actor("boss");
    GivenCustomersThatAreAlike() { boss.permissions["customer.merge"] = {{operation::Reach::self_sub, {}}}; }

    std::int64_t piece = 2;  // so that every scan has many
    std::int64_t scan(std::int64_t most = 100) {
        return as("system",
                  [&](operation::Context& ctx) -> Result<std::int64_t> {
                      return sales::scan_duplicates(ctx, {most, piece}).pairs;
                  })
            .value();
    }
    std::string made(std::string const& user, std::string const& name) {
        return std::to_string(create(user, name).value().id.value());
    }
    void add_contact(std::string const& to, std::string const& mobile) {
        ASSERT_TRUE(perform(boss, "contact.create",
                            R"({"customer_id":")" + to + R"(","name":"王总","mobile":")" + mobile + R"("})"));
    }
    std::vector<std::string> pairs(operation::Actor const& who, std::string const& input = "{}") {
        auto const answer = perform(who, "duplicate_pair.list", input);
        auto words = std::vector<std::string>{};
        if (!answer) return {answer.error().reason};
        for (auto const& item : json::find(*answer, "items")->GetArray()) {
            auto const first = *json::find_string(item, "first_name"), second = *json::find_string(item, "second_name");
            auto line = std::min(first, second) + "|" + std::max(first, second);
            for (auto const& reason : json::find(item, "reasons")->GetArray())
                line += "|" + std::string{json::view(reason)};
            words.push_back(line);
        }
        return words;
    }
    std::string first_pair() {
        return *json::find_string((*json::find(*perform(boss, "duplicate_pair.list", "{}"), "items"))[0], "id");
    }
};

TEST_F(GivenCustomersThatAreAlike, WhenScannedThenNamesThatBeginAlikeAndSharedPhonesArePairs) {
    made("li", "宏达科技装备制造");
    made("li", "绿源环保");
    auto const other = made("li", "苏锡自动化");
    add_contact(other, "13800138000");
    EXPECT_EQ(scan(), 2);
    EXPECT_THAT(pairs(boss),
                ElementsAre("宏达科技有限公司|苏锡自动化|phone", "宏达科技有限公司|宏达科技装备制造|name"));
    EXPECT_EQ(scan(), 2);
    clock.advance(hours{24});
    EXPECT_EQ(scan(1), 1);
}

TEST_F(GivenCustomersThatAreAlike, WhenOneOfTwoCannotBeChangedThenThePairIsNotShown) {
    made("wang", "宏达科技装备制造");
    EXPECT_EQ(scan(), 1);
    EXPECT_TRUE(pairs(boss).empty());
    auto all = boss;
    all.is_administrator = true;
    EXPECT_EQ(pairs(all).size(), 1U);
    auto const id = *json::find_string((*json::find(*perform(all, "duplicate_pair.list", "{}"), "items"))[0], "id");
    EXPECT_EQ(perform(boss, "duplicate_pair.ignore", R"({"id":")" + id + "\"}").error().code, Errc::not_found);
}

TEST_F(GivenCustomersThatAreAlike, WhenSomebodyIgnoresAPairThenItStaysIgnoredUntilHeTakesItBack) {
    made("li", "宏达科技装备制造");
    scan();
    auto const id = R"({"id":")" + first_pair() + "\"}";
    ASSERT_TRUE(perform(boss, "duplicate_pair.ignore", id));
    clock.advance(hours{24});
    EXPECT_EQ(scan(), 0);
    EXPECT_TRUE(pairs(boss).empty());
    EXPECT_EQ(pairs(boss, R"({"state":"ignored"})").size(), 1U);
    ASSERT_TRUE(perform(boss, "duplicate_pair.reopen", id));
    EXPECT_EQ(pairs(boss).size(), 1U);
}

TEST_F(GivenCustomersThatAreAlike, WhenOneIsDeletedThenThePairIsGone) {
    auto const other = made("li", "宏达科技装备制造");
    scan();
    ASSERT_TRUE(perform(actor("system"), "customer.delete", R"({"id":")" + other + R"(","version":1})"));
    EXPECT_TRUE(pairs(boss).empty());
    clock.advance(hours{24});
    EXPECT_EQ(scan(), 0);
    EXPECT_EQ(count("duplicate_pair"), 0);
}

TEST_F(GivenCustomersThatAreAlike, WhenALeadHasTheSamePhoneOrCompanyThenWhoeverConvertsItHearsOfIt) {
    auto const lead = [&](std::string const& no, std::string const& company, std::optional<std::string> const& mobile,
                          std::string const& status) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into lead (tenant_id, no, name, company, company_core, mobile, status, owner_id, acquired_at, "
                "created_at, updated_at) values (:t, :no, :no, :company, :company, :mobile, :status, :owner, now(), "
                "now(), now())",
                {database::bind("t", tenant), database::bind("no", no), database::bind("company", company),
                 database::bind("mobile", mobile), database::bind("status", status),
                 database::bind("owner", employees.at("wang"))});
        });
    };
    auto const other = made("li", "苏锡自动化");
    add_contact(other, "13900139000");
    lead("甲", "", "13800138000", "pending");
    lead("乙", "苏锡自动化", "13900139000", "following");
    lead("丙", "没有的公司", "13700137000", "pending");
    lead("丁", "苏锡自动化", {}, "invalid");
    scan();
    auto wang = actor("wang");
    for (auto const* word : {"lead.view", "lead.edit", "lead.convert"})
        wang.permissions[word] = {{operation::Reach::self, {}}};
    auto const answer = perform(wang, "duplicate_lead.list", "{}");
    ASSERT_TRUE(answer);
    auto const& items = (*answer)["items"];
    ASSERT_EQ(items.Size(), 2U);
    EXPECT_EQ(json::find_string(items[0], "lead_name"), "乙");
    EXPECT_EQ(json::write(items[0]["reasons"]), R"(["contact","name"])");
    EXPECT_EQ(json::find_string(items[1], "lead_name"), "甲");
    EXPECT_FALSE(json::find_string(items[1], "customer_id")) << "li's customer is hidden from wang";
    EXPECT_EQ(json::find_string(items[1], "customer_name"), "宏***司");
    auto const about = R"({"id":")" + json::find_string(items[1], "id").value() + "\"}";
    auto li = actor("li");
    li.permissions["lead.convert"] = {{operation::Reach::self, {}}};
    EXPECT_EQ(perform(li, "duplicate_lead.ignore", about).error().code, Errc::not_found);
    ASSERT_TRUE(perform(wang, "duplicate_lead.ignore", about));
    clock.advance(hours{24});
    scan();
    EXPECT_EQ((*perform(wang, "duplicate_lead.list", "{}"))["items"].Size(), 1U) << "what was ignored stays so";
    in_tenant([&](database::Session& sql) { sql.execute("update lead set status = 'converted' where no = '乙'"); });
    clock.advance(hours{24});
    scan();
    EXPECT_EQ(count("duplicate_lead where state = 'open'"), 0);
}

TEST_F(GivenCustomersThatAreAlike, WhenAPieceIsRepeatedThenNothingIsFoundTwice) {
    made("li", "宏达科技装备制造");
    made("li", "北京宏达科技装备制造厂");
    auto const other = made("li", "苏锡自动化");
    add_contact(other, "13800138000");
    auto const once = scan();
    for (auto size = std::int64_t{2}; size < 6; ++size) {
        clock.advance(hours{24});
        piece = size;
        EXPECT_EQ(scan(), once) << "in pieces of " << size;
    }
}

}  // namespace
}  // namespace wescrm::testing
