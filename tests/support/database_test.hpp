#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <wescrm/base/clock.hpp>
#include <wescrm/database/database.hpp>

namespace wescrm::testing {

/// The cluster that WESCRM_TEST_DATABASE_URL names, as a URI of another database in it.
[[nodiscard]] std::string test_url(std::string const& database);

/// A database of its own for every test: copied from a template that holds the migrated schema (made once per schema), dropped at the
/// end. The clock stands still at Wednesday 2026-11-25 16:30 in Shanghai.
class DatabaseTest : public ::testing::Test {
protected:
    DatabaseTest();
    ~DatabaseTest() override;

    /// Runs `job(Session&)` in a transaction of `scope` and commits, whatever it returns (void included).
    template <class Job>
    auto in(database::Scope scope, Job job) {
        using R = std::invoke_result_t<Job&, database::Session&>;
        if constexpr (std::is_void_v<R>) {
            auto const done = db->run_blocking(database::Pool::worker, scope, [&job](database::Session& sql) -> Result<int> {
                job(sql);
                return 0;
            });
            if (!done) throw std::runtime_error{"transaction failed: " + done.error().reason};
        } else {
            auto done = db->run_blocking(database::Pool::worker, scope, [&job](database::Session& sql) -> Result<R> { return job(sql); });
            if (!done) throw std::runtime_error{"transaction failed: " + done.error().reason};
            return std::move(*done);
        }
    }
    /// The same for the company `tenant`.
    template <class Job>
    auto in_tenant(Job job) {
        return in(database::Scope::of(tenant), std::move(job));
    }
    /// Another company in the same database.
    TenantId add_company(std::string const& corp_id);

    std::string name;  ///< of the database
    std::string url;
    ManualClock clock{parse_rfc3339("2026-11-25T16:30:00+08:00").value()};
    std::unique_ptr<database::Database> db;
    TenantId tenant;  ///< a company "ww-test" without departments or employees
};

}  // namespace wescrm::testing
