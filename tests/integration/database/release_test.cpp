#include "support/database_test.hpp"

#include <wescrm/database/migrations.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

// A migration that runs on the empty tables of the other tests may still break on rows: this is how a company's
// database comes from the release before. The release's last migration stays 0690 until its fixture is moved on.
namespace wescrm::database {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr auto last_of_release = 690;

std::string content_of(std::string const& file) {
    auto text = std::stringstream{};
    text << std::ifstream{std::string{WESCRM_SOURCE_DIR} + file}.rdbuf();
    return text.str();
}

struct GivenTheDatabaseOfTheReleaseBefore : wescrm::testing::DatabaseTest {
    GivenTheDatabaseOfTheReleaseBefore() : folder{std::filesystem::temp_directory_path() / ("release-" + name)} {
        in(Scope::of_nobody(), [](Session& sql) { sql.script("drop schema public cascade; create schema public"); });
        std::filesystem::create_directory(folder);
        for (auto const& entry : std::filesystem::directory_iterator{all})
            if (std::stoi(entry.path().filename().string().substr(0, 4)) <= last_of_release)
                std::filesystem::copy_file(entry.path(), folder / entry.path().filename());
        if (auto const made = Migrations{url, folder.string()}.apply(); !made)
            throw std::runtime_error{made.error().message};
        for (auto const* corp : {"ww-one", "ww-two"}) {
            companies.push_back(add_company(corp));
            in(Scope::of(companies.back()), [](Session& sql) {
                sql.script(content_of("/tests/integration/database/release_0690.sql"));
                sql.script(content_of("/tests/support/row_of_everything.sql"));
            });
        }
    }
    ~GivenTheDatabaseOfTheReleaseBefore() override { std::filesystem::remove_all(folder); }

    Result<int> migrate() const { return Migrations{url, all}.apply(); }
    /// Of the company: rows by table.
    std::map<std::string, std::int64_t> counts(TenantId company) {
        return in(Scope::of(company), [&](Session& sql) {
            auto found = std::map<std::string, std::int64_t>{};
            for (auto const& table : sql.values<std::string>(
                     "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = "
                     "'tenant_id' where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not "
                     "c.relispartition"))
                found[table] = sql.value<std::int64_t>("select count(*) from " + table + " where tenant_id = :tenant",
                                                       {bind("tenant", company)})
                                   .value();
            return found;
        });
    }
    std::vector<std::string> read(TenantId company, std::string const& query) {
        return in(Scope::of(company),
                  [&](Session& sql) { return sql.values<std::string>(query, {bind("tenant", company)}); });
    }

    std::string all = std::string{WESCRM_SOURCE_DIR} + "/config/migrations";
    std::filesystem::path folder;
    std::vector<TenantId> companies;
};

TEST_F(GivenTheDatabaseOfTheReleaseBefore, WhenMigratedThenNoRowIsLostAndASecondRunFindsNothingToDo) {
    auto const before = counts(companies.back());
    for (auto const& [table, rows] : before)
        EXPECT_GT(rows, 0) << table << ": a migration that breaks on its rows would not show; add one to the fixture";
    auto const done = migrate();
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_GT(*done, 0);
    auto const after = counts(companies.back());
    auto const grows =
        std::set<std::string>{"duplicate_key", "customer_word", "lead_word"};  // what is derived of records
    for (auto const& [table, rows] : before)
        if (grows.contains(table))
            EXPECT_GE(after.at(table), rows) << table;
        else
            EXPECT_EQ(after.at(table), rows) << table;
    EXPECT_EQ(migrate().value(), 0);
    EXPECT_EQ(counts(companies.back()), after);
}

TEST_F(GivenTheDatabaseOfTheReleaseBefore, WhenMigratedThenWhatIsNewIsThereForWhatWasOld) {
    ASSERT_TRUE(migrate());
    for (auto const company : companies) {
        EXPECT_THAT(read(company,
                         "select kind || ' ' || value from duplicate_key where tenant_id = :tenant and object = "
                         "'customer' and object_id = 11"),
                    UnorderedElementsAre("name 上海宏达科技有限公司", "name_core 宏达科技", "mobile 13800138000",
                                         "phone 13800138000", "phone 02168881234", "credit_code 91310000MA1K35XX01"));
        EXPECT_THAT(
            read(company,
                 "select word from record_word where tenant_id = :tenant and object = 'customer' and record_id = 11"),
            UnorderedElementsAre("=kh1", "<1hk"));
        EXPECT_THAT(
            read(company,
                 "select word from customer_word where tenant_id = :tenant and customer_id = 11 and length(word) = 1"),
            ElementsAre("司"));
        EXPECT_THAT(read(company, "select kind from duplicate_key where tenant_id = :tenant and object_id = 12"),
                    UnorderedElementsAre("name", "name_core"));
        EXPECT_THAT(read(company, "select kind from duplicate_key where tenant_id = :tenant and object_id = 31"),
                    UnorderedElementsAre("name", "name_core", "mobile", "phone", "person"));
        EXPECT_THAT(
            read(company,
                 "select kind || ' ' || value from duplicate_key where tenant_id = :tenant and "
                 "object_id = 21"),
            UnorderedElementsAre("name 陈总", "mobile 13700137000", "phone 13700137000", "email chen@hongda.cn"));
        EXPECT_THAT(read(company, "select kind from duplicate_key where tenant_id = :tenant and object_id in (13, 32)"),
                    IsEmpty())
            << "in the recycle bin and void";

        auto const shown =
            " where tenant_id = :tenant and definition @> '{\"in_pool\": true}' and key = 'size' order by 1";
        EXPECT_THAT(read(company, std::string{"select object from field"} + shown), ElementsAre("customer", "lead"));
        EXPECT_THAT(read(company,
                         "select object || ' ' || (f->>'in_pool') from field_form, jsonb_array_elements("
                         "definition) f where tenant_id = :tenant and f->>'key' = 'line' and f ? 'in_pool' "
                         "order by 1"),
                    ElementsAre("customer true", "lead true"));

        EXPECT_THAT(read(company, "select no from sales_order where tenant_id = :tenant and changing"),
                    ElementsAre("DD1"));
        EXPECT_THAT(read(company, "select no from contract where tenant_id = :tenant and changing"),
                    ElementsAre("HT2"));
        EXPECT_THAT(read(company,
                         "select name || ' ' || (activated_at at time zone 'UTC')::date from employee where "
                         "tenant_id = :tenant and activated_at is not null order by id"),
                    ElementsAre("李雷 2026-03-02", "王芳 2026-01-05"))
            << "whoever wrote in the chat uses the product, and since when is kept";
        EXPECT_THAT(read(company,
                         "select id::text from payment_plan where tenant_id = :tenant and id in (71, 72) order "
                         "by plan_turn(status, due_on)"),
                    ElementsAre("72", "71"))
            << "what waits for money before what is over";
        EXPECT_THAT(read(company, "select id::text from payment_plan where tenant_id = :tenant and status = 'pending'"),
                    ElementsAre("73"))
            << "its order is a draft";
        EXPECT_THAT(read(company, "select no from sales_order where tenant_id = :tenant and owner_department_id = 1"),
                    ElementsAre("DD2"))
            << "handed to who owns it; of the other one the last event names somebody else";
    }
}

}  // namespace
}  // namespace wescrm::database
