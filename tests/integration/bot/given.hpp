#pragma once
#include "support/database_test.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/bot/chat.hpp>
#include <wescrm/language/understanding.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/wecom/card_template.hpp>

#include <gmock/gmock.h>

#include <memory>

namespace wescrm::bot {

using database::bind;

/// The bytes that WeCom would get.
struct Renderer : operation::MessageRenderer {
    Rendered render(std::string_view kind, json::Value const& data, UserId const& to, std::int64_t agent,
                    std::string_view effect, operation::Priority) const override {
        return {templates.render(kind, data).to_send({to, agent, std::string{effect}}), "message/send"};
    }
    Rendered render_update(operation::CardUpdate const& update, UserId const& to, std::int64_t agent) const override {
        if (!update.replace_button_text.empty())
            return {wecom::button_update(to, agent, update.response_code, update.replace_button_text),
                    "message/update_template_card"};
        return {templates.render(update.kind, update.data).to_update(to, agent, update.response_code),
                "message/update_template_card"};
    }
    wecom::CardTemplates templates = wecom::CardTemplates::load(WESCRM_SOURCE_DIR "/templates/cards").value();
};

inline Understood understand(std::string_view text, Instant sent_at, Zone const& zone) {
    auto meant = language::understand(text, sent_at, zone);
    return {std::move(meant.intent), meant.confidence, std::move(meant.slots)};
}

/// 李雷 and 韩梅梅 sell, each sees his own; everything from the decrypted callback to the outbox is real.
struct GivenTwoSalespeople : wescrm::testing::DatabaseTest {
    GivenTwoSalespeople() {
        sales::add_operations(catalogue);
        sales::add_merge_operation(catalogue, {agenda::follow_merge});
        agenda::add_operations(catalogue);
        operation::add_operations(catalogue);
        org::add_operations(catalogue);
        auto const kinds = std::make_shared<operation::HandoverKinds>();
        sales::add_handovers(*kinds);
        agenda::add_handovers(*kinds);
        org::add_handovers(*kinds);
        org::add_handover_operations(catalogue, kinds);
        in_tenant([this](database::Session& sql) {
            auto const role = sql.value<std::int64_t>(
                "insert into role (tenant_id, name) values (:t, '销售') returning id", {bind("t", tenant)});
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select :t, :r, p, 'self' from "
                "unnest(:p::text[]) p",
                {bind("t", tenant), bind("r", role.value()),
                 bind("p", std::vector<std::string>{"customer.view", "customer.create", "customer.edit", "contact.view",
                                                    "contact.edit", "contact.create", "followup.create",
                                                    "followup.view", "task.view", "task.create", "task.edit"})});
            for (auto const& [user, name] : {std::pair{"lilei", "李雷"}, std::pair{"hanmei", "韩梅梅"}})
                sql.execute(
                    "with e as (insert into employee (tenant_id, user_id, name) values (:t, :u, :n) returning id) "
                    "insert into role_member "
                    "(tenant_id, role_id, employee_id) select :t, :r, id from e",
                    {bind("t", tenant), bind("u", user), bind("n", name), bind("r", role.value())});
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) values "
                "(:t, 'app', 1000002, "
                "'', '', '')",
                {bind("t", tenant)});
        });
    }

    std::string says(std::string const& text, std::string const& user = "lilei") {
        return receive("text", user, "<MsgType>text</MsgType><Content><![CDATA[" + text + "]]></Content>");
    }
    std::string presses(std::string const& key, std::string const& user = "lilei") {
        return receive("event.template_card_event", user,
                       "<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>" + key +
                           "</EventKey><TaskId>t</TaskId><CardType>button_interaction</CardType><ResponseCode>code</"
                           "ResponseCode>");
    }
    /// Handles one callback as the inbox worker does and gives what was put into the outbox by it.
    std::string receive(std::string const& kind, std::string const& user, std::string const& body) {
        ++last_id;
        return handle(kind, user, body);
    }
    std::string handle(std::string const& kind, std::string const& user, std::string const& body) {
        clock.advance(seconds{5});
        auto item = jobs::InboxItem{};
        item.tenant = tenant;
        item.id = last_id;
        item.kind = kind;
        item.received_at = clock.now();
        auto const created = std::chrono::duration_cast<seconds>(clock.now().time_since_epoch()).count();
        item.message = "<xml><ToUserName>ww-test</ToUserName><FromUserName>" + user + "</FromUserName><CreateTime>" +
                       std::to_string(created) + "</CreateTime>" + body + "<MsgId>" + std::to_string(last_id) +
                       "</MsgId><AgentID>1000002</AgentID></xml>";
        auto const handled = db->run_blocking(
            database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) -> Result<int> {
                auto system = operation::Context{sql, operation::system_actor(tenant, operation::Channel::chat),
                                                 clock.now(), services};
                auto const done = jobs::handler_for(handlers, kind)->handle(system, item);
                if (!done) return done.error();
                return 0;
            });
        if (!handled) return "failed: " + handled.error().reason;
        return sent();
    }
    std::string sent() {
        auto bodies = in_tenant([&](database::Session& sql) {
            return sql.values<std::string>(
                "with gone as (update outbox set state = 2 where tenant_id = :t and state = 0 returning id, body) "
                "select convert_from(body, "
                "'UTF8') from gone order by id",
                {bind("t", tenant)});
        });
        auto all = std::string{};
        for (auto const& body : bodies) all += body + "\n";
        return all;
    }
    std::int64_t count(std::string const& what) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::int64_t>("select count(*) from " + what +
                                         (what.find("where") == std::string::npos ? " where" : " and") +
                                         " tenant_id = :t",
                                     {bind("t", tenant)})
                .value();
        });
    }
    std::string id_of(std::string const& table, std::string const& name_column, std::string const& name) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>(
                    "select id::text from " + table + " where tenant_id = :t and " + name_column + " = :n",
                    {bind("t", tenant), bind("n", name)})
                .value();
        });
    }

    operation::Catalogue catalogue;
    Renderer renderer;
    operation::Services services{&renderer, {}, {}};
    jobs::InboxHandlers handlers = chat_handlers({catalogue, services, understand});
    std::int64_t last_id = 0;
};

}  // namespace wescrm::bot
