#include "connection.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/database/migrations.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

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
            return Error{Errc::invalid_input, "migration",
                         "migration file names look like 0010_name.sql: " + entry.path().string()};
        auto stream = std::ifstream{entry.path(), std::ios::binary};
        auto sql = std::string{std::istreambuf_iterator<char>{stream}, {}};
        auto checksum = to_hex(sha256(sql));
        files.push_back({{std::stoi(name.substr(0, 4)), name, false}, std::move(sql), std::move(checksum)});
    }
    if (failure) return Error{Errc::invalid_input, "migration", "cannot read the folder of migrations " + folder};
    std::sort(files.begin(), files.end(),
              [](auto const& a, auto const& b) { return a.migration.version < b.migration.version; });
    for (std::size_t i = 1; i < files.size(); ++i)
        if (files[i].migration.version == files[i - 1].migration.version)
            return Error{Errc::invalid_input, "migration",
                         "two migrations have the number of " + files[i].migration.name};
    return files;
}

// Marks what the table says. An applied migration that was altered, or is missing between ours, is an error. One above
// all of ours belongs to the next release, which keeps what this one uses: nodes of both may run on one database.
Result<void> mark_applied(std::vector<File>& files, Connection& connection) {
    auto const newest = files.empty() ? 0 : files.back().migration.version;
    for (auto const& [version, name, checksum] : connection.rows<int, std::string, std::string>(
             "select version, name, checksum from schema_version where version <= :newest", {bind("newest", newest)})) {
        auto const file = std::find_if(files.begin(), files.end(), [wanted = version](File const& candidate) {
            return candidate.migration.version == wanted;
        });
        if (file == files.end())
            return Error{Errc::invalid_input, "migration", name + " was applied, but its file is missing"};
        if (file->checksum != checksum)
            return Error{Errc::invalid_input, "migration", name + " was altered after it had been applied"};
        file->migration.is_applied = true;
    }
    return {};
}

TransactionSettings patient() {
    return {Scope::of_nobody(), std::chrono::minutes{10}, std::chrono::milliseconds{2'000}, std::chrono::minutes{10}};
}

// Two processes that create a table at once can both find it missing, so a lock goes before.
void create_version_table(Connection& connection) {
    connection.script(
        "select pg_advisory_xact_lock(hashtext('wescrm.schema_version')); "
        "create table if not exists schema_version (version integer primary key, name text not null, checksum text not "
        "null, applied_at timestamptz not null default now())");
}

Result<std::vector<File>> read_status(Connection& connection, std::string const& folder) {
    auto files = read_folder(folder);
    if (!files) return files.error();
    connection.begin(patient());
    create_version_table(connection);
    auto const marked = mark_applied(*files, connection);
    connection.commit();
    if (!marked) return marked.error();
    return files;
}

bool is_lock_timeout(SqlError const& error) { return error.sqlstate == "55P03"; }

// One migration under the table's lock: of several processes one applies it, the others find it applied.
bool apply_one(Connection& connection, File const& file) {
    connection.begin(patient());
    connection.script("lock table schema_version in share row exclusive mode");  // others may read it meanwhile
    auto const done = connection.value<int>("select version from schema_version where version = :version",
                                            {bind("version", file.migration.version)});
    if (!done) {
        connection.script(file.sql);
        connection.execute("insert into schema_version (version, name, checksum) values (:version, :name, :checksum)",
                           {bind("version", file.migration.version), bind("name", file.migration.name),
                            bind("checksum", file.checksum)});
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
        if (!connection.ensure_connected())
            return Error{Errc::unavailable, "database", "no connection to the database"};
        return work(connection);
    } catch (SqlError const& error) {
        auto const known = translate(error);
        auto const may_pass = known && known->code != Errc::conflict;
        return Error{may_pass ? Errc::unavailable : Errc::invalid_input, may_pass ? "database" : "migration",
                     error.what()};
    }
}

}  // namespace

Result<std::vector<Migration>> Migrations::status() const {
    return on_connection(url_, [this](Connection& connection) -> Result<std::vector<Migration>> {
        auto const files = read_status(connection, folder_);
        if (!files) return files.error();
        auto migrations = std::vector<Migration>{};
        std::transform(files->begin(), files->end(), std::back_inserter(migrations),
                       [](File const& file) { return file.migration; });
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
