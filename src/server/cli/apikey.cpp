#include "commands.hpp"
#include "companies.hpp"

#include <wescrm/operation/api_keys.hpp>
#include <wescrm/operation/binding.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

using database::Pool;
using database::Scope;
using database::Session;

struct KeyGiven {
    std::string corp_id;
    std::string user_id;
    std::string name = "command line";
    std::int64_t id = 0;
};

int create(Program& program, KeyGiven const& given, CompanyTools& tools, TenantId tenant) {
    auto const key = tools.db.run_blocking(Pool::web, Scope::of(tenant), [&](Session& sql) {
        return operation::create_api_key(sql, tenant, UserId{given.user_id}, given.name, program.clock.now());
    });
    if (!key) return report(program, key.error());
    if (program.is_json)
        std::cout << "{\"id\":\"" << key->record.id.value() << "\",\"key\":\"" << key->key << "\"}\n";
    else
        std::cout << "the key of " << given.user_id << ", shown this once: " << key->key << "\n";
    return done;
}

int list_keys(Program& program, CompanyTools& tools, TenantId tenant) {
    auto const keys = tools.db.run_blocking(
        Pool::web, Scope::of(tenant),
        [&](Session& sql) -> Result<std::vector<operation::ApiKey>> { return operation::list_api_keys(sql, tenant); });
    if (!keys) return report(program, keys.error());
    if (program.is_json) {
        auto rows = json::Document{rapidjson::kArrayType};
        for (auto const& key : *keys)
            rows.PushBack(json::Value{operation::write_output(key), rows.GetAllocator()}, rows.GetAllocator());
        std::cout << json::write_pretty(rows) << "\n";
        return done;
    }
    for (auto const& key : *keys)
        std::cout << key.id.value() << "\t" << key.user_id.value() << "\t" << (key.revoked_at ? "revoked" : "valid")
                  << "\t" << key.name << "\n";
    return done;
}

int revoke(Program& program, KeyGiven const& given, CompanyTools& tools, TenantId tenant) {
    auto const revoked = tools.db.run_blocking(Pool::web, Scope::of(tenant), [&](Session& sql) -> Result<bool> {
        return operation::revoke_api_key(sql, tenant, operation::ApiKeyId{given.id}, program.clock.now());
    });
    if (!revoked) return report(program, revoked.error());
    if (!*revoked)
        return report(program, {Errc::not_found, "api_key", "没有这个有效的密钥：" + std::to_string(given.id)});
    std::cout << (program.is_json ? "{\"revoked\":true}\n" : "revoked\n");
    return done;
}

}  // namespace

void add_apikey_commands(CLI::App& app, Command& chosen) {
    auto* apikey = app.add_subcommand("apikey", "Keys of the REST interface; a key acts as one employee");
    apikey->require_subcommand(1);
    auto const given = std::make_shared<KeyGiven>();
    using Run = std::function<int(Program&, CompanyTools&, TenantId)>;
    auto const add = [&](char const* name, char const* what, Run run) {
        auto* command = apikey->add_subcommand(name, what)->fallthrough();
        command->add_option("--corp-id", given->corp_id, "企业ID")->required();
        command->callback([&chosen, given, run] {
            chosen = [given, run](Program& program) {
                auto tools = company_tools(program);
                if (!tools) return report(program, tools.error());
                auto const tenant = tenant_of(*tools, given->corp_id);
                return tenant ? run(program, *tools, *tenant) : report(program, tenant.error());
            };
        });
        return command;
    };
    auto* created = add("create", "prints the key once, as the last word",
                        [given](Program& program, CompanyTools& tools, TenantId tenant) {
                            return create(program, *given, tools, tenant);
                        });
    created->add_option("--user-id", given->user_id, "the employee it acts as")->required();
    created->add_option("--name", given->name, "what it is for")->capture_default_str();
    add("list", "all keys of a company", list_keys);
    auto* revoked = add("revoke", "ends a key", [given](Program& program, CompanyTools& tools, TenantId tenant) {
        return revoke(program, *given, tools, tenant);
    });
    revoked->add_option("id", given->id, "as apikey list shows it")->required();
}

}  // namespace wescrm::server::cli
