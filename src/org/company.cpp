#include "sync/store.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/org/company.hpp>
#include <wescrm/wecom/crypto.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using database::Blob;
using database::Pool;
using database::Scope;
using database::Session;

std::string seal_context(TenantId tenant, std::string_view kind, std::int64_t agent_id, std::string_view column) {
    return "wecom_app:" + std::to_string(tenant.value()) + ":" + std::string{kind} + ":" + std::to_string(agent_id) +
           ":" + std::string{column};
}

void check(std::vector<FieldError>& problems, std::string const& prefix, Credential const& credential) {
    if (text::trim(credential.secret).empty()) problems.push_back({prefix + "secret", "请填写 Secret"});
    if (text::trim(credential.token).empty()) problems.push_back({prefix + "token", "请填写 Token"});
    if (!wecom::Keys::from(credential.token, credential.aes_key))
        problems.push_back({prefix + "aes_key", "EncodingAESKey 应为 43 个字符（字母和数字）"});
}

void store(Session& sql, Sealer const& sealer, TenantId tenant, std::string_view kind, Credential const& credential) {
    auto const sealed = [&](std::string const& plain, std::string_view column) {
        return Blob{sealer.seal(plain, seal_context(tenant, kind, credential.agent_id, column))};
    };
    sql.execute(
        "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) "
        "values (:tenant, :kind, :agent, :secret, :token, :key)",
        {bind("tenant", tenant), bind("kind", kind), bind("agent", credential.agent_id),
         bind("secret", sealed(credential.secret, "secret_sealed")),
         bind("token", sealed(credential.token, "token_sealed")),
         bind("key", sealed(credential.aes_key, "aes_key_sealed"))});
}

void add_administrators(Session& sql, TenantId tenant, std::int64_t root, std::vector<UserId> const& users) {
    sql.execute(
        "with added as (insert into employee (tenant_id, user_id, name, main_department_id) "
        "  select :tenant, u, u, :root from unnest(:users::text[]) u on conflict (tenant_id, user_id) do nothing "
        "returning id), "
        "seat as (insert into employee_department (tenant_id, employee_id, department_id) select :tenant, id, :root "
        "from added) "
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, a.id from added a cross join "
        "role r "
        "where r.tenant_id = :tenant and r.is_administrator",
        {bind("tenant", tenant), bind("root", root), bind("users", users)});
}

constexpr std::string_view select_company =
    "select t.id, coalesce(t.corp_id, ''), t.name, t.status, t.time_zone, t.created_at from tenant t ";

CompanyRow company_from(std::tuple<TenantId, std::string, std::string, std::string, std::string, Instant> const& row) {
    auto const& [tenant, corp, name, status, zone, created] = row;
    return {tenant, corp, name, status, zone, created, {}, 0};
}

}  // namespace

std::vector<FieldError> problems_of(NewCompany const& company) {
    auto problems = std::vector<FieldError>{};
    if (text::trim(company.corp_id).empty() || company.corp_id.size() > 64)
        problems.push_back({"corp_id", "请填写企业 ID（不超过 64 个字符）"});
    if (text::trim(company.name).empty()) problems.push_back({"name", "请填写企业名称"});
    if (!Zone::named(company.time_zone)) problems.push_back({"time_zone", "未知的时区，例如 Asia/Shanghai"});
    if (company.app.agent_id <= 0) problems.push_back({"agent_id", "请填写应用的 AgentId"});
    check(problems, "", company.app);
    if (company.contacts) check(problems, "contacts_", *company.contacts);
    if (company.external) check(problems, "external_", *company.external);
    return problems;
}

Result<TenantId> CompanyRegistry::add(NewCompany const& company) {
    if (auto problems = problems_of(company); !problems.empty())
        return Error{Errc::invalid_input, "invalid", "企业资料有误", std::move(problems)};
    auto const id = db_.run_blocking(Pool::worker, Scope::of_nobody(), [](Session& sql) -> Result<TenantId> {
        return *sql.value<TenantId>("select new_id()");
    });
    if (!id) return id.error();
    return db_.run_blocking(Pool::worker, Scope::of(*id), [&](Session& sql) -> Result<TenantId> {
        auto const added = sql.execute(
            "insert into tenant (id, corp_id, name, time_zone) values (:tenant, :corp, :name, :zone) on conflict "
            "(corp_id) do nothing",
            {bind("tenant", *id), bind("corp", company.corp_id), bind("name", company.name),
             bind("zone", company.time_zone)});
        if (added == 0) return Error{Errc::conflict, "corp_id", "该企业已存在"};
        auto const root = OrgStore{sql, *id}.root();
        if (auto const roles = install_roles(sql, *id, presets_); !roles) return roles.error();
        add_administrators(sql, *id, root, company.administrators);
        store(sql, sealer_, *id, "app", company.app);
        if (company.contacts) store(sql, sealer_, *id, "contacts", *company.contacts);
        if (company.external) store(sql, sealer_, *id, "external", *company.external);
        return *id;
    });
}

