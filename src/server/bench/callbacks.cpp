#include "../cli/companies.hpp"
#include "benchmarks.hpp"
#include "http_load.hpp"
#include "report.hpp"
#include "scratch.hpp"

#include <wescrm/wecom/crypto.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace wescrm::server::bench {
namespace {

constexpr auto callbacks_corp_id = "ww0bench000000callbacks";
constexpr auto agent_id = 1'000'002;
constexpr auto token = "benchmark";
constexpr auto callbacks_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
constexpr auto senders = 200;
constexpr auto most_per_second = 30'000;  // requests made ready for each second of load
constexpr auto sealed_overhead = 28;      // of a stored body: nonce and tag

// What a company's employees write. Nobody of them is known here, so that an answer costs little.
class Messages {
public:
    explicit Messages(wecom::Keys keys, std::uint16_t port) : keys_{std::move(keys)}, port_{port} {}

    [[nodiscard]] std::string text() {
        auto const number = std::to_string(++number_);
        auto const created =
            std::to_string(std::chrono::duration_cast<seconds>(clock_.now().time_since_epoch()).count());
        return "<xml><ToUserName><![CDATA[" + std::string{callbacks_corp_id} +
               "]]></ToUserName><FromUserName><![CDATA[user" + std::to_string(number_ % senders) +
               "]]></FromUserName><CreateTime>" + created +
               "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[跟进 宏达 "
               "今天拜访了王总，下周三再联系 " +
               number + "]]></Content><MsgId>" + std::to_string(first_message_ + number_) + "</MsgId><AgentID>" +
               std::to_string(agent_id) + "</AgentID></xml>";
    }

    // A whole request: signed and encrypted, as WeCom sends it.
    [[nodiscard]] std::string request(std::string_view path) {
        auto const message = text();
        auto const time = std::to_string(std::chrono::duration_cast<seconds>(clock_.now().time_since_epoch()).count());
        auto const nonce = std::to_string(number_);
        auto const encrypted = wecom::encrypt(keys_, message, callbacks_corp_id, random_bytes(16));
        auto const body = "<xml><ToUserName><![CDATA[" + std::string{callbacks_corp_id} +
                          "]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt><AgentID><![CDATA[" +
                          std::to_string(agent_id) + "]]></AgentID></xml>";
        return "POST " + std::string{path} + "?msg_signature=" + wecom::sign(keys_.token(), time, nonce, encrypted) +
               "&timestamp=" + time + "&nonce=" + nonce + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
               "\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

private:
    wecom::Keys keys_;
    std::uint16_t port_;
    SystemClock clock_;
    std::int64_t first_message_ = 7'000'000'000'000'000;
    std::int64_t number_ = 0;
};

Result<void> add_company(Program& program) {
    auto tools = cli::company_tools(program);
    if (!tools) return tools.error();
    auto company = org::NewCompany{};
    company.corp_id = callbacks_corp_id;
    company.name = "回调压测";
    company.app = {agent_id, "benchmark-secret", token, callbacks_aes_key};
    auto const added = tools->registry.add(company);
    if (!added) return added.error();
    return {};
}

// ---- what is measured
// ---------------------------------------------------------------------------------------------------

class CallbackBench {
public:
    CallbackBench(Scratch& scratch, CallbackOptions const& options) : scratch_{scratch}, options_{options} {}

    Result<Report> run() {
        if (auto prepared = prepare(); !prepared) return prepared.error();
        for (auto round = 0; round < options_.rounds; ++round) {
            auto const commits = pgbench();
            if (!commits) return commits.error();
            commits_.push_back(*commits);
            if (auto const done = measure_http(); !done) return done.error();
        }
        return report();
    }

private:
    Result<void> prepare() {
        if (auto added = add_company(scratch_.program()); !added) return added;
        // Another node holds all work, so that nothing but taking callbacks is measured; the message is stored and
        // waits.
        auto const held = scratch_.run(
            "insert into node (id) values (1); update work_bucket set owner = 1, lease_until = now() + interval '1 "
            "day'");
        if (!held) return held.error();
        // The same columns, indexes and sizes as a row of the inbox, without row-level security and partitions in the
        // way.
        auto const table = scratch_.run(
            "create table bench_inbox (like inbox including defaults including identity including indexes)");
        if (!table) return table.error();
        auto started = scratch_.start_server({});
        if (!started) return started.error();
        server_.emplace(std::move(*started));
        auto keys = wecom::Keys::from(token, callbacks_aes_key);
        if (!keys) return keys.error();
        messages_.emplace(std::move(*keys), server_->port);
        return write_pgbench_script();
    }

    Result<void> write_pgbench_script() {
        auto const size = messages_->text().size() + sealed_overhead;
        script_ = scratch_.folder() + "/one_row.sql";
        auto stream = std::ofstream{script_};
        stream << "\\set a random(1, 9000000000000000000)\n\\set b random(1, 9000000000000000000)\n"
                  "insert into bench_inbox (tenant_id, msg_day, dedupe_key, channel, agent_id, bucket, lane, kind, "
                  "received_at, body, "
                  "run_at) values (1, current_date, int8send(:a) || int8send(:b) || int8send(:a) || int8send(:b), 1, "
               << agent_id << ", 1, :a, 'text', now(), '\\x" << std::string(2 * size, 'a') << "', now())\n";
        stream.close();
        if (!stream) return Error{Errc::unavailable, "file", "cannot write " + script_};
        return {};
    }

