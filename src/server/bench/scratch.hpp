#pragma once
#include "../program.hpp"
#include "process.hpp"

#include <memory>
#include <string>

namespace wescrm::server::bench {

/// A database of its own with the schema in place, on the server of database.url, and a folder for state. Both go at
/// the end.
class Scratch {
public:
    /// `url`: a database of the server, whose role may create databases; empty: database.url of the configuration.
    [[nodiscard]] static Result<std::unique_ptr<Scratch>> make(Program const& program, std::string const& url);
    ~Scratch();
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;

    /// A program whose configuration means the scratch database, for work in this process.
    [[nodiscard]] Program& program() { return *program_; }
    [[nodiscard]] std::string const& url() const { return program_->config.database.url; }
    [[nodiscard]] std::string const& folder() const { return program_->config.state_folder; }
    /// A setting of the cluster, as `show` tells it.
    [[nodiscard]] std::string setting(std::string const& name) const;
    /// CPU time of the whole cluster so far; 0 if it is on another machine.
    [[nodiscard]] double cluster_cpu() const;
    /// Runs SQL outside of any transaction, in the scratch database. unavailable with PostgreSQL's message.
    [[nodiscard]] Result<std::string> run(std::string const& sql) const;

    struct Server {
        Process process;
        std::uint16_t port = 0;
        std::uint16_t admin_port = 0;
        std::chrono::microseconds ready_after{0};
    };
    /// `wescrm serve` on the scratch database, ready. `more`: WESCRM_… variables.
    [[nodiscard]] Result<Server> start_server(Process::Variables const& more) const;

private:
    class Plain;
    Scratch(std::unique_ptr<Plain> admin, std::string name, Program const& program, std::string const& admin_url);

    std::unique_ptr<Plain> admin_;
    std::unique_ptr<Plain> own_;
    std::string name_;
    std::unique_ptr<Program> program_;
};

}  // namespace wescrm::server::bench
