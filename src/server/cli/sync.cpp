#include "commands.hpp"
#include "companies.hpp"
#include "wecom_access.hpp"

#include <wescrm/org/command.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

struct SyncGiven {
    std::string corp_id;
    bool is_dry_run = false;
    std::int64_t accept = 0;
};

int sync_org(Program& program, SyncGiven const& given) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const tenant = tenant_of(*tools, given.corp_id);
    if (!tenant) return report(program, tenant.error());
    auto account = tools->registry.app_account(*tenant);
    if (!account) return report(program, account.error());
    auto const renderer = make_renderer(program.config);
    if (!renderer) return report(program, renderer.error());
    auto services = operation::Services{};
    services.renderer = renderer->get();
    auto access = WecomAccess{program, tools->db, tools->sealer};
    auto source = org::WecomContacts{access.client(), account->first, account->second};
    auto command = org::SyncCommand{};
    command.is_dry_run = given.is_dry_run;
    command.is_json = program.is_json;
    command.accept = org::SyncRunId{given.accept};
    return org::run_sync_command(tools->db, program.clock, services, *tenant, source, command, std::cout);
}

}  // namespace

void add_sync_commands(CLI::App& app, Command& chosen) {
    auto* sync = app.add_subcommand("sync", "Bring data in step with WeCom");
    sync->require_subcommand(1);
    auto const given = std::make_shared<SyncGiven>();
    auto* org =
        sync->add_subcommand("org", "departments and employees; prints the diff. Exit code 3: deletions wait for a yes")
            ->fallthrough();
    org->add_option("--corp-id", given->corp_id, "企业ID")->required();
    org->add_flag("--dry-run", given->is_dry_run, "only print what would change");
    org->add_option("--accept-deletions", given->accept, "switch off the people held by this run");
    org->callback([&chosen, given] { chosen = [given](Program& program) { return sync_org(program, *given); }; });
}

}  // namespace wescrm::server::cli
