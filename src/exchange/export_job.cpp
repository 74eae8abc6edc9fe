#include "export_job.hpp"

#include "files.hpp"
#include "steps.hpp"

#include <wescrm/approval/terminate.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::exchange {

using database::bind;

operation::Entry const* list_of(Lists const& lists, std::string const& object) {
    if (!operation::find_permission(object + ".export")) return nullptr;
    // What consists of lines leaves as lines, as it comes in.
    if (auto const* lines = lists->find(object + ".prices")) return lines;
    // The list of employees is for everybody; what is known of them is another one.
    return lists->find(object == "employee" ? "employee.profiles" : object + ".list");
}

std::vector<ExportColumn> columns_from(std::string const& text) {
    auto columns = std::vector<ExportColumn>{};
    auto const parsed = json::parse(text).value();
    for (auto const& one : parsed.GetArray()) columns.push_back(operation::read_input<ExportColumn>(one).value());
    return columns;
}

std::string title_of_object(std::string const& object) {
    auto const* permission = operation::find_permission(object + ".view");
    if (!permission) permission = operation::find_permission(object + ".export");
    return permission ? permission->object_title : object;
}

std::string export_file_name(Export const& job, Zone const& zone) {
    return title_of_object(job.object) + "-" + format_date(zone.date(job.created_at)) + "." + job.format;
}

Result<operation::Actor> actor_of_job(operation::Context& ctx, std::string const& table, std::int64_t id) {
    auto const who = ctx.sql().row<EmployeeId, std::string>(
        "select employee_id, channel from " + table + " where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!who) return Error{Errc::not_found, "job"};
    auto channel = operation::Channel::page;
    for (auto const known : {operation::Channel::api, operation::Channel::cli, operation::Channel::chat})
        if (operation::name_of(known) == std::get<1>(*who)) channel = known;
    return operation::load_actor(ctx.sql(), ctx.tenant(), std::get<0>(*who), channel);
}

void forget_old(operation::Context& ctx, Config const& config) {
    ctx.sql().execute("delete from import_job where tenant_id = :tenant and created_at < :before",
                      {bind("tenant", ctx.tenant()), bind("before", ctx.now() - config.imports_kept)});
    for (auto const& [id, state] : ctx.sql().rows<ExportId, std::string>(
             "delete from export_job where tenant_id = :tenant and created_at < :before and (expires_at is null or "
             "expires_at <= :now) returning id, state",
             {bind("tenant", ctx.tenant()), bind("before", ctx.now() - config.exports_kept), bind("now", ctx.now())}))
        if (state == "waiting") approval::terminate(ctx, "export", id.value(), "文件已过期");
}

void add_import_operations(operation::Catalogue& catalogue, Lists const& lists, Config const& config);
void add_export_operations(operation::Catalogue& catalogue, Lists const& lists, Config const& config);

void add_operations(operation::Catalogue& catalogue, Lists lists, Config const& config) {
    add_import_operations(catalogue, lists, config);
    add_export_operations(catalogue, lists, config);
}

TimerHandlers timer_handlers(Lists lists, Config const& config) {
    auto handlers = TimerHandlers{};
    handlers.emplace("import_step", [config, lists](operation::Context& ctx, operation::Timer const& timer) {
        return import_step(ctx, lists, config, ImportId{timer.ref_id});
    });
    handlers.emplace("export_step", [config, lists](operation::Context& ctx, operation::Timer const& timer) {
        return export_step(ctx, lists, config, ExportId{timer.ref_id});
    });
    return handlers;
}

}  // namespace wescrm::exchange
