#include <chrono>

#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/http/multipart.hpp>
#include <wescrm/wecom/client.hpp>

namespace wescrm::wecom {
namespace {

constexpr int no_answer = -2;

std::string escaped(std::string_view value) {
    auto parameters = http::Parameters{};
    parameters.add("v", std::string{value});
    return parameters.encoded().substr(2);
}

json::Limits generous() {
    auto limits = json::Limits{};
    limits.values = 4'000'000;  // a list of 50,000 members
    return limits;
}

Answer failure(ErrorClass klass, std::string message) {
    auto answer = Answer{};
    answer.failure = klass;
    answer.errcode = no_answer;
    answer.message = std::move(message);
    return answer;
}

// Any server error, or text that is no answer of the API, leaves open whether the call was processed.
Answer answer_from(http::ClientResponse const& response) {
    if (response.status != 200) return failure(ErrorClass::unknown, "HTTP " + std::to_string(response.status));
    auto body = json::parse(response.body, generous());
    if (!body || !body->IsObject()) return failure(ErrorClass::unknown, "no JSON object");
    auto const* code = json::find(*body, "errcode");
    if (code && !code->IsInt()) return failure(ErrorClass::unknown, "errcode is no number");
    auto answer = Answer{};
    answer.errcode = code ? code->GetInt() : 0;
    answer.failure = classify(answer.errcode);
    answer.message = json::find_string(*body, "errmsg").value_or("");
    answer.body = std::move(*body);
    return answer;
}

std::int64_t integer(json::Value const& object, char const* name) { return json::find_integer(object, name).value_or(0); }
std::string string(json::Value const& object, char const* name) { return json::find_string(object, name).value_or(""); }

ApiDepartment department_from(json::Value const& in) {
    auto department = ApiDepartment{integer(in, "id"), integer(in, "parentid"), string(in, "name"), integer(in, "order"), {}};
    if (auto const* leaders = json::find(in, "department_leader"); leaders && leaders->IsArray())
        for (auto const& leader : leaders->GetArray())
            if (leader.IsString()) department.leaders.emplace_back(json::view(leader));
    return department;
}

std::int64_t element(json::Value const& object, char const* name, rapidjson::SizeType at) {
    auto const* list = json::find(object, name);
    return list && list->IsArray() && at < list->Size() && (*list)[at].IsInt64() ? (*list)[at].GetInt64() : 0;
}

ApiMember member_from(json::Value const& in) {
    auto member = ApiMember{};
    member.user = UserId{string(in, "userid")};
    member.name = string(in, "name");
    member.position = string(in, "position");
    member.mobile = string(in, "mobile");
    member.status = static_cast<int>(json::find_integer(in, "status").value_or(1));
    if (json::find_integer(in, "enable") == 0) member.status = 2;
    member.main_department = integer(in, "main_department");
    if (auto const* list = json::find(in, "department"); list && list->IsArray())
        for (rapidjson::SizeType i = 0; i < list->Size(); ++i)
            member.departments.push_back({element(in, "department", i), element(in, "is_leader_in_dept", i) == 1, element(in, "order", i)});
    if (auto const* leaders = json::find(in, "direct_leader"); leaders && leaders->IsArray() && !leaders->Empty() && (*leaders)[0].IsString())
        member.direct_leader = json::view((*leaders)[0]);
    return member;
}

// A list whose member is missing is no empty list: it would look as if everybody had left.
template <class T, class Convert>
ApiResult<std::vector<T>> list_from(Answer answer, char const* name, Convert convert) {
    auto result = ApiResult<std::vector<T>>{};
    if (answer.is_ok()) {
        auto const* list = json::find(answer.body, name);
        if (!list || !list->IsArray()) answer.failure = ErrorClass::unknown;
        else
            for (auto const& entry : list->GetArray()) result.value.push_back(convert(entry));
    }
    result.answer = std::move(answer);
    return result;
}

}  // namespace

Client::Client(http::Client& http, TokenStore& tokens, std::string api_base, Observer observer)
    : http_{http}, tokens_{tokens}, api_base_{std::move(api_base)}, observer_{std::move(observer)} {}

asio::awaitable<Answer> Client::once(std::string api, http::ClientRequest request) {
    auto const start = std::chrono::steady_clock::now();
    auto response = co_await http_.send(std::move(request));
    auto answer = Answer{};
    if (response) answer = answer_from(*response);
    else answer = failure(response.error().reason == "not_sent" ? ErrorClass::not_sent : ErrorClass::unknown, response.error().message);
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (observer_) observer_(api, answer.errcode, took);
    if (!answer.is_ok())
        log::debug("wecom_call_failed", {{"api", api}, {"errcode", answer.errcode}, {"class", name_of(answer.failure)}});
    co_return answer;
}

asio::awaitable<Answer> Client::fetch_token(Account account) {
    auto request = http::ClientRequest{};
    request.url = api_base_ + "/cgi-bin/gettoken?corpid=" + escaped(account.corp_id) + "&corpsecret=" + escaped(account.secret);
    auto answer = co_await once("gettoken", std::move(request));
    // A wrong secret is a matter for the administrator here, not for another refresh.
    if (answer.failure == ErrorClass::token) answer.failure = ErrorClass::configuration;
    if (answer.is_ok() && string(answer.body, "access_token").empty()) answer.failure = ErrorClass::unknown;
    co_return answer;
}

asio::awaitable<Answer> Client::with_token(Account account, std::string api, std::string query, std::optional<http::ClientRequest> request) {
    auto const fetch = [this, account]() { return fetch_token(account); };
    auto failed = std::optional<std::int64_t>{};
    for (auto attempt = 0;; ++attempt) {
        auto [token, failure] = co_await tokens_.token(account, failed, fetch);
        if (!token) co_return std::move(failure);
        auto next = request.value_or(http::ClientRequest{});
        next.url = api_base_ + "/cgi-bin/" + api + "?access_token=" + escaped(token->value) + (query.empty() ? "" : "&" + query);
        auto answer = co_await once(api, std::move(next));
        if (answer.failure != ErrorClass::token) co_return answer;
        if (attempt == 1) {
            answer.failure = ErrorClass::configuration;
            co_return answer;
        }
        failed = token->generation;
    }
}

asio::awaitable<Answer> Client::post(Account account, std::string api, std::string body) {
    auto request = http::ClientRequest{};
    request.method = http::Method::post;
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = std::move(body);
    co_return co_await with_token(std::move(account), std::move(api), {}, std::move(request));
}

asio::awaitable<Answer> Client::get(Account account, std::string api, std::string query) {
    co_return co_await with_token(std::move(account), std::move(api), std::move(query), std::nullopt);
}

asio::awaitable<ApiResult<std::vector<ApiDepartment>>> Client::departments(Account account) {
    auto answer = co_await get(std::move(account), "department/list");
    co_return list_from<ApiDepartment>(std::move(answer), "department", department_from);
}

asio::awaitable<ApiResult<ApiDepartment>> Client::department(Account account, std::int64_t id) {
    auto result = ApiResult<ApiDepartment>{};
    result.answer = co_await get(std::move(account), "department/get", "id=" + std::to_string(id));
    if (!result.is_ok()) co_return result;
    if (auto const* found = json::find(result.answer.body, "department")) result.value = department_from(*found);
    else result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<ApiResult<std::vector<ApiMember>>> Client::members(Account account, std::int64_t department) {
    auto answer = co_await get(std::move(account), "user/list", "department_id=" + std::to_string(department));
    co_return list_from<ApiMember>(std::move(answer), "userlist", member_from);
}

asio::awaitable<ApiResult<ApiMember>> Client::member(Account account, UserId user) {
    auto result = ApiResult<ApiMember>{};
    result.answer = co_await get(std::move(account), "user/get", "userid=" + escaped(user.value()));
    if (result.is_ok()) result.value = member_from(result.answer.body);
    if (result.is_ok() && result.value.user.is_empty()) result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<ApiResult<ApiRange>> Client::range(Account account, std::int64_t agent_id) {
    auto result = ApiResult<ApiRange>{};
    result.answer = co_await get(std::move(account), "agent/get", "agentid=" + std::to_string(agent_id));
    if (!result.is_ok()) co_return result;
    auto const& body = result.answer.body;
    if (auto const* users = json::find(body, "allow_userinfos"))
        if (auto const* list = json::find(*users, "user"); list && list->IsArray())
            for (auto const& user : list->GetArray()) result.value.users.push_back(string(user, "userid"));
    auto const ids = [&body](char const* outer, char const* inner) {
        auto found = std::vector<std::int64_t>{};
        auto const* object = json::find(body, outer);
        auto const* list = object ? json::find(*object, inner) : nullptr;
        if (list && list->IsArray())
            for (auto const& id : list->GetArray())
                if (id.IsInt64()) found.push_back(id.GetInt64());
        return found;
    };
    result.value.departments = ids("allow_partys", "partyid");
    result.value.tags = ids("allow_tags", "tagid");
    co_return result;
}

asio::awaitable<Answer> Client::create_menu(Account account, std::int64_t agent_id, std::string body) {
    auto request = http::ClientRequest{};
    request.method = http::Method::post;
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = std::move(body);
    co_return co_await with_token(std::move(account), "menu/create", "agentid=" + std::to_string(agent_id), std::move(request));
}

asio::awaitable<ApiResult<std::string>> Client::upload(Account account, std::string kind, std::string file_name, std::string content) {
    auto form = http::Multipart{};
    form.add({"media", std::move(file_name), "application/octet-stream", std::move(content)});
    auto request = http::ClientRequest{};
    request.method = http::Method::post;
    request.headers.set("Content-Type", form.content_type());
    request.body = form.body();
    request.time_limit = std::chrono::seconds{60};
    auto result = ApiResult<std::string>{};
    result.answer = co_await with_token(std::move(account), "media/upload", "type=" + kind, std::move(request));
    if (result.is_ok()) result.value = string(result.answer.body, "media_id");
    if (result.is_ok() && result.value.empty()) result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<ApiResult<std::string>> Client::jsapi_ticket(Account account) {
    auto result = ApiResult<std::string>{};
    result.answer = co_await get(std::move(account), "get_jsapi_ticket");
    if (result.is_ok()) result.value = string(result.answer.body, "ticket");
    co_return result;
}

}  // namespace wescrm::wecom
