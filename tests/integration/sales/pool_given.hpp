#pragma once
#include "given.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::testing {

/// The same company with the operations of high seas by name, whoever may call them, and its nights.
struct PoolTest : SalesTest {
    PoolTest() {
        sales::add_operations(catalogue);
        sales::add_high_sea_operations(catalogue, {agenda::follow_pool_entry});
        sales::add_lead_operations(catalogue, {agenda::follow_pool_entry}, sales::make_opportunity,
                                   sales::drop_opportunity);
        sales::add_reader_terms(terms);
        handlers = sales::high_sea_timers({}, {agenda::follow_pool_entry});
    }

    [[nodiscard]] operation::Actor who(std::string const& user) const {
        auto actor = this->actor(user);
        if (user == "system") return actor;
        actor.channel = operation::Channel::api;
        auto const reach = user == "boss" ? operation::Reach::self_sub : operation::Reach::self;
        for (auto permission : {"customer.claim", "customer.release", "customer.delete", "lead.view", "lead.create",
                                "lead.edit", "lead.claim", "lead.release", "lead.transfer", "lead.convert",
                                "lead.invalidate", "lead.delete", "high_sea.view"})
            actor.permissions[permission] = {{reach, {}}};
        actor.is_administrator = user == administrator;
        return actor;
    }

    template <class Job>
    auto in_company(std::string const& user, Job job) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) {
            auto services = operation::Services{&renderer, {}, {}};
            services.reader_terms = &terms;
            auto ctx = operation::Context{sql, who(user), clock.now(), services};
            return job(ctx);
        });
    }

    /// Calls an operation by name as the outside does; the input is JSON.
    Result<json::Document> call(std::string const& user, std::string const& name, std::string const& input) {
        auto const* entry = catalogue.find(name);
        if (!entry) throw std::logic_error{"no operation " + name};
        return in_company(user,
                          [&](operation::Context& ctx) { return entry->invoke(ctx, json::parse(input).value()); });
    }
    /// A member of what it answers; fails the test if it is refused.
    std::string get(std::string const& user, std::string const& name, std::string const& input,
                    std::string const& member = "id") {
        auto const answer = call(user, name, input);
        if (!answer) {
            ADD_FAILURE() << name << ": " << answer.error().reason << " " << answer.error().message;
            return {};
        }
        auto const* value = json::find(*answer, member);
        if (!value || value->IsNull()) return {};
        return value->IsString() ? std::string{json::view(*value)} : json::write(*value);
    }
    std::string reason(std::string const& user, std::string const& name, std::string const& input) {
        auto const answer = call(user, name, input);
        return answer ? "" : answer.error().reason;
    }
    std::string message(std::string const& user, std::string const& name, std::string const& input) {
        auto const answer = call(user, name, input);
        return answer ? "" : answer.error().message;
    }

    std::string pool(std::string const& more, std::string const& object = "customer") {
        return get(
            administrator, "high_sea.create",
            R"({"name":"华东公海)" + std::to_string(++pools) + R"(","object":")" + object + R"(",)" + more + "}");
    }
    std::string customer(std::string const& user, std::string const& name) {
        return get(user, "customer.create", R"({"name":")" + name + R"("})");
    }

    /// What WeCom does: everything that waits is sent.
    void deliver() {
        in_tenant([&](database::Session& sql) {
            sql.execute("update outbox set state = 2, sent_at = :now where tenant_id = :t and state = 0",
                        {database::bind("t", tenant), database::bind("now", clock.now())});
        });
    }
    /// Works off the timers of high seas that are due.
    void work_off() {
        for (auto i = 0; i < 1'000; ++i) {
            auto const due = in_tenant([&](database::Session& sql) {
                return sql.rows<std::int64_t, std::string, std::string, std::int64_t, Instant>(
                    "select id, kind, ref_kind, ref_id, due_at from timer where tenant_id = :t and state = 0 and "
                    "due_at <= :now and (kind like 'high\\_sea%' or kind like 'lead\\_%' or kind like 'tag\\_%') order by due_at, id limit 1",
                    {database::bind("t", tenant), database::bind("now", clock.now())});
            });
            if (due.empty()) return;
            auto const& [id, kind, ref_kind, ref, at] = due.front();
            auto const done = in_company("system", [&, &timer_id = id, &name = kind, &object = ref_kind, &record = ref,
                                                    &when = at](operation::Context& ctx) {
                ctx.sql().execute("update timer set state = 1 where tenant_id = :t and id = :id",
                                  {database::bind("t", tenant), database::bind("id", timer_id)});
                return handlers.at(name)(ctx, {name, object, record, when});
            });
            if (!done) ADD_FAILURE() << kind << ": " << done.error().reason << done.error().message;
        }
    }
    /// Moves the clock to the night run of the day after, works it off and delivers what it says in the morning.
    void night() {
        auto const zone = Zone{};
        clock.set(zone.start_of(add_days(zone.date(clock.now()), 1)) + hours{2});
        work_off();
        clock.set(zone.start_of(zone.date(clock.now())) + hours{9});
        if (delivers) deliver();
    }
    void begin_nights() {
        in_company("system", [](operation::Context& ctx) -> Result<int> {
            sales::schedule_night(ctx, {});
            return 0;
        });
    }
    void nights(int count) {
        for (auto i = 0; i < count; ++i) night();
    }
    [[nodiscard]] std::string today() const { return format_date(Zone{}.date(clock.now())); }
    std::string text(std::string const& query) {
        return in_tenant([&](database::Session& sql) { return sql.value<std::string>(query).value_or(""); });
    }

    std::string administrator = "wang";
    bool delivers = true;
    int pools = 0;
    operation::Catalogue catalogue;
    operation::ReaderTerms terms;
    sales::TimerHandlers handlers;
};

inline std::string id_of(std::string const& id) { return R"({"id":")" + id + R"("})"; }

}  // namespace wescrm::testing
