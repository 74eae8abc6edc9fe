#include "integration/sales/pool_given.hpp"
#include "simulator.hpp"

#include <wescrm/scrm/corp_tags.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <thread>

// Groups of tags here and corp tags of the simulator, over HTTP.
namespace wescrm::scrm {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Names = std::vector<std::string>;

constexpr auto patience = std::chrono::seconds{20};
constexpr auto corp = "wwexample00000001";

/// Keeps one token for good.
struct OneToken final : wecom::TokenStore {
    asio::awaitable<std::pair<std::optional<wecom::Token>, wecom::Answer>> token(wecom::Account const&,
                                                                                 std::optional<std::int64_t>,
                                                                                 Fetch fetch) override {
        auto answer = wecom::Answer{};
        if (!kept) {
            answer = co_await fetch();
            if (answer.is_ok()) kept = wecom::Token{json::find_string(answer.body, "access_token").value(), 1, {}};
        }
        co_return std::pair{kept, std::move(answer)};
    }
    std::optional<wecom::Token> kept;
};

/// wang, the administrator, has the group 意向程度 with two tags.
struct GivenCorpTags : wescrm::testing::PoolTest {
    GivenCorpTags() {
        scrm::add_operations(catalogue);
        auto config = simulator::Config{};
        config.listen = "127.0.0.1:0";
        auto file = std::ifstream{WESCRM_SOURCE_DIR "/tests/simulator/example-org.json"};
        auto corps = simulator::read_organisation(std::string{std::istreambuf_iterator<char>{file}, {}});
        sim = simulator::Simulator::start(config, std::move(corps.value())).value();
        base = "http://127.0.0.1:" + std::to_string(sim->port());
        client.emplace(http, tokens, base);
        account = {tenant, 1, corp, "app-secret-of-the-example"};
        stage = get("wang", "tag_group.create", R"({"name":"意向程度"})");
        for (auto const* name : {"高意向", "观望中"}) make(name);
    }
    ~GivenCorpTags() override {
        guard.reset();
        io.stop();
        thread.join();
    }

    template <class T>
    T wait(asio::awaitable<T> call) {
        auto pending = asio::co_spawn(io, std::move(call), asio::use_future);
        if (pending.wait_for(patience) != std::future_status::ready) throw std::runtime_error{"no answer in time"};
        return pending.get();
    }
    json::Document ask(http::Method method, std::string const& path, std::string const& body = {}) {
        auto request = http::ClientRequest{.method = method, .url = base + path, .body = body};
        auto response = wait(http.send(std::move(request)));
        auto document = response ? json::parse(response->body) : Result<json::Document>{json::Document{}};
        return document ? std::move(*document) : json::Document{};
    }
    std::string const tags_path = "/sim/corps/" + std::string{corp} + "/tags";

