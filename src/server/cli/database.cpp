#include "commands.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/database/migrations.hpp>
#include <wescrm/org/preset_roles.hpp>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <iostream>
#include <memory>

namespace wescrm::server::cli {
namespace {

database::Migrations migrations_of(Config const& config) {
    auto const& url = config.database.direct_url.empty() ? config.database.url : config.database.direct_url;
    return {url, config.migrations_folder()};
}

void print_json(std::vector<database::Migration> const& all) {
    auto document = json::Document{rapidjson::kArrayType};
    auto& allocator = document.GetAllocator();
    for (auto const& migration : all) {
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "version", json::Value{migration.version}, allocator);
        json::set(row, "name", migration.name, allocator);
        json::set(row, "applied", json::Value{migration.is_applied}, allocator);
        document.PushBack(std::move(row), allocator);
    }
    std::cout << json::write_pretty(document) << "\n";
}

int show_status(Program& program) {
    auto const all = migrations_of(program.config).status();
    if (!all) return report(program, all.error());
    if (program.is_json) {
        print_json(*all);
        return done;
    }
    for (auto const& migration : *all)
        std::cout << (migration.is_applied ? "applied  " : "missing  ") << migration.name << "\n";
    return done;
}

int migrate(Program& program) {
    if (auto const database = program.database(); !database) return report(program, database.error());
    auto const applied = migrations_of(program.config).apply([&](database::Migration const& migration) {
        if (!program.is_json) std::cout << "applying " << migration.name << "\n" << std::flush;
    });
    if (!applied) return report(program, applied.error());
    auto io = asio::io_context{};
    auto updating = asio::co_spawn(
        io, org::update_preset_roles(**program.database(), program.config.presets_folder(), program.clock.now()),
        asio::use_future);
    io.run();
    if (auto const updated = updating.get(); !updated) return report(program, updated.error());
    if (program.is_json)
        std::cout << "{\"applied\":" << *applied << "}\n";
    else
        std::cout << (*applied == 0 ? "the schema is up to date\n" : "done\n");
    return done;
}

}  // namespace

void add_database_commands(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand("migrate", "Bring the database schema up to date (serve does it too)");
    auto const status = std::make_shared<bool>(false);
    command->add_flag("--status", *status, "only show which migrations are applied");
    command->callback([&chosen, status] {
        chosen = [status](Program& program) { return *status ? show_status(program) : migrate(program); };
    });
}

}  // namespace wescrm::server::cli
