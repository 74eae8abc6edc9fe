#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace wescrm::testing {

/// PgBouncer in transaction mode before one database, on a socket of its own; stopped at the end, even of a test
/// that is killed.
class Pooler {
public:
    /// `url`: the database as it is reached directly. Throws if the program does not start.
    Pooler(std::string const& url, int server_connections);
    ~Pooler();
    Pooler(Pooler const&) = delete;
    Pooler& operator=(Pooler const&) = delete;

    [[nodiscard]] static bool is_installed();
    [[nodiscard]] std::string const& url() const noexcept { return url_; }
    void start();
    void stop() noexcept;

private:
    std::filesystem::path folder_;
    std::string url_;
    pid_t keeper_ = -1;
    int alive_ = -1;
};

}  // namespace wescrm::testing
