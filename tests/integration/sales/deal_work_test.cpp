#include "trade_given.hpp"

#include <wescrm/sales/sales_rules.hpp>

// What makes a deal is changed after there are customers: all of them are looked at again, piece by piece.
namespace wescrm::sales {
namespace {

struct GivenCustomersWithOrders : wescrm::testing::TradeTest {
    GivenCustomersWithOrders() {
        add_sales_rules_operations(catalogue);
        order_in_force(100'000);
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return by(user, [&](operation::Context& ctx) {
            return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
        });
    }
    std::string deal_status() {
        return in_tenant([&](database::Session& sql) {
                   return sql.value<std::string>("select deal_status from customer where tenant_id = :t and id = :id",
                                                 {database::bind("t", tenant), database::bind("id", customer)});
               })
            .value();
    }
    Result<SalesRules> agree(std::vector<DealEvent> events) {
        auto wanted = ChangeSalesRules{};
        wanted.version =
            by("admin", [](operation::Context& ctx) -> Result<SalesRules> { return sales_rules(ctx); })->version;
        wanted.deal_events = std::move(events);
        return by("admin", change_sales_rules, wanted);
    }
    /// What the timer worker does; how many pieces there were.
    int work() {
        auto handlers = trade_timer_handlers();
        auto pieces = 0;
        while (true) {
            auto const due = in_tenant([&](database::Session& sql) {
                return sql.row<std::int64_t, int>(
                    "select ref_id, occurrence from timer where state = 0 and kind = 'deal_work' limit 1");
            });
            if (!due) return pieces;
            auto const [ref, occurrence] = *due;
            mark_fired("deal_work", ref, occurrence);
            auto const timer = operation::Timer{"deal_work", "company", ref, clock.now(), minutes{240}, occurrence};
            as("system", [&](operation::Context& ctx) { return handlers.at(timer.kind)(ctx, timer); }).value();
            ++pieces;
        }
    }
    void add_customers(int count, std::string const& status) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into customer (tenant_id, no, name, name_core, search_keys, deal_status, acquired_at, "
                "created_at, updated_at) select :t, 'X' || n, 'X' || n, 'x' || n, 'x' || n, :status, :now, :now, "
                ":now from generate_series(1, :count::int) n",
                {database::bind("t", tenant), database::bind("count", count), database::bind("status", status),
                 database::bind("now", clock.now())});
        });
    }
    operation::Catalogue catalogue;
};

TEST_F(GivenCustomersWithOrders, WhenOnlyContractsMakeADealFromNowOnThenAllCustomersFollow) {
    ASSERT_EQ(deal_status(), "closed");
    ASSERT_TRUE(agree({DealEvent::contract}));
    EXPECT_EQ(deal_status(), "closed") << "in the background";
    EXPECT_EQ(json::find_bool(perform("admin", "sales_rules.progress", "{}").value(), "is_running"), true);
    work();
    EXPECT_EQ(deal_status(), "open");
    EXPECT_EQ(count("audit_log where action = 'customer.deal_status' and object_id = " +
                    std::to_string(customer.value()) + " and after ->> 'deal_status' = 'open'"),
              1);
    auto const progress = perform("admin", "sales_rules.progress", "{}").value();
    EXPECT_EQ(json::find_bool(progress, "is_running"), false);
    EXPECT_EQ(json::find_integer(progress, "done"), json::find_integer(progress, "total"));
    EXPECT_EQ(json::find_integer(progress, "changed"), 1);
    ASSERT_TRUE(agree({DealEvent::order}));
    work();
    EXPECT_EQ(deal_status(), "closed");
}

TEST_F(GivenCustomersWithOrders, WhenThereAreManyThenTheyAreWorkedThroughInPieces) {
    add_customers(500, "open");
    ASSERT_TRUE(agree({DealEvent::order, DealEvent::contract}));
    EXPECT_EQ(work(), 3);
    auto const progress = perform("admin", "sales_rules.progress", "{}").value();
    EXPECT_EQ(json::find_integer(progress, "done"), 501);
    EXPECT_EQ(json::find_integer(progress, "changed"), 0) << "they are right already";
    EXPECT_EQ(count("customer where deal_status = 'closed'"), 1);
}

TEST_F(GivenCustomersWithOrders, WhenAnotherRuleIsChangedThenNothingIsWorkedThrough) {
    auto wanted = ChangeSalesRules{};
    wanted.prepayment = true;
    ASSERT_TRUE(by("admin", change_sales_rules, wanted));
    EXPECT_EQ(work(), 0);
}

}  // namespace
}  // namespace wescrm::sales
