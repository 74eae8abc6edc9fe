#pragma once
#include "application.hpp"
#include "renderer.hpp"
#include "support/database_test.hpp"
#include "unit/http/run.hpp"

#include <wescrm/bot/chat.hpp>
#include <wescrm/language/understanding.hpp>
#include <wescrm/operation/api_keys.hpp>
#include <wescrm/org/company.hpp>
#include <wescrm/wecom/card_template.hpp>

#include <map>
#include <string>

namespace wescrm::testing {

/// The whole product over a database, as one node joins it: every operation, the REST interface and the chat, without
/// sockets.
class Product : public DatabaseTest {
protected:
    Product() {
        services.renderer = &renderer;
        services.sealer = &sealer;
        services.reader_terms = &terms;
        rest.mount(router);
    }

    /// The roles that a new company starts with, 全公司 and an app.
    void set_up(TenantId company) {
        in(database::Scope::of(company), [&](database::Session& sql) {
            org::install_roles(sql, company, WESCRM_SOURCE_DIR "/config/presets").value();
            sql.execute(
                "with made as (select new_id() as id) insert into department (tenant_id, id, name, path) select :t, "
                "id, '全公司', array[id] from made",
                {database::bind("t", company)});
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) values "
                "(:t, 'app', 1000002, '', '', '')",
                {database::bind("t", company)});
        });
    }
    /// In 全公司, with the role of that code.
    EmployeeId hire(TenantId company, std::string const& user, std::string const& role) {
        return in(database::Scope::of(company), [&](database::Session& sql) {
            auto const id = sql.value<EmployeeId>(
                                   "insert into employee (tenant_id, user_id, name, main_department_id) select :t, :u, "
                                   ":u, id from department where tenant_id = :t limit 1 returning id",
                                   {database::bind("t", company), database::bind("u", user)})
                                .value();
            sql.execute(
                "insert into employee_department (tenant_id, employee_id, department_id) select tenant_id, id, "
                "main_department_id from employee where tenant_id = :t and id = :e",
                {database::bind("t", company), database::bind("e", id)});
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) select tenant_id, id, :e from role where "
                "tenant_id = :t and code = :role",
                {database::bind("t", company), database::bind("e", id), database::bind("role", role)});
            return id;
        });
    }
    std::string key_of(TenantId company, EmployeeId employee) {
        auto& known = keys_[{company, employee}];
        if (known.empty())
            known = in(database::Scope::of(company), [&](database::Session& sql) {
                return operation::create_api_key(sql, company, employee, "test", clock.now()).value().key;
            });
        return known;
    }

    using Headers = std::map<std::string, std::string>;
    http::Response call(std::string const& key, http::Method method, std::string const& target,
                        std::string const& body = {}, Headers const& headers = {}) {
        auto request = http::Request{};
        request.method = method;
        request.raw_target = target;
        auto const mark = target.find('?');
        request.path = target.substr(0, mark);
        if (mark != std::string::npos) request.query = http::Parameters::parse(target.substr(mark + 1)).value();
        request.body = body;
        request.id = "test";
        request.remote_address = "192.0.2.1";
        request.headers.set("Authorization", "Bearer " + key);
        if (!body.empty()) request.headers.set("Content-Type", "application/json");
        for (auto const& [name_, value] : headers) request.headers.set(name_, value);
        return http::tests::run(router.handle(request));
    }
    http::Response get(std::string const& key, std::string const& target) {
        return call(key, http::Method::get, "/api/v1" + target);
    }
    json::Document post(std::string const& key, std::string const& target, std::string const& body) {
        auto const answer = call(key, http::Method::post, "/api/v1" + target, body);
        if (answer.status >= 300) ADD_FAILURE() << target << " " << answer.body;
        return json::parse(answer.body).value();
    }

    /// What the app says to `text` in the chat: the bodies of its messages.
    std::string says(TenantId company, std::string const& user, std::string const& text) {
        return receives(company, user, "text", "<MsgType>text</MsgType><Content><![CDATA[" + text + "]]></Content>");
    }
    /// What it says to a button of a card, as an event of that company.
    std::string presses(TenantId company, std::string const& user, std::string const& key, std::string const& task) {
        return receives(company, user, "event.template_card_event",
                        "<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>" + key +
                            "</EventKey><TaskId>" + task +
                            "</TaskId><CardType>button_interaction</CardType><ResponseCode>code</ResponseCode>");
    }
    std::string receives(TenantId company, std::string const& user, std::string const& kind,
                         std::string const& content) {
        clock.advance(between_messages);
        auto item = jobs::InboxItem{};
        item.tenant = company;
        item.id = ++last_item_;
        item.kind = kind;
        item.received_at = clock.now();
        auto const created = std::chrono::duration_cast<seconds>(clock.now().time_since_epoch()).count();
        item.message = "<xml><ToUserName>ww</ToUserName><FromUserName>" + user + "</FromUserName><CreateTime>" +
                       std::to_string(created) + "</CreateTime>" + content + "<MsgId>" + std::to_string(last_item_) +
                       "</MsgId><AgentID>1000002</AgentID></xml>";
        auto const scope = database::Scope::of(company);
        auto const handled =
            db->run_blocking(database::Pool::worker, scope, [&](database::Session& sql) -> Result<int> {
                auto system = operation::Context{sql, operation::system_actor(company, operation::Channel::chat),
                                                 clock.now(), services};
                auto const done = jobs::handler_for(handlers, item.kind)->handle(system, item);
                if (!done) return done.error();
                return 0;
            });
        if (!handled) return "failed: " + handled.error().reason;
        auto const bodies = in(scope, [&](database::Session& sql) {
            return sql.values<std::string>(
                "with gone as (update outbox set state = 2 where tenant_id = :t and state = 0 returning id, body) "
                "select convert_from(body, 'UTF8') from gone order by id",
                {database::bind("t", company)});
        });
        auto all = std::string{};
        for (auto const& body : bodies) all += body + "\n";
        return all;
    }

    /// Every table that has a company, but those named, with a digest of the company's rows.
    std::map<std::string, std::string> digests(TenantId company, std::set<std::string> const& but = {}) {
        return in(database::Scope::of(company), [&](database::Session& sql) {
            auto all = std::map<std::string, std::string>{};
            for (auto const& table : sql.values<std::string>(
                     "select c.table_name::text from information_schema.columns c join pg_class k on k.relname = "
                     "c.table_name and not k.relispartition where c.table_schema = 'public' and c.column_name = "
                     "'tenant_id' order by 1"))
                if (!but.contains(table))
                    all[table] = sql.value<std::string>(
                                        "select coalesce(md5(string_agg(t::text, '|' order by "
                                        "t::text)), '') from " +
                                            table + " t where t.tenant_id = :tenant",
                                        {database::bind("tenant", company)})
                                     .value_or("");
            return all;
        });
    }

    seconds between_messages{1};
    server::TemplateRenderer renderer{wecom::CardTemplates::load(WESCRM_SOURCE_DIR "/templates/cards").value()};
    Sealer sealer = Sealer::with_key(Bytes(32, 'k')).value();
    operation::ReaderTerms terms;
    operation::Services services;
    operation::Catalogue catalogue = server::make_catalogue();
    operation::Operations operations{*db, clock, catalogue, services};
    web::Rest rest{operations, {.requests_per_minute = 1'000'000, .wrong_keys_per_minute = 1'000'000}};
    http::Router router;
    jobs::InboxHandlers handlers = bot::chat_handlers(
        {catalogue, services, [](std::string_view text, Instant sent_at, Zone const& zone) {
             auto meant = language::understand(text, sent_at, zone);
             return bot::Understood{std::move(meant.intent), meant.confidence, std::move(meant.slots)};
         }});

private:
    std::map<std::pair<TenantId, EmployeeId>, std::string> keys_;
    std::int64_t last_item_ = 0;
};

}  // namespace wescrm::testing
