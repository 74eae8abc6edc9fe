#pragma once
#include <wescrm/base/result.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wescrm::server::bench {

/// A program that runs beside this one and ends with it.
class Process {
public:
    using Variables = std::vector<std::pair<std::string, std::string>>;

    /// Runs `program` with `arguments`, this environment and `variables`; what it prints goes to `log_file`.
    [[nodiscard]] static Result<Process> start(std::string const& program, std::vector<std::string> arguments,
                                               Variables const& variables, std::string log_file);
    Process(Process&& other) noexcept : pid_{std::exchange(other.pid_, 0)}, log_file_{std::move(other.log_file_)} {}
    Process& operator=(Process&&) = delete;
    ~Process();  ///< SIGTERM, and SIGKILL after 10 s

    [[nodiscard]] bool is_running();
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::string end_of_log() const;  ///< the last lines, for an error message

private:
    Process(pid_t pid, std::string log_file) : pid_{pid}, log_file_{std::move(log_file)} {}

    pid_t pid_;
    std::string log_file_;
};

/// User and system time of a process so far, in seconds; 0 if it cannot be read.
[[nodiscard]] double cpu_seconds(pid_t pid);
/// The same of a PostgreSQL server on this machine: `backend` is one of its processes. Backends that have ended are
/// counted, too.
[[nodiscard]] double cluster_cpu_seconds(pid_t backend);
/// Of the calling thread.
[[nodiscard]] double thread_cpu_seconds();

struct Memory {
    double resident_mib = 0;
    double peak_mib = 0;
};
[[nodiscard]] Memory memory_of(pid_t pid);

/// A TCP port on 127.0.0.1 that nobody listens on.
[[nodiscard]] std::uint16_t free_port();

/// The program that runs now, and one that lies beside it.
[[nodiscard]] std::string own_program();
[[nodiscard]] std::string program_beside(std::string const& name);

/// The status of `GET path`, 0 if there was no answer within a second.
[[nodiscard]] int http_status(std::uint16_t port, std::string const& path);
/// Asks every 5 ms until the answer is 200. How long that took; timed_out if the process ended or `limit` is over.
[[nodiscard]] Result<std::chrono::microseconds> wait_until_ready(Process& process, std::uint16_t port,
                                                                 std::string const& path,
                                                                 std::chrono::milliseconds limit);

}  // namespace wescrm::server::bench
