#include "given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/operation/scenes.hpp>
#include <wescrm/sales/operations.hpp>

#include <algorithm>
#include <set>
#include <thread>

namespace wescrm::testing {
namespace {

/// A customer of li with one opportunity of 5,000 yuan in the default process.
struct GivenAnOpportunity : SalesTest {
    GivenAnOpportunity() {
        sales::add_operations(catalogue);
        customer = std::to_string(create("li", "宏达科技有限公司").value().id.value());
        auto const made = perform("li", "opportunity.create",
                                  R"({"name":"年度采购","customer_id":")" + customer + R"(","amount_fen":500000})");
        if (!made) throw std::runtime_error{made.error().message};
        id = text(*made, "id");
        process = text(*made, "process_id");
        for (auto const& stage : (*made)["stages"].GetArray()) stages[text(stage, "name")] = text(stage, "id");
    }
    static std::string text(json::Value const& value, std::string_view name) {
        return json::find_string(value, name).value_or("");
    }
    [[nodiscard]] operation::Actor person(std::string const& user) const {
        auto who = actor(user);
        if (who.is_system()) return who;
        auto const reach = user == "boss" ? operation::Reach::self_sub : operation::Reach::self;
        for (auto const* word : {"view", "create", "edit", "advance", "close"})
            who.permissions["opportunity." + std::string{word}] = {{reach, {}}};
        if (user == "boss")
            for (auto const* word : {"delete", "reopen", "transfer"})
                who.permissions["opportunity." + std::string{word}] = {{reach, {}}};
        who.is_administrator = user == "admin";
        return who;
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant),
                                [&](database::Session& sql) -> Result<json::Document> {
                                    auto const services = operation::Services{&renderer, {}, {}};
                                    auto ctx = operation::Context{sql, person(user), clock.now(), services};
                                    return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
                                });
    }
    Result<json::Document> on(std::string const& user, std::string const& verb, std::string const& more = "") {
        return perform(user, "opportunity." + verb, R"({"id":")" + id + "\"" + more + "}");
    }
    static std::string word(Result<json::Document> const& answer) {
        if (answer) return "ok";
        return answer.error().fields.empty() ? answer.error().reason : answer.error().fields.front().field;
    }
    std::string to(std::string const& stage) { return R"(,"stage_id":")" + stages.at(stage) + "\""; }
    std::string deal_status() {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select deal_status from customer where tenant_id = :t",
                                    {database::bind("t", tenant)})
                .value();
        });
    }

    operation::Catalogue catalogue;
    std::string customer, id, process;
    std::map<std::string, std::string> stages;
};

TEST_F(GivenAnOpportunity, WhenThoseOfACustomerHaveSeveralOwnersThenItsListHoldsWhatEachPersonSees) {
    auto const of_customer = R"("customer_id":")" + customer + "\"";
    auto const second = text(
        perform("li", "opportunity.create", R"({"name":"二期","amount_fen":1,)" + of_customer + "}").value(), "id");
    auto const give = [&](std::string const& user) {
        in_tenant([&](database::Session& sql) {
            sql.execute("update opportunity set owner_id = :owner where tenant_id = :t and id = :id",
                        {database::bind("t", tenant), database::bind("owner", employees.at(user)),
                         database::bind("id", std::stoll(second))});
        });
    };
    auto const names = [&](std::string const& user) {
        auto const listed = perform(user, "opportunity.list", "{" + of_customer + R"(,"sort":"name"})").value();
        auto found = std::set<std::string>{};
        for (auto const& item : listed["items"].GetArray()) found.insert(text(item, "name"));
        return found;
    };
    using Names = std::set<std::string>;
    EXPECT_EQ(names("boss"), (Names{"年度采购", "二期"})) << "all are his subordinate's";
    EXPECT_EQ(names("wang"), Names{}) << "none is his";
    give("wang");
    EXPECT_EQ(names("li"), (Names{"年度采购", "二期"})) << "he owns the customer";
    EXPECT_EQ(names("boss"), Names{"年度采购"});
    EXPECT_EQ(names("wang"), Names{"二期"});
    EXPECT_EQ(names("system"), (Names{"年度采购", "二期"}));
}

