#pragma once
#include <wescrm/database/counter.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/database/session.hpp>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace wescrm::database {

/// Time limits of a transaction.
struct Limits {
    std::chrono::milliseconds statement;
    std::chrono::milliseconds lock;
    std::chrono::milliseconds idle;
    bool keeps_plans;
    friend bool operator==(Limits const&, Limits const&) = default;
};

/// What a transaction is told at its beginning. Whose it is holds for its own length only; through a pooler nothing
/// else outlives it either.
struct TransactionSettings {
    Scope scope;
    std::chrono::milliseconds statement{5'000};
    std::chrono::milliseconds lock{2'000};
    std::chrono::milliseconds idle{10'000};
    bool keeps_plans = true;  ///< see Connection::choose_plan; false: as PostgreSQL thinks best
};

class Counters;

/// One connection: SOCI's session with kept statements, transaction control and reconnection. Used by one thread at a
/// time.
class Connection final : public Session {
public:
    /// `counters`: for count_up(); may be null where nothing is counted.
    Connection(std::string url, std::string application, std::chrono::seconds connect_time, std::size_t kept_statements,
               Counters* counters = nullptr);
    ~Connection() override;

    /// Connects if it is not; false if that failed or the pause after the last failure (50 ms growing to 2 s) still
    /// runs.
    [[nodiscard]] bool ensure_connected();
    [[nodiscard]] bool is_alive() const;
    [[nodiscard]] bool is_pooled() const noexcept { return is_pooled_; }
    void disconnect() noexcept;

    void begin(TransactionSettings const& settings);  ///< one round trip
    void commit();
    void roll_back() noexcept;  ///< disconnects if that fails
    void run_after_commit();

    void after_commit(std::function<void()> action) override { after_commit_.push_back(std::move(action)); }
    std::int64_t count_up(std::string_view name, std::int64_t by);  ///< see counter.hpp
    void script(std::string_view sql) override;
    std::int64_t run(std::string_view sql, Params const& params, std::size_t columns, EachRow const& each) override;

private:
    class Statement;
    Statement& statement_for(std::string_view sql, Params const& params, std::size_t columns);
    /// One plan of a statement serves all its values: to plan a page's statements anew takes longer than to run them,
    /// which PostgreSQL's own choice does not weigh. Param::shapes_plan is the exception.
    void choose_plan(Params const& params);
    std::string send(std::string_view sql);
    [[nodiscard]] PGconn* raw() const;
    [[noreturn]] void raise(soci::soci_error const& error) const;

    std::string url_;
    std::size_t max_kept_;
    Counters* counters_;
    Scope scope_;  ///< of the transaction that was begun last
    soci::session soci_;
    bool is_open_ = false;
    bool is_pooled_ = false;
    enum class Plan { kept, fresh };
    std::optional<Plan> plan_;    ///< how this connection's statements are planned now; empty: unknown
    std::optional<Limits> told_;  ///< what the session of a direct connection has been told
    std::chrono::milliseconds pause_{0};
    std::chrono::steady_clock::time_point next_try_{};
    std::unordered_map<std::string, std::unique_ptr<Statement>> kept_;
    std::unique_ptr<Statement> once_;
    std::vector<std::function<void()>> after_commit_;
};

/// The companies' counters, on a connection that nothing else uses. A counter's row is locked for a fraction of a
/// millisecond: the commit is not awaited. It cannot be lost alone: whatever carries the number is written to the log
/// after it.
class Counters {
public:
    Counters(std::string url, std::chrono::seconds connect_time)
        : connection_{std::move(url), "wescrm-counter", connect_time, 1} {}
    [[nodiscard]] std::int64_t next(TenantId tenant, std::string_view name, std::int64_t by);

private:
    std::mutex mutex_;
    Connection connection_;
};

}  // namespace wescrm::database
