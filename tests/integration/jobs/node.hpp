#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "support/database_test.hpp"

#include <wescrm/jobs/workers.hpp>
#include <wescrm/wecom/crypto.hpp>

namespace wescrm::jobs {

inline constexpr auto patience = std::chrono::seconds{10};

/// Answers sends from a script; remembers what was sent.
class ScriptedSender final : public MessageSender {
public:
    asio::awaitable<wecom::Answer> send(OutboxItem const& item) override {
        auto answer = wecom::Answer{};
        {
            auto const lock = std::lock_guard{mutex};
            sent.push_back(item.recipient + ":" + item.body);
            if (!errcodes.empty()) {
                answer.errcode = errcodes.front();
                errcodes.erase(errcodes.begin());
            }
        }
        answer.failure = answer.errcode == no_answer ? wecom::ErrorClass::unknown : wecom::classify(answer.errcode);
        answer.body = json::parse(R"({"errcode":0,"msgid":"m1"})").value();
        co_return answer;
    }
    std::vector<std::string> all() {
        auto const lock = std::lock_guard{mutex};
        return sent;
    }
    static constexpr int no_answer = -2;
    std::mutex mutex;
    std::vector<std::string> sent;
    std::vector<int> errcodes;  ///< of the next sends; then 0
};

class PlainRenderer final : public operation::MessageRenderer {
public:
    Rendered render(std::string_view kind, json::Value const&, UserId const&, std::int64_t, std::string_view, operation::Priority) const override {
        return {R"({"kind":")" + std::string{kind} + "\"}", "message/send"};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override {
        return {"{}", "message/update_template_card"};
    }
};

/// A server's worth of workers in this process, on a thread of its own.
class Node {
public:
    Node(std::string const& url, Sealer const& sealer, Clock const& clock, WorkersConfig config, InboxHandlers inbox, TimerHandlers timers = {})
        : db{small(url)}, companies{db, sealer, {}} {
        if (!companies.load()) throw std::runtime_error{"companies"};
        services.renderer = &renderer;
        workers = std::make_unique<Workers>(
            io.get_executor(),
            Workers::Parts{db, companies, sealer, clock, services, sender, metrics, std::move(inbox), std::move(timers), {}}, std::move(config));
        services.wake_sender = [this](TenantId tenant) { workers->wake_sender(tenant); };
        services.wake_timers = [this](TenantId tenant) { workers->wake_timers(tenant); };
        workers->start();
        thread = std::thread{[this] { io.run(); }};
    }
    ~Node() { stop(); }

    void stop() {
        if (!thread.joinable()) return;
        await(workers->stop(std::chrono::seconds{5}));
        work.reset();
        io.stop();
        thread.join();
    }
    template <class T>
    T await(asio::awaitable<T> op) {
        return asio::co_spawn(io, std::move(op), asio::use_future).get();
    }
    void on_strand(std::function<void()> action) {
        auto run = [](std::function<void()> act) -> asio::awaitable<void> {
            act();
            co_return;
        };
        await(run(std::move(action)));
    }

    static database::Config small(std::string const& url) {
        auto config = database::Config{};
        config.url = url;
        config.intake.connections = 2;
        config.worker.connections = 6;
        config.web.connections = 1;
        config.report.connections = 1;
        return config;
    }

