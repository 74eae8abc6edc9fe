#include "commands.hpp"

#include <wescrm/base/json.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace wescrm::server::cli {
namespace {

int show_config(Program& program) {
    auto document = json::Document{rapidjson::kObjectType};
    for (auto const& [key, value] : program.config.effective) {
        if (program.is_json)
            json::set(document, key, value, document.GetAllocator());
        else
            std::cout << key << " = " << value << "\n";
    }
    if (program.is_json) std::cout << json::write_pretty(document) << "\n";
    return done;
}

int get(Program& program, std::string const& key) {
    auto const& all = program.config.effective;
    auto const found = std::find_if(all.begin(), all.end(), [&](auto const& entry) { return entry.key == key; });
    if (found == all.end())
        return report(program, {Errc::invalid_input, "configuration",
                                key + ": unknown key; `wescrm config show` lists all keys"});
    std::cout << found->value << "\n";
    return done;
}

}  // namespace

void add_config_commands(CLI::App& app, Command& chosen) {
    auto* config = app.add_subcommand("config", "Show the configuration that is in force (secrets as ***)");
    config->require_subcommand(1);
    config->fallthrough();
    config->add_subcommand("show", "all keys")->fallthrough()->callback([&chosen] { chosen = show_config; });
    auto const key = std::make_shared<std::string>();
    auto* one = config->add_subcommand("get", "one key")->fallthrough();
    one->add_option("key", *key, "e.g. http.listen")->required();
    one->callback([&chosen, key] { chosen = [key](Program& program) { return get(program, *key); }; });
}

}  // namespace wescrm::server::cli
