#include "api_values.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/http/multipart.hpp>
#include <wescrm/wecom/message.hpp>

#include <algorithm>
#include <chrono>

namespace wescrm::wecom {
namespace {

constexpr int no_answer = -2;
constexpr auto media_time = std::chrono::seconds{60};

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

// Answers of the API are JSON; a downloaded file says that it is one.
bool is_text(http::ClientResponse const& response) {
    if (response.headers.find("Content-Disposition")) return false;
    auto const type = std::string{response.headers.find("Content-Type").value_or("")};
    return type.empty() || type.starts_with("application/json") || type.starts_with("text/");
}

// Any server error, or text that is no answer of the API, leaves open whether the call was processed.
Answer answer_from(http::ClientResponse const& response) {
    if (response.status != 200 && response.status != 206)
        return failure(ErrorClass::unknown, "HTTP " + std::to_string(response.status));
    if (!is_text(response)) return {};
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

http::ClientRequest post_of(std::string body) {
    auto request = http::ClientRequest{};
    request.method = http::Method::post;
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = std::move(body);
    return request;
}

std::string agent(std::int64_t id) { return "agentid=" + std::to_string(id); }

}  // namespace

/// An answer with the HTTP response that it was read from.
struct Client::Exchange {
    Answer answer;
    http::ClientResponse response;
};

Client::Client(http::Client& http, TokenStore& tokens, std::string api_base, Observer observer)
    : http_{http}, tokens_{tokens}, api_base_{std::move(api_base)}, observer_{std::move(observer)} {}

asio::awaitable<Client::Exchange> Client::once(std::string api, http::ClientRequest request) {
    auto const start = std::chrono::steady_clock::now();
    auto response = co_await http_.send(std::move(request));
    auto exchange = Exchange{};
    if (response) {
        exchange.answer = answer_from(*response);
        exchange.response = std::move(*response);
    } else {
        auto const klass = response.error().reason == "not_sent" ? ErrorClass::not_sent : ErrorClass::unknown;
        exchange.answer = failure(klass, response.error().message);
    }
    auto const& answer = exchange.answer;
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (observer_) observer_(api, answer.errcode, took);
    if (!answer.is_ok())
        log::debug("wecom_call_failed",
                   {{"api", api}, {"errcode", answer.errcode}, {"class", name_of(answer.failure)}});
    co_return exchange;
}

asio::awaitable<Answer> Client::fetch_token(Account account) {
    auto request = http::ClientRequest{};
    request.url =
        api_base_ + "/cgi-bin/gettoken?corpid=" + escaped(account.corp_id) + "&corpsecret=" + escaped(account.secret);
    auto exchange = co_await once("gettoken", std::move(request));
    auto answer = std::move(exchange.answer);
    // A wrong secret is a matter for the administrator here, not for another refresh.
    if (answer.failure == ErrorClass::token) answer.failure = ErrorClass::configuration;
    if (answer.is_ok() && string_in(answer.body, "access_token").empty()) answer.failure = ErrorClass::unknown;
    co_return answer;
}

asio::awaitable<Client::Exchange> Client::with_token(Account account, std::string api, std::string query,
                                                     http::ClientRequest request) {
    auto const fetch = [this, account]() { return fetch_token(account); };
    auto failed = std::optional<std::int64_t>{};
    for (auto attempt = 0;; ++attempt) {
        auto [token, failure] = co_await tokens_.token(account, failed, fetch);
        auto exchange = Exchange{};
        if (!token) {
            exchange.answer = std::move(failure);
            co_return exchange;
        }
        auto next = request;
        next.url = api_base_ + "/cgi-bin/" + api + "?access_token=" + escaped(token->value);
        if (!query.empty()) next.url += "&" + query;
        exchange = co_await once(api, std::move(next));
        if (exchange.answer.failure != ErrorClass::token) co_return exchange;
        if (attempt == 1) {
            exchange.answer.failure = ErrorClass::configuration;
            co_return exchange;
        }
        failed = token->generation;
    }
}

asio::awaitable<Answer> Client::post(Account account, std::string api, std::string body) {
    auto exchange = co_await with_token(std::move(account), std::move(api), {}, post_of(std::move(body)));
    co_return std::move(exchange.answer);
}

asio::awaitable<Answer> Client::get(Account account, std::string api, std::string query) {
    auto request = http::ClientRequest{};
    auto exchange = co_await with_token(std::move(account), std::move(api), std::move(query), std::move(request));
    co_return std::move(exchange.answer);
}

// ---- messages ---------------------------------------------------------------------------------------------------

asio::awaitable<Answer> Client::send(Account account, std::string message) {
    co_return co_await post(std::move(account), "message/send", std::move(message));
}

asio::awaitable<Answer> Client::update_card(Account account, std::string update) {
    co_return co_await post(std::move(account), "message/update_template_card", std::move(update));
}

asio::awaitable<Answer> Client::recall(Account account, std::string message_id) {
    auto body = wecom::recall(message_id);
    co_return co_await post(std::move(account), "message/recall", std::move(body));
}

// ---- organisation -----------------------------------------------------------------------------------------------

asio::awaitable<ApiResult<std::vector<ApiDepartment>>> Client::departments(Account account) {
    auto answer = co_await get(std::move(account), "department/list");
    co_return list_from<ApiDepartment>(std::move(answer), "department", department_from);
}

asio::awaitable<ApiResult<std::vector<ApiDepartmentId>>> Client::department_ids(Account account) {
    auto answer = co_await get(std::move(account), "department/simplelist");
    co_return list_from<ApiDepartmentId>(std::move(answer), "department_id", department_id_from);
}

asio::awaitable<ApiResult<ApiDepartment>> Client::department(Account account, std::int64_t id) {
    auto result = ApiResult<ApiDepartment>{};
    result.answer = co_await get(std::move(account), "department/get", "id=" + std::to_string(id));
    if (!result.is_ok()) co_return result;
    auto const* found = json::find(result.answer.body, "department");
    if (found) result.value = department_from(*found);
    if (result.value.id == 0) result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<ApiResult<std::vector<ApiMember>>> Client::members(Account account, std::int64_t department) {
    auto answer = co_await get(std::move(account), "user/list", "department_id=" + std::to_string(department));
    co_return list_from<ApiMember>(std::move(answer), "userlist", member_from);
}

asio::awaitable<ApiResult<ApiMemberIds>> Client::member_ids(Account account, std::string cursor, int limit) {
    auto body = json::Document{rapidjson::kObjectType};
    if (!cursor.empty()) json::set(body, "cursor", cursor, body.GetAllocator());
    json::set(body, "limit", json::Value{std::clamp(limit, 1, 10'000)}, body.GetAllocator());
    auto answer = co_await post(std::move(account), "user/list_id", json::write(body));
    auto result = ApiResult<ApiMemberIds>{};
    result.value.next_cursor = string_in(answer.body, "next_cursor");
    auto list = list_from<ApiMemberId>(std::move(answer), "dept_user", member_id_from);
    result.value.members = std::move(list.value);
    result.answer = std::move(list.answer);
    co_return result;
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
    result.answer = co_await get(std::move(account), "agent/get", agent(agent_id));
    if (result.is_ok()) result.value = range_from(result.answer.body);
    co_return result;
}

// ---- menu, media, tickets ---------------------------------------------------------------------------------------

asio::awaitable<Answer> Client::create_menu(Account account, std::int64_t agent_id, std::string body) {
    auto exchange = co_await with_token(std::move(account), "menu/create", agent(agent_id), post_of(std::move(body)));
    co_return std::move(exchange.answer);
}

asio::awaitable<Answer> Client::menu(Account account, std::int64_t agent_id) {
    co_return co_await get(std::move(account), "menu/get", agent(agent_id));
}

asio::awaitable<Answer> Client::delete_menu(Account account, std::int64_t agent_id) {
    co_return co_await get(std::move(account), "menu/delete", agent(agent_id));
}

asio::awaitable<ApiResult<std::string>> Client::upload(Account account, std::string kind, std::string file_name,
                                                       std::string content) {
    auto form = http::Multipart{};
    form.add({"media", std::move(file_name), "application/octet-stream", std::move(content)});
    auto request = http::ClientRequest{};
    request.method = http::Method::post;
    request.headers.set("Content-Type", form.content_type());
    request.body = form.body();
    request.time_limit = media_time;
    auto exchange =
        co_await with_token(std::move(account), "media/upload", "type=" + escaped(kind), std::move(request));
    auto result = ApiResult<std::string>{};
    result.answer = std::move(exchange.answer);
    if (result.is_ok()) result.value = string_in(result.answer.body, "media_id");
    if (result.is_ok() && result.value.empty()) result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<ApiResult<ApiMedia>> Client::download(Account account, std::string media_id) {
    auto request = http::ClientRequest{};
    request.time_limit = media_time;
    auto exchange =
        co_await with_token(std::move(account), "media/get", "media_id=" + escaped(media_id), std::move(request));
    auto result = ApiResult<ApiMedia>{};
    result.answer = std::move(exchange.answer);
    if (!result.is_ok()) co_return result;
    auto& response = exchange.response;
    result.value.content_type = std::string{response.headers.find("Content-Type").value_or("")};
    result.value.file_name = file_name_in(response.headers.find("Content-Disposition").value_or(""));
    result.value.content = std::move(response.body);
    co_return result;
}

asio::awaitable<ApiResult<std::string>> Client::ticket(Account account, std::string api, std::string query) {
    auto result = ApiResult<std::string>{};
    result.answer = co_await get(std::move(account), std::move(api), std::move(query));
    if (result.is_ok()) result.value = string_in(result.answer.body, "ticket");
    if (result.is_ok() && result.value.empty()) result.answer.failure = ErrorClass::unknown;
    co_return result;
}

asio::awaitable<ApiResult<std::string>> Client::jsapi_ticket(Account account) {
    co_return co_await ticket(std::move(account), "get_jsapi_ticket", {});
}

asio::awaitable<ApiResult<std::string>> Client::app_ticket(Account account) {
    co_return co_await ticket(std::move(account), "ticket/get", "type=agent_config");
}

}  // namespace wescrm::wecom
