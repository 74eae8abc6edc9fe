#include "integration/sales/pool_given.hpp"

#include <wescrm/demo/demo.hpp>

namespace wescrm::demo {
namespace {

using Days = std::map<std::string, std::string>;  // record → day on which a night takes it

struct GivenTheDemoCompanyAtNight : wescrm::testing::PoolTest {
    GivenTheDemoCompanyAtNight() {
        auto const sealer = Sealer::with_key(Bytes(32, 'k')).value();
        auto const loaded = load(*db, sealer, std::string{WESCRM_SOURCE_DIR} + "/config/presets", Size::small, clock,
                                 [](auto, auto, auto) {});
        if (!loaded) throw std::runtime_error{loaded.error().message};
        tenant = loaded->tenant;
        administrator = "wangsiyuan";
        in_tenant([&](database::Session& sql) {
            employees[administrator] =
                sql.value<EmployeeId>("select id from employee where user_id = 'wangsiyuan'").value();
        });
        begin_nights();
    }

    std::string pool_of(std::string const& name) {
        return text("select id::text from high_sea where object = 'customer' and name = '" + name + "'");
    }
    Days foreseen(std::string const& pool, std::string const& rules) {
        auto const answer =
            call(administrator, "high_sea.dry_run", R"({"id":")" + pool + R"(","limit":1000,"rules":)" + rules + "}");
        auto days = Days{};
        if (!answer) {
            ADD_FAILURE() << answer.error().message;
            return days;
        }
        for (auto const& item : json::find(*answer, "items")->GetArray())
            days[*json::find_string(item, "id")] = *json::find_string(item, "recycled_on");
        return days;
    }
    void make(std::string const& pool, std::string const& rules) {
        auto const version = get(administrator, "high_sea.show", wescrm::testing::id_of(pool), "version");
        get(administrator, "high_sea.change",
            R"({"id":")" + pool + R"(","version":)" + version + R"(,"rules":)" + rules + "}");
    }
    Days taken_from(Instant since) {
        auto days = Days{};
        in_tenant([&](database::Session& sql) {
            for (auto& [record, day] : sql.rows<std::string, std::string>(
                     "select object_id::text, (at at time zone 'Asia/Shanghai')::date::text from ownership_event where "
                     "object = 'customer' and kind = 'recycle' and at > :since",
                     {database::bind("since", since)}))
                days[record] = day;
        });
        return days;
    }
};

TEST_F(GivenTheDemoCompanyAtNight, WhenThirtyDaysPassUnderNewRulesThenItIsWhatTheDryRunSaid) {
    auto const pool = pool_of("客户公海");
    auto const rules = std::string{R"([{"kind":"no_follow","days":20,"renewal_days":10,"warn_days":[7,3,1]},)"
                                   R"({"kind":"no_deal","days":120,"warn_days":[3,1],"working_days":false}])"};
    auto const expected = foreseen(pool, rules);
    EXPECT_GT(expected.size(), 30U);
    auto const began = clock.now();
    make(pool, rules);
    nights(30);
    EXPECT_EQ(taken_from(began), expected);
    EXPECT_EQ(
        count("ownership_event v where v.kind = 'recycle' and v.rule_id is not null and not exists (select 1 from "
              "recycle_warning w where w.object_id = v.object_id and w.delivered_at < v.at)"),
        0);
}

}  // namespace
}  // namespace wescrm::demo
