#pragma once
#include "given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/sales/lead_conversion.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/trade.hpp>

namespace wescrm::testing {

/// A company whose customers have a budget, a colour, a unique code and a responsible person.
struct GivenFields : SalesTest {
    GivenFields() {
        operation::add_operations(catalogue);
        sales::add_operations(catalogue);
        sales::add_high_sea_operations(catalogue, {});
        sales::add_lead_operations(catalogue, {}, sales::make_opportunity, sales::drop_opportunity);
        sales::add_trade_operations(catalogue);
        in_tenant([&](database::Session& sql) {
            employees["admin"] = sql.value<EmployeeId>(
                                        "insert into employee (tenant_id, user_id, name) values (:t, 'admin', 'admin') "
                                        "returning id",
                                        {database::bind("t", tenant)})
                                     .value();
        });
        define(R"("key":"budget","label":"预算","type":"money")");
        define(R"("key":"colour","label":"颜色","type":"choice","options":["红","蓝"])");
        define(R"("key":"code","label":"代码","type":"text","unique":true,"pattern":"^[A-Z]+[0-9]*$")");
        define(R"("key":"helper","label":"协助人","type":"employee")");
    }
    void define(std::string const& members) {
        auto const made = perform("admin", "field.create", R"({"object":"customer",)" + members + "}");
        if (!made) throw std::runtime_error{made.error().message};
        ids[text(*made, "key")] = text(*made, "id");
    }
    static std::string text(json::Value const& value, std::string_view name) {
        return json::find_string(value, name).value_or("");
    }
    Result<json::Document> perform_as(operation::Actor who, std::string const& operation, std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant),
                                [&](database::Session& sql) -> Result<json::Document> {
                                    auto const services = operation::Services{&renderer, {}, {}};
                                    auto ctx = operation::Context{sql, who, clock.now(), services};
                                    return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
                                });
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        auto who = actor(user);
        who.is_administrator = user == "admin";
        who.channel = operation::Channel::api;
        return perform_as(who, operation, input);
    }
    static std::string word(Result<json::Document> const& answer) {
        if (answer) return "ok";
        return answer.error().fields.empty() ? answer.error().reason : answer.error().fields.front().field;
    }
    Result<json::Document> make(std::string const& name, std::string const& custom) {
        return perform("li", "customer.create", R"({"name":")" + name + R"(","custom":)" + custom + "}");
    }
    std::size_t some(std::string const& conditions) {
        auto const page = perform("li", "customer.list", R"({"custom":)" + conditions + "}");
        EXPECT_TRUE(page) << (page ? "" : page.error().message);
        return page ? (*page)["items"].Size() : 99;
    }

    operation::Catalogue catalogue;
    std::map<std::string, std::string> ids;
};

}  // namespace wescrm::testing
