#pragma once
#include "../program.hpp"

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace wescrm::server::cli {

/// What the command line chose: run after the configuration has been read. Gives the exit code.
using Command = std::function<int(Program&)>;

// Each adds its subcommands to `app`; the one that the user names sets `chosen`.
void add_serve(CLI::App& app, Command& chosen);
void add_database_commands(CLI::App& app, Command& chosen);
void add_doctor(CLI::App& app, Command& chosen);
void add_config_commands(CLI::App& app, Command& chosen);
void add_tenant_commands(CLI::App& app, Command& chosen);
void add_sync_commands(CLI::App& app, Command& chosen);
void add_apikey_commands(CLI::App& app, Command& chosen);
void add_exchange_commands(CLI::App& app, Command& chosen);
void add_queue_commands(CLI::App& app, Command& chosen);
void add_demo_commands(CLI::App& app, Command& chosen);
void add_nlu(CLI::App& app, Command& chosen);
void add_bench_commands(CLI::App& app, Command& chosen);

}  // namespace wescrm::server::cli
