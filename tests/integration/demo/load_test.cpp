#include "integration/sales/given.hpp"

#include <wescrm/demo/demo.hpp>

#include <cstdlib>

namespace wescrm::demo {
namespace {

struct GivenTheDemoCompany : wescrm::testing::SalesTest {
    Sealer sealer = Sealer::with_key(Bytes(32, 'k')).value();
    Result<Loaded> load_it(Size size = Size::small) {
        return load(*db, sealer, std::string{WESCRM_SOURCE_DIR} + "/config/presets", size, clock,
                    [](auto, auto, auto) {});
    }
    std::int64_t figure(std::string const& query) {
        return in_tenant(
            [&](database::Session& sql) { return sql.value<std::int64_t>("select " + query).value_or(-1); });
    }
};

TEST_F(GivenTheDemoCompany, WhenLoadedThenItIsWholeAndASecondLoadChangesNothing) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    EXPECT_EQ(figure("count(*) from employee"), 60);
    EXPECT_EQ(figure("count(*) from employee where superior_id is null"), 1);
    EXPECT_EQ(figure("max(cardinality(path)) from department"), 4);
    EXPECT_EQ(figure("count(*) from customer"), 400);
    EXPECT_EQ(figure("count(*) from contact"), 400);
    EXPECT_EQ(figure("count(*) from duplicate_key"), 800);
    EXPECT_GT(figure("count(*) from followup"), 800);
    EXPECT_GT(figure("count(*) from task"), 50);
    EXPECT_EQ(figure("count(*) from customer where last_follow_at > '2026-11-25T16:30:00+08:00'"), 0);
    auto const again = load_it();
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->was_there);
    EXPECT_EQ(figure("count(*) from customer"), 400);
}

TEST(TheOrgFile, NamesThePeopleOfTheDatabase) {
    auto const file = json::parse(org_file(Size::small));
    ASSERT_TRUE(file);
    auto const& corp = (*file)["corps"][0];
    EXPECT_EQ(corp["members"].Size(), 60U);
    EXPECT_EQ(json::find_string(corp, "corp_id"), corp_id);
}

}  // namespace
}  // namespace wescrm::demo
