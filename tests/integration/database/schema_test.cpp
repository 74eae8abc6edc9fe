#include <set>

#include "support/database_test.hpp"

namespace wescrm::database {
namespace {

using Names = std::set<std::string>;

// Tables without a company: the directory of companies and what belongs to the installation.
Names const shared_tables{"tenant", "schema_version", "node", "work_bucket"};

struct TheSchema : wescrm::testing::DatabaseTest {
    Names names(char const* query) {
        auto const found = in(Scope::of_nobody(), [query](Session& sql) { return sql.values<std::string>(query); });
        return {found.begin(), found.end()};
    }
    static Names without_shared(Names found) {
        for (auto const& table : shared_tables) found.erase(table);
        return found;
    }
};

TEST_F(TheSchema, EveryTableHasATenantOfOneType) {
    EXPECT_EQ(without_shared(names("select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') "
                                   "and not c.relispartition and not exists (select 1 from pg_attribute a where a.attrelid = c.oid "
                                   "and a.attname = 'tenant_id' and a.atttypid = 'bigint'::regtype and a.attnotnull)")),
              Names{});
}

TEST_F(TheSchema, EveryKeyAndIndexBeginsWithTheTenant) {
    // The queues' bucket scans run across companies by design.
    auto const breaking = names(
        "select c.relname || '.' || ic.relname from pg_index i join pg_class c on c.oid = i.indrelid join pg_class ic on ic.oid = i.indexrelid "
        "where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname not in ('tenant', 'schema_version', 'node', "
        "'work_bucket') and (i.indisunique or ic.relam = (select oid from pg_am where amname = 'btree')) and "
        "(select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0]) is distinct from 'tenant_id' "
        "and not (not i.indisunique and c.relname in ('inbox', 'outbox', 'timer'))");
    EXPECT_EQ(breaking, Names{});
}

TEST_F(TheSchema, EveryForeignKeyCarriesTheTenantOnBothSides) {
    EXPECT_EQ(names("select conrelid::regclass || '.' || conname from pg_constraint where contype = 'f' and confrelid <> 'tenant'::regclass and ("
                    "(select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) <> 'tenant_id' or "
                    "(select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1]) <> 'tenant_id')"),
              Names{});
}

TEST_F(TheSchema, EveryTableIsUnderForcedRowLevelSecurity) {
    EXPECT_EQ(without_shared(names("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not "
                                   "relispartition and not (relrowsecurity and relforcerowsecurity)")),
              Names{});
    EXPECT_EQ(names("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' and not coalesce(reloptions, "
                    "'{}') @> '{security_invoker=true}'"),
              Names{});
}

TEST_F(TheSchema, EveryInstantHasAZone) {
    EXPECT_EQ(names("select table_name || '.' || column_name from information_schema.columns where table_schema = 'public' and data_type = "
                    "'timestamp without time zone'"),
              Names{});
}

}  // namespace
}  // namespace wescrm::database
