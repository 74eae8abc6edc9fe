#include "commands.hpp"
#include "companies.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/org/erasure.hpp>
#include <wescrm/org/registration.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

struct TenantGiven {
    std::string corp_id;
    std::string name;
    std::string zone = "Asia/Shanghai";
    org::Credential app;
    org::Credential contacts;
    org::Credential external;
    std::vector<std::string> administrators;
};

bool is_given(org::Credential const& credential) {
    return !credential.secret.empty() || !credential.token.empty() || !credential.aes_key.empty();
}

json::Document as_json(org::CompanyRow const& company) {
    auto row = json::Document{rapidjson::kObjectType};
    auto& allocator = row.GetAllocator();
    json::set(row, "corp_id", company.corp_id, allocator);
    json::set(row, "name", company.name, allocator);
    json::set(row, "status", company.status, allocator);
    json::set(row, "timezone", company.time_zone, allocator);
    json::set(row, "created_at", format_rfc3339(company.created_at), allocator);
    auto agents = json::Value{rapidjson::kArrayType};
    for (auto const agent : company.agents) agents.PushBack(json::Value{agent}, allocator);
    json::set(row, "agent_ids", std::move(agents), allocator);
    return row;
}

int add(Program& program, TenantGiven const& given) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto company = org::NewCompany{};
    company.corp_id = given.corp_id;
    company.name = given.name;
    company.time_zone = given.zone;
    company.app = given.app;
    if (is_given(given.contacts)) company.contacts = given.contacts;
    if (is_given(given.external)) company.external = given.external;
    for (auto const& user : given.administrators) company.administrators.emplace_back(user);
    auto const added = tools->registry.add(company);
    if (!added) return report(program, added.error());
    auto const app = "/wecom/" + given.corp_id + "/app/" + std::to_string(given.app.agent_id);
    if (program.is_json) {
        auto row = as_json(tools->registry.show(given.corp_id).value());
        json::set(row, "callback_url", program.config.public_url + app, row.GetAllocator());
        std::cout << json::write_pretty(row) << "\n";
        return done;
    }
    std::cout << "added " << given.corp_id << " " << given.name
              << "\nfor WeCom's console, 接收消息: " << program.config.public_url << app << "\n";
    if (company.contacts)
        std::cout << "通讯录同步: " << program.config.public_url << "/wecom/" << given.corp_id << "/contacts\n";
    if (company.external)
        std::cout << "客户联系: " << program.config.public_url << "/wecom/" << given.corp_id << "/external\n";
    std::cout << "next: wescrm sync org --corp-id " << given.corp_id << " --dry-run\n";
    return done;
}

int list_tenants(Program& program) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const all = tools->registry.list();
    if (!all) return report(program, all.error());
    if (program.is_json) {
        auto rows = json::Document{rapidjson::kArrayType};
        for (auto const& company : *all)
            rows.PushBack(json::Value{as_json(company), rows.GetAllocator()}, rows.GetAllocator());
        std::cout << json::write_pretty(rows) << "\n";
        return done;
    }
    for (auto const& company : *all)
        std::cout << company.corp_id << "\t" << company.status << "\t" << company.name << "\n";
    if (all->empty()) std::cout << "no companies yet; wescrm tenant add --help\n";
    return done;
}

int show_tenant(Program& program, std::string const& corp_id) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const company = tools->registry.show(corp_id);
    if (!company) return report(program, company.error());
    if (program.is_json) {
        auto row = as_json(*company);
        json::set(row, "employees", json::Value{company->employees}, row.GetAllocator());
        std::cout << json::write_pretty(row) << "\n";
        return done;
    }
    std::cout << "corp_id    " << company->corp_id << "\nname       " << company->name << "\nstatus     "
              << company->status << "\ntimezone   " << company->time_zone << "\ncreated    "
              << format_rfc3339(company->created_at) << "\nemployees  " << company->employees << "\n";
    for (auto const agent : company->agents)
        std::cout << "callback   " << program.config.public_url << "/wecom/" << corp_id << "/app/" << agent << "\n";
    return done;
}

int set_enabled(Program& program, std::string const& corp_id, bool is_enabled) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    if (auto const changed = tools->registry.set_enabled(corp_id, is_enabled); !changed)
        return report(program, changed.error());
    if (program.is_json)
        std::cout << "{\"corp_id\":\"" << corp_id << "\",\"status\":\"" << (is_enabled ? "active" : "disabled")
                  << "\"}\n";
    else
        std::cout << corp_id << (is_enabled ? " is active\n" : " is disabled\n");
    return done;
}

// For an administrator who registered and lost his way in before his company was linked.
int setup_link(Program& program, std::string const& mobile) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const now = SystemClock{}.now();
    auto const code = org::setup_link_for(tools->db, mobile, program.config.registration.link_days, now);
    if (!code) return report(program, code.error());
    std::cout << program.config.public_url << "/setup/" << *code << "\n";
    return done;
}

// Until when a company may be written to: a day, or without end.
int renew(Program& program, std::string const& corp_id, std::string const& until) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const day = parse_date(until);
    if (!day && until != "forever")
        return report(program, Error{Errc::invalid_input, "until", "--until: YYYY-MM-DD or forever"});
    if (auto const changed = tools->registry.renew(corp_id, day); !changed) return report(program, changed.error());
    std::cout << corp_id << " may be written to " << (day ? "through " + until : std::string{"without end"}) << "\n";
    return done;
}

