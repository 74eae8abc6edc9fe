#include <wescrm/org/command.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <ostream>

namespace wescrm::org {
namespace {

constexpr int failed = 1;
constexpr int waits = 3;

json::Document as_json(SyncReport const& report) {
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    auto const number = [&](std::string_view name, std::size_t value) {
        json::set(document, name, json::Value{static_cast<std::uint64_t>(value)}, allocator);
    };
    json::set(document, "run_id", std::to_string(report.run.value()), allocator);
    json::set(document, "state", report.state, allocator);
    json::set(document, "problem", report.problem, allocator);
    json::set(document, "held_reason", report.held_reason, allocator);
    number("added", report.added);
    number("changed", report.changed);
    number("missing", report.missing);
    number("deactivated", report.deactivated);
    auto changes = json::Value{rapidjson::kArrayType};
    for (auto const& change : report.changes) {
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "kind", change.kind, allocator);
        json::set(row, "object", change.object, allocator);
        json::set(row, "key", change.key, allocator);
        json::set(row, "name", change.name, allocator);
        json::set(row, "detail", change.detail, allocator);
        changes.PushBack(std::move(row), allocator);
    }
    json::set(document, "changes", std::move(changes), allocator);
    return document;
}

void print(SyncReport const& report, std::ostream& out) {
    for (auto const& change : report.changes)
        out << change.kind << "\t" << change.object << "\t" << change.key << "\t" << change.name << "\t"
            << change.detail << "\n";
    out << report.state << ": " << report.added << " added, " << report.changed << " changed, " << report.missing
        << " missing, " << report.deactivated << " deactivated\n";
    if (!report.problem.empty()) out << report.problem << "\n";
    if (report.held_reason.empty()) return;
    out << report.held_reason << "\n";
    if (!report.run.is_empty())
        out << "nobody was deactivated; to accept: wescrm sync org --corp-id C --accept-deletions "
            << report.run.value() << "\n";
}

int accept(database::Database& db, Clock const& clock, operation::Services const& services, TenantId tenant,
           SyncCommand const& command, std::ostream& out) {
    auto const count = db.run_blocking(
        database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) -> Result<int> {
            auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::cli), clock.now(),
                                          services};
            return accept_deletions(ctx, command.accept);
        });
    if (!count) return out << count.error().message << " (" << count.error().reason << ")\n", failed;
    if (command.is_json)
        out << "{\"deactivated\":" << *count << "}\n";
    else
        out << *count << " deactivated\n";
    return 0;
}

}  // namespace

int run_sync_command(database::Database& db, Clock const& clock, operation::Services const& services, TenantId tenant,
                     ContactSource& source, SyncCommand const& command, std::ostream& out) {
    if (!command.accept.is_empty()) return accept(db, clock, services, tenant, command, out);
    auto options = SyncOptions{};
    options.is_dry_run = command.is_dry_run;
    if (!command.is_json)
        options.progress = [&out](SyncProgress const& progress) {
            out << progress.step << " " << progress.done << "/" << progress.total << "\n" << std::flush;
        };
    auto sync = Sync{db, clock, services};
    auto io = asio::io_context{};
    auto future = asio::co_spawn(io, sync.run(tenant, source, std::move(options)), asio::use_future);
    io.run();
    auto const report = future.get();
    if (!report) return out << report.error().message << " (" << report.error().reason << ")\n", failed;
    if (command.is_json)
        out << json::write_pretty(as_json(*report)) << "\n";
    else
        print(*report, out);
    if (report->state == "incomplete") return failed;
    return report->state == "held" ? waits : 0;
}

}  // namespace wescrm::org
