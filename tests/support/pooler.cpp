#include "support/pooler.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <libpq-fe.h>
#include <map>
#include <memory>
#include <pwd.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace wescrm::testing {
namespace {

constexpr auto program = "/usr/sbin/pgbouncer";
constexpr auto start_limit = std::chrono::seconds{5};

std::map<std::string, std::string> parts_of(std::string const& url) {
    auto const options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>{
        PQconninfoParse(url.c_str(), nullptr), PQconninfoFree};
    if (!options) throw std::invalid_argument{"not a libpq URI: " + url};
    auto parts = std::map<std::string, std::string>{};
    for (auto const* option = options.get(); option->keyword; ++option) {
        if (option->val) parts.emplace(option->keyword, option->val);
    }
    return parts;
}

bool answers(std::string const& url) {
    auto const connection =
        std::unique_ptr<PGconn, decltype(&PQfinish)>{PQconnectdb((url + "&connect_timeout=2").c_str()), PQfinish};
    return PQstatus(connection.get()) == CONNECTION_OK;
}

[[noreturn]] void keep(int const (&ends)[2], char const* config) {
    ::setsid();  // a signal to the test's group is not for us
    auto const pooler = ::fork();
    if (pooler == 0) {
        ::execl(program, program, "-q", config, nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    char nothing = 0;
    while (::read(ends[0], &nothing, 1) < 0 && errno == EINTR) {
    }
    ::kill(pooler, SIGTERM);
    ::waitpid(pooler, nullptr, 0);
    ::_exit(0);
}

}  // namespace

bool Pooler::is_installed() { return ::access(program, X_OK) == 0; }

Pooler::Pooler(std::string const& url, int server_connections) {
    auto path = (std::filesystem::temp_directory_path() / "pooler-XXXXXX").string();
    if (!::mkdtemp(path.data())) throw std::runtime_error{"no temporary folder"};
    folder_ = path;
    auto const parts = parts_of(url);
    auto const& database = parts.at("dbname");
    auto config = std::ofstream{folder_ / "pgbouncer.ini"};
    config << "[databases]\n" << database << " =";
    for (auto const* name : {"host", "port", "dbname", "user", "password"}) {
        if (auto const part = parts.find(name); part != parts.end())
            config << ' ' << name << "='" << part->second << "'";
    }
    config << "\n[pgbouncer]\npool_mode = transaction\nauth_type = any\nlisten_port = 6432\nunix_socket_dir = " << path
           << "\nlogfile = " << path << "/log\npidfile = " << path
           << "/pid\nserver_login_retry = 0\ndefault_pool_size = " << server_connections << "\n";
    if (::geteuid() == 0) {  // it refuses to run as root
        auto const* account = ::getpwnam("postgres");
        if (!account || ::chown(path.c_str(), account->pw_uid, account->pw_gid) != 0) {
            throw std::runtime_error{"no account for the pooler"};
        }
        config << "user = postgres\n";
    }
    config.close();
    url_ = "postgresql:///" + database + "?host=" + path + "&port=6432&user=anybody";
    start();
}

Pooler::~Pooler() {
    stop();
    std::filesystem::remove_all(folder_);
}

// Between the test and the pooler stands a process that waits for the test's end of a pipe to close: by stop(), or
// because the test was killed. So none is left behind.
void Pooler::start() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
    auto const config = (folder_ / "pgbouncer.ini").string();
    keeper_ = ::fork();
    if (keeper_ == 0) keep(ends, config.c_str());
    ::close(ends[0]);
    alive_ = ends[1];
    auto const end = std::chrono::steady_clock::now() + start_limit;
    while (!answers(url_)) {
        if (std::chrono::steady_clock::now() > end) {
            stop();
            throw std::runtime_error{"the pooler does not answer"};
        }
        std::this_thread::yield();
    }
}

void Pooler::stop() noexcept {
    if (keeper_ <= 0) return;
    ::close(alive_);
    ::waitpid(keeper_, nullptr, 0);
    keeper_ = -1;
}

}  // namespace wescrm::testing
