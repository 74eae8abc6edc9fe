#include "integration/wecom/scripted_api.hpp"
#include "support/database_test.hpp"

#include <wescrm/jobs/token_store.hpp>
#include <wescrm/wecom/client.hpp>
#include <wescrm/wecom/message.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include <future>
#include <thread>

namespace wescrm::wecom {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using tests::ScriptedApi;

constexpr auto ok = R"({"errcode":0,"errmsg":"ok"})";
constexpr auto patience = std::chrono::seconds{10};

/// What a server process has: a client whose tokens are kept in the database.
struct Process {
    Process(std::string const& database, Clock const& clock, std::string api_base)
        : db{config_of(database)},
          http{io.get_executor(), {}},
          tokens{db, Sealer::with_key(Bytes(32, 'k')).value(), clock, metrics, quick()},
          client{http, tokens, std::move(api_base),
                 [this](std::string_view api, int errcode, double) {
                     auto const lock = std::lock_guard{mutex};
                     observed.push_back(std::string{api} + ":" + std::to_string(errcode));
                 }},
          thread{[this] { io.run(); }} {}
    ~Process() {
        guard.reset();
        io.stop();
        thread.join();
    }
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;

    template <class T>
    std::future<T> begin(asio::awaitable<T> call) {
        return asio::co_spawn(io, std::move(call), asio::use_future);
    }
    template <class T>
    T wait(asio::awaitable<T> call) {
        auto pending = begin(std::move(call));
        if (pending.wait_for(patience) != std::future_status::ready) throw std::runtime_error{"no answer in time"};
        return pending.get();
    }
    static database::Config config_of(std::string const& url) {
        auto config = database::Config{};
        config.url = url;
        config.intake.connections = config.web.connections = config.report.connections = 1;
        config.worker.connections = 4;
        return config;
    }
    static jobs::TokenConfig quick() {
        auto config = jobs::TokenConfig{};
        config.poll = milliseconds{5};
        return config;
    }

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    database::Database db;
    jobs::Metrics metrics;
    http::Client http;
    jobs::DatabaseTokenStore tokens;
    std::mutex mutex;
    std::vector<std::string> observed;
    Client client;
    std::thread thread;
};

struct GivenAnApi : wescrm::testing::DatabaseTest {
    GivenAnApi() {
        api.give_tokens();
        account.tenant = tenant;
        account.corp_id = "ww-test";
        account.secret = "s&cret";
        in(database::Scope::of_queues(), [this](database::Session& sql) {
            auto const blob = database::Blob{"x"};
            account.app_id =
                sql.value<std::int64_t>(
                       "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) "
                       "values (:tenant, 'app', 7, :secret, :secret, :secret) returning id",
                       {database::bind("tenant", tenant), database::bind("secret", blob)})
                    .value();
        });
        process = std::make_unique<Process>(url, clock, api.base());
    }
    ~GivenAnApi() override { process.reset(); }

    /// The request lines of one API without the HTTP version.
    std::vector<std::string> lines(std::string const& name) {
        auto found = std::vector<std::string>{};
        for (auto const& request : api.requests(name)) found.push_back(request.line.substr(0, request.line.rfind(' ')));
        return found;
    }
    Answer send(std::string const& body = R"({"touser":"li"})") {
        return process->wait(process->client.send(account, body));
    }

