#include <boost/asio/this_coro.hpp>

#include <algorithm>

#include <wescrm/base/json.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/token_store.hpp>

namespace wescrm::jobs {

using database::bind;
using database::Blob;
using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

namespace {

wecom::Answer refused(wecom::ErrorClass failure, int errcode, char const* why) {
    auto answer = wecom::Answer{};
    answer.failure = failure;
    answer.errcode = errcode;
    answer.message = why;
    return answer;
}

std::int64_t random_id() {
    auto id = std::uint64_t{0};
    for (auto c : random_bytes(8)) id = (id << 8U) | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(id >> 2U) | 1;
}

}  // namespace

DatabaseTokenStore::DatabaseTokenStore(database::Database& db, Sealer sealer, Clock const& clock, Metrics& metrics, TokenConfig config)
    : db_{db}, sealer_{std::move(sealer)}, clock_{clock}, metrics_{metrics}, config_{config}, me_{random_id()} {}

std::string DatabaseTokenStore::context_of(Key const& key) const {
    return "wecom_credential:" + std::to_string(key.first.value()) + ":" + std::to_string(key.second) + ":" + std::to_string(config_.kind);
}

std::optional<DatabaseTokenStore::Cached> DatabaseTokenStore::cached(Key const& key) {
    auto const lock = std::lock_guard{mutex_};
    auto const found = cache_.find(key);
    if (found == cache_.end()) return std::nullopt;
    return found->second;
}

void DatabaseTokenStore::remember(Key const& key, wecom::Token const& token, Instant fetched) {
    auto const life = static_cast<double>((token.expires - fetched).count());
    auto const renew_at = fetched + microseconds{static_cast<std::int64_t>(life * config_.renew_at)};
    auto const lock = std::lock_guard{mutex_};
    auto& place = cache_[key];
    if (place.token.generation <= token.generation) place = {token, renew_at};
}

bool DatabaseTokenStore::may_force(Key const& key) {
    auto const now = clock_.now();
    auto const lock = std::lock_guard{mutex_};
    auto& times = forced_[key];
    while (!times.empty() && times.front() < now - hours{1}) times.pop_front();
    return static_cast<int>(times.size()) < config_.forced_per_hour;
}

void DatabaseTokenStore::note_forced(Key const& key) {
    auto const lock = std::lock_guard{mutex_};
    forced_[key].push_back(clock_.now());
}

asio::awaitable<DatabaseTokenStore::Outcome> DatabaseTokenStore::token(wecom::Account const& account, std::optional<std::int64_t> failed,
                                                                       Fetch fetch) {
    auto const key = Key{account.tenant, account.app_id};
    auto const is_good = [&](wecom::Token const& token) {
        return token.expires > clock_.now() && (!failed || token.generation > *failed);
    };
    if (auto const known = cached(key); known && is_good(known->token)) {
        if (clock_.now() >= known->renew_at) {
            auto const executor = co_await asio::this_coro::executor;
            async::spawn(executor, renew_early(key, known->token.generation, fetch), "token_renewal");
        }
        co_return Outcome{known->token, wecom::Answer{}};
    }
    auto const until = Steady::now() + config_.wait;
    do {
        auto const row = co_await read(key);
        if (!row) co_return Outcome{std::nullopt, refused(wecom::ErrorClass::not_sent, 0, "database")};
        if (row->token && is_good(*row->token)) {
            remember(key, *row->token, row->fetched);
            co_return Outcome{row->token, wecom::Answer{}};
        }
        if (row->blocked_until > clock_.now())
            co_return Outcome{std::nullopt, refused(wecom::ErrorClass::configuration, 40001, "gettoken was refused")};
        auto const must_force = row->token && row->token->expires > clock_.now();
        if (must_force && !may_force(key)) co_return Outcome{std::nullopt, refused(wecom::ErrorClass::token, 42001, "refreshed too often")};
        if (co_await acquire(key, row->generation)) {
            if (must_force) note_forced(key);
            auto fetched = co_await fetch_and_store(key, row->generation, fetch);
            if (!fetched.first || is_good(*fetched.first)) co_return fetched;
        }
        co_await async::sleep_for(config_.poll);
    } while (Steady::now() < until);
    co_return Outcome{std::nullopt, refused(wecom::ErrorClass::not_sent, 0, "no token in time")};
}

asio::awaitable<Result<DatabaseTokenStore::Row>> DatabaseTokenStore::read(Key key) {
    auto job = [this, key](Session& sql) -> Result<Row> {
        auto const found = sql.row<std::optional<Blob>, std::int64_t, std::optional<Instant>, std::optional<Instant>, std::optional<Instant>>(
            "select value_sealed, generation, fetched_at, expires_at, blocked_until from wecom_credential where tenant_id = :tenant and app_id = "
            ":app and kind = :kind",
            {bind("tenant", key.first), bind("app", key.second), bind("kind", config_.kind)});
        auto row = Row{};
        if (!found) return row;
        auto const& [sealed, generation, fetched, expires, blocked] = *found;
        row.generation = generation;
        row.fetched = fetched.value_or(Instant{});
        row.blocked_until = blocked.value_or(Instant{});
        if (!sealed || !expires) return row;
        if (auto opened = sealer_.open(sealed->bytes, context_of(key))) row.token = wecom::Token{std::move(*opened), generation, *expires};
        return row;
    };
    co_return co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
}

// One row changed: this process fetches. None: another one does, or has done.
asio::awaitable<bool> DatabaseTokenStore::acquire(Key key, std::int64_t generation) {
    auto job = [this, key, generation](Session& sql) -> Result<bool> {
        sql.execute("insert into wecom_credential (tenant_id, app_id, kind) values (:tenant, :app, :kind) on conflict do nothing",
                    {bind("tenant", key.first), bind("app", key.second), bind("kind", config_.kind)});
        return sql.execute(
                   "update wecom_credential set refreshing_by = :me, refreshing_until = now() + :lease * interval '1 second' where tenant_id = "
                   ":tenant and app_id = :app and kind = :kind and generation = :generation and (refreshing_until is null or refreshing_until < now())",
                   {bind("me", me_), bind("lease", config_.lease.count()), bind("tenant", key.first), bind("app", key.second),
                    bind("kind", config_.kind), bind("generation", generation)}) == 1;
    };
    auto const acquired = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    co_return acquired && *acquired;
}

asio::awaitable<DatabaseTokenStore::Outcome> DatabaseTokenStore::fetch_and_store(Key key, std::int64_t generation, Fetch fetch) {
    auto answer = co_await fetch();
    auto const value = answer.is_ok() ? json::find_string(answer.body, config_.member).value_or("") : std::string{};
    if (value.empty()) {
        ++metrics_.token_refresh_failed;
        if (answer.is_ok()) answer = refused(wecom::ErrorClass::unknown, answer.errcode, "gettoken without a token");
        co_await note_failure(key, answer);
        if (answer.failure == wecom::ErrorClass::unknown) answer.failure = wecom::ErrorClass::not_sent;  // the caller's request never left
        co_return Outcome{std::nullopt, std::move(answer)};
    }
    ++metrics_.token_refreshed;
    auto const now = clock_.now();
    auto const life = seconds{std::max<std::int64_t>(json::find_integer(answer.body, "expires_in").value_or(7'200), 1)};
    auto token = wecom::Token{value, generation + 1, now + life};
    auto job = [&](Session& sql) -> Result<bool> {
        return sql.execute("update wecom_credential set value_sealed = :value, generation = generation + 1, fetched_at = :now, expires_at = "
                           ":expires, refreshing_by = null, refreshing_until = null, failures = 0, blocked_until = null where tenant_id = :tenant "
                           "and app_id = :app and kind = :kind and generation = :generation and refreshing_by = :me",
                           {bind("value", Blob{sealer_.seal(value, context_of(key))}), bind("now", now), bind("expires", token.expires),
                            bind("tenant", key.first), bind("app", key.second), bind("kind", config_.kind), bind("generation", generation), bind("me", me_)}) == 1;
    };
    auto const stored = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!stored || !*stored) {  // too slow: somebody else's token is newer
        token.generation = generation;
        token.expires = Instant{};
        co_return Outcome{token, wecom::Answer{}};
    }
    remember(key, token, now);
    co_return Outcome{token, wecom::Answer{}};
}

// A wrong secret repeated bans the address for an hour: at most about five refused calls an hour.
asio::awaitable<void> DatabaseTokenStore::note_failure(Key key, wecom::Answer const& answer) {
    auto const blocks = answer.failure == wecom::ErrorClass::configuration || answer.failure == wecom::ErrorClass::token;
    auto const pauses = answer.failure == wecom::ErrorClass::rate;
    log::error("token_not_fetched", {{"tenant", key.first.value()}, {"app", key.second}, {"errcode", answer.errcode}});
    auto job = [&, now = clock_.now()](Session& sql) -> Result<int> {
        sql.execute("update wecom_credential set refreshing_by = null, refreshing_until = null, failures = failures + 1, blocked_until = case "
                    "when :blocks then :now::timestamptz + least(60 * power(3, failures), 1200) * interval '1 second' when :pauses then "
                    ":now::timestamptz + interval '60 seconds' end where tenant_id = :tenant and app_id = :app and kind = :kind and refreshing_by = :me",
                    {bind("blocks", blocks), bind("pauses", pauses), bind("now", now), bind("tenant", key.first), bind("app", key.second),
                     bind("kind", config_.kind), bind("me", me_)});
        return 0;
    };
    co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
}

asio::awaitable<void> DatabaseTokenStore::renew_early(Key key, std::int64_t generation, Fetch fetch) {
    {
        auto const lock = std::lock_guard{mutex_};
        if (!renewing_.insert(key).second) co_return;
    }
    auto const row = co_await read(key);
    auto const is_current = row && row->generation == generation && row->blocked_until <= clock_.now();
    if (row && row->token && row->generation > generation) remember(key, *row->token, row->fetched);
    if (is_current) {
        auto const acquired = co_await acquire(key, generation);
        if (acquired) co_await fetch_and_store(key, generation, std::move(fetch));
    }
    auto const lock = std::lock_guard{mutex_};
    renewing_.erase(key);
}

}  // namespace wescrm::jobs
