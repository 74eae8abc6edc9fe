#include "commands.hpp"

#include <wescrm/language/understanding.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

// How many sentences one thread understands in a second.
int sentences(Program& program, int count) {
    constexpr std::array<std::string_view, 5> said{"新建客户 宏达科技 电话13800138000 来源展会", "跟进 宏达 今天拜访了王总，下周三再联系",
                                                   "提醒我 明天上午10点 给宏达发报价", "我的客户", "今天有什么要做"};
    auto const zone = Zone{};
    auto const now = program.clock.now();
    auto const began = std::chrono::steady_clock::now();
    for (auto i = 0; i < count; ++i) static_cast<void>(language::understand(said[static_cast<std::size_t>(i) % said.size()], now, zone));
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::cout << "{\"benchmark\":\"sentences\",\"count\":" << count << ",\"per_second\":" << count / took << "}\n";
    return done;
}

}  // namespace

void add_bench_commands(CLI::App& app, Command& chosen) {
    auto* bench = app.add_subcommand("bench", "The project's own benchmarks, JSON out");
    bench->require_subcommand(1);
    auto const count = std::make_shared<int>(20'000);
    auto* nlu = bench->add_subcommand("sentences", "understanding what people type")->fallthrough();
    nlu->add_option("--count", *count, "sentences")->capture_default_str()->check(CLI::PositiveNumber);
    nlu->callback([&chosen, count] { chosen = [count](Program& program) { return sentences(program, *count); }; });
}

}  // namespace wescrm::server::cli