    /// What an administrator of WeCom does.
    std::string make_there(std::string const& group, std::string const& name) {
        auto const made = ask(http::Method::post, tags_path, R"({"group":")" + group + R"(","name":")" + name + "\"}");
        return json::find_string(made, "id").value_or("");
    }
    void rename_there(std::string const& id, std::string const& name) {
        ask(http::Method::patch, tags_path + "/" + id, R"({"name":")" + name + "\"}");
    }
    void put_there(std::string const& id, int order) {
        ask(http::Method::patch, tags_path + "/" + id, R"({"order":)" + std::to_string(order) + "}");
    }
    void remove_there(std::string const& id) { ask(http::Method::delete_, tags_path + "/" + id); }
    /// "意向程度/高意向", in their order.
    Names there() {
        auto found = Names{};
        auto const shown = ask(http::Method::get, tags_path);
        for (auto const& group : shown["groups"].GetArray())
            for (auto const& tag : group["tags"].GetArray())
                found.push_back(json::find_string(group, "name").value() + "/" +
                                json::find_string(tag, "name").value());
        return found;
    }
    std::string id_there(std::string const& name) {
        auto const shown = ask(http::Method::get, tags_path);
        for (auto const& group : shown["groups"].GetArray()) {
            if (json::find_string(group, "name") == name) return json::find_string(group, "id").value();
            for (auto const& tag : group["tags"].GetArray())
                if (json::find_string(tag, "name") == name) return json::find_string(tag, "id").value();
        }
        return {};
    }
    /// Calls that changed something.
    std::size_t writes() {
        auto count = std::size_t{0};
        for (auto const* api : {"add_corp_tag", "edit_corp_tag", "del_corp_tag"})
            count += ask(http::Method::get, "/sim/calls?kind=externalcontact/" + std::string{api})["items"].Size();
        return count;
    }

    void make(std::string const& name) {
        tag_ids[name] = get("wang", "tag.create", R"({"name":")" + name + R"(","group_id":")" + stage + "\"}");
    }
    void rename(std::string const& name, std::string const& other) {
        auto const id = tag_ids.at(name);
        auto const version = get("wang", "tag.show", wescrm::testing::id_of(id), "version");
        get("wang", "tag.change", R"({"id":")" + id + R"(","version":)" + version + R"(,"name":")" + other + "\"}");
        tag_ids[other] = id;
    }
    void remove(std::string const& name) {
        EXPECT_EQ(message("wang", "tag.delete", wescrm::testing::id_of(tag_ids.at(name))), "");
    }
    void put_here(Names const& names) {
        auto ids = std::string{};
        for (auto const& one : names) ids += (ids.empty() ? "\"" : ",\"") + tag_ids.at(one) + "\"";
        EXPECT_EQ(message("wang", "tag_group.order_tags", R"({"id":")" + stage + R"(","tag_ids":[)" + ids + "]}"), "");
    }
    Names here() {
        auto found = Names{};
        auto const shown = call("wang", "tag_group.show", wescrm::testing::id_of(stage)).value();
        for (auto const& tag : shown["tags"].GetArray()) {
            found.push_back(json::find_string(tag, "name").value());
            tag_ids[found.back()] = json::find_string(tag, "id").value();
        }
        return found;
    }

    std::string map(std::string const& flow, std::string const& more = {}) {
        return message("wang", "corp_tag.map", R"({"id":")" + stage + R"(","flow":")" + flow + "\"" + more + "}");
    }
    Result<void> run(bool is_preview = false) {
        auto const services = operation::Services{&renderer, {}, {}};
        auto sync = CorpTagSync{*db, clock, services, Operations{&catalogue, [](auto const*) {}}};
        auto wecom_tags = WecomCorpTags{*client, account};
        clock.advance(minutes{1});
        return wait(sync.run(tenant, wecom_tags, is_preview));
    }
    json::Document shown() { return call("wang", "corp_tag.show", "{}").value(); }
    std::string run_member(std::string const& name) {
        auto const all = shown();
        auto const* value = json::find(all["run"], name);
        return value->IsString() ? std::string{json::view(*value)} : json::write(*value);
    }
    Names changes() {
        auto lines = Names{};
        auto const all = shown();
        for (auto const& line : all["changes"].GetArray()) lines.push_back(json::find_string(line, "words").value());
        return lines;
    }
    /// "慢热: 企业微信的客户标签已达 …"
    Names problems() {
        auto lines = Names{};
        auto const all = shown();
        for (auto const& problem : all["groups"][0]["problems"].GetArray())
            lines.push_back(json::find_string(problem, "name").value() + ": " +
                            json::find_string(problem, "problem").value());
        return lines;
    }
    std::int64_t waiting_runs() { return count("timer where kind = 'corp_tags' and state = 0"); }
    void forget_timers() {
        in_tenant([](database::Session& sql) {
            sql.execute("update timer set state = 1 where kind = 'corp_tags' and state = 0");
        });
    }
    void hear(std::string const& id, Instant at) {
        auto event = wecom::Callback{};
        event.created = at;
        event.content = wecom::ExternalTagChange{"update", id, "tag"};
        ASSERT_TRUE(in_company("system", [&](operation::Context& ctx) { return note_corp_tag(ctx, event); }));
    }

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    std::unique_ptr<simulator::Simulator> sim;
    std::string base;
    http::Client http{io.get_executor(), {}};
    OneToken tokens;
    std::optional<wecom::Client> client;
    wecom::Account account;
    std::string stage;
    std::map<std::string, std::string> tag_ids;
    std::thread thread{[this] { io.run(); }};
};

