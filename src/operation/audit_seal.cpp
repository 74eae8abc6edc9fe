#include <wescrm/operation/audit_seal.hpp>

namespace wescrm::operation {
namespace {

using database::bind;
using database::Blob;

// Whoever wrote at the day's last moment has committed by then.
constexpr auto settled_after = hours{1};

struct Seal {
    Date day;
    Instant begins_at;
    Instant ends_at;
    std::int64_t rows = 0;
    Blob hash;
};
BOOST_DESCRIBE_STRUCT(Seal, (), (day, begins_at, ends_at, rows, hash))

struct Digest {
    std::int64_t rows = 0;
    Blob hash;
};
BOOST_DESCRIBE_STRUCT(Digest, (), (rows, hash))

Digest digest_of(Context& ctx, Seal const& day, Blob const& before) {
    return *ctx.sql().record<Digest>(
        "select count(*), sha256(:before::bytea || convert_to(:day::date::text, 'UTF8') || "
        "coalesce(string_agg(audit_digest(a), ''::bytea order by a.at, a.id), ''::bytea)) from audit_log a where "
        "a.tenant_id = :tenant and a.at >= :begins and a.at < :ends",
        {bind("tenant", ctx.tenant()), bind("before", before), bind("day", day.day), bind("begins", day.begins_at),
         bind("ends", day.ends_at)});
}

std::optional<Seal> last_seal(Context& ctx, std::optional<Date> before) {
    return ctx.sql().record<Seal>(
        "select day, begins_at, ends_at, rows, hash from audit_seal where tenant_id = :tenant and (:before::date is "
        "null or day < :before) order by day desc limit 1",
        {bind("tenant", ctx.tenant()), bind("before", before)});
}

std::optional<Seal> next_day(Context& ctx, std::optional<Seal> const& last) {
    auto const first = ctx.sql().value<Instant>(
        "select at from audit_log where tenant_id = :tenant and (:after::timestamptz is null or at >= :after) order by "
        "at limit 1",
        {bind("tenant", ctx.tenant()), bind("after", last ? std::optional{last->ends_at} : std::optional<Instant>{})});
    if (!first) return std::nullopt;
    auto const day = ctx.zone().date(*first);
    auto next = Seal{};
    next.day = last ? std::max(day, add_days(last->day, 1)) : day;
    next.begins_at = ctx.zone().start_of(day);
    // The company moved to another zone: days neither overlap nor leave anything out.
    if (last) next.begins_at = std::max(next.begins_at, last->ends_at);
    next.ends_at = ctx.zone().start_of(add_days(day, 1));
    if (next.ends_at + settled_after > ctx.now()) return std::nullopt;
    return next;
}

}  // namespace

int seal_audit_days(Context& ctx, int most) {
    auto last = last_seal(ctx, {});
    for (auto sealed = 0; sealed < most; ++sealed) {
        auto next = next_day(ctx, last);
        if (!next) return sealed;
        auto digest = digest_of(ctx, *next, last ? last->hash : Blob{});
        next->rows = digest.rows;
        next->hash = std::move(digest.hash);
        ctx.sql().execute(
            "insert into audit_seal (tenant_id, day, begins_at, ends_at, rows, hash, sealed_at) values (:tenant, :day, "
            ":begins, :ends, :rows, :hash, :now)",
            {bind("tenant", ctx.tenant()), bind("day", next->day), bind("begins", next->begins_at),
             bind("ends", next->ends_at), bind("rows", next->rows), bind("hash", next->hash), bind("now", ctx.now())});
        last = std::move(next);
    }
    return most;
}

AuditVerification verify_audit(Context& ctx, std::optional<Date> from, std::optional<Date> to) {
    auto result = AuditVerification{};
    auto const seals = ctx.sql().records<Seal>(
        "select day, begins_at, ends_at, rows, hash from audit_seal where tenant_id = :tenant and (:from::date is null "
        "or day >= :from) and (:to::date is null or day <= :to) order by day",
        {bind("tenant", ctx.tenant()), bind("from", from), bind("to", to)});
    auto const before = from ? last_seal(ctx, from) : std::nullopt;
    auto hash = before ? before->hash : Blob{};
    for (auto const& seal : seals) {
        auto const digest = digest_of(ctx, seal, hash);
        result.rows += digest.rows;
        if (digest.hash != seal.hash || digest.rows != seal.rows)
            result.broken.push_back({seal.day, seal.rows, digest.rows});
        hash = seal.hash;
    }
    result.days = static_cast<std::int64_t>(seals.size());
    if (!seals.empty()) {
        result.first = seals.front().day;
        result.last = seals.back().day;
    }
    result.is_whole = result.broken.empty();
    return result;
}

}  // namespace wescrm::operation
