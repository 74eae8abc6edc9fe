#include "trade_given.hpp"

#include <gmock/gmock.h>

// What is typed above a list finds records by the tables of words.
namespace wescrm::sales {
namespace {

struct GivenRecordsWithNames : wescrm::testing::TradeTest {
    GivenRecordsWithNames() {
        auto input = CreateCustomer{};
        input.name = "华山（上海）精密科技有限公司";
        input.short_name = "华山精密";
        input.mobile = "13712345678";
        found = by("li", create_customer, input).value().id;
    }
    template <class Page, class Input>
    std::size_t listed(std::string const& user, Result<Page> (*list)(operation::Context&, Input const&),
                       std::string const& typed) {
        auto input = Input{};
        input.q = typed;
        auto const page = by(user, list, input);
        if (!page) ADD_FAILURE() << page.error().message;
        return page->items.size();
    }
    std::size_t customers(std::string const& typed) { return listed("li", list_customers, typed); }

    CustomerId found;
};

struct Typed {
    std::string words;
    std::size_t found = 0;
};

TEST_F(GivenRecordsWithNames, WhenCustomersAreSearchedThenNamesAnywhereAndTheEndsOfNumbersAndPhonesFind) {
    for (auto const& [words, number] : std::vector<Typed>{{"精密", 1},
                                                          {"山(上", 1},
                                                          {"山（上海）精", 1},
                                                          {"华", 1},
                                                          {"司", 1},
                                                          {"科技", 2},
                                                          {"华山科技", 0},
                                                          {"huashan", 1},
                                                          {"HS", 1},
                                                          {"KH20261125", 2},
                                                          {"kh202611250002", 1},
                                                          {"0002", 1},
                                                          {"137", 1},
                                                          {"13712345678", 1},
                                                          {"137-1234-5678", 1},
                                                          {"5678", 1},
                                                          {"345678", 1},
                                                          {"不存在", 0},
                                                          {"zzqx", 0},
                                                          {"99999", 0},
                                                          {"%", 0},
                                                          {"_", 0}})
        EXPECT_EQ(customers(words), number) << words;
    EXPECT_EQ(listed("wang", list_customers, "精密"), 0U) << "of others";
    EXPECT_EQ(listed("boss", list_customers, "精密"), 1U);
}

TEST_F(GivenRecordsWithNames, WhenACustomerIsRenamedThenOnlyTheNewNameFinds) {
    auto change = ChangeCustomer{};
    change.id = found;
    change.name = "泰山重工";
    change.version = 1;
    ASSERT_TRUE(by("li", change_customer, change));
    EXPECT_EQ(customers("重工"), 1U);
    EXPECT_EQ(customers("泰"), 1U);
    EXPECT_EQ(customers("（上海）"), 0U);
}

TEST_F(GivenRecordsWithNames, WhenDocumentsAreSearchedThenTheirOwnNamesAndNumbersAndThoseOfTheCustomerFind) {
    customer = found;
    auto const made = order_in_force(200'000);
    auto const paid = pay(made.id, 50'000).value();
    auto contract = CreateContract{};
    contract.customer_id = found;
    contract.name = "Alpha 年度框架";
    contract.amount_fen = Money::from_fen(300'000);
    auto const signed_one = by("li", create_contract, contract).value();
    auto const tail = [](std::string const& number) { return number.substr(number.size() - 6); };
    for (auto const& words : {std::string{"年度"}, std::string{"架"}, std::string{"Alpha 年"}, std::string{"lph"},
                              std::string{"精密"}, std::string{"hs"}, signed_one.no, tail(signed_one.no)})
        EXPECT_EQ(listed("li", list_contracts, words), 1U) << words;
    EXPECT_EQ(listed("li", list_contracts, "月度"), 0U);
    for (auto const& words : {made.no, tail(made.no), std::string{"华山精密"}, std::string{"0002"}})
        EXPECT_EQ(listed("li", list_orders, words), 1U) << words;
    for (auto const& words : {paid.no, made.no, tail(made.no), std::string{"精密"}})
        EXPECT_EQ(listed("li", list_payments, words), 1U) << words;
    EXPECT_EQ(listed("wang", list_contracts, "年度"), 0U);
    EXPECT_EQ(listed("wang", list_payments, made.no), 0U);
}

TEST_F(GivenRecordsWithNames, WhenADocumentGetsAnotherNameThenItsWordsFollowAndGoWithIt) {
    auto const words = "record_word where object = 'contract' and word = '年度'";
    auto const id = in_tenant([&](database::Session& sql) {
        return sql
            .value<std::int64_t>(
                "insert into contract (tenant_id, no, name, customer_id, owner_id, amount_fen, status, created_at, "
                "updated_at) values (:t, 'HT1', '年度框架', :c, :o, 0, 'draft', now(), now()) returning id",
                {database::bind("t", tenant), database::bind("c", found), database::bind("o", employees["li"])})
            .value();
    });
    EXPECT_EQ(count(words), 1);
    in_tenant([&](database::Session& sql) {
        sql.execute("update contract set name = '月度框架' where tenant_id = :t and id = :id",
                    {database::bind("t", tenant), database::bind("id", id)});
    });
    EXPECT_EQ(count(words), 0);
    EXPECT_EQ(listed("li", list_contracts, "月度"), 1U);
    in_tenant([&](database::Session& sql) {
        sql.execute("delete from contract where tenant_id = :t and id = :id",
                    {database::bind("t", tenant), database::bind("id", id)});
    });
    EXPECT_EQ(count("record_word where object = 'contract'"), 0);
}

// More than are looked at one by one: the list is walked along instead, with the same answer.
TEST_F(GivenRecordsWithNames, WhenThousandsHaveTheWordThenTheNewestComeFirstAndOthersSeeNone) {
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into contact (tenant_id, customer_id, name, mobile, created_at, updated_at) select :t, :c, '王' || "
            "case when i = 5 then '五' else '工' end, '', now() + i * interval '1 second', now() from "
            "generate_series(1, 3100) i",
            {database::bind("t", tenant), database::bind("c", found)});
    });
    auto input = ListContacts{};
    input.q = "王工";
    input.limit = 3;
    auto const page = by("li", list_contacts, input).value();
    ASSERT_EQ(page.items.size(), 3U);
    EXPECT_TRUE(page.next_cursor);
    EXPECT_GT(page.items[0].created_at, page.items[1].created_at);
    EXPECT_EQ(listed("li", list_contacts, "王五"), 1U);
    EXPECT_EQ(listed("wang", list_contacts, "王工"), 0U);
    EXPECT_EQ(listed("wang", list_contacts, "王"), 0U);
}

}  // namespace
}  // namespace wescrm::sales
