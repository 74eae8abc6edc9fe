#include "scratch.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/database/migrations.hpp>

#include <algorithm>
#include <filesystem>
#include <libpq-fe.h>
#include <unistd.h>

namespace wescrm::server::bench {
namespace {

// The same URI with another database.
std::string url_of(std::string url, std::string const& database) {
    auto const scheme = url.find("://");
    auto const authority = scheme == std::string::npos ? 0 : scheme + 3;
    auto const query = std::min(url.find('?', authority), url.size());
    auto const path = std::min(url.find('/', authority), query);
    return url.replace(path, query - path, "/" + database);
}

}  // namespace

/// A connection without any transaction: `create database` cannot run in one.
class Scratch::Plain {
public:
    explicit Plain(std::string const& url) : connection_{PQconnectdb(url.c_str()), PQfinish} {
        PQsetNoticeProcessor(
            connection_.get(), [](void*, char const*) {}, nullptr);
    }
    [[nodiscard]] bool is_open() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
    [[nodiscard]] std::string message() const { return PQerrorMessage(connection_.get()); }
    [[nodiscard]] pid_t server_process() const { return PQbackendPID(connection_.get()); }
    [[nodiscard]] Result<std::string> run(std::string const& sql) const {
        auto const result =
            std::unique_ptr<PGresult, decltype(&PQclear)>{PQexec(connection_.get(), sql.c_str()), PQclear};
        auto const status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            return Error{Errc::unavailable, "database", message()};
        return std::string{PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : ""};
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

Scratch::Scratch(std::unique_ptr<Plain> admin, std::string name, Program const& program, std::string const& admin_url)
    : admin_{std::move(admin)}, name_{std::move(name)} {
    auto config = program.config;
    config.database.url = url_of(admin_url, name_);
    config.database.direct_url.clear();
    config.database.replica_url.clear();
    config.master_key = to_base64(random_bytes(32));
    config.state_folder = (std::filesystem::temp_directory_path() / name_).string();
    program_ = std::make_unique<Program>(std::move(config));
    program_->config_file = program.config_file;
    program_->is_json = program.is_json;
}

Result<std::unique_ptr<Scratch>> Scratch::make(Program const& program, std::string const& url) {
    auto const& configured = program.config.database;
    auto const admin_url = !url.empty() ? url : configured.direct_url.empty() ? configured.url : configured.direct_url;
    if (admin_url.empty())
        return Error{Errc::invalid_input, "configuration",
                     "database.url is empty: set it (WESCRM_DATABASE_URL) or give --database-url"};
    auto admin = std::make_unique<Plain>(admin_url);
    if (!admin->is_open())
        return Error{Errc::unavailable, "database", "no connection to the database: " + admin->message()};
    auto name = "wescrm_bench_" + std::to_string(::getpid());
    if (auto made = admin->run("create database " + name); !made) return made.error();
    auto scratch = std::unique_ptr<Scratch>{new Scratch{std::move(admin), std::move(name), program, admin_url}};
    std::filesystem::create_directories(scratch->folder());
    auto const migrated = database::Migrations{scratch->url(), program.config.migrations_folder()}.apply();
    if (!migrated) return migrated.error();
    scratch->own_ = std::make_unique<Plain>(scratch->url());
    if (!scratch->own_->is_open()) return Error{Errc::unavailable, "database", scratch->own_->message()};
    return scratch;
}

Scratch::~Scratch() {
    auto ignored = std::error_code{};
    std::filesystem::remove_all(folder(), ignored);
    program_.reset();
    own_.reset();
    static_cast<void>(admin_->run("drop database if exists " + name_ + " with (force)"));
}

std::string Scratch::setting(std::string const& name) const {
    auto shown = own_->run("show " + name);
    return shown ? std::move(*shown) : "";
}

double Scratch::cluster_cpu() const { return cluster_cpu_seconds(own_->server_process()); }

Result<std::string> Scratch::run(std::string const& sql) const { return own_->run(sql); }

Result<Scratch::Server> Scratch::start_server(Process::Variables const& more) const {
    auto const port = free_port();
    auto const admin_port = free_port();
    auto const address = [](std::uint16_t number) { return "127.0.0.1:" + std::to_string(number); };
    auto variables = Process::Variables{{"WESCRM_HTTP_LISTEN", address(port)},
                                        {"WESCRM_HTTP_ADMIN_LISTEN", address(admin_port)},
                                        {"WESCRM_HTTP_TLS_CERTIFICATE", ""},
                                        {"WESCRM_HTTP_TLS_KEY", ""},
                                        {"WESCRM_DATABASE_URL", url()},
                                        {"WESCRM_DATABASE_DIRECT_URL", ""},
                                        {"WESCRM_DATABASE_REPLICA_URL", ""},
                                        {"WESCRM_STATE_FOLDER", folder()},
                                        {"WESCRM_SECURITY_MASTER_KEY", program_->config.master_key},
                                        {"WESCRM_WECOM_API_BASE", "http://127.0.0.1:1"},
                                        {"WESCRM_LOG_LEVEL", "warning"}};
    for (auto const& [name, value] : more) {
        std::erase_if(variables, [&name](auto const& variable) { return variable.first == name; });
        variables.emplace_back(name, value);
    }
    auto process = Process::start(own_program(), {"serve", "--config", program_->config_file}, variables,
                                  folder() + "/server.log");
    if (!process) return process.error();
    auto const took = wait_until_ready(*process, admin_port, "/readyz", std::chrono::seconds{30});
    if (!took) return took.error();
    return Server{std::move(*process), port, admin_port, *took};
}

}  // namespace wescrm::server::bench
