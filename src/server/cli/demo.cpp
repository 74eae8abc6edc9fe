#include "commands.hpp"

#include <wescrm/demo/demo.hpp>

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>

namespace wescrm::server::cli {
namespace {

struct DemoGiven {
    std::string size = "small";
    std::string output;
};

demo::Size size_of(DemoGiven const& given) { return demo::size_named(given.size); }

int load(Program& program, DemoGiven const& given) {
    auto const db = program.database();
    if (!db) return report(program, db.error());
    auto const sealer = program.sealer();
    if (!sealer) return report(program, sealer.error());
    auto const progress = [&](std::string_view what, std::size_t count, std::size_t total) {
        if (!program.is_json)
            std::cout << "\r" << what << " " << count << "/" << total << (count == total ? "\n" : "") << std::flush;
    };
    auto const loaded =
        demo::load(**db, **sealer, program.config.presets_folder(), size_of(given), program.clock, progress);
    if (!loaded) return report(program, loaded.error());
    if (program.is_json)
        std::cout << "{\"corp_id\":\"" << demo::corp_id << "\",\"was_there\":" << (loaded->was_there ? "true" : "false")
                  << ",\"employees\":" << loaded->employees << ",\"customers\":" << loaded->customers << "}\n";
    else if (loaded->was_there)
        std::cout << "the demo company is there already\n";
    else
        std::cout << "loaded " << loaded->employees << " employees and " << loaded->customers << " customers\n";
    return done;
}

int write_org_file(Program& program, DemoGiven const& given) {
    auto const content = demo::org_file(size_of(given));
    if (given.output.empty()) {
        std::cout << content << "\n";
        return done;
    }
    auto stream = std::ofstream{given.output, std::ios::binary};
    stream << content << "\n";
    stream.close();
    if (!stream) return report(program, {Errc::unavailable, "file", "cannot write " + given.output});
    return done;
}

}  // namespace

void add_demo_commands(CLI::App& app, Command& chosen) {
    auto* demo = app.add_subcommand("demo", "The demo company");
    demo->require_subcommand(1);
    auto const given = std::make_shared<DemoGiven>();
    auto const add = [&](char const* name, char const* what, int (*run)(Program&, DemoGiven const&)) {
        auto* command = demo->add_subcommand(name, what)->fallthrough();
        command
            ->add_option("--size", given->size,
                         "small: 60 employees, 400 customers; the others: 5,000 and 20,000, 200,000 or 2,000,000")
            ->capture_default_str()
            ->check(CLI::IsMember({"small", "medium", "large", "huge"}));
        command->callback(
            [&chosen, given, run] { chosen = [given, run](Program& program) { return run(program, *given); }; });
        return command;
    };
    add("load", "loads it, unless it is there", load);
    add("org-file", "its organisation and credentials, for wescrm-sim --org", write_org_file)
        ->add_option("--output", given->output, "file; without it: standard output");
}

}  // namespace wescrm::server::cli