void print(org::Erasure const& erasure, bool is_json, bool is_done) {
    if (is_json) {
        auto answer = json::Document{rapidjson::kObjectType};
        auto& allocator = answer.GetAllocator();
        auto tables = json::Value{rapidjson::kObjectType};
        for (auto const& [table, rows] : erasure.rows) json::set(tables, table, json::Value{rows}, allocator);
        json::set(answer, "deleted", json::Value{is_done}, allocator);
        json::set(answer, "rows", json::Value{erasure.total()}, allocator);
        json::set(answer, "tables", std::move(tables), allocator);
        std::cout << json::write_pretty(answer) << "\n";
        return;
    }
    if (!is_done)
        for (auto const& [table, rows] : erasure.rows) std::cout << rows << "\t" << table << "\n";
    std::cout << erasure.total() << " rows of " << erasure.rows.size() << " tables" << (is_done ? " deleted\n" : "\n");
}

// Without the company's name nothing is deleted: what would go is counted.
int erase(Program& program, std::string const& corp_id, std::string const& confirmed, std::int64_t batch) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const company = tools->registry.show(corp_id);
    if (!company) return report(program, company.error());
    if (confirmed.empty()) {
        auto const counted = org::count_rows_of(tools->db, company->tenant);
        if (!counted) return report(program, counted.error());
        print(*counted, program.is_json, false);
        if (!program.is_json)
            std::cout << "nothing was deleted; " << (company->status == "disabled" ? "" : "disable it first, then ")
                      << "repeat with --confirm '" << company->name << "'. There is no way back.\n";
        return done;
    }
    if (confirmed != company->name)
        return report(program,
                      Error{Errc::invalid_input, "confirm", "--confirm: the company's name is " + company->name});
    auto const progress = [is_quiet = program.is_json](std::string_view table, std::int64_t gone) {
        if (!is_quiet) std::cout << table << " " << gone << "\n" << std::flush;
    };
    auto const erased = org::erase_company(tools->db, company->tenant, batch, progress);
    if (!erased) return report(program, erased.error());
    print(*erased, program.is_json, true);
    return done;
}

void add_credential(CLI::App& command, std::string const& prefix, org::Credential& credential, std::string const& what,
                    bool is_required) {
    command.add_option("--" + prefix + "secret", credential.secret, "secret of " + what)->required(is_required);
    command.add_option("--" + prefix + "token", credential.token, "callback token of " + what)->required(is_required);
    command.add_option("--" + prefix + "aes-key", credential.aes_key, "EncodingAESKey of " + what)
        ->required(is_required);
}

}  // namespace

void add_tenant_commands(CLI::App& app, Command& chosen) {
    auto* tenant = app.add_subcommand("tenant", "Companies on this installation");
    tenant->require_subcommand(1);
    auto const given = std::make_shared<TenantGiven>();
    auto* added = tenant->add_subcommand("add", "a company with the credentials of its WeCom app")->fallthrough();
    added->add_option("--corp-id", given->corp_id, "企业ID")->required();
    added->add_option("--name", given->name, "the company's name")->required();
    added->add_option("--timezone", given->zone, "IANA name")->capture_default_str();
    added->add_option("--agent-id", given->app.agent_id, "AgentId of the app")->required();
    add_credential(*added, "", given->app, "the app", true);
    add_credential(*added, "contacts-", given->contacts, "通讯录同步", false);
    add_credential(*added, "external-", given->external, "客户联系", false);
    added->add_option("--admin", given->administrators, "userid of an administrator; may be repeated");
    added->callback([&chosen, given] { chosen = [given](Program& program) { return add(program, *given); }; });

    tenant->add_subcommand("list", "all companies")->fallthrough()->callback([&chosen] { chosen = list_tenants; });
    auto const corp_id = std::make_shared<std::string>();
    auto const with_corp = [&](char const* name, char const* what,
                               std::function<int(Program&, std::string const&)> run) {
        auto* command = tenant->add_subcommand(name, what)->fallthrough();
        command->add_option("corp_id", *corp_id, "企业ID")->required();
        command->callback(
            [&chosen, corp_id, run] { chosen = [corp_id, run](Program& program) { return run(program, *corp_id); }; });
    };
    with_corp("show", "one company", show_tenant);
    with_corp("disable", "callbacks are answered and dropped, nobody is served",
              [](Program& p, std::string const& c) { return set_enabled(p, c, false); });
    auto const mobile = std::make_shared<std::string>();
    auto* link = tenant->add_subcommand("setup-link", "a new way in for whoever registered a company not linked yet")
                     ->fallthrough();
    link->add_option("--mobile", *mobile, "the number he registered with")->required();
    link->callback([&chosen, mobile] { chosen = [mobile](Program& program) { return setup_link(program, *mobile); }; });
    auto const until = std::make_shared<std::string>();
    auto* renewed =
        tenant->add_subcommand("renew", "until when it may be written to; a full company from now on")->fallthrough();
    renewed->add_option("corp_id", *corp_id, "企业ID")->required();
    renewed->add_option("--until", *until, "YYYY-MM-DD, the last day; or forever")->required();
    renewed->callback([&chosen, corp_id, until] {
        chosen = [corp_id, until](Program& program) { return renew(program, *corp_id, *until); };
    });
    auto const confirmed = std::make_shared<std::string>();
    auto const batch = std::make_shared<std::int64_t>(5'000);
    auto* erased =
        tenant->add_subcommand("delete", "a disabled company and every row of it; without --confirm it only counts")
            ->fallthrough();
    erased->add_option("corp_id", *corp_id, "企业ID")->required();
    erased->add_option("--confirm", *confirmed, "the company's name; then it is deleted for good");
    erased->add_option("--batch", *batch, "rows of one transaction")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    erased->callback([&chosen, corp_id, confirmed, batch] {
        chosen = [=](Program& program) { return erase(program, *corp_id, *confirmed, *batch); };
    });
    with_corp("enable", "serve it again", [](Program& p, std::string const& c) { return set_enabled(p, c, true); });
}

}  // namespace wescrm::server::cli
