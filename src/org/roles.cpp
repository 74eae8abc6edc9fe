#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/operation/audit.hpp>
#include <wescrm/org/preset_roles.hpp>

#include <fstream>
#include <map>
#include <sstream>

namespace wescrm::org {
namespace {

using database::bind;
using database::Session;

Error wrong(std::string const& what) { return {Errc::invalid_input, "preset", "roles.json: " + what}; }

/// Permission → reach.
using Grants = std::map<std::string, std::string>;

struct Presets {
    json::Document roles;
    std::string digest;
};

Result<Presets> read_presets(std::string const& folder) {
    auto const file = std::ifstream{folder + "/roles.json", std::ios::binary};
    if (!file) return wrong("cannot be read in " + folder);
    auto text = std::ostringstream{};
    text << file.rdbuf();
    auto limits = json::Limits{};
    limits.comments = true;
    auto document = json::parse(text.str(), limits);
    if (!document) return wrong(document.error().message);
    if (!document->IsArray()) return wrong("a list of roles was expected");
    auto digest = to_hex(sha256(json::write(*document)));
    return Presets{std::move(*document), std::move(digest)};
}

Result<Grants> grants_of(json::Value const& preset) {
    auto grants = Grants{};
    auto const* permissions = json::find(preset, "permissions");
    if (!permissions) return grants;
    for (auto const& entry : permissions->GetObject()) {
        if (!entry.value.IsString() || !operation::reach_from(json::view(entry.value)))
            return wrong(std::string{json::view(entry.name)} + ": unknown reach");
        grants.emplace(json::view(entry.name), json::view(entry.value));
    }
    return grants;
}

void add(Session& sql, std::string const& table, TenantId tenant, std::int64_t role, Grants const& grants) {
    auto names = std::vector<std::string>{};
    auto reaches = std::vector<std::string>{};
    for (auto const& [name, reach] : grants) {
        names.push_back(name);
        reaches.push_back(reach);
    }
    sql.execute("insert into " + table +
                    " (tenant_id, role_id, permission, reach) select :tenant, :role, p, r from "
                    "unnest(:names::text[], :reaches::text[]) n(p, r)",
                {bind("tenant", tenant), bind("role", role), bind("names", names), bind("reaches", reaches)});
}

Grants read(Session& sql, std::string const& table, TenantId tenant, std::int64_t role) {
    auto grants = Grants{};
    for (auto& [permission, reach] : sql.rows<std::string, std::string>(
             "select permission, reach from " + table + " where tenant_id = :tenant and role_id = :role",
             {bind("tenant", tenant), bind("role", role)}))
        grants.emplace(std::move(permission), std::move(reach));
    return grants;
}

Result<void> install(Session& sql, TenantId tenant, json::Value const& preset) {
    auto const code = json::find_string(preset, "code");
    auto const name = json::find_string(preset, "name");
    if (!code || !name) return wrong("a role needs code and name");
    auto const grants = grants_of(preset);
    if (!grants) return grants.error();
    auto const role = sql.value<std::int64_t>(
        "insert into role (tenant_id, code, name, is_builtin, is_administrator, is_default) "
        "values (:tenant, :code, :name, true, :administrator, :default) on conflict do nothing returning id",
        {bind("tenant", tenant), bind("code", *code), bind("name", *name),
         bind("administrator", json::find_bool(preset, "is_administrator").value_or(false)),
         bind("default", json::find_bool(preset, "is_default").value_or(false))});
    if (!role) return {};
    add(sql, "role_permission", tenant, *role, *grants);
    add(sql, "role_preset", tenant, *role, *grants);
    return {};
}

void log_gain(Session& sql, TenantId tenant, std::int64_t role, Grants const& gained, Instant now) {
    auto after = json::Document{rapidjson::kObjectType};
    auto permissions = json::Value{rapidjson::kArrayType};
    for (auto const& [permission, reach] : gained)
        permissions.PushBack(json::make_string(permission + " " + reach, after.GetAllocator()), after.GetAllocator());
    json::set(after, "permissions", std::move(permissions), after.GetAllocator());
    auto const actor = operation::system_actor(tenant, operation::Channel::cli);
    operation::append_audit(sql, actor, now,
                            {"role", role, "role.change", {}, json::write(after), "产品升级为预置角色增加了权限"});
}

// A role is untouched if its permissions are those that it was given.
Result<bool> update(Session& sql, TenantId tenant, json::Value const& preset, Instant now) {
    auto const role = sql.value<std::int64_t>(
        "select id from role where tenant_id = :tenant and code = :code and not is_administrator for update",
        {bind("tenant", tenant), bind("code", json::find_string(preset, "code").value_or(""))});
    if (!role) return false;
    auto const wanted = grants_of(preset);
    if (!wanted) return wanted.error();
    auto const given = read(sql, "role_preset", tenant, *role);
    if (given.empty() || given != read(sql, "role_permission", tenant, *role)) return false;
    auto gained = Grants{};
    for (auto const& grant : *wanted)
        if (!given.contains(grant.first)) gained.insert(grant);
    if (gained.empty()) return false;
    add(sql, "role_permission", tenant, *role, gained);
    add(sql, "role_preset", tenant, *role, gained);
    sql.execute("update role set updated_at = :now where tenant_id = :tenant and id = :role",
                {bind("now", now), bind("tenant", tenant), bind("role", *role)});
    log_gain(sql, tenant, *role, gained, now);
    return true;
}

void note_digest(Session& sql, TenantId tenant, std::string const& digest) {
    sql.execute("update tenant set role_presets = :digest where id = :tenant",
                {bind("digest", digest), bind("tenant", tenant)});
}

Result<std::int64_t> update_all(Session& sql, TenantId tenant, Presets const& presets, Instant now) {
    auto changed = std::int64_t{0};
    for (auto const& preset : presets.roles.GetArray()) {
        auto const done = update(sql, tenant, preset, now);
        if (!done) return done.error();
        changed += *done ? 1 : 0;
    }
    note_digest(sql, tenant, presets.digest);
    return changed;
}

}  // namespace

Result<void> install_roles(Session& sql, TenantId tenant, std::string const& folder) {
    auto const presets = read_presets(folder);
    if (!presets) return presets.error();
    for (auto const& preset : presets->roles.GetArray())
        if (auto const done = install(sql, tenant, preset); !done) return done.error();
    note_digest(sql, tenant, presets->digest);
    return {};
}

Result<std::int64_t> update_preset_roles_of(Session& sql, TenantId tenant, std::string const& folder, Instant now) {
    auto const presets = read_presets(folder);
    if (!presets) return presets.error();
    return update_all(sql, tenant, *presets, now);
}

Async<std::int64_t> update_preset_roles(database::Database& db, std::string folder, Instant now) {
    auto const presets = read_presets(folder);
    if (!presets) co_return presets.error();
    auto find = [&presets](Session& sql) -> Result<std::vector<TenantId>> {
        return sql.values<TenantId>("select id from tenant where role_presets <> :digest order by id",
                                    {bind("digest", presets->digest)});
    };
    auto const companies = co_await db.run(database::Pool::worker, database::Scope::of_nobody(), std::move(find));
    if (!companies) co_return companies.error();
    auto changed = std::int64_t{0};
    for (auto const tenant : *companies) {
        auto job = [&presets, tenant, now](Session& sql) { return update_all(sql, tenant, *presets, now); };
        auto const done = co_await db.run(database::Pool::worker, database::Scope::of(tenant), std::move(job));
        if (!done) co_return done.error();
        changed += *done;
    }
    co_return changed;
}

}  // namespace wescrm::org
