#pragma once
#include "integration/sales/given.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/exchange/operations.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/lead.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/trade.hpp>
#include <wescrm/tables/read.hpp>
#include <wescrm/tables/write.hpp>

namespace wescrm::testing {

/// Tables in and out for li (his own records), boss and wang, with what their roles say in the database.
struct ExchangeTest : SalesTest {
    ExchangeTest() {
        config.import_chunk = 3;
        config.import_single_chunk = 3;
        config.export_chunk = 200;
        auto all = std::make_shared<operation::Catalogue>();
        sales::add_operations(*all);
        sales::add_trade_operations(*all);
        lists = all;
        operation::add_operations(catalogue);
        sales::add_operations(catalogue);
        exchange::add_operations(catalogue, lists, config);
        handlers = exchange::timer_handlers(lists, config);
        give("li", permissions, "self");
        give("wang", permissions, "self");
        give("boss", permissions, "all");
    }
    void give(std::string const& user, std::vector<std::string> const& names, std::string const& reach) {
        in_tenant([&](database::Session& sql) {
            using database::bind;
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, name, created_at, updated_at) values (:t, :n, now(), now()) returning id",
                {bind("t", tenant), bind("n", "role of " + user)});
            roles[user] = role.value();
            for (auto const& name : names)
                sql.execute(
                    "insert into role_permission (tenant_id, role_id, permission, reach) values (:t, :r, :p, :reach)",
                    {bind("t", tenant), bind("r", roles[user]), bind("p", name), bind("reach", reach)});
            sql.execute("insert into role_member (tenant_id, role_id, employee_id) values (:t, :r, :e)",
                        {bind("t", tenant), bind("r", roles[user]), bind("e", employees.at(user))});
        });
    }
    void restrict(std::string const& user, std::string const& field, int level, int mask,
                  std::string const& object = "customer") {
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "insert into role_field (tenant_id, role_id, object, field, level, mask) values (:t, :r, :o, :f, "
                ":l, :m)",
                {database::bind("t", tenant), database::bind("r", roles.at(user)), database::bind("o", object),
                 database::bind("f", field), database::bind("l", level), database::bind("m", mask)});
        });
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, json::Value const& input) {
        return db->run_blocking(
            database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) -> Result<json::Document> {
                auto const services = operation::Services{&renderer, {}, {}};
                auto who = operation::load_actor(sql, tenant, employees.at(user), operation::Channel::api);
                if (!who) return who.error();
                auto ctx = operation::Context{sql, std::move(*who), clock.now(), services};
                return catalogue.find(operation)->invoke(ctx, input);
            });
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return perform(user, operation, json::parse(input).value());
    }
    /// Works off jobs; at most `steps` pieces, as if the process died after them.
    int work(int steps = 1'000) {
        auto done = 0;
        while (done < steps) {
            auto const due = in_tenant([&](database::Session& sql) {
                return sql.rows<std::string, std::int64_t, int>(
                    "select kind, ref_id, occurrence from timer where state = 0 and kind in ('import_step', "
                    "'export_step') order by id limit 1");
            });
            if (due.empty()) break;
            auto const& [kind, ref, occurrence] = due.front();
            mark_fired(kind, ref, occurrence);
            auto const timer = operation::Timer{kind, "", ref, clock.now(), minutes{240}, occurrence};
            auto const fired =
                as("system", [&](operation::Context& ctx) { return handlers.at(timer.kind)(ctx, timer); });
            if (!fired) throw std::runtime_error{fired.error().message};
            ++done;
        }
        return done;
    }
    json::Document upload(std::string const& user, std::string const& csv, std::string const& object = "customer",
                          std::string const& name = "客户.csv") {
        auto input = json::Document{rapidjson::kObjectType};
        auto& allocator = input.GetAllocator();
        json::set(input, "object", object, allocator);
        json::set(input, "file_name", name, allocator);
        json::set(input, "content", to_base64(csv), allocator);
        auto answer = perform(user, "import.create", input);
        if (!answer) throw std::runtime_error{answer.error().message};
        return std::move(*answer);
    }
    static std::string about(json::Value const& job, std::string const& more = {}) {
        return R"({"id":")" + json::find_string(job, "id").value() + "\"" + more + "}";
    }
    json::Document job(std::string const& user, json::Value const& known) {
        return perform(user, "import.show", about(known)).value();
    }
    /// Sets the mode, checks and runs; what the job is then.
    json::Document import(std::string const& user, std::string const& csv, std::string const& mode = "create",
                          std::string const& object = "customer", std::string const& more = {}) {
        auto const made = upload(user, csv, object);
        perform(user, "import.change", about(made, R"(,"version":1,"mode":")" + mode + "\"" + more)).value();
        perform(user, "import.check", about(made)).value();
        work();
        perform(user, "import.run", about(made)).value();
        work();
        return job(user, made);
    }
    std::vector<std::string> messages(std::string const& user, json::Value const& made) {
        auto texts = std::vector<std::string>{};
        auto const page = perform(user, "import.rows", about(made)).value();
        for (auto const& row : page["items"].GetArray())
            texts.push_back(json::find_string(row, "action").value() + ":" + json::find_string(row, "message").value());
        return texts;
    }
    static std::vector<tables::Row> rows_of(json::Value const& file) {
        auto rows = std::vector<tables::Row>{};
        auto const bytes = from_base64(json::find_string(file, "content").value()).value();
        auto const read = tables::read(bytes, {}, [&rows](std::int64_t, tables::Row row) {
            rows.push_back(std::move(row));
            return true;
        });
        if (!read) throw std::runtime_error{read.error().message};
        return rows;
    }

    std::vector<std::string> permissions{
        "customer.view",      "customer.edit",       "customer.create",    "customer.import",     "customer.export",
        "customer.delete",    "lead.view",           "lead.create",        "lead.edit",           "lead.import",
        "contact.view",       "contact.import",      "contact.create",     "contact.edit",        "contact.delete",
        "product.view",       "product.create",      "product.edit",       "product.delete",      "product.import",
        "product.export",     "contact.export",      "opportunity.view",   "opportunity.create",  "opportunity.edit",
        "opportunity.delete", "opportunity.import",  "opportunity.export", "order.view",          "order.create",
        "order.edit",         "order.delete",        "order.import",       "order.export",        "order.submit",
        "payment_plan.view",  "payment_plan.create", "payment_plan.edit",  "payment_plan.import", "payment_plan.export",
        "payment.view",       "payment.create",      "payment.edit",       "payment.delete",      "payment.submit",
        "payment.import",     "payment.export",      "invoice.view",       "invoice.create",      "invoice.edit",
        "invoice.delete",     "invoice.submit",      "invoice.import",     "invoice.export",      "followup.view",
        "followup.create",    "followup.edit",       "followup.import",    "followup.export",     "price_book.manage",
        "price_book.import",  "price_book.export",   "tag.manage",         "tag.import"};
    exchange::Config config;
    operation::Catalogue catalogue;
    exchange::Lists lists;
    exchange::TimerHandlers handlers;
    std::map<std::string, std::int64_t> roles;
};

}  // namespace wescrm::testing