TEST_F(GivenCorpTags, WhenAGroupGoesToWecomThenAPreviewSaysWhatWouldBeDoneAndARunDoesIt) {
    ASSERT_EQ(map("to_wecom"), "");
    ASSERT_TRUE(run(true));
    EXPECT_THAT(changes(), ElementsAre("在企业微信新建标签「高意向」", "在企业微信新建标签「观望中」"));
    EXPECT_THAT(there(), IsEmpty());
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/高意向", "意向程度/观望中"));
    EXPECT_EQ(writes(), 1U);
    rename("观望中", "慢热");
    remove("高意向");
    make("待回访");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), UnorderedElementsAre("意向程度/慢热", "意向程度/待回访"));
    EXPECT_EQ(run_member("state"), "done");
    EXPECT_EQ(run_member("done"), run_member("total"));
    auto const before = writes();
    ASSERT_TRUE(run());
    EXPECT_EQ(writes(), before);
    EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(GivenCorpTags, WhenItsLastTagIsDeletedThenTheGroupGoesThereAndComesBackWithTheNextOne) {
    ASSERT_EQ(map("to_wecom"), "");
    ASSERT_TRUE(run());
    remove("高意向");
    remove("观望中");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), IsEmpty());
    make("待回访");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/待回访"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(GivenCorpTags, WhenATagIsMadeAgainOrTakesTheNameOfAnotherThenOneRunSettlesIt) {
    ASSERT_EQ(map("to_wecom"), "");
    ASSERT_TRUE(run());
    auto const kept = id_there("高意向");
    remove("高意向");
    make("高意向");
    rename("观望中", "慢热");
    make("观望中");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), UnorderedElementsAre("意向程度/高意向", "意向程度/慢热", "意向程度/观望中"));
    EXPECT_EQ(id_there("高意向"), kept);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(GivenCorpTags, WhenWecomWritesThenNamesNewTagsAndDeletionsComeFromThere) {
    make_there("意向程度", "高意向");
    auto const fresh = make_there("意向程度", "已加好友");
    auto const unused = make_there("意向程度", "老客转介");
    ASSERT_EQ(map("from_wecom"), "");
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("高意向", "观望中", "已加好友", "老客转介"));
    EXPECT_EQ(writes(), 0U);
    rename_there(fresh, "已加微信");
    remove_there(unused);
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("高意向", "观望中", "已加微信"));
    rename("已加微信", "改过的");
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), Contains("已加微信"));
}

TEST_F(GivenCorpTags, WhenATagThatIsUsedIsDeletedThereThenItStaysHereUnmappedUntilSomebodyWantsItThereAgain) {
    ASSERT_EQ(map("both"), "");
    ASSERT_TRUE(run());
    auto const account_id = customer("wang", "宏达科技");
    ASSERT_EQ(message("wang", "customer.tag", R"({"id":")" + account_id + R"(","add":["高意向"]})"), "");
    remove_there(id_there("高意向"));
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), Contains("高意向"));
    EXPECT_THAT(changes(), Contains(HasSubstr("标签「高意向」在企业微信已删除：CRM 里保留")));
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/观望中"));
    ASSERT_EQ(message("wang", "corp_tag.relink", wescrm::testing::id_of(tag_ids.at("高意向"))), "");
    EXPECT_EQ(waiting_runs(), 1);
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), UnorderedElementsAre("意向程度/观望中", "意向程度/高意向"));
}

TEST_F(GivenCorpTags, WhenBothRenameThenTheLaterNameStays) {
    ASSERT_EQ(map("both"), "");
    ASSERT_TRUE(run());
    auto const first = id_there("高意向");
    auto const second = id_there("观望中");
    auto const start = clock.now();
    clock.advance(minutes{10});
    rename("高意向", "很有意向");
    rename("观望中", "再看看");
    rename_there(first, "热");
    rename_there(second, "冷");
    hear(first, start + minutes{5});
    hear(second, start + minutes{15});
    EXPECT_EQ(waiting_runs(), 1);
    clock.advance(minutes{10});
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("很有意向", "冷"));
    EXPECT_THAT(there(), ElementsAre("意向程度/很有意向", "意向程度/冷"));
    auto const before = writes();
    hear(first, clock.now());
    ASSERT_TRUE(run());
    EXPECT_EQ(writes(), before);
}

