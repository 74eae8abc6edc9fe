#include "support/database_test.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <wescrm/base/crypto.hpp>
#include <wescrm/database/migrations.hpp>

namespace wescrm::testing {
namespace {

using database::Database;
using database::Pool;
using database::Scope;
using database::Session;

std::string base_url() {
    auto const* url = std::getenv("WESCRM_TEST_DATABASE_URL");
    if (!url) throw std::runtime_error{"WESCRM_TEST_DATABASE_URL is not set; deploy/test starts a cluster and sets it"};
    return url;
}

std::string migrations_folder() { return std::string{WESCRM_SOURCE_DIR} + "/config/migrations"; }

std::string schema_hash() {
    auto files = std::vector<std::filesystem::path>{};
    for (auto const& entry : std::filesystem::directory_iterator{migrations_folder()}) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    auto all = std::string{};
    for (auto const& file : files) {
        auto stream = std::ifstream{file, std::ios::binary};
        all += file.filename().string() + std::string{std::istreambuf_iterator<char>{stream}, {}};
    }
    return to_hex(sha256(all)).substr(0, 12);
}

database::Config small(std::string url) {
    auto config = database::Config{};
    config.url = std::move(url);
    config.intake.connections = 1;
    config.web.connections = 2;
    config.worker.connections = 4;
    config.report.connections = 1;
    config.worker.statement = std::chrono::milliseconds{20'000};
    return config;
}

// `create database` cannot run in a transaction, so it takes a plain connection.
class Admin {
public:
    Admin() : connection_{PQconnectdb(base_url().c_str()), PQfinish} {
        if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error{"no connection to WESCRM_TEST_DATABASE_URL"};
        PQsetNoticeProcessor(connection_.get(), [](void*, char const*) {}, nullptr);
    }
    std::string run(std::string const& sql) const {
        auto const result = std::unique_ptr<PGresult, decltype(&PQclear)>{PQexec(connection_.get(), sql.c_str()), PQclear};
        auto const status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error{sql + ": " + PQerrorMessage(connection_.get())};
        return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }
    [[nodiscard]] bool has(std::string const& database) const {
        return run("select 1 from pg_database where datistemplate and datname = '" + database + "'") == "1";
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

// Made by whoever comes first; the others wait for the lock.
std::string template_database() {
    auto const name = "wescrm_template_" + schema_hash();
    auto const admin = Admin{};
    if (admin.has(name)) return name;
    admin.run("select pg_advisory_lock(20261125)");
    if (!admin.has(name)) {
        auto const draft = name + "_draft";
        admin.run("drop database if exists " + draft + " with (force)");
        admin.run("create database " + draft);
        auto const applied = database::Migrations{test_url(draft), migrations_folder()}.apply();
        if (!applied) throw std::runtime_error{"migrations failed: " + applied.error().message};
        admin.run("alter database " + draft + " rename to " + name);
        admin.run("alter database " + name + " with is_template true");
    }
    admin.run("select pg_advisory_unlock(20261125)");
    return name;
}

}  // namespace

std::string test_url(std::string const& database) {
    auto url = base_url();
    auto const scheme = url.find("://");
    auto const slash = url.find('/', scheme + 3);
    auto const query = url.find('?', slash);
    return url.substr(0, slash + 1) + database + (query == std::string::npos ? "" : url.substr(query));
}

DatabaseTest::DatabaseTest() {
    auto const ready = template_database();
    static auto count = 0;
    name = "wescrm_t_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    url = test_url(name);
    Admin{}.run("create database " + name + " template " + ready + " strategy file_copy");
    db = std::make_unique<Database>(small(url));
    tenant = add_company("ww-test");
}

DatabaseTest::~DatabaseTest() {
    db.reset();
    try {
        Admin{}.run("drop database if exists " + name + " with (force)");
    } catch (std::exception const& e) {
        ADD_FAILURE() << e.what();
    }
}

TenantId DatabaseTest::add_company(std::string const& corp_id) {
    return in(Scope::of_nobody(), [&](Session& sql) {
        return sql
            .value<TenantId>("insert into tenant (corp_id, name) values (:corp, :corp) returning id", {database::bind("corp", corp_id)})
            .value();
    });
}

}  // namespace wescrm::testing
