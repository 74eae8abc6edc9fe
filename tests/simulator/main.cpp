#include "simulator.hpp"

#include <wescrm/base/log.hpp>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace wescrm::simulator {
namespace {

constexpr auto usage = 2;

/// Beside the binary in an installation, in the source tree during development.
std::string default_page_dir() {
    auto error = std::error_code{};
    auto const binary = std::filesystem::read_symlink("/proc/self/exe", error);
    for (auto const* place : {"../share/wescrm/simulator", "simulator-page"}) {
        auto const folder = binary.parent_path() / place;
        if (std::filesystem::exists(folder / "index.html", error)) return folder.lexically_normal().string();
    }
    return {};
}

Result<Corps> read_file(std::string const& path) {
    auto file = std::ifstream{path, std::ios::binary};
    if (!file) return Error{Errc::invalid_input, "org", "cannot read " + path};
    auto const text = std::string{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
    return read_organisation(text);
}

struct Options {
    Config config;
    std::string org_file;
    std::vector<std::int64_t> generated;
    std::string load_file;
};

void wait_for_signal() {
    auto io = asio::io_context{};
    auto signals = asio::signal_set{io, SIGINT, SIGTERM};
    signals.async_wait([](boost::system::error_code const&, int) {});
    io.run();
}

int serve(Options& options) {
    auto corps = Corps{};
    if (!options.org_file.empty()) {
        auto read = read_file(options.org_file);
        if (!read) {
            std::cerr << "wescrm-sim: " << read.error().message << "\n";
            return usage;
        }
        corps = std::move(*read);
    }
    if (options.generated.size() == 2) {
        auto corp = generated_corp("wwsimulated0000001", options.generated[0], options.generated[1]);
        corps.emplace(corp.corp_id, std::move(corp));
    }
    auto const started = Simulator::start(options.config, std::move(corps));
    if (!started) {
        std::cerr << "wescrm-sim: " << started.error().message << " (" << started.error().reason << ")\n";
        return 1;
    }
    std::cout << "http://127.0.0.1:" << (*started)->port() << "/" << std::endl;
    wait_for_signal();
    return 0;
}

int run(int argc, char** argv) {
    auto app = CLI::App{"wescrm-sim: plays WeCom for development, the demo and tests"};
    auto options = Options{};
    auto& config = options.config;
    auto retry_ms = std::int64_t{1000};
    config.deliveries.server = "http://127.0.0.1:8080";
    config.page_dir = default_page_dir();
    app.add_option("--listen", config.listen, "address:port; port 0: chosen by the system")->capture_default_str();
    app.add_option("--server", config.deliveries.server, "where callbacks go")->capture_default_str();
    app.add_option("--admin", config.control.admin, "the server's admin listener; its clock follows ours");
    app.add_option("--org", options.org_file, "organisation file (JSON)");
    app.add_option("--generate", options.generated, "a made-up company: MEMBERS,DEPARTMENTS")
        ->delimiter(',')
        ->expected(2);
    app.add_option("--page-dir", config.page_dir, "files of the chat page")->capture_default_str();
    app.add_option("--retry-ms", retry_ms, "pause before a refused callback is repeated")->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        return app.exit(error) == 0 ? 0 : usage;
    }
    config.deliveries.retry_pause = std::chrono::milliseconds{retry_ms};
    return serve(options);
}

}  // namespace
}  // namespace wescrm::simulator

int main(int argc, char** argv) {
    try {
        return wescrm::simulator::run(argc, argv);
    } catch (std::exception const& error) {
        std::cerr << "wescrm-sim: " << error.what() << "\n";
        return 1;
    }
}