TEST_F(GivenCorpTags, WhenTagsAreMovedHereThenTheyMoveThere) {
    make("待回访");
    ASSERT_EQ(map("to_wecom"), "");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/高意向", "意向程度/观望中", "意向程度/待回访"));
    EXPECT_EQ(writes(), 1U) << "new ones come in their order";
    put_here({"待回访", "高意向", "观望中"});
    EXPECT_EQ(waiting_runs(), 1);
    ASSERT_TRUE(run(true));
    EXPECT_THAT(changes(), ElementsAre("把企业微信的标签按 CRM 的顺序排列"));
    EXPECT_EQ(writes(), 1U);
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/待回访", "意向程度/高意向", "意向程度/观望中"));
    auto const before = writes();
    ASSERT_TRUE(run());
    EXPECT_EQ(writes(), before);
    put_there(id_there("观望中"), 9);
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/待回访", "意向程度/高意向", "意向程度/观望中")) << "WeCom follows";
    make("成交在即");
    put_here({"成交在即", "待回访", "高意向", "观望中"});
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/成交在即", "意向程度/待回访", "意向程度/高意向", "意向程度/观望中"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(GivenCorpTags, WhenTagsAreMovedThereThenTheyMoveHere) {
    for (auto const* name : {"高意向", "观望中", "已加好友"}) make_there("意向程度", name);
    ASSERT_EQ(map("from_wecom"), "");
    ASSERT_TRUE(run());
    put_there(id_there("已加好友"), 5);
    put_there(make_there("意向程度", "老客转介"), 7);
    ASSERT_TRUE(run(true));
    EXPECT_THAT(changes(), ElementsAre("在 CRM 新建标签「老客转介」", "把 CRM 的标签按企业微信的顺序排列"));
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("老客转介", "已加好友", "高意向", "观望中"));
    EXPECT_EQ(writes(), 0U);
    ASSERT_TRUE(run());
    EXPECT_THAT(changes(), IsEmpty());
    put_here({"观望中", "高意向"});
    EXPECT_EQ(waiting_runs(), 0) << "WeCom writes";
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("老客转介", "已加好友", "高意向", "观望中"));
}

TEST_F(GivenCorpTags, WhenBothWriteThenWhoeverMovedSomethingIsFollowedAndNothingGoesRound) {
    make("待回访");
    ASSERT_EQ(map("both"), "");
    ASSERT_TRUE(run());
    ASSERT_TRUE(run());
    put_there(id_there("待回访"), 9);
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("待回访", "高意向", "观望中"));
    auto const before = writes();
    EXPECT_EQ(waiting_runs(), 0) << "its own writing sets no run";
    ASSERT_TRUE(run());
    EXPECT_EQ(writes(), before);
    put_here({"观望中", "待回访", "高意向"});
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/观望中", "意向程度/待回访", "意向程度/高意向"));
    put_there(id_there("高意向"), 99);
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("高意向", "观望中", "待回访"));
    put_there(id_there("待回访"), 999);
    put_here({"观望中", "高意向", "待回访"});
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), ElementsAre("观望中", "高意向", "待回访")) << "if both have, what people see here stays";
    EXPECT_THAT(there(), ElementsAre("意向程度/观望中", "意向程度/高意向", "意向程度/待回访"));
}

TEST_F(GivenCorpTags, WhenSomethingChangesHereThenARunIsSetAndItsOwnWritingSetsNone) {
    ASSERT_EQ(map("both"), "");
    EXPECT_EQ(waiting_runs(), 0);
    ASSERT_TRUE(run());
    make("待回访");
    EXPECT_EQ(waiting_runs(), 1);
    forget_timers();
    make_there("意向程度", "已加好友");
    ASSERT_TRUE(run());
    EXPECT_THAT(here(), Contains("已加好友"));
    EXPECT_EQ(waiting_runs(), 0);
}