    ScriptedApi api;
    Account account;
    std::unique_ptr<Process> process;
};

// ---- tokens -----------------------------------------------------------------------------------------------------

TEST_F(GivenAnApi, WhenManyCallAtOnceFromTwoProcessesThenOneTokenIsFetched) {
    api.on("message/send", ok);
    auto other = Process{url, clock, api.base()};
    auto calls = std::vector<std::future<Answer>>{};
    for (auto i = 0; i < 20; ++i) {
        auto& from = i % 2 == 0 ? *process : other;
        calls.push_back(from.begin(from.client.send(account, "{}")));
    }
    for (auto& call : calls) {
        ASSERT_EQ(call.wait_for(patience), std::future_status::ready);
        EXPECT_TRUE(call.get().is_ok());
    }
    EXPECT_EQ(lines("gettoken"), std::vector<std::string>{"GET /cgi-bin/gettoken?corpid=ww-test&corpsecret=s%26cret"});
    EXPECT_EQ(api.requests("message/send").size(), 20U);
    for (auto const& line : lines("message/send")) EXPECT_EQ(line, "POST /cgi-bin/message/send?access_token=T1");
}

TEST_F(GivenAnApi, WhenATokenIsRefusedThenItIsRefreshedOnceAndTheCallRepeatedOnce) {
    for (auto code : {40014, 42001, 40001}) {
        auto fresh = ScriptedApi{};
        fresh.give_tokens();
        fresh.on("message/send", R"({"errcode":)" + std::to_string(code) + R"(,"errmsg":"bad token"})");
        fresh.on("message/send", R"({"errcode":0,"errmsg":"ok","msgid":"m1"})");
        auto const company = add_company("ww-" + std::to_string(code));
        account.tenant = company;
        auto caller = Process{url, clock, fresh.base()};
        auto const answer = caller.wait(caller.client.send(account, R"({"touser":"li"})"));
        EXPECT_TRUE(answer.is_ok()) << code;
        EXPECT_EQ(json::find_string(answer.body, "msgid"), "m1");
        EXPECT_EQ(fresh.requests("gettoken").size(), 2U) << code;
        auto const sent = fresh.requests("message/send");
        ASSERT_EQ(sent.size(), 2U) << code;
        EXPECT_THAT(sent[0].line, HasSubstr("access_token=T1 "));
        EXPECT_THAT(sent[1].line, HasSubstr("access_token=T2 "));
        EXPECT_EQ(sent[0].body, sent[1].body);
    }
}

TEST_F(GivenAnApi, WhenTheFreshTokenIsRefusedTooThenNothingIsRepeatedAnyMore) {
    api.on("message/send", R"({"errcode":42001,"errmsg":"access_token expired"})");
    EXPECT_EQ(send().failure, ErrorClass::configuration);
    EXPECT_EQ(api.requests("message/send").size(), 2U);
    EXPECT_EQ(api.requests("gettoken").size(), 2U);
}

TEST_F(GivenAnApi, WhenManyTokensAreRefusedAtOnceThenOneRefreshServesAll) {
    api.on("message/send", ok);
    EXPECT_TRUE(send().is_ok());
    api.expire("T1");
    api.on("user/get", R"({"errcode":0,"errmsg":"ok","userid":"li"})");
    auto calls = std::vector<std::future<ApiResult<ApiMember>>>{};
    for (auto i = 0; i < 8; ++i) calls.push_back(process->begin(process->client.member(account, UserId{"li"})));
    for (auto& call : calls) {
        ASSERT_EQ(call.wait_for(patience), std::future_status::ready);
        EXPECT_TRUE(call.get().is_ok());
    }
    EXPECT_EQ(api.requests("gettoken").size(), 2U);
}

TEST_F(GivenAnApi, WhenTheSecretIsWrongThenAnAdministratorMustActAndItIsNotTriedAgain) {
    auto wrong = ScriptedApi{};
    wrong.on("gettoken", R"({"errcode":40001,"errmsg":"invalid credential"})");
    wrong.on("message/send", ok);
    auto caller = Process{url, clock, wrong.base()};
    for (auto i = 0; i < 3; ++i)
        EXPECT_EQ(caller.wait(caller.client.send(account, "{}")).failure, ErrorClass::configuration);
    EXPECT_EQ(wrong.requests("gettoken").size(), 1U) << "repeating it has the address banned";
    EXPECT_TRUE(wrong.requests("message/send").empty());
}

// ---- outcomes ---------------------------------------------------------------------------------------------------

TEST_F(GivenAnApi, WhenAnErrcodeIsAnsweredThenItsClassIsGiven) {
    struct Case {
        int errcode;
        ErrorClass klass;
    };
    auto const cases = std::vector<Case>{{-1, ErrorClass::busy},
                                         {45009, ErrorClass::rate},
                                         {45033, ErrorClass::concurrency},
                                         {60020, ErrorClass::configuration},
                                         {81013, ErrorClass::recipient},
                                         {40058, ErrorClass::payload},
                                         {48002, ErrorClass::configuration}};
    for (auto const& [errcode, klass] : cases)
        api.on("message/send",
               R"({"errcode":)" + std::to_string(errcode) + R"(,"errmsg":"hint: [1], from ip: 1.2.3.4"})");
    for (auto const& [errcode, klass] : cases) {
        auto const answer = send();
        EXPECT_EQ(answer.errcode, errcode);
        EXPECT_EQ(name_of(answer.failure), name_of(klass)) << errcode;
        EXPECT_THAT(answer.message, HasSubstr("from ip"));
    }
    EXPECT_EQ(api.requests("message/send").size(), cases.size()) << "nothing is repeated here";
    EXPECT_EQ(process->observed.front(), "gettoken:0");
    EXPECT_EQ(process->observed.at(1), "message/send:-1");
}

TEST_F(GivenAnApi, WhenTheAnswerIsMissingOrNoneThenTheOutcomeIsUnknown) {
    api.on("message/send", ok);
    EXPECT_TRUE(send().is_ok());
    for (auto const* response : {ScriptedApi::hang_up, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"errcode\":\"0\"}"})
        api.on_raw("message/send", response);
    api.on("message/send", ok);
    EXPECT_TRUE(send().is_ok()) << "the first answer is used up with the second call";
    for (auto i = 0; i < 5; ++i) EXPECT_EQ(name_of(send().failure), "unknown") << i;
    EXPECT_TRUE(send().is_ok());
}

TEST_F(GivenAnApi, WhenNobodyListensThenNothingWasSent) {
    api.on("message/send", ok);
    EXPECT_TRUE(send().is_ok());  // the token is known now
    auto nowhere = std::string{};
    {
        nowhere = http::tests::ScriptedServer{[](auto&, int) {}}.url("");
    }
    auto caller = Process{url, clock, nowhere};
    auto const answer = caller.wait(caller.client.send(account, "{}"));
    EXPECT_EQ(name_of(answer.failure), "not_sent");
    account.tenant = add_company("ww-2");
    EXPECT_EQ(name_of(caller.wait(caller.client.send(account, "{}")).failure), "not_sent")
        << "no token, so nothing left";
}

// ---- each call --------------------------------------------------------------------------------------------------

TEST_F(GivenAnApi, WhenMessagesAreSentUpdatedAndRecalledThenBodiesArriveAsTheyAre) {
    api.on("message/send", R"({"errcode":0,"errmsg":"ok","invaliduser":"zhao","msgid":"M1","response_code":"RC"})");
    api.on("message/update_template_card", R"({"errcode":0,"errmsg":"ok","invaliduser":["zhao"]})");
    api.on("message/recall", ok);
    auto const body = Message::text("你好 \"王总\" 😀").to_send({UserId{"li"}, 7, "", 1'800});
    auto const sent = send(body);
    EXPECT_EQ(json::find_string(sent.body, "response_code"), "RC");
    EXPECT_EQ(api.requests("message/send").front().body, body);
    EXPECT_THAT(api.requests("message/send").front().head, HasSubstr("Content-Type: application/json"));
    auto const update = button_update(UserId{"li"}, 7, "RC", "已处理");
    EXPECT_TRUE(process->wait(process->client.update_card(account, update)).is_ok());
    EXPECT_EQ(api.requests("message/update_template_card").front().body, update);
    EXPECT_TRUE(process->wait(process->client.recall(account, "M1")).is_ok());
    EXPECT_EQ(api.requests("message/recall").front().body, R"({"msgid":"M1"})");
}

TEST_F(GivenAnApi, WhenDepartmentsAreReadThenTheirFieldsAreKnown) {
    api.on(
        "department/list",
        R"({"errcode":0,"errmsg":"ok","department":[{"id":2,"name":"广州研发中心","department_leader":["zhangsan","lisi"],"parentid":1,"order":10}]})");
    api.on(
        "department/simplelist",
        R"({"errcode":0,"errmsg":"ok","department_id":[{"id":2,"parentid":1,"order":10},{"id":3,"parentid":2,"order":40}]})");
    api.on(
        "department/get",
        R"({"errcode":0,"errmsg":"ok","department":{"id":3,"name":"邮箱产品部","department_leader":[],"parentid":2,"order":40}})");
    auto const all = process->wait(process->client.departments(account));
    ASSERT_EQ(all.value.size(), 1U);
    EXPECT_EQ(all.value[0].name, "广州研发中心");
    EXPECT_EQ(all.value[0].leaders, (std::vector<std::string>{"zhangsan", "lisi"}));
    EXPECT_EQ(all.value[0].parent, 1);
    auto const ids = process->wait(process->client.department_ids(account));
    ASSERT_EQ(ids.value.size(), 2U);
    EXPECT_EQ(ids.value[1].id, 3);
    EXPECT_EQ(ids.value[1].parent, 2);
    EXPECT_EQ(process->wait(process->client.department(account, 3)).value.name, "邮箱产品部");
    EXPECT_EQ(lines("department/get"), std::vector<std::string>{"GET /cgi-bin/department/get?access_token=T1&id=3"});
}

TEST_F(GivenAnApi, WhenMembersAreReadThenTheirFieldsAreKnown) {
    auto const member = std::string{
        R"("userid":"zhangsan","name":"张三","department":[1,2],"order":[1,2],"position":"工程师","mobile":"13800000000","gender":"1",)"
        R"("is_leader_in_dept":[1,0],"direct_leader":["lisi"],"main_department":1,"status":1)"};
    api.on("user/get", R"({"errcode":0,"errmsg":"ok",)" + member + "}");
    api.on("user/list", R"({"errcode":0,"errmsg":"ok","userlist":[{)" + member + R"(},{"userid":"lisi","status":2}]})");
    auto const one = process->wait(process->client.member(account, UserId{"zhang san"}));
    EXPECT_EQ(one.value.user, UserId{"zhangsan"});
    EXPECT_EQ(one.value.direct_leader, "lisi");
    ASSERT_EQ(one.value.departments.size(), 2U);
    EXPECT_TRUE(one.value.departments[0].is_leader);
    EXPECT_EQ(one.value.departments[1].order, 2);
    EXPECT_THAT(lines("user/get").front(),
                ::testing::AnyOf(HasSubstr("userid=zhang%20san"), HasSubstr("userid=zhang+san")));
    auto const list = process->wait(process->client.members(account, 2));
    ASSERT_EQ(list.value.size(), 2U);
    EXPECT_EQ(list.value[1].status, 2);
    EXPECT_EQ(lines("user/list").front(), "GET /cgi-bin/user/list?access_token=T1&department_id=2");
}

TEST_F(GivenAnApi, WhenMemberIdsArePagedThenTheCursorLeadsOn) {
    api.on(
        "user/list_id",
        R"({"errcode":0,"errmsg":"ok","next_cursor":"c2","dept_user":[{"userid":"zhangsan","department":1},{"userid":"zhangsan","department":2}]})");
    api.on("user/list_id",
           R"({"errcode":0,"errmsg":"ok","next_cursor":"","dept_user":[{"userid":"lisi","department":2}]})");
    auto const first = process->wait(process->client.member_ids(account, ""));
    ASSERT_EQ(first.value.members.size(), 2U);
    EXPECT_EQ(first.value.members[1].department, 2);
    auto const second = process->wait(process->client.member_ids(account, first.value.next_cursor, 99'999));
    EXPECT_EQ(second.value.members.at(0).user, UserId{"lisi"});
    EXPECT_EQ(second.value.next_cursor, "");
    auto const asked = api.requests("user/list_id");
    EXPECT_EQ(asked.at(0).body, R"({"limit":10000})");
    EXPECT_EQ(asked.at(1).body, R"({"cursor":"c2","limit":10000})");
}

TEST_F(GivenAnApi, WhenAListIsMissingThenItIsNoEmptyList) {
    for (auto const* name :
         {"department/list", "department/simplelist", "department/get", "user/list", "user/list_id", "user/get"})
        api.on(name, ok);
    EXPECT_EQ(name_of(process->wait(process->client.departments(account)).answer.failure), "unknown");
    EXPECT_EQ(name_of(process->wait(process->client.department_ids(account)).answer.failure), "unknown");
    EXPECT_EQ(name_of(process->wait(process->client.department(account, 1)).answer.failure), "unknown");
    EXPECT_EQ(name_of(process->wait(process->client.members(account, 1)).answer.failure), "unknown");
    EXPECT_EQ(name_of(process->wait(process->client.member_ids(account, "")).answer.failure), "unknown");
    EXPECT_EQ(name_of(process->wait(process->client.member(account, UserId{"u"})).answer.failure), "unknown");
}

TEST_F(GivenAnApi, WhenTheRangeIsReadThenWhoMaySeeTheAppIsKnown) {
    api.on(
        "agent/get",
        R"({"errcode":0,"errmsg":"ok","agentid":7,"allow_userinfos":{"user":[{"userid":"zhangshan"},{"userid":"lisi"}]},)"
        R"("allow_partys":{"partyid":[1]},"allow_tags":{"tagid":[1,2,3]}})");
    api.on("agent/get", ok);
    auto const range = process->wait(process->client.range(account, 7));
    EXPECT_EQ(range.value.users, (std::vector<std::string>{"zhangshan", "lisi"}));
    EXPECT_EQ(range.value.departments, std::vector<std::int64_t>{1});
    EXPECT_EQ(range.value.tags, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_TRUE(process->wait(process->client.range(account, 7)).is_ok()) << "each of the three may be missing";
    EXPECT_EQ(lines("agent/get").front(), "GET /cgi-bin/agent/get?access_token=T1&agentid=7");
}

TEST_F(GivenAnApi, WhenTheMenuIsCreatedReadAndDeletedThenTheAppIsNamed) {
    auto const menu = std::string{R"({"button":[{"type":"click","name":"今日待办","key":"today"}]})"};
    api.on("menu/create", ok);
    api.on("menu/get", menu);
    api.on("menu/delete", ok);
    EXPECT_TRUE(process->wait(process->client.create_menu(account, 7, menu)).is_ok());
    EXPECT_EQ(api.requests("menu/create").front().body, menu);
    auto const read = process->wait(process->client.menu(account, 7));
    EXPECT_EQ(json::write(read.body), menu) << "an answer without errcode is a success";
    EXPECT_TRUE(process->wait(process->client.delete_menu(account, 7)).is_ok());
    EXPECT_EQ(lines("menu/create").front(), "POST /cgi-bin/menu/create?access_token=T1&agentid=7");
    EXPECT_EQ(lines("menu/get").front(), "GET /cgi-bin/menu/get?access_token=T1&agentid=7");
    EXPECT_EQ(lines("menu/delete").front(), "GET /cgi-bin/menu/delete?access_token=T1&agentid=7");
}

TEST_F(GivenAnApi, WhenMediaIsUploadedThenItIsOneMultipartPart) {
    api.on("media/upload", R"({"errcode":0,"errmsg":"","type":"file","media_id":"MEDIA","created_at":"1380000000"})");
    auto const content = std::string{"a\r\n--b\0c", 9};
    auto const uploaded = process->wait(process->client.upload(account, "file", "报价.pdf", content));
    EXPECT_EQ(uploaded.value, "MEDIA");
    EXPECT_EQ(lines("media/upload").front(), "POST /cgi-bin/media/upload?access_token=T1&type=file");
    auto const request = api.requests("media/upload").front();
    EXPECT_THAT(request.head, HasSubstr("multipart/form-data; boundary="));
    EXPECT_THAT(request.body, HasSubstr("name=\"media\""));
    EXPECT_THAT(request.body, HasSubstr("filename=\"报价.pdf\""));
    EXPECT_THAT(request.body, HasSubstr("filelength=9"));
    EXPECT_THAT(request.body, HasSubstr(content));
}

TEST_F(GivenAnApi, WhenMediaIsDownloadedThenItIsBytesOrAnErrcode) {
    auto const file = std::string{"{\"errcode\":1}\0\xff", 15};
    api.on_raw("media/get",
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-disposition: attachment; "
               "filename=\"a/../报价.json\"\r\n"
               "Content-Length: 15\r\n\r\n" +
                   file);
    api.on("media/get", R"({"errcode":40007,"errmsg":"invalid media_id"})");
    auto const media = process->wait(process->client.download(account, "M&1"));
    ASSERT_TRUE(media.is_ok());
    EXPECT_EQ(media.value.content, file);
    EXPECT_EQ(media.value.file_name, "报价.json");
    EXPECT_EQ(lines("media/get").front(), "GET /cgi-bin/media/get?access_token=T1&media_id=M%261");
    auto const gone = process->wait(process->client.download(account, "M1"));
    EXPECT_EQ(gone.answer.errcode, 40007);
    EXPECT_EQ(name_of(gone.answer.failure), "payload");
}

TEST_F(GivenAnApi, WhenTicketsAreReadThenCompanyAndAppHaveTheirOwn) {
    api.on("get_jsapi_ticket", R"({"errcode":0,"errmsg":"ok","ticket":"CORP","expires_in":7200})");
    api.on("ticket/get", R"({"errcode":0,"errmsg":"ok","ticket":"APP","expires_in":7200})");
    EXPECT_EQ(process->wait(process->client.jsapi_ticket(account)).value, "CORP");
    EXPECT_EQ(process->wait(process->client.app_ticket(account)).value, "APP");
    EXPECT_EQ(lines("get_jsapi_ticket").front(), "GET /cgi-bin/get_jsapi_ticket?access_token=T1");
    EXPECT_EQ(lines("ticket/get").front(), "GET /cgi-bin/ticket/get?access_token=T1&type=agent_config");
}

}  // namespace
}  // namespace wescrm::wecom
