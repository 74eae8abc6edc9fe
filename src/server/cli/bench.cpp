#include "../bench/benchmarks.hpp"
#include "../bench/report.hpp"
#include "commands.hpp"

#include <wescrm/language/understanding.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

// How many sentences one thread understands in a second.
int sentences(Program& program, int count) {
    constexpr std::array<std::string_view, 5> said{"新建客户 宏达科技 电话13800138000 来源展会",
                                                   "跟进 宏达 今天拜访了王总，下周三再联系",
                                                   "提醒我 明天上午10点 给宏达发报价", "我的客户", "今天有什么要做"};
    auto const zone = Zone{};
    auto const now = program.clock.now();
    auto const began = std::chrono::steady_clock::now();
    for (auto i = 0; i < count; ++i)
        static_cast<void>(language::understand(said[static_cast<std::size_t>(i) % said.size()], now, zone));
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    auto report = bench::Report{};
    report.text("benchmark", "sentences").count("count", count).real("per_second", count / took);
    std::cout << report.write() << "\n";
    return done;
}

void add_database_url(CLI::App& command, std::string& url) {
    command.add_option("--database-url", url,
                       "URI of a database whose server takes the benchmark's own, which is dropped at the end "
                       "(default: database.url)");
}

void add_callbacks(CLI::App& bench, Command& chosen) {
    auto const options = std::make_shared<bench::CallbackOptions>();
    auto* command = bench.add_subcommand(
        "callbacks",
        "callbacks signed, decrypted, stored and answered 200 per second, beside pgbench's one-row commits "
        "of the same row and requests that are refused with 404; starts a server of its own");
    add_database_url(*command->fallthrough(), options->database_url);
    command->add_option("--rounds", options->rounds, "the figures are medians of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 100));
    command->add_option("--seconds", options->seconds, "of each measurement of a round")
        ->capture_default_str()
        ->check(CLI::Range(1, 60));
    command->add_option("--connections", options->connections, "to the server")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    command->add_option("--clients", options->clients, "of pgbench")->capture_default_str()->check(CLI::Range(1, 100));
    command->callback(
        [&chosen, options] { chosen = [options](Program& program) { return bench::callbacks(program, *options); }; });
}

void add_chat(CLI::App& bench, Command& chosen) {
    auto const options = std::make_shared<bench::ChatOptions>();
    auto* command = bench.add_subcommand(
        "chat",
        "from the callback's last byte to the answer's arrival at the simulator; loads a demo company "
        "(1-2 minutes) and starts simulator and server, or drives running ones");
    add_database_url(*command->fallthrough(), options->database_url);
    command->add_option("--size", options->size, "of the demo company")
        ->capture_default_str()
        ->check(CLI::IsMember({"small", "medium", "large", "huge"}));
    command->add_option("--per-second", options->per_second, "commands")
        ->capture_default_str()
        ->check(CLI::Range(1, 5'000));
    command->add_option("--rounds", options->rounds, "the figures are medians of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 100));
    command->add_option("--seconds", options->seconds, "of a round")
        ->capture_default_str()
        ->check(CLI::Range(1, 3'600));
    auto* simulator =
        command->add_option("--simulator", options->simulator, "URL of a running wescrm-sim to drive instead");
    command->add_option("--admin", options->admin, "admin URL of its server, for the memory")->needs(simulator);
    command->callback(
        [&chosen, options] { chosen = [options](Program& program) { return bench::chat(program, *options); }; });
}

void add_sync(CLI::App& bench, Command& chosen) {
    auto const options = std::make_shared<bench::SyncOptions>();
    auto* command = bench.add_subcommand(
        "sync", "the database part of a full synchronisation of the organisation, and of a second one");
    add_database_url(*command->fallthrough(), options->database_url);
    command->add_option("--members", options->members)->capture_default_str()->check(CLI::Range(1, 1'000'000));
    command->add_option("--departments", options->departments)->capture_default_str()->check(CLI::Range(1, 100'000));
    command->callback(
        [&chosen, options] { chosen = [options](Program& program) { return bench::sync(program, *options); }; });
}

}  // namespace

void add_bench_commands(CLI::App& app, Command& chosen) {
    auto* bench = app.add_subcommand("bench", "The project's own benchmarks, JSON out");
    bench->require_subcommand(1);
    add_callbacks(*bench, chosen);
    add_chat(*bench, chosen);
    add_sync(*bench, chosen);
    auto const count = std::make_shared<int>(20'000);
    auto* nlu = bench->add_subcommand("sentences", "understanding what people type")->fallthrough();
    nlu->add_option("--count", *count, "sentences")->capture_default_str()->check(CLI::PositiveNumber);
    nlu->callback([&chosen, count] { chosen = [count](Program& program) { return sentences(program, *count); }; });
}

}  // namespace wescrm::server::cli
