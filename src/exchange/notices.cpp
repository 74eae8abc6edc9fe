#include "notices.hpp"

#include "kinds.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/gains.hpp>

namespace wescrm::exchange {
namespace {

using database::bind;

void add_count(std::vector<std::string>& parts, std::string const& word, std::int64_t count) {
    if (count > 0) parts.push_back(word + " " + std::to_string(count));
}

std::string counts_of(Import const& import) {
    auto parts = std::vector<std::string>{};
    add_count(parts, "新建", import.created_count);
    add_count(parts, "更新", import.updated_count);
    add_count(parts, "跳过", import.skipped_count);
    add_count(parts, "失败", import.failed_count);
    return text::join(parts, "，");
}

struct Ended {
    std::string kind;  ///< of the message
    std::string source;
    std::int64_t id = 0;
    std::int64_t version = 0;
    EmployeeId to;
};

void tell(operation::Context& ctx, Ended const& ended, json::Document data) {
    auto notice = operation::Notice{};
    notice.effect_key = ended.kind + ":" + std::to_string(ended.id) + ":" + std::to_string(ended.version);
    notice.to = ended.to;
    notice.kind = ended.kind;
    notice.data = std::move(data);
    notice.source_kind = ended.source;
    notice.source_id = ended.id;
    ctx.outbox().tell(notice);
}

std::optional<EmployeeId> starter_of(operation::Context& ctx, std::string const& table, std::int64_t id) {
    return ctx.sql().value<EmployeeId>("select employee_id from " + table + " where tenant_id = :tenant and id = :id",
                                       {bind("tenant", ctx.tenant()), bind("id", id)});
}

}  // namespace

void tell_import_ended(operation::Context& ctx, ImportId id) {
    auto const import = Imports{ctx}.find(id);
    auto const to = starter_of(ctx, "import_job", id.value());
    if (!import || !to) return;
    auto data = operation::write_output(*import);
    auto& allocator = data.GetAllocator();
    for (auto const* state : {"done", "undone", "failed"})
        json::set(data, "is_" + std::string{state}, json::Value{import->state == state}, allocator);
    json::set(data, "object_title", title_of(import_object(import->object)), allocator);
    json::set(data, "counts", import->state == "done" ? counts_of(*import) : std::string{}, allocator);
    json::set(data, "undone_text", std::to_string(import->undone_count), allocator);
    json::set(data, "some_failed", json::Value{import->state == "done" && import->failed_count > 0}, allocator);
    json::set(data, "url", ctx.services().public_url + "/app/imports/" + std::to_string(id.value()), allocator);
    tell(ctx, {"import_ended", "import", id.value(), import->version, *to}, std::move(data));
}

// By the records themselves, as their owners were chosen piece by piece. Who has got one from somebody else since hears
// of it from him.
void tell_import_receivers(operation::Context& ctx, ImportId id) {
    auto const import = Imports{ctx}.find(id);
    if (!import || !is_in_sets(import_object(import->object))) return;
    auto const object = import->object == "lead" ? sales::PoolObject::lead : sales::PoolObject::customer;
    for (auto& [to, by, count, names, only] :
         ctx.sql().rows<EmployeeId, std::string, std::int64_t, std::vector<std::string>, std::int64_t>(
             "select x.owner_id, x.by, count(*), array_agg(x.name order by x.place) filter (where x.place <= :shown), "
             "min(x.id) from (select r.owner_id, r.id, r.name, b.name as by, row_number() over (partition by "
             "r.owner_id "
             "order by i.position) as place from import_job j join employee b on b.tenant_id = j.tenant_id and b.id = "
             "j.employee_id join import_row i on i.tenant_id = j.tenant_id and i.job_id = j.id and i.action = 'create' "
             "join " +
                 import->object +
                 " r on r.tenant_id = i.tenant_id and r.id = i.record_id and r.deleted_at is null and r.acquired_kind "
                 "= 'assign' and r.acquired_at = r.created_at join employee e on e.tenant_id = r.tenant_id and e.id = "
                 "r.owner_id and e.status = 'active' where j.tenant_id = :tenant and j.id = :id and r.owner_id <> "
                 "j.employee_id) x group by x.owner_id, x.by order by x.owner_id",
             {bind("tenant", ctx.tenant()), bind("id", id), bind("shown", sales::named_gains)})) {
        auto gains = sales::Gains{to, by, true, count, std::move(names), {}, {}};
        if (count == 1) gains.only = only;
        sales::tell_gains(ctx, object, gains, "import:" + std::to_string(id.value()));
    }
}

void tell_export_ended(operation::Context& ctx, ExportId id) {
    auto const job = ctx.sql().row<std::string, std::string, std::int64_t, bool, std::string, std::int64_t, EmployeeId>(
        "select object, state, row_count, is_cut, problem, version, employee_id from export_job where tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!job) return;
    auto const& [object, state, count, is_cut, problem, version, to] = *job;
    auto const until =
        ctx.sql().value<Instant>("select expires_at from export_job where tenant_id = :tenant and id = :id",
                                 {bind("tenant", ctx.tenant()), bind("id", id)});
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "object_title", title_of_object(object), allocator);
    json::set(data, "is_done", json::Value{state == "done"}, allocator);
    json::set(data, "is_failed", json::Value{state == "failed"}, allocator);
    json::set(data, "is_waiting", json::Value{state == "waiting"}, allocator);
    json::set(data, "is_refused", json::Value{state == "refused"}, allocator);
    json::set(data, "is_cut", json::Value{is_cut && state == "done"}, allocator);
    json::set(data, "problem", problem, allocator);
    json::set(data, "count_text", std::to_string(count), allocator);
    json::set(data, "until_text", until ? format_for_people(*until, ctx.zone(), ctx.now()) : std::string{}, allocator);
    json::set(data, "url", ctx.services().public_url + "/app/exports", allocator);
    tell(ctx, {"export_ended", "export", id.value(), version, to}, std::move(data));
}

void tell_administrators(operation::Context& ctx, ExportId id) {
    auto const job = ctx.sql().row<std::string, std::int64_t, EmployeeId, std::string>(
        "select x.object, x.row_count, x.employee_id, e.name from export_job x join employee e on e.tenant_id = "
        "x.tenant_id and e.id = x.employee_id where x.tenant_id = :tenant and x.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!job) return;
    auto const& [object, count, by, name] = *job;
    for (auto const administrator : ctx.sql().values<EmployeeId>(
             "select distinct e.id from role r join role_member m on m.tenant_id = r.tenant_id and m.role_id = r.id "
             "join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id where r.tenant_id = :tenant and "
             "r.is_administrator and e.status = 'active' and e.id <> :by order by 1",
             {bind("tenant", ctx.tenant()), bind("by", by)})) {
        auto data = json::Document{rapidjson::kObjectType};
        json::set(data, "object_title", title_of_object(object), data.GetAllocator());
        json::set(data, "count_text", std::to_string(count), data.GetAllocator());
        json::set(data, "name", name, data.GetAllocator());
        tell(ctx, {"export_large", "export", id.value(), administrator.value(), administrator}, std::move(data));
    }
}

}  // namespace wescrm::exchange
