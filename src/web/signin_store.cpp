#include "signin_store.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::web {
namespace {

using database::bind;
using database::Blob;

constexpr std::size_t state_bytes = 16;
constexpr auto forgotten_after = hours{24 * 30};

}  // namespace

std::string begin_sign_in(database::Session& sql, TenantId tenant, std::string_view target, Instant now) {
    auto state = to_hex(random_bytes(state_bytes));
    forget_sessions(sql, tenant, now - forgotten_after);
    sql.execute("insert into signin (tenant_id, state_hash, target, created_at) values (:tenant, :hash, :target, :now)",
                {bind("tenant", tenant), bind("hash", Blob{sha256(state)}), bind("target", target), bind("now", now)});
    return state;
}

std::optional<std::string> use_state(database::Session& sql, TenantId tenant, std::string_view state, minutes life,
                                     Instant now) {
    return sql.value<std::string>(
        "update signin set used_at = :now where tenant_id = :tenant and state_hash = :hash and used_at is null and "
        "created_at > :oldest returning target",
        {bind("tenant", tenant), bind("hash", Blob{sha256(state)}), bind("now", now), bind("oldest", now - life)});
}

void log_sign_in(database::Session& sql, TenantId tenant, SignInRecord const& record, Client const& client,
                 Instant now) {
    auto const employee = record.employee.is_empty() ? std::optional<EmployeeId>{} : std::optional{record.employee};
    sql.execute(
        "insert into signin_log (tenant_id, at, employee_id, user_id, kind, result, address, agent) values (:tenant, "
        ":now, :employee, :user, :kind, :result, :address, :agent)",
        {bind("tenant", tenant), bind("now", now), bind("employee", employee), bind("user", record.user_id),
         bind("kind", record.kind), bind("result", record.result), bind("address", client.address),
         bind("agent", text::truncate(client.agent, longest_agent))});
}

}  // namespace wescrm::web
