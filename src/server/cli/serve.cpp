#include "../application.hpp"
#include "commands.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <ctime>

namespace wescrm::server::cli {
namespace {

constexpr auto hurried_limit = milliseconds{100};

sigset_t stop_signals() {
    auto signals = sigset_t{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

// True if a signal came within the time.
bool wait_for_signal(sigset_t const& signals, milliseconds time) {
    auto const whole = std::chrono::duration_cast<seconds>(time);
    auto const limit = timespec{whole.count(), static_cast<long>((std::chrono::nanoseconds{time - whole}).count())};
    return ::sigtimedwait(&signals, nullptr, &limit) > 0;
}

int serve(Program& program) {
    if (auto const database = program.database(); !database) return report(program, database.error());
    auto sealer = load_sealer(program.config);
    if (!sealer) return report(program, sealer.error());
    // Blocked before any thread exists, so that all of them inherit it and only this one hears the signals.
    auto const signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    auto const drain_delay = program.config.drain_delay;
    auto const stop_limit = program.config.stop_limit;
    auto application = Application::make(program.config, std::move(*sealer));
    if (!application) return report(program, application.error());
    if (auto const started = (*application)->start(); !started) {
        (*application)->stop(hurried_limit);
        return report(program, started.error());
    }
    auto signal = 0;
    ::sigwait(&signals, &signal);
    log::info("stopping", {{"signal", signal}});
    (*application)->drain();
    auto const is_hurried = drain_delay.count() > 0 && wait_for_signal(signals, drain_delay);
    (*application)->stop(is_hurried ? hurried_limit : stop_limit);
    return done;
}

}  // namespace

void add_serve(CLI::App& app, Command& chosen) {
    app.add_subcommand("serve", "The server: callbacks, chat, REST, workers")->callback([&chosen] { chosen = serve; });
}

}  // namespace wescrm::server::cli