    asio::io_context io{1};  // outlives the database, whose threads wake it
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    database::Database db;
    Companies companies;
    Metrics metrics;
    PlainRenderer renderer;
    operation::Services services;
    ScriptedSender sender;
    std::unique_ptr<Workers> workers;
    std::thread thread;
};

/// A company with an app whose callbacks can be made and delivered.
struct JobsTest : wescrm::testing::DatabaseTest {
    JobsTest() {
        in(database::Scope::of_queues(), [this](database::Session& sql) {
            auto const sealed = [this](std::string const& value, char const* column) {
                return database::Blob{sealer.seal(value, app_context(tenant, "app", 1000002, column))};
            };
            app = sql.value<std::int64_t>(
                         "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) values (:tenant, 'app', "
                         "1000002, :secret, :token, :key) returning id",
                         {database::bind("tenant", tenant), database::bind("secret", sealed("secret", "secret_sealed")),
                          database::bind("token", sealed(token, "token_sealed")), database::bind("key", sealed(aes_key, "aes_key_sealed"))})
                      .value();
            sql.script("create table effect (seq bigserial, tenant_id bigint, node integer, note text)");
        });
        quick.buckets.lease = seconds{2};
        quick.buckets.renew_every = milliseconds{200};
        quick.buckets.trust = milliseconds{1'500};
        quick.buckets.look_every = milliseconds{50};
        quick.inbox.poll = milliseconds{50};
        quick.inbox.last_chance_after = milliseconds{0};
        quick.outbox.poll = milliseconds{50};
        quick.outbox.write_every = milliseconds{5};
        quick.timers.poll = milliseconds{50};
        quick.intake.probe_interval = milliseconds{50};
    }

    std::string text(std::string const& user, std::string const& content, std::string const& message_id) const {
        return "<xml><ToUserName><![CDATA[ww-test]]></ToUserName><FromUserName><![CDATA[" + user + "]]></FromUserName><CreateTime>" +
               created() + "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + content + "]]></Content><MsgId>" + message_id +
               "</MsgId><AgentID>1000002</AgentID></xml>";
    }
    std::string approval(std::string const& number) const {
        return "<xml><ToUserName><![CDATA[ww-test]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>" + created() +
               "</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[sys_approval_change]]></Event><AgentID>3010040</AgentID>"
               "<ApprovalInfo><SpNo>" + number + "</SpNo><SpStatus>1</SpStatus><Applyer><UserId><![CDATA[zhang]]></UserId></Applyer>"
               "<StatuChangeEvent>1</StatuChangeEvent></ApprovalInfo></xml>";
    }
    std::string created() const { return std::to_string(std::chrono::duration_cast<seconds>(clock.now().time_since_epoch()).count()); }

    /// Signed and encrypted anew each time, as WeCom does.
    CallbackRequest callback(std::string const& message) {
        auto const keys = wecom::Keys::from(token, aes_key).value();
        auto const nonce = "n" + std::to_string(++nonces);
        auto const encrypted = wecom::encrypt(keys, message, "ww-test", random_bytes(16));
        auto request = CallbackRequest{};
        request.corp_id = "ww-test";
        request.agent_id = 1000002;
        request.query = {wecom::sign(token, created(), nonce, encrypted), created(), nonce};
        request.body = "<xml><ToUserName><![CDATA[ww-test]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>";
        return request;
    }
    CallbackAnswer deliver(Node& node, std::string const& message) { return node.await(node.workers->intake().accept(callback(message))); }

    /// Notes each message in the table effect, with the number of the node that handled it.
    InboxHandlers noting(int node, std::function<Result<void>(InboxItem const&)> first = {}) {
        auto handler = InboxHandler{};
        handler.someone_waits = true;
        handler.handle = [node, first](operation::Context& context, InboxItem const& item) -> Result<void> {
            auto const from = item.message.find("<Content><![CDATA[");
            auto note = item.kind;
            if (from != std::string::npos) note = item.message.substr(from + 18, item.message.find("]]>", from) - from - 18);
            context.sql().execute("insert into effect (tenant_id, node, note) values (:tenant, :node, :note)",
                                  {database::bind("tenant", item.tenant), database::bind("node", node), database::bind("note", note)});
            if (first) return first(item);
            return {};
        };
        return {{"", handler}};
    }
    std::vector<std::string> effects() {
        return in(database::Scope::of_nobody(), [](database::Session& sql) { return sql.values<std::string>("select note from effect order by seq"); });
    }
    std::int64_t count(std::string const& query) {
        return in(database::Scope::of_queues(), [&](database::Session& sql) { return sql.value<std::int64_t>(query).value_or(0); });
    }
    template <class Condition>
    static ::testing::AssertionResult eventually(Condition condition) {
        auto const until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            if (condition()) return ::testing::AssertionSuccess();
            std::this_thread::sleep_for(milliseconds{5});
        }
        return ::testing::AssertionFailure() << "did not come true within " << patience.count() << " s";
    }
    auto effects_are(std::size_t number) {
        return eventually([&] { return effects().size() >= number; });
    }

    Sealer sealer = Sealer::with_key(Bytes(32, 'k')).value();
    std::string token = "QDG6eK";
    std::string aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    std::int64_t app = 0;
    int nonces = 0;
    WorkersConfig quick;
};

}  // namespace wescrm::jobs