Result<std::vector<CompanyRow>> CompanyRegistry::list() {
    return db_.run_blocking(Pool::worker, Scope::of_queues(), [](Session& sql) -> Result<std::vector<CompanyRow>> {
        auto all = std::vector<CompanyRow>{};
        for (auto const& row : sql.rows<TenantId, std::string, std::string, std::string, std::string, Instant>(
                 std::string{select_company} + "order by t.created_at, t.id")) {
            all.push_back(company_from(row));
            all.back().agents = sql.values<std::int64_t>(
                "select agent_id from wecom_app where tenant_id = :tenant and kind = 'app' order by 1",
                {bind("tenant", all.back().tenant)});
        }
        return all;
    });
}

Result<CompanyRow> CompanyRegistry::show(std::string const& corp_id) {
    auto company = db_.run_blocking(Pool::worker, Scope::of_nobody(), [&](Session& sql) -> Result<CompanyRow> {
        auto const row = sql.row<TenantId, std::string, std::string, std::string, std::string, Instant>(
            std::string{select_company} + "where t.corp_id = :corp", {bind("corp", corp_id)});
        if (!row) return Error{Errc::not_found, "company", "没有这个企业：" + corp_id};
        return company_from(*row);
    });
    if (!company) return company.error();
    return db_.run_blocking(Pool::worker, Scope::of(company->tenant), [&](Session& sql) -> Result<CompanyRow> {
        auto const tenant = database::Params{bind("tenant", company->tenant)};
        company->agents = sql.values<std::int64_t>(
            "select agent_id from wecom_app where tenant_id = :tenant and kind = 'app' order by 1", tenant);
        company->employees = *sql.value<std::int64_t>(
            "select count(*) from employee where tenant_id = :tenant and status = 'active'", tenant);
        return *company;
    });
}

Result<void> CompanyRegistry::renew(std::string const& corp_id, std::optional<Date> through) {
    auto const company = show(corp_id);
    if (!company) return company.error();
    auto const named = Zone::named(company->time_zone);
    auto const zone = named ? *named : Zone{};
    auto const until = through ? std::optional{zone.start_of(add_days(*through, 1))} : std::nullopt;
    auto const changed = db_.run_blocking(Pool::worker, Scope::of_nobody(), [&](Session& sql) -> Result<std::int64_t> {
        return sql.execute(
            "update tenant set plan = 'full', valid_until = :until, version = version + 1, updated_at = now() where id "
            "= :tenant",
            {bind("until", until), bind("tenant", company->tenant)});
    });
    if (!changed) return changed.error();
    return {};
}

Result<void> CompanyRegistry::set_enabled(std::string const& corp_id, bool is_enabled) {
    auto const changed = db_.run_blocking(Pool::worker, Scope::of_nobody(), [&](Session& sql) -> Result<std::int64_t> {
        return sql.execute(
            "update tenant set status = :status, version = version + 1, updated_at = now() where corp_id = :corp",
            {bind("status", is_enabled ? "active" : "disabled"), bind("corp", corp_id)});
    });
    if (!changed) return changed.error();
    if (*changed == 0) return Error{Errc::not_found, "company", "没有这个企业：" + corp_id};
    return {};
}

Result<std::pair<wecom::Account, std::int64_t>> load_app_account(Session& sql, Sealer const& sealer, TenantId tenant) {
    auto const row = sql.row<std::int64_t, std::int64_t, Blob, std::string>(
        "select a.id, a.agent_id, a.secret_sealed, t.corp_id from wecom_app a join tenant t on t.id = a.tenant_id "
        "where a.tenant_id = :tenant and a.kind = 'app' order by a.agent_id limit 1",
        {bind("tenant", tenant)});
    if (!row) return Error{Errc::not_found, "app", "该企业没有配置应用"};
    auto const& [id, agent, sealed, corp] = *row;
    auto secret = sealer.open(sealed.bytes, seal_context(tenant, "app", agent, "secret_sealed"));
    if (!secret) return Error{Errc::unavailable, "master_key", "应用密钥无法解密：主密钥与保存时不同"};
    return std::pair{wecom::Account{tenant, id, corp, std::move(*secret)}, agent};
}

Result<std::pair<wecom::Account, std::int64_t>> CompanyRegistry::app_account(TenantId tenant) {
    return db_.run_blocking(Pool::worker, Scope::of(tenant),
                            [&](Session& sql) { return load_app_account(sql, sealer_, tenant); });
}

}  // namespace wescrm::org
