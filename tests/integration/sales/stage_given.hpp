#pragma once
#include "given.hpp"

#include <wescrm/approval/operations.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/trade.hpp>

namespace wescrm::testing {

/// li has an opportunity in the first stage of the default process; boss is his superior.
struct GivenAStageWithConditions : SalesTest {
    GivenAStageWithConditions() {
        auto known = std::make_shared<approval::Subjects>();
        sales::add_approval_subjects(*known);
        sales::add_operations(catalogue);
        approval::add_operations(catalogue, known);
        customer = std::to_string(create("li", "宏达科技有限公司").value().id.value());
        id = made("年度采购");
    }
    std::string made(std::string const& name) {
        auto const answer = perform("li", "opportunity.create",
                                    R"({"name":")" + name + R"(","customer_id":")" + customer + R"(","amount_fen":5})");
        if (!answer) throw std::runtime_error{answer.error().message};
        process = json::find_string(*answer, "process_id").value();
        for (auto const& stage : (*answer)["stages"].GetArray())
            stages[json::find_string(stage, "name").value()] = json::find_string(stage, "id").value();
        return json::find_string(*answer, "id").value();
    }
    operation::Actor person(std::string const& user) {
        auto who = user == "admin" ? actor("wang") : actor(user);
        if (who.is_system()) return who;
        for (auto const* word : {"view", "create", "edit", "advance", "close"})
            who.permissions["opportunity." + std::string{word}] = {
                {user == "boss" ? operation::Reach::self_sub : operation::Reach::self, {}}};
        who.permissions["approval.decide"] = who.permissions["approval.submit"] = {{operation::Reach::self, {}}};
        who.is_administrator = user == "admin";
        return who;
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant),
                                [&](database::Session& sql) -> Result<json::Document> {
                                    auto const services = operation::Services{&renderer, {}, {}};
                                    auto ctx = operation::Context{sql, person(user), clock.now(), services};
                                    return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
                                });
    }
    /// Sets conditions of a stage through the process editor's operation; what the others had goes.
    void ask_for(std::string const& conditions, std::string const& of_process = "",
                 std::string const& of_stage = "初步接洽") {
        auto const done = try_to_ask(conditions, of_process, of_stage);
        if (!done) throw std::runtime_error{done.error().message};
    }
    Result<json::Document> try_to_ask(std::string const& conditions, std::string const& of_process,
                                      std::string const& of_stage) {
        auto const shown = perform("admin", "process.show", R"({"id":")" + process + "\"}").value();
        auto list = std::string{};
        for (auto const& stage : shown["stages"].GetArray()) {
            auto const name = json::find_string(stage, "name").value();
            list += (list.empty() ? "" : ",") + std::string{R"({"id":")"} + json::find_string(stage, "id").value() +
                    R"(","name":")" + name + R"(","probability":)" +
                    std::to_string(json::find_integer(stage, "probability").value()) +
                    (name == of_stage ? "," + conditions : "") + "}";
        }
        auto const version = std::to_string(json::find_integer(shown, "version").value());
        return perform(
            "admin", "process.change",
            R"({"id":")" + process + R"(","version":)" + version + of_process + R"(,"stages":[)" + list + "]}");
    }
    std::string advance(std::string const& stage = "需求确认", std::string const& user = "li") {
        auto const moved =
            perform(user, "opportunity.advance", R"({"id":")" + id + R"(","stage_id":")" + stages.at(stage) + "\"}");
        return moved ? "ok" : moved.error().message;
    }
    std::string submit() {
        auto const asked = perform("li", "opportunity.submit", R"({"id":")" + id + "\"}");
        return asked ? "ok" : asked.error().message;
    }
    std::string status(std::string const& of) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select status from opportunity where tenant_id = :t and id = :id",
                                    {database::bind("t", tenant), database::bind("id", std::stoll(of))})
                .value();
        });
    }
    std::string pending() {
        return in_tenant([&](database::Session& sql) {
            return std::to_string(
                sql.value<std::int64_t>(
                       "select id from approval where tenant_id = :t and subject_type = 'opportunity' and status = "
                       "'pending'",
                       {database::bind("t", tenant)})
                    .value());
        });
    }

    operation::Catalogue catalogue;
    std::string customer;
    std::string process;
    std::string id;
    std::map<std::string, std::string> stages;
};

}  // namespace wescrm::testing
