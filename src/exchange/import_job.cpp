#include "import_job.hpp"

#include <boost/describe/enum_from_string.hpp>

namespace wescrm::exchange {

using database::bind;

std::string const import_columns =
    "j.id, j.object, j.file_name, j.state, j.mode, j.high_sea_id, j.overflow_id, j.assign_by_rules, j.headers, "
    "j.mapping, j.row_count, j.position, j.created_count, j.updated_count, j.skipped_count, j.failed_count, "
    "j.undone_count, j.problem, "
    "e.user_id, e.name, j.version, j.created_at, j.updated_at, k.user_id, j.finished_at, j.undo_until";

namespace {

std::string select_imports(std::string const& where) {
    return "select " + import_columns +
           " from import_job j join employee e on e.tenant_id = j.tenant_id and e.id = j.employee_id left join "
           "employee k on k.tenant_id = j.tenant_id and k.id = j.created_by where j.tenant_id = :tenant" +
           where;
}

}  // namespace

Result<Import> Imports::find(ImportId id, bool locks) {
    auto const& actor = ctx_.actor();
    auto const found = sql_.record<Import>(
        select_imports(" and j.id = :id and (:all or j.employee_id = :me)") + (locks ? " for update of j" : ""),
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("all", actor.is_administrator || actor.is_system()),
         bind("me", actor.employee)});
    if (!found) return Error{Errc::not_found, "import", "没有这次导入，或不是您发起的"};
    return *found;
}

std::vector<Import> Imports::list(std::string const& where, database::Params params) {
    params.add(bind("tenant", ctx_.tenant()));
    return sql_.records<Import>(select_imports(where), params);
}

ImportId Imports::insert(Import const& made, std::string const& fingerprint) {
    return sql_
        .value<ImportId>(
            "insert into import_job (tenant_id, object, file_name, fingerprint, state, mode, assign_by_rules, headers, "
            "mapping, row_count, employee_id, channel, created_at, updated_at, created_by) values (:tenant, :object, "
            ":file, :print, 'mapping', :mode, :by_rules, :headers, :mapping, 0, :me, :channel, :now, :now, :me) "
            "returning id",
            {bind("tenant", ctx_.tenant()), bind("object", made.object), bind("file", made.file_name),
             bind("print", fingerprint), bind("mode", made.mode), bind("by_rules", made.assign_by_rules),
             bind("headers", made.headers), bind("mapping", made.mapping), bind("me", ctx_.actor().employee),
             bind("channel", name_of(ctx_.actor().channel)), bind("now", ctx_.now())})
        .value();
}

void Imports::add_rows(ImportId id, std::int64_t first, std::vector<std::pair<std::int64_t, tables::Row>> const& rows) {
    auto numbers = std::vector<std::int64_t>{};
    auto cells = std::vector<std::string>{};
    for (auto const& [number, row] : rows) {
        numbers.push_back(number);
        cells.push_back(database::ValueOf<tables::Row>::to_text(row).value());
    }
    sql_.execute(
        "insert into import_row (tenant_id, job_id, position, number, cells) select :tenant, :job, :first + n.at - 1, "
        "n.number, n.cells::text[] from unnest(:numbers::bigint[], :cells::text[]) with ordinality n(number, cells, "
        "at)",
        {bind("tenant", ctx_.tenant()), bind("job", id), bind("first", first), bind("numbers", numbers),
         bind("cells", cells)});
}

void Imports::set_row_count(ImportId id, std::int64_t count) {
    sql_.execute("update import_job set row_count = :count where tenant_id = :tenant and id = :id",
                 {bind("tenant", ctx_.tenant()), bind("id", id), bind("count", count)});
}

std::optional<Import> Imports::earlier(ImportId id) {
    auto found = list(
        " and j.id <> :id and j.fingerprint = (select x.fingerprint from import_job x where x.tenant_id = :tenant and "
        "x.id = :id) and j.state in ('running', 'done') order by j.created_at desc limit 1",
        {bind("id", id)});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

void Imports::keep_options(Import const& import) {
    sql_.execute(
        "update import_job set mapping = :mapping, mode = :mode, high_sea_id = :pool, overflow_id = :overflow, "
        "assign_by_rules = :by_rules, state = 'mapping', position = 0, version = version + 1, updated_at = :now where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", import.id), bind("mapping", import.mapping),
         bind("mode", import.mode), bind("pool", import.high_sea_id), bind("overflow", import.overflow_id),
         bind("by_rules", import.assign_by_rules), bind("now", ctx_.now())});
}

