#include "given.hpp"

#include <wescrm/sales/followup_comment.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::testing {
namespace {

/// A follow-up of li, which his superior sees and wang does not.
struct GivenAFollowup : SalesTest {
    GivenAFollowup() {
        auto input = sales::CreateFollowup{};
        input.target_id = sales::RecordId{create("li", "宏达科技有限公司").value().id.value()};
        input.content = "拜访了王总";
        followup = as("li", [&](operation::Context& ctx) { return sales::create_followup(ctx, input); }).value().id;
        // load_actor asks for the roles of whoever is mentioned.
        in_tenant([this](database::Session& sql) {
            auto const role = sql.value<std::int64_t>(
                                     "insert into role (tenant_id, code, name) values (:t, 'reader', 'r') returning id",
                                     {database::bind("t", tenant)})
                                  .value();
            for (auto const* permission : {"customer.view", "followup.view"})
                sql.execute(
                    "insert into role_permission (tenant_id, role_id, permission, reach) values (:t, :r, :p, "
                    "'self_sub')",
                    {database::bind("t", tenant), database::bind("r", role), database::bind("p", permission)});
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) select tenant_id, :r, id from employee "
                "where tenant_id = :t",
                {database::bind("t", tenant), database::bind("r", role)});
        });
    }
    Result<sales::Comment> comment(std::string const& user, std::string const& content,
                                   std::vector<UserId> mentions = {}, std::optional<sales::CommentId> parent = {}) {
        return as(user, [&](operation::Context& ctx) {
            return sales::write_comment(ctx, {followup, content, parent, mentions});
        });
    }
    static std::string word(Result<sales::Comment> const& answer) {
        if (answer) return "ok";
        return answer.error().fields.empty() ? answer.error().reason : answer.error().fields.front().field;
    }
    /// An operation by name, as a page calls it.
    Result<json::Document> call(std::string const& user, std::string const& operation, std::string const& input) {
        static auto const catalogue = [] {
            auto made = operation::Catalogue{};
            sales::add_operations(made);
            return made;
        }();
        return as(user, [&](operation::Context& ctx) {
            return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
        });
    }
    std::vector<std::string> readers(std::string const& user, std::string const& q = "") {
        auto const customer = in_tenant(
            [](database::Session& sql) { return sql.value<std::string>("select id::text from customer").value(); });
        auto const found = call(user, "followup.readers",
                                R"({"target_type":"customer","target_id":")" + customer + "\"" +
                                    (q.empty() ? "" : R"(,"q":")" + q + "\"") + "}");
        auto names = std::vector<std::string>{};
        if (!found) return {found.error().reason};
        for (auto const& one : (*found)["items"].GetArray()) names.push_back(json::find_string(one, "name").value());
        return names;
    }
    sales::FollowupId followup;
};

TEST_F(GivenAFollowup, WhenSomebodyIsMentionedInItThenHeGetsACardIfHeSeesIt) {
    auto const mention = [&](std::string const& user, std::string const& people) {
        auto const id = std::to_string(followup.value());
        auto const done = call(user, "followup.mention", R"({"id":")" + id + R"(","user_ids":)" + people + "}");
        if (!done) return done.error().reason;
        return std::to_string((*done)["told"].Size()) + " told, " + std::to_string((*done)["left_out"].Size()) + " not";
    };
    EXPECT_EQ(mention("li", R"(["boss","boss","wang","nobody","li"])"), "1 told, 2 not");
    EXPECT_EQ(count("outbox where recipient = 'boss' and kind = 'followup_mentioned'"), 1);
    EXPECT_EQ(count("outbox"), 1) << "nobody else, and oneself neither";
    EXPECT_EQ(mention("li", R"(["boss"])"), "1 told, 0 not");
    EXPECT_EQ(count("outbox"), 1) << "the same card once";
    EXPECT_EQ(mention("boss", R"(["li"])"), "followup_author");
    EXPECT_EQ(mention("wang", R"(["li"])"), "followup");
}

TEST_F(GivenAFollowup, WhenAnAtIsTypedThenThoseWhoSeeTheRecordAreSuggested) {
    EXPECT_EQ(readers("li"), std::vector<std::string>{"boss"});
    EXPECT_EQ(readers("boss", "l"), std::vector<std::string>{"li"});
    EXPECT_EQ(readers("li", "wa"), std::vector<std::string>{}) << "wang does not see the customer";
    EXPECT_EQ(readers("li", "%"), std::vector<std::string>{}) << "what is typed stands for itself";
    EXPECT_EQ(readers("wang"), std::vector<std::string>{"customer"});
}

TEST_F(GivenAFollowup, WhenCommentedThenItsAuthorIsToldAndAnAnswerHangsOnTheComment) {
    auto const first = comment("boss", "下次带上技术");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'followup_commented'"), 1);
    ASSERT_EQ(word(comment("li", "好的", {UserId{"boss"}}, first->id)), "ok");
    EXPECT_EQ(count("outbox where recipient = 'boss' and kind = 'followup_commented'"), 1);
    auto const all = as("boss", [&](operation::Context& ctx) { return sales::list_comments(ctx, {followup}); }).value();
    ASSERT_EQ(all.items.size(), 2U);
    EXPECT_EQ(all.items[1].parent_id, first->id);
    EXPECT_EQ(all.items[1].mentions.front().user_id, UserId{"boss"});
    EXPECT_EQ(count("audit_log where action = 'followup.comment'"), 2);
}

TEST_F(GivenAFollowup, WhenSomebodyDoesNotSeeItThenHeNeitherCommentsNorIsMentioned) {
    EXPECT_EQ(word(comment("wang", "x")), "followup");
    EXPECT_EQ(word(comment("li", "x", {UserId{"boss"}, UserId{"wang"}})), "mention_user_ids[1]");
    EXPECT_EQ(word(comment("li", "x", {UserId{"nobody"}})), "mention_user_ids[0]");
    EXPECT_EQ(word(comment("li", "x", {}, sales::CommentId{1})), "parent_id");
    EXPECT_EQ(count("followup_comment"), 0);
    EXPECT_EQ(count("outbox"), 0);
}

TEST_F(GivenAFollowup, WhenItsAuthorChangesItThenThatIsToldAndAfterADayNobodyMay) {
    auto const asked = R"({"ids":[")" + std::to_string(followup.value()) + "\"]}";
    auto const state = [&](std::string const& user) {
        auto const states = call(user, "followup.states", asked).value();
        if (states["items"].Empty()) return std::string{"unseen"};
        auto const& one = states["items"][0];
        return std::string{json::find_string(one, "edited_at") ? "edited " : ""} +
               (json::find_bool(one, "may_change").value() ? "change " : "") +
               (json::find_bool(one, "may_delete").value() ? "delete" : "");
    };
    EXPECT_EQ(state("li"), "change delete");
    EXPECT_EQ(state("boss"), "");
    EXPECT_EQ(state("wang"), "unseen");
    auto change = sales::ChangeFollowup{};
    change.id = followup;
    change.version = 1;
    change.content = "拜访了王总，月底付款";
    clock.advance(hours{1});
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return sales::change_followup(ctx, change); }));
    EXPECT_EQ(state("li"), "edited change delete");
    clock.advance(hours{24});
    EXPECT_EQ(state("li"), "edited ");
    change.version = 2;
    auto const late = as("li", [&](operation::Context& ctx) { return sales::change_followup(ctx, change); });
    EXPECT_EQ(late.error().reason, "followup_edit");
}

}  // namespace
}  // namespace wescrm::testing