TEST_F(GivenAnOpportunity, WhenMadeThenItStandsInTheFirstStageOfTheDefaultProcess) {
    auto const shown = on("li", "show").value();
    EXPECT_EQ(text(shown, "stage_name"), "初步接洽");
    EXPECT_EQ(text(shown, "process_name"), "标准销售流程");
    EXPECT_EQ(text(shown, "status"), "open");
    EXPECT_EQ(shown["probability"].GetInt64(), 10);
    EXPECT_EQ(text(shown, "customer_name"), "宏达科技有限公司");
    EXPECT_EQ(shown["history"].Size(), 1U);
    EXPECT_TRUE(text(shown, "no").starts_with("SJ20261125"));
    EXPECT_EQ(count("ownership_event where object = 'opportunity' and kind = 'create'"), 1);
    EXPECT_EQ(count("audit_log where action = 'opportunity.create'"), 1);
}

TEST_F(GivenAnOpportunity, WhenAdvancedThenTheHistoryTellsHowLongAndHowMuch) {
    clock.advance(hours{48});
    ASSERT_EQ(word(on("li", "advance", to("方案报价"))), "ok");
    auto const history = on("li", "history").value();
    auto const& last = history["items"][1];
    EXPECT_EQ(text(last, "from_stage_name"), "初步接洽");
    EXPECT_EQ(text(last, "to_stage_name"), "方案报价");
    EXPECT_EQ(last["seconds"].GetInt64(), 48 * 3600);
    EXPECT_EQ(last["amount_fen"].GetInt64(), 500'000);
    EXPECT_EQ(on("li", "show").value()["probability"].GetInt64(), 50);
    EXPECT_EQ(word(on("li", "advance", to("方案报价"))), "same_stage");
    EXPECT_EQ(word(on("li", "advance", to("需求确认"))), "reason");
    EXPECT_EQ(word(on("li", "advance", to("需求确认") + R"(,"reason":"预算变了")")), "ok");
    EXPECT_EQ(word(on("li", "advance", to("输单"))), "stage_id");
    EXPECT_EQ(word(on("li", "advance", R"(,"stage_id":"1")")), "stage_id");
}

TEST_F(GivenAnOpportunity, WhenWonThenTheCustomerIsClosedAndWhenReopenedItIsOpenAgain) {
    ASSERT_EQ(word(on("li", "win")), "ok");
    auto const won = on("li", "show").value();
    EXPECT_EQ(text(won, "status"), "won");
    EXPECT_EQ(text(won, "closed_on"), "2026-11-25");
    EXPECT_EQ(won["probability"].GetInt64(), 100);
    EXPECT_EQ(deal_status(), "closed");
    EXPECT_EQ(word(on("li", "advance", to("方案报价"))), "closed");
    EXPECT_EQ(word(on("li", "lose", R"(,"reason":"x")")), "closed");
    EXPECT_EQ(word(on("li", "reopen")), "permission");
    ASSERT_EQ(word(on("boss", "reopen", R"(,"reason":"客户反悔")")), "ok");
    auto const again = on("li", "show").value();
    EXPECT_EQ(text(again, "status"), "open");
    EXPECT_EQ(text(again, "stage_name"), "初步接洽");
    EXPECT_EQ(again["probability"].GetInt64(), 10);
    EXPECT_TRUE(again["closed_on"].IsNull());
    EXPECT_EQ(deal_status(), "open");
    EXPECT_EQ(word(on("boss", "reopen")), "not_closed");
}

TEST_F(GivenAnOpportunity, WhenLostOrInvalidThenTheReasonStays) {
    EXPECT_EQ(word(on("li", "lose")), "reason");
    ASSERT_EQ(word(on("li", "lose", R"(,"reason":"价格过高","competitor":"某某")")), "ok");
    auto const lost = on("li", "show").value();
    EXPECT_EQ(text(lost, "status"), "lost");
    EXPECT_EQ(text(lost, "lost_reason"), "价格过高");
    EXPECT_EQ(text(lost, "competitor"), "某某");
    EXPECT_EQ(lost["probability"].GetInt64(), 0);
    EXPECT_EQ(deal_status(), "open");
    EXPECT_EQ(word(on("boss", "reopen")), "reason");
    ASSERT_EQ(word(on("boss", "reopen", R"(,"reason":"重新询价")")), "ok");
    ASSERT_EQ(word(on("li", "invalidate", R"(,"reason":"重复")")), "ok");
    EXPECT_EQ(text(on("li", "show").value(), "status"), "invalid");
}

TEST_F(GivenAnOpportunity, WhenTwoCloseOrAdvanceItAtOnceThenOnlyOneDoes) {
    auto const at_once = [&](std::string const& one, std::string const& other) {
        auto answers = std::vector<std::string>(2);
        {
            auto first = std::jthread{
                [&] { answers[0] = word(on("li", one.substr(0, one.find(' ')), one.substr(one.find(' ') + 1))); }};
            auto second = std::jthread{[&] {
                answers[1] = word(on("boss", other.substr(0, other.find(' ')), other.substr(other.find(' ') + 1)));
            }};
        }
        std::ranges::sort(answers);
        return answers;
    };
    auto const step = "advance " + to("方案报价");
    EXPECT_EQ(at_once(step, step), (std::vector<std::string>{"ok", "same_stage"}));
    EXPECT_EQ(count("stage_history"), 2);
    EXPECT_EQ(at_once("win ", R"(lose ,"reason":"价格过高")"), (std::vector<std::string>{"closed", "ok"}));
    EXPECT_EQ(count("stage_history"), 3);
    EXPECT_EQ(count("audit_log where action in ('opportunity.win', 'opportunity.lose')"), 1);
}

TEST_F(GivenAnOpportunity, WhenTheCompanyWantsAnOrderFirstThenItCannotBeWonWithoutOne) {
    auto const change = [&](std::string const& more) {
        return word(perform("admin", "sales_rules.change", R"({"version":)" + more + "}"));
    };
    employees["admin"] = employees["boss"];
    ASSERT_EQ(change(R"(0,"won_requires":"order")"), "ok");
    EXPECT_EQ(change(R"(0,"won_requires":"nothing")"), "version");
    EXPECT_EQ(word(on("li", "win")), "won_requires");
    in_tenant([&](database::Session& sql) {
        sql.execute(
            "insert into sales_order (tenant_id, no, name, customer_id, opportunity_id, owner_id, ordered_on, "
            "amount_fen, status, created_at, updated_at) select tenant_id, 'DD1', '订单', customer_id, id, owner_id, "
            "'2026-11-25', 1, 'in_force', now(), now() from opportunity where tenant_id = :t",
            {database::bind("t", tenant)});
    });
    EXPECT_EQ(word(on("li", "win")), "ok");
}

TEST_F(GivenAnOpportunity, WhenTheCompanyHasReasonsThenOneOfThemIsGiven) {
    employees["admin"] = employees["boss"];
    ASSERT_EQ(word(perform("admin", "sales_rules.change",
                           R"({"version":0,"lost_reasons":["价格过高"," 其他 ","价格过高"]})")),
              "ok");
    auto const listed = perform("li", "sales_reason.list", R"({"of":"lost"})").value();
    ASSERT_EQ(listed["items"].Size(), 2U);
    EXPECT_STREQ(listed["items"][0]["reason"].GetString(), "价格过高");
    EXPECT_STREQ(listed["items"][1]["reason"].GetString(), "其他");
    EXPECT_EQ(word(on("li", "lose", R"(,"reason":"没有预算")")), "reason");
    EXPECT_EQ(word(on("li", "lose", R"(,"reason":"其他：没有预算")")), "ok");
    ASSERT_EQ(word(on("boss", "reopen", R"(,"reason":"有预算了")")), "ok");
    EXPECT_EQ(word(on("li", "invalidate", R"(,"reason":"随便")")), "ok") << "no list, any words";
}

TEST_F(GivenAnOpportunity, WhenItHasNoAmountThenItCannotBeWon) {
    ASSERT_EQ(word(on("li", "change", R"(,"version":1,"amount_fen":0)")), "ok");
    EXPECT_EQ(word(on("li", "win")), "amount_fen");
    EXPECT_EQ(word(on("li", "win", R"(,"amount_fen":700000,"closed_on":"2026-11-26")")), "closed_on");
    EXPECT_EQ(word(on("li", "win", R"(,"amount_fen":700000,"closed_on":"2026-11-20")")), "ok");
    EXPECT_EQ(on("li", "show").value()["amount_fen"].GetInt64(), 700'000);
}

TEST_F(GivenAnOpportunity, WhenItHasLinesThenItsAmountIsTheirSumUnlessItIsTyped) {
    auto const lines = R"("lines":[{"name":"服务器","price_fen":10000,"quantity":3,"discount_percent":10},)"
                       R"({"name":"安装","price_fen":333,"quantity":1.5}])";
    ASSERT_EQ(word(on("li", "change", std::string{R"(,"version":1,)"} + lines)), "ok");
    auto shown = on("li", "show").value();
    EXPECT_EQ(shown["amount_fen"].GetInt64(), 500'000) << "typed";
    EXPECT_EQ(shown["lines"][0]["subtotal_fen"].GetInt64(), 27'000);
    EXPECT_EQ(shown["lines"][1]["quantity"].GetDouble(), 1.5);
    ASSERT_EQ(word(on("li", "change", R"(,"version":2,"amount_fen":null)")), "ok");
    EXPECT_EQ(on("li", "show").value()["amount_fen"].GetInt64(), 27'500);
    EXPECT_EQ(word(on("li", "change", R"(,"version":3,"lines":[{"name":"x","price_fen":1,"quantity":0}])")),
              "lines[0].quantity");
    EXPECT_EQ(word(on("li", "change", R"(,"version":3,"lines":[{"name":"x","price_fen":1,"discount_percent":101}])")),
              "lines[0].discount_percent");
    EXPECT_EQ(word(on("li", "change", R"(,"version":3,"lines":[{"name":"x","price_fen":1,"product_id":"1"}])")),
              "lines[0].product_id");
}

TEST_F(GivenAnOpportunity, WhenTheInputIsWrongThenTheFieldIsNamed) {
    auto const made = [&](std::string const& more) {
        return word(perform("li", "opportunity.create", R"({"name":"x",)" + more + "}"));
    };
    auto const mine = R"("customer_id":")" + customer + "\"";
    EXPECT_EQ(made(R"("customer_id":"1")"), "customer_id");
    EXPECT_EQ(made(mine + R"(,"amount_fen":-1)"), "amount_fen");
    EXPECT_EQ(made(mine + R"(,"process_id":"1")"), "process_id");
    EXPECT_EQ(made(mine + to("赢单")), "stage_id");
    EXPECT_EQ(made(mine + R"(,"contact_id":"1")"), "contact_id");
    EXPECT_EQ(made(mine + R"(,"probability":101)"), "probability");
    EXPECT_EQ(made(mine + R"(,"next_contact_at":"2026-11-25T16:00:00+08:00")"), "next_contact_at");
    EXPECT_EQ(made(mine + R"(,"owner_user_id":"wang")"), "opportunity.transfer");
    EXPECT_EQ(word(perform("wang", "opportunity.create", R"({"name":"x",)" + mine + "}")), "customer_id");
    EXPECT_EQ(word(on("li", "change", R"(,"version":9,"name":"y")")), "version");
    EXPECT_EQ(count("opportunity"), 1);
}

TEST_F(GivenAnOpportunity, WhenListedThenEachSeesHisOwnAndTheBoardAddsUp) {
    EXPECT_EQ(perform("li", "opportunity.list", "{}").value()["items"].Size(), 1U);
    EXPECT_EQ(perform("boss", "opportunity.list", "{}").value()["items"].Size(), 1U);
    EXPECT_EQ(perform("wang", "opportunity.list", "{}").value()["items"].Size(), 0U);
    EXPECT_EQ(word(on("wang", "show")), "opportunity");
    EXPECT_EQ(word(on("wang", "win")), "opportunity");
    auto const board = perform("boss", "opportunity.board", "{}").value();
    EXPECT_EQ(board["stages"].Size(), 7U);
    EXPECT_EQ(board["stages"][0]["count"].GetInt64(), 1);
    EXPECT_EQ(board["amount_fen"].GetInt64(), 500'000);
    EXPECT_EQ(board["weighted_fen"].GetInt64(), 50'000);
    EXPECT_EQ(perform("wang", "opportunity.board", "{}").value()["count"].GetInt64(), 0);
    auto const some = [&](std::string const& filter) {
        return perform("li", "opportunity.list", filter).value()["items"].Size();
    };
    EXPECT_EQ(some(R"({"q":"年度"})"), 1U);
    EXPECT_EQ(some(R"({"q":"宏达"})"), 1U) << "the customer's name";
    EXPECT_EQ(some(R"({"q":"%"})"), 0U);
    EXPECT_EQ(some(R"({"amount_from_fen":500000,"amount_to_fen":500000,"status":"open"})"), 1U);
    EXPECT_EQ(some(R"({"amount_from_fen":500001})"), 0U);
    EXPECT_EQ(some(R"({"scene":"mine","owner":"li","sort":"-amount_fen"})"), 1U);
    EXPECT_EQ(some(R"({"from":"2026-11-26"})"), 0U);
    EXPECT_EQ(some(R"({"sort":"expected_close_date"})"), 1U);
}

TEST_F(GivenAnOpportunity, WhenNothingHappensThenItIsStalledAndTheFilterAgrees) {
    auto const words = [&] {
        auto all = std::string{};
        for (auto const& one : on("li", "show").value()["stalled"].GetArray())
            all += std::string{json::view(one)} + " ";
        return all;
    };
    auto const listed = [&](std::string const& value) {
        return perform("li", "opportunity.list", R"({"stalled":)" + value + "}").value()["items"].Size();
    };
    EXPECT_EQ(words(), "");
    EXPECT_EQ(listed("true"), 0U);
    ASSERT_EQ(word(on("li", "change", R"(,"version":1,"expected_close_date":"2026-11-25")")), "ok");
    clock.advance(hours{24});
    EXPECT_EQ(words(), "overdue ");
    EXPECT_EQ(listed("true"), 1U);
    EXPECT_EQ(listed("false"), 0U);
    clock.advance(hours{24 * 15});
    EXPECT_EQ(words(), "stage idle overdue ");
    ASSERT_TRUE(perform("li", "followup.create",
                        R"({"target_type":"opportunity","target_id":")" + id + R"(","content":"电话沟通"})"));
    EXPECT_EQ(words(), "stage overdue ");
    EXPECT_EQ(perform("li", "opportunity.board", "{}").value()["stages"][0]["stalled"].GetInt64(), 1);
    ASSERT_EQ(word(on("li", "win")), "ok");
    EXPECT_EQ(words(), "");
}

TEST_F(GivenAnOpportunity, WhenFollowedUpThenItCountsForTheCustomerToo) {
    auto const written = perform("li", "followup.create",
                                 R"({"target_type":"opportunity","target_id":")" + id +
                                     R"(","content":"演示产品","next_contact_at":"2026-11-27T10:00:00+08:00"})");
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(text(*written, "customer_id"), customer);
    auto const shown = on("li", "show").value();
    EXPECT_EQ(text(shown, "last_follow_at"), "2026-11-25T08:30:00Z");
    EXPECT_EQ(shown["followups"].Size(), 1U);
    EXPECT_EQ(count("customer where last_follow_at is not null"), 1);
    ASSERT_TRUE(perform("li", "followup.delete", R"({"id":")" + text(*written, "id") + "\"}"));
    EXPECT_TRUE(on("li", "show").value()["last_follow_at"].IsNull());
}

TEST_F(GivenAnOpportunity, WhenTransferredOrSharedThenTheRightPeopleSeeIt) {
    ASSERT_EQ(word(on("li", "share", R"(,"user_id":"wang","power":"read")")), "ok");
    EXPECT_EQ(word(on("wang", "show")), "ok");
    EXPECT_EQ(word(on("wang", "advance", to("方案报价"))), "opportunity_edit");
    EXPECT_EQ(word(on("li", "transfer", R"(,"user_id":"wang")")), "permission");
    ASSERT_EQ(word(on("boss", "transfer", R"(,"user_id":"wang","reason":"区域调整")")), "ok");
    EXPECT_EQ(text(on("wang", "show").value(), "owner_user_id"), "wang");
    EXPECT_EQ(on("wang", "show").value()["team"].Size(), 0U);
    EXPECT_EQ(count("ownership_event where object = 'opportunity' and kind = 'transfer'"), 1);
    EXPECT_EQ(count("outbox where recipient = 'wang' and kind = 'opportunity_transferred'"), 1);
    EXPECT_EQ(count("outbox where recipient = 'li' and kind = 'record_handed_on'"), 1);
    EXPECT_EQ(word(on("li", "show")), "ok") << "the owner of the customer reads what hangs on it";
    EXPECT_EQ(word(on("li", "change", R"(,"version":2,"name":"y")")), "opportunity_edit");
}

TEST_F(GivenAnOpportunity, WhenSomebodyLeavesThenItGoesToTheReceiver) {
    auto kinds = operation::HandoverKinds{};
    sales::add_handovers(kinds);
    auto const done = as("boss", [&](operation::Context& ctx) {
        return kinds.find("opportunity")
            ->move(ctx, {employees["li"], employees["wang"], UserId{"li"}, UserId{"wang"}, "离职"});
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(*done, 1);
    EXPECT_EQ(text(on("wang", "show").value(), "owner_user_id"), "wang");
    EXPECT_EQ(count("ownership_event where object = 'opportunity' and kind = 'handover'"), 1);
    EXPECT_EQ(count("audit_log where action = 'opportunity.handover'"), 1);
}

TEST_F(GivenAnOpportunity, WhenDeletedThenItIsInTheBinAndComesBack) {
    ASSERT_EQ(word(on("li", "win")), "ok");
    EXPECT_EQ(word(on("li", "delete")), "permission");
    ASSERT_EQ(word(on("boss", "delete")), "ok");
    EXPECT_EQ(deal_status(), "open");
    EXPECT_EQ(perform("li", "opportunity.list", "{}").value()["items"].Size(), 0U);
    EXPECT_EQ(perform("li", "opportunity.list", R"({"deleted":true})").value()["items"].Size(), 1U);
    ASSERT_EQ(word(on("boss", "restore")), "ok");
    EXPECT_EQ(deal_status(), "closed");
}

/// The processes, as their administrator sees them.
struct GivenProcesses : GivenAnOpportunity {
    GivenProcesses() {
        in_tenant([&](database::Session& sql) {
            employees["admin"] = sql.value<EmployeeId>(
                                        "insert into employee (tenant_id, user_id, name) values (:t, 'admin', 'admin') "
                                        "returning id",
                                        {database::bind("t", tenant)})
                                     .value();
        });
    }
    Result<json::Document> change(std::string const& more) {
        auto const version = shown()["version"].GetInt64();
        return perform("admin", "process.change",
                       R"({"id":")" + process + R"(","version":)" + std::to_string(version) + more + "}");
    }
    json::Document shown() { return perform("admin", "process.show", R"({"id":")" + process + "\"}").value(); }
    std::string keep(std::string const& name, std::int64_t rate) {
        return R"({"id":")" + stages.at(name) + R"(","name":")" + name + R"(","probability":)" + std::to_string(rate) +
               "}";
    }
};

TEST_F(GivenProcesses, WhenAnotherIsMadeThenOpportunitiesMayStartInItAndChangeToIt) {
    auto const made = perform("admin", "process.create",
                              R"({"name":"渠道流程","stages":[{"name":"报备","probability":20},)"
                              R"({"name":"签约","probability":90,"required_fields":["expected_close_date"]}]})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ((*made)["stages"].Size(), 5U);
    EXPECT_EQ(
        word(perform("admin", "process.create", R"({"name":"渠道流程","stages":[{"name":"a","probability":1}]})")),
        "duplicate");
    auto const other = text(*made, "id");
    auto const first = text((*made)["stages"][0], "id");
    EXPECT_EQ(perform("li", "process.list", "{}").value()["items"].Size(), 2U);
    EXPECT_EQ(word(on("li", "change", R"(,"version":1,"process_id":")" + other + "\"")), "stage_id");
    ASSERT_EQ(word(on("li", "change", R"(,"version":1,"process_id":")" + other + R"(","stage_id":")" + first + "\"")),
              "ok");
    EXPECT_EQ(text(on("li", "show").value(), "stage_name"), "报备");
    EXPECT_EQ(word(perform("admin", "process.delete", R"({"id":")" + other + "\"}")), "in_use");
    EXPECT_EQ(word(perform("admin", "process.delete", R"({"id":")" + process + "\"}")), "default_process");
    EXPECT_EQ(word(perform("li", "process.delete", R"({"id":")" + other + "\"}")), "permission");
}

