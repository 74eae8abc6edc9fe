#include "benchmarks.hpp"
#include "report.hpp"
#include "scratch.hpp"

#include <wescrm/demo/demo.hpp>
#include <wescrm/http/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>

namespace wescrm::server::bench {
namespace {

constexpr auto target_p50_ms = 15.0;
constexpr auto target_p99_ms = 60.0;
constexpr auto target_memory_mib = 150.0;
constexpr auto target_ready_ms = 1'000.0;
constexpr auto after_last = 30;  // seconds for the last answers

// What people write in a working day: looking up, and noting down. Reminders and follow-ups carry a serial so that no
// two are alike.
constexpr std::string_view said =
    R"(["我的客户", "今天有什么要做", "查一下科技", "帮助", "提醒我 明天上午10点 给客户发报价 {serial}",
"新建客户 远航{serial}科技 来源展会", "我的客户", "今天有什么要做"])";

/// Calls of one kind: JSON in and out.
class Caller {
public:
    Result<json::Document> call(http::Method method, std::string url, std::string body) {
        auto answer = send(method, std::move(url), std::move(body));
        if (!answer) return answer.error();
        auto limits = json::Limits{};
        limits.values = 1'000'000;
        return json::parse(answer->body, limits);
    }
    Result<http::ClientResponse> send(http::Method method, std::string url, std::string body) {
        auto io = asio::io_context{};
        auto client = http::Client{io.get_executor(), {}};
        auto request = http::ClientRequest{};
        request.method = method;
        request.url = std::move(url);
        request.body = std::move(body);
        request.time_limit = minutes{20};
        auto future = asio::co_spawn(io, client.send(std::move(request)), asio::use_future);
        io.run();
        auto answer = future.get();
        if (answer && answer->status / 100 != 2)
            return Error{Errc::unavailable, "answer",
                         "the simulator answered " + std::to_string(answer->status) + ": " + answer->body};
        if (!answer)
            return Error{Errc::unavailable, "no_answer", "no answer from the simulator: " + answer.error().message};
        return answer;
    }
};

double number_in(json::Value const& object, char const* outer, char const* inner) {
    auto const* part = json::find(object, outer);
    auto const* value = part ? json::find(*part, inner) : nullptr;
    return value && value->IsNumber() ? value->GetDouble() : 0;
}

struct Figures {
    std::vector<double> p50, p99, callback_p99;
    std::int64_t sent = 0, accepted = 0, answered = 0, twice = 0;
    std::vector<double> resident_mib;

    void add(json::Value const& run) {
        p50.push_back(number_in(run, "answer_ms", "p50"));
        p99.push_back(number_in(run, "answer_ms", "p99"));
        callback_p99.push_back(number_in(run, "callback_ms", "p99"));
        sent += json::find_integer(run, "sent").value_or(0);
        accepted += json::find_integer(run, "accepted").value_or(0);
        answered += json::find_integer(run, "answered").value_or(0);
        twice += json::find_integer(run, "answered_twice").value_or(0);
    }
    [[nodiscard]] bool is_complete() const { return sent > 0 && answered == sent && twice == 0; }
    [[nodiscard]] bool is_target_met() const {
        auto const memory = resident_mib.empty() ? 0 : *std::max_element(resident_mib.begin(), resident_mib.end());
        return is_complete() && median(p50) <= target_p50_ms && median(p99) <= target_p99_ms &&
               memory <= target_memory_mib;
    }
};

Result<json::Document> drive(Caller& caller, std::string const& simulator, ChatOptions const& options, int seconds) {
    auto body = std::string{"{\"per_second\":"} + std::to_string(options.per_second) +
                ",\"seconds\":" + std::to_string(seconds) +
                ",\"users\":1000000,\"wait_seconds\":" + std::to_string(after_last) +
                ",\"texts\":" + std::string{said} + "}";
    return caller.call(http::Method::post, simulator + "/sim/load", std::move(body));
}

// WeCom's own limits of a company are below 200 messages a second over minutes; what is measured is us.
Result<http::ClientResponse> lift_limits(Caller& caller, std::string const& simulator) {
    return caller.send(http::Method::put, simulator + "/sim/limits",
                       R"({"calls_per_minute":0,"calls_per_hour":0,"address_per_minute":0,"address_per_hour":0})");
}

double resident_in(std::string const& metrics) {
    constexpr std::string_view name = "\nprocess_resident_memory_bytes ";
    auto const at = metrics.find(name);
    return at == std::string::npos ? 0 : std::stod(metrics.substr(at + name.size(), 32)) / (1024 * 1024);
}

Result<double> resident_mib(Caller& caller, std::string const& admin) {
    auto const metrics = caller.send(http::Method::get, admin + "/metrics", {});
    if (!metrics) return metrics.error();
    return resident_in(metrics->body);
}

Result<Figures> measure_chat(std::string const& simulator, std::string const& admin, ChatOptions const& options) {
    auto caller = Caller{};
    auto figures = Figures{};
    if (auto const lifted = lift_limits(caller, simulator); !lifted) return lifted.error();
    auto const warm = drive(caller, simulator, options, 5);
    if (!warm) return warm.error();
    for (auto round = 0; round < options.rounds; ++round) {
        auto const run = drive(caller, simulator, options, options.seconds);
        if (!run) return run.error();
        figures.add(*run);
        if (admin.empty()) continue;
        auto const memory = resident_mib(caller, admin);
        if (!memory) return memory.error();
        figures.resident_mib.push_back(*memory);
    }
    return figures;
}

