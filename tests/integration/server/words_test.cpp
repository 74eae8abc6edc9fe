#include "support/database_test.hpp"
#include "vocabularies.hpp"

#include <wescrm/operation/company_words.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace wescrm::server {
namespace {

/// Two nodes on one database.
struct GivenTwoNodes : testing::DatabaseTest {
    void learn(std::string const& kind, std::string const& word) {
        in_tenant([&](database::Session& sql) { operation::keep_words(sql, tenant, {{kind, word}}); });
    }
    std::size_t known(Vocabularies& node) {
        return in_tenant([&](database::Session& sql) { return node.of(sql, tenant)->size(); });
    }
    std::int64_t version() {
        return in_tenant([&](database::Session& sql) { return operation::words_version(sql, tenant); });
    }

    Vocabularies one{10, 100};
    Vocabularies other{10, 100};
};

TEST_F(GivenTwoNodes, WhenAWordComesOrGoesThenBothKnowItAtTheNextSentence) {
    EXPECT_EQ(known(one), 0U);
    learn("source", "展会");
    EXPECT_EQ(known(one), 1U);
    EXPECT_EQ(known(other), 1U);
    learn("tag", "续费");
    EXPECT_EQ(known(one), 2U);
    EXPECT_EQ(known(other), 2U);
    in_tenant([&](database::Session& sql) { operation::forget_word(sql, tenant, {"tag", "续费"}); });
    EXPECT_EQ(known(one), 1U);
    EXPECT_EQ(known(other), 1U);
}

TEST_F(GivenTwoNodes, WhenNothingChangesThenTheSameWordsAreUsedAndNothingIsWritten) {
    learn("source", "展会");
    auto const before = version();
    auto const words = in_tenant([&](database::Session& sql) { return one.of(sql, tenant); });
    learn("source", "展会");
    learn("source", "  ");
    learn("source", std::string(200, 'x'));
    EXPECT_EQ(version(), before);
    EXPECT_EQ(in_tenant([&](database::Session& sql) { return one.of(sql, tenant); }), words);
}

TEST_F(GivenTwoNodes, WhenTwoTransactionsBringTheSameWordsTheOtherWayRoundThenNeitherWaitsForTheOther) {
    auto first_began = std::promise<void>{};
    auto second_began = std::promise<void>{};
    auto const bring = [this](std::string const& one, std::string const& another, std::promise<void>& began,
                              std::future<void> other_began) {
        return in_tenant([&](database::Session& sql) {
            operation::keep_words(sql, tenant, {{"source", one}, {"tag", one}});
            began.set_value();
            auto const is_free = other_began.wait_for(std::chrono::seconds{5}) == std::future_status::ready;
            operation::keep_words(sql, tenant, {{"source", another}, {"tag", another}});
            return is_free;
        });
    };
    auto other =
        std::async(std::launch::async, bring, "展会", "官网", std::ref(first_began), second_began.get_future());
    EXPECT_TRUE(bring("官网", "展会", second_began, first_began.get_future()));
    EXPECT_TRUE(other.get());
    EXPECT_EQ(known(one), 4U);
    EXPECT_EQ(version(), 2);
}

TEST_F(GivenTwoNodes, WhenAWordIsForgottenAndKeptInOneTransactionThenTheLastCounts) {
    learn("tag", "续费");
    in_tenant([&](database::Session& sql) {
        operation::forget_word(sql, tenant, {"tag", "续费"});
        operation::keep_words(sql, tenant, {{"tag", "续费"}, {"tag", "到期"}});
        operation::forget_word(sql, tenant, {"tag", "到期"});
    });
    auto const words = in_tenant([&](database::Session& sql) { return operation::words_of(sql, tenant, 10); });
    ASSERT_EQ(words.size(), 1U);
    EXPECT_EQ(words.front().word, "续费");
    EXPECT_EQ(in_tenant([&](database::Session& sql) {
                  return sql.value<std::int64_t>("select count(*) from company_word_change");
              }),
              0);
}

TEST_F(GivenTwoNodes, WhenThereAreTooManyThenTheBoundsHold) {
    auto small = Vocabularies{1, 2};
    for (auto const* word : {"展会", "官网", "公众号"}) learn("source", word);
    EXPECT_EQ(known(small), 2U) << "words of a company";
    auto const second = in_tenant([&](database::Session& sql) { return small.of(sql, TenantId{4711}); });
    EXPECT_EQ(second->size(), 0U) << "no row of another company is seen";
    EXPECT_EQ(small.size(), 1U) << "companies";
}

TEST_F(GivenTwoNodes, WhenASentenceIsReadThenTheCompanysWordsFillItsSlots) {
    learn("source", "展会");
    in_tenant([&](database::Session& sql) {
        auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::chat), clock.now(),
                                      operation::Services{}};
        auto const meant = one.reader(ctx)("新建客户 绿源 展会", clock.now(), Zone{});
        EXPECT_EQ(json::find_string(meant.slots, "source"), "展会");
    });
}

}  // namespace
}  // namespace wescrm::server
