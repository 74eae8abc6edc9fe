#pragma once
#include "config.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/base/crypto.hpp>
#include <wescrm/database/database.hpp>

#include <memory>
#include <string>

namespace wescrm::server {

/// What every command shares: the configuration and, made on first use, the key and the database.
class Program {
public:
    explicit Program(Config config) : config{std::move(config)} {}

    /// The master key of the configuration, or the one kept in the state folder (made there once, readable by the owner
    /// only).
    [[nodiscard]] Result<Sealer const*> sealer();
    /// Small pools, for a command that works alone. unavailable if database.url is empty.
    [[nodiscard]] Result<database::Database*> database();

    Config config;
    std::string config_file;  ///< where `config` was read from
    SystemClock clock;
    bool is_json = false;  ///< --json

private:
    std::unique_ptr<Sealer> sealer_;
    std::unique_ptr<database::Database> database_;
};

/// Exit codes of the command line.
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;

/// Prints an error for a person (or as JSON with --json) on standard error and gives the exit code that fits.
int report(Program const& program, Error const& error);

/// The master key as configured or kept in `state_folder`, made there once.
[[nodiscard]] Result<Sealer> load_sealer(Config const& config);

}  // namespace wescrm::server
