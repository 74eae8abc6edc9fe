#include "commands.hpp"
#include "companies.hpp"

#include <wescrm/jobs/queue_admin.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

using database::Pool;
using database::Scope;
using database::Session;

struct QueueGiven {
    std::string state;
    std::string queue;
    std::string corp_id;
    int limit = 200;
    std::string id;
    bool is_all_dead = false;
};

Result<TenantId> wanted_tenant(Program& program, std::string const& corp_id) {
    if (corp_id.empty()) return TenantId{};
    auto tools = company_tools(program);
    if (!tools) return tools.error();
    return tenant_of(*tools, corp_id);
}

int list_rows(Program& program, QueueGiven const& given) {
    auto const db = program.database();
    if (!db) return report(program, db.error());
    auto const tenant = wanted_tenant(program, given.corp_id);
    if (!tenant) return report(program, tenant.error());
    auto const filter = jobs::QueueFilter{given.state, given.queue, *tenant, given.limit};
    auto const rows = (*db)->run_blocking(Pool::worker, Scope::of_queues(),
                                          [&](Session& sql) { return jobs::list_queue(sql, filter); });
    if (!rows) return report(program, rows.error());
    if (program.is_json) {
        std::cout << jobs::to_json(*rows) << "\n";
        return done;
    }
    for (auto const& row : *rows)
        std::cout << row.id << "\t" << row.state << "\t" << row.kind << "\t" << row.attempts << " tries\t"
                  << format_rfc3339(row.received_at) << "\t" << row.error << "\n";
    if (rows->empty()) std::cout << "nothing\n";
    return done;
}

int show_queues(Program& program, QueueGiven const& given) {
    auto const db = program.database();
    if (!db) return report(program, db.error());
    auto const sealer = program.sealer();
    if (!sealer) return report(program, sealer.error());
    auto const row = (*db)->run_blocking(Pool::worker, Scope::of_queues(),
                                         [&](Session& sql) { return jobs::show_queue_row(sql, **sealer, given.id); });
    if (!row) return report(program, row.error());
    std::cout << *row << "\n";
    return done;
}

int retry(Program& program, QueueGiven const& given) {
    if (given.id.empty() != given.is_all_dead)
        return report(program, {Errc::invalid_input, "configuration", "queue retry: name an id, or --all-dead"});
    auto const db = program.database();
    if (!db) return report(program, db.error());
    auto const count = (*db)->run_blocking(Pool::worker, Scope::of_queues(), [&](Session& sql) {
        return jobs::retry_queue(sql, given.id, program.clock.now());
    });
    if (!count) return report(program, count.error());
    if (program.is_json)
        std::cout << "{\"retried\":" << *count << "}\n";
    else
        std::cout << *count << " will be tried again\n";
    return done;
}

int release(Program& program, QueueGiven const& given) {
    auto const db = program.database();
    if (!db) return report(program, db.error());
    auto const tenant = wanted_tenant(program, given.corp_id);
    if (!tenant) return report(program, tenant.error());
    auto const count = (*db)->run_blocking(Pool::worker, Scope::of_queues(), [&](Session& sql) -> Result<std::int64_t> {
        return jobs::release_queue(sql, *tenant);
    });
    if (!count) return report(program, count.error());
    if (program.is_json)
        std::cout << "{\"released\":" << *count << "}\n";
    else
        std::cout << *count << " released\n";
    return done;
}

}  // namespace

void add_queue_commands(CLI::App& app, Command& chosen) {
    auto* queue = app.add_subcommand("queue", "Inbox, outbox and timers");
    queue->require_subcommand(1);
    auto const given = std::make_shared<QueueGiven>();
    auto const add = [&](char const* name, char const* what, int (*run)(Program&, QueueGiven const&)) {
        auto* command = queue->add_subcommand(name, what)->fallthrough();
        command->callback(
            [&chosen, given, run] { chosen = [given, run](Program& program) { return run(program, *given); }; });
        return command;
    };
    auto* listed = add("list", "rows that still need something, or those in one state", list_rows);
    listed->add_option("--state", given->state, "ready, running, retry, dead, held, uncertain, expired, …");
    listed->add_option("--queue", given->queue, "inbox, outbox or timer");
    listed->add_option("--corp-id", given->corp_id, "of one company");
    listed->add_option("--limit", given->limit, "rows of each queue")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    add("show", "one row with all that may be seen", show_queues)
        ->add_option("id", given->id, "e.g. outbox-77")
        ->required();
    auto* retried = add("retry", "try given-up rows again", retry);
    retried->add_option("id", given->id, "e.g. inbox-812");
    retried->add_flag("--all-dead", given->is_all_dead, "all of them");
    add("release", "send what was held", release)->add_option("--corp-id", given->corp_id, "of one company only");
}

}  // namespace wescrm::server::cli
