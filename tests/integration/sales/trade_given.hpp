#pragma once
#include "integration/sales/given.hpp"

#include <wescrm/approval/approval.hpp>
#include <wescrm/approval/operations.hpp>
#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/price_book.hpp>
#include <wescrm/sales/trade.hpp>

namespace wescrm::testing {

/// The salespeople with a customer of li's and what they need to sell; admin is the administrator.
struct TradeTest : SalesTest {
    TradeTest() {
        in_tenant([this](database::Session& sql) {
            employees["admin"] =
                sql.value<EmployeeId>(
                       "insert into employee (tenant_id, user_id, name) values (:t, 'admin', 'admin') returning id",
                       {database::bind("t", tenant)})
                    .value();
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, code, name, is_administrator) values (:t, 'administrator', '管理员', "
                "true) "
                "returning id",
                {database::bind("t", tenant)});
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                {database::bind("t", tenant), database::bind("r", *role), database::bind("e", employees["admin"])});
        });
        sales::add_approval_subjects(subjects);
        approval::add_reader_terms(terms, subjects);
        customer = create("li", "宏达科技").value().id;
    }

    [[nodiscard]] operation::Actor trader(std::string const& user) const {
        auto who = actor(user);
        who.is_administrator = user == "admin";
        auto const reach = user == "boss" ? operation::Reach::self_sub : operation::Reach::self;
        for (std::string object : {"order", "contract", "payment", "payment_plan", "quote", "invoice"})
            for (auto action : {".view", ".create", ".edit", ".submit", ".void", ".delete", ".transfer"})
                who.permissions[object + action] = {{reach, {}}};
        for (auto permission : {"product.view", "product.create", "approval.decide", "approval.submit"})
            who.permissions[permission] = {{operation::Reach::all, {}}};
        return who;
    }
    template <class Job>
    auto by(std::string const& user, Job job) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto const services = operation::Services{&renderer, {}, {}, &terms};
            auto ctx = operation::Context{sql, trader(user), clock.now(), services};
            return job(ctx);
        });
    }
    /// One operation by somebody.
    template <class Output, class Input>
    Result<Output> by(std::string const& user, Result<Output> (*run)(operation::Context&, Input const&),
                      std::type_identity_t<Input> const& input) {
        return by(user, [&](operation::Context& ctx) { return run(ctx, input); });
    }

    Result<sales::Product> product(std::string const& named, std::int64_t fen) {
        auto input = sales::CreateProduct{};
        input.name = named;
        input.price_fen = Money::from_fen(fen);
        input.unit = "台";
        return by("admin", sales::create_product, input);
    }
    sales::OrderDetail order(std::int64_t fen) {
        auto input = sales::CreateOrder{};
        input.customer_id = customer;
        input.amount_fen = Money::from_fen(fen);
        return by("li", sales::create_order, input).value();
    }
    sales::OrderDetail order_in_force(std::int64_t fen) {
        auto const made = order(fen);
        return by("li", sales::submit_order, {made.id, {}}).value();
    }
    Result<sales::Payment> pay(sales::OrderId id, std::int64_t fen, std::optional<sales::PaymentId> refund_of = {}) {
        auto input = sales::CreatePayment{};
        input.order_id = id;
        input.amount_fen = Money::from_fen(fen);
        input.refund_of_id = refund_of;
        auto const made = by("li", sales::create_payment, input);
        if (!made) return made;
        return by("li", sales::submit_payment, {made->id, {}});
    }
    sales::OrderDetail now(sales::OrderId id) { return by("admin", sales::show_order, {id, {}}).value(); }
    void ask_superior(std::string const& object, std::int64_t above = 0) {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into approval_setting (tenant_id, object, mode, above_fen, updated_at) values (:t, :o, "
                "'superior', "
                ":a, now()) on conflict (tenant_id, object) do update set above_fen = excluded.above_fen",
                {database::bind("t", tenant), database::bind("o", object), database::bind("a", above)});
        });
    }
    Result<approval::Approval> decide(std::string const& user, approval::ApprovalId id, bool is_yes,
                                      std::optional<std::string> comment = {}) {
        return by(user, [&](operation::Context& ctx) {
            return is_yes ? approval::approve(ctx, {id, comment}, subjects)
                          : approval::reject(ctx, {id, comment}, subjects);
        });
    }
    approval::ApprovalId waiting(std::optional<sales::PendingApprovalId> const& id) {
        return approval::ApprovalId{id.value().value()};
    }
    void fire_trade_timers() {
        auto const timers = in_tenant([&](database::Session& sql) {
            return sql.rows<std::string, std::string, std::int64_t, Instant, int>(
                "update timer set state = 1 where state = 0 and due_at <= :now returning kind, ref_kind, ref_id, "
                "due_at, "
                "occurrence",
                {database::bind("now", clock.now())});
        });
        auto const handlers = sales::trade_timer_handlers();
        for (auto const& [kind, ref_kind, ref_id, due, occurrence] : timers) {
            auto const timer = operation::Timer{kind, ref_kind, ref_id, due, minutes{240}, occurrence};
            auto const found = handlers.find(kind);
            if (found == handlers.end()) continue;
            auto const fired =
                as("system", [&, &fire = found->second](operation::Context& ctx) { return fire(ctx, timer); });
            if (!fired) ADD_FAILURE() << fired.error().message;
        }
    }

    approval::Subjects subjects;
    operation::ReaderTerms terms;
    sales::CustomerId customer;
};

}  // namespace wescrm::testing
