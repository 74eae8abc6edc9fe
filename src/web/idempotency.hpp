#pragma once
#include <wescrm/database/session.hpp>
#include <wescrm/http/message.hpp>
#include <wescrm/operation/actor.hpp>

#include <optional>

namespace wescrm::web {

/// One request that may be repeated: its row is written in the transaction of the effect.
class Idempotency {
public:
    /// nullopt: the request has no key. invalid_input "idempotency_key" if the key is not 1–128 of [A-Za-z0-9_-].
    [[nodiscard]] static Result<std::optional<Idempotency>> of(http::Request const& request);

    /// The stored answer of the same request; nullopt: this is the first, go on. invalid_input
    /// "idempotency_key_reused": another request had the key; conflict "idempotency_running": the first is not done
    /// yet.
    Result<std::optional<http::Response>> begin(database::Session& sql, operation::Actor const& actor, Instant now,
                                                hours window) const;
    void finish(database::Session& sql, operation::Actor const& actor, http::Response const& response) const;

private:
    Idempotency(std::string key, Bytes hash) : key_{std::move(key)}, hash_{std::move(hash)} {}
    std::string key_;
    Bytes hash_;
};

}  // namespace wescrm::web