TEST_F(GivenProcesses, WhenAStageIsRenamedThenItKeepsItsIdAndAVersionIsKept) {
    auto const stages_now = "[" + keep("初步接洽", 15) + "," + keep("需求确认", 30) + "," + keep("方案报价", 50) + "," +
                            R"({"id":")" + stages.at("商务谈判") + R"(","name":"合同谈判","probability":80}])";
    auto const changed = change(R"(,"stages":)" + stages_now);
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(text((*changed)["stages"][3], "name"), "合同谈判");
    EXPECT_EQ(text((*changed)["stages"][3], "id"), stages.at("商务谈判"));
    EXPECT_EQ((*changed)["stages"].Size(), 7U) << "the ends stay";
    EXPECT_EQ(text((*changed)["stages"][4], "id"), stages.at("赢单"));
    EXPECT_EQ((*changed)["version"].GetInt64(), 2);
    EXPECT_EQ(on("li", "show").value()["probability"].GetInt64(), 15);
    auto const versions = perform("admin", "process.versions", R"({"id":")" + process + "\"}").value();
    ASSERT_EQ(versions["items"].Size(), 2U);
    EXPECT_EQ(text(versions["items"][1]["definition"]["stages"][3], "name"), "商务谈判");
}

TEST_F(GivenProcesses, WhenItIsSentBackAsItWasReadThenItStaysAsItIs) {
    auto const before = shown();
    auto const changed = perform("admin", "process.change", json::write(before));
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(json::write((*changed)["stages"]), json::write(before["stages"]));
    EXPECT_EQ((*changed)["version"].GetInt64(), before["version"].GetInt64() + 1);

    auto moved = shown();
    moved["stages"][0].Swap(moved["stages"][1]);
    auto const after = perform("admin", "process.change", json::write(moved));
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(text((*after)["stages"][0], "name"), "需求确认") << "the place in the list decides";
    EXPECT_EQ((*after)["stages"][0]["position"].GetInt64(), 1);
}

