#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/org/erasure.hpp>

#include <algorithm>
#include <numeric>
#include <set>

namespace wescrm::org {
namespace {

using database::bind;
using database::Database;
using database::Pool;
using database::Scope;
using database::Session;

std::vector<CompanyTable> read_tables(Session& sql) {
    auto tables = std::vector<CompanyTable>{};
    for (auto& [name, key, references] : sql.rows<std::string, std::string, std::string>(
             "select c.relname, (select string_agg(a.attname, ',' order by array_position(i.indkey::smallint[], "
             "a.attnum)) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey) where "
             "i.indrelid = c.oid and i.indisprimary), coalesce((select string_agg(distinct f.relname, ',') from "
             "pg_constraint k join pg_class f on f.oid = k.confrelid where k.conrelid = c.oid and k.contype = 'f' and "
             "k.confrelid <> c.oid and f.relname <> 'tenant'), '') from pg_class c where c.relnamespace = "
             "'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and exists (select 1 from "
             "pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') order by c.relname")) {
        auto table = CompanyTable{std::move(name), text::split(key, ','), {}, {}};
        if (!references.empty()) table.references = text::split(references, ',');
        tables.push_back(std::move(table));
    }
    for (auto& [name, there, here] : sql.rows<std::string, std::string, std::string>(
             "select c.relname, t.attname, h.attname from pg_constraint k join pg_class c on c.oid = k.conrelid cross "
             "join lateral unnest(k.conkey, k.confkey) as u (here, there) join pg_attribute h on h.attrelid = c.oid "
             "and "
             "h.attnum = u.here join pg_attribute t on t.attrelid = c.oid and t.attnum = u.there where k.contype = 'f' "
             "and k.conrelid = k.confrelid and h.attname <> 'tenant_id'")) {
        auto const table = std::find_if(tables.begin(), tables.end(), [&](auto const& t) { return t.name == name; });
        if (table != tables.end()) table->own_references.emplace_back(there, here);
    }
    return tables;
}

Result<std::vector<CompanyTable>> tables_of(Database& db) {
    auto tables = db.run_blocking(Pool::worker, Scope::of_nobody(),
                                  [](Session& sql) -> Result<std::vector<CompanyTable>> { return read_tables(sql); });
    if (!tables) return tables.error();
    return in_order_of_erasure(std::move(*tables));
}

// Rows that no other row of the table names, or any.
std::string deletion(CompanyTable const& table, bool only_unnamed) {
    auto key = std::string{};
    for (auto const& column : table.key) key.append(key.empty() ? "" : ", ").append(column);
    auto sql = "delete from " + table.name + " where (" + key + ") in (select " + key + " from " + table.name +
               " r where r.tenant_id = :tenant";
    if (only_unnamed)
        for (auto const& [there, here] : table.own_references)
            sql.append(" and not exists (select 1 from " + table.name + " n where n.tenant_id = :tenant and n.")
                .append(here + " = r." + there + " and (n." + here + ") is distinct from n." + there + ")");
    if (only_unnamed) sql += " limit :batch";
    return sql + ") and tenant_id = :tenant";
}

Result<std::int64_t> run(Database& db, TenantId tenant, std::string const& statement, std::int64_t batch) {
    return db.run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<std::int64_t> {
        sql.script("set local statement_timeout = '10min'; set local app.erased_tenant = '" +
                   std::to_string(tenant.value()) + "'");
        auto params = database::Params{bind("tenant", tenant)};
        if (batch > 0) params.add(bind("batch", batch));
        return sql.execute(statement, params);
    });
}

// In batches from the leaves of what refers to itself; what goes round in a circle goes at once, at the end.
Result<std::int64_t> erase_rows(Database& db, TenantId tenant, CompanyTable const& table, std::int64_t batch,
                                ErasureProgress const& progress) {
    auto gone = std::int64_t{0};
    for (;;) {
        auto const deleted = run(db, tenant, deletion(table, true), batch);
        if (!deleted) return deleted.error();
        gone += *deleted;
        if (*deleted > 0 && progress) progress(table.name, gone);
        if (*deleted == 0) break;
    }
    if (table.own_references.empty()) return gone;
    auto const rest = run(db, tenant, deletion(table, false), 0);
    if (!rest) return rest.error();
    return gone + *rest;
}

Result<void> check_disabled(Database& db, TenantId tenant) {
    auto const status =
        db.run_blocking(Pool::worker, Scope::of_nobody(), [&](Session& sql) -> Result<std::optional<std::string>> {
            return sql.value<std::string>("select status from tenant where id = :tenant", {bind("tenant", tenant)});
        });
    if (!status) return status.error();
    if (!*status) return Error{Errc::not_found, "company", "没有这个企业"};
    if (**status != "disabled") return Error{Errc::conflict, "company_enabled", "只能删除已停用的企业，请先停用"};
    return {};
}

}  // namespace

Result<std::vector<CompanyTable>> in_order_of_erasure(std::vector<CompanyTable> tables) {
    auto ordered = std::vector<CompanyTable>{};
    while (!tables.empty()) {
        auto named = std::set<std::string>{};
        for (auto const& table : tables) named.insert(table.references.begin(), table.references.end());
        auto kept = std::vector<CompanyTable>{};
        for (auto& table : tables) (named.contains(table.name) ? kept : ordered).push_back(std::move(table));
        if (kept.size() == tables.size())
            return Error{Errc::conflict, "cycle", "tables refer to each other: " + kept.front().name};
        tables = std::move(kept);
    }
    return ordered;
}

std::int64_t Erasure::total() const {
    return std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                           [](std::int64_t sum, auto const& row) { return sum + row.second; });
}

Result<Erasure> count_rows_of(Database& db, TenantId tenant) {
    auto const tables = tables_of(db);
    if (!tables) return tables.error();
    return db.run_blocking(Pool::worker, Scope::of(tenant), [&](Session& sql) -> Result<Erasure> {
        sql.script("set local statement_timeout = '10min'");
        auto found = Erasure{};
        for (auto const& table : *tables) {
            auto const rows =
                sql.value<std::int64_t>("select count(*) from " + table.name + " where tenant_id = :tenant",
                                        {bind("tenant", tenant)})
                    .value_or(0);
            if (rows > 0) found.rows[table.name] = rows;
        }
        return found;
    });
}

Result<Erasure> erase_company(Database& db, TenantId tenant, std::int64_t batch, ErasureProgress const& progress) {
    if (auto const may = check_disabled(db, tenant); !may) return may.error();
    auto const tables = tables_of(db);
    if (!tables) return tables.error();
    auto gone = Erasure{};
    auto const pass = [&]() -> Result<void> {
        for (auto const& table : *tables) {
            auto const rows = erase_rows(db, tenant, table, batch, progress);
            if (!rows) return rows.error();
            if (*rows > 0) gone.rows[table.name] += *rows;
        }
        return {};
    };
    if (auto const done = pass(); !done) return done.error();
    auto const company = run(db, tenant, "delete from tenant where id = :tenant", 0);
    if (!company) return company.error();
    // Queues do not refer to their company: what a server still stored meanwhile.
    if (auto const done = pass(); !done) return done.error();
    log::info("company_erased", {{"tenant", tenant.value()}, {"rows", gone.total()}});
    return gone;
}

}  // namespace wescrm::org