void Imports::enter(ImportId id, std::string_view state) {
    sql_.execute(
        "update import_job set state = :state, position = 0, problem = '', version = version + 1, updated_at = :now, "
        "finished_at = case when :state in ('done', 'undone') then :now::timestamptz else finished_at end where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("state", state), bind("now", ctx_.now())});
}

void Imports::fail(ImportId id, std::string const& problem) {
    enter(id, "failed");
    sql_.execute("update import_job set problem = :problem where tenant_id = :tenant and id = :id",
                 {bind("tenant", ctx_.tenant()), bind("id", id), bind("problem", problem)});
}

std::vector<StoredRow> Imports::rows_after(ImportId id, std::int64_t position, std::size_t limit) {
    return sql_.records<StoredRow>(
        "select position, number, cells, action, message, record_id, version, before from import_row where tenant_id "
        "= :tenant and job_id = :job and position > :position order by position limit :limit",
        {bind("tenant", ctx_.tenant()), bind("job", id), bind("position", position), bind("limit", limit)});
}

void Imports::keep_outcomes(ImportId id, std::vector<StoredRow> const& rows, std::int64_t position) {
    auto positions = std::vector<std::int64_t>{};
    auto actions = std::vector<std::string>{};
    auto messages = std::vector<std::string>{};
    auto records = std::vector<std::optional<std::int64_t>>{};
    auto versions = std::vector<std::optional<std::int64_t>>{};
    auto befores = std::vector<std::string>{};
    for (auto const& row : rows) {
        positions.push_back(row.position);
        actions.push_back(row.action);
        messages.push_back(row.message);
        records.push_back(row.record_id);
        versions.push_back(row.version);
        befores.push_back(row.before);
    }
    sql_.execute(
        "update import_row r set action = n.action, message = n.message, record_id = n.record, version = n.version, "
        "before = n.before from unnest(:positions::bigint[], :actions::text[], :messages::text[], :records::bigint[], "
        ":versions::bigint[], :befores::text[]) n(position, action, message, record, version, before) where "
        "r.tenant_id = :tenant and r.job_id = :job and r.position = n.position",
        {bind("tenant", ctx_.tenant()), bind("job", id), bind("positions", positions), bind("actions", actions),
         bind("messages", messages), bind("records", records), bind("versions", versions), bind("befores", befores)});
    sql_.execute("update import_job set position = :position, updated_at = :now where tenant_id = :tenant and id = :id",
                 {bind("tenant", ctx_.tenant()), bind("id", id), bind("position", position), bind("now", ctx_.now())});
}

void Imports::count_again(ImportId id) {
    sql_.execute(
        "update import_job j set created_count = n.created, updated_count = n.updated, skipped_count = n.skipped, "
        "failed_count = n.failed, undone_count = n.undone from (select count(*) filter (where action = 'create') as "
        "created, count(*) filter (where action = 'update') as updated, count(*) filter (where action = 'skip') as "
        "skipped, count(*) filter (where action = 'error') as failed, count(*) filter (where action = 'undo') as "
        "undone from import_row where tenant_id = :tenant and job_id = :id) n where j.tenant_id = :tenant and j.id = "
        ":id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::map<std::string, std::int64_t> Imports::claim_keys(ImportId id,
                                                        std::vector<std::pair<std::string, std::int64_t>> const& keys) {
    auto texts = std::vector<std::string>{};
    auto numbers = std::vector<std::int64_t>{};
    for (auto const& [key, number] : keys) {
        texts.push_back(key);
        numbers.push_back(number);
    }
    auto const params =
        database::Params{bind("tenant", ctx_.tenant()), bind("job", id), bind("keys", texts), bind("numbers", numbers)};
    auto others = std::map<std::string, std::int64_t>{};
    for (auto& [key, number] : sql_.rows<std::string, std::int64_t>(
             "select k.key, k.number from unnest(:keys::text[], :numbers::bigint[]) n(key, number) join import_key k "
             "on k.tenant_id = :tenant and k.job_id = :job and k.key = n.key where k.number <> n.number",
             params))
        others.emplace(std::move(key), number);
    sql_.execute(
        "insert into import_key (tenant_id, job_id, key, number) select :tenant, :job, n.key, n.number from "
        "unnest(:keys::text[], :numbers::bigint[]) n(key, number) on conflict do nothing",
        params);
    return others;
}

void Imports::drop_keys(ImportId id) {
    sql_.execute("delete from import_key where tenant_id = :tenant and job_id = :job",
                 {bind("tenant", ctx_.tenant()), bind("job", id)});
}

ImportObject import_object(std::string const& word) {
    auto object = ImportObject::customer;
    boost::describe::enum_from_string(word.c_str(), object);
    return object;
}

sales::BulkObject bulk_object(ImportObject object) {
    return object == ImportObject::lead ? sales::BulkObject::lead : sales::BulkObject::customer;
}

sales::BulkOptions bulk_options(Import const& import, sales::Limits const& limits) {
    auto options = sales::BulkOptions{};
    options.object = bulk_object(import_object(import.object));
    boost::describe::enum_from_string(import.mode.c_str(), options.mode);
    options.pool = import.high_sea_id;
    options.surplus_to_pool = import.overflow_id.has_value();
    options.overflow = import.overflow_id;
    options.assign_by_rules = import.assign_by_rules;
    options.reason = "导入 " + import.file_name;
    options.limits = limits;
    return options;
}

void schedule_import_step(operation::Context& ctx, ImportId id) {
    ctx.timers().schedule({"import_step", "import", id.value(), ctx.now()});
}

}  // namespace wescrm::exchange
