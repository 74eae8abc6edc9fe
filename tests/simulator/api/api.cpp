#include "api/api.hpp"

#include "api/functions.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator::api {
namespace {

constexpr auto lost_after = std::chrono::milliseconds{15'000};  // longer than clients wait

struct Entry {
    http::Method method;
    std::string_view name;
    Function function;
};

std::vector<Entry> entries() {
    using enum http::Method;
    return {{post, "message/send", message_send},
            {post, "message/recall", message_recall},
            {post, "message/update_template_card", update_template_card},
            {post, "appchat/create", appchat_create},
            {post, "appchat/update", appchat_update},
            {get, "appchat/get", appchat_get},
            {post, "appchat/send", appchat_send},
            {post, "webhook/send", webhook_send},
            {post, "webhook/upload_media", webhook_upload_media},
            {post, "media/upload", media_upload},
            {get, "media/get", media_get},
            {post, "menu/create", menu_create},
            {get, "menu/get", menu_get},
            {get, "menu/delete", menu_delete},
            {get, "agent/get", agent_get},
            {get, "agent/list", agent_list},
            {get, "department/list", department_list},
            {get, "department/simplelist", department_simplelist},
            {get, "department/get", department_get},
            {get, "user/get", user_get},
            {get, "user/list", user_list},
            {get, "user/simplelist", user_simplelist},
            {post, "user/list_id", user_list_id},
            {get, "auth/getuserinfo", auth_getuserinfo},
            {get, "user/getuserinfo", auth_getuserinfo},
            {post, "auth/getuserdetail", auth_getuserdetail},
            {get, "get_jsapi_ticket", get_jsapi_ticket},
            {get, "ticket/get", ticket_get},
            {get, "getcallbackip", getcallbackip},
            {get, "get_api_domain_ip", get_api_domain_ip},
            {get, "externalcontact/get_follow_user_list", external_follow_users},
            {get, "externalcontact/list", external_list},
            {get, "externalcontact/get", external_get},
            {post, "externalcontact/get_corp_tag_list", get_corp_tag_list},
            {post, "externalcontact/add_corp_tag", add_corp_tag},
            {post, "externalcontact/edit_corp_tag", edit_corp_tag},
            {post, "externalcontact/del_corp_tag", del_corp_tag}};
}

std::string hint(World const& world, http::Request const& request, int errcode) {
    return ", hint: [" + std::to_string(unix_seconds(world.now())) + "_" + random_word(24) +
           "], from ip: " + request.remote_address +
           ", more info at https://open.work.weixin.qq.com/devtool/query?e=" + std::to_string(errcode);
}

http::Response to_response(World const& world, http::Request const& request, Answer const& answer) {
    if (answer.download && answer.errcode == 0) return *answer.download;
    auto out = JsonOut{};
    auto const text = answer.errcode == 0 ? answer.message : answer.message + hint(world, request, answer.errcode);
    out.object().number("errcode", answer.errcode).text("errmsg", text).end();
    auto body = out.take();
    if (answer.errcode == 0 && answer.members.size() > 2) {
        body.back() = ',';
        body.append(answer.members, 1);
    }
    return http::Response::json(200, std::move(body));
}

/// Counts a call. True: too many; then all are refused until the minute or the hour is over.
bool exceeds(Frequency& frequency, Instant now, std::int64_t per_minute, std::int64_t per_hour) {
    if (now < frequency.blocked_until) return true;
    if (now - frequency.minute >= minutes{1}) frequency.minute = now, frequency.in_minute = 0;
    if (now - frequency.hour >= hours{1}) frequency.hour = now, frequency.in_hour = 0;
    ++frequency.in_minute;
    ++frequency.in_hour;
    if (per_hour > 0 && frequency.in_hour > per_hour) frequency.blocked_until = now + hours{1};
    if (per_minute > 0 && frequency.in_minute > per_minute) {
        frequency.blocked_until = std::max(frequency.blocked_until, now + minutes{1});
    }
    return now < frequency.blocked_until;
}

/// The basic frequencies; sending messages is not counted among them.
bool is_too_frequent(World& world, Call const& call, std::string const& api) {
    if (api == "message/send") return false;
    auto const& limits = world.limits;
    auto const now = world.now();
    auto const by_corp =
        exceeds(world.frequencies[call.corp->corp_id + "/" + api], now, limits.calls_per_minute, limits.calls_per_hour);
    return exceeds(world.frequencies["from " + call.request.remote_address + "/" + api], now, limits.address_per_minute,
                   limits.address_per_hour) ||
           by_corp;
}

Fault const* list_fault(World& world, std::string const& api) {
    for (auto const kind : {"partial_list", "empty_list", "cursor_loop"}) {
        if (auto const* fault = world.faults.strike_call(kind, api)) return fault;
    }
    return nullptr;
}

/// The key in the address is the only credential.
bool has_api_key(std::string const& api) { return api.starts_with("webhook/"); }

bool is_upload(std::string const& api) { return api == "media/upload" || api == "webhook/upload_media"; }

bool is_list(std::string const& api) { return api.starts_with("department/") || api.starts_with("user/"); }

/// The whole call without delays: token, frequency, faults that change the answer, the function.
Answer perform_call(World& world, std::string const& api, Function const& function, Call& call, ApiCall& record) {
    if (auto const* fault = world.faults.strike_call("error", api)) {
        record.fault = fault->kind;
        return Answer::fail(static_cast<int>(fault->errcode));
    }
    if (world.faults.strike_call("expired_token", api) != nullptr) {
        world.tokens.erase(call.query("access_token"));
        record.fault = "expired_token";
        return Answer::fail(42001);
    }
    if (has_api_key(api)) return function(world, call);
    if (auto refusal = authorise(world, call)) return *refusal;
    if (is_too_frequent(world, call, api)) return Answer::fail(45009);
    if (is_list(api)) {
        auto const asked = query_number(call, api.starts_with("department/") ? "id" : "department_id");
        if (auto const* fault = world.faults.strike_call("department_forbidden", api);
            fault != nullptr && (fault->department_id == 0 || fault->department_id == asked)) {
            record.fault = fault->kind;
            return Answer::fail(60011);
        }
        call.list_fault = list_fault(world, api);
        if (call.list_fault != nullptr) record.fault = call.list_fault->kind;
    }
    return function(world, call);
}

Answer gettoken_with_faults(World& world, http::Request const& request, ApiCall& record) {
    if (auto const* fault = world.faults.strike_call("error", "gettoken")) {
        record.fault = fault->kind;
        return Answer::fail(static_cast<int>(fault->errcode));
    }
    return gettoken(world, request);
}

/// A body that ends before it begins: the connection breaks and the caller learns nothing.
http::Response broken_connection() {
    auto response = http::Response{};
    response.stream = [](http::Stream&) -> asio::awaitable<void> { co_return; };
    return response;
}

void finish(World& world, ApiCall record, std::chrono::steady_clock::time_point begin) {
    auto const took = std::chrono::steady_clock::now() - begin;
    record.milliseconds = std::chrono::duration<double, std::milli>{took}.count();
    world.calls.add(std::move(record));
    world.news.raise();
}

asio::awaitable<http::Response> lose(std::int64_t milliseconds) {
    co_await async::sleep_for(milliseconds > 0 ? std::chrono::milliseconds{milliseconds} : lost_after);
    co_return broken_connection();
}

asio::awaitable<http::Response> handle_call(World& world, std::string api, Function const& function,
                                            http::Request& request) {
    auto const begin = std::chrono::steady_clock::now();
    auto record = ApiCall{};
    record.at = world.now();
    record.method = http::name_of(request.method);
    record.api = api;
    if (auto const* fault = world.faults.strike_call("delay", api)) {
        record.fault = fault->kind;
        co_await async::sleep_for(std::chrono::milliseconds{fault->milliseconds});
    }
    for (auto const kind : {"drop", "http_status", "garbage"}) {
        auto const* fault = world.faults.strike_call(kind, api);
        if (fault == nullptr) continue;
        record.fault = kind;
        record.status = fault->kind == "http_status" ? static_cast<int>(fault->status)
                        : fault->kind == "drop"      ? 0
                                                     : 200;
        auto const wait = fault->milliseconds;
        auto const status = record.status;
        finish(world, std::move(record), begin);
        if (std::string_view{kind} == "drop") co_return co_await lose(wait);
        co_return std::string_view{kind} == "garbage" ? http::Response::json(200, "{\"errcode\":0,\"errm\xff\x00<html>")
                                                      : http::Response::text(status, "upstream error");
    }
    auto answer = Answer{};
    if (api == "gettoken") {
        answer = gettoken_with_faults(world, request, record);
        record.corp_id = request.query.find("corpid").value_or("");
    } else {
        auto call = Call{.request = request};
        if (request.method == http::Method::post && !is_upload(api)) {
            auto parsed = json::parse(request.body, {.depth = 24, .values = 50'000, .string_bytes = 3 * 1024 * 1024});
            if (parsed) call.body = std::move(*parsed);
        }
        answer = perform_call(world, api, function, call, record);
        if (call.corp != nullptr) record.corp_id = call.corp->corp_id;
        if (call.app != nullptr) record.agent_id = call.app->agent_id;
        record.detail = call.detail;
    }
    record.errcode = answer.errcode;
    auto const response = to_response(world, request, answer);
    auto const* lost = world.faults.strike_call("lost_response", api);
    if (lost != nullptr) {
        record.fault = lost->kind;
        record.status = 0;
    }
    auto const wait = lost == nullptr ? std::int64_t{0} : lost->milliseconds;
    finish(world, std::move(record), begin);
    if (lost != nullptr) co_return co_await lose(wait);
    co_return response;
}

void add_route(http::Router& router, World& world, http::Method method, std::string const& name, Function function) {
    router.add(method, "/cgi-bin/" + name, [&world, name, function = std::move(function)](http::Request& request) {
        return handle_call(world, name, function, request);
    });
}

/// The other method: WeCom sees an empty body and complains about parameters.
Answer wrong_method(World&, Call&) { return Answer::fail(40058, "method"); }

}  // namespace

void add_routes(http::Router& router, World& world) {
    add_route(router, world, http::Method::get, "gettoken", [](World&, Call&) { return Answer{}; });
    for (auto const& [method, name, function] : entries()) {
        add_route(router, world, method, std::string{name}, function);
        auto const other = method == http::Method::get ? http::Method::post : http::Method::get;
        add_route(router, world, other, std::string{name},
                  method == http::Method::get ? function : Function{wrong_method});
    }
}

}  // namespace wescrm::simulator::api
