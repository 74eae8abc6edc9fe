#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <string>

namespace wescrm::operation {

/// On whose behalf an operation runs, and through which door.
struct Caller {
    TenantId tenant;
    EmployeeId employee;
    Channel channel = Channel::api;
    std::string request_id;
};

/// Runs operations by name, each in a transaction of its own.
class Operations {
public:
    /// All are owned by the server and outlive this. The catalogue is complete before the first call.
    Operations(database::Database& database, Clock const& clock, Catalogue const& catalogue, Services const& services)
        : database_{database}, clock_{clock}, catalogue_{catalogue}, services_{services} {}

    /// Loads the actor and runs the operation. not_found "operation" for an unknown name; forbidden "disabled",
    /// not_found "employee" as load_actor; forbidden "permission"; what the operation and Database::run answer.
    Async<json::Document> perform(std::string name, Caller caller, json::Document input,
                                  database::Pool pool = database::Pool::web) const;
    /// The same on the calling thread, for the command line.
    Result<json::Document> perform_blocking(std::string const& name, Caller const& caller,
                                            json::Value const& input) const;
    /// The same inside a transaction that is under way, for an actor who is known.
    Result<json::Document> perform_in(database::Session& sql, Entry const& entry, Actor actor,
                                      json::Value const& input) const;

    [[nodiscard]] Catalogue const& catalogue() const noexcept { return catalogue_; }
    [[nodiscard]] database::Database& database() const noexcept { return database_; }
    [[nodiscard]] Clock const& clock() const noexcept { return clock_; }

private:
    Result<json::Document> perform_as(database::Session& sql, Entry const& entry, Caller const& caller,
                                      json::Value const& input) const;

    database::Database& database_;
    Clock const& clock_;
    Catalogue const& catalogue_;
    Services const& services_;
};

/// Operations that belong to no business module: me, company, audit log, notifications, API keys.
void add_operations(Catalogue& catalogue);

}  // namespace wescrm::operation
