#include "support/database_test.hpp"

#include <set>

namespace wescrm::database {
namespace {

using Names = std::set<std::string>;

// Tables without a company: the directory of companies and what belongs to the installation.
Names const shared_tables{"tenant", "schema_version", "node", "work_bucket"};

struct TheSchema : wescrm::testing::DatabaseTest {
    Names names(std::string const& query) {
        auto const found = in(Scope::of_nobody(), [&query](Session& sql) { return sql.values<std::string>(query); });
        return {found.begin(), found.end()};
    }
    static Names without_shared(Names found) {
        for (auto const& table : shared_tables) found.erase(table);
        return found;
    }

    Names tables_without_a_tenant() {
        return without_shared(
            names("select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in "
                  "('r', 'p') and not c.relispartition and not exists (select 1 from pg_attribute a where a.attrelid = "
                  "c.oid and a.attname = 'tenant_id' and a.atttypid = 'bigint'::regtype and a.attnotnull)"));
    }
    Names tables_without_a_primary_key() {
        return names(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', "
            "'p') "
            "and not c.relispartition and not exists (select 1 from pg_index i where i.indrelid = c.oid and "
            "i.indisprimary)");
    }
    // Keys of every kind, exclusion constraints and expressions included. The queues' bucket scans run across companies
    // by design, but only as plain indexes.
    Names keys_without_a_tenant_first() {
        return names(
            "select c.relname || '.' || ic.relname from pg_index i join pg_class c on c.oid = i.indrelid join pg_class "
            "ic "
            "on ic.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace and not c.relispartition and "
            "c.relname not in ('tenant', 'schema_version', 'node', 'work_bucket') and (i.indisunique or "
            "i.indisexclusion or ic.relam = (select oid from pg_am where amname = 'btree')) and (select a.attname from "
            "pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0]) is distinct from 'tenant_id' and not "
            "(not i.indisunique and not i.indisexclusion and c.relname in ('inbox', 'outbox', 'timer'))");
    }
    Names foreign_keys_without_a_tenant_first() {
        return names(
            "select conrelid::regclass || '.' || conname from pg_constraint where contype = 'f' and conparentid = 0 "
            "and "
            "((confrelid <> 'tenant'::regclass and ((select attname from pg_attribute where attrelid = conrelid and "
            "attnum = conkey[1]) <> 'tenant_id' or (select attname from pg_attribute where attrelid = confrelid and "
            "attnum = confkey[1]) <> 'tenant_id')) or (confrelid = 'tenant'::regclass and conrelid::regclass::text not "
            "in "
            "('node', 'work_bucket') and (select attname from pg_attribute where attrelid = conrelid and attnum = "
            "conkey[1]) <> 'tenant_id'))");
    }
    // The policy must be the one of protect_by_tenant (or protect_queue), for all commands and roles, and the only one.
    Names tables_without_row_level_security() {
        return without_shared(names(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', "
            "'p') "
            "and not c.relispartition and not (c.relrowsecurity and c.relforcerowsecurity and (select count(*) filter "
            "(where p.polcmd = '*' and p.polroles = '{0}' and pg_get_expr(p.polqual, p.polrelid) like '%tenant_id = %' "
            "and pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid)) = 1 and count(*) = 1 "
            "from pg_policy p where p.polrelid = c.oid))"));
    }
    Names views_above_the_locks() {
        return names(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and (relkind = 'm' or (relkind = "
            "'v' and not coalesce(reloptions, '{}') @> '{security_invoker=true}'))");
    }
    void add(std::string const& statements) {
        in(Scope::of_nobody(), [&statements](Session& sql) { sql.script(statements); });
    }
};

TEST_F(TheSchema, EveryTableHasATenantOfOneType) { EXPECT_EQ(tables_without_a_tenant(), Names{}); }
TEST_F(TheSchema, EveryTableHasAPrimaryKey) { EXPECT_EQ(tables_without_a_primary_key(), Names{}); }
TEST_F(TheSchema, EveryKeyAndIndexBeginsWithTheTenant) { EXPECT_EQ(keys_without_a_tenant_first(), Names{}); }
TEST_F(TheSchema, EveryForeignKeyCarriesTheTenantOnBothSides) {
    EXPECT_EQ(foreign_keys_without_a_tenant_first(), Names{});
}
TEST_F(TheSchema, EveryTableIsUnderForcedRowLevelSecurity) {
    EXPECT_EQ(tables_without_row_level_security(), Names{});
    EXPECT_EQ(views_above_the_locks(), Names{});
}

TEST_F(TheSchema, WhenATableBreaksTheRulesThenEachRuleFindsIt) {
    add("create table loose (id bigint not null, primary key (id));"
        "create table narrow (tenant_id integer not null, id bigint, primary key (tenant_id, id));"
        "create table maybe (tenant_id bigint, id bigint not null, primary key (id));"
        "create table keyless (tenant_id bigint not null);"
        "create table turned (tenant_id bigint not null, id bigint, code text, primary key (id, tenant_id));"
        "create unique index turned_code on turned (code);"
        "create index turned_lower on turned (lower(code));"
        "create table child (tenant_id bigint not null, id bigint, parent bigint references loose, "
        "primary key (tenant_id, id), foreign key (parent, tenant_id) references turned);"
        "create table stray (tenant_id bigint not null, id bigint references tenant, primary key (tenant_id, id))");
    EXPECT_EQ(tables_without_a_tenant(), (Names{"loose", "maybe", "narrow"}));
    EXPECT_EQ(tables_without_a_primary_key(), Names{"keyless"});
    EXPECT_EQ(keys_without_a_tenant_first(), (Names{"loose.loose_pkey", "maybe.maybe_pkey", "turned.turned_code",
                                                    "turned.turned_lower", "turned.turned_pkey"}));
    EXPECT_EQ(foreign_keys_without_a_tenant_first(),
              (Names{"child.child_parent_fkey", "child.child_parent_tenant_id_fkey", "stray.stray_id_fkey"}));
}

TEST_F(TheSchema, WhenATableIsOutsideTheSecondLockThenItIsFound) {
    add("create table open (tenant_id bigint not null, id bigint, primary key (tenant_id, id));"
        "create table unforced (tenant_id bigint not null, id bigint, primary key (tenant_id, id));"
        "select protect_by_tenant('unforced'); alter table unforced no force row level security;"
        "create table widened (tenant_id bigint not null, id bigint, primary key (tenant_id, id));"
        "select protect_by_tenant('widened'); create policy all_of_it on widened using (true);"
        "create table locked (tenant_id bigint not null, id bigint, primary key (tenant_id, id));"
        "select protect_by_tenant('locked');"
        "create view owners_view as select * from locked;"
        "create view invokers_view with (security_invoker = true) as select * from locked;"
        "create materialized view kept_view as select * from locked");
    EXPECT_EQ(tables_without_row_level_security(), (Names{"open", "unforced", "widened"}));
    EXPECT_EQ(views_above_the_locks(), (Names{"kept_view", "owners_view"}));
}

TEST_F(TheSchema, EveryInstantHasAZone) {
    EXPECT_EQ(names("select table_name || '.' || column_name from information_schema.columns where table_schema = "
                    "'public' and data_type = "
                    "'timestamp without time zone'"),
              Names{});
}

}  // namespace
}  // namespace wescrm::database
