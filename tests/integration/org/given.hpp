#pragma once
#include "support/database_test.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/org/company.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/sales/operations.hpp>

#include <map>

namespace wescrm::testing {

/// Answers the data as the body.
struct BodyRenderer final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const& data, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {json::write(data), "message/send"};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

/// All operations of the organisation and of sales, an app, the roles of a new company, 全公司 with id 1, and the
/// administrator root.
struct OrgTest : DatabaseTest {
    OrgTest() {
        auto made = std::make_shared<operation::HandoverKinds>();
        sales::add_handovers(*made);
        agenda::add_handovers(*made);
        operation::add_handovers(*made);
        org::add_handovers(*made);
        kinds = made;
        operation::add_operations(catalogue);
        org::add_operations(catalogue);
        org::add_handover_operations(catalogue, kinds);
        sales::add_operations(catalogue);
        agenda::add_operations(catalogue);
        services.renderer = &renderer;
        in_tenant([&](database::Session& sql) {
            org::install_roles(sql, tenant, WESCRM_SOURCE_DIR "/config/presets").value();
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) values "
                "(:t, 'app', 1000002, '', '', '')",
                {database::bind("t", tenant)});
            sql.execute(
                "insert into department (tenant_id, id, wecom_id, name, path) values (:t, 1, 1, '全公司', "
                "array[1]::bigint[])",
                {database::bind("t", tenant)});
            add(sql, "root", "管理员");
        });
    }
    void add(database::Session& sql, std::string const& user, std::string const& role) {
        people[user] = sql.value<EmployeeId>(
                              "insert into employee (tenant_id, user_id, name, main_department_id) values (:t, :u, :u, "
                              "1) returning id",
                              {database::bind("t", tenant), database::bind("u", user)})
                           .value();
        sql.execute("insert into role_member select tenant_id, id, :e from role where tenant_id = :t and name = :name",
                    {database::bind("t", tenant), database::bind("e", people[user]), database::bind("name", role)});
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return operations.perform_blocking(operation, {tenant, people.at(user), operation::Channel::api, "r"},
                                           json::parse(input).value());
    }
    static std::string id_of(Result<json::Document> const& made) {
        return json::find_string(made.value(), "id").value();
    }
    std::int64_t count(std::string const& query) {
        return in_tenant(
            [&](database::Session& sql) { return sql.value<std::int64_t>("select count(*) from " + query).value(); });
    }
    std::int64_t told(std::string const& kind, std::string const& user) {
        return count("outbox where kind = '" + kind + "' and recipient = '" + user + "'");
    }
    /// The first field that was refused, else the reason, else "done".
    static std::string refused(Result<json::Document> const& outcome) {
        if (outcome) return "done";
        return outcome.error().fields.empty() ? outcome.error().reason : outcome.error().fields.front().field;
    }

    BodyRenderer renderer;
    operation::Services services;
    operation::Catalogue catalogue;
    operation::Operations operations{*db, clock, catalogue, services};
    operation::SharedHandoverKinds kinds;
    std::map<std::string, EmployeeId> people;
};

}  // namespace wescrm::testing
