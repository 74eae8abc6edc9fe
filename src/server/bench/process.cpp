#include "process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace wescrm::server::bench {
namespace {

using ProcessSteady = std::chrono::steady_clock;

struct ProcessDescriptor {
    explicit ProcessDescriptor(int value_) : value{value_} {}
    ~ProcessDescriptor() {
        if (value >= 0) ::close(value);
    }
    ProcessDescriptor(ProcessDescriptor const&) = delete;
    ProcessDescriptor& operator=(ProcessDescriptor const&) = delete;
    int value;
};

std::string read_file(std::string const& path) {
    auto stream = std::ifstream{path, std::ios::binary};
    return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

sockaddr_in local(std::uint16_t port) {
    auto address = sockaddr_in{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::vector<std::string> environment_with(Process::Variables const& variables) {
    auto all = std::vector<std::string>{};
    for (auto** entry = environ; *entry; ++entry) {
        auto const text = std::string{*entry};
        auto const name = text.substr(0, text.find('='));
        auto const is_replaced = std::any_of(variables.begin(), variables.end(),
                                             [&](auto const& variable) { return variable.first == name; });
        if (!is_replaced) all.push_back(text);
    }
    for (auto const& [name, value] : variables) all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    auto pointers = std::vector<char*>{};
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// What stands in /proc/PID/stat behind the name, which may contain anything.
struct Stat {
    pid_t parent = 0;
    double own = 0;
    double ended_children = 0;
};

Stat stat_of(pid_t pid) {
    auto const text = read_file("/proc/" + std::to_string(pid) + "/stat");
    auto const end = text.rfind(')');
    if (end == std::string::npos) return {};
    auto stream = std::istringstream{text.substr(end + 1)};
    auto const fields = std::vector<std::string>{std::istream_iterator<std::string>{stream}, {}};
    if (fields.size() < 15) return {};
    auto const ticks = [&](std::size_t at) {
        return std::atof(fields[at].c_str()) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    };
    return {static_cast<pid_t>(std::atoi(fields[1].c_str())), ticks(11) + ticks(12), ticks(13) + ticks(14)};
}

double mib_in(std::string const& status, std::string_view name) {
    auto const at = status.find(name);
    return at == std::string::npos ? 0 : std::atof(status.c_str() + at + name.size()) / 1024;
}

}  // namespace

Result<Process> Process::start(std::string const& program, std::vector<std::string> arguments,
                               Variables const& variables, std::string log_file) {
    arguments.insert(arguments.begin(), program);
    auto environment = environment_with(variables);
    auto const argument_list = pointers_to(arguments);
    auto const environment_list = pointers_to(environment);
    auto const log = ProcessDescriptor{::open(log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (log.value < 0 || ::access(program.c_str(), X_OK) != 0)
        return Error{Errc::not_found, "program", "cannot run " + program};
    auto const parent = ::getpid();
    auto const pid = ::fork();
    if (pid < 0) return Error{Errc::unavailable, "program", "cannot start " + program};
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) ::_exit(127);
        ::dup2(log.value, STDOUT_FILENO);
        ::dup2(log.value, STDERR_FILENO);
        ::execve(program.c_str(), argument_list.data(), environment_list.data());
        ::_exit(127);
    }
    return Process{pid, std::move(log_file)};
}

Process::~Process() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGTERM);
    for (auto tries = 0; tries < 1'000 && is_running(); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

bool Process::is_running() {
    if (pid_ != 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ != 0;
}

std::string Process::end_of_log() const {
    auto const text = read_file(log_file_);
    return text.size() > 2'000 ? text.substr(text.size() - 2'000) : text;
}

double cpu_seconds(pid_t pid) { return stat_of(pid).own; }

double cluster_cpu_seconds(pid_t backend) {
    auto const postmaster = stat_of(backend).parent;
    if (postmaster <= 1) return 0;
    auto const server = stat_of(postmaster);
    auto sum = server.own + server.ended_children;
    auto error = std::error_code{};
    for (auto const& entry : std::filesystem::directory_iterator{"/proc", error}) {
        auto const pid = std::atoi(entry.path().filename().c_str());
        if (pid <= 0) continue;
        auto const process = stat_of(pid);
        if (process.parent == postmaster) sum += process.own;
    }
    return sum;
}

double thread_cpu_seconds() {
    auto time = timespec{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

Memory memory_of(pid_t pid) {
    auto const status = read_file("/proc/" + std::to_string(pid) + "/status");
    return {mib_in(status, "VmRSS:"), mib_in(status, "VmHWM:")};
}

std::uint16_t free_port() {
    auto const socket = ProcessDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto address = local(0);
    auto size = socklen_t{sizeof address};
    if (::bind(socket.value, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 0;
    ::getsockname(socket.value, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

std::string own_program() {
    auto error = std::error_code{};
    return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

std::string program_beside(std::string const& name) {
    return (std::filesystem::path{own_program()}.parent_path() / name).string();
}

int http_status(std::uint16_t port, std::string const& path) {
    auto const socket = ProcessDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto const limit = timeval{1, 0};
    ::setsockopt(socket.value, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    auto const address = local(port);
    if (::connect(socket.value, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) return 0;
    auto const request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (::send(socket.value, request.data(), request.size(), MSG_NOSIGNAL) < 0) return 0;
    auto answer = std::string(12, '\0');
    if (::recv(socket.value, answer.data(), answer.size(), MSG_WAITALL) != 12) return 0;
    return std::atoi(answer.c_str() + 9);
}

Result<std::chrono::microseconds> wait_until_ready(Process& process, std::uint16_t port, std::string const& path,
                                                   std::chrono::milliseconds limit) {
    auto const began = ProcessSteady::now();
    while (ProcessSteady::now() - began < limit && process.is_running()) {
        if (http_status(port, path) == 200)
            return std::chrono::duration_cast<std::chrono::microseconds>(ProcessSteady::now() - began);
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return Error{Errc::timed_out, "not_ready",
                 "a program of the benchmark did not become ready:\n" + process.end_of_log()};
}

}  // namespace wescrm::server::bench