TEST_F(GivenCorpTags, WhenWecomRefusesATagThenItSaysWhyAndTheNextRunTriesAgain) {
    ask(http::Method::put, "/sim/limits", R"({"corp_tags":1})");
    ASSERT_EQ(map("to_wecom"), "");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/高意向"));
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("观望中: 企业微信的客户标签已达 10000 个上限")));
    ask(http::Method::put, "/sim/limits", R"({"corp_tags":10000})");
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), ElementsAre("意向程度/高意向", "意向程度/观望中"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(GivenCorpTags, WhenTheTagThereIsNotOursThenRenamingItSaysWhoCan) {
    make_there("意向程度", "高意向");
    ASSERT_EQ(map("to_wecom"), "");
    ASSERT_TRUE(run());
    rename("高意向", "很有意向");
    ASSERT_TRUE(run());
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("很有意向: 它不是本应用创建的")));
}

TEST_F(GivenCorpTags, WhenAnotherGroupHasTheNameThenTheTagOfWecomSaysSo) {
    auto const other = get("wang", "tag_group.create", R"({"name":"采购关注"})");
    get("wang", "tag.create", R"({"name":"价格敏感","group_id":")" + other + "\"}");
    make_there("意向程度", "价格敏感");
    ASSERT_EQ(map("from_wecom"), "");
    ASSERT_TRUE(run());
    EXPECT_THAT(problems(), ElementsAre("价格敏感: 已有这个标签"));
}

TEST_F(GivenCorpTags, WhenWecomDoesNotAnswerThenTheRunSaysSoAndIsTriedAgain) {
    ASSERT_EQ(map("to_wecom"), "");
    ask(http::Method::post, "/sim/faults", R"({"kind":"error","api":"externalcontact/add_corp_tag","errcode":45009})");
    ASSERT_TRUE(run());
    EXPECT_EQ(run_member("state"), "failed");
    EXPECT_THAT(run_member("problem"), HasSubstr("频率限制"));
    EXPECT_EQ(waiting_runs(), 1);
    ask(http::Method::delete_, "/sim/faults");
    ASSERT_TRUE(run());
    EXPECT_EQ(there().size(), 2U);
}

TEST_F(GivenCorpTags, WhenTheGroupIsDeletedThereThenItsMappingEndsAndSaysWhy) {
    ASSERT_EQ(map("both"), "");
    ASSERT_TRUE(run());
    remove_there(id_there("意向程度"));
    ASSERT_TRUE(run());
    EXPECT_EQ(here().size(), 2U);
    auto const all = shown();
    EXPECT_EQ(json::find_string(all["groups"][0], "flow"), "none");
    EXPECT_THAT(json::find_string(all["groups"][0], "note").value(), HasSubstr("在企业微信已删除"));
    ASSERT_TRUE(run());
    EXPECT_THAT(there(), IsEmpty());
}

TEST_F(GivenCorpTags, WhenAGroupOfAnotherNameIsChosenThenTheTwoBecomeOne) {
    make_there("客户意向", "高意向");
    ASSERT_TRUE(run(true));
    auto const groups = shown();
    ASSERT_EQ(groups["corp_groups"].Size(), 1U);
    auto const id = json::find_string(groups["corp_groups"][0], "id").value();
    ASSERT_EQ(map("from_wecom", R"(,"corp_group_id":")" + id + "\""), "");
    ASSERT_TRUE(run());
    EXPECT_EQ(get("wang", "tag_group.show", wescrm::testing::id_of(stage), "name"), "客户意向");
    auto const other = get("wang", "tag_group.create", R"({"name":"采购关注"})");
    EXPECT_THAT(
        message("wang", "corp_tag.map", R"({"id":")" + other + R"(","flow":"both","corp_group_id":")" + id + "\"}"),
        HasSubstr("客户意向"));
}

TEST_F(GivenCorpTags, WhenWecomHasNoSuchGroupThenTheGroupSaysWhatToDo) {
    ASSERT_EQ(map("from_wecom"), "");
    ASSERT_TRUE(run());
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("企业微信里没有叫「意向程度」的标签组")));
    EXPECT_EQ(reason("li", "corp_tag.map", R"({"id":")" + stage + R"(","flow":"none"})"), "permission");
    EXPECT_EQ(map("none"), "");
    EXPECT_EQ(reason("wang", "corp_tag.sync", "{}"), "nothing_mapped");
}

}  // namespace
}  // namespace wescrm::scrm
