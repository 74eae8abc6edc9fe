#pragma once
#include "support/database_test.hpp"

#include <wescrm/agenda/reminders.hpp>
#include <wescrm/agenda/task.hpp>
#include <wescrm/sales/customer.hpp>

namespace wescrm::testing {

/// Answers the data as the body, so that a test reads what was to be said.
struct PlainRenderer : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const& data, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {json::write(data), "message/send"};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override {
        return {"{}", "message/update_template_card"};
    }
};

/// A company with an app and three salespeople: li and wang see and change their own, boss (superior of li) sees his
/// people's.
struct SalesTest : DatabaseTest {
    SalesTest() {
        in_tenant([this](database::Session& sql) {
            for (std::string user : {"boss", "li", "wang"})
                employees[user] =
                    sql.value<EmployeeId>(
                           "insert into employee (tenant_id, user_id, name) values (:t, :u, :u) returning id",
                           {database::bind("t", tenant), database::bind("u", user)})
                        .value();
            sql.execute("update employee set superior_id = :boss where tenant_id = :t and user_id = 'li'",
                        {database::bind("t", tenant), database::bind("boss", employees["boss"])});
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) values "
                "(:t, 'app', "
                "1000002, '', '', '')",
                {database::bind("t", tenant)});
        });
    }

    [[nodiscard]] operation::Actor actor(std::string const& user) const {
        auto who = operation::Actor{};
        who.tenant = tenant;
        who.channel = operation::Channel::chat;
        if (user == "system") return operation::system_actor(tenant, operation::Channel::timer);
        who.employee = employees.at(user);
        who.user_id = UserId{user};
        who.name = user;
        auto const reach = user == "boss" ? operation::Reach::self_sub : operation::Reach::self;
        for (auto permission : {"customer.view", "customer.edit", "customer.create", "customer.transfer",
                                "customer.share", "contact.view", "contact.edit", "followup.view", "followup.edit",
                                "task.view", "task.edit", "followup.create", "task.create", "task.assign"})
            who.permissions[permission] = {{reach, {}}};
        return who;
    }

    /// Runs `job(ctx)` as that person in a transaction that commits if the result has a value.
    template <class Job>
    auto as(std::string const& user, Job job) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, actor(user), clock.now(), services};
            return job(ctx);
        });
    }

    Result<sales::CustomerDetail> create(std::string const& user, std::string const& customer,
                                         std::optional<std::string> mobile = {}) {
        auto input = sales::CreateCustomer{};
        input.name = customer;
        input.mobile = std::move(mobile);
        return as(user, [&](operation::Context& ctx) { return sales::create_customer(ctx, input); });
    }
    std::int64_t count(std::string const& query) {
        return in_tenant(
            [&](database::Session& sql) { return sql.value<std::int64_t>("select count(*) from " + query).value(); });
    }
    bool mark_fired(std::string const& kind, std::int64_t ref, int occurrence) {
        return in_tenant([&](database::Session& sql) {
            return sql.execute(
                       "update timer set state = 1 where kind = :kind and ref_id = :ref and occurrence = :number and "
                       "state = 0",
                       {database::bind("kind", kind), database::bind("ref", ref),
                        database::bind("number", occurrence)}) == 1;
        });
    }
    /// What the timer worker does with everything that is due.
    void fire_due() {
        auto const timers = in_tenant([&](database::Session& sql) {
            return sql.rows<std::string, std::string, std::int64_t, Instant, int>(
                "select kind, ref_kind, ref_id, due_at, occurrence from timer where state = 0 and due_at <= :now",
                {database::bind("now", clock.now())});
        });
        for (auto const& [kind, ref_kind, ref_id, due, occurrence] : timers) {
            if (!mark_fired(kind, ref_id, occurrence)) continue;
            auto const timer = operation::Timer{kind, ref_kind, ref_id, due, minutes{240}, occurrence};
            auto const fired = as("system", [&](operation::Context& ctx) {
                return agenda::timer_handlers(reminding).at(timer.kind)(ctx, timer);
            });
            if (!fired) ADD_FAILURE() << fired.error().message;
        }
    }

    std::map<std::string, EmployeeId> employees;
    PlainRenderer renderer;
    agenda::ReminderConfig reminding;
};

}  // namespace wescrm::testing
