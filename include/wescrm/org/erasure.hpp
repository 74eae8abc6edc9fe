#pragma once
#include <wescrm/database/database.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

// A company leaves for good: every row of it goes. The tables are read from the catalogue, so none is forgotten.
namespace wescrm::org {

/// A table with rows of companies.
struct CompanyTable {
    std::string name;
    std::vector<std::string> key;         ///< columns of its primary key
    std::vector<std::string> references;  ///< other tables that its foreign keys name
    /// Columns that name rows of the table itself: pairs of (there, here), the company's column aside.
    std::vector<std::pair<std::string, std::string>> own_references;
};

/// Whoever refers comes before what it refers to. conflict "cycle" if two tables refer to each other.
[[nodiscard]] Result<std::vector<CompanyTable>> in_order_of_erasure(std::vector<CompanyTable> tables);

struct Erasure {
    std::map<std::string, std::int64_t> rows;  ///< by table; tables without a row are left out
    [[nodiscard]] std::int64_t total() const;
};

/// What would go.
[[nodiscard]] Result<Erasure> count_rows_of(database::Database& db, TenantId tenant);

/// Told after each batch: the table, how many rows of it have gone.
using ErasureProgress = std::function<void(std::string_view table, std::int64_t gone)>;

/// Deletes every row of a company that is disabled, in batches of their own transactions, and the company last. Can be
/// repeated after an interruption. conflict "company_enabled"; not_found "company". Blocks.
[[nodiscard]] Result<Erasure> erase_company(database::Database& db, TenantId tenant, std::int64_t batch,
                                            ErasureProgress const& progress);

}  // namespace wescrm::org
