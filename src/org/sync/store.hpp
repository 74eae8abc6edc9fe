#pragma once
#include "rules/diff.hpp"

#include <wescrm/database/session.hpp>

#include <span>

namespace wescrm::org {

/// The organisation's tables as sets. All functions return the number of rows written.
class OrgStore {
public:
    OrgStore(database::Session& sql, TenantId tenant) : sql_{sql}, tenant_{tenant} {}

    [[nodiscard]] rules::Stored load();
    [[nodiscard]] std::optional<rules::StoredEmployee> load_employee(UserId const& user);
    [[nodiscard]] std::unordered_map<std::int64_t, std::int64_t> departments_by_wecom();
    /// 全公司; made if it is not there.
    [[nodiscard]] std::int64_t root();
    [[nodiscard]] std::vector<std::int64_t> new_ids(std::size_t count);

    // Rows with an event after `at` are left alone.
    std::int64_t write_departments(std::span<rules::DepartmentRow const> rows, Instant at);
    std::int64_t write_employees(std::span<rules::EmployeeRow const> rows, Instant at);
    std::int64_t write_superiors(std::span<std::pair<std::int64_t, std::optional<std::int64_t>> const> rows);
    std::int64_t found(std::vector<std::int64_t> const& departments, std::vector<std::int64_t> const& employees);
    std::int64_t missing(std::vector<std::int64_t> const& departments, std::vector<std::int64_t> const& employees,
                         Instant at);
    std::int64_t deactivate(std::vector<std::int64_t> const& employees, std::string_view status,
                            std::string_view reason, Instant now, Instant unless_event_after);
    std::int64_t remove_departments(std::vector<std::int64_t> const& departments, Instant now);

    /// Lets PostgreSQL count `tables` again if `coming` rows more than double the first of them: the checks of foreign
    /// keys are planned once a connection, and a plan made for an empty table reads all of a full one for every row.
    void expect_growth(std::vector<std::string> const& tables, std::size_t coming);

private:
    std::vector<rules::StoredEmployee> employees(std::string const& condition, database::Params const& params);
    std::int64_t insert_employees(std::vector<rules::StoredEmployee const*> const& rows);
    std::int64_t update_employees(std::vector<rules::StoredEmployee const*> const& rows, Instant at);
    std::int64_t write_seats(std::vector<rules::StoredEmployee const*> const& rows);

    database::Session& sql_;
    TenantId tenant_;
};

}  // namespace wescrm::org
