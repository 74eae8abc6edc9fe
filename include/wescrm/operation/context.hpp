#pragma once
#include <wescrm/base/crypto.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>
#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/actor.hpp>
#include <wescrm/operation/audit.hpp>
#include <wescrm/operation/outbox.hpp>
#include <wescrm/operation/timers.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace wescrm::operation {

/// What outlives a transaction and operations may use. Owned by the server.
struct Services {
    MessageRenderer const* renderer = nullptr;
    std::function<void(TenantId)> wake_sender;  ///< called after commit when an outbox row was written
    std::function<void(TenantId)> wake_timers;  ///< called after commit when a timer was set
    ReaderTerms const* reader_terms = nullptr;  ///< reasons to see records that other modules know; null: none
    Sealer const* sealer = nullptr;             ///< for credentials; null: operations on them are refused
    std::string public_url{};                   ///< how browsers and WeCom reach us
};

/// Who acts, when, inside which transaction. Code of the core never asks the wall clock, the environment or a global.
class Context {
public:
    Context(database::Session& sql, Actor actor, Instant now, Services const& services);

    [[nodiscard]] database::Session& sql() noexcept { return sql_; }
    [[nodiscard]] Actor const& actor() const noexcept { return actor_; }
    [[nodiscard]] TenantId tenant() const noexcept { return actor_.tenant; }
    [[nodiscard]] Instant now() const noexcept { return now_; }
    [[nodiscard]] Zone const& zone() const noexcept { return actor_.zone; }
    [[nodiscard]] Date today() const { return zone().date(now_); }
    [[nodiscard]] bool may(std::string_view permission) const { return actor_.may(permission); }
    /// Whether the company's time is over: reading goes on, writing does not.
    [[nodiscard]] bool is_expired() const { return actor_.valid_until && *actor_.valid_until <= now_; }
    [[nodiscard]] Services const& services() const noexcept { return services_; }
    /// What the actor sees. While nothing is written, what his roles reach is asked once for all scopes.
    [[nodiscard]] AccessScope scope() {
        return AccessScope{sql_, actor_, now_, reader_terms_, writers_ == 0 ? circles_ : nullptr};
    }
    /// What somebody else sees; he outlives the scope.
    [[nodiscard]] AccessScope scope_of(Actor const& actor) { return AccessScope{sql_, actor, now_, reader_terms_}; }
    [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
    [[nodiscard]] Timers& timers() noexcept { return timers_; }
    void audit(AuditEntry const& entry) {
        append_audit(sql_, actor_, now_, entry);
        has_audited_ = true;
    }
    /// For an operation that writes but found nothing to change.
    void nothing_to_audit() noexcept { has_audited_ = true; }
    /// Whether anything was audited in this transaction: the catalogue insists on it for operations that write.
    [[nodiscard]] bool has_audited() const noexcept { return has_audited_; }

private:
    database::Session& sql_;
    Actor actor_;
    Instant now_;
    ReaderTerms const* reader_terms_;
    Services const& services_;
    Outbox outbox_;
    Timers timers_;
    bool has_audited_ = false;
    std::shared_ptr<Circles> circles_ = AccessScope::no_circles();
    int writers_ = 0;

    friend class Writing;
};

/// Lives while something is written, which may change what the actor sees.
class Writing {
public:
    explicit Writing(Context& ctx) : ctx_{ctx} { ++ctx_.writers_; }
    ~Writing() {
        --ctx_.writers_;
        ctx_.circles_ = AccessScope::no_circles();
    }
    Writing(Writing const&) = delete;
    Writing& operator=(Writing const&) = delete;

private:
    Context& ctx_;
};

}  // namespace wescrm::operation
