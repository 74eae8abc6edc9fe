#include "support/database_test.hpp"

#include <wescrm/database/migrations.hpp>

#include <filesystem>
#include <fstream>
#include <future>
#include <unistd.h>

namespace wescrm::database {
namespace {

/// An empty database and a folder with three migrations.
struct GivenMigrations : wescrm::testing::DatabaseTest {
    GivenMigrations() : folder{std::filesystem::temp_directory_path() / ("migrations-" + name)} {
        in(Scope::of_nobody(), [](Session& sql) { sql.script("drop schema public cascade; create schema public"); });
        std::filesystem::create_directory(folder);
        write("0010_first", "create table first (id bigint primary key)");
        write("0020_second", "create table second (id bigint primary key); insert into first values (1)");
        write("0030_third", "alter table first add column name text");
    }
    ~GivenMigrations() override { std::filesystem::remove_all(folder); }

    void write(std::string const& file, std::string const& sql) const {
        std::ofstream{folder / (file + ".sql")} << sql;
    }
    [[nodiscard]] Migrations migrations() const { return {url, folder.string()}; }
    bool has(std::string const& table) {
        return in(Scope::of_nobody(), [&table](Session& sql) {
            return sql.value<bool>("select to_regclass(:name) is not null", {bind("name", table)}).value();
        });
    }
    std::filesystem::path folder;
};

TEST_F(GivenMigrations, WhenAppliedThenEachIsOnceAndInOrder) {
    auto told = std::vector<std::string>{};
    EXPECT_EQ(migrations().apply([&told](Migration const& next) { told.push_back(next.name); }).value(), 3);
    EXPECT_EQ(told, (std::vector<std::string>{"0010_first", "0020_second", "0030_third"}));
    EXPECT_EQ(migrations().apply().value(), 0);
    for (auto const& migration : migrations().status().value()) EXPECT_TRUE(migration.is_applied) << migration.name;
    write("0040_fourth", "create table fourth (id bigint)");
    EXPECT_FALSE(migrations().status().value().back().is_applied);
    EXPECT_EQ(migrations().apply().value(), 1);
}

TEST_F(GivenMigrations, WhenSeveralProcessesStartTogetherThenEachIsAppliedByOne) {
    auto processes = std::vector<std::future<Result<int>>>{};
    for (auto i = 0; i < 6; ++i)
        processes.push_back(std::async(std::launch::async, [this] { return migrations().apply(); }));
    auto applied = 0;
    for (auto& process : processes) {
        auto const count = process.get();
        ASSERT_TRUE(count) << count.error().message;
        applied += *count;
    }
    EXPECT_EQ(applied, 3);
}

TEST_F(GivenMigrations, WhenOneIsUnderWayThenTheStateCanStillBeRead) {
    ASSERT_TRUE(migrations().apply());
    in(Scope::of_nobody(), [this](Session& sql) {
        sql.script("lock table schema_version in share row exclusive mode");
        EXPECT_TRUE(migrations().status());
    });
}

TEST_F(GivenMigrations, WhenAnAppliedFileIsEditedThenNothingMoreIsApplied) {
    ASSERT_TRUE(migrations().apply());
    write("0020_second", "create table second (id bigint primary key)");
    write("0040_fourth", "create table fourth (id bigint)");
    auto const refused = migrations().apply();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_EQ(refused.error().message, "0020_second was altered after it had been applied");
    EXPECT_FALSE(migrations().status());
    EXPECT_FALSE(has("fourth"));
}

TEST_F(GivenMigrations, WhenAnAppliedFileIsMissingThenItIsAnErrorUnlessItIsOfTheNextRelease) {
    ASSERT_TRUE(migrations().apply());
    std::filesystem::remove(folder / "0030_third.sql");
    EXPECT_EQ(migrations().apply().value(), 0);
    EXPECT_EQ(migrations().status()->size(), 2U);
    std::filesystem::remove(folder / "0010_first.sql");
    EXPECT_EQ(migrations().apply().error().code, Errc::invalid_input);
}

TEST_F(GivenMigrations, WhenOneIsRefusedThenNothingOfItStaysAndItIsNoOutage) {
    write("0020_second", "create table second (id bigint primary key); select nonsense");
    auto const refused = migrations().apply();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input) << "trying again would not help";
    EXPECT_NE(refused.error().message.find("nonsense"), std::string::npos) << refused.error().message;
    EXPECT_TRUE(has("first"));
    EXPECT_FALSE(has("second"));
    auto const nowhere = Migrations{"postgresql:///x?host=/nonexistent", folder.string()}.apply();
    EXPECT_EQ(nowhere.error().code, Errc::unavailable);
}

TEST_F(GivenMigrations, WhenFileNamesAreOddOrNumbersRepeatedThenItSaysSo) {
    write("0020_again", "select 1");
    EXPECT_EQ(migrations().apply().error().code, Errc::invalid_input);
    std::filesystem::remove(folder / "0020_again.sql");
    write("latest", "select 1");
    EXPECT_EQ(migrations().apply().error().code, Errc::invalid_input);
    EXPECT_FALSE(has("first"));
}

}  // namespace
}  // namespace wescrm::database
