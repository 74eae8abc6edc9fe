#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace wescrm::server {
namespace {

int run_program(int argc, char** argv) {
    auto app = CLI::App{"wescrm: a CRM that sales people work by writing to an app inside WeCom"};
    auto config_file = default_share_folder() + "/config/wescrm.json";
    auto is_json = false;
    auto command = cli::Command{};
    app.add_option("--config", config_file, "configuration file")->capture_default_str();
    app.add_flag("--json", is_json, "machine-readable output");
    app.require_subcommand(0, 1);
    cli::add_serve(app, command);
    cli::add_database_commands(app, command);
    cli::add_doctor(app, command);
    cli::add_config_commands(app, command);
    cli::add_tenant_commands(app, command);
    cli::add_sync_commands(app, command);
    cli::add_apikey_commands(app, command);
    cli::add_exchange_commands(app, command);
    cli::add_queue_commands(app, command);
    cli::add_demo_commands(app, command);
    cli::add_nlu(app, command);
    cli::add_bench_commands(app, command);
    for (auto* sub : app.get_subcommands({})) sub->fallthrough();

    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        return app.exit(error) == 0 ? done : usage;
    }
    if (!command) {
        std::cout << app.help();
        return done;
    }
    auto config = read_config(config_file, [](std::string const& name) { return std::getenv(name.c_str()); });
    if (!config) {
        std::cerr << config.error().message << "\n";
        return usage;
    }
    log::setup(config->log_level, config->log_format);
    auto program = Program{std::move(*config)};
    program.config_file = config_file;
    program.is_json = is_json;
    return command(program);
}

}  // namespace
}  // namespace wescrm::server

int main(int argc, char** argv) {
    try {
        return wescrm::server::run_program(argc, argv);
    } catch (std::exception const& error) {
        std::cerr << "wescrm: " << error.what() << "\n";
        return wescrm::server::failed;
    }
}
