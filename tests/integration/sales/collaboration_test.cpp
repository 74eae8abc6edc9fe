#include "pool_given.hpp"

#include <wescrm/agenda/task.hpp>

#include <gmock/gmock.h>

#include <thread>

namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

/// li has a lead about 宏达科技, which is boss's customer: li does not see it. wang administers.
struct GivenALeadOfAColleaguesCustomer : PoolTest {
    std::string customer_id = get("boss", "customer.create", R"({"name":"宏达科技"})");
    std::string id = get("li", "lead.create", R"({"name":"王建国","company":"宏达科技有限公司"})");

    std::string ask_input(std::string const& reason = "采购找到我") {
        return R"({"id":")" + id + R"(","customer_id":")" + customer_id + R"(","reason":")" + reason + "\"}";
    }
    std::string asked() { return get("li", "lead.ask_collaboration", ask_input()); }
    std::string convert_input() { return R"({"id":")" + id + R"(","customer_id":")" + customer_id + "\"}"; }
    std::size_t listed(std::string const& user, std::string const& input) {
        auto const found = call(user, "collaboration_request.list", input);
        return found ? (*found)["items"].Size() : 99U;
    }
    void attach(std::string const& object, std::string const& target) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into attachment (tenant_id, target_type, target_id, kind, state, file_name, author_id, "
                "created_at) values (:t, :o, :id::bigint, 'file', 'stored', '需求.pdf', :me, now())",
                {database::bind("t", tenant), database::bind("o", object), database::bind("id", target),
                 database::bind("me", employees["li"])});
            sql.execute(
                "insert into task (tenant_id, title, assignee_id, target_type, target_id, created_at, updated_at) "
                "values (:t, '送样', :me, :o, :id::bigint, now(), now())",
                {database::bind("t", tenant), database::bind("o", object), database::bind("id", target),
                 database::bind("me", employees["li"])});
        });
    }
    std::size_t files(std::string const& user, std::string const& object, std::string const& target) {
        auto const found =
            call(user, "attachment.list", R"({"target_type":")" + object + R"(","target_id":")" + target + "\"}");
        return found ? (*found)["items"].Size() : 99U;
    }
    std::size_t tasks(std::string const& target) {
        auto const found = in_company("li", [&](operation::Context& ctx) -> Result<std::size_t> {
            auto input = agenda::ListTasks{};
            input.target_type = sales::TargetType::customer;
            input.target_id = sales::RecordId{std::stoll(target)};
            auto const page = agenda::list_tasks(ctx, input);
            if (!page) return page.error();
            return page->items.size();
        });
        return found ? *found : 99U;
    }
};

TEST_F(GivenALeadOfAColleaguesCustomer, WhenTheOwnerAgreesThenTheConversionGoesOn) {
    auto const found = call("li", "lead.candidates", id_of(id));
    ASSERT_TRUE(found);
    auto const& candidate = (*found)["items"][0];
    EXPECT_EQ(json::find_string(candidate, "way"), "hidden");
    EXPECT_FALSE(json::find_string(candidate, "id"));
    EXPECT_EQ(json::find_string(candidate, "ask_id"), customer_id);
    EXPECT_EQ(reason("li", "lead.convert", convert_input()), "invalid_field");
    EXPECT_EQ(reason("li", "lead.ask_collaboration", ask_input("  ")), "invalid");
    auto const request = asked();
    EXPECT_EQ(count("outbox where kind = 'collaboration_asked' and recipient = 'boss'"), 1);
    EXPECT_EQ(reason("li", "lead.ask_collaboration", ask_input()), "pending");
    EXPECT_EQ(listed("boss", R"({"waiting":true})"), 1U);
    EXPECT_EQ(listed("li", R"({"waiting":true})"), 0U);
    EXPECT_EQ(listed("li", R"({"mine":true})"), 1U);
    EXPECT_EQ(get("li", "collaboration_request.show", id_of(request), "customer_name").find("宏达科技"),
              std::string::npos)
        << "he still does not see it";

    EXPECT_EQ(reason("li", "collaboration_request.approve", id_of(request)), "owner");
    EXPECT_EQ(get("boss", "collaboration_request.approve", id_of(request), "status"), "approved");
    EXPECT_EQ(count("outbox where kind = 'collaboration_approved' and recipient = 'li'"), 1);
    EXPECT_EQ(count("team_member where object = 'customer' and power = 'write'"), 1);
    EXPECT_EQ(count("audit_log where action = 'lead.collaboration_approved'"), 1);
    EXPECT_EQ(reason("boss", "collaboration_request.reject", id_of(request)), "decided");
    EXPECT_THAT(message("boss", "collaboration_request.reject", id_of(request)), HasSubstr("已由 boss 于"));
    EXPECT_EQ(get("li", "lead.convert", convert_input(), "customer_id"), customer_id);
}

