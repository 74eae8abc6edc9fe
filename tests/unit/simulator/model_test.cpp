#include "model/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wescrm::simulator::tests {
namespace {

using ::testing::HasSubstr;

std::string problem_of(std::string const& org_file) {
    auto const read = read_organisation(org_file);
    return read ? "accepted" : read.error().message;
}

TEST(TheOrganisationFile, WhenItIsBrokenThenTheMessageNamesWhatIsMissing) {
    EXPECT_THAT(problem_of(R"({"corps":[{}]})"), HasSubstr("corp_id"));
    EXPECT_THAT(problem_of(R"({"corps":{}})"), HasSubstr("corps"));
    EXPECT_THAT(problem_of(R"({"corps":[{"corp_id":"w","apps":[{"agent_id":1}]}]})"), HasSubstr("secret"));
    EXPECT_THAT(problem_of(R"({"corps":[{"corp_id":"w","members":[{"name":"n"}]}]})"), HasSubstr("user_id"));
    EXPECT_THAT(problem_of(R"({"corps":[{"corp_id":"w","departments":[{"name":"n"}]}]})"), HasSubstr("id"));
}

TEST(TheOrganisation, WhenAPartIsVisibleThenSoAreItsDescendantsAndSinglePeople) {
    auto corp = Corp{};
    for (auto const& [id, parent] : {std::pair{1, 0}, {2, 1}, {3, 2}, {4, 1}}) {
        corp.departments[id] = Department{.id = id, .parent_id = parent, .name = "d", .order = 0, .leaders = {}};
    }
    for (auto const& [user, department] : {std::pair{"a", 3}, {"b", 4}, {"c", 1}}) {
        auto member = Member{};
        member.user_id = user;
        member.departments = {department};
        corp.members[user] = member;
    }
    corp.changed();
    auto app = App{};
    app.visible_departments = {2};
    app.visible_users = {"C"};
    EXPECT_TRUE(corp.is_visible(app, corp.members["a"]));
    EXPECT_FALSE(corp.is_visible(app, corp.members["b"]));
    EXPECT_TRUE(corp.is_visible(app, corp.members["c"]));
    EXPECT_EQ(corp.visible_departments(app), (std::set<DepartmentNumber>{2, 3}));
}

TEST(TheGeneratedCorp, WhenMadeTwiceThenItIsTheSame) {
    auto const corp = generated_corp("ww1", 100, 10);
    EXPECT_EQ(corp.members.size(), 100U);
    EXPECT_EQ(corp.departments.size(), 10U);
    EXPECT_EQ(corp.contacts.aes_key, generated_corp("ww1", 1, 1).contacts.aes_key);
    EXPECT_EQ(corp.contacts.aes_key.size(), 43U);
}

TEST(TheFaults, WhenOneHasACountThenItStrikesThatOftenAndOnlyItsApi) {
    auto faults = Faults{};
    ASSERT_TRUE(faults.add(*json::parse(R"({"kind":"error","api":"user/get","count":2})")));
    EXPECT_EQ(faults.strike_call("error", "user/list"), nullptr);
    EXPECT_NE(faults.strike_call("error", "user/get"), nullptr);
    EXPECT_NE(faults.strike_call("error", "user/get"), nullptr);
    EXPECT_EQ(faults.strike_call("error", "user/get"), nullptr);
}

TEST(TheFaults, WhenOneHasAProbabilityThenTheSeedDecides) {
    auto const strikes = [] {
        auto faults = Faults{};
        faults.seed(7);
        EXPECT_TRUE(faults.add(*json::parse(R"({"kind":"error","probability":0.5})")));
        auto pattern = std::string{};
        for (auto i = 0; i < 40; ++i) pattern += faults.strike_call("error", "a") == nullptr ? '.' : 'x';
        return pattern;
    };
    EXPECT_EQ(strikes(), strikes());
    EXPECT_NE(strikes().find('x'), std::string::npos);
    EXPECT_NE(strikes().find('.'), std::string::npos);
}

TEST(TheJournal, WhenItIsFullThenTheOldestGoesAndNumbersStay) {
    auto journal = Journal<Delivery>{2};
    for (auto i = 0; i < 3; ++i) journal.add({});
    EXPECT_EQ(journal.find(1), nullptr);
    EXPECT_EQ(journal.find(3)->id, 3U);
    journal.clear();
    EXPECT_EQ(journal.find(3), nullptr);
    EXPECT_EQ(journal.add({}).id, 4U);
}

TEST(TheLatencies, WhenAskedForAShareThenItIsTheNearestRank) {
    auto latencies = Latencies{};
    for (auto i = 1; i <= 100; ++i) latencies.add(i);
    EXPECT_EQ(latencies.percentile(0.5), 50);
    EXPECT_EQ(latencies.percentile(0.99), 99);
    EXPECT_EQ(latencies.percentile(1), 100);
    EXPECT_EQ(Latencies{}.percentile(0.5), 0);
}

TEST(TheWorld, WhenAnAnswerNamesASerialThenThatCallbackIsClosed) {
    auto world = World{};
    auto const key = member_key("ww1", 1, "U");
    world.pending[key] = {{std::chrono::steady_clock::now(), "#L1"}, {std::chrono::steady_clock::now(), "#L2"}};
    world.answered("ww1", 1, "u", "done #L2.");
    ASSERT_EQ(world.pending[key].size(), 1U);
    EXPECT_EQ(world.pending[key].front().serial, "#L1");
    EXPECT_EQ(world.replies_by_serial["#L2"], 1);
    world.answered("ww1", 1, "u", "without a number");
    EXPECT_FALSE(world.pending.contains(key));
    EXPECT_EQ(world.replies_by_serial["#L1"], 1) << "the oldest one was meant";
}

TEST(TheWorld, WhenItBeginsThenItsMessageIdsBeginAtThatMicrosecond) {
    auto const earlier = World{};
    auto const begun = static_cast<std::uint64_t>(earlier.now().time_since_epoch().count());
    EXPECT_GE(World{}.next_msg_id, begun) << "ids of the run before would be taken for repeats";
}

}  // namespace
}  // namespace wescrm::simulator::tests
