#pragma once
#include "../program.hpp"

#include <string>

namespace wescrm::server::bench {

// Each prints one JSON object on standard output and gives an exit code: failed if something did not work, done
// whatever the figures are.

struct CallbackOptions {
    std::string database_url;  ///< empty: database.url
    int rounds = 3;
    int seconds = 5;  ///< of each measurement of a round
    int connections = 64;
    int clients = 16;  ///< of pgbench
};
/// Durable callbacks a second, against pgbench's one-row commits and against requests that are refused with 404.
int callbacks(Program& program, CallbackOptions const& options);

struct ChatOptions {
    std::string database_url;
    std::string simulator;  ///< URL of a running simulator; empty: everything is started here
    std::string admin;      ///< admin URL of the server that the running simulator drives
    std::string size = "large";
    int per_second = 200;
    int seconds = 20;
    int rounds = 3;
};
/// From the callback's last byte to the answer's arrival at the simulator.
int chat(Program& program, ChatOptions const& options);

struct SyncOptions {
    std::string database_url;
    int members = 50'000;
    int departments = 5'000;
};
/// The database part of a full synchronisation of the organisation, and of a second one that finds nothing new.
int sync(Program& program, SyncOptions const& options);

}  // namespace wescrm::server::bench
