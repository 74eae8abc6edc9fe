#include "integration/sales/trade_given.hpp"

#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/followup_comment.hpp>
#include <wescrm/sales/operations.hpp>

// What is said about a document counts for its customer, and is for those who see the document.
namespace wescrm::sales {
namespace {

struct GivenWordsAboutAnOrder : wescrm::testing::TradeTest {
    GivenWordsAboutAnOrder() {
        made = order(50'000);
        about = RecordId{made.id.value()};
        said = write("li", TargetType::order, about, "催了尾款").value();
    }
    Result<Followup> write(std::string const& user, TargetType type, RecordId target, std::string const& content,
                           std::optional<Method> method = {}) {
        auto input = CreateFollowup{};
        input.target_type = type;
        input.target_id = target;
        input.content = content;
        input.method = method;
        return by(user, create_followup, input);
    }
    std::vector<std::string> listed(std::string const& user, ListFollowups const& asked) {
        auto words = std::vector<std::string>{};
        auto const page = by(user, list_followups, asked);
        for (auto const& one : page.value().items) words.push_back(one.content);
        return words;
    }
    ListFollowups of_order() const {
        auto asked = ListFollowups{};
        asked.target_type = TargetType::order;
        asked.target_id = about;
        return asked;
    }
    ListFollowups of_customer() const {
        auto asked = ListFollowups{};
        asked.customer_id = customer;
        return asked;
    }
    std::optional<Instant> last_follow_at() {
        return by("admin", show_customer, {customer, {}}).value().last_follow_at;
    }
    void give_order_to(std::string const& user) {
        in_tenant([&](database::Session& sql) {
            sql.execute("update sales_order set owner_id = :e where tenant_id = :t",
                        {database::bind("t", tenant), database::bind("e", employees[user])});
        });
    }
    void put_into_team(std::string const& user) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into team_member (tenant_id, object, object_id, employee_id, power, created_at) values (:t, "
                "'customer', :c, :e, 'read', now())",
                {database::bind("t", tenant), database::bind("c", customer), database::bind("e", employees[user])});
        });
    }

    OrderDetail made;
    RecordId about{0};
    Followup said;
    using Words = std::vector<std::string>;
};

TEST_F(GivenWordsAboutAnOrder, WhenWrittenThenTheyCountForTheCustomer) {
    EXPECT_EQ(said.customer_id, customer);
    EXPECT_EQ(last_follow_at(), clock.now());
    EXPECT_EQ(listed("li", of_order()), Words{"催了尾款"});
    EXPECT_EQ(listed("li", of_customer()), Words{"催了尾款"});
    EXPECT_EQ(listed("boss", of_order()), Words{"催了尾款"});
    EXPECT_EQ(listed("boss", {}), Words{"催了尾款"});
    EXPECT_EQ(listed("wang", {}), Words{});
    EXPECT_EQ(write("wang", TargetType::order, about, "x").error().fields.front().field, "target_id");
}

TEST_F(GivenWordsAboutAnOrder, WhenSomebodySeesTheCustomerButNotTheOrderThenHeDoesNotReadThem) {
    ASSERT_TRUE(write("li", TargetType::customer, RecordId{customer.value()}, "拜访了王总", Method::sms));
    put_into_team("wang");
    EXPECT_EQ(listed("wang", of_customer()), Words{"拜访了王总"});
    EXPECT_EQ(listed("wang", {}), Words{"拜访了王总"});
    EXPECT_EQ(listed("wang", of_order()), Words{});
    EXPECT_EQ(by("wang", show_followup, {said.id, {}}).error().code, Errc::not_found);
    EXPECT_EQ(by("wang", list_comments, {said.id}).error().code, Errc::not_found);
    EXPECT_TRUE(by("wang", extras_of, {{said.id}})->items.empty());
}

TEST_F(GivenWordsAboutAnOrder, WhenSomebodySeesTheOrderButNotTheCustomerThenHeReadsAndWritesThem) {
    give_order_to("wang");
    EXPECT_EQ(listed("wang", of_order()), Words{"催了尾款"});
    EXPECT_EQ(listed("wang", {}), Words{"催了尾款"});
    EXPECT_TRUE(by("wang", show_followup, {said.id, {}}));
    clock.advance(minutes{1});
    EXPECT_TRUE(write("wang", TargetType::order, about, "已排产", Method::wecom));
    EXPECT_EQ(last_follow_at(), clock.now());
}

TEST_F(GivenWordsAboutAnOrder, WhenTheDraftIsDeletedThenTheyGoWithItAndNoLongerCount) {
    ASSERT_TRUE(by("li", delete_order, {made.id, {}}));
    EXPECT_EQ(listed("admin", {}), Words{});
    EXPECT_EQ(last_follow_at(), std::nullopt);
}

TEST_F(GivenWordsAboutAnOrder, WhenWrittenAboutEveryDocumentThenEachIsFoundThere) {
    auto contract = CreateContract{};
    contract.customer_id = customer;
    contract.name = "年度框架";
    auto const signed_one = by("li", create_contract, contract).value();
    ASSERT_TRUE(by("li", submit_order, {made.id, {}}));
    auto const paid = pay(made.id, 10'000).value();
    for (auto const& [type, id, no] : {std::tuple{TargetType::contract, signed_one.id.value(), signed_one.no},
                                       {TargetType::payment, paid.id.value(), paid.no}}) {
        auto const written = write("li", type, RecordId{id}, "说了 " + no);
        ASSERT_TRUE(written) << written.error().message;
        auto asked = ListFollowups{};
        asked.target_type = type;
        asked.target_id = RecordId{id};
        EXPECT_EQ(listed("boss", asked), Words{"说了 " + no});
        EXPECT_EQ(listed("wang", asked), Words{});
    }
    EXPECT_EQ(listed("li", of_customer()).size(), 3U);
}

TEST_F(GivenWordsAboutAnOrder, WhenATaskIsToBeAboutADocumentThenItSaysWhatItMayBeAbout) {
    auto task = agenda::CreateTask{};
    task.title = "发货";
    task.target_type = TargetType::order;
    task.target_id = about;
    EXPECT_EQ(by("li", agenda::create_task, task).error().fields.front().field, "target_type");
}

}  // namespace
}  // namespace wescrm::sales
