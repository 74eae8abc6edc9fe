#include <wescrm/base/json.hpp>
#include <wescrm/operation/actor.hpp>
#include <wescrm/org/company.hpp>

#include <fstream>
#include <sstream>

namespace wescrm::org {
namespace {

using database::bind;

Error wrong(std::string const& what) { return {Errc::invalid_input, "preset", "roles.json: " + what}; }

Result<json::Document> read_presets(std::string const& folder) {
    auto const file = std::ifstream{folder + "/roles.json", std::ios::binary};
    if (!file) return wrong("cannot be read in " + folder);
    auto text = std::ostringstream{};
    text << file.rdbuf();
    auto limits = json::Limits{};
    limits.comments = true;
    auto document = json::parse(text.str(), limits);
    if (!document) return wrong(document.error().message);
    if (!document->IsArray()) return wrong("a list of roles was expected");
    return document;
}

Result<void> install(database::Session& sql, TenantId tenant, json::Value const& preset) {
    auto const code = json::find_string(preset, "code");
    auto const name = json::find_string(preset, "name");
    if (!code || !name) return wrong("a role needs code and name");
    auto const role = sql.value<std::int64_t>(
        "insert into role (tenant_id, code, name, is_builtin, is_administrator, is_default) "
        "values (:tenant, :code, :name, true, :administrator, :default) on conflict do nothing returning id",
        {bind("tenant", tenant), bind("code", *code), bind("name", *name),
         bind("administrator", json::find_bool(preset, "is_administrator").value_or(false)),
         bind("default", json::find_bool(preset, "is_default").value_or(false))});
    auto const* permissions = json::find(preset, "permissions");
    if (!role || !permissions) return {};
    auto names = std::vector<std::string>{};
    auto reaches = std::vector<std::string>{};
    for (auto const& entry : permissions->GetObject()) {
        if (!entry.value.IsString() || !operation::reach_from(json::view(entry.value)))
            return wrong(*code + "." + std::string{json::view(entry.name)} + ": unknown reach");
        names.emplace_back(json::view(entry.name));
        reaches.emplace_back(json::view(entry.value));
    }
    sql.execute(
        "insert into role_permission (tenant_id, role_id, permission, reach) select :tenant, :role, p, r "
        "from unnest(:names::text[], :reaches::text[]) n(p, r)",
        {bind("tenant", tenant), bind("role", *role), bind("names", names), bind("reaches", reaches)});
    return {};
}

}  // namespace

Result<void> install_roles(database::Session& sql, TenantId tenant, std::string const& presets) {
    auto const document = read_presets(presets);
    if (!document) return document.error();
    for (auto const& preset : document->GetArray())
        if (auto const done = install(sql, tenant, preset); !done) return done.error();
    return {};
}

}  // namespace wescrm::org
