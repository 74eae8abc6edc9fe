#include <wescrm/database/migrations.hpp>

#include "connection.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include <wescrm/base/crypto.hpp>

namespace wescrm::database {
namespace {

constexpr int lock_attempts = 30;

struct File {
    Migration migration;
    std::string sql;
    std::string checksum;
};

Result<std::vector<File>> read_folder(std::string const& folder) {
    auto files = std::vector<File>{};
    auto failure = std::error_code{};
    for (auto const& entry : std::filesystem::directory_iterator{folder, failure}) {
        if (entry.path().extension() != ".sql") continue;
        auto const name = entry.path().stem().string();
        if (name.size() < 6 || name[4] != '_' || name.find_first_not_of("0123456789") != 4)
            return Error{Errc::invalid_input, "migration", "migration file names look like 0010_name.sql: " + entry.path().string()};
        auto stream = std::ifstream{entry.path(), std::ios::binary};
        auto sql = std::string{std::istreambuf_iterator<char>{stream}, {}};
        auto checksum = to_hex(sha256(sql));
        files.push_back({{std::stoi(name.substr(0, 4)), name, false}, std::move(sql), std::move(checksum)});
    }
    if (failure) return Error{Errc::invalid_input, "migration", "cannot read the folder of migrations " + folder};
    std::sort(files.begin(), files.end(), [](auto const& a, auto const& b) { return a.migration.version < b.migration.version; });
    for (std::size_t i = 1; i < files.size(); ++i)
        if (files[i].migration.version == files[i - 1].migration.version)
            return Error{Errc::invalid_input, "migration", "two migrations have the number of " + files[i].migration.name};
    return files;
}

// Marks what the table says; an applied migration that is missing or altered is an error.
Result<int> mark_applied(std::vector<File>& files, Connection& connection) {
    auto applied = std::map<int, std::string>{};
    for (auto const& [version, checksum] : connection.rows<int, std::string>("select version, checksum from schema_version"))
        applied.emplace(version, checksum);
    auto count = 0;
    for (auto& file : files) {
        auto const found = applied.find(file.migration.version);
        if (found == applied.end()) continue;
        if (found->second != file.checksum)
            return Error{Errc::invalid_input, "migration", file.migration.name + " was altered after it had been applied"};
        file.migration.is_applied = true;
        ++count;
    }
    if (static_cast<std::size_t>(count) != applied.size())
        return Error{Errc::invalid_input, "migration", "the database is newer than this program: it has migrations that are not here"};
    return count;
}

TransactionSettings patient() {
    return {Scope::of_nobody(), std::chrono::minutes{10}, std::chrono::milliseconds{2'000}, std::chrono::minutes{10}};
}

Result<std::vector<File>> read_status(Connection& connection, std::string const& folder) {
    auto files = read_folder(folder);
    if (!files) return files.error();
    connection.begin(patient());
    connection.script(
        "create table if not exists schema_version (version integer primary key, name text not null, checksum text not null, "
        "applied_at timestamptz not null default now())");
    auto const marked = mark_applied(*files, connection);
    connection.commit();
    if (!marked) return marked.error();
    return files;
}

bool is_lock_timeout(SqlError const& error) { return error.sqlstate == "55P03"; }

// One migration under the table's lock: of several processes one applies it, the others find it applied.
bool apply_one(Connection& connection, File const& file) {
    connection.begin(patient());
    connection.script("lock table schema_version in access exclusive mode");
    auto const done = connection.value<int>("select version from schema_version where version = :version",
                                            {bind("version", file.migration.version)});
    if (!done) {
        connection.script(file.sql);
        connection.execute("insert into schema_version (version, name, checksum) values (:version, :name, :checksum)",
                           {bind("version", file.migration.version), bind("name", file.migration.name), bind("checksum", file.checksum)});
    }
    connection.commit();
    return !done;
}

bool apply_patiently(Connection& connection, File const& file) {
    for (auto attempt = 1;; ++attempt) {
        try {
            return apply_one(connection, file);
        } catch (SqlError const& error) {
            connection.roll_back();
            if (!is_lock_timeout(error) || attempt == lock_attempts || !connection.ensure_connected()) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }
}

template <class Work>
std::invoke_result_t<Work&, Connection&> on_connection(std::string const& url, Work work) {
    try {
        auto connection = Connection{url, "wescrm-migrate", std::chrono::seconds{3}, 64};
        if (!connection.ensure_connected()) return Error{Errc::unavailable, "database", "no connection to the database"};
        return work(connection);
    } catch (SqlError const& error) {
        return Error{Errc::unavailable, "migration", error.what()};
    }
}

}  // namespace

Result<std::vector<Migration>> Migrations::status() const {
    return on_connection(url_, [this](Connection& connection) -> Result<std::vector<Migration>> {
        auto const files = read_status(connection, folder_);
        if (!files) return files.error();
        auto migrations = std::vector<Migration>{};
        std::transform(files->begin(), files->end(), std::back_inserter(migrations), [](File const& file) { return file.migration; });
        return migrations;
    });
}

Result<int> Migrations::apply(std::function<void(Migration const&)> const& progress) const {
    return on_connection(url_, [this, &progress](Connection& connection) -> Result<int> {
        auto const files = read_status(connection, folder_);
        if (!files) return files.error();
        auto count = 0;
        for (auto const& file : *files) {
            if (file.migration.is_applied) continue;
            if (progress) progress(file.migration);
            if (apply_patiently(connection, file)) ++count;
        }
        return count;
    });
}

}  // namespace wescrm::database
