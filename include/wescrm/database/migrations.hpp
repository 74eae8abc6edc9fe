#pragma once
#include <wescrm/base/result.hpp>

#include <functional>
#include <string>
#include <vector>

namespace wescrm::database {

struct Migration {
    int version = 0;   ///< from the file name: 0010_tenant.sql
    std::string name;  ///< "0010_tenant"
    bool is_applied = false;
};

/// Numbered SQL files, applied in order, each in a transaction of its own under a lock, so that several processes may
/// start together. Forward only; a merged file is never edited (its checksum is kept and compared). A database that the
/// next release has already migrated is accepted.
class Migrations {
public:
    /// `url`: a direct connection (no pooler). `folder`: config/migrations.
    Migrations(std::string url, std::string folder) : url_{std::move(url)}, folder_{std::move(folder)} {}

    /// All migrations in order. unavailable "database"; invalid_input "migration" if a file is missing, was altered or
    /// is refused by PostgreSQL.
    [[nodiscard]] Result<std::vector<Migration>> status() const;
    /// Applies what is missing; `progress` is told before each. Returns how many were applied.
    [[nodiscard]] Result<int> apply(std::function<void(Migration const&)> const& progress = {}) const;

private:
    std::string url_;
    std::string folder_;
};

}  // namespace wescrm::database
