#pragma once
#include "config.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>

namespace wescrm::server {

/// Brings the schema up to date at the start, and later if the database was away then.
class SchemaKeeper {
public:
    explicit SchemaKeeper(Config const& config)
        : url_{config.database.direct_url.empty() ? config.database.url : config.database.direct_url},
          folder_{config.migrations_folder()} {}

    /// Blocking. False while the database is away; an error if the schema cannot be used: a file that was altered or is
    /// missing, or SQL that was refused.
    Result<bool> try_now();
    /// Tries every second until it succeeds. Ends the process if the schema cannot be used.
    asio::awaitable<void> keep_trying();
    [[nodiscard]] bool is_up_to_date() const noexcept { return is_up_to_date_; }

private:
    std::string url_;
    std::string folder_;
    std::atomic<bool> is_up_to_date_{false};
    asio::thread_pool thread_{1};  // last: ends first
};

}  // namespace wescrm::server
