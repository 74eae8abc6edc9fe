#include "signin_store.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/web/session.hpp>

#include <charconv>

namespace wescrm::web {
namespace {

using database::bind;
using database::Blob;

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t csrf_bytes = 16;
constexpr std::size_t longest_cookie = 100;
// How exact seen_at is: a session in use is not written with every request.
constexpr auto use_noted_every = minutes{1};

}  // namespace

Client client_of(http::Request const& request) {
    auto const agent = request.headers.find("User-Agent").value_or("");
    return {request.remote_address, text::is_valid_utf8(agent) ? text::truncate(agent, longest_agent) : ""};
}

std::string begin_session(database::Session& sql, TenantId tenant, EmployeeId employee, Client const& client,
                          Instant now) {
    auto cookie = std::to_string(tenant.value()) + "." + to_base64url(random_bytes(secret_bytes));
    sql.execute(
        "insert into session (tenant_id, employee_id, token_hash, csrf, auth_generation, created_at, seen_at, address, "
        "agent) select :tenant, e.id, :hash, :csrf, e.auth_generation, :now, :now, :address, :agent from employee e "
        "where e.tenant_id = :tenant and e.id = :employee",
        {bind("tenant", tenant), bind("employee", employee), bind("hash", Blob{sha256(cookie)}),
         bind("csrf", to_base64url(random_bytes(csrf_bytes))), bind("now", now), bind("address", client.address),
         bind("agent", client.agent)});
    sql.execute(
        "update employee set activated_at = :now where tenant_id = :tenant and id = :employee and activated_at is null",
        {bind("tenant", tenant), bind("employee", employee), bind("now", now)});
    return cookie;
}

std::optional<TenantId> company_of_session(std::string_view cookie) noexcept {
    auto const dot = cookie.find('.');
    if (dot == std::string_view::npos || cookie.size() > longest_cookie) return std::nullopt;
    auto tenant = std::int64_t{0};
    auto const [end, problem] = std::from_chars(cookie.data(), cookie.data() + dot, tenant);
    if (problem != std::errc{} || end != cookie.data() + dot || tenant <= 0) return std::nullopt;
    return TenantId{tenant};
}

std::optional<Visitor> find_session(database::Session& sql, std::string_view cookie, SessionConfig const& config,
                                    Instant now) {
    auto const tenant = company_of_session(cookie);
    if (!tenant) return std::nullopt;
    auto const row = sql.row<std::int64_t, EmployeeId, std::string, Instant>(
        "select s.id, s.employee_id, s.csrf, s.seen_at from session s join employee e on e.tenant_id = s.tenant_id and "
        "e.id = s.employee_id join tenant t on t.id = s.tenant_id where s.tenant_id = :tenant and s.token_hash = :hash "
        "and s.ended_at is null and s.created_at > :oldest and s.seen_at > :idle and e.status = 'active' and "
        "e.auth_generation = s.auth_generation and t.status = 'active'",
        {bind("tenant", *tenant), bind("hash", Blob{sha256(cookie)}), bind("oldest", now - config.absolute),
         bind("idle", now - config.idle)});
    if (!row) return std::nullopt;
    auto const& [id, employee, csrf, seen_at] = *row;
    if (now - seen_at > use_noted_every)
        sql.execute("update session set seen_at = :now where tenant_id = :tenant and id = :id and seen_at < :now",
                    {bind("tenant", *tenant), bind("id", id), bind("now", now)});
    return Visitor{*tenant, employee, id, csrf};
}

void end_session(database::Session& sql, Visitor const& visitor, Instant now) {
    sql.execute("update session set ended_at = :now where tenant_id = :tenant and id = :id and ended_at is null",
                {bind("tenant", visitor.tenant), bind("id", visitor.session), bind("now", now)});
}

void forget_sessions(database::Session& sql, TenantId tenant, Instant before) {
    sql.execute("delete from session where tenant_id = :tenant and seen_at < :before",
                {bind("tenant", tenant), bind("before", before)});
    sql.execute("delete from signin where tenant_id = :tenant and created_at < :before",
                {bind("tenant", tenant), bind("before", before)});
}

}  // namespace wescrm::web