TEST_F(GivenProcesses, WhenAStageWithOpportunitiesGoesThenATargetMustBeNamed) {
    auto const rest = "[" + keep("需求确认", 30) + "," + keep("方案报价", 50) + "," + keep("商务谈判", 80) + "]";
    EXPECT_EQ(word(change(R"(,"stages":)" + rest)), "stage_targets");
    auto const target = [&](std::string const& stage) {
        return R"(,"stage_targets":[{"stage_id":")" + stages.at("初步接洽") + R"(","target_id":")" + stages.at(stage) +
               R"("}])";
    };
    EXPECT_EQ(word(change(R"(,"stages":)" + rest + target("赢单"))), "stage_targets");
    ASSERT_EQ(word(change(R"(,"stages":)" + rest + target("需求确认"))), "ok");
    auto const shown = on("li", "show").value();
    EXPECT_EQ(text(shown, "stage_name"), "需求确认");
    EXPECT_EQ(shown["history"].Size(), 2U);
    EXPECT_EQ(shown["probability"].GetInt64(), 30);
    EXPECT_EQ(shown["stages"].Size(), 6U);
}

TEST_F(GivenProcesses, WhenAStageHasExitConditionsThenTheyHoldTheOpportunityBack) {
    auto const asking = R"(,"stages":[{"id":")" + stages.at("初步接洽") +
                        R"(","name":"初步接洽","probability":10,"required_fields":["expected_close_date"],)"
                        R"("min_followups":1},)" +
                        keep("需求确认", 30) + "," + keep("方案报价", 50) + "," + keep("商务谈判", 80) + "]";
    ASSERT_EQ(word(change(asking)), "ok");
    EXPECT_EQ(word(on("li", "advance", to("需求确认"))), "exit_conditions");
    ASSERT_EQ(word(on("li", "change", R"(,"version":1,"expected_close_date":"2026-12-31")")), "ok");
    EXPECT_EQ(word(on("li", "advance", to("需求确认"))), "exit_conditions");
    ASSERT_TRUE(perform("li", "followup.create",
                        R"({"target_type":"opportunity","target_id":")" + id + R"(","content":"电话"})"));
    EXPECT_EQ(word(on("li", "advance", to("需求确认"))), "ok");
}

TEST_F(GivenProcesses, WhenTheProcessForbidsThenNothingGoesBackOrIsReopened) {
    ASSERT_EQ(word(change(R"(,"roll_back":"forbidden","can_reopen":false)")), "ok");
    ASSERT_EQ(word(on("li", "advance", to("方案报价"))), "ok");
    EXPECT_EQ(word(on("li", "advance", to("需求确认") + R"(,"reason":"x")")), "roll_back");
    ASSERT_EQ(word(on("li", "win")), "ok");
    EXPECT_EQ(word(on("boss", "reopen")), "reopen");
    EXPECT_EQ(word(change(R"(,"enabled":false)")), "enabled");
    EXPECT_EQ(word(change(R"(,"is_default":false)")), "is_default");
}

}  // namespace
}  // namespace wescrm::testing
