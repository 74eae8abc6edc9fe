#include "support/database_test.hpp"

#include <wescrm/demo/demo.hpp>
#include <wescrm/org/erasure.hpp>

#include <fstream>
#include <sstream>

namespace wescrm::demo {
namespace {

using database::bind;
using database::Scope;
using database::Session;

/// The demo company, which has rows of nearly everything, beside a company of the same kind.
struct GivenTheDemoCompanyBesideAnother : wescrm::testing::DatabaseTest {
    GivenTheDemoCompanyBesideAnother() {
        demo = load_it("ww-first");
        other = load_it("ww-second");
    }
    TenantId load_it(std::string const& corp_id) {
        auto sealer = Sealer::with_key(Bytes(32, 'k')).value();
        auto const loaded = load(*db, sealer, std::string{WESCRM_SOURCE_DIR} + "/config/presets", Size::small, clock,
                                 [](auto, auto, auto) {});
        in(Scope::of_nobody(), [&](Session& sql) {
            sql.execute("update tenant set corp_id = :to where id = :id",
                        {bind("to", corp_id), bind("id", loaded->tenant)});
        });
        return loaded->tenant;
    }
    void set_status(std::string const& status) {
        in(Scope::of_nobody(), [&](Session& sql) {
            sql.execute("update tenant set status = :status where id = :id",
                        {bind("status", status), bind("id", demo)});
        });
    }
    std::map<std::string, std::string> digests(TenantId company) {
        return in(Scope::of(company), [&](Session& sql) {
            auto all = std::map<std::string, std::string>{};
            for (auto const& table : sql.values<std::string>(
                     "select c.table_name::text from information_schema.columns c join pg_class k on k.relname = "
                     "c.table_name and k.relkind "
                     "in ('r', 'p') where c.table_schema = 'public' and c.column_name = 'tenant_id'"))
                all[table] =
                    sql.value<std::string>("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from " +
                                               table + " t where tenant_id = :tenant",
                                           {bind("tenant", company)})
                        .value_or("");
            return all;
        });
    }
    /// Sessions, keys, files, queues, jobs, …: what the demo company does not come with.
    void fill_every_table() {
        auto script = std::stringstream{};
        script << std::ifstream{std::string{WESCRM_SOURCE_DIR} + "/tests/support/row_of_everything.sql"}.rdbuf();
        in(Scope::of(demo), [&](Session& sql) { sql.script(script.str()); });
    }
    std::vector<std::string> company_tables() {
        return in(Scope::of_nobody(), [](Session& sql) {
            return sql.values<std::string>(
                "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = "
                "'tenant_id' where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not "
                "c.relispartition");
        });
    }
    TenantId demo;
    TenantId other;
};

TEST_F(GivenTheDemoCompanyBesideAnother, WhenOneIsErasedThenNoRowOfItIsLeftAndTheOtherIsUntouched) {  // T-13
    fill_every_table();
    auto const counted = org::count_rows_of(*db, demo).value();
    for (auto const& table : company_tables())
        if (table != "company_word_change")  // has rows within a transaction only
            EXPECT_TRUE(counted.rows.contains(table)) << table << ": nothing would show that its rows go";
    for (auto const* table : {"session", "api_key", "wecom_app", "wecom_credential", "attachment_content",
                              "company_file", "inbox", "outbox", "timer", "export_part"})
        EXPECT_TRUE(counted.rows.contains(table)) << table;
    EXPECT_GT(counted.rows.at("ownership_event"), 0) << "what is append-only goes, too";
    EXPECT_EQ(org::erase_company(*db, demo, 100, {}).error().reason, "company_enabled");
    set_status("disabled");
    auto const before = digests(other);

    auto told = std::map<std::string, std::int64_t>{};
    auto const erased =
        org::erase_company(*db, demo, 100, [&](auto table, auto gone) { told[std::string{table}] = gone; });

    ASSERT_TRUE(erased) << erased.error().message << erased.error().reason;
    EXPECT_EQ(erased->rows, counted.rows);
    EXPECT_EQ(told.at("customer"), 400);
    for (auto const& [table, digest] : digests(demo)) EXPECT_EQ(digest, "") << table;
    EXPECT_EQ(in(Scope::of_nobody(),
                 [&](Session& sql) { return sql.values<std::int64_t>("select id from tenant order by 1").size(); }),
              2U)
        << "the fixture's and the other";
    EXPECT_EQ(digests(other), before);
    EXPECT_EQ(org::erase_company(*db, demo, 100, {}).error().reason, "company");
}

TEST_F(GivenTheDemoCompanyBesideAnother, WhenACompanyIsNotErasedThenItsLogStaysAppendOnly) {
    EXPECT_THROW(
        in(Scope::of(demo),
           [&](Session& sql) { sql.execute("delete from ownership_event where tenant_id = :t", {bind("t", demo)}); }),
        std::exception);
    EXPECT_THROW(in(Scope::of(demo),
                    [&](Session& sql) {
                        sql.script("set local app.erased_tenant = '1'");
                        sql.execute("delete from ownership_event where tenant_id = :t", {bind("t", demo)});
                    }),
                 std::exception)
        << "of another company than the one that is erased";
}

}  // namespace
}  // namespace wescrm::demo