Report chat_report(Figures const& figures, ChatOptions const& options) {
    auto report = Report{};
    report.text("benchmark", "chat").count("per_second", options.per_second);
    report.count("sent", figures.sent).count("answered", figures.answered).count("answered_twice", figures.twice);
    report.real("p50_ms", median(figures.p50)).real("p99_ms", median(figures.p99));
    report.reals("p50_rounds", figures.p50).reals("p99_rounds", figures.p99);
    report.real("callback_p99_ms", median(figures.callback_p99));
    if (!figures.resident_mib.empty())
        report.real("server_resident_mib", *std::max_element(figures.resident_mib.begin(), figures.resident_mib.end()));
    return report;
}

int chat_of_running(Program& program, ChatOptions const& options) {
    auto const figures = measure_chat(options.simulator, options.admin, options);
    if (!figures) return report(program, figures.error());
    auto told = chat_report(*figures, options);
    std::cout << told.flag("is_target_met", figures->is_target_met()).write() << "\n";
    return done;
}

// ---- everything started here
// --------------------------------------------------------------------------------------------

class ChatBench {
public:
    ChatBench(Scratch& scratch, ChatOptions const& options) : scratch_{scratch}, options_{options} {}

    Result<Report> run() {
        auto const loaded = load_company();
        if (!loaded) return loaded.error();
        if (auto const started = start_simulator(); !started) return started.error();
        if (auto const ready = start_servers(); !ready) return ready.error();
        auto const server_before = cpu_seconds(server_->process.pid());
        auto const simulator_before = cpu_seconds(simulator_->pid());
        auto const database_before = scratch_.cluster_cpu();
        auto const figures = measure_chat(address(simulator_port_), address(server_->admin_port), options_);
        if (!figures) return figures.error();
        auto report = chat_report(*figures, options_);
        auto const memory = memory_of(server_->process.pid());
        report.real("server_peak_mib", memory.peak_mib).reals("ready_ms", ready_ms_);
        report.count("customers", static_cast<std::int64_t>(loaded->customers))
            .text("fsync", scratch_.setting("fsync"));
        auto cpu = Report{};
        cpu.real("server", cpu_seconds(server_->process.pid()) - server_before);
        cpu.real("simulator", cpu_seconds(simulator_->pid()) - simulator_before)
            .real("database", scratch_.cluster_cpu() - database_before);
        report.object("cpu_seconds", cpu);
        report.flag("is_target_met", figures->is_target_met() && memory.peak_mib <= target_memory_mib &&
                                         median(ready_ms_) <= target_ready_ms);
        return report;
    }

private:
    static std::string address(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

    Result<demo::Loaded> load_company() {
        auto& program = scratch_.program();
        auto const db = program.database();
        if (!db) return db.error();
        auto const sealer = program.sealer();
        if (!sealer) return sealer.error();
        auto const size = demo::size_named(options_.size);
        std::cerr << "loading the demo company\n";
        auto loaded =
            demo::load(**db, **sealer, program.config.presets_folder(), size, program.clock, [](auto, auto, auto) {});
        if (!loaded) return loaded;
        auto stream = std::ofstream{organisation_file(), std::ios::binary};
        stream << demo::org_file(size);
        stream.close();
        if (!stream) return Error{Errc::unavailable, "file", "cannot write " + organisation_file()};
        static_cast<void>(scratch_.run("vacuum analyze"));
        static_cast<void>(scratch_.run("checkpoint"));
        return loaded;
    }

    std::string organisation_file() { return scratch_.folder() + "/organisation.json"; }

    Result<void> start_simulator() {
        server_port_ = free_port();
        simulator_port_ = free_port();
        auto started = Process::start(program_beside("wescrm-sim"),
                                      {"--listen", "127.0.0.1:" + std::to_string(simulator_port_), "--server",
                                       address(server_port_), "--org", organisation_file()},
                                      {}, scratch_.folder() + "/simulator.log");
        if (!started) return started.error();
        simulator_.emplace(std::move(*started));
        auto const ready = wait_until_ready(*simulator_, simulator_port_, "/sim/corps", seconds{30});
        if (!ready) return ready.error();
        return {};
    }

    // Three times, so that the time to readiness is a median; the last one stays.
    Result<void> start_servers() {
        for (auto i = 0; i < 3; ++i) {
            server_.reset();
            auto started = scratch_.start_server({{"WESCRM_HTTP_LISTEN", "127.0.0.1:" + std::to_string(server_port_)},
                                                  {"WESCRM_WECOM_API_BASE", address(simulator_port_)},
                                                  {"WESCRM_OUTBOX_INTERFACE_PER_MINUTE", "1000000"},
                                                  {"WESCRM_OUTBOX_NODE_PER_MINUTE", "1000000"}});
            if (!started) return started.error();
            server_.emplace(std::move(*started));
            ready_ms_.push_back(static_cast<double>(server_->ready_after.count()) / 1'000);
        }
        return {};
    }

    Scratch& scratch_;
    ChatOptions options_;
    std::uint16_t server_port_ = 0;
    std::uint16_t simulator_port_ = 0;
    std::optional<Process> simulator_;
    std::optional<Scratch::Server> server_;
    std::vector<double> ready_ms_;
};

}  // namespace

int chat(Program& program, ChatOptions const& options) {
    if (!options.simulator.empty()) return chat_of_running(program, options);
    auto scratch = Scratch::make(program, options.database_url);
    if (!scratch) return report(program, scratch.error());
    auto const figures = ChatBench{**scratch, options}.run();
    if (!figures) return report(program, figures.error());
    std::cout << figures->write() << "\n";
    return done;
}

}  // namespace wescrm::server::bench