    Result<double> pgbench() {
        static_cast<void>(scratch_.run("checkpoint"));
        auto const command = find_pgbench() +
                             " --no-vacuum --protocol=prepared --client=" + std::to_string(options_.clients) +
                             " --jobs=2 --time=" + std::to_string(options_.seconds) + " --file=" + script_ + " '" +
                             scratch_.url() + "' 2>&1";
        auto output = std::string{};
        auto* const pipe = ::popen(command.c_str(), "r");
        if (!pipe) return Error{Errc::unavailable, "pgbench", "cannot run pgbench"};
        auto buffer = std::array<char, 4096>{};
        while (auto const size = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), size);
        auto const status = ::pclose(pipe);
        auto const at = output.find("tps = ");
        if (status != 0 || at == std::string::npos)
            return Error{Errc::unavailable, "pgbench", "pgbench failed: " + output};
        return std::stod(output.substr(at + 6));
    }

    static std::string find_pgbench() {
        for (auto const* place : {"/usr/lib/postgresql/17/bin/pgbench", "/usr/lib/postgresql/16/bin/pgbench",
                                  "/usr/lib/postgresql/15/bin/pgbench"})
            if (::access(place, X_OK) == 0) return place;
        return "pgbench";
    }

    struct Side {
        std::vector<double> per_second;
        std::vector<double> p50_ms, p99_ms;
        double load_cpu = 0, server_cpu = 0, database_cpu = 0, seconds = 0;
        std::uint64_t answers = 0, others = 0;
    };

    Result<void> measure_http() {
        measure(refused_, "/no-such/page", 404);
        measure(stored_, "/wecom/" + std::string{callbacks_corp_id} + "/app/" + std::to_string(agent_id), 200);
        auto const rows =
            scratch_.run("begin; select set_config('app.queues', 'on', true); select count(*) from inbox");
        auto const found = rows ? std::stoull(*rows) : 0;
        static_cast<void>(scratch_.run("select set_config('app.queues', 'on', true); truncate inbox; commit"));
        rows_ += found;
        if (stored_.others > 0 || refused_.others > 0)
            return Error{Errc::unavailable, "answers",
                         "some requests were answered otherwise:\n" + server_->process.end_of_log()};
        return {};
    }

    void measure(Side& side, std::string const& path, int expected) {
        auto const count = static_cast<std::size_t>(options_.seconds) * most_per_second;
        auto requests = std::vector<std::string>{};
        requests.reserve(count);
        for (std::size_t i = 0; i < count; ++i) requests.push_back(messages_->request(path));
        static_cast<void>(scratch_.run("checkpoint"));
        auto plan = LoadPlan{};
        plan.port = server_->port;
        plan.connections = static_cast<std::size_t>(options_.connections);
        plan.duration = std::chrono::seconds{options_.seconds};
        plan.request = [&requests](std::uint64_t n) {
            return n < requests.size() ? std::string_view{requests[n]} : std::string_view{};
        };
        auto const server_before = cpu_seconds(server_->process.pid());
        auto const database_before = scratch_.cluster_cpu();
        auto const result = run_load(plan);
        side.server_cpu += cpu_seconds(server_->process.pid()) - server_before;
        side.database_cpu += scratch_.cluster_cpu() - database_before;
        side.load_cpu += result.cpu_seconds;
        side.seconds += result.seconds;
        side.per_second.push_back(result.per_second());
        side.p50_ms.push_back(result.percentile_ms(0.5));
        side.p99_ms.push_back(result.percentile_ms(0.99));
        side.answers += result.answers;
        for (auto const& [status, times] : result.statuses)
            if (status != expected) side.others += times;
    }

    static Report report_of(Side const& side) {
        auto report = Report{};
        report.real("per_second", median(side.per_second)).reals("rounds", side.per_second);
        report.real("p50_ms", median(side.p50_ms)).real("p99_ms", median(side.p99_ms));
        auto cpu = Report{};
        cpu.real("wall", side.seconds)
            .real("server", side.server_cpu)
            .real("load", side.load_cpu)
            .real("database", side.database_cpu);
        report.object("seconds", cpu);
        return report;
    }

    Result<Report> report() {
        auto const stored = median(stored_.per_second);
        auto const commits = median(commits_);
        auto const refused = median(refused_.per_second);
        auto report = Report{};
        report.text("benchmark", "callbacks").count("connections", options_.connections);
        report.text("fsync", scratch_.setting("fsync"))
            .text("synchronous_commit", scratch_.setting("synchronous_commit"));
        auto one_row = Report{};
        one_row.count("clients", options_.clients).real("per_second", commits).reals("rounds", commits_);
        report.object("callbacks", report_of(stored_))
            .object("pgbench", one_row)
            .object("not_found", report_of(refused_));
        report.count("answered_200", static_cast<std::int64_t>(stored_.answers))
            .count("rows_in_inbox", static_cast<std::int64_t>(rows_));
        report.real("callbacks_to_pgbench", stored / commits).real("callbacks_to_not_found", stored / refused);
        report.flag("is_target_met", stored > commits && stored >= refused / 2 && rows_ >= stored_.answers);
        return report;
    }

    Scratch& scratch_;
    CallbackOptions options_;
    std::optional<Scratch::Server> server_;
    std::optional<Messages> messages_;
    std::string script_;
    std::vector<double> commits_;
    Side stored_;
    Side refused_;
    std::uint64_t rows_ = 0;
};

}  // namespace

int callbacks(Program& program, CallbackOptions const& options) {
    auto scratch = Scratch::make(program, options.database_url);
    if (!scratch) return report(program, scratch.error());
    auto const figures = CallbackBench{**scratch, options}.run();
    if (!figures) return report(program, figures.error());
    std::cout << figures->write() << "\n";
    return done;
}

}  // namespace wescrm::server::bench
