#include "connection.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <deque>

namespace wescrm::database {
namespace {

constexpr auto shortest_pause = std::chrono::milliseconds{50};
constexpr auto longest_pause = std::chrono::milliseconds{2'000};

struct FreeInfo {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
struct FreeResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, FreeResult>;

std::string quoted(std::string_view value) {
    auto text = std::string{"'"};
    for (auto c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + "'";
}

// The URI as keyword=value pairs with what every connection of ours has. SOCI hands the string to libpq.
std::string connection_string(std::string const& url, std::string const& application,
                              std::chrono::seconds connect_time) {
    char* message = nullptr;
    auto const parsed = std::unique_ptr<PQconninfoOption, FreeInfo>{PQconninfoParse(url.c_str(), &message)};
    if (message) PQfreemem(message);
    if (!parsed) throw SqlError{"08001", "", "the database URL is not a libpq URI"};
    auto text = std::string{};
    for (auto const* option = parsed.get(); option->keyword; ++option)
        if (option->val) text += std::string{option->keyword} + "=" + quoted(option->val) + " ";
    return text + "application_name=" + quoted(application) +
           " connect_timeout=" + std::to_string(connect_time.count()) +
           " keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=5000 client_encoding=UTF8";
}

// The name in: violates unique constraint "customer_no_key"
std::string constraint_in(std::string_view message) {
    constexpr std::string_view mark = "constraint \"";
    auto const line = message.substr(0, message.find('\n'));
    auto const at = line.find(mark);
    if (at == std::string_view::npos) return {};
    auto const rest = line.substr(at + mark.size());
    return std::string{rest.substr(0, rest.find('"'))};
}

// Messages of class 42 (syntax, unknown column, privileges) name our own identifiers; others may carry values.
std::string summary_of(std::string_view sqlstate, std::string_view message) {
    if (!sqlstate.starts_with("42") && !sqlstate.starts_with("55") && !sqlstate.starts_with("25"))
        return std::string{sqlstate};
    return std::string{sqlstate} + " " + text::one_line(message.substr(0, message.find('\n')));
}

std::string scope_settings(Scope const& scope) {
    auto text = std::string{};
    if (scope.tenant.value() != 0) text += "set local app.tenant = '" + std::to_string(scope.tenant.value()) + "'; ";
    if (scope.actor.value() != 0) text += "set local app.actor = '" + std::to_string(scope.actor.value()) + "'; ";
    if (scope.all_queues) text += "set local app.queues = 'on'; ";
    return text;
}

std::string limit_settings(Limits const& limits, bool is_local) {
    auto const setting = [is_local](std::string_view name, std::string const& value) {
        return "set_config('" + std::string{name} + "','" + value + (is_local ? "',true)" : "',false)");
    };
    return setting("statement_timeout", std::to_string(limits.statement.count())) + "," +
           setting("lock_timeout", std::to_string(limits.lock.count())) + "," +
           setting("idle_in_transaction_session_timeout", std::to_string(limits.idle.count())) + "," +
           setting("plan_cache_mode", limits.keeps_plans && !is_local ? "force_generic_plan" : "auto") + "," +
           // To start helping processes takes longer than nearly every statement; the longest alone gain by them.
           setting("parallel_setup_cost", "50000") + "," + setting("timezone", "UTC") + "," +
           setting("datestyle", "ISO, YMD") + "," + setting("search_path", "public");
}

}  // namespace

SqlError::SqlError(std::string sqlstate_, std::string constraint_, std::string summary)
    : std::runtime_error{"PostgreSQL refused: " + summary},
      sqlstate{std::move(sqlstate_)},
      constraint{std::move(constraint_)} {}

std::optional<SqlError> Session::attempt(std::function<void()> const& work) {
    script("savepoint attempt");
    try {
        work();
    } catch (SqlError const& error) {
        if (error.sqlstate.starts_with("08") || error.sqlstate.starts_with("57P")) throw;
        script("rollback to savepoint attempt; release savepoint attempt");
        return error;
    }
    script("release savepoint attempt");
    return std::nullopt;
}

// A statement whose parameters and columns live at fixed places, so that it can be executed again.
class Connection::Statement {
public:
    enum class Kind { kept, once };

    Statement(soci::session& session, std::string const& sql, Params const& params, std::size_t columns, Kind kind)
        : in_(params.size()),
          in_state_(params.size(), soci::i_ok),
          out_(columns),
          out_state_(columns, soci::i_ok),
          statement_{session} {
        auto at = std::size_t{0};
        for (auto const& param : params) {
            names_.push_back(param.name);
            statement_.exchange(soci::use(in_[at], in_state_[at], param.name));
            ++at;
        }
        for (std::size_t i = 0; i < columns; ++i) statement_.exchange(soci::into(out_[i], out_state_[i]));
        statement_.alloc();
        statement_.prepare(sql,
                           kind == Kind::kept ? soci::details::st_repeatable_query : soci::details::st_one_time_query);
        statement_.define_and_bind();
    }

    std::int64_t run(Params const& params, EachRow const& each) {
        bind(params);
        auto cells = std::vector<Text>(out_.size());
        for (auto more = statement_.execute(true); more && !out_.empty(); more = statement_.fetch()) {
            for (std::size_t i = 0; i < out_.size(); ++i) {
                if (out_state_[i] == soci::i_null)
                    cells[i].reset();
                else
                    cells[i] = out_[i];
            }
            if (each) each(cells.data());
        }
        return statement_.get_affected_rows();
    }

    [[nodiscard]] bool fits(Params const& params, std::size_t columns) const {
        return params.size() == in_.size() && columns == out_.size();
    }

private:
    void bind(Params const& params) {
        auto at = std::size_t{0};
        for (auto const& param : params) {
            auto const place = names_[at] == param.name ? at : place_of(param.name);
            if (param.value) in_[place] = *param.value;
            in_state_[place] = param.value ? soci::i_ok : soci::i_null;
            ++at;
        }
    }
    [[nodiscard]] std::size_t place_of(std::string const& name) const {
        auto const found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end()) throw std::logic_error{"no parameter :" + name + " in the statement"};
        return static_cast<std::size_t>(found - names_.begin());
    }

    std::vector<std::string> names_;
    std::deque<std::string> in_;  // deques: SOCI keeps the addresses
    std::deque<soci::indicator> in_state_;
    std::deque<std::string> out_;
    std::deque<soci::indicator> out_state_;
    soci::statement statement_;
};

Connection::Connection(std::string url, std::string application, std::chrono::seconds connect_time,
                       std::size_t kept_statements, Counters* counters)
    : url_{connection_string(url, application, connect_time)}, max_kept_{kept_statements}, counters_{counters} {}

Connection::~Connection() { disconnect(); }

PGconn* Connection::raw() const {
    auto* backend = static_cast<soci::postgresql_session_backend*>(const_cast<soci::session&>(soci_).get_backend());
    return backend ? backend->conn_ : nullptr;
}

bool Connection::is_alive() const { return is_open_ && raw() && PQstatus(raw()) == CONNECTION_OK; }

bool Connection::ensure_connected() {
    if (is_alive()) return true;
    auto const now = std::chrono::steady_clock::now();
    if (now < next_try_) return false;
    disconnect();
    try {
        soci_.open(soci::postgresql, url_);
        is_open_ = true;
        auto server_pid = 0;
        soci_ << "select pg_backend_pid()", soci::into(server_pid);
        is_pooled_ = server_pid != PQbackendPID(raw());
        PQsetNoticeProcessor(
            raw(), [](void*, char const*) {}, nullptr);
        pause_ = std::chrono::milliseconds{0};
        return true;
    } catch (soci::soci_error const&) {
        disconnect();
        pause_ = std::clamp(pause_ * 2, shortest_pause, longest_pause);
        next_try_ = std::chrono::steady_clock::now() + pause_;
        return false;
    }
}

void Connection::disconnect() noexcept {
    try {
        once_.reset();
        kept_.clear();  // statements go before the connection that they belong to
        if (is_open_) soci_.close();
    } catch (...) {
        log::warning("database_disconnect_failed");
    }
    is_open_ = false;
    told_.reset();
}

void Connection::begin(TransactionSettings const& settings) {
    once_.reset();
    after_commit_.clear();
    scope_ = settings.scope;
    if (kept_.size() > max_kept_) kept_.clear();
    auto const limits = Limits{settings.statement, settings.lock, settings.idle, settings.keeps_plans};
    plan_ = Plan::kept;
    if (is_pooled_)
        return script("begin; " + scope_settings(settings.scope) + "select " + limit_settings(limits, true));
    // A connection of our own keeps what is the same in every transaction: to say it anew each time costs as much as a
    // small query.
    if (limits != told_) {
        script(
            "select "
            "set_config('app.tenant','',false),set_config('app.actor','',false),set_config('app.queues','',false)," +
            limit_settings(limits, false));
        told_ = limits;
    }
    script("begin; " + scope_settings(settings.scope));
}

void Connection::commit() {
    // PostgreSQL answers "commit" with ROLLBACK when a statement before it was refused.
    if (send("commit") != "COMMIT")
        throw SqlError{"25P02", "", "25P02 the transaction went on after a refused statement"};
}

void Connection::roll_back() noexcept {
    try {
        if (is_alive()) script("rollback");
    } catch (...) {
        disconnect();
    }
    if (is_alive() && PQtransactionStatus(raw()) != PQTRANS_IDLE) disconnect();
}

void Connection::run_after_commit() {
    auto actions = std::move(after_commit_);
    after_commit_.clear();
    for (auto const& action : actions) action();
}

void Connection::script(std::string_view sql) {
    send(sql);
    if (sql.starts_with("rollback to")) plan_.reset();  // with the savepoint went what was set after it
}

void Connection::choose_plan(Params const& params) {
    if (is_pooled_ || !told_ || !told_->keeps_plans) return;
    auto const is_fresh =
        std::any_of(params.begin(), params.end(), [](auto const& param) { return param.shapes_plan; });
    auto const wanted = is_fresh ? Plan::fresh : Plan::kept;
    if (plan_ == wanted) return;
    send(wanted == Plan::fresh ? "set local plan_cache_mode = force_custom_plan"
                               : "set local plan_cache_mode = force_generic_plan");
    plan_ = wanted;
}

std::int64_t Connection::count_up(std::string_view name, std::int64_t by) {
    if (!counters_) throw std::logic_error{"this connection counts nothing"};
    return counters_->next(scope_.tenant, name, by);
}

namespace {

std::int64_t count_within(Session& sql, std::string_view name, std::int64_t by) {
    return sql
        .value<std::int64_t>(
            "insert into counter (tenant_id, name, value) values (nullif(current_setting('app.tenant', true), "
            "'')::bigint, :name, :by::bigint) on conflict (tenant_id, name) do update set value = counter.value + "
            ":by::bigint returning value",
            {bind("name", name), bind("by", by)})
        .value();
}

}  // namespace

std::int64_t count_up(Session& sql, std::string_view name, std::int64_t by) {
    auto* connection = dynamic_cast<Connection*>(&sql);
    return connection ? connection->count_up(name, by) : count_within(sql, name, by);
}

std::int64_t Counters::next(TenantId tenant, std::string_view name, std::int64_t by) {
    auto const lock = std::lock_guard{mutex_};
    if (!connection_.ensure_connected()) throw SqlError{"08001", "", "08001"};
    try {
        connection_.begin({Scope::of(tenant)});
        connection_.script("set local synchronous_commit = off");
        auto const value = count_within(connection_, name, by);
        connection_.commit();
        return value;
    } catch (SqlError const&) {
        connection_.roll_back();
        throw;
    }
}

// Straight to libpq: SOCI would send several statements one by one. Returns the last statement's command tag.
std::string Connection::send(std::string_view sql) {
    auto const result = PgResult{PQexec(raw(), std::string{sql}.c_str())};
    auto const status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
        return PQcmdStatus(result.get());
    auto const* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    auto const* constraint = PQresultErrorField(result.get(), PG_DIAG_CONSTRAINT_NAME);
    auto const sqlstate = std::string{PQstatus(raw()) != CONNECTION_OK ? "08006" : state ? state : "XX000"};
    throw SqlError{sqlstate, constraint ? constraint : "", summary_of(sqlstate, PQerrorMessage(raw()))};
}

Connection::Statement& Connection::statement_for(std::string_view sql, Params const& params, std::size_t columns) {
    auto key = std::string{sql};
    if (is_pooled_) {
        once_ = std::make_unique<Statement>(soci_, key, params, columns, Statement::Kind::once);
        return *once_;
    }
    auto const found = kept_.find(key);
    if (found != kept_.end()) {
        if (!found->second->fits(params, columns))
            throw std::logic_error{"one SQL text with differing parameters or columns: " + key};
        return *found->second;
    }
    auto made = std::make_unique<Statement>(soci_, key, params, columns, Statement::Kind::kept);
    return *kept_.emplace(std::move(key), std::move(made)).first->second;
}

std::int64_t Connection::run(std::string_view sql, Params const& params, std::size_t columns, EachRow const& each) {
    try {
        choose_plan(params);
        return statement_for(sql, params, columns).run(params, each);
    } catch (soci::soci_error const& error) {
        raise(error);
    }
}

void Connection::raise(soci::soci_error const& error) const {
    auto const message = std::string_view{raw() ? PQerrorMessage(raw()) : ""};
    auto sqlstate = std::string{"XX000"};
    if (auto const* refused = dynamic_cast<soci::postgresql_soci_error const*>(&error)) sqlstate = refused->sqlstate();
    if (!is_alive()) sqlstate = sqlstate.starts_with("57P") ? sqlstate : "08006";
    if (sqlstate == "XX000") {
        // A mistake of ours (a parameter without a value, say): the library's first words name it, the values follow
        // later.
        auto const words = std::string_view{error.what()};
        throw SqlError{sqlstate, "",
                       text::one_line(words.substr(0, std::min<std::size_t>(words.find(" while "), 120)))};
    }
    throw SqlError{sqlstate, constraint_in(message), summary_of(sqlstate, message)};
}

}  // namespace wescrm::database
