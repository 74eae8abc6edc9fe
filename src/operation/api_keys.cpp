#include <wescrm/base/crypto.hpp>
#include <wescrm/operation/api_keys.hpp>

#include <charconv>

namespace wescrm::operation {
namespace {

using database::bind;
using database::Blob;

constexpr std::string_view prefix = "wk_";
constexpr std::size_t secret_bytes = 32;
// How exact last_used_at is: a key in use is not written with every request.
constexpr auto use_noted_every = minutes{5};

constexpr std::string_view select_keys =
    "select k.id, e.user_id, k.name, k.created_at, k.last_used_at, k.revoked_at from api_key k "
    "join employee e on e.tenant_id = k.tenant_id and e.id = k.employee_id where k.tenant_id = :tenant ";

}  // namespace

Result<NewApiKey> create_api_key(database::Session& sql, TenantId tenant, EmployeeId employee, std::string_view name,
                                 Instant now) {
    auto const is_active =
        sql.value<bool>("select status = 'active' from employee where tenant_id = :tenant and id = :id",
                        {bind("tenant", tenant), bind("id", employee)});
    if (!is_active.value_or(false)) return Error{Errc::not_found, "employee", "没有这位在职员工"};
    auto made = NewApiKey{};
    made.key = std::string{prefix} + std::to_string(tenant.value()) + "_" + to_base64url(random_bytes(secret_bytes));
    auto const id = sql.value<ApiKeyId>(
        "insert into api_key (tenant_id, employee_id, name, key_hash, created_at) values (:tenant, :employee, :name, "
        ":hash, :now) returning id",
        {bind("tenant", tenant), bind("employee", employee), bind("name", name), bind("hash", Blob{sha256(made.key)}),
         bind("now", now)});
    made.record = sql.record<ApiKey>(std::string{select_keys} + "and k.id = :id",
                                     {bind("tenant", tenant), bind("id", id.value())})
                      .value();
    return made;
}

Result<NewApiKey> create_api_key(database::Session& sql, TenantId tenant, UserId const& user, std::string_view name,
                                 Instant now) {
    auto const id = sql.value<EmployeeId>("select id from employee where tenant_id = :tenant and user_id = :user",
                                          {bind("tenant", tenant), bind("user", user)});
    return create_api_key(sql, tenant, id.value_or(EmployeeId{}), name, now);
}

std::vector<ApiKey> list_api_keys(database::Session& sql, TenantId tenant) {
    return sql.records<ApiKey>(std::string{select_keys} + "order by k.created_at desc, k.id", {bind("tenant", tenant)});
}

bool revoke_api_key(database::Session& sql, TenantId tenant, ApiKeyId id, Instant now) {
    return sql.execute(
               "update api_key set revoked_at = :now where tenant_id = :tenant and id = :id and revoked_at is null",
               {bind("tenant", tenant), bind("id", id), bind("now", now)}) > 0;
}

std::optional<TenantId> company_of_key(std::string_view key) noexcept {
    if (!key.starts_with(prefix) || key.size() > 100) return std::nullopt;
    key.remove_prefix(prefix.size());
    auto company = std::int64_t{0};
    auto const [end, problem] = std::from_chars(key.data(), key.data() + key.size(), company);
    if (problem != std::errc{} || company <= 0 || end == key.data() + key.size() || *end != '_') return std::nullopt;
    return TenantId{company};
}

Result<EmployeeId> employee_of_key(database::Session& sql, TenantId tenant, std::string_view key, Instant now) {
    auto const hash = Blob{sha256(key)};
    auto const found = sql.row<EmployeeId, std::optional<Instant>>(
        "select k.employee_id, k.last_used_at from api_key k join tenant t on t.id = k.tenant_id and t.status = "
        "'active' "
        "join employee e on e.tenant_id = k.tenant_id and e.id = k.employee_id and e.status = 'active' "
        "where k.tenant_id = :tenant and k.key_hash = :hash and k.revoked_at is null",
        {bind("tenant", tenant), bind("hash", hash)});
    if (!found) return Error{Errc::unauthenticated, "api_key", "API 密钥无效或已撤销"};
    auto const& [employee, last_used] = *found;
    if (!last_used || *last_used + use_noted_every <= now)
        sql.execute("update api_key set last_used_at = :now where tenant_id = :tenant and key_hash = :hash",
                    {bind("now", now), bind("tenant", tenant), bind("hash", hash)});
    return employee;
}

}  // namespace wescrm::operation