TEST_F(GivenALeadOfAColleaguesCustomer, WhenTheOwnerRefusesThenTheReasonIsToldAndNothingElse) {
    auto const request = asked();
    get("boss", "collaboration_request.reject", R"({"id":")" + request + R"(","comment":"这周签合同"})");
    EXPECT_EQ(
        count("outbox where kind = 'collaboration_rejected' and recipient = 'li' and convert_from(body, 'UTF8') like "
              "'%这周签合同%' and convert_from(body, 'UTF8') not like '%宏达科技\"%'"),
        1);
    EXPECT_EQ(count("team_member"), 0);
    EXPECT_EQ(reason("li", "lead.convert", convert_input()), "invalid_field");
    EXPECT_EQ(reason("li", "lead.ask_collaboration", ask_input()), "") << "he may ask again";
}

TEST_F(GivenALeadOfAColleaguesCustomer, WhenTwoDecideAtOnceThenOneDecisionCounts) {
    auto const request = asked();
    auto answers = std::vector<std::string>(2);
    {
        auto threads = std::vector<std::jthread>{};
        threads.emplace_back([&] { answers[0] = reason("boss", "collaboration_request.approve", id_of(request)); });
        threads.emplace_back([&] { answers[1] = reason("wang", "collaboration_request.reject", id_of(request)); });
    }
    std::ranges::sort(answers);
    EXPECT_EQ(answers, (std::vector<std::string>{"", "decided"}));
    EXPECT_EQ(count("collaboration_request where status in ('approved', 'rejected')"), 1);
}

TEST_F(GivenALeadOfAColleaguesCustomer, WhenTheLeadGoesAnotherWayThenTheRequestIsVoid) {
    auto const request = asked();
    get("li", "lead.convert", R"({"id":")" + id + R"(","customer":{"name":"宏达新能源","duplicate_reason":"另一家"}})",
        "customer_id");
    EXPECT_EQ(count("collaboration_request where status = 'withdrawn'"), 1);
    EXPECT_EQ(reason("boss", "collaboration_request.approve", id_of(request)), "decided");
    EXPECT_EQ(count("team_member"), 0);
}

TEST_F(GivenALeadOfAColleaguesCustomer, WhenThereIsNothingToAskThenItIsSaid) {
    auto const other = get("boss", "customer.create", R"({"name":"绿源环保"})");
    auto const own = get("li", "customer.create", R"({"name":"远航物流"})");
    auto const asking = [&](std::string const& about) {
        return reason("li", "lead.ask_collaboration",
                      R"({"id":")" + id + R"(","customer_id":")" + about + R"(","reason":"一起"})");
    };
    EXPECT_EQ(asking(other), "invalid_field") << "neither seen nor what the lead is about";
    EXPECT_EQ(asking(own), "may_write");
    get("boss", "customer.release", R"({"id":")" + customer_id + R"(","reason":"太忙"})");
    EXPECT_EQ(asking(customer_id), "in_pool");
}

TEST_F(GivenALeadOfAColleaguesCustomer, WhenItBecomesACustomerThenItsFilesAndTasksStandThereUntilThatIsUndone) {
    administrator = "boss";
    auto const own = get("li", "customer.create", R"({"name":"远航物流"})");
    get("li", "customer.share", R"({"id":")" + own + R"(","user_id":"wang","power":"read"})");
    attach("lead", id);
    auto const file = text("select id::text from attachment");
    EXPECT_EQ(files("li", "customer", own), 0U);
    get("li", "lead.convert", R"({"id":")" + id + R"(","customer_id":")" + own + R"(","with_contact":false})",
        "customer_id");
    EXPECT_EQ(files("li", "customer", own), 1U);
    EXPECT_EQ(files("li", "lead", id), 1U) << "linked, not copied";
    EXPECT_EQ(files("wang", "customer", own), 1U);
    EXPECT_EQ(reason("wang", "attachment.show", id_of(file)), "") << "he sees the customer, not the lead";
    EXPECT_EQ(tasks(own), 1U);
    EXPECT_EQ(count("attachment"), 1);
    get("li", "lead.undo_conversion", id_of(id), "status");
    EXPECT_EQ(files("li", "customer", own), 0U);
    EXPECT_EQ(files("li", "lead", id), 1U);
    EXPECT_EQ(tasks(own), 0U);
    EXPECT_EQ(reason("wang", "attachment.show", id_of(file)), "attachment");
}

}  // namespace
}  // namespace wescrm::testing
